/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dragino: LoRaWAN trackers of Dragino (LGT-92, TrackerD) over a webhook of The Things Stack, version 3. HTTP over TCP, a
 * JSON object in the body.
 *
 *   {"end_device_ids":{"device_id":"<id>",…},"received_at":"…","uplink_message":{"received_at":"<ISO 8601>",
 *    "decoded_payload":{"Latitude":<deg>,"Longitude":<deg>,"ALARM_status":"FALSE","BatV":…,"Hum":…,"Tem":…},…}}
 *   Always a fix, even 0, 0, which is sent where there is none.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    static const char *const own[] = { "ALARM_status", "BatV", "Latitude", "Longitude" };
    struct cursor id;
    size_t count = 0;
    if (!json_find_text(json, "end_device_ids.device_id", &id))
        return CLAIM_NO;
    struct cursor payload;
    if (json_find(json, "uplink_message.decoded_payload", &payload) !=
        JSON_OBJECT) /* a join, or a payload that nobody has decoded: any device's */
        return CLAIM_LIKELY;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        count += json_holds(payload, own[i]);
    return count >= 3 ? CLAIM_CERTAIN : count == 2 ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"end_device_ids\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    reading->type = "status";
    reading_json_device(reading, json, "end_device_ids.device_id");
    reading_json_iso(reading, json, "uplink_message.received_at", &fix);
    if (!reading_json_place(reading, json, "uplink_message.decoded_payload.Latitude",
                            "uplink_message.decoded_payload.Longitude", &fix))
        return;
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "353\r\n\r\n{\"end_device_ids\":{\"device_id\":\"eui-0123456789abcdef\",\"dev_eui\":"
              "\"0123456789ABCDEF\"},\"received_at\":\"2026-02-01T08:09:10.353Z\",\"uplink_message\":{\"f_"
              "port\":2,\"f_cnt\":7,\"decoded_payload\":{\"ALARM_status\":\"FALSE\",\"BatV\":4.01,\"Hum\":45."
              "5,\"LON\":\"ON\",\"Latitude\":47.51,\"Longitude\":19.09,\"MD\":0,\"Tem\":21.5},\"rx_"
              "metadata\":[],\"received_at\":\"2026-02-01T08:09:10.150Z\"}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "eui-0123456789abcdef",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /hook HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "219\r\n\r\n{\"end_device_ids\":{\"device_id\":\"eui-0123456789abcdef\"},\"uplink_message\":{"
              "\"decoded_payload\":{\"Latitude\":-33.45,\"Longitude\":-70.66,\"BatV\":3.9,\"ALARM_status\":"
              "\"TRUE\",\"Hum\":40,\"Tem\":25},\"received_at\":\"2026-02-01T08:09:10Z\"}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "eui-0123456789abcdef",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "196\r\n\r\n{\"end_device_ids\":{\"device_id\":\"van-7\"},\"uplink_message\":{\"received_at\":"
              "\"2026-02-01T08:09:10.123456789Z\",\"decoded_payload\":{\"BatV\":3.9,\"Latitude\":40.71,"
              "\"Longitude\":-74.01,\"ALARM_status\":\"FALSE\"}}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van-7",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "196\r\n\r\n{\"end_device_ids\":{\"device_id\":\"eui-0123456789abcdef\"},\"received_at\":"
              "\"2026-02-01T08:09:10Z\",\"uplink_message\":{\"f_port\":2,\"frm_payload\":"
              "\"AAAAAAAAAAAPoiACpwEQ\",\"received_at\":\"2026-02-01T08:09:10Z\"}}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "eui-0123456789abcdef",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_dragino = {
    .name = "dragino",
    .port = 5253,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .kin = KIN("ttnhttp"), /* the same envelope: without a decoded payload it is any device's */
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .reception = http_reception,
    .samples = samples,
};
