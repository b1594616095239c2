/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jt600: Jointech JT600, JT601, JT701, JT707 container locks and trackers, GP4000, GP6000. Binary and text over TCP.
 *
 *   24 | id 5 BCD | kind | L 2 | records … | index              short; the kind's high digit: 1, 2, 3
 *   24 | id 5 BCD | version | kind | L 2 | records … | index     long: L is below 256, so that byte 8 is 0
 *        big endian, L + 10 bytes in all, no checksum
 *        record: dd mm yy hh mm ss BCD | lat 4 BCD ddmmmmmm | lon 4½ BCD dddmmmmmm, ½ flags | speed | course/2 | 10 or 17 more
 *        flags: 1 fix, 2 north, 4 east
 *   (<id>,W01|U01|P45|…)      text; (<id>,1,<n>,WLNET,5,2,<record>…) holds a binary record, in which 3d x is the byte x XOR 3d
 */
#include "base/bcd.h"
#include "base/nmea.h"
#include "protocol/text_protocol.h"

enum {
    ID = 5,
    AROUND = 10,
    RECORD = 17,
    SHORT_RECORD = 27,
    LONG_RECORD = 34,
    LONGEST = 4096,
    TEXT_MAX = 1024
};
enum {
    FLAG_FIX = 1,
    FLAG_NORTH = 2,
    FLAG_EAST = 4,
    STATUS_ASKS = 0x20,
    VERSION_LOCK = 0x17,
    VERSION_NEW = 0x19
};

static const struct escape escape = { .mark = 0x3d, .xor_with = 0x3d };

/* Two digits as the server reads them: it takes a nibble that is no digit all the same. */
static unsigned number_of(uint8_t byte)
{
    return (byte >> 4) * 10u + (byte & 15u);
}

static bool take_record(struct cursor *c, struct reading *reading)
{
    struct cursor clock, lat, lon;
    uint64_t lat_number, lon_number;
    struct cursor rest = *c;
    if (!cursor_take(&rest, 6, &clock) || !cursor_take(&rest, 4, &lat) || !cursor_take(&rest, 5, &lon) ||
        !bcd_number(lat, &lat_number) || !bcd_number(cursor_part(lon, 0, 4), &lon_number) ||
        cursor_byte(lon, 4) >> 4 > 9)
        return false;
    *c = rest;
    unsigned flags = cursor_byte(lon, 4) & 15u;
    struct calendar date = { calendar_year(number_of(cursor_byte(clock, 2))),
                             number_of(cursor_byte(clock, 1)),
                             number_of(cursor_byte(clock, 0)),
                             number_of(cursor_byte(clock, 3)),
                             number_of(cursor_byte(clock, 4)),
                             number_of(cursor_byte(clock, 5)) };
    struct fix fix = { .valid = flags & FLAG_FIX };
    fix.has_time = calendar_to_unix(&date, &fix.time);
    fix.lat = nmea_degrees_of(lat_number) * (flags & FLAG_NORTH ? 1 : -1);
    fix.lon = nmea_degrees_of(lon_number * 10 + (cursor_byte(lon, 4) >> 4)) * (flags & FLAG_EAST ? 1 : -1);
    if (fix.has_time)
        reading_mark_time(reading, clock, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, cursor_part(lon, 4, 1), fix.valid);
    reading_fix(reading, &fix);
    return true;
}

/* A date of zeros: the clock was never set. */
static bool is_clockless(struct cursor record)
{
    return CURSOR_STARTS(record, "\0\0\0");
}

/* A date, or none yet, and coordinates that are on earth. */
static bool is_plausible(struct cursor record)
{
    struct cursor place;
    if (!cursor_slice(record, 6, 8, &place))
        return false;
    unsigned day = number_of(cursor_byte(record, 0)), month = number_of(cursor_byte(record, 1));
    bool is_date =
        day >= 1 && day <= 31 && month >= 1 && month <= 12 && number_of(cursor_byte(record, 2)) < 60;
    bool is_clock = number_of(cursor_byte(record, 3)) < 24 && number_of(cursor_byte(record, 4)) < 60 &&
                    number_of(cursor_byte(record, 5)) < 60;
    return (is_date || is_clockless(record)) && is_clock && bcd_ok(place) &&
           bcd_byte(cursor_byte(place, 0)) <= 90 && bcd_byte(cursor_byte(place, 4)) <= 18;
}

struct frame {
    bool is_long;
    uint8_t version; /* of the long form */
    size_t total, records;
    size_t size; /* of a record; 0: there is one, and all the rest belongs to it */
};

