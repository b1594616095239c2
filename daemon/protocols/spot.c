/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spot: SPOT satellite messengers (Globalstar), as findmespot.com forwards them. HTTP over TCP, XML in the body.
 *
 *   <messageList …><header>…</header><message><esn>…</esn><esnName><id></esnName><messageType>…</messageType>
 *    <timestamp><ISO 8601></timestamp><latitude><deg></latitude><longitude><deg></longitude>…</message>…</messageList>
 *   Always a fix.
 */
#include "base/xml.h"
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor xml)
{
    struct cursor text;
    return xml_text(xml, "esnName", &text) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_xml_match(message, length, "messageList", judge);
}

static void read_message(struct cursor xml, struct reading *reading)
{
    struct cursor text, lat, lon;
    struct fix fix = { .valid = true };
    if (!reading->device[0] && xml_text(xml, "esnName", &text))
        reading_device(reading, cursor_trim(text));
    if (xml_text(xml, "messageType", &text))
        reading_mark(reading, "type", text);
    if (xml_text(xml, "timestamp", &text) && calendar_read_iso(cursor_trim(text), &fix.time)) {
        fix.has_time = true;
        reading_mark_time(reading, text, fix.time);
    }
    if (!xml_text(xml, "latitude", &lat) || !xml_text(xml, "longitude", &lon) ||
        !cursor_decimal(cursor_trim(lat), &fix.lat) || !cursor_decimal(cursor_trim(lon), &fix.lon))
        return;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor content, one;
    reading->type = "position";
    if (http_content(message, memory, &content)) {
        while (xml_next(&content, "message", &one))
            read_message(one, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text =
          "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 390\r\n\r\n<?xml version=\"1.0\" "
          "encoding=\"UTF-8\" standalone=\"yes\"?>\n<messageList "
          "xmlns=\"http://v2.shared.globalstar.com\">\n<header>\n<totalCount>1</totalCount>\n</"
          "header>\n<message>\n<id>70071</id>\n<esn>0-1234567</esn>\n<esnName>boat "
          "7</esnName>\n<messageType>TRACK</messageType>\n<timestamp>2026-02-01T08:09:10.000Z</"
          "timestamp>\n<latitude>47.51</latitude>\n<longitude>19.09</longitude>\n</message>\n</messageList>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "boat 7",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /spot HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "174\r\n\r\n<messageList><message><esnName>boat "
              "7</esnName><timestamp>2026-02-01T08:09:10+0000</timestamp><latitude>-33.45</"
              "latitude><longitude>-70.66</longitude></message></messageList>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "boat 7",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "341\r\n\r\n<messageList><message><esnName>boat "
              "7</esnName><timestamp>2026-02-01T08:00:00Z</timestamp><latitude>47.51</"
              "latitude><longitude>19.09</longitude></message><message><esnName>boat "
              "7</esnName><messageType>STOP</messageType><timestamp>2026-02-01T08:09:10Z</"
              "timestamp><latitude>40.71</latitude><longitude>-74.01</longitude></message></messageList>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "boat 7",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<messageList>\n<message><esnName>boat "
              "7</esnName><timestamp>2026-02-01T08:09:10Z"
              "</timestamp><latitude>47.51</latitude><longitude>19.09</longitude></message></messageList>",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "boat 7",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_spot = {
    .name = "spot",
    .port = 5156,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HTTP_XML_HEADS(HEAD("<messageList")),
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .samples = samples,
};
