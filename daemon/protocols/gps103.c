/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gps103: Coban/Xexun GPS102-106, GPS303-306, TK103B and relabelled units. Text, TCP and UDP.
 *
 *   ##,imei:<id>,A;                     login, answer LOAD
 *   <id>;                               heartbeat, bare digits, answer ON (other protocols send the same)
 *   imei:<id>,<keyword>,<yymmddhhmm>,<phone>,F,<hhmmss.f>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,…;
 *   imei:<id>,<keyword>,<date>,<phone>,L,…;          no GPS
 *   imei:<id>,OBD,…;     imei:<id>,<name>,<event>,…,<status>,<lat>,<lon>,…*   (decimal degrees)
 *   A message ends at CR LF, LF, ';' or '*'. No checksum.
 */
#include "protocol/protocol.h"

enum { LONGEST = 32768, LOGIN_MAX = 30, IMEI = 15 };

/* Behind the ';' of a number another message may start, or nothing: a list of other things is somebody else's. */
static bool is_followed_well(struct cursor rest)
{
    size_t digits = cursor_count_digits(rest);
    return digits == rest.left || memchr("\r\n", cursor_byte(rest, digits), 2) ||
           (digits > 0 ? memchr(";i", cursor_byte(rest, digits), 2) : memchr("#i", cursor_byte(rest, 0), 2));
}

/* Bare digits: a heartbeat here, any other protocol's login elsewhere. An IMEI alone needs no terminator. */
static enum claim match_number(const struct message *message, size_t digits, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (digits < 10)
        return digits == bytes.left && !message->complete ? CLAIM_MORE : CLAIM_NO;
    if (digits < bytes.left && cursor_byte(bytes, digits) != ';' && cursor_byte(bytes, digits) != '\r' &&
        cursor_byte(bytes, digits) != '\n')
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, ";*\n", LONGEST, length);
    if (framed == FRAMED_MORE && digits == IMEI && bytes.left == IMEI)
        *length = IMEI;
    else if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    struct cursor rest = cursor_part(bytes, *length, bytes.left - *length);
    return is_followed_well(rest) ? CLAIM_POSSIBLE : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    size_t prefix = cursor_count_digits(bytes);
    if (prefix > 20 || !cursor_skip(&rest, prefix))
        return CLAIM_NO;
    bool is_login = CURSOR_MAY_START(bytes, "##,imei:");
    if (prefix > 0 && (rest.left == 0 || cursor_byte(rest, 0) != 'i'))
        return match_number(message, prefix, length);
    if (!is_login && !CURSOR_MAY_START(rest, "imei:"))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, ";*\n", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!cursor_skip(&rest, is_login ? 8 : 5))
        return CLAIM_POSSIBLE;
    size_t digits = cursor_count_digits(rest);
    if (digits == 0 || !cursor_skip(&rest, digits))
        return CLAIM_NO;
    if (rest.left == 0)
        return CLAIM_POSSIBLE;
    return cursor_byte(rest, 0) == ',' ? CLAIM_LIKELY : CLAIM_NO;
}

static const struct pattern regular = {
    "imei:(?<id>\\d+),(?<type>[^,]*),(?<local>\\d\\d/?\\d\\d/?\\d\\d ?\\d\\d:?\\d\\d(?:\\d\\d)?|\\d*),[^,]*,"
    "F,(?:(?<hms>\\d{6})(?:\\.\\d*)?|\\d{1,5}\\.\\d+)?,(?<valid>[AV]),(?:(?<ns>[NS]),)?(?<lat>\\d+\\.\\d+),"
    "(?:(?<ns>[NS]),)?(?:(?<ew>[EW]),)?(?<lon>\\d+\\.\\d+),(?:(?<ew>[EW])?,)?"
};
static const struct pattern without_gps = { "imei:(?<id>\\d+),(?<type>[^,]*),[^,]*,[^,]*,L," };
static const struct pattern login = { "##,imei:(?<id>\\d{15}),A;?\\s*$" };
static const struct pattern alternative = {
    "imei:(?<id>\\d+),[^,]*,[^,]*,[^,]*,[^,]*,(?<hms>\\d{6}),(?<dmy>\\d{6}),\\d+,(?<valid>\\d),"
    "(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),"
};
static const struct pattern obd = {
    "imei:(?<id>\\d{15}),OBD,\\d{12},\\d*,[\\d.]*,[\\d.]*,\\d*,\\d*,[\\d.]+%,[-+\\d]*,[\\d.]+%,\\d+,"
};

