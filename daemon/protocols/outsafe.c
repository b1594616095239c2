/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outsafe: Outsafe. HTTP over TCP, a JSON object in the body.
 *
 *   {"device":"<id>","owner":…,"data":{…},"time":…,"origin":"…","latitude":<deg>,"longitude":<deg>,"altitude":…,
 *    "heading":…,"rssi":…}
 *   All of them are demanded but owner and time, which nobody reads: the server's clock counts. Always a fix.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    double number;
    if (!json_find_text(json, "device", &text) || !json_find_text(json, "origin", &text))
        return CLAIM_NO;
    bool has_place =
        json_find_number(json, "latitude", &number) && json_find_number(json, "longitude", &number);
    bool has_rest = json_find_number(json, "heading", &number) && json_find_number(json, "rssi", &number) &&
                    json_find(json, "data", &text) == JSON_OBJECT;
    if (has_place && has_rest)
        return CLAIM_CERTAIN;
    return has_place || has_rest ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"origin\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    reading->type = "status";
    reading_json_device(reading, json, "device");
    if (!reading_json_place(reading, json, "latitude", "longitude", &fix))
        return;
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "174\r\n\r\n{\"device\":\"123456789012345\",\"owner\":\"depot\",\"data\":{\"cmd\":\"GEO\","
              "\"ms1\":71},\"time\":null,\"origin\":\"TCP\",\"latitude\":47.51,\"longitude\":19.09,"
              "\"altitude\":110,\"heading\":45,\"rssi\":99}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "148\r\n\r\n{\"latitude\":-33.45,\"longitude\":-70.66,\"altitude\":520,\"heading\":0,\"rssi\":"
              "12,\"origin\":\"SMS\",\"data\":{},\"device\":\"0a1b2c3d-0000-4000-8000-0123456789ab\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0a1b2c3d-0000-4000-8000-0123456789ab",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "139\r\n\r\n{\"device\":\"123456789012345\",\"data\":{\"cmd\":\"SOS\"},\"origin\":\"TCP\","
              "\"latitude\":40.71,\"longitude\":-74.01,\"altitude\":3.5,\"heading\":180,\"rssi\":40}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "115\r\n\r\n{\"device\":\"123456789012345\",\"owner\":\"depot\",\"data\":{\"cmd\":\"PING\"},"
              "\"time\":null,\"origin\":\"TCP\",\"heading\":0,\"rssi\":40}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_outsafe = {
    .name = "outsafe",
    .port = 5200,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .reception = http_reception,
    .samples = samples,
};
