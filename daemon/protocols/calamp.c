/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calamp: CalAmp LMU and TTU, LM Direct. Binary, big endian, UDP: one datagram. No check value.
 *
 *   [options | length, bytes for each option that is set] service | type | sequence 2 | body
 *   options: bit 7 always; bit 0 the id (BCD, filled up with f), 1 what the id is, 2 authentication, 3 routing, 4 forwarding, 5 redirection,
 *       6 further options, which Traccar does not step over: it reads no place behind them
 *   service: 0 not acknowledged, 1 acknowledged, 2 an answer (02 01 | sequence | type | 00 00 | 0 3 to what is acknowledged)
 *   2 event, 4 text, 8 position: update time 4 (Unix; the one that Traccar tells) | fix time 4 | lat 4 | lon 4 (1e-7 degree) |
 *       altitude 4 | speed 4 | course 2 | satellites | fix (bit 3 set: none) | …, then what the type has (see ends_exactly)
 *   10 short event: time 4 | lat 4 | lon 4 | course 2 | speed | satellites, fix (bit 5 set: none) | …
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { NAME_LEAST = 4, NULL_MESSAGE = 0 };
enum {
    EVENT = 2,
    TEXT = 4,
    POSITION = 8,
    SHORT_EVENT = 10,
    TYPES_END = 12,
    SERVICES_END = 3,
    SERVICE_ACK = 1
};
enum { HAS_OPTIONS = 0x80, OPTION_ID = 0, OPTION_KIND = 1, OPTION_MORE = 6, OPTIONS = 7, LONGEST = 2048 };
enum { NO_FIX = 0x08, SHORT_NO_FIX = 0x20 };

struct frame {
    struct cursor id, kind; /* at NULL: not there */
    bool is_extended;
    uint8_t service, type;
    struct cursor sequence, body;
};

static bool open_frame(struct cursor c, struct frame *frame)
{
    *frame = (struct frame){ 0 };
    uint8_t mask = 0, size;
    struct cursor option;
    if (c.left > 0 && (cursor_byte(c, 0) & HAS_OPTIONS) && !cursor_u8(&c, &mask))
        return false;
    for (unsigned bit = 0; bit < OPTIONS; bit++) {
        if (!(mask >> bit & 1))
            continue;
        if (!cursor_u8(&c, &size) || !cursor_take(&c, size, &option))
            return false;
        if (bit == OPTION_ID)
            frame->id = option;
        else if (bit == OPTION_KIND)
            frame->kind = option;
        else if (bit == OPTION_MORE)
            frame->is_extended = true;
    }
    if (!cursor_u8(&c, &frame->service) || !cursor_u8(&c, &frame->type) ||
        !cursor_take(&c, 2, &frame->sequence))
        return false;
    frame->body = c;
    return frame->service < SERVICES_END && frame->type < TYPES_END;
}

/* The id's digits: filled up with f at the end, hex digits shown as they are. */
static bool has_id(struct cursor id)
{
    char digits[32];
    if (!id.at || id.left < 3 || id.left > 10)
        return false;
    bcd_copy_text(id, digits, sizeof(digits));
    size_t n = strspn(digits, "0123456789");
    return n >= 5 && strspn(digits + n, "f") == 2 * id.left - n;
}

/* Says the id enough where nothing else does? Other datagrams have a bit, a small number and mostly zeros there, too. */
static bool is_telling(const struct frame *frame)
{
    char digits[32];
    size_t told = 0;
    bcd_copy_text(frame->id, digits, sizeof(digits));
    for (const char *digit = digits; *digit; digit++)
        told += *digit >= '1' && *digit <= '9';
    return frame->id.left >= NAME_LEAST && told >= NAME_LEAST &&
           (frame->type != NULL_MESSAGE || frame->body.left == 0);
}

