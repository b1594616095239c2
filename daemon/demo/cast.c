/* SPDX-License-Identifier: Apache-2.0 */
/* Who plays in the demo: a tracker of each encoder that does right, and those with whom something is wrong. */
#include <string.h>

#include "demo/tracker.h"

#define RAW(text) .raw = (text), .raw_length = sizeof(text) - 1

/* Those that do right begin and say their messages at these seconds, and drive around there. */
#define RIGHT(its_protocol, begins, each, latitude, longitude, words)                       \
    {                                                                                       \
        .protocol = (its_protocol), .begin = (begins), .period = (each), .lat = (latitude), \
        .lon = (longitude), .what = (words)                                                 \
    }

static const struct role cast[] = {
    RIGHT("gt06", 0, 5, 47.50, 19.05, "a van in Budapest"),
    RIGHT("teltonika", 0, 4, 54.69, 25.28, "a truck in Vilnius"),
    RIGHT("h02", 1, 5, -33.45, -70.66, "a motorcycle in Santiago"),
    RIGHT("gps103", 1, 6, 40.71, -74.01, "a taxi in New York"),
    RIGHT("osmand", 2, 5, 48.86, 2.35, "a phone in Paris"),
    RIGHT("jt808", 2, 5, 31.23, 121.47, "a bus in Shanghai"),
    RIGHT("tk103", 3, 6, -1.29, 36.82, "a matatu in Nairobi"),
    RIGHT("watch", 3, 8, 52.52, 13.40, "a child's watch in Berlin"),
    RIGHT("gl200", 4, 7, -33.87, 151.21, "a trailer in Sydney"),
    RIGHT("meitrack", 4, 6, 25.20, 55.27, "a limousine in Dubai"),
    RIGHT("suntech", 5, 6, -23.55, -46.63, "a lorry in São Paulo"),
    RIGHT("ruptela", 5, 5, 19.43, -99.13, "a tanker in Mexico City"),
    RIGHT("eelink", 6, 6, 28.61, 77.21, "a rickshaw in Delhi"),
    RIGHT("meiligao", 6, 6, 14.60, 120.98, "a jeepney in Manila"),
    { .protocol = "gt06",
      .port = 5013,
      .begin = 8,
      .period = 6,
      .lat = 41.01,
      .lon = 28.98,
      .finding = "wrong-port",
      .what = "a gt06 in Istanbul calls h02's port, 5013" },
    { .protocol = "watch",
      .begin = 10,
      .period = 6,
      .traits = TRAIT_NO_FIX,
      .fix_after = 30,
      .lat = 59.33,
      .lon = 18.07,
      .finding = "waiting-for-fix",
      .what = "a watch in Stockholm is indoors for 30 s" },
    { .protocol = "h02",
      .begin = 12,
      .period = 6,
      .traits = TRAIT_AT_ZERO,
      .lat = 0,
      .lon = 0,
      .finding = "zero-coordinates",
      .what = "an h02 says that it has a fix, at 0,0" },
    { .protocol = "meitrack",
      .begin = 14,
      .period = 6,
      .traits = TRAIT_ROLLED,
      .lat = 50.08,
      .lon = 14.44,
      .finding = "clock-wrong",
      .what = "a meitrack in Prague lives 1024 weeks ago" },
    { .protocol = "wialon",
      .begin = 16,
      .period = 5,
      .traits = TRAIT_UNHEARD,
      .lat = 60.17,
      .lon = 24.94,
      .finding = "no-answer",
      .what = "a wialon in Helsinki logs in, unanswered" },
    { .protocol = "suntech",
      .begin = 17,
      .period = 7,
      .traits = TRAIT_WRONG_UDP,
      .lat = 4.71,
      .lon = -74.07,
      .finding = "wrong-transport",
      .what = "a suntech in Bogotá sends datagrams" },
    { RAW("\xd5\x5d\x07\xe1\x33\x90\x1c\x02\xa9\xf4\x6b\x0e\xc8\x17\x52\xbb\x9d"), .port = 5150, .begin = 18,
      .period = 9, .finding = "unidentified", .what = "something sends bytes of no known protocol" },
    { RAW("GET / HTTP/1.1\r\nHost: gps.example.org\r\nUser-Agent: Mozilla/5.0 (demo)\r\nAccept: "
          "text/html\r\n\r\n"),
      .port = 5023, .begin = 20, .period = 15, .finding = "not-a-tracker",
      .what = "somebody's browser drops in" },
};

const struct role *cast_at(size_t index)
{
    return index < sizeof(cast) / sizeof(cast[0]) ? &cast[index] : NULL;
}
