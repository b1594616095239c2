/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tlv: trackers that call themselves S668_A; their maker is not known. Over TCP, ended by NUL, no checksum.
 *
 *   0A|0B|0C|0E|0F as text | (length 1, text)… | 00        ff may stand between the texts
 *   0E position: id, Unix seconds, place's id, lon, lat, km/h, course, satellites; signed degrees, always a fix
 *   Others: the id first. The answer is of the same form.
 */
#include "protocol/protocol.h"

enum { TYPE = 2, LONGEST = 1024, PARTS = 8, ID_MIN = 11, IMEI = 15, TIME_MIN = 9, BETWEEN = 0xff };
enum { PART_ID, PART_TIME, PART_LON = 3, PART_LAT, PART_NEEDED };

struct parts {
    struct cursor list[PARTS]; /* the first texts */
    size_t count;              /* of all texts */
};

/* Takes the texts up to the NUL. FRAMED_CUT: the bytes end before it. */
static enum framed walk(struct cursor bytes, struct parts *parts, size_t *length)
{
    struct cursor rest = cursor_part(bytes, 0, bytes.left < LONGEST ? bytes.left : LONGEST), one;
    uint8_t size;
    parts->count = 0;
    *length = bytes.left;
    if (!cursor_skip(&rest, TYPE))
        return FRAMED_CUT;
    while (cursor_u8(&rest, &size)) {
        if (size == 0) {
            *length = (size_t)(rest.at - bytes.at);
            return FRAMED;
        }
        if (size == BETWEEN)
            continue;
        if (!cursor_take(&rest, size, &one))
            return cursor_is_text(rest) ? FRAMED_CUT : FRAMED_NO;
        if (!cursor_is_text(one))
            return FRAMED_NO;
        if (parts->count < PARTS)
            parts->list[parts->count] = one;
        parts->count++;
    }
    return bytes.left > LONGEST ? FRAMED_NO : FRAMED_CUT;
}

/* Servers send the same types, but never an id. */
static bool has_id(const struct parts *parts)
{
    return parts->count > 0 && parts->list[PART_ID].left >= ID_MIN &&
           cursor_count_digits(parts->list[PART_ID]) == parts->list[PART_ID].left;
}

/* A position may stand under any id: time and place speak for it. */
static bool has_place(const struct parts *parts)
{
    struct fix fix;
    const struct cursor *list = parts->list;
    return parts->count >= PART_NEEDED && list[PART_TIME].left >= TIME_MIN &&
           cursor_count_digits(list[PART_TIME]) == list[PART_TIME].left &&
           cursor_decimal(list[PART_LON], &fix.lon) && cursor_decimal(list[PART_LAT], &fix.lat) &&
           fix_is_on_earth(&fix);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct parts parts;
    enum framed framed = walk(message->bytes, &parts, length);
    bool is_position = cursor_byte(message->bytes, 1) == 'E', is_known = has_id(&parts);
    if (framed == FRAMED_NO || (parts.count > 0 && !is_known && !is_position))
        return CLAIM_NO;
    if (framed == FRAMED_CUT)
        return !message->complete ? CLAIM_MORE : is_known ? CLAIM_POSSIBLE : CLAIM_NO;
    if (!is_known)
        return is_position && has_place(&parts) ? CLAIM_LIKELY : CLAIM_NO;
    return parts.list[PART_ID].left == IMEI ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read_position(const struct parts *parts, struct reading *reading)
{
    struct fix fix = { .valid = true };
    uint64_t seconds;
    const struct cursor *list = parts->list;
    reading_device(reading, list[PART_ID]);
    if (parts->count < PART_NEEDED || !cursor_decimal(list[PART_LON], &fix.lon) ||
        !cursor_decimal(list[PART_LAT], &fix.lat))
        return;
    fix.has_time = cursor_number(list[PART_TIME], &seconds) && seconds <= UINT32_MAX;
    if (fix.has_time) {
        fix.time = (int64_t)seconds;
        reading_mark_time(reading, list[PART_TIME], fix.time);
    }
    reading_fix(reading, &fix);
    reading_mark_place(reading, list[PART_LAT], fix.lat, list[PART_LON], fix.lon);
}

static void read(const struct message *message, struct reading *reading)
{
    struct parts parts;
    size_t length;
    uint8_t type;
    if (walk(message->bytes, &parts, &length) == FRAMED_NO || !cursor_u8_at(message->bytes, 1, &type) ||
        !(has_id(&parts) || (type == 'E' && has_place(&parts))))
        return;
    reading_mark(reading, "type", cursor_part(message->bytes, 0, TYPE));
    if (type == 'E') {
        reading->type = "position";
        read_position(&parts, reading);
    } else {
        reading->type = "status";
        reading_device(reading, parts.list[PART_ID]);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct parts parts;
    size_t length;
    uint8_t type;
    (void)asker;
    if (walk(message->bytes, &parts, &length) == FRAMED_NO || !cursor_u8_at(message->bytes, 1, &type) ||
        !(has_id(&parts) || (type == 'E' && has_place(&parts))))
        return;
    buffer_put(reply, message->bytes.at, TYPE);
    if (type == 'B')
        buffer_put_text(reply, "\x0a"
                               "1482202689"
                               "\x02"
                               "10"
                               "\x02"
                               "20"
                               "\x02"
                               "15");
    else if (type == 'E' || type == 'F')
        buffer_put_text(reply, "\x02"
                               "30"
                               "\x07"
                               "Unknown");
    buffer_put_u8(reply, 0);
}

static const struct sample samples[] = {
    { .hex = "30430f313233343536373839303132333435ff10323136333031323334353637383930310f533636385f415f56312e3"
             "0325f454eff1130323a30303a30303a61613a62623a6363013200",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "304300" },
    { .hex = "30450f3132333435363738393031323334350a313736393933333335300231370931392e3039303030300934372e353"
             "130303030023132023435013900",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "3045"
                "023330"
                "07556e6b6e6f776e"
                "00" },
    { .hex = "30450f3132333435363738393031323334350a313736393933333335300130062d37302e3636062d33332e343501300"
             "130013500",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "3045"
                "023330"
                "07556e6b6e6f776e"
                "00" },
    { .hex = "30450b33363330313233343536370a313736393933333335300130062d37342e30310534302e373103302e350130013"
             "500",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "36301234567",
      SAMPLE_NORTH_WEST,
      .answer = "3045"
                "023330"
                "07556e6b6e6f776e"
                "00" },
    { .hex =
          "304506544158493132ff0a31373639393333333530ff046c6f6331ff0531392e3039ff0534372e3531ff023132ff023435"
          "ff0137ff00",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "TAXI12",
      SAMPLE_VALID,
      .answer = "3045"
                "023330"
                "07556e6b6e6f776e"
                "00" },
    { .hex = "30420f313233343536373839303132333435013200",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "3042"
                "0a31343832323032363839"
                "023130"
                "023230"
                "023135"
                "00" },
    { 0 }
};

const struct protocol protocol_tlv = {
    .name = "tlv",
    .port = 5146,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("0A"), HEAD("0B"), HEAD("0C"), HEAD("0E"), HEAD("0F")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
