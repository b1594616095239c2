/* SPDX-License-Identifier: Apache-2.0 */
/*
 * osmand: the Traccar Client app, OsmAnd and many scripts. HTTP/1.x over TCP.
 *
 *   GET /?id=<id>&lat=<deg>&lon=<deg>&timestamp=<when>&… HTTP/1.1        (or the same as a form in the body)
 *   POST / with Content-Type: application/json: {"location":{"timestamp":"…","coords":{"latitude":…,"longitude":…}},"device_id":"…"}
 *   id or deviceid; location=lat,lon instead of lat and lon; valid=0 says that there is no fix; cell=, wifi= carry no place.
 */
#include "protocol/http_protocol.h"

/* The body where it is JSON. */
static bool take_json(const struct http_request *request, uint8_t *memory, struct cursor *json)
{
    if (request->query.left > 0)
        return false;
    *json = cursor_trim(http_chunked(request, memory, HTTP_JOINED_MAX));
    return CURSOR_STARTS(*json, "{");
}

static enum claim judge_content(struct cursor json)
{
    struct cursor id;
    return json_find_text(json, "device_id", &id) && json_holds(json, "location.coords.latitude")
               ? CLAIM_CERTAIN
               : CLAIM_NO;
}

static enum claim match_json(const struct message *message, size_t *length)
{
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor json, id;
    size_t end;
    enum claim claim = http_claim(message, HTTP_JSON, "\"device_id\" \"coords\"", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    if (!take_json(&request, memory, &json))
        return CLAIM_NO;
    /* the id comes last: of a request that is cut off the place may be all there is */
    if (!json_find_text(json, "device_id", &id))
        return json_holds(json, "location.timestamp") && json_holds(json, "location.coords.latitude")
                   ? CLAIM_LIKELY
                   : CLAIM_NO;
    if (!json_holds(json, "location.coords") && http_lacks_type(message))
        return CLAIM_NO;
    if (!json_holds(json, "location"))
        return CLAIM_POSSIBLE;
    return http_claim_typed(message, json_end(json, &end) ? CLAIM_CERTAIN : CLAIM_LIKELY);
}

/* Parameters that tell other protocols, which may have an id too: opengts, vlt, mta6, rftrack. */
static bool is_others(const struct http_request *request)
{
    static const char *const names[] = { "gprmc", "vltdata", "bin", "gsm", "idt" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (http_has_field(request, names[i]))
            return true;
    }
    return false;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (http_is_content(message->bytes))
        return http_content_match(message, length, "\"device_id\"", judge_content);
    struct http_request request;
    enum claim claim = http_claim(message, HTTP_FORM, "id= location= lat=", &request, length);
    if (claim == CLAIM_NO)
        return match_json(message, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    bool has_place = (http_has_field(&request, "lat") && http_has_field(&request, "lon")) ||
                     http_has_field(&request, "location");
    if (!http_has_field(&request, "id") && !http_has_field(&request, "deviceid"))
        return has_place && http_has_field(&request, "timestamp") ? CLAIM_POSSIBLE : CLAIM_NO;
    if (is_others(&request))
        return CLAIM_NO;
    if (has_place || http_has_field(&request, "timestamp"))
        return CLAIM_CERTAIN;
    return http_has_field(&request, "cell") || http_has_field(&request, "wifi") ? CLAIM_LIKELY
                                                                                : CLAIM_POSSIBLE;
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
    char memory[HTTP_FIELD_MAX];
    struct cursor value, lat;
    if (http_field(request, "location", memory, &value))
        return cursor_until(&value, ',', &lat) && cursor_decimal(lat, &fix->lat) &&
               cursor_decimal(value, &fix->lon);
    return http_field(request, "lat", memory, &value) && cursor_decimal(value, &fix->lat) &&
           http_field(request, "lon", memory, &value) && cursor_decimal(value, &fix->lon);
}

static void read_json(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor text;
    reading_json_device(reading, json, "device_id");
    if (!reading_json_place(reading, json, "location.coords.latitude", "location.coords.longitude", &fix))
        return;
    fix.has_time = json_find_text(json, "location.timestamp", &text) && take_time(text, &fix.time);
    reading_json_mark(reading, json, "time", "location.timestamp");
    reading_fix(reading, &fix);
}

static void mark_fix(const struct http_request *request, const struct fix *fix, struct reading *reading)
{
    struct cursor form = http_form(request), lat, lon, field;
    if (http_parameter(form, "location", &field))
        reading_mark_value(reading, "place", field, "%.6f %.6f", fix->lat, fix->lon);
    else if (http_parameter(form, "lat", &lat) && http_parameter(form, "lon", &lon))
        reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    if (fix->has_time && http_parameter(form, "timestamp", &field))
        reading_mark_time(reading, field, fix->time);
    if (http_parameter(form, "valid", &field))
        reading_mark_fix(reading, field, fix->valid);
}

static void read_form(const struct http_request *request, struct reading *reading)
{
    struct fix fix = { .valid = true };
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    if (!http_field_device(reading, request, "id"))
        http_field_device(reading, request, "deviceid");
    if (!take_place(request, &fix))
        return;
    fix.has_time = http_field(request, "timestamp", memory, &value) && take_time(value, &fix.time);
    if (http_field(request, "valid", memory, &value))
        fix.valid = cursor_is_one_of(value, "1 true True TRUE");
    mark_fix(request, &fix, reading);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor json;
    if (http_is_content(message->bytes))
        read_json(message->bytes, reading);
    else if (http_parse(message->bytes, true, &request) != HTTP_REQUEST ||
             http_read_untyped(message, reading))
        return;
    else if (!take_json(&request, memory, &json))
        read_form(&request, reading);
    else
        read_json(json, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
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
          "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nTransfer-Encoding: "
          "chunked\r\n\r\n49\r\n{\"location\":{\"timestamp\":\"2026-02-01T08:09:10.000Z\",\"coords\":{"
          "\"latitude\":\r\n30\r\n-33.45,\"longitude\":-70.66}},\"device_id\":\"van-7\"}\r\n0\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van-7",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:10Z",
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text =
          "GET /?id=123456789012345&cell=216,30,291,4567&batt=80 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "GET /?deviceid=van-7&lat=40.71&lon=-74.01&timestamp=1769933350 HTTP/1.1\r\nHost: "
              "gps.example.org\r\n\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van-7",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
              "132\r\n\r\n{\"location\":{\"timestamp\":\"2026-02-01T08:09:10.000Z\",\"coords\":{\"latitude\":"
              "47.51,\"longitude\":19.09,\"accu",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "115\r\n\r\n{\"location\":{\"timestamp\":"
              "\"2026-02-01T08:09:10Z\",\"coords\":{\"latitude\":47.51,\"longitude\":19.09}},\"device_id\":"
              "\"van-7\"}",
      .claim = CLAIM_LIKELY,
      .type = "no content type",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" },
    { .text = "{\"location\":{\"timestamp\":\"2026-02-01T08:09:10Z\",\"coords\":{\"latitude\":47.51,"
              "\"longitude\":19.09}},\"device_id\":\"van-7\"}",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "van-7",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_osmand = {
    .name = "osmand",
    .port = 5055,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("GET "), HEAD("POST "), HEAD("PUT "), HEAD("{")),
    .match = match,
    .read = read,
    .answer = http_answer_typed,
    .reception = http_reception,
    .samples = samples,
};
