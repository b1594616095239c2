/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eelink: Eelink TK115, TK116, TK119, TK319, GOT08, GOT10, GPT06, DK07. Binary, big endian, TCP and UDP.
 *
 *   packet:   67 67 | type | length L 2 | index 2 | body …            total = L + 5, no checksum
 *   datagram: 45 4c | length 2 | check 2 | imei 8 BCD | packet | packet …         total = length + 4
 *             check: sum of all behind it, turned left by one bit before each byte. Answers come in the same
 *             wrapping, one datagram for each packet
 *   login 01: imei 8 BCD …
 *   old (02 GPS, 04 alarm, 05 state, 06 SMS): time 4 | lat 4 | lon 4 (1/1800000 degree) | speed | course 2 |
 *             mcc 2 | mnc 2 | lac 2 | cell 3 | fix (bit 0) …
 *   new (12 normal, 14 warning, 15 report, 16-19): time 4 | flags | bit 0: lat 4, lon 4, altitude 2, speed 2,
 *             course 2, satellites | then cells, Wi-Fi | 14, 15: 1 | 12, 14, 15: status 2, bit 0 fix
 *   03 heartbeat, 07 OBD, 80 answer to a command (text), 81 data, 1e and 1f camera
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { PACKET_HEAD = 7, LENGTH_AT = 3, BEHIND_LENGTH = 5, IMEI_SIZE = 8, LONGEST = 2048 };
enum { GRAM_HEAD = 14, GRAM_CHECK = 4, GRAM_COVERED = 6, GRAM_BEHIND = 4, OLD_FIX = 24 };
enum { LOGIN = 0x01, GPS = 0x02, HEARTBEAT = 0x03, ALARM = 0x04, STATE = 0x05, SMS = 0x06, OBD = 0x07 };
enum { NORMAL = 0x12, WARNING = 0x14, REPORT = 0x15, OBD_CODE = 0x19, TEXT = 0x80, DATA = 0x81 };
static const double UNITS = 1800000; /* in a degree */

struct packet {
    uint8_t type;
    uint16_t index;
    struct cursor body; /* behind the index */
};

/* Takes the next packet; of one that is cut off, what is there. */
static bool take_packet(struct cursor *c, struct packet *packet)
{
    struct cursor rest = *c;
    uint16_t length;
    if (!CURSOR_STARTS(rest, "\x67\x67") || !cursor_skip(&rest, 2) || !cursor_u8(&rest, &packet->type) ||
        !cursor_be16(&rest, &length) || length < 2 || !cursor_be16(&rest, &packet->index))
        return false;
    size_t size = length - 2u < rest.left ? length - 2u : rest.left;
    if (!cursor_take(&rest, size, &packet->body))
        return false;
    *c = rest;
    return true;
}

static bool is_old(uint8_t type)
{
    return type == GPS || type == ALARM || type == STATE || type == SMS;
}

static bool is_new(uint8_t type)
{
    return type == NORMAL || (type >= WARNING && type <= OBD_CODE);
}

static bool is_known(uint8_t type)
{
    return (type >= LOGIN && type <= OBD) || is_new(type) || type == 0x1e || type == 0x1f || type == TEXT ||
           type == DATA;
}

static bool is_imei(struct cursor bytes)
{
    struct cursor id;
    return cursor_slice(bytes, 0, IMEI_SIZE, &id) && bcd_ok(id) && cursor_byte(id, 0) >> 4 == 0;
}

/* Does the body hold what its type says: an id, a date of this half century, a place on earth? */
static bool is_sound(const struct packet *packet)
{
    struct cursor body = packet->body;
    uint32_t time, lat, lon;
    uint8_t flags;
    if (packet->type == LOGIN)
        return is_imei(body);
    if (packet->type == HEARTBEAT)
        return body.left == 2;
    bool is_timed = is_old(packet->type) || is_new(packet->type) || packet->type == OBD;
    if (!is_timed || !cursor_be32(&body, &time) || time < 946684800u || time > 2524608000u)
        return false;
    if (packet->type == OBD)
        return true;
    if (is_new(packet->type)) {
        if (!cursor_u8(&body, &flags))
            return false;
        if (!(flags & 1))
            return true;
    }
    return cursor_be32(&body, &lat) && cursor_be32(&body, &lon) && signed32(lat) <= 90 * UNITS &&
           signed32(lat) >= -90 * UNITS && signed32(lon) <= 180 * UNITS && signed32(lon) >= -180 * UNITS;
}

