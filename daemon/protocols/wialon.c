/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wialon: Wialon IPS 1.x and 2.x (Gurtam), spoken by many makers and phones. Text lines, TCP and UDP.
 *
 *   [<d.d>;][<id>]#<type>#<body> CR LF       the id stands in front where there is no login, as over UDP
 *   L  <id>;<password>   or   <2.0>;<id>;<password>;<CRC>            login
 *   P  (empty)                                                       ping
 *   SD <ddmmyy>;<hhmmss>;<ddmm.m>;<N|S>;<dddmm.m>;<E|W>;<speed>;<course>;<altitude>;<satellites>
 *   D  the same and ;<hdop>;<inputs>;<outputs>;<adc>;<ibutton>;<params>[;<CRC>]
 *   B  many of these, separated by '|'       M  text       I, QI, QT, US, UC, …  ignored by the server
 *   Any field may be NA. CRC-16/ARC, 4 hex digits, covers what is between the type and it.
 */
#include <math.h>

#include "base/checksum.h"
#include "base/nmea.h"
#include "protocol/protocol.h"

enum { LONGEST = 32768, PREFIX_MAX = 48, TYPE_MAX = 3, CRC_SIZE = 4, FIX_SATELLITES = 3 };
enum { DATA_FIELDS = 17 }; /* of a D with its CRC */
enum { DATE, CLOCK, LAT, NS, LON, EW, SPEED, COURSE, ALTITUDE, SATELLITES, FIELDS };

struct line {
    struct cursor id, type, body;
};

static bool is_id_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte != '\0' && strchr("._:;-@", byte));
}

static size_t count_id_bytes(struct cursor bytes)
{
    size_t n = 0;
    while (n < bytes.left && n < PREFIX_MAX && is_id_byte(cursor_byte(bytes, n)))
        n++;
    return n;
}

/* LIKELY: prefix and type are there; the body is all that follows, without its line end. */
static enum claim open_line(struct cursor bytes, struct line *line)
{
    struct cursor rest = bytes, skipped;
    size_t n = count_id_bytes(bytes);
    if (n == bytes.left)
        return CLAIM_MORE;
    if (cursor_byte(bytes, n) != '#' || !cursor_take(&rest, n, &line->id) || !cursor_skip(&rest, 1))
        return CLAIM_NO;
    size_t version = cursor_count_digits(line->id);
    if (version == 1 && line->id.left > 3 && cursor_byte(line->id, 1) == '.' &&
        cursor_byte(line->id, 3) == ';' && !cursor_take(&line->id, 4, &skipped))
        return CLAIM_NO;
    for (n = 0; n < rest.left && n <= TYPE_MAX && cursor_byte(rest, n) >= 'A' && cursor_byte(rest, n) <= 'Z';
         n++)
        ;
    if (n == rest.left)
        return n <= TYPE_MAX ? CLAIM_MORE : CLAIM_NO;
    if (n == 0 || n > TYPE_MAX || cursor_byte(rest, n) != '#' || !cursor_take(&rest, n, &line->type) ||
        !cursor_skip(&rest, 1))
        return CLAIM_NO;
    while (rest.left > 0 &&
           (cursor_byte(rest, rest.left - 1) == '\r' || cursor_byte(rest, rest.left - 1) == '\n'))
        rest.left--;
    line->body = rest;
    return CLAIM_LIKELY;
}

static bool is_data(struct cursor type)
{
    return cursor_is(type, "D") || cursor_is(type, "SD") || cursor_is(type, "B");
}

static bool is_ignored(struct cursor type)
{
    static const char *const names[] = { "I", "QI", "QT", "US", "UC", "A", "T", "IT", "FT", "TA" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(type, names[i]))
            return true;
    }
    return false;
}

