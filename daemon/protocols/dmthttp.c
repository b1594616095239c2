/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmthttp: the servers of Digital Matter, forwarding. HTTP over TCP, a JSON object in the body, in two forms.
 *
 *   {"SerNo":n,"IMEI":"<id>","ICCID":"…","ProdId":n,"FW":"…","Records":[{"SeqNo":n,"Reason":n,"DateUTC":"…",
 *    "Fields":[{"FType":0,"GpsUTC":"yyyy-mm-dd hh:mm:ss","Lat":<deg>,"Long":<deg>,"GpsStat":<0: no fix>,…},…]},…]}
 *   {"date":"<ISO 8601>","device":{"imei":"<id>","sn":"…",…},"sqn":n,"reason":n,"lat":<deg>,"lng":<deg>,…}
 *   In the second form coordinates come with a fix only.
 */
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    if (json_find_text(json, "device.imei", &text))
        return json_holds(json, "sqn") || json_holds(json, "reason") ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (!json_find_text(json, "IMEI", &text) || !(json_holds(json, "Records") || json_holds(json, "SerNo")))
        return CLAIM_NO;
    return json_holds(json, "Records") && json_holds(json, "SerNo") ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_json_match(message, length, "\"IMEI\" \"imei\"", judge);
}

static void read_field(struct cursor field, struct reading *reading)
{
    struct fix fix = { 0 };
    double type, status;
    if (!json_find_number(field, "FType", &type) || type != 0)
        return;
    fix.valid = json_find_number(field, "GpsStat", &status) && status > 0;
    reading_json_mark_fix(reading, field, "GpsStat", fix.valid);
    reading_json_iso(reading, field, "GpsUTC", &fix);
    if (reading_json_place(reading, field, "Lat", "Long", &fix))
        reading_fix(reading, &fix);
}

static void read_records(struct cursor json, struct reading *reading)
{
    struct cursor records, record, fields, field;
    reading_json_device(reading, json, "IMEI");
    if (!json_find_list(json, "Records", &records))
        return;
    while (json_next(&records, &record)) {
        if (!json_find_list(record, "Fields", &fields))
            continue;
        while (json_next(&fields, &field))
            read_field(field, reading);
    }
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    if (!json_holds(json, "device")) {
        read_records(json, reading);
    } else {
        reading_json_device(reading, json, "device.imei");
        reading_json_iso(reading, json, "date", &fix);
        if (reading_json_place(reading, json, "lat", "lng", &fix))
            reading_fix(reading, &fix);
    }
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    http_json_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "417\r\n\r\n{\"SerNo\":70071,\"IMEI\":\"123456789012345\",\"ICCID\":\"8931000000000000000\","
              "\"ProdId\":33,\"FW\":\"33.4.1.30\",\"Records\":[{\"SeqNo\":11,\"Reason\":11,\"DateUTC\":"
              "\"2026-02-01 08:10:00\",\"Fields\":[{\"GpsUTC\":\"2026-02-01 "
              "08:09:10\",\"Lat\":47.51,\"Long\":19.09,\"Alt\":110,\"Spd\":850,\"Head\":45,\"GpsStat\":7,"
              "\"FType\":0},{\"DIn\":1,\"DOut\":0,\"DevStat\":2,\"FType\":2}]},{\"SeqNo\":12,\"Reason\":9,"
              "\"DateUTC\":\"2026-02-01 08:11:00\",\"Fields\":[{\"DIn\":0,\"FType\":2}]}]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /dm HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "170\r\n\r\n{\"SerNo\":70071,\"IMEI\":\"123456789012345\",\"Records\":[{\"SeqNo\":13,"
              "\"Reason\":11,\"Fields\":[{\"FType\":0,\"GpsUTC\":\"2026-02-01 "
              "08:09:10\",\"Lat\":-33.45,\"Long\":-70.66,\"GpsStat\":0}]}]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "189\r\n\r\n{\"date\":\"2026-02-01T08:09:10.125Z\",\"device\":{\"sn\":\"70071\",\"prod\":85,"
              "\"fw\":\"1.12\",\"imei\":\"123456789012345\"},\"sqn\":14,\"reason\":1,\"lat\":40.71,\"lng\":-"
              "74.01,\"posAcc\":12.5,\"inputs\":1,\"status\":137}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text =
          "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
          "144\r\n\r\n{\"date\":\"2026-02-01T08:09:10Z\",\"device\":{\"sn\":\"70071\",\"prod\":85,\"imei\":"
          "\"123456789012345\"},\"sqn\":15,\"reason\":42,\"counters\":[{\"id\":0,\"val\":5304}]}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { 0 }
};

const struct protocol protocol_dmthttp = {
    .name = "dmthttp",
    .port = 5139,
    .transports = OVER_TCP,
    .heads = HTTP_JSON_HEADS,
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .samples = samples,
};
