/* SPDX-License-Identifier: Apache-2.0 */
/*
 * globalstar: SmartOne, STX3 and other simplex satellite units over the back office of Globalstar. HTTP over TCP, XML or JSON
 * in the body.
 *
 *   <stuMessages … messageID="<32 hex>"><stuMessage><esn><id></esn><unixTime>…</unixTime>
 *     <payload length="9" …>0x<18 hex></payload></stuMessage>…</stuMessages>        <prvmsgs …>: provisioning, no place
 *     payload: flags (bit 3: no fix) | lat 3 (90 / 2^23, above 90 less 180) | lon 3 (180 / 2^23, above 180 less 360) | 2
 *   {"entry":{"devices":[{"deviceIdentify":{"esn":"<id>","unixTime":…},"gpsCoordinate":{"latitude":"…","longitude":"…"},
 *     "deviceInfo":{"gpsDataValid":"Valid"}},…]}}
 *   XML is answered with the messageID as correlationID, JSON with {"status":"ok"}.
 */
#include "base/hex.h"
#include "base/xml.h"
#include "protocol/http_protocol.h"

enum { PAYLOAD_MAX = 32, ANSWER_MAX = 768 };

static bool is_json(struct cursor content)
{
    return CURSOR_STARTS(cursor_trim(content), "{");
}

static enum claim judge(struct cursor json)
{
    struct cursor esn;
    return json_find_text(json, "entry.devices.0.deviceIdentify.esn", &esn) ? CLAIM_CERTAIN : CLAIM_NO;
}

static enum claim judge_xml(struct cursor xml)
{
    struct cursor text;
    bool is_messages = xml_attribute(xml, "stuMessages", "messageID", &text);
    if (is_messages)
        return xml_text(xml, "esn", &text) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return xml_attribute(xml, "prvmsgs", "prvMessageID", &text) ||
                   xml_attribute(xml, "prvmsgs", "messageID", &text)
               ? CLAIM_CERTAIN
               : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = http_xml_match(message, length, "stuMessages prvmsgs", judge_xml);
    return claim == CLAIM_NO
               ? http_claim_typed(message, http_json_match(message, length, "\"deviceIdentify\"", judge))
               : claim;
}

static double angle_of(uint64_t raw, double half)
{
    double value = (double)raw * half / 8388608;
    return value > half ? value - 2 * half : value;
}

static bool take_payload(struct cursor text, struct fix *fix)
{
    uint8_t bytes[PAYLOAD_MAX], flags;
    uint64_t lat, lon;
    size_t length, bad;
    text = cursor_trim(text);
    if ((CURSOR_STARTS(text, "0x") || CURSOR_STARTS(text, "0X")) && !cursor_skip(&text, 2))
        return false;
    if (!hex_read(text, bytes, sizeof(bytes), &length, &bad))
        return false;
    struct cursor c = cursor_of(bytes, length);
    if (!cursor_u8(&c, &flags) || !cursor_be(&c, 3, &lat) || !cursor_be(&c, 3, &lon))
        return false;
    fix->valid = (flags & 8) == 0;
    fix->lat = angle_of(lat, 90);
    fix->lon = angle_of(lon, 180);
    return true;
}

