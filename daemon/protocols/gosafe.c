/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gosafe: GoSafe G1S, G3A, G3C, G6S, G7, G79, G737. Texts and a binary form, TCP and UDP. Everything is answered with 1234.
 *
 *   *GSnn,<id>,<report>[$<report>…]#      report: <hhmmssddmmyy>,[<event>],[NAME:value;value…],…
 *       GPS:<A fix>;<satellites>;<N|S><degrees>;<E|W><degrees>;<speed>;<course>;…   other names say nothing of the place
 *       A clock that was never set (the year ends the field) makes the report worthless.
 *   *GS02,<id>,GPS:<hhmmss>;[<digit>;]<A|V>;<N|S><degrees>;<E|W><degrees>;<speed>;<course>;[<hdop>]<ddmmyy>…
 *   *GSnn,<id>#      Traccar reads nothing in it
 *   f8 | version | type | id 7 | time 4 (seconds since 2000) | [event, if bit 6 of the type] | mask 2 | block … | CRC 2 | f8
 *       Big endian; 1b 00 is 1b, 1b e3 is f8; CRC-16/XMODEM of all between. A block, for each bit of the mask: length | content.
 *       Block 1: mask 2 | flags (bits 5, 6 fix) | lat 4 | lon 4 (1e-6 degree) | …, as the mask tells
 *   ulbotech (01 01, a BCD id) and g1rus (type 4, or no IMEI) have the same binary frame.
 */
#include "base/bcd.h"
#include "protocol/stuffed_frame.h"
#include "protocol/text_protocol.h"

enum {
    TYPE_AT = 1,
    ID_AT = 2,
    ID_SIZE = 7,
    TIME_AT = 9,
    BODY_AT = 13,
    CRC_SIZE = 2,
    TYPE_BITS = 0x3f,
    TYPE_EVENT = 0x40
};
enum { REGULAR = 1, BLOCK_PLACE = 1, BLOCKS = 8, HAS_FLAGS = 1, HAS_PLACE = 2, FLAGS_FIX = 0x60 };
static const uint64_t imei_least = 100000000000000, imei_end = 1000000000000000;

static const struct escape escape = { .pairs = { ESCAPE("\x1b\x00", "\x1b"), ESCAPE("\x1b\xe3", "\xf8") } };
static const struct stuffed_frame frame = { .start = "\xf8",
                                            .end = "\xf8",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .escape = &escape,
                                            .shortest = BODY_AT + 2 + CRC_SIZE,
                                            .check = CHECK_CRC16_XMODEM,
                                            .check_size = CRC_SIZE };

/* A report's fields behind its time: nothing, an event, or a name with values. */
#define FIELDS "(?:,(?:[0-9A-Fa-f]*|[A-Z][A-Z0-9]{1,5}:[^,$]*))*"

static void take_reports(const struct text_form *form, const struct groups *found, struct reading *reading);

static const struct text_protocol text = {
    .ends = "#",
    .longest = 4096,
    .shape = { "\\*GS\\d{1,4},(?<id>\\d+)," },
    .forms = { { "position",
                 { "\\*GS02,(?<id>\\d+),GPS:(?<hms>\\d{6});(?:\\d;)?(?<valid>[AV]);(?<ns>[NS])(?<latd>\\d+\\."
                   "\\d+);"
                   "(?<ew>[EW])(?<lond>\\d+\\.\\d+);\\d*;\\d+;(?:\\d+\\.\\d+)?(?<dmy>\\d{6}).*" } },
               { "status",
                 { "\\*GS\\d{2},(?<id>\\d+),(?<reports>\\d*" FIELDS "(?:\\$\\d*" FIELDS ")*)\\$?" } },
               { "heartbeat", { "\\*GS\\d{2},(?<id>\\d{15})" } },
               /* Traccar passes over items that it does not know */
               { "status", { "\\*GS\\d{1,4},(?<id>\\d+),(?<reports>\\d*,.*)" }, .claim = CLAIM_LIKELY } },
    .answer = "1234",
    .refine = take_reports,
};

extern const struct protocol protocol_gosafe;

