/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meiligao: Meiligao GT30, GT60, VT300, VT310, VT400, Redview, TK218, TK228, TK319.
 * Binary head, text body, TCP and UDP.
 *
 *   24 24 | L 2 | id 7 BCD, padded with f | command 2 | data … | CRC 2 | 0d 0a     total = L, big endian
 *   CRC-16/CCITT-FALSE over all before it. Servers, rarely devices, start with 40 40. Some leave L zero.
 *   5000 login, 0001 heartbeat, 9955 position, 9999 alarm 1 + position, 9016 6 bytes + position,
 *   9977 2 bytes + position, 9966 cards + position, 6688 count 1, then alarm 1 + position, separated by a
 *   backslash; 9901, 9902, 9903 OBD; 9988, 0800, 0f80 photo
 *   position: hhmmss.s,A,ddmm.mmmm,N,dddmm.mmmm,E,speed,course,ddmmyy|…
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

/* no message comes near the longest; longer ones would be text, with a letter where the length stands */
enum { LONGEST = 0x1fff, SHORTEST = 17, HEAD_SIZE = 13, TAIL = 4, ID = 7, ZERO_MAX = 1024 };

static bool is_known(uint16_t command)
{
    static const uint16_t known[] = { 0x5000, 0x0001, 0x0002, 0x9955, 0x9999, 0x9016, 0x9977, 0x9966,
                                      0x6688, 0x9901, 0x9902, 0x9903, 0x9988, 0x0800, 0x0f80 };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i] == command)
            return true;
    }
    return false;
}

/* Digits, then nothing but f; of a cut id what is there. */
static bool has_id(struct cursor bytes)
{
    bool is_padding = false;
    for (size_t i = 2 * 4; i < 2 * (4 + ID) && i / 2 < bytes.left; i++) {
        unsigned nibble = i % 2 ? cursor_byte(bytes, i / 2) & 15u : cursor_byte(bytes, i / 2) >> 4;
        is_padding = is_padding || nibble == 15;
        if (is_padding ? nibble != 15 : nibble > 9)
            return false;
    }
    return true;
}

static bool has_end(struct cursor bytes, size_t total)
{
    struct cursor end;
    return total >= SHORTEST && cursor_slice(bytes, total - 2, 2, &end) && cursor_is(end, "\r\n");
}

/* Is the CRC right? Where the device left the length zero, it was computed with the true one. */
static bool is_crc(struct cursor bytes, size_t total, uint16_t *right)
{
    uint8_t memory[ZERO_MAX];
    struct cursor checked;
    uint16_t told, crc;
    if (total < SHORTEST || !cursor_slice(bytes, 0, total - TAIL, &checked) ||
        !cursor_be16_at(bytes, 2, &told) || !cursor_be16_at(bytes, total - TAIL, &crc))
        return false;
    if (told == 0 && checked.left <= sizeof(memory)) {
        memcpy(memory, checked.at, checked.left);
        memory[2] = (uint8_t)(total >> 8);
        memory[3] = (uint8_t)total;
        checked.at = memory;
    }
    *right = crc16_ccitt_false(checked);
    return *right == crc;
}

static bool has_crc(struct cursor bytes, size_t total)
{
    uint16_t right;
    return is_crc(bytes, total, &right);
}

static void mark_crc(struct cursor bytes, struct reading *reading)
{
    struct cursor field;
    uint16_t right = 0;
    bool is_right = is_crc(bytes, bytes.left, &right);
    if (has_end(bytes, bytes.left) && cursor_slice(bytes, bytes.left - TAIL, 2, &field))
        reading_mark_check(reading, field, is_right, right);
}

/* Where the first line end behind the head is over. */
static bool find_end(struct cursor bytes, size_t *total)
{
    struct cursor rest = bytes;
    size_t at;
    if (!cursor_skip(&rest, SHORTEST - 2) || !cursor_find_text(rest, "\r\n", &at))
        return false;
    *total = SHORTEST + at;
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint16_t told, command;
    size_t end;
    if (!CURSOR_MAY_START(bytes, "$$") && !CURSOR_MAY_START(bytes, "@@"))
        return CLAIM_NO;
    if (bytes.left > 2 && cursor_byte(bytes, 2) > LONGEST >> 8)
        return CLAIM_NO;
    if (!has_id(bytes))
        return CLAIM_NO;
    *length = bytes.left;
    if (!cursor_be16_at(bytes, 2, &told) || !cursor_be16_at(bytes, HEAD_SIZE - 2, &command))
        return !message->complete ? CLAIM_MORE : bytes.left > 8 ? CLAIM_POSSIBLE : CLAIM_NO;
    if (told > 0 && told < SHORTEST)
        return CLAIM_NO;
    if (told > 0 && has_end(bytes, told)) {
        *length = told;
        return has_crc(bytes, told) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    }
    if (bytes.left < told && !message->complete)
        return CLAIM_MORE;
    enum claim claim = is_known(command) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    if (!find_end(bytes, &end)) {
        if (told > 0)
            *length = told < bytes.left ? told : bytes.left;
        else if (!message->complete)
            return bytes.left < LONGEST ? CLAIM_MORE : CLAIM_NO;
        return claim == CLAIM_LIKELY || told > 0 ? claim : CLAIM_NO;
    }
    /* a device's own count may be off by a few; nobody's is when it gives none */
    *length = end < told && told <= bytes.left ? told : end;
    return has_crc(bytes, *length) ? CLAIM_CERTAIN : claim;
}

