/* SPDX-License-Identifier: Apache-2.0 */
/*
 * polte: Polte's cloud, which finds LTE modems by their network. HTTP over TCP, a JSON object in the body.
 *
 *   {"ueToken":"<id>","location":{"detected_at":<unix>,"latitude":<deg>,"longitude":<deg>,…},"report":{…},"uid":"…",…}
 *   What has a place counts as a fix and is not answered.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    if (!json_find_text(json, "ueToken", &text))
        return CLAIM_NO;
    return json_holds(json, "location") || json_holds(json, "report") || json_holds(json, "uid")
               ? CLAIM_CERTAIN
               : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"ueToken\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    reading->type = "status";
    reading_json_device(reading, json, "ueToken");
    reading_json_unix(reading, json, "location.detected_at", &fix);
    if (!reading_json_place(reading, json, "location.latitude", "location.longitude", &fix))
        return;
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct reading reading;
    reading_start(&reading, message->bytes, NULL);
    read(message, &reading);
    if (reading.location == LOCATION_NONE || !asker->device[0])
        http_answer_status(message, asker, reply);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "251\r\n\r\n{\"_id\":\"0a1b2c3d\",\"location\":{\"confidence\":310.5,\"detected_at\":"
              "1769933350,\"latitude\":47.51,\"longitude\":19.09,\"altitude\":0.1},\"report\":{\"battery\":{"
              "\"level\":81,\"voltage\":3.9},\"event\":3},\"time\":\"2026-02-01T08:09:10Z\",\"ueToken\":"
              "\"ALT0123456789\",\"uid\":\"k3Y\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "ALT0123456789",
      SAMPLE_VALID },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "102\r\n\r\n{\"ueToken\":\"ALT0123456789\",\"location\":{\"latitude\":-33.45,\"longitude\":-70."
              "66,\"detected_at\":1769933350}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "ALT0123456789",
      SAMPLE_SOUTH_WEST },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "101\r\n\r\n{\"location\":{\"latitude\":40.71,\"longitude\":-74.01,\"detected_at\":1769933350},"
              "\"ueToken\":\"ALT0123456789\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "ALT0123456789",
      SAMPLE_NORTH_WEST },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "97\r\n\r\n{\"report\":{\"battery\":{\"level\":80,\"voltage\":3.8},\"event\":1},\"ueToken\":"
              "\"ALT0123456789\",\"uid\":\"k3Y\"}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "ALT0123456789",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_polte = {
    .name = "polte",
    .port = 5214,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