/* Does the body end where its own counts say? */
static bool ends_exactly(const struct frame *frame)
{
    struct cursor body = frame->body;
    uint8_t count;
    uint16_t size;
    size_t at = frame->type == EVENT ? 38 : frame->type == SHORT_EVENT ? 19 : 36;
    if (frame->type == TEXT)
        return cursor_be16_at(body, 38, &size) && body.left == 40u + size;
    if (!cursor_u8_at(body, at, &count))
        return false;
    size_t values = 4u * (count & 63) + (count >> 6 == 1 ? 8 : 0);
    return body.left == at + 2 + values || (frame->type == SHORT_EVENT && body.left == at + 1 + values);
}

struct place {
    struct cursor time, lat, lon, valid;
    struct fix fix;
};

static bool has_position(uint8_t type)
{
    return type == EVENT || type == TEXT || type == POSITION || type == SHORT_EVENT;
}

static bool open_place(const struct frame *frame, struct place *place)
{
    bool is_short = frame->type == SHORT_EVENT;
    struct cursor c = frame->body;
    if (!cursor_take(&c, 4, &place->time) || (!is_short && !cursor_skip(&c, 4)) ||
        !cursor_take(&c, 4, &place->lat) || !cursor_take(&c, 4, &place->lon) ||
        !cursor_skip(&c, is_short ? 3 : 11) || !cursor_take(&c, 1, &place->valid))
        return false;
    place->fix = (struct fix){ .has_time = true, .time = (int64_t)cursor_be_of(place->time) };
    place->fix.valid = (cursor_byte(place->valid, 0) & (is_short ? SHORT_NO_FIX : NO_FIX)) == 0;
    place->fix.lat = (double)signed_of(cursor_be_of(place->lat), 32) / 1e7;
    place->fix.lon = (double)signed_of(cursor_be_of(place->lon), 32) / 1e7;
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    struct place place;
    if (!message->complete || bytes.left > LONGEST || !open_frame(bytes, &frame))
        return CLAIM_NO;
    *length = bytes.left;
    bool is_named = has_id(frame.id) && (!frame.kind.at || frame.kind.left == 1);
    if (!has_position(frame.type))
        return !is_named || frame.is_extended ? CLAIM_NO : is_telling(&frame) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    bool is_plausible =
        open_place(&frame, &place) && fix_is_on_earth(&place.fix) && calendar_is_recent(place.fix.time);
    bool is_exact = ends_exactly(&frame);
    if (frame.is_extended)
        return is_plausible && is_named && is_exact ? CLAIM_LIKELY : CLAIM_NO;
    if (!is_plausible)
        return is_named && is_exact ? CLAIM_LIKELY : is_named ? CLAIM_POSSIBLE : CLAIM_NO;
    if (is_named)
        return is_exact ? CLAIM_CERTAIN : CLAIM_LIKELY;
    /* IPFIX: version 10, its own length, the time, and small numbers */
    bool is_length = cursor_be_of(frame.sequence) == bytes.left;
    return is_exact && !is_length ? CLAIM_LIKELY : CLAIM_NO;
}

static const char *type_name(const struct frame *frame)
{
    static const char *const names[TYPES_END] = { "heartbeat", "reply", "event",    "information",
                                                  "text",      "data",  "reply",    "reply",
                                                  "position",  "data",  "position", "data" };
    return names[frame->type];
}

