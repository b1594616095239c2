/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dualcam: Teltonika DualCam and ADAS cameras (file transfer). Binary, big endian, TCP. Never a place, no magic.
 *
 *   command 2 | L 2 | L bytes      but for 0000: 0000 | protocol 2 | id 8 (a number) | settings 4
 *   0000 start of the session   0001 file: size 4, 2   0003 synchronisation: packet 4   0004 data, and their check value 2
 *   0005 end of the file: 4     000d path of a file (text)
 *   The server: 0002 goes on with packet 4   0008 asks for a file (its path, or %photof …)   000c asks for a path
 */
#include <stdio.h>

#include "base/checksum.h"
#include "protocol/protocol.h"

enum { INIT = 0, FILE_START = 1, SYNC = 3, DATA = 4, FILE_END = 5, PATH = 13 };
enum {
    INIT_SIZE = 16,
    ID_AT = 4,
    ID_SIZE = 8,
    SETTINGS_AT = 12,
    HEAD_SIZE = 4,
    DATA_MAX = 4096,
    PATH_MAX_SIZE = 256
};
enum { SMALL_FILE = 8192 };
static const uint64_t IMEI_FIRST = 100000000000000, IMEI_LAST = 999999999999999;

/* Of a file that the device names. */
static bool is_path(struct cursor text)
{
    size_t at;
    text = cursor_trim_nul(text);
    return text.left > 0 && cursor_is_text(text) && cursor_find(text, '.', &at);
}

/* The camera waits for an answer: another command, or nothing, stands behind. Databases begin in the same way. */
static bool is_alone(struct cursor bytes)
{
    return cursor_skip(&bytes, INIT_SIZE) && CURSOR_MAY_START(bytes, "\0") &&
           (bytes.left < 2 || cursor_byte(bytes, 1) <= PATH);
}

static bool has_luhn(struct cursor bytes)
{
    struct cursor digits = { 0 };
    char text[24];
    uint64_t id;
    if (cursor_be_at(bytes, ID_AT, ID_SIZE, &id)) {
        snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
        digits = cursor_of_text(text);
    }
    return digits.left > 0 && luhn_ok(digits);
}

