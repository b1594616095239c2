/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aplicom: Aplicom A1, A9, A10, A11, A12. Binary, big endian, TCP. No check value, no answers. Digits before a frame say
 * that the device is alive.
 *
 *   letter | version | id 7 or 3 | L 2 | [selector 3] | event 2 | fields that the selector tells …      L counts from the event on
 *   version: bit 7 an id of 7 bytes, an IMEI; else the unit's number, which belongs to an IMEI of one of three ranges
 *            bit 6 a selector; else each letter has its own
 *   D position: bit 3 status (40 fix) | bit 2 device time 4 | bit 3 fix time 4 | lat 4 | lon 4 (1e-6 degree) | satellites | …
 *   E tachograph   F vehicle   H histogram   CIF vehicle blocks: no place
 */
#include <stdio.h>

#include "base/checksum.h"
#include "protocol/protocol.h"

enum { HAS_IMEI = 0x80, HAS_SELECTOR = 0x40, VERSION_BITS = 0x3f, VERSIONS_END = 4, LONGEST = 4096 };
enum { SELECT_TIME = 0x04, SELECT_PLACE = 0x08, STATUS_FIX = 0x40, ALIVE_MAX = 8, CIF_TIME_AT = 8 };
static const uint64_t imei_least = 100000000000000, imei_end = 1000000000000000;

struct frame {
    uint8_t letter, version;
    struct cursor id, body; /* the body begins with the event; it may be cut off */
    uint32_t selector;
    size_t total;
};

/* False while its head is not there. */
static bool open_frame(struct cursor bytes, struct frame *frame)
{
    struct cursor c = bytes;
    uint16_t size;
    uint64_t selector;
    if (!cursor_u8(&c, &frame->letter) || !cursor_u8(&c, &frame->version) ||
        !cursor_take(&c, frame->version & HAS_IMEI ? 7 : 3, &frame->id) || !cursor_be16(&c, &size))
        return false;
    frame->selector = frame->letter == 'D' ? 0x0002fc : frame->letter == 'E' ? 0x007ffc : 0x0007fd;
    if (frame->version & HAS_SELECTOR) {
        if (!cursor_be(&c, 3, &selector))
            return false;
        frame->selector = (uint32_t)selector;
    }
    frame->total = bytes.left - c.left + size;
    frame->body = c;
    frame->body.left = frame->body.left < size ? frame->body.left : size;
    return true;
}

static bool is_imei(uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    return luhn_ok(cursor_of_text(digits));
}

/* Traccar's unique id: the IMEI, or the one that the unit's number belongs to by its check digit, or the number. */
static uint64_t id_of(const struct frame *frame)
{
    uint64_t unit = cursor_be_of(frame->id);
    uint64_t guesses[] = { 353234015223808 + unit, 358244010000000 + ((unit + 688512) & 0xffffff),
                           355631999483904 + unit };
    if (frame->version & HAS_IMEI)
        return unit;
    for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
        if (is_imei(guesses[i]))
            return guesses[i];
    }
    return unit;
}

/* Does the body tell a recent time where one belongs? */
static bool has_time(const struct frame *frame)
{
    bool has_place = (frame->selector & SELECT_PLACE) != 0;
    size_t before = frame->letter == 'D' ? has_place : frame->letter == 'E' && has_place ? 2 : 0;
    uint32_t time;
    /* of a position without the device's time the fix's stands there */
    return ((frame->selector & SELECT_TIME) || (frame->letter == 'D' && has_place)) &&
           cursor_be32_at(frame->body, 2 + before, &time) && calendar_is_recent(time);
}

/* A block of the vehicle's: a whole frame only by chance. */
static enum claim match_cif(const struct message *message, size_t *length)
{
    uint32_t time;
    *length = message->bytes.left;
    if (!cursor_be32_at(message->bytes, CIF_TIME_AT, &time))
        return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    return calendar_is_recent(time) && cursor_byte(message->bytes, 3) < VERSIONS_END ? CLAIM_LIKELY
                                                                                     : CLAIM_POSSIBLE;
}

