/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leafspy: the app Leaf Spy Pro (Nissan Leaf). HTTP over TCP, parameters in the query or, where there are none, in the body.
 *
 *   GET /?user=<user>&pass=<id>&Lat=<deg>&Long=<deg>&Elv=<m>&DevBat=<n>&Gids=<n>&SOC=<n>&AHr=<n>&… HTTP/1.1
 *   The id is pass; without one the answer is 400. Always a fix, but 0, 0 is none. No time: the server's clock counts.
 */
#include "protocol/http_protocol.h"

static enum claim match(const struct message *message, size_t *length)
{
    static const char *const own[] = { "Gids", "SOC", "AHr", "DevBat", "BatTemp", "PlugState", "ChrgMode" };
    struct http_request request;
    size_t count = 0;
    enum claim claim = http_claim(message, HTTP_FORM, "Long= pass=", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    bool has_place = http_has_field(&request, "Lat") && http_has_field(&request, "Long");
    bool has_id = http_has_field(&request, "pass");
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        count += http_has_field(&request, own[i]);
    if (has_id && (count >= 2 || (has_place && count > 0)))
        return CLAIM_CERTAIN;
    return has_place ? CLAIM_LIKELY : CLAIM_NO;
}

static bool take_degrees(struct reading *reading, const struct http_request *request, const char *name,
                         double *degrees)
{
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    if (!http_field(request, name, memory, &value) || !cursor_decimal(value, degrees))
        return false;
    reading_mark_value(reading, name, value, "%.6f", *degrees);
    return true;
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    struct fix fix = { .valid = true };
    reading->type = "status";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST &&
        http_field_device(reading, &request, "pass") && take_degrees(reading, &request, "Lat", &fix.lat) &&
        take_degrees(reading, &request, "Long", &fix.lon) && (fix.lat != 0 || fix.lon != 0)) {
        reading->type = "position";
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    http_answer_text(asker, reply, NULL, "\"status\":\"0\"");
}

#define STATUS_0 .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n\"status\":\"0\""

static const struct sample samples[] = {
    { .text = "GET "
              "/?user=anna&pass=leaf-7&DevBat=81&Gids=190&Lat=47.51&Long=19.09&Elv=110&Seq=12&Trip=1&Odo="
              "12345&SOC=71.25&AHr=60.1 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "leaf-7",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      STATUS_0 },
    { .text = "POST /leaf HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "60\r\n\r\nuser=anna&pass=leaf-7&Gids=190&Lat=-33.45&Long=-70.66&SOC=71",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "leaf-7",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      STATUS_0 },
    { .text = "GET /?Lat=40.71&Long=-74.01&pass=leaf%207&AHr=60 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "leaf 7",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      STATUS_0 },
    { .text = "GET /?user=anna&pass=leaf-7&DevBat=81&Gids=190&Lat=0.0&Long=0.0&SOC=71 HTTP/1.1\r\nHost: "
              "gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "leaf-7",
      .location = LOCATION_NONE,
      STATUS_0 },
    { 0 }
};

const struct protocol protocol_leafspy = {
    .name = "leafspy",
    .port = 5193,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
