/* SPDX-License-Identifier: Apache-2.0 */
/*
 * racedynamics: Race Dynamics vehicle trackers. Text lines over TCP that begin like NMEA, no checksum.
 *
 *   $GPRMC,12,<ddmmyy>,<hhmmss>,<id>,                        login
 *   $GPRMC,15,<nn>,<H|L>,#,<record>,#,#,<record>,#,…         records, more than one; the last one may be cut off
 *   record: <hhmmss>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<ddmmyy>,<altitude>,… 35 fields in all, and what else there is
 *   Both are answered by $GPRMC,<type>,<date>,<time>,<id>, with the server's date and time.
 */
#include "base/nmea.h"
#include "protocol/text_protocol.h"

enum { RECORD_FIELDS = 35, ID_DIGITS = 15 };

/* Takes the record's fields to the last that it must have; false: it is cut off. */
static bool take_record(struct cursor *rest, struct groups *found)
{
    static const enum group order[] = { GROUP_HMS, GROUP_VALID, GROUP_LAT, GROUP_NS, GROUP_LON, GROUP_EW };
    struct cursor field;
    *found = (struct groups){ 0 };
    for (size_t i = 0; i < RECORD_FIELDS; i++) {
        if (!cursor_until(rest, ',', &field))
            return false;
        if (i < sizeof(order) / sizeof(order[0]))
            found->standard[order[i]] = field;
        else if (i == 7)
            found->standard[GROUP_DMY] = field;
    }
    return true;
}

static void read_records(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor rest;
    struct groups record;
    size_t at;
    (void)form;
    if (!groups_named(found, "records", &rest))
        return;
    while (take_record(&rest, &record)) {
        reading_take_groups(reading, &record, false);
        if (!cursor_find_text(rest, "#,#,", &at) || !cursor_skip(&rest, at + 4))
            return;
    }
}

static const struct text_protocol text = {
    .ends = "\n",
    .longest = 8192,
    .weak_heads = true,
    .forms = {
        { "login", { "\\$GPRMC,12,\\d{6},\\d{6},(?<id>\\d{15}),.*" } },
        { "position", { "\\$GPRMC,15,\\d+,[HL],#,(?<records>\\d{6},[AV],\\d{4}\\.\\d+,[NS],\\d{5}\\.\\d+,[EW],"
          "\\d+,\\d{6},.*)" } },
        { "reply", { "\\$GPRMC,\\d\\d,\\d{6},\\d{6},(?:\\d{15}|null),.*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$GPRMC,\\d\\d,\\d+,[HL],#,.*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$GPRMC,\\d\\d,.*" }, .claim = CLAIM_LIKELY }, /* where true NMEA has six digits */
    },
    .refine = read_records,
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct calendar now = calendar_from_unix(asker->now);
    struct cursor line = cursor_trim(message->bytes);
    size_t at;
    bool is_login = pattern_fits(message->patterns, &text.forms[0].grammar, line, NULL);
    bool has_records = CURSOR_STARTS(line, "$GPRMC,15,") && cursor_find_text(line, ",#,", &at);
    if (is_login || has_records)
        buffer_printf(reply, "$GPRMC,%s,%02u%02u%02u,%02u%02u%02u,%s,\r\n", is_login ? "12" : "15", now.day,
                      now.month, now.year % 100, now.hour, now.minute, now.second,
                      asker->device[0] ? asker->device : "null");
}

#define REST                                                                                                \
    ",012,07,1,00017,%,0000000000000000,000,000,0,0,1,0713,0,416,0,255,000,0,000,3258,000,000,00,0000,000," \
    "00000,0,F3VF01,%,#,"
static const struct sample samples[] = {
    { .text = "$GPRMC,12,010226,080910,123456789012345,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$GPRMC,12,010126,090000,123456789012345,\r\n" },
    { .text = "$GPRMC,15,04,H,#,080908,V,0000.0000,N,00000.0000,E,000,010226" REST
              "#,080910,A,4730.6000,N,01905.4000,E,012,010226" REST "#,080912,A,4730.6100,N,01905\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=$GPRMC,15,010126,090000,123456789012345,\r\n" },
    { .text = "$GPRMC,15,04,L,#,080910,V,3327.0000,S,07039.6000,W,000,010226" REST "\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "~=$GPRMC,15,010126,090000,123456789012345,\r\n" },
    { .text = "$GPRMC,15,04,H,#,080910,A,4042.6000,N,07400.6000,W,000,010226" REST
              "#,080908,A,4042.6100,N,07400.6100,W,000,010226" REST "\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "~=$GPRMC,15,010126,090000,123456789012345,\r\n" },
    { .text = "$GPRMC,17,04,010226,080910\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_racedynamics = {
    .name = "racedynamics",
    .port = 5195,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$GPRMC,")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
