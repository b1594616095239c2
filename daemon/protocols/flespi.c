/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flespi: the stream of flespi.com, any hardware behind it. HTTP over TCP, a JSON array of flat objects in the body.
 *
 *   [{"ident":"<id>","timestamp":<unix>,"position.latitude":<deg>,"position.longitude":<deg>,"position.valid":<bool>,…},…]
 *   Without position.valid a position is one with a fix; without coordinates (or 0, 0) there is none.
 */
#include "protocol/http_protocol.h"

/* The array's inside; a broker hands over one object alone. */
static bool take_list(struct cursor json, struct cursor *list)
{
    *list = json;
    return CURSOR_STARTS(json, "{") || json_find_list(json, "", list);
}

static enum claim judge(struct cursor json)
{
    struct cursor list, one, ident;
    if (!take_list(json, &list))
        return CLAIM_NO;
    while (json_next(&list, &one)) {
        if (json_find_text(one, "ident", &ident))
            return json_holds(one, "timestamp") || json_holds(one, "/position.latitude") ||
                           json_holds(one, "/channel.id")
                       ? CLAIM_CERTAIN
                   : json_holds(one, "/server.timestamp") || json_holds(one, "/device.id") ||
                           json_holds(one, "/protocol.id")
                       ? CLAIM_LIKELY
                       : CLAIM_POSSIBLE;
    }
    return CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"ident\"", judge);
}

static void read_one(struct cursor one, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor ident;
    bool is_valid;
    if (!json_find_text(one, "ident", &ident))
        return;
    if (!reading->device[0])
        reading_json_device(reading, one, "ident");
    reading_json_unix(reading, one, "timestamp", &fix);
    if (json_find_bool(one, "/position.valid", &is_valid)) {
        fix.valid = is_valid;
        reading_json_mark_fix(reading, one, "/position.valid", is_valid);
    }
    if (reading_json_place(reading, one, "/position.latitude", "/position.longitude", &fix) &&
        (fix.lat != 0 || fix.lon != 0))
        reading_fix(reading, &fix);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct cursor list, one;
    if (!take_list(json, &list))
        return;
    while (json_next(&list, &one))
        read_one(one, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "152\r\n\r\n[{\"ident\":\"123456789012345\",\"timestamp\":1769933350.25,\"position.latitude\":"
              "47.51,\"position.longitude\":19.09,\"position.speed\":31,\"position.satellites\":9}]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "120\r\n\r\n[{\"position.valid\":false,\"position.latitude\":-33.45,\"position.longitude\":-70."
              "66,\"timestamp\":1769933350,\"ident\":\"van 7\"}]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van 7",
      SAMPLE_INVALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "232\r\n\r\n[{\"timestamp\":1769933300,\"ident\":\"123456789012345\",\"position.latitude\":47."
              "51,\"position.longitude\":19.09},{\"timestamp\":1769933350,\"ident\":\"123456789012345\","
              "\"position.valid\":true,\"position.latitude\":40.71,\"position.longitude\":-74.01}]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "82\r\n\r\n[{\"ident\":\"123456789012345\",\"timestamp\":1769933350,\"din\":3,\"battery."
              "voltage\":3.9}]",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 67\r\n\r\n[{\"ident\":\"van "
              "7\",\"server.timestamp\":1769933350.25,\"device.id\":71}]",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "van 7",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "{\"ident\":\"123456789012345\",\"timestamp\":1769933350,\"position.latitude\":47.51,"
              "\"position.longitude\":19.09,\"channel.id\":7}",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_flespi = {
    .name = "flespi",
    .port = 5149,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("POST "), HEAD("PUT "), HEAD("{"), HEAD("[{")),
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .samples = samples,
};