/* The four digits at the end and what they cover. */
static bool take_crc(struct cursor body, struct cursor *digits, uint16_t *told, uint16_t *right)
{
    struct cursor covered;
    uint64_t crc;
    if (body.left <= CRC_SIZE || !cursor_take(&body, body.left - CRC_SIZE, &covered) ||
        !memchr(";|", cursor_byte(covered, covered.left - 1), 2) || !cursor_hex(body, &crc))
        return false;
    *digits = body;
    *told = (uint16_t)crc;
    *right = crc16_arc(covered);
    return true;
}

static bool has_crc(struct cursor body)
{
    struct cursor digits;
    uint16_t told, right;
    return take_crc(body, &digits, &told, &right) && told == right;
}

/* Is it the start of a position: date and clock, or NA, and four more fields? */
static bool has_shape(struct cursor body)
{
    struct cursor field;
    for (size_t i = 0; i < 5; i++) {
        if (!cursor_until(&body, ';', &field))
            return false;
        if (i < 2 && field.left != 0 && !cursor_is(field, "NA") && cursor_count_digits(field) != field.left)
            return false;
    }
    return true;
}

static const struct pattern words = { "[\\w\\x80-\\xff ;:,.!?/()+-]*$" };

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    enum claim claim = open_line(bytes, &line);
    if (claim == CLAIM_MORE) {
        /* an id in front may be any text: without its '#' only digits are waited for */
        bool is_waiting = cursor_byte(bytes, 0) == '#' || cursor_count_digits(bytes) > 0;
        return is_waiting && !message->complete ? CLAIM_MORE : CLAIM_NO;
    }
    if (claim == CLAIM_NO)
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, "\n", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (open_line(cursor_part(bytes, 0, *length), &line) != CLAIM_LIKELY)
        return CLAIM_NO;
    if (has_crc(line.body))
        return CLAIM_CERTAIN;
    size_t at;
    if (is_data(line.type) && has_shape(line.body))
        return CLAIM_LIKELY;
    /* with another '#' behind its type a line that begins with digits is the middle of somebody else's */
    if (cursor_byte(bytes, 0) != '#' && (cursor_count_digits(bytes) == 0 || cursor_find(line.body, '#', &at)))
        return CLAIM_NO;
    if (cursor_is(line.type, "P"))
        return line.body.left == 0 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    if (cursor_is(line.type, "L"))
        return cursor_find(line.body, ';', &at) && count_id_bytes(line.body) >= at && at > 0 ? CLAIM_LIKELY
                                                                                             : CLAIM_POSSIBLE;
    /* a letter between two '#' is in many texts: the line must have ended, and be of words */
    bool is_word = (cursor_is(line.type, "M") || is_ignored(line.type)) &&
                   pattern_match(message->patterns, &words, line.body, NULL);
    return is_word && framed == FRAMED ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static const struct pattern login = {
    "#L#(?:\\d{6,20};[!-:<-~]*|\\d\\.\\d;[\\w:-]{4,40};[!-~]*;[0-9A-Fa-f]{4})\\r?\\n?$"
};
static const struct pattern position = {
    "(?:\\d{6}|NA)?;(?:\\d{6}|NA)?;(?:-?\\d+\\.\\d+|NA)?;(?:[NS]|NA)?;(?:-?\\d+\\.\\d+|NA)?;(?:[EW]|NA)?;"
    "(?:-?\\d+\\.?\\d*|NA)?;(?:-?\\d+\\.?\\d*|NA)?;(?:-?\\d+\\.?\\d*|NA)?;(?:\\d+|NA)?(?![^;|\\r\\n])"
};

static bool is_given(struct cursor field)
{
    return field.left > 0 && !cursor_is(field, "NA");
}

