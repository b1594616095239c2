/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sanul: Sanul of Korea. Binary, little endian, TCP, no checksum.
 *
 *   aa | 2 | L 2 | edition | type 2 | command 4 | content …      total = L + 5
 *   0 login: id text, NULs behind   1 position, which Traccar does not read   …
 *   Every message is answered by one of type 5. blue has the same head and its length elsewhere.
 */
#include "protocol/binary_frame.h"

enum { LOGIN = 0, ANSWER = 5, LAST_TYPE = 32 };
enum { TYPE_AT = 6, CONTENT_AT = 12, IMEI = 15, ID_SHORTEST = 6 };

static const struct binary_frame frame = {
    .length_at = 3, .length_size = 2, .length_le = true, .plus = 5, .shortest = CONTENT_AT, .longest = 2048
};

static struct cursor id_of(struct cursor bytes)
{
    return cursor_skip(&bytes, CONTENT_AT) ? cursor_trim_nul(bytes) : cursor_part(bytes, 0, 0);
}

static enum claim match(const struct message *message, size_t *length)
{
    uint16_t type;
    if (cursor_le16_at(message->bytes, TYPE_AT, &type) && type > LAST_TYPE)
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || message->bytes.left < CONTENT_AT ||
        !cursor_le16_at(message->bytes, TYPE_AT, &type))
        return claim == CLAIM_MORE ? CLAIM_MORE : CLAIM_NO;
    struct cursor id = id_of(cursor_part(message->bytes, 0, *length));
    if (type == LOGIN && id.left == IMEI && cursor_count_digits(id) == IMEI)
        return claim == CLAIM_LIKELY ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (type == LOGIN && id.left >= ID_SHORTEST && cursor_is_text(id) && claim == CLAIM_LIKELY)
        return CLAIM_LIKELY;
    /* one byte of head and a length are no more than a hint, and only where nothing follows */
    return claim == CLAIM_LIKELY && message->bytes.left == *length ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 2, &type))
        return;
    uint64_t number = cursor_le_of(type);
    reading->type = number == LOGIN ? "login" : number == ANSWER ? "reply" : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (number == LOGIN)
        reading_device(reading, id_of(bytes));
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint16_t type;
    (void)asker;
    if (!cursor_le16_at(message->bytes, TYPE_AT, &type) || type == ANSWER)
        return;
    buffer_put(reply, "\xaa\xda\x85\x0f\x00\x01\x05\x00", 8);
    buffer_put_le(reply, 2, type);
    buffer_put(reply, "\0\0\0\0\0\0\0\0\x02\0", 10);
}

static const struct sample samples[] = {
    { .hex = "aa007020000100000000000031323334353637383930313233343500000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "aada850f00010500000000000000000000000200" },
    { .hex = "aa0070130001010000000000000000000000000000000000",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "aada850f00010500010000000000000000000200" },
    { .hex = "aa007008000107000000000001",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "aada850f00010500070000000000000000000200" },
    { .hex = "aa007020000100000100000053414e554c2d39303030313031000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "SANUL-9000101",
      .location = LOCATION_NONE,
      .answer = "aada850f00010500000000000000000000000200" },
    { 0 }
};

const struct protocol protocol_sanul = {
    .name = "sanul",
    .port = 5186,
    .transports = OVER_TCP,
    .never = NEVER_VALID | NEVER_INVALID,
    .heads = HEADS(HEAD("\xaa")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