/* A hemisphere letter and degrees. */
static bool take_degrees(struct cursor *fields, struct cursor *field, double *degrees)
{
    struct cursor letter;
    if (!cursor_field(fields, ';', field))
        return false;
    struct cursor number = *field;
    if (!cursor_take(&number, 1, &letter) || !cursor_decimal(number, degrees))
        return false;
    *degrees *= cursor_byte(letter, 0) == 'S' || cursor_byte(letter, 0) == 'W' ? -1 : 1;
    return true;
}

/* The values of GPS: into a fix; false when there are no coordinates. */
static bool take_gps(struct cursor values, struct fix *fix, struct reading *reading)
{
    struct cursor letter, satellites, lat, lon;
    if (!cursor_field(&values, ';', &letter))
        return false;
    fix->valid = cursor_is(letter, "A");
    reading_mark_fix(reading, letter, fix->valid);
    if (!cursor_field(&values, ';', &satellites) || !take_degrees(&values, &lat, &fix->lat) ||
        !take_degrees(&values, &lon, &fix->lon))
        return false;
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    return true;
}

static bool is_set(struct cursor time)
{
    return time.left == 12 && cursor_byte(time, 10) >= '1' && cursor_byte(time, 10) <= '9';
}

static void take_report(struct cursor report, struct reading *reading)
{
    struct cursor time, item, name;
    struct fix fix = { 0 };
    if (!cursor_field(&report, ',', &time) || !is_set(time))
        return;
    fix.has_time = reading_time_of(time, "hisdmy", &fix.time);
    if (fix.has_time)
        reading_mark_time(reading, time, fix.time);
    bool has_place = false;
    while (cursor_field(&report, ',', &item)) {
        struct cursor values = item;
        if (cursor_until(&values, ':', &name) && cursor_is(name, "GPS"))
            has_place = take_gps(values, &fix, reading);
    }
    if (has_place)
        reading_fix(reading, &fix);
    else
        reading_no_fix(reading);
}

