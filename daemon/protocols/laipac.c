/* SPDX-License-Identifier: Apache-2.0 */
/*
 * laipac: Laipac StarFinder Lite, AVL110, AVL120 and the S911 bracelets. NMEA-like text lines over TCP.
 *
 *   $AVRMC,<id>,<hhmmss>,<status>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<ddmmyy>,<event>,<battery>,<mileage>,
 *          <gps>,<adc>,<adc>[,<lac><cell>,<mcc><mnc>]…*hh
 *   $EAVSYS,<id>,<sim>,<phone>,<owner>,<firmware>*hh    $AVSYS,<id>,…*hh    what the device is
 *   $ECHK,<id>,<n>*hh                                   heartbeat, sent back as it is
 *   Status A, R and P are fixes, V is none; in lower case the device waits for $EAVACK. Some events are answered by $AVCFG.
 *   hh: XOR of what stands between '$' and '*'.
 */
#include <stdio.h>

#include "protocol/text_protocol.h"

#define SUM "\\*(?<check>[0-9A-Fa-f]{2})"

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_XOR,
    .forms = {
        { "position",
          { "\\$(?<covered>AVRMC,(?<id>[^,]+),(?<hms>\\d{6}),(?<valid>[AVRPavrp]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),\\d+\\.\\d+,\\d+\\.\\d+,(?<dmy>\\d{6}),(?<event>[0-9A-Za-z]),[\\d.]+,\\d+,"
            "\\d,\\d+,\\d+(?:,[^*]*)?)" SUM },
          .valid = "ARParp" },
        { "information", { "\\$(?<covered>EAVSYS,(?<id>[^,]+),\\d+,\\+?\\d*,[^,]*,[^*]*)" SUM } },
        { "heartbeat", { "\\$(?<covered>ECHK,(?<id>[^,]+),[^*]*)" SUM } },
        { "information", { "\\$(?<covered>AVSYS,(?<id>[^,]+),[^*]*)" SUM } },
        { "status", { "\\$(?<covered>(?:AV|EAV)[A-Z]{3},[^*]*)" SUM } },
        { "status", { "\\$(?:AVRMC|EAVSYS|ECHK|AVSYS),.*" }, .claim = CLAIM_LIKELY },
    },
};

static void put_sentence(struct buffer *reply, const char *words)
{
    buffer_printf(reply, "$%s*%02X\r\n", words, sum_xor(cursor_of_text(words)));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const char events[] = "3MSTX4YZ", settings[] = "dmttxxyz";
    struct groups found;
    struct cursor line = cursor_trim(message->bytes), event;
    char words[32];
    (void)asker;
    if (CURSOR_STARTS(line, "$ECHK,")) {
        buffer_put_cursor(reply, line);
        buffer_put_text(reply, "\r\n");
        return;
    }
    if (!pattern_fits(message->patterns, &text.forms[0].grammar, line, &found) ||
        !groups_named(&found, "event", &event))
        return;
    uint8_t status = cursor_byte(found.standard[GROUP_VALID], 0);
    struct cursor check = found.standard[GROUP_CHECK];
    if (status >= 'a') {
        snprintf(words, sizeof(words), "EAVACK,%c,%c%c", cursor_byte(event, 0), cursor_byte(check, 0),
                 cursor_byte(check, 1));
        put_sentence(reply, words);
    }
    const char *setting = strchr(events, cursor_byte(event, 0));
    if (setting) {
        snprintf(words, sizeof(words), "AVCFG,00000000,%c", settings[setting - events]);
        put_sentence(reply, words);
    }
}

static const struct sample samples[] = {
    { .text = "$AVRMC,MSG12345,080910,A,4730.6000,N,01905.4000,E,1.20,45.00,010226,0,4100,120,1,0,0,1A2B3C4D,"
              "216030*52\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "MSG12345",
      SAMPLE_VALID },
    { .text = "$AVRMC,12345678,080910,v,3327.0000,S,07039.6000,W,0.00,0.00,010226,3,3.912,17,1,0,0*2B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_INVALID,
      .answer = "=$EAVACK,3,2B*58\r\n$AVCFG,00000000,d*31\r\n" },
    { .text = "$AVRMC,123456789012345,080910,p,4042.6000,N,07400.6000,W,0.00,0.00,010226,a,4100,95,1,0,0,,"
              "310260*7B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=$EAVACK,a,7B*0F\r\n" },
    { .text =
          "$AVRMC,12345678,080910,R,4730.6000,N,01905.4000,E,0.00,0.00,010226,X,3.912,17,1,0,0,0,1*6B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_VALID,
      .answer = "=$AVCFG,00000000,x*2D\r\n" },
    { .text = "$EAVSYS,MSG12345,8936201234567890123,+361234567,Owner,0x52014406*6F\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "MSG12345",
      .location = LOCATION_NONE },
    { .text = "$AVSYS,12345678,V2.10,SN0000123,32768*18\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "12345678",
      .location = LOCATION_NONE },
    { .text = "$ECHK,MSG12345,0*5D\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "MSG12345",
      .location = LOCATION_NONE,
      .answer = "=$ECHK,MSG12345,0*5D\r\n" },
    { .text = "$AVRMC,12345678,080910,A,,,,,0.00,0.00,010226,0,3.912,17,1,0,0*00\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_laipac = {
    .name = "laipac",
    .port = 5048,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$AVRMC,"), HEAD("$AVSYS,"), HEAD("$EAV"), HEAD("$ECHK,"), HEAD("$A")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
