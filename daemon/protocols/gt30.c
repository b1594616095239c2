/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gt30: GT30 trackers: meiligao's message in text. Lines over TCP, no answers.
 *
 *   $$<length, 4 hex><id, 14 with blanks><type, 4 hex>[<alarm, any byte>]<hhmmss.s>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,
 *   <speed>,<course>,<ddmmyy>,…|<hdop>|<altitude><check, 4 hex> CR LF
 *   Types 9955 position, 9999 alarm. The length counts everything. Check: CRC-16/CCITT-FALSE of all before it.
 */
#include "protocol/text_protocol.h"

/* up to and with the alarm byte, which may be a line end */
enum { HEAD_SIZE = 25 };

#define START "(?<covered>\\$\\$[0-9A-Fa-f]{4}(?=.{14}) *(?<id>[!-~]+?) *(?<=^.{20})"
#define CHECK "(?<check>[0-9A-Fa-f]{4})"

static const struct text_protocol text = {
    .ends = "\n",
    .head = HEAD_SIZE,
    .is_binary = true,
    .weak_heads = true,
    .check = CHECK_CRC16_CCITT_FALSE,
    .shape = { "\\$\\$0[0-3][0-9A-Fa-f]{2}[0-9A-Za-z]{6,14} *(?<=^.{20})[0-9A-F]{4}" },
    .forms = {
        { "alarm",
          { START "9999.(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),"
            "(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6})[^|]*\\|\\d+\\.\\d+\\|-?\\d+.*)" CHECK } },
        { "position",
          { START "[0-9A-Fa-f]{4}.?(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),"
            "(?<ew>[EW]),(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6})[^|]*\\|\\d+\\.\\d+\\|-?\\d+.*)" CHECK } },
        { "status", { START "[0-9A-Fa-f]{4}.*)" CHECK } },
    },
};

static const struct sample samples[] = {
    { .hex = "2424303036333132333435363738393020202020393935353038303931302e3030302c412c343733302e363030302c4"
             "e2c30313930352e343030302c452c31322e35302c34352e30302c3031303232362c2c2a31357c302e397c3132303631"
             "33450d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .hex = "2424303035413132333435363738393020202020393939390a3038303931302e3030302c562c333332372e303030302"
             "c532c30373033392e363030302c572c2c2c3031303232362c2c2a31387c392e397c353230423532460d0a",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "1234567890",
      SAMPLE_INVALID },
    { .hex = "242430303544313233343536373839302020202039393939033038303931302e3030302c412c343034322e363030302"
             "c4e2c30373430302e363030302c572c302e30302c2c3031303232362c2c2a31387c312e317c2d39324638370d0a",
      .claim = CLAIM_LIKELY,
      .type = "alarm",
      .device = "1234567890",
      SAMPLE_NORTH_WEST },
    { .hex = "242430303145313233343536373839302020202035303030424138340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gt30 = {
    .name = "gt30",
    .port = 5131,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$0")),
    .text = &text,
    .samples = samples,
};
