/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minifinder: MiniFinder Pico, EV-07 and EV-07P. Text, TCP. Later units are binary: minifinder2.
 *
 *   !1,<imei>[,<text>];                      login
 *   !A,<FIX>[…];                             position without a word on its validity: invalid
 *   !B,<FIX><STATE>…;  !C  !D                position: buffered, other, live
 *   !3,<text>;  !4,<settings>;  !5,<signal>,<text>,<battery>;
 *   FIX = d/m/yy,h:m:s,<lat>,<lon>,          STATE = <speed>,<course>,<flags hex>,<altitude>,<battery>,
 *   flags, lowest two bits: 0 no fix. A message ends at ';', which a NUL may follow. No checksum, no answers.
 */
#include "protocol/protocol.h"

enum { LONGEST = 1024, IMEI = 15, HEAD_SIZE = 3 };

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, body, day;
    uint8_t byte;
    if ((bytes.left > 1 && !memchr("1345ABCD", cursor_byte(bytes, 1), 8)) ||
        (bytes.left > 2 && cursor_byte(bytes, 2) != ','))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, ";", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    body = cursor_trim(cursor_part(bytes, 0, *length));
    if (!cursor_skip(&body, HEAD_SIZE) || body.left == 0 || !cursor_is_text(body))
        return CLAIM_NO;
    if (framed == FRAMED && cursor_u8_at(bytes, *length, &byte) && byte == '\0')
        (*length)++;
    switch (cursor_byte(bytes, 1)) {
    case '1':
        return cursor_count_digits(body) >= 10 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    case '3':
    case '4':
    case '5':
        return framed == FRAMED ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    default:
        /* a day and a month of one or two digits, each with a '/' */
        return cursor_digits(&body, 1, 2, &day) && body.left > 0 && cursor_byte(body, 0) == '/' &&
                       cursor_skip(&body, 1) && cursor_digits(&body, 1, 2, &day) &&
                       (body.left == 0 || cursor_byte(body, 0) == '/')
                   ? CLAIM_LIKELY
                   : CLAIM_POSSIBLE;
    }
}

static const struct pattern login = { "!1,\\d{15}(?:,[^;]*)?;?\\0?\\s*$" };
static const struct pattern signal = { "!5,\\d{1,3},[AV],\\d{1,3}[,;]" };
static const struct pattern position = { "![ABCD],(?<when>(?<day>\\d{1,2})/(?<month>\\d{1,2})/"
                                         "(?<year>\\d{2,4}),(?<hour>\\d{1,2}):(?<minute>\\d{1,2}):"
                                         "(?<second>\\d{1,2})),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+)"
                                         "(?:,[^,;]*,[^,;]*,(?<flags>[0-9A-Fa-f]+))?[,;\\s]" };

/* Day, month and hour may have one digit. */
static bool take_time(const struct groups *found, struct reading *reading, int64_t *seconds)
{
    static const char *const names[] = { "year", "month", "day", "hour", "minute", "second" };
    struct cursor when;
    unsigned part[6];
    for (size_t i = 0; i < 6; i++) {
        struct cursor text;
        uint64_t number;
        if (!groups_named(found, names[i], &text) || !cursor_number(text, &number))
            return false;
        part[i] = (unsigned)number;
    }
    struct calendar date = {
        part[0] < 100 ? calendar_year(part[0]) : part[0], part[1], part[2], part[3], part[4], part[5]
    };
    if (!calendar_carry_to_unix(&date, seconds))
        return false;
    if (groups_named(found, "when", &when))
        reading_mark_time(reading, when, *seconds);
    return true;
}

static void read_position(struct cursor text, const struct groups *found, struct reading *reading)
{
    struct cursor flags;
    struct fix fix;
    uint64_t number;
    bool has_flags = groups_named(found, "flags", &flags);
    reading_note_groups(reading, found);
    if (!reading_fix_of(found, &fix))
        return;
    if (has_flags && cursor_byte(text, 1) != 'A') {
        fix.valid = cursor_hex(flags, &number) && (number & 3) != 0;
        reading_mark_fix(reading, flags, fix.valid);
    }
    fix.has_time = take_time(found, reading, &fix.time);
    reading_fix(reading, &fix);
    reading->proven = has_flags || cursor_byte(text, 1) == 'A';
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor text = message->bytes, body = text, id;
    struct groups found;
    if (!cursor_skip(&body, HEAD_SIZE))
        return;
    reading_mark(reading, "type", cursor_part(text, 1, 1));
    switch (cursor_byte(text, 1)) {
    case '1':
        reading->type = "login";
        for (size_t n = 0; n <= body.left; n++) {
            if (n < body.left && !memchr(",;\r\n", cursor_byte(body, n), 5))
                continue;
            if (cursor_take(&body, n, &id))
                reading_device(reading, id);
            break;
        }
        reading->proven = pattern_match(message->patterns, &login, text, NULL);
        break;
    case '3':
        reading->type = "reply";
        break;
    case '4':
        reading->type = "settings";
        break;
    case '5':
        reading->type = "status";
        reading->proven = pattern_match(message->patterns, &signal, text, NULL);
        break;
    default:
        reading->type = "position";
        if (pattern_match(message->patterns, &position, text, &found))
            read_position(text, &found, reading);
        break;
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "!A,31/1/26,32:09:10,47.510000,19.090000;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .text = "!1,123450006789012;",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123450006789012",
      .location = LOCATION_NONE },
    { .text = "!1,123456789012345,VG20_1.7;",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "!D,01/02/26,08:09:10,47.510000,19.090000,12,45,140001,120.5,87,6,11,0.9;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "21422c312f322f32362c383a393a31302c2d33332e343530302c2d37302e363630302c302c302c3063303030302c302"
             "e302c"
             "38372c302c372c303b00",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .text = "!C,01/02/26,08:09:10,47.510000,19.090000,12.4,45.1,b0002,-3.5,87,GSM;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .text = "!A,01/02/26,08:09:10,-33.450000,-70.660000,000.0,045.0,0;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .text = "!5,21,V,76;", .claim = CLAIM_CERTAIN, .type = "status", .location = LOCATION_NONE },
    { .text = "!3,ok;", .claim = CLAIM_LIKELY, .type = "reply", .location = LOCATION_NONE },
    { .text = "!4,7,36101234567,,,2.0,90,1;",
      .claim = CLAIM_LIKELY,
      .type = "settings",
      .location = LOCATION_NONE },
    { .text = "!D,01/02/26,08:09:10,40.710000,-74.010000,12,45,140001,120.5,87,6,11,0.9;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_minifinder = {
    .name = "minifinder",
    .port = 5062,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("!1,"), HEAD("!3,"), HEAD("!4,"), HEAD("!5,"), HEAD("!A,"), HEAD("!B,"), HEAD("!C,"),
                   HEAD("!D,")),
    .match = match,
    .read = read,
    .samples = samples,
};
