/* SPDX-License-Identifier: Apache-2.0 */
/*
 * piligrim: Piligrim Tracker, PiligrimA1. HTTP over TCP; the path says what it is.
 *
 *   POST /bingps?imei=<id>&csq=…       body: records: ff | type (f1 GPS, f2 GPS and sensors, f3 event) | length of the record
 *     f1, f2: day | year - 2010 (4 bits), month (4 bits) | h | m | s | lat: degrees, minutes, two times two decimals of the
 *     minute | lon the same | flags (bit 0 south, bit 1 west) | satellites (3 and more: a fix) | speed | course / 2 | …
 *   POST /push.do                      body: &phoneNumber=%2B+<id>&message=<text>$GPRMC,…
 *   /config, /addlog, /inform          no place
 *   Traccar loses its way behind the first f2 record of a body: the rest does not count.
 */
#include "protocol/http_protocol.h"

enum { RECORD_GPS = 0xf1, RECORD_SENSORS = 0xf2, RECORD_HEAD = 3, PHONE_PREFIX = 16 };

static const struct pattern sentence = { "\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d+)?,(?<valid>[AV]),(?<lat>\\d{4}\\."
                                         "\\d+),(?<ns>[NS]),(?<lon>\\d{4,5}\\.\\d+),(?<ew>[EW]),"
                                         "\\d+\\.\\d+,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6})," };

/* Paths, and the first word of their answers. */
struct kind {
    const char *path, *answer;
};
static const struct kind kinds[] = { { "/bingps", "BINGPS: OK" },
                                     { "/push.do", "PUSH.DO: OK" },
                                     { "/config", "CONFIG: OK" },
                                     { "/addlog", "ADDLOG: OK" },
                                     { "/inform", "INFORM: OK" } };

static const struct kind *kind_of(const struct http_request *request)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (cursor_is(request->path, kinds[i].path))
            return &kinds[i];
    }
    return NULL;
}