static enum claim match_packet(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    struct packet packet;
    uint16_t told;
    if (!cursor_be16_at(bytes, LENGTH_AT, &told)) {
        uint8_t type;
        *length = bytes.left;
        if (!message->complete)
            return CLAIM_MORE;
        return cursor_u8_at(bytes, 2, &type) && is_known(type) ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (told < 2)
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(bytes, message->complete, (size_t)told + BEHIND_LENGTH, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!take_packet(&rest, &packet))
        return CLAIM_POSSIBLE;
    bool is_right = is_known(packet.type) && is_sound(&packet);
    if (framed == FRAMED_CUT)
        return is_right ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    if (is_right)
        return CLAIM_CERTAIN;
    bool ends_well = rest.left == 0 || CURSOR_MAY_START(rest, "\x67\x67");
    return is_known(packet.type) || ends_well ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static unsigned check_of(struct cursor bytes)
{
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.left; i++)
        sum = ((sum << 1) + (sum >> 15) + cursor_byte(bytes, i)) & 0xffff;
    return sum;
}

static enum claim match_datagram(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    uint16_t told, check;
    if (!cursor_be16_at(bytes, 2, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (told < GRAM_HEAD + PACKET_HEAD - GRAM_BEHIND)
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(bytes, message->complete, (size_t)told + GRAM_BEHIND, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!cursor_skip(&rest, GRAM_COVERED) || !is_imei(rest) || !cursor_skip(&rest, IMEI_SIZE) ||
        !CURSOR_MAY_START(rest, "\x67\x67") || !cursor_be16_at(bytes, GRAM_CHECK, &check))
        return CLAIM_NO;
    struct cursor covered = cursor_part(bytes, GRAM_COVERED, *length - GRAM_COVERED);
    if (framed == FRAMED && check_of(covered) == check)
        return CLAIM_CERTAIN;
    return rest.left > PACKET_HEAD ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (CURSOR_MAY_START(message->bytes, "\x67\x67"))
        return match_packet(message, length);
    if (CURSOR_MAY_START(message->bytes, "EL"))
        return match_datagram(message, length);
    return CLAIM_NO;
}

static void read_imei(struct cursor body, struct reading *reading)
{
    struct cursor id;
    if (cursor_slice(body, 0, IMEI_SIZE, &id))
        reading_device_bcd(reading, id, 1, 0);
}

/* Time and, when it is there, the place; moves behind them. */
static bool take_time(struct cursor *c, struct fix *fix, struct reading *reading)
{
    struct cursor field = *c;
    uint32_t time;
    if (!cursor_be32(c, &time))
        return false;
    fix->has_time = true;
    fix->time = time;
    reading_mark_time(reading, cursor_part(field, 0, 4), time);
    return true;
}

static bool take_place(struct cursor *c, struct fix *fix, struct reading *reading)
{
    struct cursor place = *c;
    uint32_t lat, lon;
    if (!cursor_be32(c, &lat) || !cursor_be32(c, &lon))
        return false;
    fix->lat = signed32(lat) / UNITS;
    fix->lon = signed32(lon) / UNITS;
    reading_mark_place(reading, cursor_part(place, 0, 4), fix->lat, cursor_part(place, 4, 4), fix->lon);
    return true;
}

static void read_old(struct cursor body, struct reading *reading)
{
    struct cursor rest = body;
    struct fix fix = { 0 };
    uint8_t state;
    if (!take_time(&rest, &fix, reading) || !take_place(&rest, &fix, reading) ||
        !cursor_u8_at(body, OLD_FIX, &state))
        return;
    fix.valid = (state & 1) != 0;
    reading_mark_fix(reading, cursor_part(body, OLD_FIX, 1), fix.valid);
    reading_fix(reading, &fix);
}

/* Cells, access points and beacons, as the flags say. */
static bool skip_surroundings(struct cursor *c, uint8_t flags)
{
    uint8_t count;
    if (flags & 2 && !cursor_skip(c, 11))
        return false;
    for (unsigned bit = 2; bit <= 6; bit++) {
        if (flags >> bit & 1 && !cursor_skip(c, 7))
            return false;
    }
    return !(flags & 0x80) ||
           (cursor_skip(c, 1) && cursor_u8(c, &count) && cursor_skip(c, count > 0 ? 14 + 5u * count : 0));
}

static void read_new(uint8_t type, struct cursor body, struct reading *reading)
{
    struct cursor rest = body;
    struct fix fix = { 0 };
    uint16_t status = 0;
    uint8_t flags;
    bool has_status = type == NORMAL || type == WARNING || type == REPORT;
    if (!take_time(&rest, &fix, reading) || !cursor_u8(&rest, &flags) || !(flags & 1) ||
        !take_place(&rest, &fix, reading) || !cursor_skip(&rest, 7) || !skip_surroundings(&rest, flags))
        return;
    if (has_status && ((type != NORMAL && !cursor_skip(&rest, 1)) || !cursor_be16(&rest, &status)))
        return;
    fix.valid = has_status && (status & 1) != 0;
    if (has_status)
        reading_mark_fix(reading, cursor_of(rest.at - 2, 2), fix.valid);
    reading_fix(reading, &fix);
}

static const struct pattern text_position = {
    "Lat:(?<ns>[NS]) *(?<latd>\\d+\\.\\d+)[^L]*Lon:(?<ew>[EW]) *(?<lond>\\d+\\.\\d+)"
    ".*?Date ?Time: *(?<ymdhms>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)"
};

static void read_text(const struct message *message, struct cursor body, struct reading *reading)
{
    struct groups found;
    size_t at;
    if (cursor_find_text(body, "Lat:", &at) && cursor_skip(&body, at) &&
        pattern_match(message->patterns, &text_position, body, &found))
        reading_take_groups(reading, &found, true);
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case LOGIN:
        return "login";
    case HEARTBEAT:
        return "heartbeat";
    case ALARM:
    case WARNING:
        return "alarm";
    case SMS:
    case TEXT:
        return "reply";
    case OBD:
        return "obd";
    case 0x1e:
    case 0x1f:
        return "photo";
    default:
        return "status";
    }
}

static void read_packet(const struct message *message, const struct packet *packet, struct reading *reading)
{
    enum location before = reading->location;
    if (packet->type == LOGIN)
        read_imei(packet->body, reading);
    else if (is_old(packet->type))
        read_old(packet->body, reading);
    else if (is_new(packet->type))
        read_new(packet->type, packet->body, reading);
    else if (packet->type == TEXT)
        read_text(message, packet->body, reading);
    /* of several packets the one with the place, else the first, names the message */
    if (before == LOCATION_UNKNOWN || reading->location > before)
        reading->type = type_name(packet->type);
    reading_no_location(reading);
}

static struct cursor packets_of(struct cursor bytes)
{
    if (CURSOR_STARTS(bytes, "EL") && !cursor_skip(&bytes, GRAM_HEAD))
        return cursor_part(bytes, 0, 0);
    return bytes;
}

/* The head of a datagram: its id and check. */
static void read_wrapping(struct cursor bytes, struct reading *reading)
{
    struct cursor covered = bytes, check;
    uint16_t told;
    if (!cursor_slice(bytes, GRAM_CHECK, 2, &check) || !cursor_skip(&covered, GRAM_COVERED))
        return;
    read_imei(covered, reading);
    bool is_right = cursor_be16_at(check, 0, &told) && check_of(covered) == told;
    reading_mark_check(reading, check, is_right, check_of(covered));
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = packets_of(message->bytes), type = rest;
    struct packet packet;
    if (CURSOR_STARTS(message->bytes, "EL"))
        read_wrapping(message->bytes, reading);
    while (take_packet(&rest, &packet))
        read_packet(message, &packet, reading);
    if (reading->location >= LOCATION_INVALID && strcmp(reading->type, "status") == 0)
        reading->type = "position";
    if (cursor_slice(type, 2, 1, &type))
        reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static void put_packet(const struct packet *packet, int64_t now, struct buffer *reply)
{
    buffer_put_text(reply, "\x67\x67");
    buffer_put_u8(reply, packet->type);
    buffer_put_be(reply, 2, packet->type == LOGIN ? 9 : 2);
    buffer_put_be(reply, 2, packet->index);
    if (packet->type == LOGIN) {
        buffer_put_be(reply, 4, (uint64_t)now);
        buffer_put(reply, "\0\1\0", 3); /* protocol version, no change of parameters */
    }
}

/* The same as a datagram of its own. */
static void put_datagram(struct cursor id, const struct packet *packet, int64_t now, struct buffer *reply)
{
    uint8_t memory[IMEI_SIZE + PACKET_HEAD + 7];
    struct buffer covered = buffer_on(memory, sizeof(memory));
    buffer_put_cursor(&covered, id);
    put_packet(packet, now, &covered);
    buffer_part(reply);
    buffer_put_text(reply, "EL");
    buffer_put_be(reply, 2, covered.length + GRAM_COVERED - GRAM_BEHIND);
    buffer_put_be(reply, 2, check_of(buffer_cursor(&covered)));
    buffer_put_cursor(reply, buffer_cursor(&covered));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor rest = packets_of(message->bytes), id;
    struct packet packet;
    bool is_datagram =
        CURSOR_STARTS(message->bytes, "EL") && cursor_slice(message->bytes, GRAM_COVERED, IMEI_SIZE, &id);
    while (take_packet(&rest, &packet)) {
        bool is_from_server = packet.body.left < (packet.type == LOGIN ? IMEI_SIZE : 1u);
        if (packet.type == GPS || packet.type == DATA || is_from_server)
            continue;
        if (is_datagram)
            put_datagram(id, &packet, asker->now, reply);
        else
            put_packet(&packet, asker->now, reply);
    }
}

static const struct sample samples[] = {
    { .hex = "676701000c000701234567890123450104",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~6767010009000700000000000100" },
    { .hex = "676703000400070001",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "67670300020007" },
    {
        .hex = "676702001d0007697f0a260518e6b0020c52900c002d00d8001e04d2000f11010001",
        .claim = CLAIM_CERTAIN,
        .type = "position",
        SAMPLE_VALID,
    },
    { .hex = "676704001c0007697f0a260518e6b0020c52900c002d00d8001e04d2000f110183",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      SAMPLE_VALID,
      .answer = "67670400020007" },
    { .hex = "67670500220007697f0a26fc6944b0f86b43e00c002d00d8001e04d2000f110001697f0a260001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "67670500020007" },
    { .hex = "676712002d0007697f0a26030518e6b0020c529000780021002d0900d8001e04d2000000f1190ff110c200110001000"
             "00000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "67671200020007" },
    { .hex = "67671400320007697f0a260ffc6944b0f86b43e000780021002d0900d8001e04d2000000f1190000000000000000000"
             "000000000820ff0",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      SAMPLE_INVALID,
      .answer = "67671400020007" },
    { .hex = "67671500350007697f0a26910518e6b0020c529000780021002d0900000000000000000100000000000000000000000"
             "000000000000000010ff1",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "67671500020007" },
    { .hex = "67671200160007697f0a260200d8001e04d2000000f1190ff010c2",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "67671200020007" },
    { .hex =
          "676780005c000700000000004c61743a4e34372e35313030302c4c6f6e3a4531392e30393030302c436f757273653a3435"
          "2e30302c53706565643a31322e356b6d2f682c446174652054696d653a323032362d30322d30312030383a30393a3130",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      SAMPLE_VALID,
      .answer = "67678000020007" },
    { .hex = "676707000c0007697f0a26000500000000",
      .claim = CLAIM_CERTAIN,
      .type = "obd",
      .location = LOCATION_NONE,
      .answer = "67670700020007" },
    {
        .hex = "676781000700070164617461",
        .claim = CLAIM_LIKELY,
        .type = "status",
        .location = LOCATION_NONE,
    },
    { .hex = "454c00329d270123456789012345676712001a0007697f0a26010518e6b0020c529000780021002d090ff110c267670"
             "3000400080001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .datagram = true,
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "454c0011bb5d012345678901234567671200020007454c0011ba6e012345678901234567670300020008" },
    { .hex = "676702001d0007697f0a26045e2230f80f41300c002d00d8001e04d2000f11010001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_eelink = {
    .name = "eelink",
    .port = 5064,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("\x67\x67"), HEAD("EL")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
