/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tk102: TK102 trackers with their own framing (TK102-W998). Text in a binary frame over TCP, no checksum.
 *
 *   '[' | type 1 | number, 10 digits as a rule | L 1 | body, L bytes | ']'
 *   80 login, the body is the id            21 login, body (<id 15>,<model and firmware>,…)        f0 heartbeat
 *   others (90, 93, 3b, …) reports, body (<capitals><hhmmss><A|V><ddmm.mmmm><N|S><dddmm.mmmm><E|W><speed ddd.ddd><ddmmyy>…)
 *   Answers: type 00, L + 1, '0' and the body to a login; type ff and the same body to a heartbeat.
 */
#include "protocol/binary_frame.h"

enum { HEAD_SIZE = 13, NUMBER_AT = 2, NUMBER = 10, ID = 15, LOGIN = 0x80, LOGIN_2 = 0x21, HEARTBEAT = 0xf0 };

static const struct binary_frame frame = { .length_at = 12,
                                           .length_size = 1,
                                           .plus = HEAD_SIZE + 1,
                                           .shortest = HEAD_SIZE + 1,
                                           .end = "]",
                                           .end_size = 1 };

/* A list in parentheses, or the id of a login: what stands behind the length. */
static bool may_be_body(struct cursor bytes)
{
    uint8_t type, first;
    if (!cursor_u8_at(bytes, 1, &type) || !cursor_u8_at(bytes, HEAD_SIZE, &first))
        return true;
    return first == '(' || (type == LOGIN && first >= '0' && first <= '9');
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor number = message->bytes;
    if (!cursor_skip(&number, NUMBER_AT))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    number.left = number.left < NUMBER ? number.left : NUMBER;
    if (cursor_count_digits(number) == number.left)
        return binary_match(&frame, message, length);
    /* a number that is none: then all else must be right */
    if (!may_be_body(message->bytes))
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    return claim == CLAIM_POSSIBLE ? CLAIM_NO : claim;
}

/* The parts of a frame, its length right or not. */
static bool take_apart(struct cursor bytes, uint8_t *type, struct cursor *body)
{
    if (!cursor_u8_at(bytes, 1, type) || !cursor_skip(&bytes, HEAD_SIZE))
        return false;
    if (CURSOR_ENDS(bytes, "]"))
        bytes.left--;
    *body = bytes;
    return true;
}

static const struct pattern position = { "\\([A-Z]+(?<hms>\\d{6})(?<valid>[AV])(?<lat>\\d{4}\\.\\d{4})(?<ns>["
                                         "NS])(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW])"
                                         "\\d{3}\\.\\d{3}(?<dmy>\\d{6}).*\\)" };

static void read(const struct message *message, struct reading *reading)
{
    struct groups found;
    struct cursor body, id;
    uint8_t type;
    reading->type = "status";
    reading_no_location(reading);
    if (!take_apart(message->bytes, &type, &body))
        return;
    reading_mark_number(reading, "type", cursor_part(message->bytes, 1, 1), type);
    binary_mark(&frame, reading);
    bool is_login = type == LOGIN || type == LOGIN_2;
    bool has_number = cursor_slice(body, 1, ID, &id) && cursor_count_digits(id) == ID;
    if (type == LOGIN)
        reading_device(reading, body);
    else if (type == LOGIN_2 && has_number)
        reading_device(reading, id);
    bool is_list = CURSOR_STARTS(body, "(") && CURSOR_ENDS(body, ")");
    bool is_text = cursor_is_text(body) && (is_list || type == LOGIN || type == HEARTBEAT);
    bool is_framed =
        message->bytes.left == HEAD_SIZE + 1 + (size_t)cursor_byte(message->bytes, HEAD_SIZE - 1);
    reading->proven = is_text && is_framed && (type != LOGIN || cursor_count_digits(body) == ID);
    if (is_login || type == HEARTBEAT) {
        reading->type = is_login ? "login" : "heartbeat";
    } else if (pattern_match(message->patterns, &position, body, &found)) {
        reading->type = "position";
        reading_take_groups(reading, &found, false);
    }
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor body, number;
    uint8_t type;
    (void)asker;
    if (!take_apart(message->bytes, &type, &body) || body.left >= UINT8_MAX ||
        !cursor_slice(message->bytes, NUMBER_AT, NUMBER, &number))
        return;
    bool is_login = type == LOGIN || type == LOGIN_2;
    if (!is_login && type != HEARTBEAT)
        return;
    buffer_put_text(reply, "[");
    buffer_put_u8(reply, is_login ? 0 : 0xff);
    buffer_put_cursor(reply, number);
    buffer_put_u8(reply, (unsigned)body.left + is_login);
    if (is_login)
        buffer_put_text(reply, "0");
    buffer_put_cursor(reply, body);
    buffer_put_text(reply, "]");
}

static const struct sample samples[] = {
    { .hex = "5b80303030303030303031370f3132333435363738393031323334355d",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "5b003030303030303030313710303132333435363738393031323334355d" },
    { .hex = "5b213030303030303030313730283132333435363738393031323334352c544b3130322d573939385f30315f56312e3"
             "12e3030312c3235352c303031295d",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "5b00303030303030303031373130283132333435363738393031323334352c544b3130322d573939385f30315f56"
                "312e312e3030312c3235352c303031295d" },
    { .hex = "5b80000000000102030405060f3930303030303030303030303132335d",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "900000000000123",
      .location = LOCATION_NONE,
      .answer = "5b000000000001020304050610303930303030303030303030303132335d" },
    { .hex = "5bf030303030303030303137005d",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "5bff30303030303030303137005d" },
    { .hex = "5b903030303030303030313736284f4e4530383039313041343733302e363030304e30313930352e343030304530313"
             "22e3530303031303232363035303130303030295d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "5b933030303030303030313736284d554c30383039313056333332372e303030305330373033392e363030305730303"
             "02e3030303031303232363035303130303030295d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "5b3b3030303030303030313736284f4e4530383039313041343034322e363030304e30373430302e363030305730303"
             "02e3030303031303232363035303130303030295d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "5b25303030303030303031371d283130303130303030303030303030303630302d33302d3635353335295d",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tk102 = {
    .name = "tk102",
    .port = 5036,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("[")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
