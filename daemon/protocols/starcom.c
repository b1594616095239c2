/* SPDX-License-Identifier: Apache-2.0 */
/*
 * starcom: Starcom Helios trackers, as Starcom Online forwards them. One text in a datagram, no checksum, no answers.
 *
 *   |unit=<id>,<key>=<value>,…|     keys in any order: gps_valid, latitude, longitude, datetime_actual (yyyy/mm/dd hh:mm:ss), …
 *   Signed degrees; without gps_valid, or with 0, there is no fix.
 */
#include "protocol/text_protocol.h"

#define KEY(name, value) "(?=(?:[^|]*,)?" name "=" value "(?:[,|]|$))"
#define MAYBE(name, value) "(?:" KEY(name, value) "|)"

static const struct text_protocol text = {
    .ends = "\n",
    .longest = 4096,
    .forms = {
        { "position",
          { "\\|" KEY("unit", "(?<id>[^,|]+)") KEY("latitude", "(?<latd>-?\\d+\\.?\\d*)") KEY("longitude", "(?<lond>-?\\d+\\.?\\d*)")
            MAYBE("gps_valid", "(?<fix>\\d+)") MAYBE("datetime_actual", "(?<ymdhms>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d)")
            "[a-z].*" } },
        { "status", { "\\|" KEY("unit", "(?<id>[^,|]+)") "[a-z].*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text =
          "|unit=123456,unittype=5,address=192.0.2.110,kind=1,longitude=19.09,latitude=47.51,altitude=120,"
          "gps_valid=1,satellites=7,velocity=12,heading=45,datetime_utc=2026/02/01 08:09:30,"
          "datetime_actual=2026/02/01 08:09:10,network=a.b|\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_VALID },
    { .text =
          "|unit=123456,gps_valid=0,datetime_actual=2026/02/01 08:09:10,latitude=-33.45,longitude=-70.66|",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_INVALID },
    { .text = "|latitude=40.71000,longitude=-74.01000,datetime_actual=2026/02/01 08:09:10,gps_valid=1,unit="
              "123456|\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_NORTH_WEST },
    { .text = "|unit=123456,kind=1,pending=0|\r\n",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_starcom = {
    .name = "starcom",
    .port = 5190,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD("|unit="), HEAD("|")),
    .text = &text,
    .samples = samples,
};
