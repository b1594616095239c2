/* SPDX-License-Identifier: Apache-2.0 */
/*
 * globalsat: GlobalSat TR-102, TR-151, TR-203, TR-206, TR-313, GTR-128, GTR-388, LT-501. Text over TCP.
 *
 *   GSr,<type>,<id>,<alarm>,<mode>,<status>,<fix>,<ddmmyy>,<hhmmss>,<E|W><dddmm.m>,<N|S><ddmm.m>,<altitude>,<speed>,…*hh!
 *   GSb,<model>,…*hh!   the same of the GTR models         GSh,… GSs,… GSf,… status and settings
 *   $<id>,<mode>,<fix>,<ddmmyy>,<hhmmss>,<E|W><dddmm.m>,<N|S><ddmm.m>,<altitude>,<speed>,[<course>],<satellites>,|*<n>!
 *   The order of the fields can be configured; this is the factory's, which servers expect. Fix 1 (or nothing) is none.
 *   hh: XOR of all before the '*'. Every GS message is answered by ACK.
 */
#include "protocol/text_protocol.h"

#define PLACE \
    "(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<ew>[EW])(?<lon>\\d{3,5}\\.\\d+),(?<ns>[NS])(?<lat>\\d{3,4}\\.\\d+)"
#define SUM "\\*(?<check>[0-9A-Fa-f]{2})"

static const struct text_protocol text = {
    .ends = "!",
    .check = CHECK_XOR,
    .forms = {
        { "position",
          { "(?<covered>GS[rb],[^,]*,(?<id>[^,]+),[0-9A-Fa-f]*,[^,]*,[0-9A-Fa-f]*,(?<valid>\\d?)," PLACE "(?:,"
            "[^*]*)?)" SUM },
          .valid = "023456789",
          .answer = "ACK\r" },
        { "status", { "(?<covered>GS[rb],[^,]*,(?<id>[^,*]+)[^*]*)" SUM }, .answer = "ACK\r" },
        { "status", { "(?<covered>GSh,(?<id>[^,*]+)[^*]*)" SUM }, .answer = "ACK\r" },
        { "status", { "(?<covered>GS[a-z],[^*]*)" SUM }, .answer = "ACK\r" },
        { "status", { "GS[a-z],[\\w.-]+(?:,.*)?" }, .claim = CLAIM_LIKELY, .answer = "ACK\r" },
        { "position",
          { "\\$(?<id>\\d{6,17}),\\d+,(?:(?<valid>1)|\\d+)," PLACE ",\\d+(?:\\.\\d*)?,\\d+(?:\\.\\d*)?,"
            "(?:\\d+(?:\\.\\d*)?)?,\\d+[,*]"
            "\\d+(?:\\.\\d*)?" },
          .valid = "-",
          .always_valid = true },
        { "status", { "\\$(?<id>\\d{14,15}),\\d*,\\d*,(?:\\d{6}|),(?:\\d{6}|),(?:[EW][\\d.]*|),(?:[NS][\\d.]*|),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "GSr,1,123456789012345,01,I,EA02,3,010226,080910,E01905.4000,N4730.6000,120,1.17,45,8,1.0,12."
              "3V*5d!\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=ACK\r" },
    { .text = "GSb,GTR-388,123456789012345,0000,5,8080,1,010226,080910,W07039.6000,S3327.0000,520,0.00,0,0,9."
              "9,12380mV,3900mV*39!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=ACK\r" },
    { .text = "GSh,123456789012345,3,1,00,12380mV*61!",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=ACK\r" },
    { .text = "$123456789012345,9,3,010226,080910,W07400.6000,N4042.6000,9,0.3870,147,07,2.4!\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$12345678901234,0,1,010226,080910,W07039.60000,S3327.00000,520.3,0.526,,00*37!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_INVALID },
    { .text = "GSr,123456789012345,0040,5,0080,3,010226,080910,W07400.6000,N4042.6000,9,0.39,147*6c!",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "0040",
      .answer = "=ACK\r",
      .location = LOCATION_NONE },
    { .text = "$123456789012345,9,1,,,,,,,,0,9.9*37!",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_globalsat = {
    .name = "globalsat",
    .port = 5043,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("GSr,"), HEAD("GSb,"), HEAD("GSh,"), HEAD("GS"), HEAD("$")),
    .text = &text,
    .samples = samples,
};
