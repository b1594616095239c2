/* SPDX-License-Identifier: Apache-2.0 */
/*
 * valtrack: Valtrack V4, VTRACK. HTTP over TCP, a JSON object in the body.
 *
 *   {"resource":[{"devid":"<id>","etype":"G_PING","lat":"<deg>","lon":"<deg>","speed":"…","vbat":"…","nlat":…,"nlon":…},…]}
 *   Always a fix, even 0, 0, which is sent where there is none. No time: the server's clock counts. nlat and nlon are the
 *   network's guess, which nobody reads.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor id;
    if (!json_find_text(json, "resource.0.devid", &id))
        return CLAIM_NO;
    return json_holds(json, "resource.0.lat") && json_holds(json, "resource.0.lon") ? CLAIM_CERTAIN
                                                                                    : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"devid\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct cursor list, one;
    reading->type = "position";
    if (!json_find_list(json, "resource", &list))
        return;
    while (json_next(&list, &one)) {
        struct fix fix = { .valid = true };
        if (!reading->device[0])
            reading_json_device(reading, one, "devid");
        if (reading_json_place(reading, one, "lat", "lon", &fix))
            reading_fix(reading, &fix);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "157\r\n\r\n{\"resource\":[{\"devid\":\"123456789012345\",\"etype\":\"G_PING\",\"lat\":\"47."
              "510000\",\"lon\":\"19.090000\",\"vbat\":\"12.1\",\"speed\":\"31\",\"nlat\":\"\",\"nlon\":\"\","
              "\"ncsq\":\"20,99\"}]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /api HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "91\r\n\r\n{\"resource\":[{\"devid\":\"123456789012345\",\"lat\":\"-33.450000\",\"lon\":\"-70."
              "660000\",\"speed\":\"\"}]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "129\r\n\r\n{\"resource\":[{\"devid\":\"123456789012345\",\"lat\":\"0.000000\",\"lon\":\"0."
              "000000\"},{\"devid\":\"123456789012345\",\"lat\":40.71,\"lon\":-74.01}]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_valtrack = {
    .name = "valtrack",
    .port = 5255,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .samples = samples,
};