static bool open_frame(struct cursor bytes, struct frame *frame)
{
    uint8_t middle, kind;
    uint16_t told;
    if (!cursor_u8_at(bytes, 8, &middle))
        return false;
    frame->is_long = middle == 0;
    frame->records = frame->is_long ? 10 : 9;
    if (!cursor_u8_at(bytes, 6, &frame->version) || !cursor_u8_at(bytes, frame->records - 3, &kind) ||
        !cursor_be16_at(bytes, frame->records - 2, &told))
        return false;
    frame->total = (size_t)told + AROUND;
    bool has_blocks = frame->version == VERSION_LOCK || frame->version == VERSION_NEW;
    frame->size = !frame->is_long ? SHORT_RECORD : has_blocks ? 0 : LONG_RECORD;
    return told > RECORD && frame->total <= LONGEST;
}

/* Does nothing but another message, or the end of a line or NULs, stand behind? h02 has the same head. */
static bool is_alone(struct cursor behind)
{
    size_t n = 0;
    while (n < behind.left && n < 4 && strchr("\r\n", cursor_byte(behind, n)))
        n++;
    return n == behind.left || cursor_byte(behind, n) == '$' || cursor_byte(behind, n) == '(';
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, record = bytes;
    struct frame frame;
    size_t id = bytes.left < 1 + ID ? bytes.left - 1 : ID;
    if (!bcd_ok(cursor_part(bytes, 1, id)))
        return CLAIM_NO;
    if (bytes.left < AROUND)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!open_frame(bytes, &frame))
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, frame.total, LONGEST, length);
    if (!cursor_skip(&record, frame.records))
        return CLAIM_NO;
    if (record.left >= RECORD && !is_plausible(record))
        return CLAIM_NO;
    if (framed != FRAMED)
        return framed == FRAMED_CUT && record.left < RECORD ? CLAIM_NO : claim_framed(framed);
    size_t body = frame.total - frame.records - 1;
    bool is_exact = !is_clockless(record) && (frame.size == 0 ? body >= LONG_RECORD : body % frame.size == 0);
    return !is_alone(cursor_part(bytes, frame.total, bytes.left - frame.total)) ? CLAIM_POSSIBLE
           : is_exact                                                           ? CLAIM_CERTAIN
                                                                                : CLAIM_LIKELY;
}

static void read_binary(struct cursor bytes, struct reading *reading)
{
    struct frame frame;
    struct cursor id, records;
    reading->type = "position";
    if (!cursor_slice(bytes, 1, ID, &id))
        return;
    reading_device_bcd_stripped(reading, id);
    if (!open_frame(bytes, &frame) || bytes.left <= frame.records ||
        !cursor_slice(bytes, frame.records, bytes.left - frame.records - 1, &records))
        return;
    while (records.left >= RECORD && take_record(&records, reading)) {
        size_t behind = frame.size < RECORD - 2 ? records.left : frame.size - (RECORD - 2);
        if (!cursor_skip(&records, behind))
            return;
    }
}

#define PLACE "(?<latd>\\d+\\.\\d+),(?<ns>[NS]),(?<lond>\\d+\\.\\d+),(?<ew>[EW])"
#define WHEN "(?<dmy>\\d{6}),(?<hms>\\d{6})"
#define REPORT(types)                                                            \
    "\\((?<id>\\d+),(?<type>" types "),(?:\\d+,)?" WHEN ",(?<valid>[TF])," PLACE \
    ",\\d+(?:\\.\\d*)?,\\d+,\\d+,\\d+%,[01]+,\\d+,\\d+,\\d+,\\d+,\\d+.*"

