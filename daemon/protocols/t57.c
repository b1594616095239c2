/* SPDX-License-Identifier: Apache-2.0 */
/*
 * t57: T57 trackers. Text over TCP, no checksum, no answers. Fields are separated by '#' and nothing else ends a message:
 * it has 14 of them, or 12 of the type F3.
 *
 *   *T57#F<n>#<id>#<ddmmyy>#<hhmmss>#<ddmm.m>#<N|S>#<dddmm.m>#<E|W>#<text>#<speed>#<altitude>#<A|V><n>#<battery>#
 *   *T57#F3#<id>#<ddmmyy>#<hhmmss>#<ddmm.m>#<N|S>#<dddmm.m>#<E|W>#<letter>#<number>#<number>#       no fix flag
 */
#include "protocol/text_protocol.h"

enum { LONGEST = 1024, TYPE_AT = 5, SEPARATORS = 14, SHORT_SEPARATORS = 12 };

#define FRONT                                                                                              \
    "#(?<id>[^#]+)#(?<dmy>\\d{6})#(?<hms>\\d{6})#(?<lat>\\d{4}\\.\\d+)#(?<ns>[NS])#(?<lon>\\d{5}\\.\\d+)#" \
    "(?<ew>[EW])#"

static const struct text_protocol text = {
    .shape = { "\\*T57#F\\d#[^#]+#" },
    .forms = {
        { "status",
          { "\\*T57#F3#(?<id>[^#]+)#\\d{6}#\\d{6}#\\d+\\.\\d+#[NS]#\\d+\\.\\d+#[EW]#[^#]*#[^#]*#[^#]*#" } },
        { "position",
          { "\\*T57#F\\d" FRONT "[^#]+#\\d+\\.\\d+#\\d+\\.\\d+#(?<valid>[AV])\\d#\\d+\\.\\d+#" } },
        { "status", { "\\*T57#F\\d#(?<id>[^#]+)#(?:[^#]*#){11}" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_t57;

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor bytes = message->bytes, type;
    size_t wanted =
        cursor_slice(bytes, TYPE_AT, 2, &type) && cursor_is(type, "F3") ? SHORT_SEPARATORS : SEPARATORS;
    size_t at = 0;
    while (at < bytes.left && at < LONGEST && wanted > 0)
        wanted -= cursor_byte(bytes, at++) == '#';
    if (wanted > 0 && at == LONGEST)
        return CLAIM_NO;
    if (wanted > 0 && !message->complete)
        return CLAIM_MORE;
    one.bytes.left = at;
    one.complete = true;
    return text_match(&protocol_t57, &one, length);
}

static const struct sample samples[] = {
    { .text = "*T57#F1#1234567890#010226#080910#4730.6000#N#01905.4000#E#000000#12.500#120.300#A2#4.1#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .text = "*T57#F2#T571234567#010226#080910#3327.0000#S#07039.6000#W#+0.1,-0.2,+0.9#0.000#520.00#V1#3.9#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "T571234567",
      SAMPLE_INVALID },
    { .text = "*T57#F1#1234567890#010226#080910#4042.6000#N#07400.6000#W#000000#0.000#9.100#A2#4.0#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_NORTH_WEST },
    { .text = "*T57#F3#1234567890#010226#080910#4730.6000#N#01905.4000#E#I#5551234567#120#",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_t57 = {
    .name = "t57",
    .port = 5155,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*T57#")),
    .text = &text,
    .match = match,
    .samples = samples,
};
