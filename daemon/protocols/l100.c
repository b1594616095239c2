/* SPDX-License-Identifier: Apache-2.0 */
/*
 * l100: Atlanta Systems L-100, its personal tracker and its OBD model. Text over TCP in a frame of three kinds.
 *
 *   20 01|03 ATL[,<x>,]<id>,$GPRMC,…*hh,#<bits>,<n|N.C>,<n>,<n>,<odometer>,<temperature>,<battery>,<gsm>,<mcc>,<mnc>,<lac>,<cell>
 *         …ATL 02|04 <check>             answered by one byte 01
 *   ATL,<L|H>,<id>,<N|P|T>,<ddmmyy>,<hhmmss>,<A|V>,<lat>,<N|S>,<lon>,<E|W>,…@
 *   <L|H>,ATL,<id>,<type>,<index>,[<hhmmss>,<ddmmyy>,<A|V>,<lat>;<N|S>,<lon>;<E|W>,…]*<check>      type 1: login, answered
 *   <L|H>,ATLOBD,<id>,…*<check>          engine data
 *   How the check byte of a device is computed is not known; that of the answer is XOR.
 */
#include "protocol/text_protocol.h"

enum { LONGEST = 1024, HEAD_BYTES = 2 };

static const struct text_protocol text = {
    .is_binary = true,
    .weak_heads = true,
    .forms = {
        { "position",
          { "(?:.?[^A]|)ATL(?:,[^,]+,)?(?<id>\\d{15}),\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d{3})?,(?<valid>[AV]),"
            "(?<lat>\\d{3,4}\\.\\d+),"
            "(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),(?:\\d+\\.?\\d*)?,(?:\\d+\\.?\\d*)?,(?<dmy>\\d{6}),.*#[01]+,"
            "(?:\\d+\\.?\\d*|N\\.C),[^,]*,[^,]*,\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+,\\d+,\\d+,\\d+,[0-9A-Fa-f]+,"
            "[0-9A-Fa-f]+.*ATL.{0,2}" },
          .answer = "\x01" },
        { "status", { "(?:.?[^A]|)ATL(?:,[^,]+,)?(?<id>\\d{15}),\\$.*ATL.{0,2}" }, .claim = CLAIM_LIKELY },
        { "login", { "[LH],ATL,(?<id>\\d{15}),(?<type>0?1),(?<index>\\d+),.*" } },
        { "position",
          { "[LH],ATL,(?<id>\\d{15}),\\d+,\\d+,(?<hms>\\d{6}),(?<dmy>\\d{6}),(?<valid>[AV]),"
            "(?<latd>\\d+\\.\\d+);(?<ns>[NS]),"
            "(?<lond>\\d+\\.\\d+);(?<ew>[EW]),.*" } },
        { "status", { "[LH],ATL(?:OBD)?,(?<id>\\d{15}),.*" } },
        { "position",
          { "ATL,(?:[LH],(?<id>\\d{15}),)?[NPT],(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<valid>[AV]),(?<latd>\\d+\\.\\d+),"
            "(?<ns>[NS]),"
            "(?<lond>\\d+\\.\\d+),(?<ew>[EW]),\\d+\\.?\\d*,(?:GPS|GSM|INV),.*" } },
        { "status", { "ATL,[LH],(?<id>\\d{15}),.*" }, .claim = CLAIM_LIKELY },
        /* cut off: the sentence, if it is all there, or the head */
        { "position",
          { "(?:.?[^A]|)ATL(?:,[^,]+,)?(?<id>\\d{15}),\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d{3})?,(?<valid>[AV]),"
            "(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),[^,]*,[^,]*,(?<dmy>\\d{6}),.*" },
          .claim = CLAIM_LIKELY },
        { "status", { "(?:.?[^A]|)ATL(?:,[^,]+,)?(?<id>\\d{15}),.*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_l100;

/* "ATL…ATL", and behind it, where two bytes stand in front, 02 or 04 and the check byte */
static enum framed frame_old(struct cursor bytes, size_t head, bool complete, size_t *length)
{
    struct cursor rest = bytes;
    size_t at;
    *length = bytes.left;
    enum framed cut = bytes.left > LONGEST ? FRAMED_NO : complete ? FRAMED_CUT : FRAMED_MORE;
    if (!cursor_skip(&rest, head + 3) || !cursor_find_text(rest, "ATL", &at) || !cursor_skip(&rest, at + 3))
        return cut;
    size_t end = bytes.left - rest.left;
    bool has_tail = rest.left > 0 ? cursor_byte(rest, 0) == 2 || cursor_byte(rest, 0) == 4 : head > 0;
    if (!has_tail) {
        *length = end;
        return FRAMED;
    }
    return frame_by_length(bytes, complete, end + 2, LONGEST, length);
}

/* Nothing: it is none of the three. */
static enum framed frame(struct cursor bytes, bool complete, size_t *length)
{
    size_t star;
    bool is_obd = CURSOR_STARTS(bytes, "L,ATL") || CURSOR_STARTS(bytes, "H,ATL");
    bool is_new = CURSOR_STARTS(bytes, "ATL,L,") || CURSOR_STARTS(bytes, "ATL,H,") ||
                  CURSOR_STARTS(bytes, "ATL,N,") || CURSOR_STARTS(bytes, "ATL,P,") ||
                  CURSOR_STARTS(bytes, "ATL,T,");
    struct cursor behind = bytes;
    if (is_obd)
        return cursor_find(bytes, '*', &star) ? frame_by_length(bytes, complete, star + 2, LONGEST, length)
                                              : frame_by_bytes(bytes, complete, "*", LONGEST, length);
    if (is_new)
        return frame_by_bytes(bytes, complete, "@", LONGEST, length);
    if (CURSOR_STARTS(bytes, "ATL"))
        return frame_old(bytes, 0, complete, length);
    bool may_be = !cursor_skip(&behind, HEAD_BYTES) || CURSOR_MAY_START(behind, "ATL");
    return may_be ? frame_old(bytes, HEAD_BYTES, complete, length) : FRAMED_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    enum framed framed = frame(message->bytes, message->complete, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    one.bytes.left = *length;
    one.complete = true;
    return text_match(&protocol_l100, &one, length);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor index;
    size_t start = reply->length;
    const struct pattern *login = &text.forms[2].grammar;
    if (!pattern_fits(message->patterns, login, message->bytes, &found) ||
        !groups_named(&found, "index", &index)) {
        text_answer(&protocol_l100, message, asker, reply);
        return;
    }
    buffer_put_text(reply, "@");
    buffer_put_cursor(reply, found.standard[GROUP_ID]);
    buffer_put_text(reply, ",00,");
    buffer_put_cursor(reply, index);
    buffer_put_text(reply, ",*");
    if (!reply->full)
        buffer_put_u8(reply, sum_xor(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct sample samples[] = {
    { .text = " \x01"
              "ATL123456789012345,$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,1.20,45.00,010226,,,*39,#"
              "01111011000000,0,0,0,934.82,27.13,4.0,25,216,30,15af,974bATL\x02z",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "01" },
    { .text = "ATL,NP,123456789012345,$GPRMC,080910,V,3327.0000,S,07039.6000,W,0,0,010226,,,*39,#"
              "01111011000000,N.C,0,0,934.82,27.13,4.0,25,730,1,15af,974b,0,0,0,ATL",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "01" },
    { .text = " \x03"
              "ATL123456789012345,$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,0.00,,010226,,,A*75$LOC,"
              "Budapest,#01100101101010,2.3,35.67,80,12345.67,31.4,4.2,21,MCC,MNC,LAC,CellIDATL\x04z",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "L,ATL,123456789012345,1,17,*z",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "403132333435363738393031323334352c30302c31372c2a70" },
    { .text = "H,ATL,123456789012345,2,18,080910,010226,A,40.710000;N,74.010000;W,12,45,120.5,12.6,25,310,"
              "260,1201,974b,#0000,1,ATL,*z",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "L,ATLOBD,123456789012345,1,19,080910,010226,6,0C:0FA0,0D:2D*z",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text =
          "ATL,L,123456789012345,N,010226,080910,A,47.510000,N,19.090000,E,12.5,GPS,3950,216,30,1201,974b@",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "ATL,H,123456789012345,P,010226,,V,,,,,,INV,3950,216,30,1201,974b@",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "ATL123456789012345,$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,0.00,,010226,,,A*75,#0110",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_l100 = {
    .name = "l100",
    .port = 5112,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("ATL"), HEAD("L,ATL"), HEAD("H,ATL"), HEAD(" ")),
    .match = match,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
