/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ramac: RAMAC P1 panic buttons (Sigfox, LoRa). HTTP over TCP, a JSON object in the body.
 *
 *   {"PacketType":n,"SeqNumber":n,"UpdateDate":"yyyy-mm-dd hh:mm:ss","Alert":n,"AlertMessage":"…","DeviceId":"<id>",
 *    "DeviceTypeText":"…","Latitude":<deg>,"Longitude":<deg>,"LocationDateTime":"yyyy-mm-dd hh:mm:ss",…}
 *   Places come with a fix only. Dates are in the server's time zone, which is taken to be UTC.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    double number;
    if (!json_find_number(json, "PacketType", &number))
        return CLAIM_NO;
    if (!json_find_text(json, "DeviceId", &text)) /* cut off before it */
        return json_holds(json, "SeqNumber") && json_holds(json, "UpdateDate") ? CLAIM_LIKELY : CLAIM_NO;
    return json_holds(json, "SeqNumber") && json_holds(json, "DeviceTypeText") ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"PacketType\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    double alert = 0;
    reading_json_device(reading, json, "DeviceId");
    reading_json_mark(reading, json, "type", "PacketType");
    reading_json_mark(reading, json, "alarm", "AlertMessage");
    bool is_alarm = json_find_number(json, "Alert", &alert) && alert > 0;
    reading->type = is_alarm ? "alarm" : "status";
    if (!reading_json_place(reading, json, "Latitude", "Longitude", &fix))
        return;
    if (!reading_json_iso(reading, json, "LocationDateTime", &fix))
        reading_json_iso(reading, json, "UpdateDate", &fix);
    reading_fix(reading, &fix);
    reading->type = is_alarm ? "alarm" : "position";
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    if (!http_is_content(message->bytes))
        http_answer_text(asker, reply, NULL, "{\"CaseID\":1,\"EventID\":1}");
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 253\r\n\r\n{\"PacketType\": "
              "2,\"SeqNumber\": 17,\"UpdateDate\": \"2026-02-01 08:10:00\",\"Alert\": 19,\"AlertMessage\": "
              "\"Panic\",\"DeviceId\": \"B20007\",\"DeviceType\": \"12\",\"DeviceTypeText\": \"RAMAC "
              "P1\",\"Latitude\": 47.51,\"Longitude\": 19.09,\"LocationDateTime\": \"2026-02-01 08:09:10\"}",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "B20007",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"CaseID\":1,\"EventID\":1}" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 169\r\n\r\n{\"PacketType\": "
              "2,\"SeqNumber\": 18,\"UpdateDate\": \"2026-02-01 08:09:10\",\"Alert\": 0,\"DeviceId\": "
              "\"B20007\",\"DeviceTypeText\": \"RAMAC P1\",\"Latitude\": -33.45,\"Longitude\": -70.66}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "B20007",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"CaseID\":1,\"EventID\":1}" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 214\r\n\r\n{\"PacketType\": "
              "2,\"SeqNumber\": 19,\"UpdateDate\": \"2026-02-01 08:10:00\",\"Alert\": 0,\"DeviceId\": "
              "\"B20007\",\"DeviceTypeText\": \"RAMAC P1\",\"Latitude\": \"40.71\",\"Longitude\": "
              "\"-74.01\",\"LocationDateTime\": \"2026-02-01 08:09:10\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "B20007",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"CaseID\":1,\"EventID\":1}" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 182\r\n\r\n{\"PacketType\": "
              "0,\"SeqNumber\": 4,\"UpdateDate\": \"2026-02-01 08:09:10\",\"Alert\": 0,\"Mode\": "
              "1,\"BatteryPercentage\": 80,\"DeviceId\": \"B20007\",\"DeviceType\": "
              "\"12\",\"DeviceTypeText\": \"RAMAC P1\"}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "B20007",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"CaseID\":1,\"EventID\":1}" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "400\r\n\r\n{\"PacketType\":4,\"SeqNumber\":7,\"UpdateDate\":\"2026-02-01 08:09:10\",\"Alert\"",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"CaseID\":1,\"EventID\":1}" },
    { 0 }
};

const struct protocol protocol_ramac = {
    .name = "ramac",
    .port = 5251,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
