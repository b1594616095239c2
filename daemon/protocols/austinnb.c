/* SPDX-License-Identifier: Apache-2.0 */
/*
 * austinnb: AustinNB trackers for NB-IoT. Text over UDP, one datagram a message, no checksum, no answers.
 *
 *   <id>;<yyyy-mm-dd hh:mm:ss>;<lat>;<lon>;<azimuth>;<angle>;<range>;<out of range>;<operator>
 *   Coordinates are signed degrees with a decimal comma; every position counts as a fix.
 */
#include "protocol/text_protocol.h"

enum { NUMBER_MAX = 32 };

/* A number with a decimal comma. */
static bool take_number(const struct groups *found, const char *name, struct cursor *field, double *out)
{
    char text[NUMBER_MAX];
    if (!groups_named(found, name, field) || field->left >= sizeof(text))
        return false;
    cursor_copy_text(*field, text, sizeof(text));
    char *comma = strchr(text, ',');
    if (comma)
        *comma = '.';
    return cursor_decimal(cursor_of_text(text), out);
}

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor lat, lon;
    struct fix fix;
    (void)form;
    if (reading_fix_of(found, &fix) || !take_number(found, "y", &lat, &fix.lat) ||
        !take_number(found, "x", &lon, &fix.lon))
        return;
    fix.valid = true;
    reading_fix(reading, &fix);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
}

static const struct text_protocol text = {
    .weak_heads = true,
    .forms = {
        { "position",
          { "(?<id>\\d+);(?<ymdhms>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d);(?<y>-?\\d+,\\d+);(?<x>-?\\d+,\\d+);\\d*;\\d*;"
            "\\d*;\\d*;.*" } },
    },
    .refine = refine,
};

static const struct sample samples[] = {
    { .text = "36301234567;2026-02-01 08:09:10;47,5100000000000;19,0900000000000;0;90;4000;0;OPERATOR",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "36301234567",
      SAMPLE_VALID },
    { .text = "36301234567;2026-02-01 08:09:10;-33,45;-70,66;45;90;4000;1;",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "36301234567",
      SAMPLE_SOUTH_WEST },
    { .text = "36301234567;2026-02-01 08:09:10;40,71;-74,01;120;60;8000;0;OPERATOR",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "36301234567",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_austinnb = {
    .name = "austinnb",
    .port = 5158,
    .transports = OVER_UDP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
