/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fifotrack: Fifotrack A01, A03, A100, A300, Q1, S30. Text with photos inside, TCP.
 *
 *   $$<n>,<imei>,<index, hex>,<type>,…*<check> CR LF      n counts from the first comma to the byte before the '*'
 *   A00 A01 A02 …  [<alarm>],<yymmddhhmmss>,<A|V>,<lat>,<lon>,<speed>,<course>,<altitude>,<odometer>,<seconds>,<status>,…
 *   A03  [<alarm>],<yymmddhhmmss>,<cell>,<volts>,<percent>,<status>,0,<A|V>,<speed>,<satellites>,<lat>,<lon>
 *        or …,1,<address:signal|…>
 *   B01 …  replies: such a message counts as one without a fix          D05 a photo waits, D06 its parts
 *   Check: XOR of all bytes before the '*', two hex digits. Line ends may be missing.
 *   answers: ##<n>,<imei>,<index>,A03,<now>*<sum>; to D05 a request for the first part of the photo
 */
#include "base/checksum.h"
#include "protocol/text_protocol.h"

enum { LONGEST = 32768, TEXT_MAX = 1024, HEAD_SIZE = 2, TAIL = 3, PHOTO_PART = 1024 };

#define START(types) "(?<covered>\\$\\$\\d+,(?<id>\\d+),[0-9A-Fa-f]*,(?<type>" types "),"
#define CHECK "\\*(?<check>[0-9A-Fa-f]{2})"
#define HEX "[0-9A-Fa-f]"

static void read_reply(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    (void)found;
    if (strcmp(form->type, "reply") == 0)
        reading_no_fix(reading);
}

static const struct text_protocol text = {
    .longest = LONGEST,
    .is_binary = true,
    .weak_heads = true,
    .check = CHECK_XOR,
    .shape = { "\\$\\$\\d+,(?<id>\\d{8,17}),[0-9A-Fa-f]{0,8},[A-Z][0-9A-Z]{2}," },
    .forms = {
        { "position",
          { START("A03") "\\d*,(?<ymdhms>\\d{12}),\\d+\\|\\d+\\|" HEX "+\\|" HEX "+,\\d+\\.\\d+,\\d+," HEX "+,0,(?<valid>[AV]),\\d+,\\d+,"
            "(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+).*)" CHECK } },
        { "cells", { START("A03") ".*)" CHECK } },
        { "reply", { START("B\\d\\d") "(?:.*,)?[A-Z]+)" CHECK } },
        { "photo", { START("D0[56]") ".*)" CHECK } },
        { "position",
          { START("(?!A03|D0[56])[AC-Z][0-9A-Z]{2}") "\\d*,(?<ymdhms>\\d{12}),(?<valid>[AV]),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+,\\d+,-?\\d+,\\d+,\\d+,"
            HEX "+," HEX "*," HEX "*,\\d+\\|\\d+\\|" HEX "+\\|" HEX "+,[0-9A-Fa-f|]+.*)" CHECK } },
        { "status", { "(?<covered>\\$\\$\\d+,(?<id>\\d+),.*)" CHECK } },
    },
    .refine = read_reply,
};

extern const struct protocol protocol_fifotrack;

/* Does "*hh" stand there? */
static bool has_tail(struct cursor bytes, size_t at)
{
    struct cursor tail;
    return cursor_slice(bytes, at, TAIL, &tail) && cursor_byte(tail, 0) == '*' &&
           cursor_count_hex(cursor_part(tail, 1, 2)) == 2;
}

static bool is_right(struct cursor bytes, size_t star)
{
    uint64_t told;
    return cursor_hex(cursor_part(bytes, star + 1, 2), &told) && told == sum_xor(cursor_part(bytes, 0, star));
}

/* The length is right, and the line end belongs to the message. */
static enum claim match_told(const struct message *message, size_t star, size_t *length)
{
    struct message one = *message;
    struct cursor behind = message->bytes;
    one.complete = true;
    one.bytes.left = star + TAIL;
    if (cursor_skip(&behind, star + TAIL) && CURSOR_STARTS(behind, "\r\n"))
        one.bytes.left += 2;
    if (is_right(message->bytes, star)) {
        *length = one.bytes.left;
        return CLAIM_CERTAIN;
    }
    return text_match(&protocol_fifotrack, &one, length);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor bytes = message->bytes;
    size_t told, comma;
    enum framed head = frame_told(bytes, HEAD_SIZE, &told, &comma);
    if (head == FRAMED_MORE)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (head == FRAMED_NO || told > LONGEST)
        return CLAIM_NO;
    if (has_tail(bytes, comma + told))
        return match_told(message, comma + told, length);
    if (!pattern_may_fit(message->patterns, &text.shape, bytes, false))
        return CLAIM_NO;
    if (bytes.left < comma + told + TAIL && !message->complete)
        return CLAIM_MORE;
    /* cut off, or the length is wrong: then a line is a message */
    enum framed line = frame_by_bytes(bytes, message->complete, "\n", TEXT_MAX, &one.bytes.left);
    if (claim_framed(line) < CLAIM_POSSIBLE)
        return claim_framed(line);
    one.complete = true;
    return text_match(&protocol_fifotrack, &one, length);
}