/* The phone number behind "phoneNumber=%2B+", the second part of the body. */
static bool take_phone(struct cursor body, struct cursor *phone)
{
    struct cursor first;
    return cursor_until(&body, '&', &first) && cursor_field(&body, '&', phone) &&
           CURSOR_STARTS(*phone, "phoneNumber=") && cursor_skip(phone, PHONE_PREFIX);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    struct cursor id, body;
    enum claim claim =
        http_claim(message, HTTP_LINE, "/bingps /push.do /config /addlog /inform", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    const struct kind *kind = kind_of(&request);
    if (!kind)
        return CLAIM_NO;
    body = request.body;
    if (kind == &kinds[0]) {
        bool has_records = body.left == 0 || CURSOR_STARTS(body, "\xff");
        return http_parameter(request.query, "imei", &id) && has_records ? CLAIM_CERTAIN : CLAIM_LIKELY;
    }
    if (kind == &kinds[1])
        return take_phone(body, &id) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return CLAIM_POSSIBLE; /* words that anybody's web site has */
}

static bool take_angle(struct cursor *c, double *degrees, struct cursor *field)
{
    struct cursor rest = *c;
    uint8_t whole, minutes, hundredths, rest_of_them;
    if (!cursor_take(c, 4, field) || !cursor_u8(&rest, &whole) || !cursor_u8(&rest, &minutes) ||
        !cursor_u8(&rest, &hundredths) || !cursor_u8(&rest, &rest_of_them))
        return false;
    *degrees = whole + (minutes + hundredths * 0.01 + rest_of_them * 0.0001) / 60;
    return true;
}

static bool take_time(struct cursor *c, struct fix *fix, struct cursor *field)
{
    struct cursor rest = *c;
    uint8_t day, month, hour, minute, second;
    if (!cursor_take(c, 5, field) || !cursor_u8(&rest, &day) || !cursor_u8(&rest, &month) ||
        !cursor_u8(&rest, &hour) || !cursor_u8(&rest, &minute) || !cursor_u8(&rest, &second))
        return false;
    struct calendar date = { 2010u + (month >> 4), month & 15u, day, hour, minute, second };
    fix->has_time = calendar_to_unix(&date, &fix->time);
    return true;
}

static void read_record(struct cursor c, struct reading *reading)
{
    struct fix fix = { 0 };
    struct cursor time, lat, lon, satellites;
    uint8_t flags, count;
    if (!take_time(&c, &fix, &time) || !take_angle(&c, &fix.lat, &lat) || !take_angle(&c, &fix.lon, &lon) ||
        !cursor_u8(&c, &flags) || !cursor_take(&c, 1, &satellites) || !cursor_u8_at(satellites, 0, &count))
        return;
    fix.lat = flags & 1 ? -fix.lat : fix.lat;
    fix.lon = flags & 2 ? -fix.lon : fix.lon;
    fix.valid = count >= 3;
    if (fix.has_time)
        reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, satellites, fix.valid);
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read_records(struct cursor body, struct reading *reading)
{
    struct cursor record;
    uint8_t type = 0, size;
    while (type != RECORD_SENSORS && cursor_u8_at(body, 1, &type) && cursor_u8_at(body, 2, &size) &&
           size >= RECORD_HEAD && cursor_take(&body, size, &record) && cursor_skip(&record, RECORD_HEAD)) {
        if (type == RECORD_GPS || type == RECORD_SENSORS)
            read_record(record, reading);
    }
}

static void read_push(const struct message *message, struct cursor body, struct reading *reading)
{
    struct cursor phone;
    struct groups found;
    size_t at;
    if (take_phone(body, &phone))
        reading_device(reading, phone);
    if (!cursor_find_text(body, "$GPRMC", &at) || !cursor_skip(&body, at) ||
        !pattern_match(message->patterns, &sentence, body, &found))
        return;
    reading->type = "position";
    reading_take_groups(reading, &found, false);
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    reading->type = "status";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST) {
        const struct kind *kind = kind_of(&request);
        if (kind == &kinds[0]) {
            http_field_device(reading, &request, "imei");
            read_records(request.body, reading);
        } else if (kind == &kinds[1]) {
            read_push(message, request.body, reading);
        }
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct http_request request;
    (void)asker;
    if (http_parse(message->bytes, true, &request) != HTTP_REQUEST)
        return;
    const struct kind *kind = kind_of(&request);
    if (kind)
        http_answer(reply, 200, NULL, cursor_of_text(kind->answer));
}

static const struct sample samples[] = {
    { .hex = "504f5354202f62696e6770733f696d65693d313233343536373839303132333435266373713d313820485454502f312"
             "e310d0a486f73743a206770732e6578616d706c652e6f72670d0a436f6e74656e742d4c656e6774683a2036340d0a0d"
             "0afff22001f208090a2f1e3c001305280000091f16003b00009f01000700600000fff22001f208130a2f1f140013060"
             "00000091f16003b00009f01000700600000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2025-02-01T08:09:10Z",
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nBINGPS: OK" },
    { .hex = "504f5354202f62696e6770733f6373713d313826696d65693d31323334353637383930313233343520485454502f312"
             "e310d0a486f73743a206770732e6578616d706c652e6f72670d0a436f6e74656e742d4c656e6774683a2033370d0a0d"
             "0afff31000000000000000000000000000fff11501f208090a211b000046273c0003021f1600",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2025-02-01T08:09:10Z",
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nBINGPS: OK" },
    { .hex = "504f5354202f62696e6770733f696d65693d31323334353637383930313233343520485454502f312e310d0a486f737"
             "43a206770732e6578616d706c652e6f72670d0a436f6e74656e742d4c656e6774683a2034320d0a0d0afff11501f208"
             "00002f1e3c001305280000091f1600fff11501f208090a282a3c004a003c0002051f1600",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2025-02-01T08:09:10Z",
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nBINGPS: OK" },
    { .text = "POST /push.do HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "129\r\n\r\n&phoneNumber=%2B+12345678901&message=ALARM; "
              "$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,1.20,45.00,010226,,,A,V* 21; Batt: 405,M",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nPUSH.DO: OK" },
    { .text = "POST /push.do HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "51\r\n\r\n&phoneNumber=%2B+12345678901&message=BALANCE: 12.50",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "12345678901",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nPUSH.DO: OK" },
    { .text = "GET /config?imei=123456789012345 HTTP/1.1\r\nHost: gps.example.org\r\n\r\n",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nCONFIG: OK" },
    { 0 }
};

const struct protocol protocol_piligrim = {
    .name = "piligrim",
    .port = 5059,
    .transports = OVER_TCP,
    .heads = HTTP_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
