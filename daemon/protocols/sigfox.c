/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sigfox: callbacks of the Sigfox cloud, any device behind it. HTTP over TCP, a JSON object in the body, or the same escaped
 * as in a form, before a '='.
 *
 *   {"device":"<id>","time":<unix>,"data":"<hex>","station":"…","snr":…,"seqNumber":…}
 *   {"deviceId":"<id>","positionTime":<unix>,"latitude":…,"longitude":…,…}        {"device":"<id>","location":{"lat":…,"lng":…},…}
 *   Coordinates stand in location, or beside the id (lat, lng, latitude, longitude) unless there is data; a text "null"
 *   means none. Else in the payload (data or payload, big endian where nothing else is said):
 *     0f or 1f | lat 4 | lon 4 | …              sign and magnitude, /1e6; 1f: a fix
 *     00 10 20 30 | lat 4 | lon 4 | …           little endian, /1e7; 12 bytes in all
 *     event | tag | value | tag | value …       01: lat 3, lon 3, whole degrees; 02: lat, lon as floats; other tags: no place
 *   Coordinates 0, 0 are none.
 */
#include "base/hex.h"
#include "protocol/http_protocol.h"

enum { CONTENT_MAX = 8192, PAYLOAD_MAX = 64 };

/* The JSON text, unescaped into the memory where it is a form. */
static struct cursor content_of(const struct http_request *request, uint8_t *joined, char *memory)
{
    struct cursor content = cursor_trim(http_chunked(request, joined, HTTP_JOINED_MAX)), escaped;
    if (CURSOR_STARTS(content, "{") || !cursor_field(&content, '=', &escaped))
        return content;
    return cursor_trim(http_unescape(escaped, memory, CONTENT_MAX));
}

static bool has(struct cursor json, const char *path)
{
    struct cursor text;
    return json_holds(json, path) && !(json_find_text(json, path, &text) && cursor_is(text, "null"));
}

static bool has_pair(struct cursor json)
{
    return (has(json, "lat") && has(json, "lng")) || (has(json, "latitude") && has(json, "longitude"));
}

static enum claim judge(struct cursor json)
{
    static const char *const own[] = {
        "seqNumber",      "seqNum",           "station",         "snr",  "avgSnr",
        "payload",        "deviceTypeId",     "recievedPayload", "data", "dlConfig",
        "deviceTypeName", "computedLocation", "location.radius", "lqi"
    };
    struct cursor text;
    if (!json_find_text(json, "device", &text) && !json_find_text(json, "deviceId", &text))
        return CLAIM_NO;
    /* outsafe has an object of this name, hoopo's cloud the others */
    if ((json_holds(json, "data") && !json_find_text(json, "data", &text)) || json_holds(json, "origin") ||
        json_holds(json, "eventData"))
        return CLAIM_NO;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (json_holds(json, own[i]))
            return CLAIM_CERTAIN;
    }
    return json_holds(json, "location.lat") || json_holds(json, "time") || has_pair(json) ? CLAIM_LIKELY
                                                                                          : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (http_is_content(message->bytes))
        return http_content_match(message, length, "\"device\" \"deviceId\"", judge);
    struct http_request request;
    uint8_t joined[HTTP_JOINED_MAX];
    char memory[CONTENT_MAX];
    size_t end;
    enum claim claim = http_claim(message, HTTP_JSON, "\"device\" \"deviceId\"", &request, length);
    if (claim == CLAIM_NO)
        claim = http_claim(message, HTTP_FORM, "%22device%22 %22deviceId%22", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    struct cursor content = content_of(&request, joined, memory);
    if (!CURSOR_STARTS(content, "{"))
        return CLAIM_NO;
    enum json_state state = json_scan(content, &end);
    claim = state == JSON_NO ? CLAIM_NO : judge(content);
    return state == JSON_MORE && claim > CLAIM_LIKELY ? CLAIM_LIKELY : claim;
}

/* A bit for the sign, then the magnitude. */
static double magnitude_of(uint32_t raw)
{
    double value = (double)(raw & 0x7fffffff) / 1e6;
    return raw >> 31 ? -value : value;
}

static bool take_le_degrees(struct cursor *c, double *out)
{
    uint32_t raw;
    if (!cursor_le32(c, &raw))
        return false;
    *out = (double)signed32(raw) / 1e7;
    return true;
}

static bool take_whole_degrees(struct cursor *c, double *out)
{
    uint64_t raw;
    if (!cursor_be(c, 3, &raw))
        return false;
    *out = (double)signed_of(raw, 24);
    return true;
}

/* The values of tags that carry no place: how many bytes. */
static size_t size_of_tag(uint8_t tag)
{
    static const uint8_t sizes[] = { [3] = 1, [4] = 1, [5] = 1, [6] = 7, [7] = 10, [8] = 6, [10] = 4 };
    return tag < sizeof(sizes) ? sizes[tag] : 1;
}

