/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envotech: Envotech SLM electronic locks and IVM trackers. Text over TCP, no answers.
 *
 *   $<mode, 2 digits><SLM|IVM|…>,<event>,<group>,<id, hex>,<ddmmyyhhmmss>,<2 hex><rssi dd><mcc and mnc 5>,<power 3><battery 3>,
 *       <inputs><outputs>,[<fuel><weight>],<status 8>,…'<ddmmyyhhmmss><fix><lat><N|S><lon><E|W><speed 3><course 3>…*hhhh#
 *   Degrees have five decimals, without a point. hhhh: CRC-16 MODBUS from the '$' to before the '*'; two digits in older
 *   frames, of which the rule is not known.
 */
#include "base/nmea.h"
#include "protocol/text_protocol.h"

#define BODY                                                                                                 \
    "\\$\\d\\d...,[0-9A-Fa-f]+,[0-9A-Fa-f]+,(?<id>[0-9A-Fa-f]+),\\d{12},[0-9A-Fa-f]{2}\\d{7},\\d{6},[0-9A-"  \
    "Fa-f]{4},[0-9A-Fa-f]*,"                                                                                 \
    "[0-9A-Fa-f]{8},[^']*'(?<dmyhms>\\d{12})(?<state>\\d)(?<whole>\\d+)(?<ns>[NS])(?<other>\\d+)(?<ew>[EW])" \
    "\\d{6}[^*]*"

/* Degrees and their hundred-thousandths. */
static bool take_degrees(const struct groups *found, const char *name, enum group letter, double *degrees)
{
    struct cursor field;
    uint64_t number;
    if (!groups_named(found, name, &field) || !cursor_number(field, &number))
        return false;
    *degrees = (double)number / 100000 * nmea_sign(found->standard[letter]);
    return true;
}

static void read_place(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct fix fix = { 0 };
    struct cursor state, lat, lon;
    (void)form;
    bool has_place = take_degrees(found, "whole", GROUP_NS, &fix.lat) &&
                     take_degrees(found, "other", GROUP_EW, &fix.lon) && groups_named(found, "state", &state);
    if (!has_place)
        return;
    fix.valid = cursor_byte(state, 0) != '0';
    fix.has_time = reading_time_of(found->standard[GROUP_DMYHMS], "dmyhis", &fix.time);
    reading_fix(reading, &fix);
    reading_mark_fix(reading, state, fix.valid);
    if (groups_named(found, "whole", &lat) && groups_named(found, "other", &lon))
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
}

static const struct text_protocol text = {
    .ends = "#",
    .check = CHECK_CRC16_MODBUS,
    .shape = { "\\$\\d\\d[A-Z]{3},[0-9A-Fa-f]{1,4},[0-9A-Fa-f]{1,8},[0-9A-Fa-f]{4,8},\\d{12}," },
    .forms = {
        { "position", { "(?<covered>" BODY ")\\*(?<check>[0-9A-Fa-f]{4})" } },
        { "position", { BODY "(?:\\*.*)?" } },
        { "status",
          { "\\$\\d\\d[A-Z]{3},[0-9A-Fa-f]{1,4},[0-9A-Fa-f]{1,8},(?<id>[0-9A-Fa-f]{4,8}),\\d{12},.*" },
          .claim = CLAIM_LIKELY },
    },
    .refine = read_place,
};

static const struct sample samples[] = {
    { .text = "$80IVM,03,E0012345,E001234,010226080911,672763902,126423,0180,000000,00018600,0.0000'"
              "01022608091014751000N1909000E000118*C267#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "E001234",
      SAMPLE_VALID },
    { .text = "$80SLM,60,000F,F012345,010226080911,AF2463902,000406,0000,000,00018780,54000000'"
              "01022608091003345000S7066000W000348*F721#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "F012345",
      SAMPLE_INVALID },
    { .text = "$80SLM,02,F,AB0012,010226080911,431750216,000040,0000,,00000000,'"
              "01022608091014071000N07401000W001281@B0,F,C456,038,00,M234567*2A#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "AB0012",
      SAMPLE_NORTH_WEST },
    { .text = "$80SLM,02,F,AB0012,010226080911,431750216,000040,0000,,00000000,*2A#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "AB0012",
      .location = LOCATION_NONE },

    { 0 }
};

const struct protocol protocol_envotech = {
    .name = "envotech",
    .port = 5240,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$")),
    .text = &text,
    .samples = samples,
};
