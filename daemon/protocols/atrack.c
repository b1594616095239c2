/* SPDX-License-Identifier: Apache-2.0 */
/*
 * atrack: ATrack AT1, AT5, AX5, AX7, AX9, AK1, AK7, AL1, AL7, AY5. The same report in a binary and an ASCII form, TCP and UDP.
 *
 *   @P | CRC 2 | L 2 | sequence 2 | id 8 | record …      big endian; total = L + 6; @R a part of a photo
 *       CRC-16/ARC from L to the end. Other prefixes than @ and a letter are found by it.
 *       record: fix time 4 | RTC time 4 | send time 4 (Unix; or yyyy in two bytes, m d h i s each) | lon 4 | lat 4 (1e-6 degree) |
 *           15 bytes | driver, 00 | 4 bytes | text, 00 | [%CI…, 00 and the values that it names]
 *   @P,<CRC>,<L>,<sequence>,<id>,<record> CR LF …      L counts from the comma behind it; CRC from the comma before L
 *       record: <fix time>,<RTC time>,<send time> (Unix, or yyyymmddhhmmss),<lon>,<lat> (1e-6 degree),…; always with a fix
 *   fe 02 | id 8 | sequence 2      keep-alive, sent back; and what answers a report (Traccar puts L where the ASCII form has its id)
 *   $INFO=<id>,…  $ERROR=…  $OK, with +<word> where the command had one    replies: Traccar takes them for a position without a fix
 */
#include "protocol/binary_frame.h"
#include "protocol/text_protocol.h"

enum { ALIVE_SIZE = 12, SEQUENCE_AT = 6, ID_AT = 8, RECORDS_AT = 16, RECORD_LEAST = 40, LONGEST = 32768 };
enum {
    ASCII_CRC_AT = 3,
    ASCII_CRC_SIZE = 4,
    ASCII_COMMA_AT = 7,
    DATE = 7,
    BEHIND_PLACE = 15,
    TEMPERATURES = 4
};
static const uint64_t imei_least = 100000000000000, imei_end = 1000000000000000, id_end = 10000000000000000;

static const struct binary_frame frame = { .length_at = 4,
                                           .length_size = 2,
                                           .plus = 6,
                                           .shortest = RECORDS_AT,
                                           .longest = LONGEST,
                                           .check = CHECK_CRC16_ARC,
                                           .check_at = 2,
                                           .check_size = 2,
                                           .covered = 4 };

static void take_no_fix(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    (void)form;
    (void)found;
    reading_no_fix(reading);
}

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = { { "status",
                 { "\\$INFO=(?<id>\\d+),[^,]*,[^,]*,\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,\\d+.*" } },
               { "reply", { "\\$ERROR=\\d{1,4}" } },
               { "reply", { "\\$(?:INFO|ERROR)(?:\\+\\w{1,20})?=.*" }, .claim = CLAIM_LIKELY },
               { "reply", { "\\$(?:FORM|UNID)(?:\\+\\w{1,20})?=.*" }, .claim = CLAIM_POSSIBLE },
               { "reply", { "\\$OK(?:\\+\\w{1,20})?" }, .claim = CLAIM_POSSIBLE } },
    .refine = take_no_fix,
};

extern const struct protocol protocol_atrack;

/* Fix time, longitude and latitude of a binary record. */
struct place {
    struct cursor time, lon, lat;
    struct fix fix;
    bool is_dated; /* all three times are recent */
};

/* A date in seven bytes. */
static bool take_long_date(struct cursor *c, int64_t *seconds)
{
    return reading_take_bytes_time(c, "Ymdhis", seconds);
}

static bool take_place(struct cursor *c, struct place *place)
{
    struct cursor rest = *c, dates = *c;
    int64_t first = 0, second = 0, third = 0;
    *place = (struct place){ 0 };
    place->fix.valid = true;
    bool is_long =
        take_long_date(&dates, &first) && take_long_date(&dates, &second) && take_long_date(&dates, &third);
    if (!cursor_take(&rest, is_long ? DATE : 4, &place->time) ||
        !cursor_skip(&rest, is_long ? 2 * DATE : 8) || !cursor_take(&rest, 4, &place->lon) ||
        !cursor_take(&rest, 4, &place->lat))
        return false;
    if (!is_long) {
        first = (int64_t)cursor_be_of(place->time);
        second = (int64_t)cursor_be_of(cursor_part(*c, 4, 4));
        third = (int64_t)cursor_be_of(cursor_part(*c, 8, 4));
    }
    place->is_dated = calendar_is_recent(first) && calendar_is_recent(second) && calendar_is_recent(third);
    place->fix.has_time = first > 0;
    place->fix.time = first;
    place->fix.lon = (double)signed_of(cursor_be_of(place->lon), 32) / 1e6;
    place->fix.lat = (double)signed_of(cursor_be_of(place->lat), 32) / 1e6;
    *c = rest;
    return true;
}