/* The date is local, the clock behind F is UTC: the difference is the time zone (at most twelve hours). */
static bool take_time(const struct groups *found, int64_t *time)
{
    struct cursor local;
    int64_t utc, date;
    if (!groups_named(found, "local", &local) || !reading_time_of(local, "ymdhi", &date))
        return false;
    *time = date;
    struct cursor clock = found->standard[GROUP_HMS];
    if (!clock.at || !reading_time_of(clock, "his", &utc))
        return true;
    int64_t minutes = (date % 86400 - (utc - utc % 60)) / 60;
    if (minutes <= -720)
        minutes += 1440;
    else if (minutes > 720)
        minutes -= 1440;
    *time = date - minutes * 60 + utc % 60;
    return true;
}

static void read_regular(struct reading *reading, const struct groups *found)
{
    struct fix fix;
    struct cursor local;
    reading->type = cursor_is(found->standard[GROUP_TYPE], "tracker") ? "position" : "alarm";
    reading->proven = true;
    if (reading_fix_of(found, &fix)) {
        fix.has_time = take_time(found, &fix.time);
        if (fix.has_time && groups_named(found, "local", &local))
            reading_mark_time(reading, local, fix.time);
        reading_mark_fix(reading, found->standard[GROUP_VALID], fix.valid);
        reading_fix(reading, &fix);
    }
    reading_note_groups(reading, found);
}

static void read_alternative(struct reading *reading, const struct groups *found)
{
    struct fix fix;
    reading->type = "position";
    reading->proven = true;
    if (reading_fix_of(found, &fix)) {
        fix.valid = cursor_byte(found->standard[GROUP_VALID], 0) != '0';
        reading_mark_fix(reading, found->standard[GROUP_VALID], fix.valid);
        reading_fix(reading, &fix);
    }
    reading_note_groups(reading, found);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor text = message->bytes, id;
    struct groups found;
    size_t start;
    if (!cursor_find_text(text, "imei:", &start)) {
        reading->type = "heartbeat";
        reading_no_location(reading);
        return;
    }
    bool is_login = CURSOR_STARTS(text, "##,");
    if (!is_login && !cursor_skip(&text, start))
        return;
    if (pattern_match(message->patterns, &regular, text, &found)) {
        read_regular(reading, &found);
    } else if (CURSOR_ENDS(text, "*") && pattern_match(message->patterns, &alternative, text, &found)) {
        read_alternative(reading, &found);
    } else {
        bool has_no_gps = pattern_match(message->patterns, &without_gps, text, &found);
        reading->type = has_no_gps ? "cells" : text.left <= LOGIN_MAX ? "login" : "status";
        reading->proven = has_no_gps || pattern_match(message->patterns, &login, text, &found) ||
                          pattern_match(message->patterns, &obd, text, &found);
        if (cursor_skip(&text, is_login ? 8 : 5) && cursor_digits(&text, 1, 20, &id))
            reading_device(reading, id);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor text = message->bytes;
    size_t at;
    if (cursor_count_digits(text) > 0)
        buffer_put_text(reply, "ON");
    else if (CURSOR_STARTS(text, "##,") || text.left <= LOGIN_MAX)
        buffer_put_text(reply, "LOAD");
    else if (cursor_find_text(text, ",help me", &at))
        buffer_printf(reply, "**,imei:%s,E;", asker->device);
}

/* What an IMEI begins with: of all that send a bare one these are the most by far, and stand first where others claim alike. */
#define HEAD_IMEI HEAD("35"), HEAD("86"), HEAD("01")

static const struct sample samples[] = {
    { .text = "##,imei:123456789012345,A;",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=LOAD" },
    { .text = "123456789012345;",
      .claim = CLAIM_POSSIBLE,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "=ON" },
    { .text = "imei:123456789012345,tracker,2602010909,,F,080910.000,A,4730.6000,N,01905.4000,E,12.50,45;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "imei:123456789012345,help "
              "me,2602010509,56912345678,F,080910.000,V,3327.0000,S,07039.6000,W,0.00,0;",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=**,imei:123456789012345,E;" },
    { .text = "imei:123456789012345,tracker,2602010909,,L,,,12a4,,5c3f,,,;",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "imei:123456789012345,van,---,---,12.6,080910,010226,21,1,47.51000,19.09000,037,045,0110,0.9,"
              "09,1,0,---,*",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "imei:123456789012345,tracker,2602010909,,F,080910.000,A,4042.6000,N,07400.6000,W,12.50,45;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_gps103 = {
    .name = "gps103",
    .port = 5001,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("imei:"), HEAD("##,imei:"), HEAD_DIGITS, HEAD_IMEI),
    .kin = KIN("t55", "flexcomm", "dingtek", "motor", "arknavx8", "trv"),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
