/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freematics: Freematics ONE and ONE+. Text in UDP datagrams, one message each.
 *
 *   <feed>#EV=<event>,TS=<milliseconds>,ID=<id>[,SK=…][,VIN=…]*<sum>      login, ping; answered 1#EV=<event>,RX=1,TS=<…>*<sum>
 *   <id>#<key>=<value>,<key>=<value>,…*<sum>                              data; a ':' may stand for the '='
 *   Keys are hexadecimal: 0 a time stamp that begins a record, a latitude, b longitude (signed degrees), 10 time hhmmsscc,
 *   11 date ddmmyy, both without leading zeros. A record without coordinates tells no fix, unless it is the only or last one.
 *   Sum: of all bytes before the '*', modulo 256, two hex digits.
 */
#include "protocol/text_protocol.h"

enum { FEED_MAX = 24, KEY_START = 0x00, KEY_LAT = 0x0a, KEY_LON = 0x0b, KEY_TIME = 0x10, KEY_DATE = 0x11 };

#define SUM "\\*(?<check>[0-9A-Fa-f]{2})"
#define FEED "(?:[^#*,$=\\s]{1,24})#"

static const struct text_protocol text = {
    .check = CHECK_SUM_8,
    .longest = 4096,
    .weak_heads = true,
    .forms = {
        { "event", { "(?<covered>" FEED "EV=\\d+,(?:[^*#]*,)?ID=(?<id>[^,*#]+)[^*#]*)" SUM } },
        { "event", { "(?<covered>" FEED "EV=\\d+,[^*#]*)" SUM } },
        { "data",
          { "(?<covered>(?<id>[\\w.-]{1,24})#[0-9A-Fa-f]{1,4}[=:][^,*#]*(?:,[^,*#]*)*)" SUM } },
        /* cut off, or without its sum */
        { "event", { FEED "EV=\\d+,TS=\\d+,(?:[^*#]*,)?ID=(?<id>[^,*#]+),[^*#]*(?:\\*[0-9A-Fa-f]?)?" }, .claim = CLAIM_POSSIBLE },
        { "data",
          { "(?<id>[^#*,$=\\s]{1,24})#0[=:]\\d+,[0-9A-Fa-f]{1,3}[=:]-?[\\d.;]+,[^*#]*(?:\\*[0-9A-Fa-f]?)?" },
          .claim = CLAIM_POSSIBLE },
    },
};

extern const struct protocol protocol_freematics;

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    size_t at;
    /* a datagram is never waited for; on a connection it is looked at when there is no more to come */
    bool has_feed =
        cursor_find(cursor_part(bytes, 0, bytes.left < FEED_MAX + 1 ? bytes.left : FEED_MAX + 1), '#', &at);
    return message->complete && has_feed && at > 0 ? text_match(&protocol_freematics, message, length)
                                                   : CLAIM_NO;
}

/* One record of a data message, as its keys come in. */
struct record {
    bool is_open;
    struct cursor lat, lon, date, clock; /* .at NULL: not there */
};

/* ddmmyy and hhmmsscc without their leading zeros */
static bool time_of(const struct record *record, int64_t *seconds)
{
    uint64_t d, c;
    if (!record->date.at || !record->clock.at || !cursor_number(record->date, &d) ||
        !cursor_number(record->clock, &c) || d > 999999 || c > 99999999)
        return false;
    struct calendar date = { calendar_year((unsigned)(d % 100)),
                             (unsigned)(d / 100 % 100),
                             (unsigned)(d / 10000),
                             (unsigned)(c / 1000000),
                             (unsigned)(c / 10000 % 100),
                             (unsigned)(c / 100 % 100) };
    return calendar_to_unix(&date, seconds);
}

static void close_record(const struct record *record, bool is_last, struct reading *reading)
{
    struct fix fix = { .valid = true };
    bool has_lat = record->lat.at && cursor_decimal(record->lat, &fix.lat);
    bool has_lon = record->lon.at && cursor_decimal(record->lon, &fix.lon);
    if (!has_lat && !has_lon) {
        if (record->is_open && !is_last)
            reading_no_fix(reading);
        return;
    }
    fix.has_time = time_of(record, &fix.time);
    if (has_lat && has_lon)
        reading_mark_place(reading, record->lat, fix.lat, record->lon, fix.lon);
    if (fix.has_time) {
        reading_mark_time(reading, record->date, fix.time);
        reading_mark_time(reading, record->clock, fix.time);
    }
    reading_fix(reading, &fix);
}

