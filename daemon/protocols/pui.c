/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pui: PUI vehicle units. MQTT over TCP (protocol/mqtt_protocol.h), the payload of PUBLISH a JSON object.
 *
 *   {"rpt":"hf","ts":"<ISO 8601>","location":{"lat":<deg>,"lon":<deg>},"bear":n,"spd":<cm/s>,"ign":"on",…}
 *   rpt: hf and loc have a fix; alert, init and others no place.
 */
#include "base/reading_json.h"
#include "protocol/mqtt_protocol.h"

static enum claim judge(struct cursor payload)
{
    struct cursor text;
    if (!CURSOR_STARTS(payload, "{"))
        return CLAIM_NO;
    return json_find_text(payload, "rpt", &text) ? CLAIM_CERTAIN : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return mqtt_match(message, length, judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor type;
    reading_json_mark(reading, json, "type", "rpt");
    if (!json_find_text(json, "rpt", &type))
        return;
    reading->type = cursor_is(type, "alert") ? "alarm" : "status";
    if (!cursor_is_one_of(type, "hf loc"))
        return;
    reading->type = "position";
    reading_json_iso(reading, json, "ts", &fix);
    if (reading_json_place(reading, json, "location.lat", "location.lon", &fix))
        reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    mqtt_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "101b00044d5154540402003c000f343930313534323033323337353138",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "490154203237518",
      .location = LOCATION_NONE,
      .answer = "20020000" },
    { .hex = "101300064d51497364700302003c000576616e2d37",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "van-7",
      .location = LOCATION_NONE,
      .answer = "20020000" },
    { .hex = "327900057075692f3700097b22727074223a226866222c227473223a22323032362d30322d30315430383a30393a313"
             "02e3030305a222c226c6f636174696f6e223a7b226c6174223a34372e35312c226c6f6e223a31392e30397d2c226265"
             "6172223a34352c22737064223a3836302c2269676e223a226f6e227d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "40020009" },
    { .hex = "327c00057075692f3700097b22727074223a226c6f63222c227473223a22323032362d30322d30315430383a30393a3"
             "1302e3030305a222c226c6f636174696f6e223a7b226c6174223a2d33332e34352c226c6f6e223a2d37302e36367d2c"
             "2262656172223a34352c22737064223a3836302c2269676e223a226f6e227d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "40020009" },
    { .hex = "307900057075692f377b22727074223a226c6f63222c227473223a22323032362d30322d30315430383a30393a31302"
             "e3030305a222c226c6f636174696f6e223a7b226c6174223a34302e37312c226c6f6e223a2d37342e30317d2c226265"
             "6172223a34352c22737064223a3836302c2269676e223a226f6e227d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "324600057075692f3700097b22727074223a22616c657274222c227473223a22323032362d30322d30315430383a303"
             "93a31302e3030305a222c22616c657274223a22736f73227d",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .location = LOCATION_NONE,
      .answer = "40020009" },
    { 0 }
};

const struct protocol protocol_pui = {
    .name = "pui",
    .port = 5249,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = MQTT_HEADS,
    .kin = KIN("iotm"), /* what is no PUBLISH is any MQTT client's */
    .match = match,
    .read = read,
    .answer = mqtt_answer,
    .samples = samples,
};