static bool take_tagged_place(struct cursor c, struct fix *fix)
{
    bool has_place = false;
    uint8_t tag;
    while (cursor_u8(&c, &tag)) {
        bool is_place = tag == 1 || tag == 2;
        if (!is_place && !cursor_skip(&c, size_of_tag(tag)))
            break;
        if (tag == 1 && !(take_whole_degrees(&c, &fix->lat) && take_whole_degrees(&c, &fix->lon)))
            break;
        if (tag == 2 && !(cursor_be_f32(&c, &fix->lat) && cursor_be_f32(&c, &fix->lon)))
            break;
        has_place = has_place || is_place;
    }
    return has_place;
}

/* The place in the payload of a device. */
static bool take_payload_place(struct cursor payload, struct fix *fix)
{
    struct cursor c = payload;
    uint32_t lat, lon;
    uint8_t event;
    fix->valid = true;
    if (!cursor_u8(&c, &event))
        return false;
    if (event == 0x0f || event == 0x1f) {
        fix->valid = event == 0x1f;
        if (!cursor_be32(&c, &lat) || !cursor_be32(&c, &lon))
            return false;
        fix->lat = magnitude_of(lat);
        fix->lon = magnitude_of(lon);
        return true;
    }
    if (payload.left == 12 && event <= 0x3f)
        return (event & 15) == 0 && take_le_degrees(&c, &fix->lat) && take_le_degrees(&c, &fix->lon);
    return take_tagged_place(c, fix);
}

static bool read_payload(struct cursor json, struct reading *reading, struct fix *fix)
{
    const char *path = json_holds(json, "data") ? "data" : "payload";
    uint8_t payload[PAYLOAD_MAX];
    size_t length, bad;
    struct cursor hex;
    if (!json_find_text(json, path, &hex) || !hex_read(hex, payload, sizeof(payload), &length, &bad))
        return false;
    reading_json_mark(reading, json, "payload", path);
    return take_payload_place(cursor_of(payload, length), fix);
}

static bool read_pair(struct cursor json, struct reading *reading, struct fix *fix)
{
    if (json_holds(json, "location"))
        return reading_json_place(reading, json,
                                  has(json, "location.lat") ? "location.lat" : "location.latitude",
                                  has(json, "location.lng") ? "location.lng" : "location.longitude", fix);
    return reading_json_place(reading, json, has(json, "lat") ? "lat" : "latitude",
                              has(json, "lng") ? "lng" : "longitude", fix);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    if (!reading_json_device(reading, json, "device"))
        reading_json_device(reading, json, "deviceId");
    if (!reading_json_unix(reading, json, "time", &fix))
        reading_json_unix(reading, json, "positionTime", &fix);
    bool is_plain = has(json, "location") || (!has(json, "data") && has_pair(json));
    bool has_place = is_plain ? read_pair(json, reading, &fix) : read_payload(json, reading, &fix);
    if (has_place && (fix.lat != 0 || fix.lon != 0))
        reading_fix(reading, &fix);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    uint8_t joined[HTTP_JOINED_MAX];
    char memory[CONTENT_MAX];
    if (http_is_content(message->bytes))
        fill(message->bytes, reading);
    else if (http_parse(message->bytes, true, &request) == HTTP_REQUEST)
        fill(content_of(&request, joined, memory), reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 118\r\n\r\n{ "
              "\"device\":\"4D2A07\", \"time\":1769933350, \"data\":\"1f02d4f1f001234a5064\", "
              "\"station\":\"0A1B\", \"snr\":\"12.5\", \"seqNumber\":7 }",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4D2A07",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "85\r\n\r\n{\"device\":\"4D2A07\",\"time\":\"1769933350\",\"data\":\"0f81fe681084362fa000\","
              "\"seqNumber\":\"8\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4D2A07",
      SAMPLE_INVALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "174\r\n\r\n%7B+%22device%22%3A%224D2A07%22%2C+%22time%22%3A1769933350%2C+%22data%22%3A%"
              "222060da431860f8e2d32d100a%22%2C+%22lat%22%3A41.0%2C+%22lng%22%3A-74.0%2C+%22seqNumber%22%3A9+"
              "%7D=",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4D2A07",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "112\r\n\r\n{\"device\":\"4D2A07\",\"location\":{\"lat\":-33.45,\"lng\":-70.66,\"radius\":1200,"
              "\"source\":2,\"status\":1},\"time\":1769933350}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4D2A07",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "93\r\n\r\n{\"deviceId\":\"4D2A07\",\"time\":1769933350,\"payload\":"
              "\"220550031402423e0a3d4198b852\",\"seqNum\":\"3\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4D2A07",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "162\r\n\r\n{\"messageType\":\"keepAlive\",\"deviceId\":\"van7\",\"snr\":\"14\",\"station\":"
              "\"0A1B\",\"seqNum\":\"12\",\"latitude\":\"null\",\"longitude\":\"null\",\"positionTime\":"
              "\"null\",\"battery\":\"3.6\"}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "van7",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_sigfox = {
    .name = "sigfox",
    .port = 5154,
    .transports = OVER_TCP,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .reception = http_reception,
    .samples = samples,
};
