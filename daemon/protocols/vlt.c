/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vlt: Indian units of the standard AIS-140 that report over HTTP. One form parameter in the body, columns of fixed width.
 *
 *   vltdata=NRM<imei 15><record>        vltdata=BTH<imei 15><count 3><record>…        others (LGN, HMP): no place
 *   record, 78 characters: alert 2 | H or L | fix 0 or 1 | ddmmyy | hhmmss | lat ddd.dddddd | N or S | lon ddd.dddddd | E or W |
 *   mcc 3 | mnc 3 | lac 4 | cell 9 | speed ddd.dd | course ddd.dd | satellites 2 | hdop 2 | rssi 2 | ignition | charging | mode
 */
#include "protocol/http_protocol.h"

enum { RECORD_SIZE = 78, ID_END = 18, COUNT_DIGITS = 3 };

static const struct pattern heading = { "[A-Z]{3}(?<id>\\d{15})" };
static const struct pattern record = { "[^&]{2}[HL](?<valid>\\d)(?<dmy>\\d{6})(?<hms>\\d{6})(?<latd>\\d{3}\\."
                                       "\\d{6})(?<ns>[NS])(?<lond>\\d{3}\\.\\d{6})(?<ew>[EW])" };

/* The value; its first record is left in `records`, empty where the kind has none. */
static bool take_value(struct cursor body, struct cursor *value, struct cursor *records)
{
    if (!http_parameter(body, "vltdata", value))
        return false;
    *records = *value;
    size_t head = CURSOR_STARTS(*value, "NRM")   ? ID_END
                  : CURSOR_STARTS(*value, "BTH") ? ID_END + COUNT_DIGITS
                                                 : value->left;
    if (!cursor_skip(records, head))
        records->left = 0;
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    struct cursor value, records;
    enum claim claim = http_claim(message, HTTP_FORM, "vltdata=", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    if (!take_value(request.body, &value, &records))
        return CLAIM_NO;
    if (!pattern_match(message->patterns, &heading, value, NULL))
        return CLAIM_LIKELY;
    return records.left == 0 || pattern_match(message->patterns, &record, records, NULL) ? CLAIM_CERTAIN
                                                                                         : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    struct cursor value, records, one;
    struct groups found;
    reading->type = "status";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST &&
        take_value(request.body, &value, &records)) {
        if (pattern_match(message->patterns, &heading, value, &found))
            reading_note_groups(reading, &found);
        while (cursor_take(&records, records.left < RECORD_SIZE ? records.left : RECORD_SIZE, &one) &&
               pattern_match(message->patterns, &record, one, &found)) {
            reading->type = "position";
            reading_take_groups(reading, &found, false);
        }
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "104\r\n\r\nvltdata=NRM12345678901234501L1010226080910047.510000N019."
              "090000E216x300123000004567012.50045.0009072011M",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /vlt?x=1 HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "104\r\n\r\nvltdata=NRM12345678901234501H0010226080910033.450000S070."
              "660000W216x300123000004567012.50045.0009072011M",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "185\r\n\r\nvltdata=BTH12345678901234500201L1010226080800047.510000N019."
              "090000E216x300123000004567012.50045.0009072011M01L1010226080910040.710000N074."
              "010000W216x300123000004567012.50045.0009072011M",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "36\r\n\r\nvltdata=LGN123456789012345KA01AB1234",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_vlt = {
    .name = "vlt",
    .port = 5246,
    .transports = OVER_TCP,
    .heads = HTTP_BODY_HEADS,
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .reception = http_reception,
    .samples = samples,
};