static enum claim match_init(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint64_t id;
    uint16_t protocol = 0;
    enum framed framed = frame_by_length(bytes, message->complete, INIT_SIZE, INIT_SIZE, length);
    bool is_own = !cursor_be16_at(bytes, 2, &protocol) || (protocol > 0 && protocol < 0x100);
    if (cursor_be_at(bytes, ID_AT, ID_SIZE, &id))
        is_own = is_own && id >= IMEI_FIRST && id <= IMEI_LAST;
    if (!is_own)
        return CLAIM_NO;
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    return !is_alone(bytes) ? CLAIM_NO : has_luhn(bytes) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

/* Does a command have this length? */
static bool is_length(uint16_t command, uint16_t length)
{
    switch (command) {
    case FILE_START:
        return length == 6;
    case SYNC:
    case FILE_END:
        return length == 4;
    case DATA:
        return length > 2 && length <= DATA_MAX;
    case PATH:
        return length > 4 && length <= PATH_MAX_SIZE;
    default:
        return false;
    }
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, content;
    uint16_t command, told;
    if (!cursor_be16_at(bytes, 0, &command))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (command == INIT)
        return match_init(message, length);
    if (!cursor_be16_at(bytes, 2, &told))
        return is_length(command, 4) && !message->complete ? CLAIM_MORE : CLAIM_NO;
    if (!is_length(command, told))
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(bytes, message->complete, HEAD_SIZE + (size_t)told, MESSAGE_MAX, length);
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    if (command == PATH)
        return cursor_slice(bytes, HEAD_SIZE, told, &content) && is_path(content) ? CLAIM_LIKELY : CLAIM_NO;
    return CLAIM_POSSIBLE;
}

static const char *type_name(uint16_t command)
{
    switch (command) {
    case INIT:
        return "login";
    case FILE_START:
        return "file";
    case SYNC:
        return "synchronisation";
    case DATA:
        return "file data";
    case FILE_END:
        return "end of file";
    default:
        return "file path";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    uint16_t command, told;
    if (cursor_be16_at(bytes, 0, &command)) {
        reading->type = type_name(command);
        reading_mark_value(reading, "type", cursor_part(bytes, 0, 2), "%s", reading->type);
        if (command != INIT && cursor_be16_at(bytes, 2, &told))
            reading_mark_number(reading, "length", cursor_part(bytes, 2, 2), told);
        if (command == INIT && cursor_slice(bytes, ID_AT, ID_SIZE, &id)) {
            reading_device_number(reading, cursor_be_of(id), 15);
            reading_mark_value(reading, "device", id, "%s", reading->device);
        }
    }
    reading_no_location(reading);
}

static void put_text(struct buffer *reply, struct cursor text)
{
    buffer_put_be(reply, 2, 8);
    buffer_put_be(reply, 2, text.left);
    buffer_put_cursor(reply, text);
}

/* What the camera has: a path, or one of four files, the first of which is asked for. */
static void answer_init(uint32_t settings, struct buffer *reply)
{
    static const char *const files[] = { "%photof", "%photor", "%videof", "%videor" };
    if (settings >> 25 & 1) {
        buffer_put(reply, "\0\x0c\0\2\0\0", 6);
        return;
    }
    for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (settings >> (26 + i) & 1) {
            put_text(reply, cursor_of_text(files[i]));
            return;
        }
    }
    buffer_put_be(reply, 2, 0);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, rest = bytes;
    uint16_t command;
    uint32_t number;
    (void)asker;
    if (!cursor_be16_at(bytes, 0, &command) || !cursor_skip(&rest, HEAD_SIZE))
        return;
    if (command == INIT && cursor_be32_at(bytes, SETTINGS_AT, &number)) {
        answer_init(number, reply);
    } else if (command == FILE_START && cursor_be32(&rest, &number)) {
        buffer_put(reply, "\0\2\0\4", 4);
        buffer_put_be(reply, 4, number < SMALL_FILE);
    } else if (command == PATH) {
        put_text(reply, rest);
    }
}

static const struct sample samples[] = {
    { .hex = "000000050001bdcaeb2b4c8e14000000",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "490154203237518",
      .location = LOCATION_NONE,
      .answer = "000800072570686f746f66" },
    { .hex = "0000000500007048860ddf7902000000",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "000c00020000" },
    { .hex = "0000000500007048860ddf7920000000",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "0008000725766964656f72" },
    { .hex = "0000000500007048860ddf7900000000",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "0000" },
    { .hex = "000100060000012c0000",
      .claim = CLAIM_POSSIBLE,
      .type = "file",
      .location = LOCATION_NONE,
      .answer = "0002000400000001" },
    { .hex = "0001000600015f900000",
      .claim = CLAIM_POSSIBLE,
      .type = "file",
      .location = LOCATION_NONE,
      .answer = "0002000400000000" },
    { .hex = "0003000400000007",
      .claim = CLAIM_POSSIBLE,
      .type = "synchronisation",
      .location = LOCATION_NONE },
    { .hex = "00040012d8f5122f4c6986a3c0ddfa1734516e8ba8c5",
      .claim = CLAIM_POSSIBLE,
      .type = "file data",
      .location = LOCATION_NONE },
    { .hex = "0005000400000001", .claim = CLAIM_POSSIBLE, .type = "end of file", .location = LOCATION_NONE },
    { .hex = "000d001264736d2f66726f6e742f303830392e6a7067",
      .claim = CLAIM_LIKELY,
      .type = "file path",
      .location = LOCATION_NONE,
      .answer = "0008001264736d2f66726f6e742f303830392e6a7067" },
    { 0 }
};

const struct protocol protocol_dualcam = {
    .name = "dualcam",
    .port = 5232,
    .transports = OVER_TCP,
    .never = NEVER_VALID | NEVER_INVALID,
    .heads = HEADS(HEAD("\0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
