/* SPDX-License-Identifier: Apache-2.0 */
/*
 * homtecs: Homtecs M2M gateways. One text in a datagram, no checksum, no answers.
 *
 *   <id>_R<8 hex>,<yymmdd>,<hhmmss.s>,<satellites>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,[speed],[course],<fix>,[hdop],[altitude]
 *   Before the first fix all behind the satellites is empty. Servers take what stands before the '_' for the id, any text.
 */
#include "protocol/text_protocol.h"

enum { ID_MAX = 40, SERIAL = 8 };

#define FRONT "(?<id>[^_]+)_R[0-9A-Fa-f]{8},"
#define MOMENT "(?<ymd>\\d{6}),(?<hms>\\d{6})(?:\\.\\d+)?,\\d+,"

static const struct text_protocol text = {
    .weak_heads = true,
    .forms = {
        { "position",
          { FRONT MOMENT "(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<fix>\\d),[\\d.]*,[\\d.]*" } },
        { "status", { FRONT "\\d{6},\\d{6}(?:\\.\\d+)?,\\d*,,+.*" } },
        { "status", { FRONT "\\d{0,6},\\d{0,6}[.,].*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_homtecs;

/* Any text may be the id, so that every datagram is asked about: look for "_R<8 hex>," before anything else. */
static bool has_serial(struct cursor bytes)
{
    size_t at;
    struct cursor front = cursor_part(bytes, 0, bytes.left < ID_MAX ? bytes.left : ID_MAX);
    if (!cursor_find_text(front, "_R", &at) || at == 0 || !cursor_is_text(cursor_part(bytes, 0, at)) ||
        !cursor_skip(&bytes, at + 2))
        return false;
    return bytes.left > SERIAL && cursor_count_hex(cursor_part(bytes, 0, SERIAL)) == SERIAL &&
           cursor_byte(bytes, SERIAL) == ',';
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    if (!has_serial(message->bytes))
        return CLAIM_NO;
    one.complete = true;
    return text_match(&protocol_homtecs, &one, length);
}

static const struct sample samples[] = {
    { .text = "gateway7_R01272028,260201,080910.00,06,4730.60000,N,01905.40000,E,0.391,,1,1.27,120.2",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "gateway7",
      SAMPLE_VALID },
    { .text = "MDS0007_R6d1821f7,260201,080910.00,00,3327.00000,S,07039.60000,W,0.223,198.41,0,2.12,520.3",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "MDS0007",
      SAMPLE_INVALID },
    { .text = "MDS0007_R6d1821f7,260201,080910.00,06,4042.60000,N,07400.60000,W,,,2,,",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "MDS0007",
      SAMPLE_NORTH_WEST },
    { .text = "MDS0007_R6d1821f7,260201,080910.00,04,,,,,,,,,",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "MDS0007",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_homtecs = {
    .name = "homtecs",
    .port = 5104,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .text = &text,
    .samples = samples,
};
