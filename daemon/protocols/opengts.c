/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opengts: apps that report in the manner of OpenGTS. HTTP over TCP, everything in the query.
 *
 *   GET /?id=<id>&gprmc=$GPRMC,<hhmmss.s>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<ddmmyy>,…*hh&alt=<m> HTTP/1.1
 *   Any path, parameters in any order. Without an id, or with an odd sentence: 400.
 */
#include "protocol/http_protocol.h"

static const struct pattern sentence = { "\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d*)?,(?<valid>[AV]),(?<lat>\\d+\\."
                                         "\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW]),"
                                         "\\d*\\.?\\d*,\\d*\\.?\\d*,(?<dmy>\\d{6})" };

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    enum claim claim = http_claim(message, HTTP_LINE, "gprmc=", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    if (!http_field(&request, "gprmc", memory, &value))
        return CLAIM_NO;
    if (pattern_match(message->patterns, &sentence, value, NULL))
        return CLAIM_CERTAIN;
    return http_has_field(&request, "id") || CURSOR_STARTS(value, "$G") ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    struct groups found;
    reading->type = "status";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST) {
        /* without an id it is refused */
        if (http_field_device(reading, &request, "id") && http_field(&request, "gprmc", memory, &value) &&
            pattern_match(message->patterns, &sentence, value, &found)) {
            reading->type = "position";
            reading_take_groups(reading, &found, false);
        }
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "GET "
              "/?id=123456789012345&gprmc=$GPRMC,080910.0,A,4730.600000,N,01905.400000,E,1.2,45.0,010226,,,A*"
              "55 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "GET "
              "/gprmc/"
              "Data?acct=depot&dev=7&gprmc=%24GPRMC%2C080910%2CV%2C3327.0000%2CS%2C07039.6000%2CW%2C0.0%2C%"
              "2C010226%2C%2C*1A&id=van+7 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van 7",
      SAMPLE_INVALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "GET "
              "/?alt=3.5&gprmc=$GPRMC,080910.00,A,4042.6000,N,07400.6000,W,0,,010226&batt=81&id="
              "123456789012345 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "GET /?id=123456789012345&gprmc=$GPRMC,080910,V,,,,,,,010226,,*33 HTTP/1.1\r\nHost: "
              "gps.example.org\r\n\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" },
    { .text = "GET "
              "/gprmc/"
              "Data?acct=depot&dev=van7&gprmc=$GPRMC,080910,A,4730.6000,N,01905.4000,E,31.0,45.0,010226,,*00 "
              "HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct http_request request;
    size_t length;
    bool is_right = match(message, &length) == CLAIM_CERTAIN &&
                    http_parse(message->bytes, true, &request) == HTTP_REQUEST &&
                    http_has_field(&request, "id");
    http_answer(reply, is_right && asker->device[0] ? 200 : 400, NULL, cursor_of(NULL, 0));
}

const struct protocol protocol_opengts = {
    .name = "opengts",
    .port = 5159,
    .transports = OVER_TCP,
    .heads = HTTP_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
