/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pathaway: the app PathAway. HTTP over TCP, everything in the query; the path may be missing.
 *
 *   GET ?UserName=<id>&Password=<text>&LOC=$PWS,<version>,<name>,<icon>,<colour>,<ddmmyy>,<hhmmss>,<lat>,<lon>,<altitude>,
 *   <speed>,<course>,<comment>,…*hh HTTP/1.1
 *   Always a fix. Answered with a bare 200 where a position was read.
 */
#include "protocol/http_protocol.h"

static const struct pattern place = { "\\$PWS,\\d+,[^,]*,[^,]*,[^,]*,(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<latd>-?"
                                      "\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),-?\\d+\\.?\\d*,"
                                      "-?\\d+\\.?\\d*,-?\\d+\\.?\\d*" };

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    enum claim claim = http_claim(message, HTTP_LINE, "LOC=", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    if (!http_field(&request, "LOC", memory, &value) || !CURSOR_STARTS(value, "$PWS"))
        return CLAIM_NO;
    return http_has_field(&request, "UserName") && pattern_match(message->patterns, &place, value, NULL)
               ? CLAIM_CERTAIN
               : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    struct groups found;
    reading->type = "status";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST) {
        /* without a name it is refused */
        if (http_field_device(reading, &request, "UserName") && http_field(&request, "LOC", memory, &value) &&
            pattern_match(message->patterns, &place, value, &found)) {
            reading->type = "position";
            reading_take_groups(reading, &found, true);
        }
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    size_t length;
    if (asker->device[0] && match(message, &length) == CLAIM_CERTAIN)
        buffer_put_text(reply, "HTTP/1.1 200 OK\r\n\r\n");
}

static const struct sample samples[] = {
    { .text = "GET "
              "?UserName=anna&Password=secret&LOC=$PWS,1,\"Van\",,,010226,080910,47.510000,19.090000,110.00,"
              "31,45,\"\",0*1B HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "anna",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\n\r\n" },
    { .text = "GET "
              "/pw?Password=secret&UserName=anna&LOC=%24PWS%2C1%2C%22Van%22%2C2%2C3%2C010226%2C080910%2C-33."
              "45%2C-70.66%2C520%2C0%2C0%2C%22at+home%22 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "anna",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\n\r\n" },
    { .text = "GET ?UserName=anna&LOC=$PWS,1,,,,010226,080910,40.71,-74.01,3,0,-1 HTTP/1.1\r\nHost: "
              "gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "anna",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\n\r\n" },
    { .text = "GET ?LOC=$PWS,1,Depot,icon,red,010226,080910,47.510000,19.090000,110.0,31.0,45.0,,*00 "
              "HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_pathaway = {
    .name = "pathaway",
    .port = 5099,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
