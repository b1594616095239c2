/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tlt2h: TLT-2H, Mobile-tracker MT500, MT600, MT700, V500, V600. Text of several lines, TCP and UDP, no answers.
 *
 *   #<imei>#<model>#<password>#[<door>#<n>#<n>#<n>#<n>#]<status>#<number of records> CR LF
 *   #<battery or cell>[#<mcc>,<mnc>,<lac>,<cid>]$GPRMC,<hhmmss.s>,<A|V|L>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,
 *                                                <ddmmyy>,…*hh CR LF
 *   #<battery>$WIFI,<hhmmss.s>,<A|V>,<signal>,<address>,…,<ddmmyy>*hh CR LF
 *   ## CR LF
 *   Without coordinates a $GPRMC tells no place.
 */
#include "base/checksum.h"
#include "protocol/text_protocol.h"

#define HEADER "#(?<id>\\d+)#[^#\\r\\n]*#\\d*#(?:[01]#\\d+#\\d+#\\d+#\\d+#)?[^#\\r\\n]*#\\d+\\r\\n"

static const struct text_protocol text = {
    .end = "##\r\n",
    .longest = 32768,
    .weak_heads = true,
    .shape = { "#\\d{10,17}#[^$]*\\r\\n#[^$\\r\\n]*\\$(?:GPRMC|WIFI)," },
    .forms = {
        { "report", { HEADER "(?=#[^$]*\\$(?:GPRMC|WIFI),).*" } },
        { "status", { HEADER "#.*" }, .claim = CLAIM_LIKELY },
        /* a header that is not whole: the server drops it all */
        { "status", { "#\\d{10,17}#[^$]*\\r\\n#[^$\\r\\n]*\\$(?:GPRMC|WIFI),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct pattern record = {
    "#[0-9A-Fa-f]*(?:#[^$#]*)?\\$GPRMC,(?<hms>\\d{6})?(?:\\.\\d+)?,(?<valid>[AVL]),(?<lat>\\d{3,}\\.\\d+),(?<"
    "ns>[NS]),"
    "(?<lon>\\d{3,}\\.\\d+),(?<ew>[EW]),(?:\\d+\\.?\\d*)?,(?:\\d+\\.?\\d*)?,(?<dmy>\\d{6})"
};

extern const struct protocol protocol_tlt2h;

/* The sentence's own check, where one stands. */
static void mark_check(struct cursor line, struct reading *reading)
{
    struct cursor sentence = line, check, skipped;
    size_t star;
    uint64_t told;
    if (!cursor_until(&sentence, '$', &skipped) || !cursor_find(sentence, '*', &star) ||
        !cursor_slice(sentence, star + 1, 2, &check) || !cursor_hex(check, &told))
        return;
    uint8_t right = sum_xor(cursor_part(sentence, 0, star));
    reading_mark_check(reading, check, told == right, right);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, line;
    struct groups found;
    text_read(&protocol_tlt2h, message, reading);
    if (strcmp(reading->type, "report") != 0)
        return;
    while (cursor_field(&rest, '\n', &line)) {
        mark_check(line, reading);
        if (pattern_match(message->patterns, &record, line, &found))
            reading_take_groups(reading, &found, false);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static const struct sample samples[] = {
    { .text = "\r\n#123456789012345#V500#0000#AUTO#1\r\n#$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,12.50,"
              "45.00,"
              "010226,,,D*7D\r\n##\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "#123456789012345#MT600+#0000#0#1#129#40#0#AUTOLOW#2\r\n#000321901$GPRMC,080900.00,V,3327.0010,"
              "S,07039.6000,"
              "W,,,010226,,,A*70\r\n#000321901$GPRMC,080910.00,L,3327.0000,S,07039.6000,W,0.03,,010226,,,A*"
              "6A\r\n##\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "#123456789012345#MT700#0000#SOS#1\r\n#3912#216,30,1A2B,3C4D$GPRMC,080910.00,A,4042.6000,N,"
              "07400.6000,W,,"
              "270.00,010226,,,A*00##\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "#123456789012345#MT700#0000#AUTO#1\r\n#36$GPRMC,,V,,,,,,,,,,A*5C\r\n##\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "#123456789012345#MT700NW#0000#TOWED#1\r\n#4502$WIFI,080910.00,A,-50,02005E100001,-61,"
              "02005E100002,010226*"
              "5F\r\n##\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tlt2h = {
    .name = "tlt2h",
    .port = 5030,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("#")),
    .text = &text,
    .read = read,
    .samples = samples,
};
