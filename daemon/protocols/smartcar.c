/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smartcar: the cloud of Smartcar (connected cars), webhooks of version 4. HTTP over TCP, a JSON object in the body.
 *
 *   {"eventType":"VEHICLE_STATE","vehicleId":"<id>","meta":{…},"data":{"signals":[{"code":"location-preciselocation",
 *    "body":{"latitude":<deg>,"longitude":<deg>},"meta":{"oemUpdatedAt":<unix ms>,…}},…],…}}
 *   {"eventType":"VEHICLE_ERROR","data":{"vehicle":{"id":"<id>"},…},…}: no id is taken from it
 *   {"eventType":"VERIFY","data":{"challenge":"…"},…}: asks for an HMAC with the account's key, which only the account's
 *   owner can give.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor type, id;
    if (!json_find_text(json, "eventType", &type))
        return CLAIM_NO;
    if (json_find_text(json, "data.challenge", &id) && cursor_is(type, "VERIFY"))
        return CLAIM_CERTAIN;
    /* what went wrong with a vehicle names it elsewhere */
    if (!json_find_text(json, "vehicleId", &id))
        return CURSOR_STARTS(type, "VEHICLE_") && json_find_text(json, "eventId", &id) &&
                       json_find_text(json, "data.vehicle.id", &id)
                   ? CLAIM_LIKELY
                   : CLAIM_NO;
    return json_holds(json, "data.signals") || json_holds(json, "meta.deliveredAt") ? CLAIM_CERTAIN
                                                                                    : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"eventType\"", judge);
}

static void read_signal(struct cursor signal, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor code;
    if (!json_find_text(signal, "code", &code) || !cursor_is(code, "location-preciselocation"))
        return;
    reading_json_unix(reading, signal, "meta.oemUpdatedAt", &fix);
    if (reading_json_place(reading, signal, "body.latitude", "body.longitude", &fix))
        reading_fix(reading, &fix);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct cursor signals, signal;
    struct cursor type = { 0 };
    bool has_type = json_find_text(json, "eventType", &type);
    reading->type = has_type && cursor_is(type, "VERIFY") ? "verify" : "status";
    reading_json_device(reading, json, "vehicleId");
    reading_json_mark(reading, json, "type", "eventType");
    if (json_find_list(json, "data.signals", &signals)) {
        while (json_next(&signals, &signal))
            read_signal(signal, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    size_t at;
    if (cursor_find_text(message->bytes, "\"challenge\"", &at) || http_is_content(message->bytes))
        return;
    if (cursor_find_text(message->bytes, "\"VEHICLE_STATE\"", &at))
        http_answer_status(message, asker, reply);
    else
        http_answer(reply, 200, NULL, cursor_of(NULL, 0)); /* nobody is looked up for it */
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "408\r\n\r\n{\"version\":\"4.0\",\"eventId\":\"0a1b2c3d-0000-4000-8000-000000000001\","
              "\"eventType\":\"VEHICLE_STATE\",\"meta\":{\"deliveredAt\":1769933360000},\"vehicleId\":"
              "\"0a1b2c3d-0000-4000-8000-0123456789ab\",\"data\":{\"signals\":[{\"code\":\"charge-voltage\","
              "\"body\":{\"value\":230,\"unit\":\"volt\"}},{\"code\":\"location-preciselocation\",\"body\":{"
              "\"latitude\":47.51,\"longitude\":19.09},\"meta\":{\"fetchedAt\":1769933355000,"
              "\"oemUpdatedAt\":1769933350000}}]}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0a1b2c3d-0000-4000-8000-0123456789ab",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /hook HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "221\r\n\r\n{\"eventType\":\"VEHICLE_STATE\",\"vehicleId\":\"0a1b2c3d-0000-4000-8000-"
              "0123456789ab\",\"data\":{\"signals\":[{\"code\":\"location-preciselocation\",\"body\":{"
              "\"latitude\":-33.45,\"longitude\":-70.66},\"meta\":{\"oemUpdatedAt\":1769933350000}}]}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0a1b2c3d-0000-4000-8000-0123456789ab",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "220\r\n\r\n{\"data\":{\"signals\":[{\"meta\":{\"oemUpdatedAt\":1769933350000},\"body\":{"
              "\"longitude\":-74.01,\"latitude\":40.71},\"code\":\"location-preciselocation\"}]},"
              "\"vehicleId\":\"0a1b2c3d-0000-4000-8000-0123456789ab\",\"eventType\":\"VEHICLE_STATE\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0a1b2c3d-0000-4000-8000-0123456789ab",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "175\r\n\r\n{\"eventType\":\"VEHICLE_STATE\",\"vehicleId\":\"0a1b2c3d-0000-4000-8000-"
              "0123456789ab\",\"data\":{\"signals\":[{\"code\":\"odometer-traveleddistance\",\"body\":{"
              "\"value\":12345.6,\"unit\":\"km\"}}]}}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "0a1b2c3d-0000-4000-8000-0123456789ab",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "188\r\n\r\n{\"eventId\":\"0a1b2c3d-0000-4000-8000-000000000004\",\"eventType\":\"VEHICLE_"
              "ERROR\",\"data\":{"
              "\"vehicle\":{\"id\":\"0a1b2c3d-0000-4000-8000-0123456789ab\"},\"errors\":[{\"type\":"
              "\"PERMISSION\",\"code\":null}]}}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "131\r\n\r\n{\"eventType\":\"VERIFY\",\"eventId\":\"0a1b2c3d-0000-4000-8000-000000000002\","
              "\"data\":{\"challenge\":\"0a1b2c3d-0000-4000-8000-000000000003\"}}",
      .claim = CLAIM_CERTAIN,
      .type = "verify",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_smartcar = {
    .name = "smartcar",
    .port = 5262,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
