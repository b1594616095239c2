/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pt502: PT502 vehicle trackers and relatives. Text lines over TCP, photos in pieces, no checksum.
 *
 *   $<type>,<id>,<hhmmss.sss>,<A|V>,<ddmm.mmmm>,<N|S>,<dddmm.mmmm>,<E|W>,[<speed>],[<course>],<ddmmyy>,,[,]A/<inputs>,<outputs>/
 *       <adc, hex>,…/<odometer>…\r\n
 *       type: POS; IN1, GOF, TOW, HDA, HDB, FDA, SKA, PMA, CPA alarms; PHO<size>[-<n>] a photo was taken, fetched by #PHD
 *   $PHD<offset>,<size>,<bytes>\r\n                 a piece of it          $FUS<id>,<version>,<version>\r\n
 *   bf fb | one byte | length of all 2, little endian     may stand in front; only a photo needs the length,
 *                                                         and engine data, which are binary: '@' is their first byte
 */
#include "protocol/text_protocol.h"

enum { PREFIX = 5, PHOTO_PIECE = 960, LONGEST = 32768, HEAD_LONGEST = 24 };

static const struct text_protocol text = {
    .is_binary = true,
    .longest = LONGEST,
    .forms = {
        { "position",
          { "(?:\xbf.{4})?\\$(?<type>[A-Za-z][^,$]{1,15}),(?<id>\\d+),(?<hms>\\d{6})\\.\\d{3},(?<valid>[AV]),"
            "(?<lat>\\d{3,4}\\.\\d{4}),(?<ns>[NS]),"
            "(?<lon>\\d{3,5}\\.\\d{4}),(?<ew>[EW]),(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6}),,,?.?/[01]+,"
            "[01]+/[^/]*/\\d+.*" } },
        { "photo", { "\xbf.{4}\\$PHD\\d+,\\d+,.*" } },
        { "data", { "\xbf\xfb.{3}@.*" }, .claim = CLAIM_LIKELY },
        { "photo", { "\\$PHD\\d+,\\d+,.*" }, .claim = CLAIM_LIKELY },
        { "information", { "(?:\xbf.{4})?\\$FUS(?<id>\\d+),[^,]+,[^,]+" } },
        { "status", { "(?:\xbf.{4})?\\$(?:POS|PHO\\d*(?:-\\d+)?|IN1|GOF|TOW|HD[AB]|FDA|SKA|PMA|CPA),(?<id>\\d+),"
          ".*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_pt502;

/* "$PHD<offset>,<size>," and so many bytes, then a line end. */
static enum framed frame_photo(struct cursor bytes, bool complete, size_t *length)
{
    struct cursor rest = bytes, offset, size;
    uint64_t told;
    if (!cursor_skip(&rest, 4) || !cursor_until(&rest, ',', &offset) || !cursor_until(&rest, ',', &size)) {
        *length = bytes.left;
        return bytes.left > HEAD_LONGEST ? FRAMED_NO : complete ? FRAMED_CUT : FRAMED_MORE;
    }
    if (!cursor_number(size, &told) || told > LONGEST)
        return FRAMED_NO;
    return frame_by_length(bytes, complete, bytes.left - rest.left + (size_t)told + 2, LONGEST, length);
}

static enum framed frame(struct cursor bytes, bool complete, size_t *length)
{
    struct cursor rest = bytes;
    uint64_t told;
    if (CURSOR_STARTS(bytes, "$PHD"))
        return frame_photo(bytes, complete, length);
    if (!CURSOR_STARTS(bytes, "\xbf"))
        return frame_by_bytes(bytes, complete, "\r\n", LONGEST, length);
    *length = bytes.left;
    bool is_short =
        !cursor_skip(&rest, PREFIX) || rest.left == 0 || (rest.left < 4 && CURSOR_MAY_START(rest, "$PHD"));
    if (is_short)
        return complete ? FRAMED_CUT : FRAMED_MORE;
    if (CURSOR_STARTS(rest, "$PHD") || CURSOR_STARTS(rest, "@"))
        return cursor_le_at(bytes, 3, 2, &told) && told > PREFIX
                   ? frame_by_length(bytes, complete, (size_t)told, LONGEST, length)
                   : FRAMED_NO;
    enum framed framed = frame_by_bytes(rest, complete, "\r\n", LONGEST, length);
    *length += PREFIX;
    return framed;
}

/* Everything begins like this; more types than those above are known to be sent. */
static const struct pattern start = { "\xbf\xfb.{3}@|(?:\xbf.{4})?\\$(?:PHD\\d{1,9},|FUS\\d{1,17},|[A-Za-z][^"
                                      ",$]{1,15},\\d{1,17},\\d{6}\\.\\d{3},[AV],)" };

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    uint8_t first;
    enum framed framed = frame(message->bytes, message->complete, length);
    if (framed == FRAMED_MORE && !pattern_may_fit(message->patterns, &start, message->bytes, false))
        return CLAIM_NO;
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bool is_data = CURSOR_STARTS(message->bytes, "\xbf\xfb") &&
                   cursor_u8_at(message->bytes, PREFIX, &first) && first == '@';
    if (is_data && framed != FRAMED)
        return CLAIM_POSSIBLE;
    one.bytes.left = *length;
    one.complete = true;
    return text_match(&protocol_pt502, &one, length);
}

/* Asks for the first piece of a photo. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor type, digits;
    uint64_t size;
    (void)asker;
    if (!pattern_fits(message->patterns, &text.forms[0].grammar, cursor_trim_nul(message->bytes), &found))
        return;
    type = found.standard[GROUP_TYPE];
    if (CURSOR_STARTS(type, "PHO") && cursor_skip(&type, 3) && cursor_digits(&type, 1, 9, &digits) &&
        cursor_number(digits, &size) && size > 0)
        buffer_printf(reply, "#PHD0,%u\r\n", (unsigned)(size < PHOTO_PIECE ? size : PHOTO_PIECE));
}

static const struct sample samples[] = {
    { .text = "$POS,40456789,080910.000,A,4730.6000,N,01905.4000,E,7.62,265.24,010226,,,A/00000,00000/"
              "142,0,0,0/62792900//f65//#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "40456789",
      SAMPLE_VALID },
    { .text = "$SKA,6120,080910.000,V,3327.0000,S,07039.6000,W,0.00,,010226,,/00000,00000/0/0/\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "6120",
      SAMPLE_INVALID },
    { .text = "$PHO1500-2,6120,080910.000,A,4042.6000,N,07400.6000,W,,,010226,,,A/00010,00000/0/224000//\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "6120",
      SAMPLE_NORTH_WEST,
      .answer = "=#PHD0,960\r\n" },
    { .hex = "bffb1b6a0024504f532c3132333435313030303136342c3038303931302e3030302c412c343733302e363030302c4e2"
             "c30313930352e343030302c452c302e30302c3233372e39392c3031303232362c2c2c412f303030302c302f302f3535"
             "3030302f2f6137312f0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123451000164",
      SAMPLE_VALID },
    { .hex = "bffbf6230024504844302c31392cffd8ffdb0d0a0070686f746f202470696563650d0a",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .location = LOCATION_NONE },
    { .hex = "245048443936302c31392cffd8ffdb0d0a0070686f746f202470696563650d0a",
      .claim = CLAIM_LIKELY,
      .type = "photo",
      .location = LOCATION_NONE },
    { .hex = "bffbff1a0040030203073132352e3030300403063133332e3235",
      .claim = CLAIM_LIKELY,
      .type = "data",
      .location = LOCATION_NONE },
    { .text = "$FUS123456789012345,510-V1.12,A11-V3.0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_pt502 = {
    .name = "pt502",
    .port = 5017,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$POS,"), HEAD("$PHO"), HEAD("$PHD"), HEAD("$FUS"), HEAD("$"), HEAD("\xbf\xfb")),
    .match = match,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
