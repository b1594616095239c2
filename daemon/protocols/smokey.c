/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smokey: Smokey loggers, which report cells and Wi-Fi. Binary, big endian, UDP: one datagram. Never a place.
 *
 *   53 4d | 03 | type | id 8 (shown as they are) | …
 *   00 data: firmware 2 | status 2 | time 4 (seconds since 2000) | index | report 2 | L 2 | content L | check 2    total = L + 27
 *   01 the server's answer: id | time 4 | index | report | check 2
 *   check: f5a0 XOR all 16-bit words before it, little endian; written big endian. Of datagrams with an odd number of bytes
 *   nobody knows what the last byte is padded with: they are never proven.
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum {
    DATA = 0,
    TYPE_AT = 3,
    ID_AT = 4,
    ID_SIZE = 8,
    INDEX_AT = 20,
    REPORT_AT = 21,
    LENGTH_AT = 23,
    CONTENT_AT = 25
};
enum { CHECK_SIZE = 2, CHECK_START = 0xf5a0, FIRST_REPORT = 0x0200 };

static uint16_t check_words(struct cursor covered)
{
    uint16_t word, check = CHECK_START;
    while (cursor_le16(&covered, &word))
        check ^= word;
    return check;
}

/* Digits that are filled up with f, or hex digits. */
static bool has_imei(struct cursor bytes)
{
    struct cursor id;
    char digits[2 * ID_SIZE + 1];
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        return false;
    bcd_copy_text(id, digits, sizeof(digits));
    size_t n = strspn(digits, "0123456789");
    return n >= 12 && strspn(digits + n, "f") == 2 * ID_SIZE - n;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint16_t size, check;
    uint8_t type;
    if (!message->complete || !cursor_u8_at(bytes, TYPE_AT, &type))
        return CLAIM_NO;
    *length = bytes.left;
    if (type != DATA || !cursor_be16_at(bytes, LENGTH_AT, &size))
        return bytes.left >= ID_AT + ID_SIZE && has_imei(bytes) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    bool is_exact = bytes.left == (size_t)CONTENT_AT + size + CHECK_SIZE;
    if (is_exact && bytes.left % 2 == 0 && cursor_be16_at(bytes, bytes.left - CHECK_SIZE, &check) &&
        check_words(cursor_part(bytes, 0, bytes.left - CHECK_SIZE)) == check)
        return CLAIM_CERTAIN;
    if (is_exact && has_imei(bytes))
        return CLAIM_CERTAIN;
    return is_exact || has_imei(bytes) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, time, check;
    uint8_t type;
    reading_no_location(reading);
    if (!cursor_u8_at(bytes, TYPE_AT, &type))
        return;
    reading->type = type == DATA ? "cells" : "reply";
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, 0);
    if (type != DATA || !cursor_slice(bytes, 16, 4, &time))
        return;
    reading_mark_value(reading, "seconds since 2000", time, "%llu", (unsigned long long)cursor_be_of(time));
    size_t at = bytes.left - CHECK_SIZE;
    if (bytes.left % 2 == 0 && cursor_slice(bytes, at, CHECK_SIZE, &check)) {
        uint16_t right = check_words(cursor_part(bytes, 0, at));
        reading_mark_check(reading, check, cursor_be_of(check) == right, right);
    }
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, id;
    uint16_t report;
    uint8_t type, index;
    size_t start = reply->length;
    if (!cursor_u8_at(bytes, TYPE_AT, &type) || type != DATA || !cursor_slice(bytes, ID_AT, ID_SIZE, &id) ||
        !cursor_u8_at(bytes, INDEX_AT, &index) || !cursor_be16_at(bytes, REPORT_AT, &report))
        return;
    buffer_put(reply, "SM\x03\x01", 4);
    buffer_put_cursor(reply, id);
    buffer_put_be(reply, 4, (uint64_t)(asker->now - EPOCH_2000));
    buffer_put_u8(reply, index);
    buffer_put_u8(reply, (report - FIRST_REPORT) & 0xffu);
    if (!reply->full)
        buffer_put_be(reply, 2, check_words(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct sample samples[] = {
    { .hex = "534d0300123456789012345f040300003111c6a62a0200000c0ec0028f00010002000312c00000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345f",
      .location = LOCATION_NONE,
      .answer = "~534d0301123456789012345f30e8f4102a0040fe" },
    { .hex = "534d0300123456789012345f040300003111c6a62a0201000d0ec001028f00010002000312c04f15",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345f",
      .location = LOCATION_NONE,
      .answer = "~534d0301123456789012345f30e8f4102a0040fe" },
    { .hex = "534d0301123456789012345f30e8f4102a0040fe",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .device = "123456789012345f",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_smokey = {
    .name = "smokey",
    .port = 5125,
    .transports = OVER_UDP,
    .never = NEVER_VALID | NEVER_INVALID,
    .heads = HEADS(HEAD("SM\x03")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