static const struct pattern position = {
    "(?:\\d{0,3}(?<hms>\\d{6})|(?<hmmss>\\d{5})|\\d*)\\.?\\d*,(?<valid>[AV]),(?<lat>\\d+\\.\\d+),(?<ns>[NS]),"
    "(?<lon>\\d+\\.\\d+),(?<ew>[EW]),(?:[^,|]*,[^,|]*,(?<dmy>\\d{6})?)?"
};
static const struct pattern cards = {
    "\\|(?<hms>\\d{6}),(?<dmy>\\d{6}),(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW])"
};

static bool read_position(const struct message *message, struct cursor data, size_t skip,
                          struct reading *reading)
{
    struct groups found;
    struct cursor short_clock;
    char clock[6] = { '0' };
    if (!cursor_skip(&data, skip) || !pattern_match(message->patterns, &position, data, &found))
        return false;
    /* some units leave the hour's zero away */
    if (groups_named(&found, "hmmss", &short_clock)) {
        memcpy(clock + 1, short_clock.at, sizeof(clock) - 1);
        found.standard[GROUP_HMS] = cursor_of(clock, sizeof(clock));
        reading_mark(reading, "time of day", short_clock);
    }
    reading_take_groups(reading, &found, false);
    reading->proven = true;
    return true;
}

/* A count, then an alarm byte and a text each. */
static void read_many(const struct message *message, struct cursor data, struct reading *reading)
{
    struct cursor one;
    if (!cursor_skip(&data, 1))
        return;
    while (cursor_field(&data, '\\', &one))
        (void)read_position(message, one, 1, reading);
}

static void read_device(struct cursor bytes, struct reading *reading)
{
    char digits[3 * ID * 2];
    size_t n = 0;
    struct cursor id;
    if (!cursor_slice(bytes, 4, ID, &id))
        return;
    for (size_t i = 0; i < 2 * ID; i++) {
        unsigned nibble = i % 2 ? cursor_byte(id, i / 2) & 15u : cursor_byte(id, i / 2) >> 4;
        if (nibble == 15)
            break;
        /* what is no digit stands as a number of two */
        if (nibble > 9)
            digits[n++] = '1';
        digits[n++] = (char)('0' + nibble % 10);
    }
    reading_device(reading, cursor_of(digits, n));
    reading_mark_value(reading, "device", id, "%s", reading->device);
}

