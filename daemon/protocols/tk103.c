/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tk103: TK103, TK103-2 and clones, e-bike and battery trackers. Text, TCP and UDP.
 *
 *   (<id 12 characters><command 4>…)       id glued to the command, date yymmdd. Servers count 12 characters: of an id
 *                                          with 11 digits the parenthesis is the first
 *   (<id digits>,<command 4>,…)            id set apart, date ddmmyy
 *   position, the commas may all be missing:
 *     <digits, e.g. an IMEI | ,ALARM,n,n,><date>,<A|V>,
 *     <ddmm.m><N|S>,<dddmm.m><E|W>,<speed>,<hhmmss>,<course>…
 *   without one: BP00 login; BZ00, {…} and DW5x cells; ZC20 battery; ZC03 reply; BV00 VIN;
 *     BS5x, BQ86 vehicle data
 *   A message ends at the first ')' that does not stand between two '$'. No checksum.
 *   Answers: BP00 -> AP01HSO, BP05 -> AP05, both only with the glued id.
 */
#include "protocol/protocol.h"

enum {
    LONGEST = 2048,
    GLUED_ID = 12,
    COMMAND = 4,
    APART_KNOWN = 6,
    APART_MIN = 11,
    APART_MAX = 20,
    CROWDED_MAX = 48
};

/* "(<id><command>" taken apart. */
struct opening {
    struct cursor id, command, rest;
    bool apart;   /* a comma stands between id and command */
    bool number;  /* the id is digits */
    bool odd;     /* the command is none of capitals and digits */
    bool crowded; /* behind a longer id no comma follows the command */
};

enum opened { OPENED, OPENED_MORE, OPENED_NO };

