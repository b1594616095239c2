/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enfora: Enfora (Novatel) Mini-MT, Spider MT, MT-G. Text behind a binary head, TCP and UDP. No answers.
 *
 *   [L 2, of all; missing in some datagrams] | API head: 00 04 02 00, 00 0a 08 10 00 … | blanks, numbers, id 15 digits, numbers,
 *   [$]GPRMC,<hhmmss>,<A|V>,<lat>,<N|S>,<lon>,<E|W>,<knots>,<course>,<ddmmyy>,…
 *   The id is the first run of 15 digits. Without the sentence there is no place. skypatrol has the same head in datagrams.
 */
#include "protocol/protocol.h"

enum { IMEI = 15, SHORTEST = 24, LONGEST = 1024, HEAD_MAX = 10, API_AT = 2 };

static const struct pattern sentence = {
    "GPRMC,(?<hms>\\d{6})(?:\\.\\d*)?,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+),"
    "(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<dmy>\\d{6})"
};

/* The text begins with the blanks behind the head, and goes to the end. */
static bool find_text(struct cursor bytes, struct cursor *text)
{
    size_t at;
    *text = bytes;
    if (!cursor_find(cursor_part(bytes, 0, bytes.left < HEAD_MAX ? bytes.left : HEAD_MAX), ' ', &at) ||
        !cursor_skip(text, at))
        return false;
    while (text->left > 0 && cursor_byte(*text, text->left - 1) == '\0')
        text->left--;
    return cursor_is_text(*text);
}

static bool find_id(struct cursor text, struct cursor *id)
{
    while (text.left >= IMEI) {
        size_t digits = cursor_count_digits(text);
        if (digits >= IMEI)
            return cursor_take(&text, IMEI, id);
        if (!cursor_skip(&text, digits + 1))
            return false;
    }
    return false;
}

/* Moves to the sentence. */
static bool find_sentence(struct cursor *text)
{
    size_t at;
    return cursor_find_text(*text, "GPRMC,", &at) && cursor_skip(text, at);
}

/* Does one of the API's heads stand there? */
static bool has_api(struct cursor bytes, size_t at)
{
    uint16_t number;
    return cursor_be16_at(bytes, at, &number) && (number == 4 || number == 5 || number == 0x0a);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, text, id;
    uint16_t told;
    *length = bytes.left;
    if (!cursor_be16_at(bytes, 0, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    bool has_length =
        told >= SHORTEST && told <= LONGEST && (bytes.left <= API_AT || cursor_byte(bytes, API_AT) == 0);
    if (has_length && bytes.left < told && !message->complete)
        return CLAIM_MORE;
    bool is_cut = has_length && bytes.left < told && has_api(bytes, API_AT);
    bool is_exact = has_length && bytes.left >= told && (!message->datagram || bytes.left == told);
    if (is_exact)
        *length = bytes.left = told;
    else if (!message->datagram && !message->any_transport && !is_cut)
        return CLAIM_NO;
    if (bytes.left > LONGEST || !find_text(bytes, &text) || !find_id(text, &id))
        return CLAIM_NO;
    bool is_located = find_sentence(&text) && pattern_match(message->patterns, &sentence, text, NULL);
    if (is_exact)
        return is_located ? CLAIM_CERTAIN : has_api(bytes, API_AT) ? CLAIM_LIKELY : CLAIM_NO;
    if (is_cut)
        return is_located ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    return is_located && has_api(bytes, 0) ? CLAIM_LIKELY : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor text, id;
    struct groups found;
    reading->type = "status";
    if (find_text(message->bytes, &text) && find_id(text, &id)) {
        reading_device(reading, id);
        if (find_sentence(&text) && pattern_match(message->patterns, &sentence, text, &found)) {
            reading->type = "position";
            reading_take_groups(reading, &found, false);
        }
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "006a000a081000202020202020202020333320202020202031323334353637383930313233343520204750524d432c3"
             "038303931302e30302c412c343733302e363030302c4e2c30313930352e343030302c452c31322e352c3237302e302c"
             "3031303232362c2c2a3141",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "006f00040200202020202020202020382020202020202031323334353637383930313233343520313320244750524d4"
             "32c3038303931302e30302c562c333332372e303030302c532c30373033392e363030302c572c31322e352c3237302e"
             "302c3031303232362c2c2a31410d0a00",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "006f00040200202020202020202020382020202020202031323334353637383930313233343520313320244750524d4"
             "32c3038303931302e30302c412c343034322e363030302c4e2c30373430302e363030302c572c31322e352c3237302e"
             "302c3031303232362c2c2a31410d0a00",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "00040200202020202020202020382020202020202031323334353637383930313233343520313220244750524d432c3"
             "038303931302e30302c412c333332372e303030302c532c30373033392e363030302c572c31322e352c3237302e302c"
             "3031303232362c2c2a31410d0a00",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "0029000a02002020202020202020203620202020202020313233343536373839303132333435204f4b",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_enfora = {
    .name = "enfora",
    .port = 5008,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("\0")),
    .kin = KIN("skypatrol"), /* a datagram with the API head, and without a length */
    .match = match,
    .read = read,
    .samples = samples,
};