static void take_reports(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor reports, report;
    (void)form;
    if (!groups_named(found, "reports", &reports))
        return;
    while (cursor_field(&reports, '$', &report))
        take_report(report, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static uint64_t id_of(struct cursor content)
{
    uint64_t id = 0;
    return cursor_be_at(content, ID_AT, ID_SIZE, &id) ? id : 0;
}

static bool has_imei(struct cursor content)
{
    return id_of(content) >= imei_least && id_of(content) < imei_end;
}

/* An IMEI with a right CRC, or a time that was ever set, and none of ulbotech's digits. */
static bool is_own(struct cursor content, bool is_proven)
{
    struct cursor digits, time;
    bool is_ulbotech =
        CURSOR_STARTS(content, "\x01\x01") && cursor_slice(content, ID_AT, 8, &digits) && bcd_ok(digits);
    if (is_ulbotech || content.left <= BODY_AT || (cursor_byte(content, TYPE_AT) & TYPE_BITS) != REGULAR ||
        !cursor_slice(content, TIME_AT, 4, &time))
        return false;
    bool is_recent = calendar_is_recent((int64_t)cursor_be_of(time) + EPOCH_2000);
    return has_imei(content) ? is_proven || is_recent : is_proven && is_recent;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    if (cursor_byte(message->bytes, 0) == '*')
        return text_match(&protocol_gosafe, message, length);
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!is_own(stuffed.content, claim == CLAIM_CERTAIN))
        return CLAIM_NO;
    /* with another id the CRC is g1rus's as well */
    return has_imei(stuffed.content) ? claim : CLAIM_LIKELY;
}

static void read_place(struct cursor c, struct fix *fix, struct reading *reading)
{
    struct cursor flags = { 0 }, lat, lon;
    uint16_t mask;
    if (!cursor_be16(&c, &mask) || ((mask & HAS_FLAGS) && !cursor_take(&c, 1, &flags)) ||
        !(mask & HAS_PLACE) || !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix->valid = flags.at && (cursor_byte(flags, 0) & FLAGS_FIX);
    fix->lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix->lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    reading_mark_fix(reading, flags, fix->valid);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    reading_fix(reading, fix);
}

static void read_binary(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor time, c, block, id;
    struct fix fix = { .has_time = true };
    uint16_t mask;
    uint8_t size;
    reading->type = "status";
    if (!stuffed_open(&frame, message, reading, &stuffed) ||
        !cursor_slice(stuffed.content, ID_AT, ID_SIZE, &id) ||
        !cursor_slice(stuffed.content, TIME_AT, 4, &time))
        return;
    reading_device_number(reading, id_of(stuffed.content), 1);
    reading_mark_number(reading, "device", id, id_of(stuffed.content));
    fix.time = (int64_t)cursor_be_of(time) + EPOCH_2000;
    reading_mark_time(reading, time, fix.time);
    c = stuffed.content;
    if (!cursor_skip(&c, BODY_AT + (cursor_byte(stuffed.content, TYPE_AT) & TYPE_EVENT ? 1u : 0u)) ||
        !cursor_be16(&c, &mask))
        return;
    for (unsigned bit = 0; bit < BLOCKS; bit++) {
        if (!(mask >> bit & 1))
            continue;
        if (!cursor_u8(&c, &size) || !cursor_take(&c, size, &block))
            break;
        if (bit == BLOCK_PLACE)
            read_place(block, &fix, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == '*')
        text_read(&protocol_gosafe, message, reading);
    else
        read_binary(message, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_text(reply, "1234");
}

static const struct sample samples[] = {
    { .text = "*GS06,123456789012345,080910010226,,SYS:G3SC;V1.00;V1.0.1,GPS:A;9;N47.510000;E19.090000;0;0;"
              "120;0.86,COT:65;20,"
              "ADC:4.27;3.73,DTT:4004;E0;0;0;0;1,IWD:0;0;000000000000#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=1234" },
    { .text = "*GS16,123456789012345,080910010226,10,GPS:V;0;S33.450000;W70.660000;;108;520;1.05;1.79,GSM:;;"
              "216;30;C76D;9F1D;-85#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=1234" },
    { .text = "*GS56,123456789012345,080810010226,,GPS:A;7;N40.710100;W74.010100;0;0;9;1.02,COT:$"
              "080910010226,86,GPS:A;7;N40.710000;"
              "W74.010000;0;0;9;0.99,DTT:0;;0;0;0;1$000000000000,,GPS:A;6;N40.7;W74.0;0;0#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=1234" },
    { .text = "*GS02,123456789012345,GPS:080910;1;A;S33.450000;W70.660000;12;45;1.05010226#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "=1234" },
    { .text = "*GS06,123456789012345,000000000000,,SYS:G3SC;V1.00;V1.0.1,ADC:4.27#",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=1234" },
    { .hex = "f80601007048860ddf793111c6a600070353595315007f4902d4f1f001234a50000c002d0078005a0078021be31b003"
             "f24f8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=1234" },
    { .hex = "f80641007048860ddf793111c6a60c000215007f04fe0197f0fbc9d060000c002d0078005a00780230f8",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=1234" },
    { .hex = "f80601007048860ddf793111c6a6001103535953020a0bb1f2f8",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=1234" },
    { .text = "*GS56,900000000000123,080910010226,,SYS:G3C;V1,GPS:A;9;S33.450000;W70.660000;40;45,hello "
              "world,fuel:1#",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "900000000000123",
      SAMPLE_SOUTH_WEST,
      .answer = "31323334" },
    { .text = "*GS16,900000000000123#",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "900000000000123",
      .location = LOCATION_NONE,
      .answer = "31323334" },
    { .hex = "f8060103328b944c407b00000000000103616263b8e4f8",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "900000000000123",
      .location = LOCATION_NONE,
      .answer = "31323334" },
    { .hex = "f806010009184e72a07b3111c6a600020b000329026d2f70fb96b270eb1cf8",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "10000000000123",
      SAMPLE_NORTH_WEST,
      .answer = "31323334" },
    { 0 }
};

const struct protocol protocol_gosafe = {
    .name = "gosafe",
    .port = 5078,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("*GS"), HEAD("\xf8")),
    .text = &text,
    .kin = KIN("g1rus"), /* a report of an id that is no IMEI: only the order of its time's bytes differs */
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
