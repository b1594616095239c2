/* SPDX-License-Identifier: Apache-2.0 */
/*
 * megastek: Megastek GVT-369, GVT-900, GMT-368, MT-90, MT-100, GPT-19. Text over TCP, no answers.
 *
 *   [<length, 4 digits>]$MGV<nnn>,<id>,[<name>],<R|S>,<ddmmyy>,<hhmmss>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<n>,<sats>,<n>,
 *       [<hdop>],[<speed>],[<course>],[<altitude>],[<odometer>],[<mcc>],[<mnc>],[<lac>],[<cell>],[<gsm>],…;!
 *   [LOG]STX,<id>,$GPRMC,…*hh,<F|L>,<alarm>,imei:<id>,…;hh\r\n                  older
 *   STX<id, padded to 16><2 bytes>$GPRMC,…*hh,<mcc>,<mnc>,<lac>,<cell>,…;hh\r\n  oldest
 *   cmd=aid;user=…\n                                                             asks for A-GPS data
 *   The length counts from the '$' to the '!'. Of checksums only the hh of NMEA is known, and it is often wrong.
 */
#include "protocol/text_protocol.h"

enum { LENGTH_DIGITS = 4, LONGEST = 1024 };

#define RMC                                                                                                \
    "\\$GPRMC,(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\." \
    "\\d+),(?<ew>[EW]),"                                                                                   \
    "(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6})"

static void read_imei(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor imei;
    (void)form;
    if (groups_named(found, "imei", &imei))
        reading_device(reading, imei);
}

static const struct text_protocol text = {
    .is_binary = true,
    .forms = {
        { "position",
          { "(?:\\d{4})?\\$MGV\\d{3},(?<id>\\d+),[^,]*,[RS],(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<valid>[AV]),"
            "(?<lat>\\d{3,4}\\.\\d+),"
            "(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),\\d\\d,\\d\\d,\\d\\d,(?:\\d+\\.\\d+)?,"
            "(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,"
            "(?:-?\\d+\\.\\d+)?,.*" } },
        { "status", { "(?:\\d{4})?\\$MGV\\d{3},[ -~]*" }, .claim = CLAIM_LIKELY },
        { "position",
          { "(?:LOG)?STX,(?<id>[^,]*)," RMC "[^\\r\\n]*?,[FL],[^,]*,imei:(?<imei>\\d+),(?:\\d+/?\\d*)?,"
            "(?:-?\\d+\\.\\d+)?,Battery=\\d+%,,?\\d?,\\d*,\\d*,[0-9A-Fa-f]+,[0-9A-Fa-f]+;.*" } },
        { "position", { "(?:LOG)?STX,(?<id>[^,]*)," RMC ".*" } },
        { "position",
          { "STX(?=.{16,19}\\$)(?<id>[^ ,$]{1,16}) *(?:[^ ].)?" RMC "[^*]*\\*[0-9A-Fa-f]{2},\\d+,\\d+,[0-9A-Fa-f]+,[0-9A-Fa-f]+,.*" } },
        { "position", { "STX(?=.{16,19}\\$)[^,$]*" RMC ".*" } },
        { "status", { "(?:LOG)?STX[^$]{1,40}\\$G[A-Z]RMC,.*" }, .claim = CLAIM_LIKELY },
        { "request", { "cmd=aid;user=.*" } },
    },
    .refine = read_imei,
};

extern const struct protocol protocol_megastek;

static bool has_length(struct cursor bytes)
{
    return cursor_count_digits(bytes) == LENGTH_DIGITS;
}

/* What is there begins as one of the forms, or still may. */
static bool may_be(struct cursor bytes)
{
    struct cursor rest = bytes;
    size_t digits = cursor_count_digits(bytes);
    if (digits > LENGTH_DIGITS || !cursor_skip(&rest, digits))
        return false;
    if (digits > 0)
        return rest.left == 0 || (digits == LENGTH_DIGITS && CURSOR_MAY_START(rest, "$MGV"));
    return CURSOR_MAY_START(bytes, "$MGV") || CURSOR_MAY_START(bytes, "STX") ||
           CURSOR_MAY_START(bytes, "LOGSTX") || CURSOR_MAY_START(bytes, "cmd=aid;");
}

static enum framed frame(struct cursor bytes, bool complete, size_t *length)
{
    struct cursor digits;
    uint64_t told;
    *length = bytes.left;
    if (!has_length(bytes) || !cursor_slice(bytes, 0, LENGTH_DIGITS, &digits) ||
        !cursor_number(digits, &told))
        return frame_by_bytes(bytes, complete, CURSOR_STARTS(bytes, "$MGV") ? "!\n" : "\n", LONGEST, length);
    enum framed framed = frame_by_length(bytes, complete, LENGTH_DIGITS + (size_t)told, LONGEST, length);
    /* a length that was not kept when the text was edited: the '!' tells */
    bool is_right = framed == FRAMED && cursor_byte(bytes, *length - 1) == '!';
    return is_right ? FRAMED : frame_by_bytes(bytes, complete, "!\n", LONGEST, length);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    if (!may_be(message->bytes))
        return CLAIM_NO;
    enum framed framed = frame(message->bytes, message->complete, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    one.bytes.left = *length;
    one.complete = true;
    return text_match(&protocol_megastek, &one, length);
}

static const struct sample samples[] = {
    { .text = "0171$MGV002,123456789012345,Tracker,R,010226,080910,A,4730.60000,N,01905.40000,E,00,09,00,0."
              "91,16.980,257.73,177.6,0.0,216,30,0741,00C0,21,0000,0000,20,10,0, , ,,1-1,54,Dist;!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$MGV002,123456789012345,,S,010226,080910,V,3327.00000,S,07039.60000,W,00,00,00,99.9,,,,,730,"
              "01,262C,0F54,20,,,,,,,,,10,039,Timer,1c2b3a495867:50|1c2b3a495868:63,;!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "0111$MGV002,,Tracker,S,010126,000003,,,,,,00,00,00,,0.000,0.00,,0.0,,,,,,0000,0000,14,10,0, , "
              ",,1-0,0,Low Ext Vol;!",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "STX,CAR7,$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,12.50,45.00,010226,,,A*61,F,,"
              "imei:123456789012345,05,106.4,Battery=68%,,1,216,30,12A4,5C3F;5E\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "LOGSTX,123456789012345,$GPRMC,080910.000,A,4042.60000,N,07400.60000,W,0.00,0.00,010226,,,A*7C\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "STX260475            "
              "$GPRMC,080910.001,V,3327.0000,S,07039.6000,W,000.0,000.0,010226,,,A*67,730,01,815A,D455,11,99,"
              "0000,0001,0,Timer;5A\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "260475",
      SAMPLE_INVALID },
    { .text = "STX,123456789012345,$GPRMC,,V,,,,,,,,,,N*53,L,,imei:123456789012345,00,0.0,Battery=68%;5E\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "cmd=aid;user=me;pwd=none;lat=47.51000000;lon=19.09000000;pacc=1000\n",
      .claim = CLAIM_CERTAIN,
      .type = "request",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_megastek = {
    .name = "megastek",
    .port = 5024,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$MGV"), HEAD("STX"), HEAD("LOGSTX,"), HEAD("cmd=aid;"), HEAD_DIGITS),
    .kin = KIN("xexun"), /* its server understands "STX,…imei:", too */
    .match = match,
    .text = &text,
    .samples = samples,
};
