/* SPDX-License-Identifier: Apache-2.0 */
/*
 * v680: V680, V520 and clones. Text without line ends, TCP and UDP, no checksum, no answers.
 *
 *   #<imei>##                                                       login
 *   [#<imei>#<user>#]<fix>#<password>#<event>#<n>#[<cells>][#][V#|M#]<place>#<ddmmyy>#<hhmmss>[#V#<place>#…]##
 *   place: <lon>,<E|W>,<lat>,<N|S>,<speed>,<course>      degrees, or ddmm.m where the numbers are too large for that
 *   User and cells are often empty: then "##" stands inside, and a server that cuts there sees a login and a message without
 *   id. Fix 0: no fix. The date 000000: no place at all.
 */
#include "base/nmea.h"
#include "protocol/text_protocol.h"

enum { LONGEST = 2048, ID_MAX = 20, FIX_MAX = 3, IMEI = 15 };

#define START "(?:#(?<id>\\d+)#[^#]*#)?(?<flag>\\d+)#[^#]+#[^#]+#\\d+#"

static void read_place(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor flag, north, east;
    struct fix fix = { 0 };
    int64_t clock;
    uint64_t number;
    (void)form;
    if (!groups_named(found, "flag", &flag) || !groups_named(found, "north", &north) ||
        !groups_named(found, "east", &east) || CURSOR_STARTS(found->standard[GROUP_DMY], "0000"))
        return;
    fix.has_time = reading_time_of(found->standard[GROUP_DMY], "dmy", &fix.time) &&
                   reading_time_of(found->standard[GROUP_HMS], "his", &clock);
    fix.time += fix.has_time ? clock : 0;
    if (!cursor_decimal(north, &fix.lat) || !cursor_decimal(east, &fix.lon))
        return;
    bool is_degrees = fix.lat <= 90 && fix.lon <= 180;
    if (!is_degrees && (!nmea_degrees(north, &fix.lat) || !nmea_degrees(east, &fix.lon)))
        return;
    fix.lat *= nmea_sign(found->standard[GROUP_NS]);
    fix.lon *= nmea_sign(found->standard[GROUP_EW]);
    fix.valid = !cursor_number(flag, &number) || number > 0;
    reading_mark_fix(reading, flag, fix.valid);
    reading_mark_place(reading, north, fix.lat, east, fix.lon);
    reading_fix(reading, &fix);
}

static const struct text_protocol text = {
    .longest = LONGEST,
    .weak_heads = true,
    .forms = {
        { "login", { "#(?<id>\\d{15})(?:##)?" }, .claim = CLAIM_LIKELY },
        { "position",
          { START "(?:[^#]+)?#?(?:[^#]+#)?(?<east>\\d+\\.\\d+),(?<ew>[EW]),(?<north>\\d+\\.\\d+),(?<ns>[NS]),\\d+\\.\\d+,"
            "(?:\\d+\\.?\\d*)?#(?<dmy>\\d{6})#(?<hms>\\d{6}).*" } },
        { "status", { "#(?<id>\\d{15})#[^#]*#(?:[^#$]*#){3,}[^$]*" }, .claim = CLAIM_LIKELY },
    },
    .refine = read_place,
};

extern const struct protocol protocol_v680;

/* Six digits between '#', and six more behind: date and time are the last that a message says. */
static bool has_clock(struct cursor bytes)
{
    size_t clock = bytes.left;
    while (clock > 0 && cursor_byte(bytes, clock - 1) != '#')
        clock--;
    struct cursor date;
    return clock >= 8 && cursor_count_digits(cursor_part(bytes, clock, bytes.left - clock)) >= 6 &&
           cursor_slice(bytes, clock - 8, 8, &date) && cursor_byte(date, 0) == '#' &&
           cursor_byte(date, 7) == '#' && cursor_count_digits(cursor_part(date, 1, 7)) == 6;
}

/* Where the first "##" at or behind an offset ends. */
static bool find_end(struct cursor bytes, size_t from, size_t *end)
{
    size_t at;
    if (!cursor_skip(&bytes, from) || !cursor_find_text(bytes, "##", &at))
        return false;
    *end = from + at + 2;
    return true;
}

/* A login, when nothing or the next message stands behind it; else up to the "##" behind the time; without one up to a "##"
 * that no field follows. */
static bool find_length(struct cursor bytes, size_t *length)
{
    size_t end = 0, loose = 0;
    while (find_end(bytes, end > 0 ? end - 1 : 0, &end)) {
        bool is_last = end == bytes.left || cursor_byte(bytes, end) == '#' ||
                       cursor_byte(bytes, end) == '\r' || cursor_byte(bytes, end) == '\n';
        if (has_clock(cursor_part(bytes, 0, end - 2)) || (end == IMEI + 3 && is_last)) {
            *length = end;
            return true;
        }
        if (loose == 0 && is_last)
            loose = end;
    }
    *length = loose;
    return loose > 0;
}

/* "#<digits>#", or "<digits>#": of what is cut off, what is there. */
static bool has_front(struct cursor bytes)
{
    bool has_id = cursor_byte(bytes, 0) == '#';
    struct cursor rest = cursor_part(bytes, has_id, bytes.left - has_id);
    size_t digits = cursor_count_digits(rest);
    return digits <= (has_id ? ID_MAX : FIX_MAX) &&
           (digits == rest.left || (digits > 0 && cursor_byte(rest, digits) == '#'));
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor bytes =
        cursor_part(message->bytes, 0, message->bytes.left < LONGEST ? message->bytes.left : LONGEST);
    size_t line_end;
    if (!has_front(bytes))
        return CLAIM_NO;
    bool is_found = find_length(bytes, &one.bytes.left);
    if (!is_found && !message->complete)
        return bytes.left < LONGEST && cursor_is_text(bytes) ? CLAIM_MORE : CLAIM_NO;
    if (!is_found)
        one.bytes.left = bytes.left;
    /* tlt2h has lines inside */
    if (cursor_find(cursor_trim(one.bytes), '\n', &line_end))
        return CLAIM_NO;
    one.complete = true;
    return text_match(&protocol_v680, &one, length);
}

static const struct sample samples[] = {
    { .text = "#123456789012345##1#0000#AUT#01#216300a1b2c3d4#1905.400000,E,4730.600000,N,12.50,45.00#010226#"
              "080910.000##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "#123456789012345#5551234567#0#0000#SF#2#V#07039.6000,W,3327.0000,S,000.00,0#010226#080910#V#"
              "07039.6010,W,"
              "3327.0010,S,000.00,0#010226#080920##",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "7#0000#AUT#1#0500000000120000#74.010000,W,40.710000,N,1.00,#010226#080910##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .text = "#123456789012345##1#0000#AUT#01##1905.4000,E,4730.6000,N,0.00,0.00#010226#080910.000##",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "#123456789012345##1#0000#AUT#01#216300a1b2c3d4#00000.0000,E,0000.0000,N,0.00,#000000#000000.000##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "#123456789012345##",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_v680 = {
    .name = "v680",
    .port = 5016,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("#"), HEAD_DIGITS),
    .text = &text,
    .match = match,
    .samples = samples,
};