/* To the next record; false when this is the last, or what the device's own form adds stands before the next. */
static bool skip_rest(struct cursor *c)
{
    struct cursor word;
    return cursor_skip(c, BEHIND_PLACE) && cursor_until(c, 0, &word) && cursor_skip(c, TEMPERATURES) &&
           cursor_until(c, 0, &word) && !CURSOR_STARTS(word, "%") && !CURSOR_STARTS(*c, "%") &&
           c->left >= RECORD_LEAST;
}

static enum claim match_alive(const struct message *message, size_t *length)
{
    uint64_t id;
    enum framed framed = frame_by_length(message->bytes, message->complete, ALIVE_SIZE, ALIVE_SIZE, length);
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    if (!cursor_be_at(message->bytes, 2, 8, &id) || id >= id_end)
        return CLAIM_NO;
    uint8_t next;
    bool ends =
        !cursor_u8_at(message->bytes, ALIVE_SIZE, &next) || next == '@' || next == '$' || next == 0xfe;
    return ends ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

/* The prefix is set in the device: Traccar goes by its first byte. */
static bool is_usual(struct cursor bytes)
{
    uint8_t letter = bytes.left > 1 ? cursor_byte(bytes, 1) | 0x20 : 0;
    return cursor_byte(bytes, 0) == '@' && letter >= 'a' && letter <= 'z';
}

/* An IMEI; or a shorter id, and a photo or a place on earth with its dates. */
static bool is_plausible(struct cursor bytes)
{
    struct cursor records = bytes;
    struct place place;
    uint64_t id;
    if (!cursor_be_at(bytes, ID_AT, 8, &id) || id == 0 || id >= id_end || !cursor_skip(&records, RECORDS_AT))
        return false;
    return cursor_byte(bytes, 1) == 'R' || (id >= imei_least && id < imei_end) ||
           (take_place(&records, &place) && fix_is_on_earth(&place.fix) && place.is_dated);
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    bool is_own = CURSOR_MAY_START(bytes, "@P") || CURSOR_MAY_START(bytes, "@R");
    enum claim claim = binary_match(&frame, message, length);
    /* other prefixes are known by the CRC, other letters also by what the frame holds */
    if (!is_own)
        return claim == CLAIM_CERTAIN                                            ? CLAIM_CERTAIN
               : claim == CLAIM_LIKELY && is_usual(bytes) && is_plausible(bytes) ? CLAIM_LIKELY
                                                                                 : CLAIM_NO;
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    return is_plausible(bytes) ? claim : CLAIM_NO;
}

/* The parts of the ASCII form. */
struct report {
    size_t told, total; /* L; the whole message by it */
    struct cursor crc, sequence, id, lines;
    bool is_proven;
    uint16_t right;
};

/* MORE and NO as for a message; POSSIBLE: the head is there. The CRC may be left out. */
static enum claim open_report(struct cursor bytes, struct report *report)
{
    size_t comma;
    struct cursor rest = bytes;
    *report = (struct report){ 0 };
    if (!cursor_skip(&rest, ASCII_CRC_AT))
        return bytes.left > 2 && cursor_byte(bytes, 2) != ',' ? CLAIM_NO : CLAIM_MORE;
    size_t digits = cursor_count_hex(rest), length_at = ASCII_CRC_AT + digits;
    if (cursor_byte(bytes, 2) != ',' || digits > ASCII_CRC_SIZE ||
        (rest.left > digits && cursor_byte(rest, digits) != ','))
        return CLAIM_NO;
    report->crc = cursor_part(rest, 0, digits);
    enum framed framed = frame_told(bytes, length_at + 1, &report->told, &comma);
    if (framed != FRAMED)
        return claim_framed(framed);
    report->total = comma + report->told;
    struct cursor covered;
    uint64_t crc;
    if (cursor_slice(bytes, length_at, report->total - length_at, &covered)) {
        report->right = crc16_arc(covered);
        report->is_proven = cursor_hex(report->crc, &crc) && crc == report->right;
    }
    /* one more line end is swallowed */
    report->total += report->total < bytes.left && cursor_byte(bytes, report->total) == '\n';
    rest = bytes;
    rest.left = rest.left < report->total ? rest.left : report->total;
    if (cursor_skip(&rest, comma + 1) && cursor_until(&rest, ',', &report->sequence) &&
        cursor_until(&rest, ',', &report->id))
        report->lines = rest;
    return CLAIM_POSSIBLE;
}

/* Takes one line of a report: its fix; false when it is none. */
static bool take_line(struct cursor *lines, struct place *place)
{
    struct cursor line, field;
    uint64_t number;
    *place = (struct place){ 0 };
    place->fix.valid = true;
    if (!cursor_field(lines, '\n', &line) || !cursor_until(&line, ',', &place->time) ||
        !cursor_number(place->time, &number) || !cursor_until(&line, ',', &field) ||
        !cursor_until(&line, ',', &field) || !cursor_until(&line, ',', &place->lon) ||
        !cursor_until(&line, ',', &place->lat) || !cursor_decimal(place->lon, &place->fix.lon) ||
        !cursor_decimal(place->lat, &place->fix.lat))
        return false;
    place->fix.lon /= 1e6;
    place->fix.lat /= 1e6;
    place->fix.time = (int64_t)number;
    place->fix.has_time =
        place->time.left == 14 ? reading_time_of(place->time, "Ymdhis", &place->fix.time) : number > 0;
    return true;
}

static enum claim match_ascii(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct report report;
    struct place place;
    bool is_own = is_usual(bytes);
    enum claim claim = open_report(bytes, &report);
    if (claim == CLAIM_MORE && message->complete)
        return CLAIM_NO;
    if (claim < CLAIM_POSSIBLE)
        return is_own ? claim : CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, report.total, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return is_own ? claim_framed(framed) : CLAIM_NO;
    if (report.is_proven)
        return CLAIM_CERTAIN;
    if (!is_own || !report.lines.at)
        return CLAIM_NO;
    return take_line(&report.lines, &place) ? CLAIM_LIKELY
           : CURSOR_STARTS(bytes, "@P")     ? CLAIM_POSSIBLE
                                            : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (CURSOR_MAY_START(bytes, "\xfe\x02"))
        return match_alive(message, length);
    if (cursor_byte(bytes, 0) == '$')
        return text_match(&protocol_atrack, message, length);
    bool is_ascii = bytes.left > 2 && cursor_byte(bytes, 2) == ',';
    return is_ascii ? match_ascii(message, length) : match_binary(message, length);
}

static void take_fix(const struct place *place, struct reading *reading)
{
    if (place->fix.has_time)
        reading_mark_time(reading, place->time, place->fix.time);
    reading_mark_place(reading, place->lat, place->fix.lat, place->lon, place->fix.lon);
    reading_fix(reading, &place->fix);
}

static void read_id(struct cursor bytes, size_t at, struct reading *reading)
{
    struct cursor id;
    if (!cursor_slice(bytes, at, 8, &id))
        return;
    reading_device_number(reading, cursor_be_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_be_of(id));
}

static void read_binary(struct cursor bytes, struct reading *reading)
{
    struct cursor records = bytes;
    struct place place;
    reading->type = "status";
    binary_mark(&frame, reading);
    read_id(bytes, ID_AT, reading);
    if (CURSOR_STARTS(bytes, "@R")) {
        reading->type = "photo";
        return;
    }
    if (!cursor_skip(&records, RECORDS_AT))
        return;
    while (take_place(&records, &place)) {
        take_fix(&place, reading);
        if (!skip_rest(&records))
            break;
    }
}

static void read_ascii(struct cursor bytes, struct reading *reading)
{
    struct report report;
    struct place place;
    if (open_report(bytes, &report) < CLAIM_POSSIBLE || !report.lines.at)
        return;
    reading_mark_check(reading, report.crc, report.is_proven, report.right);
    reading_mark(reading, "sequence", report.sequence);
    reading_device(reading, report.id);
    while (take_line(&report.lines, &place))
        take_fix(&place, reading);
    reading->proven = reading->location == LOCATION_VALID && cursor_count_digits(report.id) == report.id.left;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    if (CURSOR_STARTS(bytes, "\xfe\x02")) {
        reading->type = "heartbeat";
        read_id(bytes, 2, reading);
    } else if (cursor_byte(bytes, 0) == '$') {
        text_read(&protocol_atrack, message, reading);
        return;
    } else if (bytes.left > 2 && cursor_byte(bytes, 2) == ',') {
        read_ascii(bytes, reading);
    } else {
        read_binary(bytes, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, id, sequence;
    struct report report;
    uint64_t number;
    (void)asker;
    if (CURSOR_STARTS(bytes, "\xfe\x02")) {
        /* an echo is only safe where nobody can feign its sender */
        if (!message->datagram && bytes.left == ALIVE_SIZE)
            buffer_put_cursor(reply, bytes);
    } else if (cursor_byte(bytes, 0) != '$' && bytes.left > 2 && cursor_byte(bytes, 2) == ',') {
        if (open_report(bytes, &report) < CLAIM_POSSIBLE || !report.lines.at ||
            !cursor_number(report.sequence, &number))
            return;
        buffer_put(reply, "\xfe\x02", 2);
        buffer_put_be(reply, 8, report.told);
        buffer_put_be(reply, 2, number);
    } else if (cursor_byte(bytes, 0) != '$' && cursor_slice(bytes, ID_AT, 8, &id) &&
               cursor_slice(bytes, SEQUENCE_AT, 2, &sequence)) {
        buffer_put(reply, "\xfe\x02", 2);
        buffer_put_cursor(reply, id);
        buffer_put_cursor(reply, sequence);
    }
}

static const struct sample samples[] = {
    { .hex = "40504bae0062000700007048860ddf79697f09ea697f09eb697f0a2601234a5002d4f1f0002d02000009cf000901000"
             "c0000004a4f450007d007d000697f0a26697f0a27697f0a6201234a5002d4f1f0002d02000009cf000901000c000000"
             "4a4f450007d007d000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "fe0200007048860ddf790007" },
    { .hex = "405025370036000800000000000f54ab697f0a26697f0a27697f0a62fbc9d060fe0197f0002d02000009cf000901000"
             "c0000004a4f450007d007d000",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1004715",
      SAMPLE_SOUTH_WEST,
      .answer = "fe0200000000000f54ab0008" },
    { .hex = "0203d414003f000700007048860ddf7907ea020108090a07ea020108090a07ea020108090afb96b270026d2f70002d0"
             "2000009cf000901000c0000004a4f450007d007d000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "fe0200007048860ddf790007" },
    { .hex = "4050c48b0044000700007048860ddf79697f0a26697f0a27697f0a6201234a5002d4f1f0002d02000009cf000901000"
             "c0000004a4f450007d007d000254349254d5625425600007f0028",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "fe0200007048860ddf790007" },
    { .hex = "4052bd6a004e000700007048860ddf79697f0a26000102030405060708090a0b0c0d0e0f101112131415161718191a1"
             "b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "fe0200007048860ddf790007" },
    { .hex =
          "40502c383944322c3232372c372c3132333435363738393031323334352c313736393933333239302c3137363939333332"
          "39302c313736393933333239302c31393039303030302c34373531303030302c37322c302c313633382e352c31352c302c"
          "302c312c302c2c323030302c323030302c1a2c254349254d562542562c3134332c300d0a313736393933333335302c3137"
          "36393933333335302c313736393933333335302c31393039303030302c34373531303030302c37322c302c313633382e35"
          "2c31352c302c302c312c302c2c323030302c323030302c1a2c254349254d562542562c3134332c300d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "fe0200000000000000e30007" },
    { .hex = "40502c343333412c3132352c3130343534372c3132333435363738393031323334352c3230323630323031303830393"
             "1302c32303236303230313038303931302c32303236303230313038303931302c2d37303636303030302c2d33333435"
             "303030302c37322c302c313633382e352c31352c302c302c312c302c2c323030302c323030302c0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "fe02000000000000007d9863" },
    { .hex = "58592c373841382c3132342c332c3132333435363738393031323334352c313736393933333335302c3137363939333"
             "33335302c313736393933333335302c2d37343031303030302c34303731303030302c37322c302c313633382e352c31"
             "352c302c302c312c302c2c323030302c323030302c1a2c254349254d562542562c3134332c300d0a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "fe02000000000000007c0003" },
    { .hex = "fe0200007048860ddf790007",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "fe0200007048860ddf790007" },
    { .hex = "fe0200007048860ddf790007",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$INFO=123456789012345,AX7,Rev.1.00 "
              "Build.0001,123456789012345,216300000000001,89360000000000000017,124,41,7,1,21,1,3\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .text = "$ERROR=104\r\n", .claim = CLAIM_CERTAIN, .type = "reply", .location = LOCATION_INVALID },
    { .text = "$OK\r\n", .claim = CLAIM_POSSIBLE, .type = "reply", .location = LOCATION_INVALID },
    { .text = "$OK+TAG1\r\n", .claim = CLAIM_POSSIBLE, .type = "reply", .location = LOCATION_INVALID },
    { .text = "$ERROR+TAG1=101\r\n", .claim = CLAIM_LIKELY, .type = "reply", .location = LOCATION_INVALID },
    { .text = "@p,C90C,106,9,900000000000123,1769933350,1769933350,1769933350,-70660000,-33450000,45,2,1234,"
              "7,0,40,0,0,,2000,2000,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "900000000000123",
      SAMPLE_SOUTH_WEST,
      .answer = "fe02000000000000006a0009" },
    { 0 }
};

const struct protocol protocol_atrack = {
    .name = "atrack",
    .port = 5044,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_PLACED,
    .heads = HEADS(HEAD("@P"), HEAD("@R"), HEAD("\xfe\x02"), HEAD("$INFO"), HEAD("$ERROR"), HEAD("$OK"),
                   HEAD("$FORM"), HEAD("$UNID"), HEAD_ANY),
    .text = &text,
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