static void mark_fields(const struct cursor field[static FIELDS], const struct fix *fix,
                        struct reading *reading)
{
    if (fix->has_time)
        reading_mark_time(reading, cursor_join(field[DATE], field[CLOCK]), fix->time);
    if (isfinite(fix->lat) && isfinite(fix->lon))
        reading_mark_place(reading, field[LAT], fix->lat, field[LON], fix->lon);
    if (field[NS].left == 1)
        reading_mark(reading, "hemisphere", field[NS]);
    if (field[EW].left == 1)
        reading_mark(reading, "hemisphere", field[EW]);
    if (is_given(field[SATELLITES]))
        reading_mark_fix(reading, field[SATELLITES], fix->valid);
}

static bool take_time(const struct cursor field[static FIELDS], int64_t *seconds)
{
    int64_t clock;
    if (field[DATE].left != 6 || field[CLOCK].left < 6 || !reading_time_of(field[DATE], "dmy", seconds) ||
        !reading_time_of(field[CLOCK], "his", &clock))
        return false;
    *seconds += clock;
    return true;
}

static void read_position(struct cursor record, struct reading *reading)
{
    struct cursor field[FIELDS] = { { 0 } };
    struct fix fix = { .lat = NAN, .lon = NAN };
    uint64_t satellites;
    for (size_t i = 0; i < FIELDS && cursor_field(&record, ';', &field[i]); i++)
        field[i] = cursor_trim(field[i]);
    fix.has_time = take_time(field, &fix.time);
    if (nmea_degrees(field[LAT], &fix.lat) && nmea_degrees(field[LON], &fix.lon)) {
        fix.lat *= nmea_sign(field[NS]);
        fix.lon *= nmea_sign(field[EW]);
        fix.valid = cursor_number(field[SATELLITES], &satellites) && satellites >= FIX_SATELLITES;
    } else if (is_given(field[SPEED]) || is_given(field[COURSE]) || is_given(field[ALTITUDE])) {
        fix.lat = fix.lon = NAN; /* the server makes a position at 0/0 without satellites of it */
    } else {
        return;
    }
    mark_fields(field, &fix, reading);
    reading_fix(reading, &fix);
}

static void read_login(struct cursor body, struct reading *reading)
{
    struct cursor field;
    size_t at;
    if (!cursor_field(&body, ';', &field))
        return;
    if (cursor_find(field, '.', &at) && !cursor_field(&body, ';', &field))
        return;
    reading_device(reading, field);
}

static const char *type_name(struct cursor type)
{
    return cursor_is(type, "L")                            ? "login"
           : cursor_is(type, "P")                          ? "heartbeat"
           : cursor_is(type, "M")                          ? "text"
           : cursor_is(type, "I") || cursor_is(type, "QI") ? "photo"
                                                           : "status";
}

/* Version 1 has none: a last field that may be another's is marked only where it is right, or where 2.0 puts it. */
static void mark_crc(struct cursor body, struct reading *reading)
{
    struct cursor digits;
    uint16_t told, right;
    size_t fields = 1;
    for (size_t i = 0; i < body.left; i++)
        fields += cursor_byte(body, i) == ';';
    bool is_second = fields == DATA_FIELDS || CURSOR_STARTS(body, "2.");
    if (take_crc(body, &digits, &told, &right) && (told == right || is_second))
        reading_mark_check(reading, digits, told == right, right);
}

