/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moovbox: on-board routers of Moovbox. HTTP over TCP, XML in the body.
 *
 *   <gps id="<id>"><coordinates><coordinate><fix>3</fix><time><unix></time><latitude><lon></latitude><longitude><lat></longitude>
 *    <altitude>…</altitude>…</coordinate>…</coordinates></gps>
 *   The device swaps latitude and longitude. Always a fix.
 */
#include "base/xml.h"
#include "protocol/http_protocol.h"

static enum claim judge(struct cursor xml)
{
    struct cursor text;
    size_t at;
    if (!xml_attribute(xml, "gps", "id", &text))
        return CLAIM_NO;
    return xml_text(xml, "coordinate", &text)           ? CLAIM_CERTAIN
           : cursor_find_text(xml, "<coordinates", &at) ? CLAIM_LIKELY
                                                        : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return http_xml_match(message, length, "gps", judge);
}

static void read_coordinate(struct cursor xml, struct reading *reading)
{
    struct cursor text, lat, lon;
    struct fix fix = { .valid = true };
    uint64_t seconds;
    if (xml_text(xml, "time", &text) && cursor_number(cursor_trim(text), &seconds) && seconds < UINT32_MAX) {
        fix.has_time = true;
        fix.time = (int64_t)seconds;
        reading_mark_time(reading, text, fix.time);
    }
    if (!xml_text(xml, "longitude", &lat) || !xml_text(xml, "latitude", &lon) ||
        !cursor_decimal(cursor_trim(lat), &fix.lat) || !cursor_decimal(cursor_trim(lon), &fix.lon))
        return;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor content, text;
    reading->type = "status";
    if (http_content(message, memory, &content)) {
        if (xml_attribute(content, "gps", "id", &text))
            reading_device(reading, text);
        while (xml_next(&content, "coordinate", &text))
            read_coordinate(text, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 260\r\n\r\n<gps "
              "id=\"7001\">\n<coordinates><coordinate>\n<fix>3</fix>\n<time>1769933350</"
              "time>\n<latitude>19.090000</latitude>\n<longitude>47.510000</"
              "longitude>\n<altitude>110.000000</altitude>\n<speed>8.600000</speed>\n<satellites>9</"
              "satellites>\n</coordinate></coordinates>\n</gps>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7001",
      SAMPLE_VALID,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST /gps HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 174\r\n\r\n<?xml "
              "version=\"1.0\"?><gps id='bus "
              "7'><coordinates><coordinate><time>1769933350</time><latitude>-70.66</"
              "latitude><longitude>-33.45</longitude></coordinate></coordinates></gps>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "bus 7",
      SAMPLE_SOUTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 253\r\n\r\n<gps "
              "id=\"7001\"><coordinates><coordinate><time>1769933000</time><latitude>19.09</"
              "latitude><longitude>47.51</longitude></coordinate><coordinate><time>1769933350</"
              "time><latitude>-74.01</latitude><longitude>40.71</longitude></coordinate></coordinates></gps>",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7001",
      SAMPLE_NORTH_WEST,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 48\r\n\r\n<gps "
              "id=\"7001\"><coordinates></coordinates></gps>",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "7001",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 400\r\n\r\n<gps id=\"van "
              "7\"><coordinates><coordinate><fix>3</fix>",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "van 7",
      .location = LOCATION_NONE,
      .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" },
    { .text = "<gps "
              "id=\"7001\"><coordinates><coordinate><fix>3</fix><time>1769933350</time><latitude>19.09</"
              "latitude><longitude>47.51"
              "</longitude></coordinate></coordinates></gps>",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "7001",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_moovbox = {
    .name = "moovbox",
    .port = 5212,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_XML_HEADS(HEAD("<gps ")),
    .match = match,
    .read = read,
    .answer = http_answer_status,
    .samples = samples,
};
