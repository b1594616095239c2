/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flexapi: InHand VT310. Lines of text over TCP, no answers. Each is a JSON object behind a '$', with two characters of an
 * unknown check behind it (xx does).
 *
 *   ${"topic":"v1/<id>/gnss/info","payload":{"gnss.ts":<unix>,"gnss.latitude":<deg>,"gnss.longitude":<deg>,"gnss.fix":<0: no
 *   fix>,…}}xx        or time, lat, log instead of gnss.ts, gnss.latitude, gnss.longitude
 *   Other topics carry no place: cellular1, obd, motion, io, sysinfo.
 */
#include "protocol/text_protocol.h"

#define TOPIC(word) "\\$\\{\"topic\" *: *\"[^/\"]*/(?<id>[^/\"]+)/" word "[^\"]*\""
#define KEY(names) "(?=.*\"(?:" names ")\" *: *"

static const struct text_protocol text = {
    .ends = "\n",
    .longest = 16384,
    .shape = { "\\$\\{\"topic\" *: *\"" },
    .forms = {
        { "position",
          { TOPIC("gnss") KEY("gnss\\.latitude|lat") "(?<latd>-?\\d+\\.?\\d*))" KEY("gnss\\.longitude|log") "(?<lond>-?\\d+\\.?\\d*))" KEY(
              "gnss\\.ts|time") "(?<unix>\\d+))" KEY("gnss\\.fix") "(?<fix>\\d+)).*\\}\\}.*" } },
        { "status", { TOPIC("(?:gnss|cellular\\d*|obd|motion|io|sysinfo)\\b") ".*\\}.*" } },
        { "other", { TOPIC("") ".*\\}.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "${\"topic\":\"v1/VF0123456789012/gnss/"
              "info\",\"payload\":{\"gnss.ts\":1769933350,\"gnss.latitude\":47.510000,\"gnss.longitude\":19."
              "090000,\"gnss.altitude\":110,\"gnss.speed\":31,\"gnss.heading\":45,\"gnss.hdop\":0.900000,"
              "\"gnss.fix\":4,\"gnss.num_sv\":10}}xx\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "VF0123456789012",
      SAMPLE_VALID },
    { .text =
          "${\"topic\":\"v1/VF0123456789012/gnss/"
          "info\",\"payload\":{\"time\":1769933350,\"lat\":-33.45,\"log\":-70.66,\"gnss.altitude\":0,\"gnss."
          "speed\":0,\"gnss.heading\":0,\"gnss.hdop\":99.9,\"gnss.fix\":0,\"gnss.num_sv\":0}}4f\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "VF0123456789012",
      SAMPLE_INVALID },
    { .text = "${\"topic\":\"v1/VF0123456789012/gnss/"
              "info\",\"payload\":{\"gnss.fix\":3,\"gnss.longitude\":-74.01,\"gnss.latitude\":40.71,\"gnss."
              "ts\":1769933350}}xx\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "VF0123456789012",
      SAMPLE_NORTH_WEST },
    { .text = "${\"topic\":\"v1/VF0123456789012/motion/"
              "info\",\"payload\":{\"motion.ts\":1769933350,\"motion.ax\":0.009,\"motion.gz\":0.140}}xx\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "VF0123456789012",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_flexapi = {
    .name = "flexapi",
    .port = 5235,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("${\"topic\"")),
    .text = &text,
    .samples = samples,
};