static enum claim match_frame(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    if (bytes.left > 1 && (cursor_byte(bytes, 1) & VERSION_BITS) >= VERSIONS_END)
        return CLAIM_NO;
    if (!open_frame(bytes, &frame))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    uint64_t id = id_of(&frame);
    bool is_named = (frame.version & HAS_IMEI) && id >= imei_least && id < imei_end;
    if ((frame.version & HAS_IMEI) && !is_named)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, frame.total, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bool is_dated = has_time(&frame);
    if (is_named && is_imei(id))
        return framed == FRAMED ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (framed != FRAMED)
        return is_named && is_dated ? CLAIM_POSSIBLE : CLAIM_NO;
    return is_dated ? CLAIM_LIKELY : is_named ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* How many digits say that the device is alive. */
static size_t count_alive(struct cursor bytes)
{
    bytes.left = bytes.left < ALIVE_MAX ? bytes.left : ALIVE_MAX;
    return cursor_count_digits(bytes);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message framed = *message;
    size_t alive = count_alive(message->bytes);
    if (cursor_byte(message->bytes, 0) == 'C')
        return match_cif(message, length);
    if (alive == 0)
        return match_frame(message, length);
    /* digits alone are anybody's; one, on the own port, says that the line is in use */
    if (message->complete && alive == 1 && message->bytes.left == 1) {
        *length = 1;
        return CLAIM_POSSIBLE;
    }
    if (!cursor_skip(&framed.bytes, alive) || framed.bytes.left == 0 ||
        !memchr("DEFH", cursor_byte(framed.bytes, 0), 4))
        return CLAIM_NO;
    enum claim claim = match_frame(&framed, length);
    *length += alive;
    return claim >= CLAIM_LIKELY || claim == CLAIM_MORE ? claim : CLAIM_NO;
}

static void read_position(const struct frame *frame, struct reading *reading)
{
    struct cursor c = frame->body, status, time, lat, lon;
    struct fix fix = { .has_time = true };
    if (!(frame->selector & SELECT_PLACE) || !cursor_skip(&c, 2) || !cursor_take(&c, 1, &status) ||
        ((frame->selector & SELECT_TIME) && !cursor_skip(&c, 4)) || !cursor_take(&c, 4, &time) ||
        !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix.valid = (cursor_byte(status, 0) & STATUS_FIX) != 0;
    fix.time = (int64_t)cursor_be_of(time);
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    reading_mark_fix(reading, status, fix.valid);
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static const char *type_name(uint8_t letter)
{
    return letter == 'D'   ? "snapshot"
           : letter == 'E' ? "tachograph"
           : letter == 'H' ? "histogram"
                           : "vehicle";
}

static void read(const struct message *message, struct reading *reading)
{
    struct frame frame;
    struct cursor bytes = message->bytes;
    if (!cursor_skip(&bytes, count_alive(bytes)) || bytes.left == 0) {
        reading->type = "heartbeat";
        reading_no_location(reading);
        return;
    }
    reading->type = type_name(cursor_byte(bytes, 0));
    if (open_frame(bytes, &frame)) {
        reading_device_number(reading, id_of(&frame), 1);
        reading_mark_value(reading, "device", frame.id, "%s", reading->device);
        struct cursor selector = cursor_of(frame.body.at - 3, 3);
        if (frame.version & HAS_SELECTOR)
            reading_mark_value(reading, "selector", selector, "%06x", (unsigned)frame.selector);
        if (frame.letter == 'D')
            read_position(&frame, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "44c201bdcaeb2b4c8e001b002ffcb09f40697f0a2e697f0a2602d4f1f001234a500705062d0000142a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "490154203237518",
      SAMPLE_VALID },
    { .hex = "44c301bdcaeb2b4c8e001b002ffcb09f02697f0a2e697f0a26fe0197f0fbc9d0600705062d0000142a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "490154203237518",
      SAMPLE_INVALID },
    { .hex = "444200510f001b00001cb09fc0697f0a2e697f0a26026d2f70fb96b2700705062d0000142a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "353234015244559",
      SAMPLE_NORTH_WEST },
    { .hex = "4402000000001bb09f40697f0a2e697f0a26fe0197f0fbc9d0600705062d0000142a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "0",
      SAMPLE_SOUTH_WEST },
    { .hex = "44c1007048860ddf79001b002ffcb09f40697f0a2e697f0a2602d4f1f001234a500705062d0000142a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "44c101bdcaeb2b4c8e00090000140100697f0a2605062d",
      .claim = CLAIM_CERTAIN,
      .type = "snapshot",
      .device = "490154203237518",
      .location = LOCATION_NONE },
    { .hex = "45c201bdcaeb2b4c8e000a00ffff6d000000697f0a26250d",
      .claim = CLAIM_CERTAIN,
      .type = "tachograph",
      .device = "490154203237518",
      .location = LOCATION_NONE },
    { .hex = "46c301bdcaeb2b4c8e00080007ff7500697f0a260140",
      .claim = CLAIM_CERTAIN,
      .type = "vehicle",
      .device = "490154203237518",
      .location = LOCATION_NONE },
    { .hex = "48c101bdcaeb2b4c8e001000205f710a697f0a26697f0a26000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "histogram",
      .device = "490154203237518",
      .location = LOCATION_NONE },
    { .hex = "434946010a010007697f0a2600000000000000000000000000000000000000000000feea0000fee9",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "vehicle",
      .device = "4587786",
      .location = LOCATION_NONE },
    { .hex = "303144c201bdcaeb2b4c8e001b002ffcb09f40697f0a2e697f0a2602d4f1f001234a500705062d0000142a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "490154203237518",
      SAMPLE_VALID },
    { .hex = "44420030390010000008021040697f0a26fe0197f0fbc9d06009",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "12345",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

/* the versions that are known, with and without an IMEI and a selector */
#define VERSIONS(a)                                                                                 \
    HEAD(a "\x01"), HEAD(a "\x02"), HEAD(a "\x03"), HEAD(a "\x41"), HEAD(a "\x42"), HEAD(a "\x43"), \
        HEAD(a "\x81"), HEAD(a "\x82"), HEAD(a "\x83"), HEAD(a "\xc1"), HEAD(a "\xc2"), HEAD(a "\xc3")

const struct protocol protocol_aplicom = {
    .name = "aplicom",
    .port = 5049,
    .transports = OVER_TCP,
    .heads = HEADS(VERSIONS("D"), VERSIONS("E"), VERSIONS("F"), VERSIONS("H"), HEAD("CIF"), HEAD_DIGITS),
    .match = match,
    .read = read,
    .samples = samples,
};