static const struct text_protocol text = {
    .ends = ")",
    .longest = TEXT_MAX,
    .is_binary = true,
    .weak_heads = true,
    .shape = { "\\((?:\\d{10}|\\d{12}),(?:@JT|[UWP]\\d\\d|\\d+,(?:\\d+,)?(?:WLNET|U\\d\\d|P\\d\\d))(?:,.*)?$" },
    .forms = {
        { "position",
          { "\\((?<id>\\d+),W01,(?<lon>\\d{5}\\.\\d{4}),(?<ew>[EW]),(?<lat>\\d{4}\\.\\d{4}),(?<ns>[NS]),(?<valid>[AV])," WHEN
            ",\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,.*" } },
        { "position", { REPORT("U0[123]") }, .valid = "T", .answer = "(S39)" },
        { "position", { REPORT("U06") }, .valid = "T", .answer = "(S20)" },
        { "position", { REPORT("U\\d\\d") }, .valid = "T" },
        { "lock",
          { "\\((?<id>\\d+),P45," WHEN "," PLACE ",(?<valid>[AV]),\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,\\d+,(?<index>\\d+)(?:,.*)?" },
          .answer = "(P69,0,{index})" },
        { "peripheral", { "\\((?<id>\\d{10}),\\d+,\\d+,WLNET,5,\\d+,(?<record>.*)" } },
        { "status",
          { "\\((?<id>\\d{10}|\\d{12}),(?:@JT|[UWP]\\d\\d|\\d+,(?:\\d+,)?(?:WLNET|U\\d\\d|P\\d\\d))(?:,[ -~]*)?" },
          .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_jt600;

static enum claim match(const struct message *message, size_t *length)
{
    return cursor_byte(message->bytes, 0) == '$' ? match_binary(message, length)
                                                 : text_match(&protocol_jt600, message, length);
}

/* The binary record inside a text message. */
static void read_peripheral(const struct message *message, struct reading *reading)
{
    static const struct pattern front = { "\\(\\d{10},\\d+,\\d+,WLNET,5,\\d+," };
    struct groups found;
    struct cursor raw = message->bytes;
    uint8_t memory[TEXT_MAX];
    if (!pattern_match(message->patterns, &front, raw, &found) || !cursor_skip(&raw, found.whole.left))
        return;
    struct cursor record = unescape(raw, &escape, memory, sizeof(memory));
    reading_unescaped(reading, raw, record, &escape);
    reading->location = LOCATION_UNKNOWN;
    (void)take_record(&record, reading);
    reading_no_location(reading);
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == '$') {
        read_binary(message->bytes, reading);
        return;
    }
    text_read(&protocol_jt600, message, reading);
    if (strcmp(reading->type, "peripheral") == 0)
        read_peripheral(message, reading);
}

/* A long message with the bit 5 of its status set wants an answer. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    uint16_t status;
    uint8_t index;
    if (cursor_byte(bytes, 0) != '$') {
        text_answer(&protocol_jt600, message, asker, reply);
        return;
    }
    if (!open_frame(bytes, &frame) || !frame.is_long || bytes.left != frame.total ||
        !cursor_be16_at(bytes, frame.records + 26, &status) || !(status & STATUS_ASKS) ||
        !cursor_u8_at(bytes, frame.total - 1, &index))
        return;
    if (frame.version < VERSION_NEW)
        buffer_put_text(reply, "(P35)");
    else
        buffer_printf(reply, "(P69,0,%u)", index);
}

static const struct sample samples[] = {
    { .hex = "24123456789011001b0102260809104730600001905400070c160764000100780123045a01",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .hex = "24003456789021006c0102260809103327000007039600000c160764000100780123045a01022608091033270000070"
             "39600000c160764000100780123045a0102260809103327000007039600000c160764000100780123045a0102260809"
             "103327000007039600000c160764000100780123045a02",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "34567890",
      SAMPLE_INVALID },
    { .hex = "241234567890111100230102260809104042600007400600030c16000004d2070000000020e064012304561f05",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_NORTH_WEST,
      .answer = "=(P35)" },
    { .hex = "241234567890191100270102260809104730600001905400070c16000004d2070000000020e064012304561f000f0f0"
             "f07",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID,
      .answer = "=(P69,0,7)" },
    { .hex = "241234567890171100270102260809104730600001905400070c16000004d2070000000020c064012304561f000f0f0"
             "f07",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .text = "(1234567890,W01,01905.4000,E,4730.6000,N,A,010226,080910,12,45,99,7,22,0,0)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .text = "(1234567890,U01,010226,080910,F,33.450000,S,70.660000,W,0.00,0,0,80%,00001000000000,1234,5678,"
              "22,0,1)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_INVALID,
      .answer = "=(S39)" },
    { .text = "(1234567890,U06,11,010226,080910,T,40.710000,N,74.010000,W,3,270,9,100%,00000001000000,1234,"
              "5678,27,0,12,0,30)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_NORTH_WEST,
      .answer = "=(S20)" },
    { .text = "(123456789012,P45,010226,080910,47.51000,N,19.09000,E,A,0,45,5,1,0012345678,0,0,17,0)",
      .claim = CLAIM_CERTAIN,
      .type = "lock",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "=(P69,0,17)" },
    { .hex = "28313233343536373839302c312c3136382c574c4e45542c352c322c0102260809104730600001905400070c1601003"
             "d143d150029",
      .claim = CLAIM_CERTAIN,
      .type = "peripheral",
      .device = "1234567890",
      SAMPLE_VALID },
    { .text = "(1234567890,@JT)",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { .hex = "24123456789011001b0000000809103327000007039600000c160764000100780123045a01",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1234567890",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { 0 }
};

const struct protocol protocol_jt600 = {
    .name = "jt600",
    .port = 5014,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$"), HEAD("(")),
    .match = match,
    .read = read,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
