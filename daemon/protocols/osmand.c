/* SPDX-License-Identifier: Apache-2.0 */
/*
 * osmand: the Traccar Client app, OsmAnd and many scripts. HTTP/1.x over TCP.
 *
 *   GET /?id=<id>&lat=<deg>&lon=<deg>&timestamp=<when>&… HTTP/1.1        (or the same as a form in the body)
 *   POST / with application/json: {"location":{"timestamp":"…","coords":{"latitude":…,"longitude":…}},"device_id":"…"}
 *   id or deviceid; location=lat,lon instead of lat and lon; valid=0 says that there is no fix; cell=, wifi= carry no place.
 */
#include "base/http.h"
#include "base/json.h"
#include "protocols/protocol.h"

enum { VALUE_MAX = 128 };

/* A parameter, unescaped, from the query or, where that is empty, from the form. */
static bool parameter(const struct http_request *request, const char *name, char *out, struct cursor *value)
{
    struct cursor escaped;
    if (!http_parameter(request->query.left > 0 ? request->query : request->body, name, &escaped))
        return false;
    *value = http_unescape(escaped, out, VALUE_MAX);
    return true;
}

static bool has(const struct http_request *request, const char *name)
{
    struct cursor value;
    return http_parameter(request->query.left > 0 ? request->query : request->body, name, &value);
}

static struct json *json_of(const struct http_request *request)
{
    struct cursor type;
    if (!http_header(request, "Content-Type", &type) || !CURSOR_STARTS(type, "application/json"))
        return NULL;
    return json_parse(request->body);
}

static enum claim match_json(const struct http_request *request)
{
    struct json *json = json_of(request);
    struct cursor id;
    enum claim claim = CLAIM_NO;
    if (json && json_text(json, "device_id", &id))
        claim = json_has(json, "location") ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
    json_free(json);
    return claim;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    switch (http_parse(message->bytes, message->complete, &request)) {
    case HTTP_NO:
        return CLAIM_NO;
    case HTTP_MORE:
        return CLAIM_MORE;
    case HTTP_REQUEST:
        break;
    }
    *length = request.length;
    bool has_place = (has(&request, "lat") && has(&request, "lon")) || has(&request, "location");
    if (!has(&request, "id") && !has(&request, "deviceid")) {
        enum claim claim = request.query.left == 0 ? match_json(&request) : CLAIM_NO;
        return claim == CLAIM_NO && has_place && has(&request, "timestamp") ? CLAIM_POSSIBLE : claim;
    }
    if (has(&request, "gprmc"))
        return CLAIM_POSSIBLE; /* opengts has this parameter, and an id too */
    if (has_place || has(&request, "timestamp"))
        return CLAIM_CERTAIN;
    return has(&request, "cell") || has(&request, "wifi") ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

/* Unix seconds or milliseconds, or a date in words. */
static bool take_time(struct cursor text, int64_t *time)
{
    uint64_t number;
    if (cursor_number(text, &number)) {
        *time = (int64_t)(number >= 2147483647u ? number / 1000 : number);
        return number < (uint64_t)1 << 60;
    }
    return calendar_read_iso(text, time);
}

static bool take_place(const struct http_request *request, struct fix *fix)
{
    char text[VALUE_MAX];
    struct cursor value, lat;
    if (parameter(request, "location", text, &value))
        return cursor_until(&value, ',', &lat) && cursor_decimal(lat, &fix->lat) &&
               cursor_decimal(value, &fix->lon);
    return parameter(request, "lat", text, &value) && cursor_decimal(value, &fix->lat) &&
           parameter(request, "lon", text, &value) && cursor_decimal(value, &fix->lon);
}

static void read_json(const struct json *json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor value;
    if (json_text(json, "device_id", &value))
        reading_device(reading, value);
    if (json_number(json, "location.coords.latitude", &fix.lat) &&
        json_number(json, "location.coords.longitude", &fix.lon)) {
        fix.has_time = json_text(json, "location.timestamp", &value) && take_time(value, &fix.time);
        reading_fix(reading, &fix);
    }
}

static void read_query(const struct http_request *request, struct reading *reading)
{
    struct fix fix = { .valid = true };
    char text[VALUE_MAX];
    struct cursor value;
    if (parameter(request, "id", text, &value) || parameter(request, "deviceid", text, &value))
        reading_device(reading, value);
    if (!take_place(request, &fix))
        return;
    fix.has_time = parameter(request, "timestamp", text, &value) && take_time(value, &fix.time);
    if (parameter(request, "valid", text, &value))
        fix.valid = cursor_is(value, "true") || cursor_is(value, "1");
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    static const char *const fields[] = { "id", "deviceid", "lat", "lon", "location", "timestamp", "valid" };
    struct http_request request;
    struct cursor value;
    if (http_parse(message->bytes, true, &request) != HTTP_REQUEST)
        return;
    struct json *json = request.query.left == 0 ? json_of(&request) : NULL;
    if (json)
        read_json(json, reading);
    else
        read_query(&request, reading);
    json_free(json);
    struct cursor form = request.query.left > 0 ? request.query : request.body;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (http_parameter(form, fields[i], &value))
            reading_mark(reading, fields[i], value);
    }
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    buffer_put_text(reply, asker->device[0] ? "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
                                            : "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
}

static const struct sample samples[] = {
    { .text = "GET /?id=123456789012345&timestamp=1769933350&lat=47.51&lon=19.09&speed=3.5 HTTP/1.1\r\nHost: "
              "gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /?id=123456789012345&lat=-33.45&lon=-70.66&timestamp=2026-02-01T08:09:10Z&valid=false "
              "HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 0\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
              "132\r\n\r\n{\"location\":{\"timestamp\":\"2026-02-01T08:09:10.000Z\",\"coords\":{\"latitude\":"
              "47.51,\"longitude\":19.09,\"accuracy\":5}},\"device_id\":\"van-7\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van-7",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text =
          "GET /?id=123456789012345&cell=216,30,291,4567&batt=80 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_osmand = {
    .name = "osmand",
    .port = 5055,
    .transports = OVER_TCP,
    .heads = { HEAD("GET "), HEAD("POST "), HEAD("PUT ") },
    .kin = { "opengts" },
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
