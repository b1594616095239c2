/* SPDX-License-Identifier: Apache-2.0 */
/*
 * at2000: AT2000 trackers. Binary in blocks of 16 bytes, little endian, TCP.
 *
 *   [01, on a connection's first] | type | L 3 | 12 zeros | L bytes, padded to a whole number of blocks
 *   01 login: id 15 digits | start of the cipher 16 | 16      89 records: L / 63 of them, encrypted
 *   0c end of the session      00 and 88 are the server's
 *   The cipher runs on from login to records through the connection: one message of records alone cannot be read.
 *   The server confirms every message with 32 bytes; behind the login it asks for the records.
 */
#include "protocol/protocol.h"

enum { LOGIN = 0x01, RECORDS = 0x89, END = 0x0c, BLOCK = 16, ZEROS = 12 };
enum { IMEI = 15, LOGIN_SIZE = 47, LOGIN_ID_AT = 17, LOGIN_TOTAL = 64, RECORD_SIZE = 63 };

/* Only zeros, as far as they are there? */
static bool has_zeros(struct cursor bytes, size_t at)
{
    if (!cursor_skip(&bytes, at))
        return true;
    size_t there = bytes.left < ZEROS ? bytes.left : ZEROS;
    for (size_t i = 0; i < there; i++) {
        if (cursor_byte(bytes, i) != 0)
            return false;
    }
    return true;
}

static enum claim match_login(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id;
    enum framed framed = frame_by_length(bytes, message->complete, LOGIN_TOTAL, LOGIN_TOTAL, length);
    if (!CURSOR_MAY_START(bytes, "\1\1\x2f\0\0") || !has_zeros(bytes, 5))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (!cursor_slice(bytes, LOGIN_ID_AT, IMEI, &id))
        return bytes.left >= LOGIN_ID_AT ? CLAIM_POSSIBLE : CLAIM_NO;
    if (cursor_count_digits(id) != IMEI)
        return CLAIM_NO;
    return framed == FRAMED ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint64_t size;
    if (cursor_byte(bytes, 0) == LOGIN)
        return match_login(message, length);
    if (!has_zeros(bytes, 4))
        return CLAIM_NO;
    if (bytes.left < BLOCK)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    bool is_end = cursor_byte(bytes, 0) == END;
    if (!cursor_le_at(bytes, 1, 3, &size) || (is_end ? size != 0 : size == 0 || size % RECORD_SIZE != 0))
        return CLAIM_NO;
    size_t total = ((size_t)size + 2 * BLOCK - 1) / BLOCK * BLOCK;
    *length = total < bytes.left ? total : bytes.left;
    if (is_end)
        return CLAIM_POSSIBLE;
    /* what is longer than any message can be is taken as it comes */
    if (bytes.left < total && total <= MESSAGE_MAX && !message->complete)
        return CLAIM_MORE;
    return bytes.left >= total ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    uint8_t type = cursor_byte(bytes, 0);
    if (type == RECORDS) {
        reading->type = "position"; /* which nobody without the login can read */
    } else if (type == END) {
        reading->type = "logout";
        reading_no_location(reading);
    } else {
        reading->type = "login";
        if (cursor_slice(bytes, LOGIN_ID_AT, IMEI, &id))
            reading_device(reading, id);
        reading_no_location(reading);
    }
    reading_mark_value(reading, "type", cursor_part(bytes, (type == LOGIN && bytes.left > 1), 1), "%s",
                       reading->type);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    buffer_put_be(reply, 4, 1);
    for (size_t i = 4; i < 2 * BLOCK; i++)
        buffer_put_u8(reply, 0);
    if (cursor_byte(message->bytes, 0) != LOGIN)
        return;
    buffer_put_u8(reply, 0x88);
    for (size_t i = 1; i < BLOCK; i++)
        buffer_put_u8(reply, 0);
}

static const struct sample samples[] = {
    { .hex = "01012f0000000000000000000000000000313233343536373839303132333435000102030405060708090a0b0c0d0e0"
             "f101112131415161718191a1b1c1d1e1f",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "00000001000000000000000000000000000000000000000000000000000000008800000000000000000000000000"
                "0000" },
    { .hex = "893f00000000000000000000000000000b30557a9fc4e90e33587da2c7ec11365b80a5caef14395e83a8cdf2173c618"
             "6abd0f51a3f6489aed3f81d42678cb1d6fb20456a8fb4d9fe23486d92b7dc0126",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_UNKNOWN,
      .answer = "0000000100000000000000000000000000000000000000000000000000000000" },
    { .hex =
          "897e00000000000000000000000000000560bb1671cc2782dd3893ee49a4ff5ab5106bc6217cd7328de8439ef954af0a65"
          "c01b76d12c87e23d98f34ea9045fba1570cb2681dc3792ed48a3fe59b40f6ac5207bd6318ce7429df853ae0964bf1a75d0"
          "2b86e13c97f24da8035eb9146fca2580db3691ec47a2fd58b30e69c41f7ad5308be6419cf752ad0863be1974cf2a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_UNKNOWN,
      .answer = "0000000100000000000000000000000000000000000000000000000000000000" },
    { .hex = "0c000000000000000000000000000000",
      .claim = CLAIM_POSSIBLE,
      .type = "logout",
      .location = LOCATION_NONE,
      .answer = "0000000100000000000000000000000000000000000000000000000000000000" },
    { 0 }
};

const struct protocol protocol_at2000 = {
    .name = "at2000",
    .port = 5128,
    .transports = OVER_TCP,
    .never = NEVER_VALID | NEVER_INVALID, /* the records are encrypted */
    .heads = HEADS(HEAD("\1\1"), HEAD("\x89"), HEAD("\x0c\0\0\0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
