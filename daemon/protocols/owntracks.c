/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owntracks: the OwnTracks app and devices that copy its messages. HTTP over TCP, a JSON object in the body.
 *
 *   {"_type":"location","topic":"<id>","tid":"<two letters>","tst":<unix>,"lat":<deg>,"lon":<deg>,"acc":…,"batt":…}
 *   The id is the topic or, without one, the tid. Any other _type (lwt, transition, waypoint …) is answered and carries
 *   no place that counts.
 */
#include "protocol/http_protocol.h"

static bool is_type(struct cursor json, const char *types)
{
    struct cursor type;
    return json_find_text(json, "_type", &type) && cursor_is_one_of(type, types);
}

static enum claim judge(struct cursor json)
{
    static const char types[] = "location lwt transition waypoint waypoints configuration beacon cmd steps "
                                "card dump encrypted request status";
    if (is_type(json, types))
        return CLAIM_CERTAIN;
    struct cursor id;
    bool is_own =
        json_holds(json, "tst") || json_find_text(json, "tid", &id) || json_find_text(json, "topic", &id);
    return json_holds(json, "_type") && is_own ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"_type\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    if (!reading_json_device(reading, json, "topic"))
        reading_json_device(reading, json, "tid");
    reading_json_mark(reading, json, "type", "_type");
    reading->type = "status";
    if (!is_type(json, "location"))
        return;
    reading->type = "position";
    reading_json_unix(reading, json, "tst", &fix);
    if (reading_json_place(reading, json, "lat", "lon", &fix))
        reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

/* Nobody asks whose it is where it tells no place. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct reading reading;
    reading_start(&reading, message->bytes, NULL);
    read(message, &reading);
    if (reading.location == LOCATION_NONE && !http_is_content(message->bytes))
        http_answer(reply, 200, NULL, cursor_of(NULL, 0));
    else
        http_answer_status(message, asker, reply);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "111\r\n\r\n{\"_type\":\"location\",\"tid\":\"7v\",\"acc\":12,\"batt\":81,\"conn\":\"m\","
              "\"lat\":47.51,\"lon\":19.09,\"tst\":1769933350,\"vel\":31}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7v",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /pub?u=van HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "124\r\n\r\n{\"topic\":\"owntracks\\/van\\/"
              "123456789012345\",\"tid\":\"45\",\"lat\":-33.45,\"lon\":-70.66,\"tst\":1769933350,\"_type\":"
              "\"location\",\"t\":\"p\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "owntracks/van/123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 89\r\n\r\n{ \"_type\" : "
              "\"location\", \"tid\" : \"7v\", \"lat\" : 40.71, \"lon\" : -74.01, \"tst\" : 1769933350 }",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7v",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "105\r\n\r\n{\"_type\":\"transition\",\"event\":\"enter\",\"desc\":\"depot\",\"tid\":\"7v\","
              "\"lat\":47.51,\"lon\":19.09,\"tst\":1769933350}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "7v",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "32\r\n\r\n{\"_type\":\"lwt\",\"tst\":1769933350}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "28\r\n\r\n{\"_type\":\"other\",\"tid\":\"7v\"}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "7v",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    /* the content alone, as a broker or a manual shows it */
    { .text =
          "{\"_type\":\"location\",\"tid\":\"7v\",\"lat\":47.51,\"lon\":19.09,\"tst\":1769933350,\"acc\":5}",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "7v",
      SAMPLE_VALID },
    { .text = "{\"_type\":\"lwt\",\"tst\":1769933350}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_owntracks = {
    .name = "owntracks",
    .port = 5144,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
