/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trv: TRV and "IW" watches and trackers (iWonlex, Vjoycar). Text over TCP, no checksum.
 *
 *   <TRV|IW><type 4>…#          type: a capital, 'P', two more; a message ends at '#'
 *   AP00<id>[,<iccid>,<imsi>]   login, the only one with an id   AP02 cells and Wi-Fi; AP03, CP01 heartbeat
 *   AP01, AP10, YP03, YP14: <yymmdd><A|V><ddmm.mmmm><N|S><dddmm.mmmm><E|W><speed ddd.d><hhmmss><course 6>…
 *   Every message is answered with the next letter (AP01 -> BP01), but what is itself one: <type>,<serial>…
 */
#include "protocol/protocol.h"

enum { LONGEST = 1024, TYPE = 4, SERIAL = 6 };

/* "<TRV|IW><type>" taken apart. */
struct opening {
    struct cursor maker, type, rest;
};

static bool open_message(struct cursor bytes, struct opening *opening)
{
    size_t maker = CURSOR_STARTS(bytes, "TRV") ? 3 : 2;
    if (!cursor_take(&bytes, maker, &opening->maker) || !cursor_take(&bytes, TYPE, &opening->type))
        return false;
    opening->rest = bytes;
    return true;
}

static bool is_capital(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

/* Could the bytes start a message, as far as they go? */
static bool may_open(struct cursor bytes)
{
    struct cursor type = bytes;
    if (!CURSOR_MAY_START(bytes, "TRV") && !CURSOR_MAY_START(bytes, "IW"))
        return false;
    if (!cursor_skip(&type, bytes.left > 0 && cursor_byte(bytes, 0) == 'T' ? 3 : 2))
        return true;
    for (size_t i = 0; i < type.left && i < TYPE; i++) {
        uint8_t byte = cursor_byte(type, i);
        bool fits = i == 1 ? byte == 'P' : is_capital(byte) || (i > 1 && byte >= '0' && byte <= '9');
        if (!fits)
            return false;
    }
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct opening opening;
    if (!may_open(message->bytes))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(message->bytes, message->complete, "#", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!open_message(cursor_part(message->bytes, 0, *length), &opening))
        return CLAIM_POSSIBLE;
    /* behind the type come fixed columns, a list, or nothing */
    struct cursor rest = opening.rest;
    bool fits = rest.left == 0 || cursor_byte(rest, 0) == ',' || cursor_byte(rest, 0) == '#' ||
                cursor_count_digits(rest) > 0;
    return fits ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static const struct pattern position = {
    "(?:TRV|IW)[A-Z]P..,?(?<ymd>\\d{6})(?<valid>[AV])(?<lat>\\d{4}\\.\\d+)(?<ns>[NS])(?<lon>\\d{5}\\.\\d+)"
    "(?<ew>[EW])\\d{1,3}\\.\\d(?<hms>\\d{6})"
};

static const char *type_name(struct cursor type)
{
    static const char *const names[][2] = {
        { "AP00", "login" },  { "AP01", "position" }, { "YP03", "position" },  { "YP14", "position" },
        { "AP10", "alarm" },  { "AP02", "cells" },    { "AP03", "heartbeat" }, { "CP01", "heartbeat" },
        { "AP49", "status" }, { "APHT", "status" },   { "APHP", "status" },    { "AP50", "status" },
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(type, names[i][0]))
            return names[i][1];
    }
    return NULL;
}

/* An answer to a command of the server: its serial number, and perhaps more, behind the first comma. */
static bool is_reply(struct cursor rest)
{
    struct cursor serial;
    return CURSOR_STARTS(rest, ",") && cursor_skip(&rest, 1) &&
           cursor_digits(&rest, SERIAL, SERIAL, &serial) && rest.left > 0 &&
           (cursor_byte(rest, 0) == ',' || cursor_byte(rest, 0) == '#');
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest, id;
    struct opening opening;
    struct groups found;
    if (!open_message(message->bytes, &opening))
        return;
    rest = opening.rest;
    if (CURSOR_ENDS(rest, "#")) {
        /* the front and the end are nobody else's, if text stands between them */
        reading->proven =
            cursor_is_text(rest) &&
            (cursor_byte(rest, 0) == ',' || cursor_byte(rest, 0) == '#' || cursor_count_digits(rest) > 0);
        rest.left--;
    }
    reading_mark(reading, "type", opening.type);
    const char *name = type_name(opening.type);
    reading->type = name ? name : is_reply(opening.rest) ? "reply" : "status";
    if (cursor_is(opening.type, "AP00") && cursor_field(&rest, ',', &id))
        reading_device(reading, id);
    else if (pattern_match(message->patterns, &position, message->bytes, &found))
        reading_take_groups(reading, &found, false);
    if (!name && reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static bool is_unanswered(const struct opening *opening, bool is_iw)
{
    static const char *const types[] = { "AP12", "AP33", "AP34", "AP40", "AP76",
                                         "AP77", "AP84", "AP85", "AP86", "AP87" };
    struct cursor rest = opening->rest, field;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (cursor_is(opening->type, types[i]))
            return true;
    }
    if (is_iw && cursor_is(opening->type, "AP14"))
        return true;
    if (CURSOR_ENDS(rest, "#"))
        rest.left--;
    return cursor_until(&rest, ',', &field) && rest.left == SERIAL && cursor_count_digits(rest) == SERIAL;
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct opening opening;
    if (!open_message(message->bytes, &opening))
        return;
    bool is_iw = CURSOR_STARTS(opening.maker, "IW");
    /* a server's types begin with the letter behind a device's: B, D, Z for A, C, Y */
    bool is_from_server = (cursor_byte(opening.type, 0) - 'A') % 2 == 1;
    if (is_from_server || is_unanswered(&opening, is_iw))
        return;
    buffer_put_cursor(reply, opening.maker);
    buffer_put_u8(reply, cursor_byte(opening.type, 0) + 1u);
    buffer_put_cursor(reply, cursor_part(opening.type, 1, TYPE - 1));
    if (is_iw && cursor_is(opening.type, "AP00")) {
        struct calendar now = calendar_from_unix(asker->now);
        buffer_printf(reply, ",%04u%02u%02u%02u%02u%02u,0", now.year, now.month, now.day, now.hour,
                      now.minute, now.second);
    } else if (cursor_is(opening.type, "AP14")) {
        buffer_put_text(reply, ",0.000,0.000");
    }
    buffer_put_text(reply, "#");
}

static const struct sample samples[] = {
    { .text = "TRVAP00123456789012345#",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=TRVBP00#" },
    { .text = "IWAP00123456789012345,8936000000000000001f,216301234567890#",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~=IWBP00,20260101090000,0#" },
    { .text = "TRVAP01260201A4730.6000N01905.4000E012.5080910045.0007500806500101,216,30,123,4567#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=TRVBP01#" },
    { .text = "IWAP10260201V3327.0000S07039.6000W000.0080910000.0006000006500102,730,2,123,4567,01,es,00,"
              "casa|02-00-00-AA-BB-CC|61#",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      SAMPLE_INVALID,
      .answer = "=IWBP10#" },
    { .text = "TRVYP03260201A4730.6000N01905.4000E012.5080910045.00075008065001010112,216,30,123,4567#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=TRVZP03#" },
    { .text = "IWAP02,en,0,2,216,30,123|4567|21,123|4568|19,1,casa|02-00-00-AA-BB-CC|61#",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "=IWBP02#" },
    { .text = "TRVCP01,075008065001010151060011#",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "=TRVDP01#" },
    { .text = "IWAPHT,72,120,80#",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=IWBPHT#" },
    { .text = "IWAPXL,080910#", .claim = CLAIM_CERTAIN, .type = "reply", .location = LOCATION_NONE },
    { .text = "TRVAP14,080910,005a#",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE,
      .answer = "=TRVBP14,0.000,0.000#" },
    { .text = "TRVAP01260201A4042.6000N07400.6000W012.5080910045.0007500806500101,310,260,123,4567#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "=TRVBP01#" },
    { 0 }
};

const struct protocol protocol_trv = {
    .name = "trv",
    .port = 5010,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("TRV"), HEAD("IW")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
