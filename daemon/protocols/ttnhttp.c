/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ttnhttp: any LoRaWAN device over a webhook of The Things Stack, version 3. HTTP over TCP, a JSON object in the body; the
 * header Content-Type: application/json is demanded.
 *
 *   {"end_device_ids":{"device_id":"<id>",…},"uplink_message":{"decoded_payload":{"latitude":<deg>,"longitude":<deg>,…},
 *    "rx_metadata":[{"time":"<ISO 8601>",…},…],"received_at":"<ISO 8601>",…}}
 *   Or in the payload "gps_<n>":{"latitude":…,"longitude":…}. Coordinates come with a fix only. Joins have no
 *   uplink_message.
 */
#include "protocol/http_protocol.h"

/* The object with the coordinates: the payload itself, or one in it. */
static bool find_place(struct cursor json, struct cursor *place)
{
    static const char path[] = "uplink_message.decoded_payload";
    if (json_find(json, path, place) != JSON_OBJECT)
        return false;
    return (json_holds(*place, "latitude") && json_holds(*place, "longitude")) ||
           json_find_prefix(json, path, "gps_", place) == JSON_OBJECT;
}

static enum claim judge(struct cursor json)
{
    struct cursor id, place;
    if (!json_find_text(json, "end_device_ids.device_id", &id))
        return CLAIM_NO;
    if (find_place(json, &place))
        return CLAIM_CERTAIN;
    /* dragino's have capitals */
    return json_holds(json, "uplink_message.decoded_payload.Latitude") ||
                   json_holds(json, "uplink_message.decoded_payload.ALARM_status")
               ? CLAIM_NO
               : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_claim_typed(message, http_json_match(message, length, "\"end_device_ids\"", judge));
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor place;
    reading_json_device(reading, json, "end_device_ids.device_id");
    if (!reading_json_iso(reading, json, "uplink_message.rx_metadata.0.time", &fix))
        reading_json_iso(reading, json, "uplink_message.received_at", &fix);
    if (find_place(json, &place) && reading_json_place(reading, place, "latitude", "longitude", &fix))
        reading_fix(reading, &fix);
    reading->type = reading->location == LOCATION_VALID  ? "position"
                    : json_holds(json, "uplink_message") ? "status"
                                                         : "join";
}

static void read(const struct message *message, struct reading *reading)
{
    if (http_read_untyped(message, reading))
        return;
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
              "355\r\n\r\n{\"end_device_ids\":{\"device_id\":\"cow-7\",\"dev_eui\":\"0123456789ABCDEF\"},"
              "\"received_at\":\"2026-02-01T08:09:12Z\",\"uplink_message\":{\"f_port\":2,\"decoded_payload\":"
              "{\"latitude\":47.51,\"longitude\":19.09,\"altitude\":110,\"sats\":7},\"rx_metadata\":[{"
              "\"gateway_ids\":{\"gateway_id\":\"gw-1\"},\"time\":\"2026-02-01T08:09:10.522309Z\",\"rssi\":-"
              "101}],\"received_at\":\"2026-02-01T08:09:11Z\"}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "cow-7",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json; "
              "charset=utf-8\r\nContent-Length: "
              "213\r\n\r\n{\"end_device_ids\":{\"device_id\":\"cow-7\"},\"uplink_message\":{\"decoded_"
              "payload\":{\"analog_in_1\":3.9,\"gps_3\":{\"latitude\":-33.45,\"longitude\":-70.66,"
              "\"altitude\":520}},\"rx_metadata\":[],\"received_at\":\"2026-02-01T08:09:10Z\"}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "cow-7",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text =
          "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
          "162\r\n\r\n{\"end_device_ids\":{\"device_id\":\"cow-7\"},\"uplink_message\":{\"decoded_payload\":{"
          "\"gps_1\":{\"longitude\":-74.01,\"latitude\":40.71}},\"received_at\":\"2026-02-01T08:09:10Z\"}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "cow-7",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
              "137\r\n\r\n{\"end_device_ids\":{\"device_id\":\"cow-7\"},\"uplink_message\":{\"decoded_"
              "payload\":{\"temperature_2\":21.5},\"received_at\":\"2026-02-01T08:09:10Z\"}}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "cow-7",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
              "121\r\n\r\n{\"end_device_ids\":{\"device_id\":\"cow-7\"},\"received_at\":\"2026-02-01T08:09:"
              "10Z\",\"join_accept\":{\"session_key_id\":\"AYt1CUo=\"}}",
      .claim = CLAIM_LIKELY,
      .type = "join",
      .device = "cow-7",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" },
    { .text =
          "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
          "166\r\n\r\n{\"end_device_ids\":{\"device_id\":\"cow-7\"},\"uplink_message\":{\"decoded_payload\":{"
          "\"latitude\":47.51,\"longitude\":19.09,\"altitude\":110},\"received_at\":\"2026-02-01T08:09:10Z\"}"
          "}",
      .claim = CLAIM_LIKELY,
      .type = "no content type",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    size_t at;
    if (cursor_find_text(message->bytes, "\"uplink_message\"", &at))
        http_answer_typed(message, asker, reply);
    else if (!http_is_content(message->bytes))
        http_answer(reply, 400, NULL, cursor_of(NULL, 0));
}

const struct protocol protocol_ttnhttp = {
    .name = "ttnhttp",
    .port = 5261,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .kin = KIN("dragino"), /* the same envelope: without a decoded payload it is any device's */
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
