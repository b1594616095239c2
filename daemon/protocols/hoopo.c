/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hoopo: Hoopo's cloud, which forwards its LoRa trackers. Bare JSON objects over TCP, no answers.
 *
 *   {"deviceId":"<id>","assetName":"…","eventData":{"latitude":<deg>,"longitude":<deg>,"eventType":"…",…},
 *    "movement":{…},"eventTime":"<ISO 8601>",…}
 *   What has eventData has a fix.
 */
#include "protocol/json_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    if (!json_find_text(json, "deviceId", &text))
        return CLAIM_NO;
    bool has_event = json_holds(json, "eventData"), has_time = json_find_text(json, "eventTime", &text);
    if (has_event && has_time)
        return CLAIM_CERTAIN;
    return has_event || has_time || json_holds(json, "assetName") ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return json_match(message, length, "\"deviceId\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    reading->type = "status";
    reading_json_device(reading, json, "deviceId");
    reading_json_mark(reading, json, "type", "eventData.eventType");
    reading_json_iso(reading, json, "eventTime", &fix);
    if (!reading_json_place(reading, json, "eventData.latitude", "eventData.longitude", &fix))
        return;
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    fill(message->bytes, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "{ \"deviceId\": \"0A1B2C3D\", \"assetName\": \"trailer 7\", \"assetType\": \"Standard\", "
              "\"eventData\": { \"latitude\": 47.51, \"longitude\": 19.09, \"accuracyLevel\": \"High\", "
              "\"eventType\": \"Arrival\", \"batteryLevel\": 81 }, \"eventTime\": \"2026-02-01T08:09:10Z\", "
              "\"serverReportTime\": \"2026-02-01T08:10:00Z\" }",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0A1B2C3D",
      SAMPLE_VALID },
    { .text =
          "{\"deviceId\":\"0A1B2C3D\",\"eventData\":{\"latitude\":-33.45,\"longitude\":-70.66,\"eventType\":"
          "\"InMotion\"},\"movement\":{\"Speed\":31},\"eventTime\":\"2026-02-01T08:09:10Z\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0A1B2C3D",
      SAMPLE_SOUTH_WEST },
    { .text = "{\"eventTime\":\"2026-02-01T10:09:10+02:00\",\"eventData\":{\"longitude\":-74.01,\"latitude\":"
              "40.71},\"deviceId\":\"0A1B2C3D\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0A1B2C3D",
      SAMPLE_NORTH_WEST },
    { .text = "{\"deviceId\":\"0A1B2C3D\",\"assetName\":\"trailer "
              "7\",\"eventTime\":\"2026-02-01T08:09:10Z\",\"serverReportTime\":\"2026-02-01T08:10:00Z\"}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "0A1B2C3D",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_hoopo = {
    .name = "hoopo",
    .port = 5231,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("{")),
    .match = match,
    .read = read,
    .samples = samples,
};