static void read(const struct message *message, struct reading *reading)
{
    struct frame frame;
    struct place place;
    char digits[2 * DEVICE_MAX];
    if (!open_frame(message->bytes, &frame))
        return;
    reading->type = type_name(&frame);
    reading_mark_value(reading, "type", cursor_of(frame.sequence.at - 1, 1), "%s", reading->type);
    reading_mark_number(reading, "sequence", frame.sequence, cursor_be_of(frame.sequence));
    if (frame.id.at) {
        bcd_copy_text(frame.id, digits, sizeof(digits));
        struct cursor text = cursor_of_text(digits);
        while (text.left > 0 && cursor_byte(text, text.left - 1) == 'f')
            text.left--;
        reading_device(reading, text);
        reading_mark_value(reading, "device", frame.id, "%s", reading->device);
    }
    if (frame.is_extended)
        return;
    if (has_position(frame.type) && open_place(&frame, &place)) {
        reading_mark_time(reading, place.time, place.fix.time);
        reading_mark_place(reading, place.lat, place.fix.lat, place.lon, place.fix.lon);
        reading_mark_fix(reading, place.valid, place.fix.valid);
        reading_fix(reading, &place.fix);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct frame frame;
    (void)asker;
    if (!open_frame(message->bytes, &frame) || frame.service != SERVICE_ACK)
        return;
    buffer_put(reply, "\x02\x01", 2);
    buffer_put_cursor(reply, frame.sequence);
    buffer_put_u8(reply, frame.type);
    buffer_put(reply, "\0\0\0\0\0", 5);
}

static const struct sample samples[] = {
    { .hex = "8308123456789012345f010201021234697f0a26697f0a211c5173600b60e72000002ee000000000002d07000004ff9"
             "d0f0aff001c0702000000000100000002",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "02011234020000000000" },
    { .hex = "83051234567890010201021234697f0a26697f0a21ec0fef60d5e223c000002ee000000000002d07080004ff9d0f0af"
             "f001c070000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .device = "1234567890",
      SAMPLE_INVALID,
      .answer = "02011234020000000000" },
    { .hex = "8308123456789012345f010201041234697f0a26697f0a211843da60d3e2f86000002ee000000000002d07200004ff9"
             "d0f0aff000001000648454c4c4f0a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "text",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "02011234040000000000" },
    { .hex = "8308123456789012345f010200081234697f0a26697f0a21ec0fef60d5e223c000002ee000000000002d07000004ff9"
             "d0f0aff000200000000000000004d",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "8308123456789012345f0102010a1234697f0a261c5173600b60e720002d00070fff01010000000005",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "020112340a0000000000" },
    { .hex = "01021234697f0a26697f0a211c5173600b60e72000002ee000000000002d07000004ff9d0f0aff001c070000",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "event",
      SAMPLE_VALID,
      .answer = "02011234020000000000" },
    { .hex = "8308123456789012345f010201001234",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "02011234000000000000" },
    { .hex = "8308123456789012345f0102010312340102030405060708",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "02011234030000000000" },
    { .hex =
          "c308123456789012345f010202010201021234697f0a26697f0a211c5173600b60e72000002ee000000000002d070000"
          "04ff9d0f0aff001c0702000000000100000002",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "event",
      .device = "123456789012345",
      .answer = "02011234020000000000" },
    { 0 }
};

/* eight of the option masks that hold the id */
#define MASKS(a, b, c, d, e, f, g, h) HEAD(a), HEAD(b), HEAD(c), HEAD(d), HEAD(e), HEAD(f), HEAD(g), HEAD(h)
/* without options: a type that has a place */
#define BARE(a) HEAD(a "\x02"), HEAD(a "\x04"), HEAD(a "\x08"), HEAD(a "\x0a")

const struct protocol protocol_calamp = {
    .name = "calamp",
    .port = 5082,
    .transports = OVER_UDP,
    .heads = HEADS(MASKS("\x81", "\x83", "\x85", "\x87", "\x89", "\x8b", "\x8d", "\x8f"),
                   MASKS("\x91", "\x93", "\x95", "\x97", "\x99", "\x9b", "\x9d", "\x9f"),
                   MASKS("\xa1", "\xa3", "\xa5", "\xa7", "\xa9", "\xab", "\xad", "\xaf"),
                   MASKS("\xb1", "\xb3", "\xb5", "\xb7", "\xb9", "\xbb", "\xbd", "\xbf"),
                   MASKS("\xc3", "\xc7", "\xcb", "\xcf", "\xd3", "\xd7", "\xe3", "\xf3"), BARE("\0"),
                   BARE("\x01")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
