/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topflytech: early TopFlytech trackers (T8801). Text over TCP, no checksum, no answers.
 *
 *   (<id digits><letters, any …><yymmddhhmmss><A|V><ddmm.mmmm><N|S><dddmm.mmmm><E|W><speed ddd.d><course>)
 *   The position ends the message. tk103, which starts alike, has a date of six digits and the time behind
 *   the place.
 */
#include "protocols/protocol.h"

enum { LONGEST = 1024, ID_MIN = 10, ID_MAX = 20, LAT = 9, LON = 10, TIME = 12, SPEED = 5, COURSE_MAX = 7 };

/* Takes the last n bytes off the end. */
static bool take_last(struct cursor *c, size_t n, struct cursor *out)
{
    return n <= c->left && cursor_slice(*c, c->left - n, n, out) && cursor_take(c, c->left - n, c);
}

static bool take_last_letter(struct cursor *c, char one, char other)
{
    struct cursor letter;
    return take_last(c, 1, &letter) && (letter.at[0] == (uint8_t)one || letter.at[0] == (uint8_t)other);
}

static bool take_last_degrees(struct cursor *c, size_t size)
{
    struct cursor degrees;
    double value;
    return take_last(c, size, &degrees) && cursor_decimal(degrees, &value) && degrees.at[size - 5] == '.';
}

/* Do the fields in front of the ')' stand in their columns? Counted from the end, as what is in front of them
 * has any size. */
static bool ends_in_position(struct cursor text)
{
    size_t motion = 0;
    struct cursor skipped, time;
    while (motion < text.left && memchr("0123456789.", text.at[text.left - motion - 1], 11))
        motion++;
    return motion >= SPEED && motion <= SPEED + COURSE_MAX && take_last(&text, motion, &skipped) &&
           take_last_letter(&text, 'E', 'W') && take_last_degrees(&text, LON) &&
           take_last_letter(&text, 'N', 'S') && take_last_degrees(&text, LAT) &&
           take_last_letter(&text, 'A', 'V') && take_last(&text, TIME, &time) &&
           cursor_count_digits(time) == TIME;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes, id;
    if (!CURSOR_STARTS(bytes, "(") || !cursor_skip(&rest, 1))
        return CLAIM_NO;
    bool is_cut = cursor_count_digits(rest) == rest.left;
    if (rest.left > ID_MAX && is_cut)
        return CLAIM_NO;
    if (!is_cut && (!cursor_digits(&rest, ID_MIN, ID_MAX, &id) || rest.at[0] < 'A' || rest.at[0] > 'Z'))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, ")", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (is_cut)
        return CLAIM_POSSIBLE;
    size_t text = *length - (framed == FRAMED ? 1u : 0u);
    if (ends_in_position(cursor_of(bytes.at, text)))
        return CLAIM_LIKELY;
    /* twelve digits in front of the command are tk103's */
    return id.left > 12 && CURSOR_STARTS(rest, "B") ? CLAIM_POSSIBLE : CLAIM_NO;
}

static const struct pattern position = {
    "\\((?<id>\\d++)[A-Z].*?(?<ymdhms>\\d{12})(?<valid>[AV])(?<lat>\\d{4}\\.\\d{4})(?<ns>[NS])"
    "(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW])\\d{3}\\.\\d\\d{1,3}\\.\\d+\\)?$"
};

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, id;
    struct groups found;
    if (pattern_match(message->patterns, &position, message->bytes, &found)) {
        reading->type = "position";
        reading->proven = CURSOR_ENDS(message->bytes, ")");
        reading_take_groups(reading, &found, false);
        return;
    }
    reading->type = "status";
    if (cursor_skip(&rest, 1) && cursor_digits(&rest, ID_MIN, ID_MAX, &id))
        reading_device(reading, id);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text =
          "(123456789012345BP00XG00a100000000L0001a2b3S00000000R0C0F0010000100f0260201080910A4730.6000N01905."
          "4000E012.545.25)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "(123456789012345BR00XG00a200000000L0001a2b3S00000000R0C0F0010000100f0260201080910V3327.0000S07039."
          "6000W000.00.00)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(123456789012345BP05XG00a3)",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_topflytech = {
    .name = "topflytech",
    .port = 5047,
    .transports = OVER_TCP,
    .heads = { HEAD("(0"), HEAD("(1"), HEAD("(2"), HEAD("(3"), HEAD("(4"), HEAD("(5"), HEAD("(6"), HEAD("(7"),
               HEAD("(8"), HEAD("(9") },
    .match = match,
    .read = read,
    .samples = samples,
};