/* "<n>," in front of the words, which begin with a comma; the sum behind them covers all of it and the '*'. */
static void put_line(struct buffer *reply, struct cursor words)
{
    size_t start = reply->length;
    buffer_printf(reply, "##%02zu", words.left);
    buffer_put_cursor(reply, words);
    buffer_put_text(reply, "*");
    if (!reply->full)
        buffer_printf(reply, "%02X\r\n", sum_8(cursor_of(reply->bytes + start, reply->length - start)));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const struct pattern asks = { "\\$\\$\\d+,(?<id>\\d+),(?<index>[0-9A-Fa-f]+),(?:A03,|D05,(?<photo>"
                                         ".*,(?<size>\\d+),(?<name>[^,*]+)\\*))" };
    struct groups found;
    struct cursor index, size, name;
    uint64_t bytes;
    char memory[128];
    struct buffer words = buffer_on(memory, sizeof(memory));
    if (!pattern_match(message->patterns, &asks, message->bytes, &found) ||
        !groups_named(&found, "index", &index))
        return;
    buffer_put_text(&words, ",");
    buffer_put_cursor(&words, found.standard[GROUP_ID]);
    if (groups_named(&found, "size", &size) && groups_named(&found, "name", &name)) {
        if (!cursor_number(size, &bytes))
            return;
        buffer_put_text(&words, ",1,D06,");
        buffer_put_cursor(&words, name);
        buffer_printf(&words, ",0,%u", bytes < PHOTO_PART ? (unsigned)bytes : PHOTO_PART);
    } else {
        struct calendar now = calendar_from_unix(asker->now);
        buffer_put_text(&words, ",");
        buffer_put_cursor(&words, index);
        buffer_printf(&words, ",A03,%02u%02u%02u%02u%02u%02u", now.year % 100, now.month, now.day, now.hour,
                      now.minute, now.second);
    }
    if (!words.full)
        put_line(reply, buffer_cursor(&words));
}

static const struct sample samples[] = {
    { .text = "$$119,123456789012345,1A2,A01,,260201080910,A,47.510000,19.090000,12,45,120,1204500,0,A0,03,0,"
              "216|30|1A2B|3C4D,196|4E0|6C,1,*4B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$$108,123456789012345,1A3,A00,38,260201080910,V,-33.450000,-70.660000,0,0,520,0,4235,0000,,,"
              "730|1|1A2B|3C4D,9C5|0*2A",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$$107,123456789012345,1A4,A01,,260201080910,A,40.710000,-74.010000,0,0,-9,0,4235,0000,0,,310|"
              "410|1A2B|3C4D,9C5|0*50\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$$95,123456789012345,1,A03,,260201080910,216|30|1A2B|3C4D,4.18,100,000F,0,A,2,9,47.510000,19."
              "090000*06\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "~=##35,123456789012345,1,A03,260101090000*BC\r\n" },
    { .text = "$$105,123456789012345,39D,A03,,260201080910,216|30|1A2B|3C4D,4.20,100,003E,1,02005E100001:-65|"
              "02005E100002:-70*7C\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~=##37,123456789012345,39D,A03,260101090000*3D\r\n" },
    { .text = "$$25,123456789012345,1,B03,OK*43\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .text = "$$78,123456789012345,382,D05,260201080910,47.510000,19.090000,1,1,1,13152,26020108*60\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=##38,123456789012345,1,D06,26020108,0,1024*54\r\n" },
    { .hex = "242435312c3132333435363738393031323334352c3338332c4430362c32363032303130382c302c31322cffd8ffe02"
             "a31410d0a0001022a33380d0a",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$$28,123456789012345,5,A09,1,2,3*77\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$$105,123456789012345,6,AB1,,260201080910,A,40.710000,-74.010000,0,0,9,0,12,0000,02,0,216|30|"
              "1A2B|3C4D,19F|4B0*6D\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_fifotrack = {
    .name = "fifotrack",
    .port = 5124,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$0"), HEAD("$$1"), HEAD("$$2"), HEAD("$$3"), HEAD("$$4"), HEAD("$$5"), HEAD("$$6"),
                   HEAD("$$7"), HEAD("$$8"), HEAD("$$9")),
    .text = &text,
    .match = match,
    .answer = answer,
    .samples = samples,
};
