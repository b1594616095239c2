/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ais: AIS receivers and transponders of ships. NMEA sentences over TCP, one a message, no answers.
 *
 *   !AIVDM,<count>,<index>,[<sequence>],<channel>,<payload>,<fill>*hh[\s:…,c:…*hh\]     a tag block may follow
 *   hh is the XOR of what stands between '!' and '*'. The payload has six bits a character: type 6, repeat 2, MMSI 30, …
 *   Types 1 to 3: accuracy at bit 60, longitude 28 at 61, latitude 27 at 89; type 18: at 56, 57, 85. In 1/10000 minute, signed.
 *   No date: a position means now. Without the accuracy servers take it for one without a fix.
 */
#include "protocol/text_protocol.h"

enum { TYPE_BITS = 6, MMSI_AT = 8, MMSI_BITS = 30, LON_BITS = 28, LAT_BITS = 27, BITS_A_CHARACTER = 6 };

static const double PER_DEGREE = 600000;

/* An unsigned number of so many bits; false beyond the payload. */
static bool take_bits(struct cursor payload, size_t at, size_t count, uint64_t *out)
{
    uint64_t value = 0;
    if (at + count > payload.left * BITS_A_CHARACTER)
        return false;
    for (size_t i = at; i < at + count; i++) {
        unsigned six = cursor_byte(payload, i / BITS_A_CHARACTER) - (unsigned)'0';
        six = six > 40 ? six - 8 : six;
        value = value << 1 | (six >> (BITS_A_CHARACTER - 1 - i % BITS_A_CHARACTER) & 1);
    }
    *out = value;
    return true;
}

static void read_payload(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor payload;
    uint64_t type, mmsi, accuracy, lon, lat;
    (void)form;
    if (!groups_named(found, "payload", &payload) || !take_bits(payload, 0, TYPE_BITS, &type) ||
        !take_bits(payload, MMSI_AT, MMSI_BITS, &mmsi))
        return;
    reading_device_number(reading, mmsi, 1);
    reading_mark_value(reading, "device", payload, "MMSI %llu, type %llu", (unsigned long long)mmsi,
                       (unsigned long long)type);
    bool is_class_a = type >= 1 && type <= 3, is_class_b = type == 18;
    size_t at = is_class_a ? 60 : 56;
    if ((!is_class_a && !is_class_b) || !take_bits(payload, at, 1, &accuracy) ||
        !take_bits(payload, at + 1, LON_BITS, &lon) || !take_bits(payload, at + 1 + LON_BITS, LAT_BITS, &lat))
        return;
    struct fix fix = { .valid = accuracy == 1,
                       .lon = (double)signed_of(lon, LON_BITS) / PER_DEGREE,
                       .lat = (double)signed_of(lat, LAT_BITS) / PER_DEGREE };
    reading->type = "position";
    reading_fix(reading, &fix);
}

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_XOR,
    .forms = {
        { "part",
          { "!(?<covered>AIVDM,\\d+,(?<index>[2-9]),\\d*,.?,[^,]*,[^*]*)\\*(?<check>[0-9A-Fa-f]{2}).*" } },
        { "status",
          { "!(?<covered>AIVDM,\\d+,\\d+,\\d*,.?,(?<payload>[0-w]{7,}),[^*]*)\\*(?<check>[0-9A-Fa-f]{2}).*" } },
        { "status", { "!AIVDM,\\d+,\\d+,\\d*,.?,[^,]*,.*" }, .claim = CLAIM_LIKELY },
    },
    .refine = read_payload,
};

static const struct sample samples[] = {
    { .text = "!AIVDM,1,1,,A,13WgS>hP1sQGHiPK;oT1hQJD0000,0*29\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "243000123",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "!AIVDM,1,1,,A,3:kJOfhP1sJtRm1do1T1hQJD0000,0*05\\s:r1,c:1769933350123*4D\\\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "725000123",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .text = "!AIVDM,1,1,,A,B52Epvh01NcCF85leQ0L;wU00000,0*61\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "338000123",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { .text = "!AIVDM,1,1,,A,102DD<@P1s<tSF0l4Q@1hQJD0000,0*59\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "2430001",
      .location = LOCATION_INVALID },
    { .text = "!AIVDM,2,1,8,A,53WgS>h00000000000000000000000000000000000000000000000000000,0*1E\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "243000123",
      .location = LOCATION_NONE },
    { .text = "!AIVDM,2,2,8,A,88888888888,0*26\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "part",
      .location = LOCATION_NONE },
    { .text = "!AIVDM,1,1,,A,23WgS>hP1sQGHiPK;oT1hQJD0000,0*00\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "243000123",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { 0 }
};

const struct protocol protocol_ais = {
    .name = "ais",
    .port = 5130,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("!AIVDM,")),
    .text = &text,
    .samples = samples,
};