static const char *type_name(uint16_t command)
{
    switch (command) {
    case 0x5000:
        return "login";
    case 0x0001:
        return "heartbeat";
    case 0x0002:
    case 0x9901:
    case 0x9902:
    case 0x9903:
        return "status";
    case 0x9999:
        return "alarm";
    case 0x9955:
    case 0x9016:
    case 0x9977:
    case 0x9966:
    case 0x6688:
        return "position";
    case 0x9988:
    case 0x0800:
    case 0x0f80:
        return "photo";
    default:
        return "reply";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, data = bytes;
    struct groups found;
    uint16_t command;
    read_device(bytes, reading);
    if (!cursor_be16_at(bytes, HEAD_SIZE - 2, &command) || !cursor_skip(&data, HEAD_SIZE))
        return;
    if (data.left > TAIL && CURSOR_ENDS(data, "\r\n"))
        data.left -= TAIL;
    reading->type = type_name(command);
    reading_mark_value(reading, "type", cursor_part(bytes, HEAD_SIZE - 2, 2), "%s", reading->type);
    mark_crc(bytes, reading);
    switch (command) {
    case 0x9955:
        (void)read_position(message, data, 0, reading);
        break;
    case 0x9999:
        (void)read_position(message, data, 1, reading);
        break;
    case 0x9016:
        (void)read_position(message, data, 6, reading);
        break;
    case 0x9977:
        (void)read_position(message, data, 2, reading);
        break;
    case 0x9966:
        if (cursor_skip(&data, 60) && pattern_match(message->patterns, &cards, data, &found))
            reading_take_groups(reading, &found, true);
        break;
    case 0x6688:
        read_many(message, data, reading);
        break;
    default:
        break;
    }
    reading_no_location(reading);
}

static void put_frame(struct buffer *reply, struct cursor id, unsigned command, struct cursor data)
{
    size_t start = reply->length;
    buffer_put_text(reply, "@@");
    buffer_put_be(reply, 2, SHORTEST + data.left);
    buffer_put_cursor(reply, id);
    buffer_put_be(reply, 2, command);
    buffer_put_cursor(reply, data);
    if (reply->full)
        return;
    buffer_put_be(reply, 2, crc16_ccitt_false(cursor_of(reply->bytes + start, reply->length - start)));
    buffer_put_text(reply, "\r\n");
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor id;
    uint16_t command;
    uint8_t index[3] = { 0 };
    char server[ENDPOINT_TEXT];
    /* with @@ it is a server's, or what a device says of it */
    if (!CURSOR_STARTS(message->bytes, "$$") || !cursor_slice(message->bytes, 4, ID, &id) ||
        !cursor_be16_at(message->bytes, HEAD_SIZE - 2, &command))
        return;
    bool has_index = message->bytes.left > SHORTEST && cursor_u8_at(message->bytes, HEAD_SIZE, &index[0]);
    if (command == 0x5000)
        put_frame(reply, id, 0x4000, cursor_of("\x01", 1));
    else if (command == 0x0001)
        put_frame(reply, id, 0x0001, cursor_of("\x01", 1));
    else if (command == 0x0002 && asker->server)
        put_frame(reply, id, 0x0002, cursor_of(server, endpoint_write(asker->server, server)));
    else if (command == 0x0800 && has_index)
        put_frame(reply, id, 0x8801, cursor_of(index, 1));
    else if (command == 0x0f80 && has_index)
        put_frame(reply, id, 0x6688, cursor_of(index, sizeof(index)));
}

static const struct sample samples[] = {
    { .hex = "2424001112345678901234500080b50d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "12345678901234",
      .location = LOCATION_NONE,
      .answer = "404000121234567890123440000136f00d0a" },
    { .hex = "242400111234567890ffff0001f5410d0a",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "1234567890",
      .location = LOCATION_NONE,
      .answer = "404000121234567890ffff000101afa10d0a" },
    { .hex = "242400621234567890123499553038303931302e3030302c412c343733302e363030302c4e2c30313930352e3430303"
             "02c452c31322e35302c34352c3031303232362c2c2a33417c312e327c3134357c303030307c303030302c3030303092"
             "ef0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { .hex = "242400441234567890123499553038303931302e3030302c562c333332372e303030302c532c30373033392e3630303"
             "02c572c302e30302c302c30313032323650c40d0a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_INVALID },
    { .hex = "2424008012345678901fff9999013038303931302e3030302c412c343733302e363030302c4e2c30313930352e34303"
             "0302c452c31322e35302c34352c3031303232362c2c2a33417c312e327c3134357c323030307c303030432c30303041"
             "7c303244383030303230303538304133447c31357c3030303132333435396a0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "12345678901",
      SAMPLE_VALID },
    { .hex = "24240000123456789012349999103038303931302e3030302c562c333332372e303030302c532c30373033392e36303"
             "0302c572c302e30302c302c3031303232367c302e307c307c3230303037800d0a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "12345678901234",
      SAMPLE_INVALID },
    { .hex = "2424004c1234567890123490160001020304053038303931302e3030302c412c343733302e363030302c4e2c3031393"
             "0352e343030302c452c31322e35302c34352c303130323236a9270d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { .hex = "2424005512345678901234997701023038303931302e3030302c412c343733302e363030302c4e2c30313930352e343"
             "030302c452c31322e35302c34352c3031303232367c312e327c3134357c3230303075eb0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { .hex = "242400741234567890123499660012d6870000000000000000000000000000000000000000000000000000000000000"
             "0000000000000000000000000000000000000000000000000007c3038303931302c3031303232362c343733302e3630"
             "30302c4e2c30313930352e343030302c454e010d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { .hex = "2424009712345678901234668802003038303831302e3030302c562c333332372e303030302c532c30373033392e363"
             "030302c572c302e30302c302c3031303232367c302e307c302e307c303030305c003038303931302e3030302c412c34"
             "3733302e363030302c4e2c30313930352e343030302c452c31322e35302c34352c3031303232367c302e397c3134357"
             "c32303030288e0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { .hex = "4040005012345678901234990131322e342c3835302c33312c302e30302c31392e36312c33342c33342e32362c32312"
             "e38332c372e39312c313033332c322e36392c362e35352c302c302c3001ae0d0a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "12345678901234",
      .location = LOCATION_NONE },
    { .hex = "24240014123456789012340800020014b1a60d0a",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "12345678901234",
      .location = LOCATION_NONE,
      .answer = "4040001212345678901234880102baf40d0a" },
    { .hex = "24240012123456789012340f800215570d0a",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "12345678901234",
      .location = LOCATION_NONE,
      .answer = "404000141234567890123466880200000bdd0d0a" },
    { .hex = "2424002b123456789012349902312e322c332e342c352e362c372c382c392c31302c31312c31324ebf0d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "12345678901234",
      .location = LOCATION_NONE },
    { .hex = "242400581234567890123499553038303931302e3030302c412c343034322e363030302c4e2c30373430302e3630303"
             "02c572c31322e35302c34352c3031303232362c2c2a33417c312e327c3134357c303030300e300d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_NORTH_WEST },
    { .hex = "2424005812345678901234995538303931302e3030302c412c343733302e363030302c4e2c30313930352e343030302"
             "c452c31322e35302c34352c3031303232362c2c2c2a33417c312e327c3134357c303030300ffb0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_meiligao = {
    .name = "meiligao",
    .port = 5009,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("$$"), HEAD("@@")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
