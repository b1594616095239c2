/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flextrack: Flextrack Lommy. Text over TCP, ended by CR, no checksum; all is answered with its index.
 *
 *   [-]<index>,LOGON,<node>,<iccid>\r
 *   [-]<index>,UNITSTAT,<yyyymmdd>,<hhmmss>,<node>,<N|S><degrees>.<mm.mmmm>,<E|W><degrees>.<mm.mmmm>,<speed>,<course>,<satellites>,
 *   <battery>,[-]<gsm>,<state>,<mcc and mnc>,<altitude>,<hdop>,<cell>,<age of the fix>,<area>,<odometer>\r
 *   A session is known by the ICCID of its login, or by the node. Every position counts as a fix.
 */
#include "base/nmea.h"
#include "protocol/text_protocol.h"

/* degrees, a point, minutes */
static bool take_degrees(const struct groups *found, const char *whole_name, const char *minutes_name,
                         enum group letter, double *degrees)
{
    struct cursor whole, minutes;
    double minute;
    if (!groups_named(found, whole_name, &whole) || !groups_named(found, minutes_name, &minutes) ||
        !cursor_decimal(whole, degrees) || !cursor_decimal(minutes, &minute))
        return false;
    *degrees = (*degrees + minute / 60) * nmea_sign(found->standard[letter]);
    return true;
}

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor node, lat, lon;
    struct fix fix;
    (void)form;
    if (groups_named(found, "node", &node))
        reading_mark(reading, "node", node);
    if (reading_fix_of(found, &fix) || !take_degrees(found, "north", "northminutes", GROUP_NS, &fix.lat) ||
        !take_degrees(found, "east", "eastminutes", GROUP_EW, &fix.lon))
        return;
    fix.valid = true;
    reading_fix(reading, &fix);
    if (groups_named(found, "y", &lat) && groups_named(found, "x", &lon))
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
}

static const struct text_protocol text = {
    .ends = "\r",
    .weak_heads = true,
    .forms = {
        { "login", { "(?<index>-?\\d{1,9}),LOGON,(?<node>\\d+),(?<id>\\d+)" }, .answer = "{index},ACK\r" },
        { "position",
          { "(?<index>-?\\d{1,9}),UNITSTAT,(?<ymd>\\d{8}),(?<hms>\\d{6}),(?<node>\\d+),(?<ns>[NS])(?<y>(?<north>\\d+)\\."
            "(?<northminutes>\\d+\\.\\d+)),(?<ew>[EW])(?<x>(?<east>\\d+)\\.(?<eastminutes>\\d+\\.\\d+)),\\d*,\\d*,\\d*,\\d*,"
            "-?\\d*,[0-9A-Fa-f]*,\\d*,-?\\d*,\\d*,[0-9A-Fa-f]*,\\d*,[0-9A-Fa-f]*,\\d*(?:,.*)?" },
          .answer = "{index},ACK\r" },
        { "status", { "-?\\d{1,9},(?:LOGON|UNITSTAT),.*" }, .claim = CLAIM_LIKELY },
    },
    .refine = refine,
};

static const struct sample samples[] = {
    { .text = "-1,LOGON,1080123456,8936300000000000012\r",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "8936300000000000012",
      .location = LOCATION_NONE,
      .answer = "=-1,ACK\r" },
    { .text = "-2,UNITSTAT,20260201,080910,1080123456,N47.30.6000,E19.05.4000,12,45,9,4129,-61,2,21630,120,9,"
              "A214,63,2EE2,3471676\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "=-2,ACK\r" },
    { .text = "3,UNITSTAT,20260201,080910,1080123456,S33.27.0000,W70.39.6000,0,0,0,4129,-99,2,73002,520,999,"
              "a214,63,2ee2,0\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "=3,ACK\r" },
    { .text = "4,UNITSTAT,20260201,080910,1080123456,N40.42.6000,W74.00.6000,0,0,5,4129,-61,2,310260,-3,9,"
              "A214,63,2EE2,1\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "=4,ACK\r" },
    { .text = "5,UNITSTAT,20260201,080910,1080123456,,\r",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

#define MINUS(digit) HEAD("-" digit)

const struct protocol protocol_flextrack = {
    .name = "flextrack",
    .port = 5090,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD_DIGITS, MINUS("1"), MINUS("2"), MINUS("3"), MINUS("4"), MINUS("5"), MINUS("6"),
                   MINUS("7"), MINUS("8"), MINUS("9"), MINUS("0")),
    .text = &text,
    .samples = samples,
};