static void read(const struct message *message, struct reading *reading)
{
    struct line line;
    struct cursor record;
    if (open_line(message->bytes, &line) != CLAIM_LIKELY)
        return;
    reading->type = type_name(line.type);
    reading_mark(reading, "type", line.type);
    if (line.id.left > 0)
        reading_device(reading, line.id);
    mark_crc(line.body, reading);
    if (cursor_is(line.type, "L")) {
        read_login(line.body, reading);
        reading->proven = pattern_match(message->patterns, &login, message->bytes, NULL);
    } else if (is_data(line.type)) {
        reading->proven = pattern_match(message->patterns, &position, line.body, NULL);
        bool is_box = cursor_is(line.type, "B");
        while (cursor_field(&line.body, is_box ? '|' : '\n', &record))
            read_position(record, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

/* Records of a black box: empty ones at the end do not count. */
static size_t count_records(struct cursor body)
{
    struct cursor record;
    size_t count = 0;
    while (body.left > 0 && cursor_byte(body, body.left - 1) == '|')
        body.left--;
    while (cursor_field(&body, '|', &record))
        count++;
    return count > 0 ? count : 1;
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct line line;
    (void)asker;
    if (open_line(message->bytes, &line) != CLAIM_LIKELY)
        return;
    if (cursor_is(line.type, "P"))
        buffer_put_text(reply, "#AP#\r\n");
    else if (cursor_is(line.type, "B"))
        buffer_printf(reply, "#AB#%zu\r\n", count_records(line.body));
    else if (is_data(line.type))
        buffer_put_text(reply, "#AD#1\r\n");
    else if (cursor_is(line.type, "L") || cursor_is(line.type, "M"))
        buffer_printf(reply, "#A%c#1\r\n", cursor_byte(line.type, 0));
}

static const struct sample samples[] = {
    { .text = "#L#123450006789012;secret\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123450006789012",
      .location = LOCATION_NONE,
      .answer = "=#AL#1\r\n" },
    { .text = "#L#2.0;123456789012345;NA;15CD\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=#AL#1\r\n" },
    { .text = "#P#\r\n",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "=#AP#\r\n" },
    { .text = "#SD#010226;080910;4730.6000;N;01905.4000;E;37;45;120;9\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=#AD#1\r\n" },
    { .text = "#D#010226;080910;3327.0000;S;07039.6000;W;0;0;530;0;1.1;0;0;;NA;SOS:1:1,pwr:2:12.4\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "=#AD#1\r\n" },
    { .text = "#D#010226;080910;4730.6000;N;01905.4000;E;37;45;120;9;0.9;NA;NA;12.1,0.4;NA;NA;671B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=#AD#1\r\n" },
    { .text = "123456789012345#D#010226;080910;4730.6000;N;01905.4000;E;37;45;120;9;NA;NA;NA;NA;NA;NA\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .datagram = true,
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=#AD#1\r\n" },
    { .text = "2.0;unit-7#SD#010226;080910;4730.6000;N;01905.4000;E;37;45;120;9;\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .datagram = true,
      .device = "unit-7",
      SAMPLE_VALID,
      .answer = "=#AD#1\r\n" },
    { .text = "#B#010226;080910;3327.0000;S;07039.6000;W;0;0;530;0;NA;NA;NA;;;|010226;080910;4730.6000;N;"
              "01905.4000;E;37;45;120;9;NA;NA;NA;;;\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=#AB#2\r\n" },
    { .text = "#D#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA;;NA;csq:1:21\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=#AD#1\r\n" },
    { .text = "#D#010226;080910;NA;NA;NA;NA;5;90;NA;1;NA;2;0;3.3;;csq:1:21\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .time = "2026-02-01T08:09:10Z",
      .answer = "=#AD#1\r\n" },
    { .text = "#M#on my way\r\n",
      .claim = CLAIM_LIKELY,
      .type = "text",
      .location = LOCATION_NONE,
      .answer = "=#AM#1\r\n" },
    {
        .text = "#QI#\r\n",
        .claim = CLAIM_LIKELY,
        .type = "photo",
        .location = LOCATION_NONE,
    },
    { .text = "#SD#010226;080910;4042.6000;N;07400.6000;W;37;45;120;9\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "=#AD#1\r\n" },
    { 0 }
};

const struct protocol protocol_wialon = {
    .name = "wialon",
    .port = 5039,
    .transports = OVER_TCP | OVER_UDP,
    /* any text may stand in front as the id */
    .heads = HEADS(HEAD("#L#"), HEAD("#P#"), HEAD("#D#"), HEAD("#SD#"), HEAD("#B#"), HEAD("#M#"), HEAD("#"),
                   HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