static void take_pair(struct cursor pair, struct record *record, struct reading *reading)
{
    size_t at = 0;
    uint64_t key;
    struct cursor name;
    while (at < pair.left && cursor_byte(pair, at) != '=' && cursor_byte(pair, at) != ':')
        at++;
    if (at == pair.left || !cursor_take(&pair, at, &name) || !cursor_skip(&pair, 1) ||
        !cursor_hex(name, &key))
        return;
    if (key == KEY_START) {
        close_record(record, false, reading);
        *record = (struct record){ .is_open = true };
    } else if (record->is_open && key == KEY_LAT) {
        record->lat = pair;
    } else if (record->is_open && key == KEY_LON) {
        record->lon = pair;
    } else if (record->is_open && key == KEY_TIME) {
        record->clock = pair;
    } else if (record->is_open && key == KEY_DATE) {
        record->date = pair;
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, feed, data, pair;
    struct record record = { 0 };
    text_read(&protocol_freematics, message, reading);
    if (strcmp(reading->type, "data") != 0 || !cursor_until(&rest, '#', &feed) ||
        !cursor_until(&rest, '*', &data))
        return;
    while (cursor_field(&data, ',', &pair))
        take_pair(pair, &record, reading);
    close_record(&record, true, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const struct pattern event = {
        FEED "EV=(?<event>\\d+),(?=(?:[^*#]*,)?ID=[^,*#])(?:[^*#]*,)?TS=(?<stamp>\\d+)"
    };
    struct groups found;
    struct cursor number, stamp;
    size_t start = reply->length;
    (void)asker;
    if (!pattern_match(message->patterns, &event, message->bytes, &found) ||
        !groups_named(&found, "event", &number) || !groups_named(&found, "stamp", &stamp))
        return;
    buffer_put_text(reply, "1#EV=");
    buffer_put_cursor(reply, number);
    buffer_put_text(reply, ",RX=1,TS=");
    buffer_put_cursor(reply, stamp);
    if (!reply->full)
        buffer_printf(reply, "*%02X", sum_8(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct sample samples[] = {
    { .text = "TEST01#0:204391,11:10226,10:8091000,A:47.510000,B:19.090000,C:120,D:12,E:45,24:1252,20:0;0;0,"
              "82:47*18",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TEST01",
      SAMPLE_VALID },
    { .text =
          "TEST01#24=1250,0=1000,20=0;0;1,0=2000,11=10226,10=8091000,A=40.710000,B=-74.010000,C=9,D=0,F=5*44",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TEST01",
      SAMPLE_NORTH_WEST },
    { .text = "TEST01#0=68338,11=010226,10=08091000,A=-33.450000,B=-70.660000,C=520,D=0,F=5,24=1250*00",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "TEST01",
      SAMPLE_SOUTH_WEST },
    { .text = "1#0:49244,20:0;0;0,24:423,0:50779,24:425,30:32924444*6A",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1",
      .location = LOCATION_INVALID },
    { .text = "TEST01#0:49244,20:0;0;0,24:423*68",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "data",
      .device = "TEST01",
      .location = LOCATION_NONE },
    { .text = "1#EV=1,TS=23930,ID=TESTUNIT0001,SK=KEY,VIN=TEST00000000000001*CC",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .device = "TESTUNIT0001",
      .location = LOCATION_NONE,
      .answer = "=1#EV=1,RX=1,TS=23930*B2" },
    { .text = "1#EV=2,TS=23930,ID=TESTUNIT0001*A6",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .device = "TESTUNIT0001",
      .location = LOCATION_NONE,
      .answer = "=1#EV=2,RX=1,TS=23930*B3" },
    { .text = "1#EV=1,RX=1,TS=23930*B2",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .location = LOCATION_NONE },
    { .text = "unit.7#0=1000,24=1250,A=-33.450000,B=-70.660000,10=8091000,11=10226*2C",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "unit.7",
      .datagram = true,
      .whole = true,
      SAMPLE_SOUTH_WEST },
    { .text = "TESTUNIT0001#0=1000,24=1250,A=-33.45",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "data",
      .device = "TESTUNIT0001",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_freematics = {
    .name = "freematics",
    .port = 5170,
    .transports = OVER_UDP,
    .never = NEVER_PLACED,
    .heads = HEADS(HEAD_ANY),
    .text = &text,
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
