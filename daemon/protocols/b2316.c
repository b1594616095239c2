/* SPDX-License-Identifier: Apache-2.0 */
/*
 * b2316: wearable of the firmware B2316.TAU. A bare JSON object in a datagram, no answers.
 *
 *   {"imei":"<id>","data":[{"tm":<unix>,"gp":"<lon>,<lat>"},{"tm":<unix>,"ci":"<cell>"},{"tm":<unix>,"wi":"<Wi-Fi>"},…]}
 *   gp (longitude first, degrees) means a fix; wn alarm, te temperatures, st steps, hr pulse, bp blood pressure, ba battery.
 */
#include "protocol/json_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    if (!json_find_text(json, "imei", &text) || !json_holds(json, "data.0.tm"))
        return CLAIM_NO;
    bool is_imei = text.left == 15 && cursor_count_digits(text) == 15;
    return is_imei ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return json_match(message, length, "\"imei\"", judge);
}

static void read_item(struct cursor item, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor place, lon;
    if (!json_find_text(item, "gp", &place) || !cursor_until(&place, ',', &lon) ||
        !cursor_decimal(cursor_trim(lon), &fix.lon) || !cursor_decimal(cursor_trim(place), &fix.lat))
        return;
    reading_json_mark(reading, item, "place", "gp");
    reading_json_unix(reading, item, "tm", &fix);
    reading_fix(reading, &fix);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct cursor items, item;
    bool is_alarm = false;
    reading_json_device(reading, json, "imei");
    if (!json_find_list(json, "data", &items))
        return;
    while (json_next(&items, &item)) {
        read_item(item, reading);
        is_alarm = is_alarm || json_holds(item, "wn");
    }
    reading->type = is_alarm ? "alarm" : reading->location == LOCATION_VALID ? "position" : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    fill(message->bytes, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "{\"imei\":\"123456789012345\",\"data\":[{\"tm\":1769933350,\"gp\":\"19.09,47.51\"},{\"tm\":"
              "1769933300,\"ci\":\"216,30,291,4567,-87\"}]}",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "{\"imei\":\"123456789012345\",\"data\":[{\"tm\":1769933340,\"wn\":2},{\"tm\":1769933350,"
              "\"gp\":\"-70.660000,-33.450000\"}]}",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "{\"imei\":\"123456789012345\",\"data\":[{\"tm\":1769933200,\"gp\":\"19.09,47.51\"},{\"tm\":"
              "1769933350,\"gp\":\"-74.01,40.71\",\"te\":\"312,363\"}]}",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "{\"imei\":\"123456789012345\",\"data\":[{\"tm\":1769933350,\"te\":\"312,363\",\"st\":70,"
              "\"ba\":3,\"sn\":80}]}",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_b2316 = {
    .name = "b2316",
    .port = 5230,
    .transports = OVER_UDP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("{")),
    .match = match,
    .read = read,
    .samples = samples,
};