static void read_message(struct cursor xml, struct reading *reading)
{
    struct cursor text;
    struct fix fix = { 0 };
    uint64_t seconds;
    if (!reading->device[0] && xml_text(xml, "esn", &text))
        reading_device(reading, cursor_trim(text));
    if (xml_text(xml, "unixTime", &text) && cursor_number(cursor_trim(text), &seconds) &&
        seconds < UINT32_MAX) {
        fix.has_time = true;
        fix.time = (int64_t)seconds;
        reading_mark_time(reading, text, fix.time);
    }
    if (!xml_text(xml, "payload", &text) || !take_payload(text, &fix))
        return;
    reading_mark_value(reading, "payload", text, "%.6f, %.6f, fix: %s", fix.lat, fix.lon,
                       fix.valid ? "yes" : "no");
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct cursor list, one, text;
    if (!json_find_list(json, "entry.devices", &list))
        return;
    while (json_next(&list, &one)) {
        struct fix fix = { 0 };
        if (!reading->device[0])
            reading_json_device(reading, one, "deviceIdentify.esn");
        reading_json_unix(reading, one, "deviceIdentify.unixTime", &fix);
        fix.valid = json_find_text(one, "deviceInfo.gpsDataValid", &text) && cursor_is(text, "Valid");
        reading_json_mark_fix(reading, one, "deviceInfo.gpsDataValid", fix.valid);
        if (!reading_json_place(reading, one, "gpsCoordinate.latitude", "gpsCoordinate.longitude", &fix))
            continue;
        reading->type = "position";
        reading_fix(reading, &fix);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor content, one;
    reading->type = "status";
    if (http_read_untyped(message, reading) || !http_content(message, memory, &content))
        return;
    if (is_json(content))
        fill(content, reading);
    else
        while (xml_next(&content, "stuMessage", &one))
            read_message(one, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX], text[ANSWER_MAX];
    struct buffer xml = buffer_on(text, sizeof(text));
    struct cursor id = { 0 };
    struct calendar now = calendar_from_unix(asker->now);
    if (http_parse(message->bytes, true, &request) != HTTP_REQUEST)
        return;
    struct cursor content = http_chunked(&request, memory, sizeof(memory));
    if (is_json(content)) {
        http_answer(reply, 200, "application/json", cursor_of_text("{\"status\":\"ok\"}"));
        return;
    }
    if (!xml_attribute(content, "stuMessages", "messageID", &id) &&
        !xml_attribute(content, "prvmsgs", "prvMessageID", &id) &&
        !xml_attribute(content, "prvmsgs", "messageID", &id))
        return;
    buffer_put_text(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><stuResponseMsg "
                          "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" correlationID=\"");
    buffer_put_cursor(&xml, id);
    buffer_printf(&xml,
                  "\" deliveryTimeStamp=\"%02u/%02u/%04u %02u:%02u:%02u GMT\" messageID=\"%032d\" "
                  "xsi:noNamespaceSchemaLocation=\"http://cody.glpconnect.com/XSD/StuResponse_Rev1_0.xsd\">",
                  now.day, now.month, now.year, now.hour, now.minute, now.second, 0);
    buffer_put_text(&xml, "<state>pass</state><stateMessage>Store OK</stateMessage></stuResponseMsg>");
    if (!xml.full)
        http_answer(reply, 200, "text/xml", buffer_cursor(&xml));
}

#define XML_ANSWER                                                                                          \
    .answer =                                                                                               \
        "=HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 421\r\n\r\n<?xml version=\"1.0\" "   \
        "encoding=\"UTF-8\" standalone=\"no\"?><stuResponseMsg "                                            \
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                                          \
        "correlationID=\"0123456789abcdef0123456789abcdef\" deliveryTimeStamp=\"01/01/2026 09:00:00 GMT\" " \
        "messageID=\"00000000000000000000000000000000\" "                                                   \
        "xsi:noNamespaceSchemaLocation=\"http://cody.glpconnect.com/XSD/"                                   \
        "StuResponse_Rev1_0.xsd\"><state>pass</state><stateMessage>Store OK</stateMessage></stuResponseMsg>"

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 365\r\n\r\n<?xml version=\"1.0\" "
              "encoding=\"UTF-8\"?><stuMessages xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
              "timeStamp=\"01/02/2026 08:10:00 GMT\" "
              "messageID=\"0123456789abcdef0123456789abcdef\"><stuMessage><esn>0-1234567</"
              "esn><unixTime>1769933350</unixTime><gps>N</gps><payload length=\"9\" source=\"pc\" "
              "encoding=\"hex\">0x004391DD0D933A0A00</payload></stuMessage></stuMessages>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0-1234567",
      .location = LOCATION_VALID,
      .lat = 47.51000,
      .lon = 19.08999,
      .time = "2026-02-01T08:09:10Z",
      XML_ANSWER },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 365\r\n\r\n<?xml version=\"1.0\" "
              "encoding=\"UTF-8\"?><stuMessages xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
              "timeStamp=\"01/02/2026 08:10:00 GMT\" "
              "messageID=\"0123456789abcdef0123456789abcdef\"><stuMessage><esn>0-1234567</"
              "esn><unixTime>1769933350</unixTime><gps>N</gps><payload length=\"9\" source=\"pc\" "
              "encoding=\"hex\">0x0AD06D3ACDC0BD0A00</payload></stuMessage></stuMessages>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0-1234567",
      .location = LOCATION_INVALID,
      .lat = -33.45000,
      .lon = -70.66001,
      .time = "2026-02-01T08:09:10Z",
      XML_ANSWER },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 480\r\n\r\n<?xml version=\"1.0\" "
              "encoding=\"UTF-8\"?><stuMessages xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
              "timeStamp=\"01/02/2026 08:10:00 GMT\" "
              "messageID=\"0123456789abcdef0123456789abcdef\"><stuMessage><esn>0-1234567</"
              "esn><unixTime>1769933000</unixTime><payload>0x004391DD0D933A0A00</payload></"
              "stuMessage><stuMessage><esn>0-1234567</esn><unixTime>1769933350</unixTime><gps>N</"
              "gps><payload length=\"9\" source=\"pc\" "
              "encoding=\"hex\">0x0539E60FCB5EE40A00</payload></stuMessage></stuMessages>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0-1234567",
      .location = LOCATION_VALID,
      .lat = 40.71000,
      .lon = -74.01000,
      .time = "2026-02-01T08:09:10Z",
      XML_ANSWER },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: application/json\r\nContent-Length: "
              "179\r\n\r\n{\"entry\":{\"devices\":[{\"deviceIdentify\":{\"esn\":\"0-1234567\",\"unixTime\":"
              "1769933350},\"deviceInfo\":{\"gpsDataValid\":\"Valid\"},\"gpsCoordinate\":{\"latitude\":\"47."
              "51\",\"longitude\":\"19.09\"}}]}}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0-1234567",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                "15\r\n\r\n{\"status\":\"ok\"}" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 233\r\n\r\n<?xml "
              "version=\"1.0\"?><prvmsgs xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
              "timeStamp=\"01/02/2026 08:10:00 GMT\" "
              "prvMessageID=\"0123456789abcdef0123456789abcdef\"><prvmsg><esn>0-1234567</esn><provID>7</"
              "provID></prvmsg></prvmsgs>",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      XML_ANSWER },
    { .text = "<stuMessages "
              "messageID=\"0123456789abcdef0123456789abcdef\"><stuMessage><esn>0-1234567</"
              "esn><unixTime>1769933350</unixTime>"
              "<payload length=\"9\" source=\"pc\" "
              "encoding=\"hex\">0x004391DD0D933A0A00</payload></stuMessage></stuMessages>",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "0-1234567",
      .location = LOCATION_VALID,
      .lat = 47.51000,
      .lon = 19.08999,
      .time = "2026-02-01T08:09:10Z" },
    { .text = "{\"entry\":{\"devices\":[{\"deviceIdentify\":{\"esn\":\"0-1234567\",\"unixTime\":1769933350},"
              "\"deviceInfo\":{"
              "\"gpsDataValid\":\"Valid\"},\"gpsCoordinate\":{\"latitude\":\"47.51\",\"longitude\":\"19.09\"}"
              "}]}}",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "0-1234567",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_globalstar = {
    .name = "globalstar",
    .port = 5185,
    .transports = OVER_TCP,
    .heads = HTTP_XML_HEADS(HEAD("<stuMessages"), HEAD("<prvmsgs"), HEAD("{")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