static bool is_upper(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Letters and digits; some devices fill a short id with NUL. */
static bool is_id(struct cursor text)
{
    for (size_t i = 0; i < text.left; i++) {
        uint8_t byte = cursor_byte(text, i);
        if (!is_digit(byte) && !is_upper(byte) && !(byte >= 'a' && byte <= 'z') && byte != '\0')
            return false;
    }
    return true;
}

/* Could the bytes be a command, as far as they go? */
static bool may_be_command(struct cursor text)
{
    for (size_t i = 0; i < text.left && i < COMMAND; i++) {
        if (!is_upper(cursor_byte(text, i)) && (i == 0 || !is_digit(cursor_byte(text, i))))
            return false;
    }
    return true;
}

static bool is_known(struct cursor command)
{
    bool is_pair = (cursor_byte(command, 0) == 'B' && is_upper(cursor_byte(command, 1))) ||
                   CURSOR_STARTS(command, "ZC") || CURSOR_STARTS(command, "DW");
    return is_pair && is_digit(cursor_byte(command, 2));
}

/* A date and the letter of validity: a position may stand behind any command. */
static bool starts_position(struct cursor rest)
{
    struct cursor date;
    if (CURSOR_STARTS(rest, ",") && !cursor_skip(&rest, 1))
        return false;
    if (!cursor_digits(&rest, 6, 32, &date) || (CURSOR_STARTS(rest, ",") && !cursor_skip(&rest, 1)))
        return false;
    return rest.left >= 2 && (cursor_byte(rest, 0) == 'A' || cursor_byte(rest, 0) == 'V') &&
           (cursor_byte(rest, 1) == ',' || is_digit(cursor_byte(rest, 1)));
}

/* Eleven digits and a command: what servers take for the id begins with the parenthesis. */
static bool open_short_id(struct cursor bytes, struct opening *opening)
{
    struct cursor rest = bytes;
    *opening = (struct opening){ .number = true };
    return cursor_take(&rest, GLUED_ID, &opening->id) && may_be_command(rest) &&
           cursor_take(&rest, COMMAND, &opening->command) && (opening->rest = rest, true) &&
           (is_known(opening->command) || starts_position(rest));
}

static bool is_apart(struct cursor rest, size_t digits)
{
    struct cursor command;
    return cursor_byte(rest, digits) == ',' &&
           (digits >= APART_MIN || (digits >= APART_KNOWN &&
                                    cursor_slice(rest, digits + 1, COMMAND, &command) && is_known(command)));
}

static enum opened open_frame(struct cursor bytes, struct opening *opening)
{
    struct cursor rest = bytes;
    if (!cursor_skip(&rest, 1))
        return OPENED_NO;
    size_t digits = cursor_count_digits(rest);
    if (digits > APART_MAX)
        return OPENED_NO;
    if (digits == rest.left)
        return OPENED_MORE;
    if (digits == GLUED_ID - 1 && open_short_id(bytes, opening))
        return OPENED;
    *opening = (struct opening){ .apart = is_apart(rest, digits) };
    opening->number = opening->apart || digits >= GLUED_ID;
    /* a longer number without a comma: the command counts as its end, "(123456789012345BP02,G,2,…" */
    size_t id = opening->number ? digits : GLUED_ID;
    if (!cursor_take(&rest, id, &opening->id))
        return is_id(rest) ? OPENED_MORE : OPENED_NO;
    opening->odd = !may_be_command(rest) && digits == GLUED_ID && cursor_byte(rest, 0) != ',';
    if (!is_id(opening->id) || !cursor_skip(&rest, opening->apart ? 1 : 0) ||
        (!opening->odd && !may_be_command(rest)))
        return OPENED_NO;
    if (!cursor_take(&rest, COMMAND, &opening->command))
        return OPENED_MORE;
    opening->crowded = !opening->apart && id > GLUED_ID && !CURSOR_MAY_START(rest, ",");
    if (opening->crowded && !is_known(opening->command))
        return OPENED_NO;
    opening->rest = rest;
    return OPENED;
}

/* The first ')' outside of quotes. */
static enum framed find_end(struct cursor bytes, bool complete, size_t *length)
{
    bool is_quoted = false;
    for (size_t i = 0; i < bytes.left && i < LONGEST; i++) {
        if (cursor_byte(bytes, i) == '$')
            is_quoted = !is_quoted;
        if (cursor_byte(bytes, i) == ')' && !is_quoted) {
            *length = i + 1;
            return FRAMED;
        }
    }
    if (complete || bytes.left >= LONGEST) /* a quote that nobody closed */
        return frame_by_bytes(bytes, complete, ")", LONGEST, length);
    return FRAMED_MORE;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct opening opening;
    if (!CURSOR_STARTS(bytes, "("))
        return CLAIM_NO;
    enum opened opened = open_frame(bytes, &opening);
    if (opened == OPENED_NO)
        return CLAIM_NO;
    enum framed framed = find_end(bytes, message->complete, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (opened == OPENED_MORE)
        return framed == FRAMED_CUT ? CLAIM_POSSIBLE : CLAIM_NO;
    /* an IMEI where twelve digits belong: short ones are its, or its makers'; topflytech has a place in the long ones */
    if (opening.crowded)
        return framed == FRAMED && *length <= CROWDED_MAX ? CLAIM_POSSIBLE : CLAIM_NO;
    if (is_known(opening.command) || starts_position(opening.rest))
        return CLAIM_LIKELY;
    bool is_text = !opening.odd || (framed == FRAMED && cursor_is_text(cursor_part(bytes, 0, *length)));
    return opening.number && is_text ? CLAIM_POSSIBLE : CLAIM_NO;
}

#define PLACE                                                                                \
    ",?(?<valid>[AV]),? *(?<lat>\\d+\\.\\d+)(?<ns>[NS]),? *(?<lon>\\d+\\.\\d+)(?<ew>[EW]),?" \
    "[\\d. ]{1,5}(?:\\d*,)?(?<hms>\\d{6})"

static const struct pattern shortened = {
    "(?<id>\\(\\d{11})[A-Z].{3},?(?:\\d*|ALARM,\\d+,\\d+,)(?<ymd>\\d{6})" PLACE
};
static const struct pattern glued = { "\\((?<id>.{12}).{4},?(?:\\d*|ALARM,\\d+,\\d+,)(?<ymd>\\d{6})" PLACE };
static const struct pattern apart = { "\\((?<id>[^,]+),.{4},?(?:\\d*|ALARM,\\d+,\\d+,)(?<dmy>\\d{6})" PLACE };

/* What the messages of a command are called when they carry no position. */
static const struct meaning {
    const char *command, *type;
    bool placeless; /* they never carry one: command and number are all there is to prove */
} meanings[] = {
    { "ZC20", "status", true }, { "ZC03", "reply", true },       { "BZ00", "cells", true },
    { "DW5", "cells", true },   { "BV00", "information", true }, { "BS5", "status", true },
    { "BQ86", "status", true }, { "BP00", "login", false },      { "BP05", "login", false },
    { "BO", "alarm", false },   { "BQ81", "alarm", false },      { "ZC", "alarm", false },
    { "DW3", "alarm", false },  { "DW4", "alarm", false },       { "", "status", false },
};

static const struct meaning *meaning_of(struct cursor command)
{
    const struct meaning *meaning = meanings;
    while (!cursor_starts(command, meaning->command, strlen(meaning->command)))
        meaning++;
    return meaning;
}

/* A short id is filled up with NUL. */
static struct cursor without_filling(struct cursor id)
{
    while (id.left > 0 && cursor_byte(id, id.left - 1) == '\0')
        id.left--;
    return id;
}

static bool take_position(const struct message *message, const struct opening *opening,
                          struct reading *reading)
{
    struct groups found;
    bool is_short = CURSOR_STARTS(opening->id, "(");
    bool is_glued = !opening->apart && pattern_match(message->patterns, &glued, message->bytes, &found);
    bool is_shortened =
        !is_glued && is_short && pattern_match(message->patterns, &shortened, message->bytes, &found);
    if (!is_glued && !is_shortened && !pattern_match(message->patterns, &apart, message->bytes, &found))
        return false;
    if (is_glued && !is_short)
        found.standard[GROUP_ID] = opening->id;
    reading_take_groups(reading, &found, false);
    return true;
}

static void read(const struct message *message, struct reading *reading)
{
    struct opening opening;
    size_t brace;
    if (open_frame(message->bytes, &opening) != OPENED)
        return;
    opening.id = without_filling(opening.id);
    const struct meaning *meaning = meaning_of(opening.command);
    bool has_list = cursor_find(opening.rest, '{', &brace) && cursor_find(opening.rest, '}', &brace);
    reading->type = has_list ? "cells" : meaning->type;
    reading_mark(reading, "type", opening.command);
    if (!has_list && !meaning->placeless && take_position(message, &opening, reading)) {
        bool is_report = meaning->type[0] == 's' || (meaning->type[0] == 'l' && opening.apart);
        reading->type = is_report ? "position" : meaning->type;
        reading->proven = true;
        return;
    }
    reading_device(reading, opening.id);
    /* nobody else has such a command behind a number and a comma; glued, it may be topflytech's */
    bool is_own = opening.apart ? CURSOR_STARTS(opening.rest, ",")
                                : has_list || meaning->placeless || CURSOR_ENDS(message->bytes, "HSO)");
    reading->proven =
        is_own && opening.number && is_known(opening.command) && CURSOR_ENDS(message->bytes, ")");
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor id, command;
    (void)asker;
    if (!cursor_slice(message->bytes, 1, GLUED_ID, &id) ||
        !cursor_slice(message->bytes, 1 + GLUED_ID, COMMAND, &command))
        return;
    const char *text = cursor_is(command, "BP00") ? "AP01HSO" : cursor_is(command, "BP05") ? "AP05" : NULL;
    if (!text)
        return;
    buffer_put_text(reply, "(");
    buffer_put_cursor(reply, id);
    buffer_put_text(reply, text);
    buffer_put_text(reply, ")");
}

static const struct sample samples[] = {
    { .text = "(123456789012BP00123456789012345HSO)",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "=(123456789012AP01HSO)" },
    { .text =
          "(123456789012BP05123456789012345260201A4730.6000N01905.4000E012.5080910045.001001234FL0001A2B3)",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "=(123456789012AP05)" },
    { .text = "(123456789012BR00260201V3327.0000S 7039.6000W  0.008091000.0001000000L00000000,T25)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_INVALID },
    { .text = "(123456789012BQ81,ALARM,2,17,260201A4730.6000N01905.4000E000.0080910010.0000,00000000)",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012",
      SAMPLE_VALID },
    { .text = "(BUDAPESTVAN7BR02260201A4730.6000N01905.4000E000.00809100450001000000L00000000)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "BUDAPESTVAN7",
      SAMPLE_VALID },
    { .text = "(123456789012345,BP05,010226,A,4730.6000N,01905.4000E,12.50,080910,45.00)",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "(123456789012345,ZC25,010226,V,3327.0000S,07039.6000W,0.000,080910,0.0,1.50,9)",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(123456789012345BP02,G,2,010226A4730.6000N01905.4000E001.508091045.00,5)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345BP02",
      SAMPLE_VALID },
    { .text = "(123456789012BP05123456789012345,{216,30,123,4567}\n{216,30,123,4568}\n,01000000)",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "=(123456789012AP05)" },
    { .text = "(123456789012BZ00,216,30,007b,11d7,007b,11d8,01000000)",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { .text = "(123456789012345,DW51,216,30,123,4567,1,02:00:00:aa:bb:cc*-61*6,010226,080910)",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "(123456789012345,ZC20,010226,080910,5,391,65535,255)",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "(123456789012345,ZC03,010226,080910,$Notice: server 1) set\r\n2) saved$)",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "(123456789012BV00VF1AAAAA123456789)",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { .text = "(123456789012BS5190:02100000753001F4,91:0EE1020ED70501F4)",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { .text = "(123456789012BR00260201A4042.6000N07400.6000W012.5080910045.0001000000L00000000)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_NORTH_WEST },
    { .text = "(12345678901BR00260201A4730.6000N01905.4000E012.5080910045.0001000000L00000000)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "(12345678901",
      SAMPLE_VALID },
    { .text = "(123456789012BO012260201V3327.0000S07039.6000W000.0080910045.0001000000L00000000)",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012",
      SAMPLE_INVALID },
    { .text = "(123456789012345BP00HSO)",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "(123456789012xy-7,1,2)",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tk103 = {
    .name = "tk103",
    .port = 5002,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("(")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
