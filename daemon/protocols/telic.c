/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telic: Telic SBC-AVL, Picotrack and others of the SBC series. Text over TCP, no checksum, no answers.
 *
 *   <4 digits><id, 6 or 15><event, 1 or 2>,<ddmmyyhhmmss>,<number>,<ddmmyyhhmmss of the fix>,<lon>,<lat>,<fix>,<speed>,<course>,
 *   [<satellites>],<seven fields>,<battery>,…\0
 *       coordinates are degrees without their point: six decimals where there are digits enough, else four; fix 1: none
 *   <4 digits><id>|<mcc>|<mnc>|<number>\0      login        <4 digits><id>SCCE…\0   TLOC…\0      status
 *   length 4, little endian, of the text          may stand in front
 */
#include "protocol/text_protocol.h"

enum { PREFIX = 4, LONGEST = 1024, TEXT_MIN = 20, HEAD_DIGITS_MIN = 10, LON_DIGITS = 8, LAT_DIGITS = 7 };

static struct cursor digits_of(struct cursor number)
{
    if (CURSOR_STARTS(number, "-"))
        return cursor_part(number, 1, number.left - 1);
    return number;
}

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor lat, lon;
    struct fix fix;
    if (reading_fix_of(found, &fix) || !groups_named(found, "y", &lat) || !groups_named(found, "x", &lon) ||
        !cursor_decimal(lat, &fix.lat) || !cursor_decimal(lon, &fix.lon))
        return;
    double scale = digits_of(lon).left >= LON_DIGITS && digits_of(lat).left >= LAT_DIGITS ? 1e6 : 1e4;
    struct cursor word = found->standard[GROUP_VALID];
    fix.valid = word.left == 1 && strchr(form->valid, cursor_byte(word, 0));
    fix.lat /= scale;
    fix.lon /= scale;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static const struct text_protocol text = {
    .nul_ends = true,
    .weak_heads = true,
    .forms = {
        { "position",
          { "\\d{4}(?<id>\\d{6}|\\d{15})(?<type>\\d{1,2}),\\d{12},\\d+,(?<dmyhms>\\d{12}),(?<x>-?\\d{1,9}),(?<y>-?\\d{1,8}),"
            "(?<valid>\\d),\\d+,\\d+,\\d*,(?:[^,]*,){7}\\d+,.*" },
          .valid = "023456789" },
        { "status",
          { "\\d{4}(?<id>\\d{6}|\\d{15})\\d{1,2},\\d{12},\\d*,\\d{12},-?\\d*,-?\\d*,\\d?,.*" },
          .claim = CLAIM_LIKELY },
        { "login", { "\\d{4}(?<id>\\d{6}|\\d{15})\\|\\d{3}\\|\\d{2,3}\\|\\d+(?:[,|].*)?" }, .claim = CLAIM_LIKELY },
        { "status", { "\\d{4}(?<id>\\d{6}|\\d{15})TLOC\\d+,\\d+,\\d+,\\d{12},-?\\d+,-?\\d+,.*" } },
        { "status", { "\\d{4}(?<id>\\d{6}|\\d{15})(?:SCCE|TLOC).*" }, .claim = CLAIM_LIKELY },
    },
    .refine = refine,
};

extern const struct protocol protocol_telic;

/* A length stands in front where the second byte is no digit. */
static bool has_prefix(struct cursor bytes)
{
    return bytes.left >= 2 && (cursor_byte(bytes, 1) < '0' || cursor_byte(bytes, 1) > '9');
}

/* The message's text alone, as the table reads it. */
static struct message text_in(const struct message *message)
{
    struct message one = *message;
    if (has_prefix(message->bytes) && !cursor_skip(&one.bytes, PREFIX))
        one.bytes.left = 0;
    return one;
}

static enum claim match_prefixed(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint64_t told;
    if (cursor_byte(bytes, 1) >= LONGEST >> 8 || cursor_byte(bytes, 2) != 0 || cursor_byte(bytes, 3) != 0)
        return CLAIM_NO;
    struct message one = text_in(message);
    if (one.bytes.left == 0)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    bool is_text = cursor_le_at(bytes, 0, PREFIX, &told) && told > TEXT_MIN &&
                   cursor_count_digits(one.bytes) >=
                       (one.bytes.left < HEAD_DIGITS_MIN ? one.bytes.left : HEAD_DIGITS_MIN);
    if (!is_text)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, PREFIX + (size_t)told, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    size_t whole = *length;
    one.bytes.left = whole - PREFIX;
    one.complete = true;
    enum claim claim = text_match(&protocol_telic, &one, length);
    /* a NUL may follow, which the length does not count */
    *length = whole + (whole < bytes.left && cursor_byte(bytes, whole) == '\0');
    return framed == FRAMED ? claim : claim < CLAIM_POSSIBLE ? claim : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (has_prefix(message->bytes))
        return match_prefixed(message, length);
    return cursor_count_digits(cursor_part(message->bytes, 0, 1)) > 0
               ? text_match(&protocol_telic, message, length)
               : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct message one = text_in(message);
    if (has_prefix(message->bytes))
        reading_mark(reading, "length", cursor_part(message->bytes, 0, PREFIX));
    text_read(&protocol_telic, &one, reading);
}

static const struct sample samples[] = {
    { .hex = "30303230313233343536372c3031303232363038303931312c302c3031303232363038303931302c303139303930303"
             "0302c34373531303030302c332c31322c34352c392c2c2c3132302c3236363634332c2c303030302c30302c38352c32"
             "30362c302c3034303700",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_VALID },
    { .hex = "3030323131323334353637383930313233343531322c3031303232363038303931302c302c303130323236303830393"
             "1302c2d3730363630302c2d3333343530302c312c302c302c2c2c2c3532302c3935383037312c37333030322c303030"
             "312c30302c3130302c3032303800",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "5600000034343230313233343536342c3031303232363038303931302c372c3031303232363038303931302c2d30373"
             "4303130302c3430373130302c322c302c302c352c2c2c392c31343734312c2c30302c30302c312c323137",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_NORTH_WEST },
    { .hex = "303032363132333435367c3231367c33307c30303230303430313000",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456",
      .location = LOCATION_NONE },
    { .hex = "303032363132333435365343434530315f534343457c3231367c33307c3032363700",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456",
      .location = LOCATION_NONE },
    { .hex = "6100000030303434313233343536544c4f43303236372c30302c3031313030393030303132333435362c30313032323"
             "63038303931302c3139303930302c3437353130302c332c302c38322c2c2c2c3136382c31343734312c2c30302c3030"
             "2c302c323137",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456",
      .location = LOCATION_NONE },
    { .hex = "303032363132333435363738393031323334357c"
             "3231367c33307c30303130303230303800",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_telic = {
    .name = "telic",
    .port = 5067,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD_DIGITS, HEAD_ANY), /* any: the length */
    .match = match,
    .read = read,
    .text = &text,
    .samples = samples,
};
