/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rftrack: ankle bracelets of RF Track (China). HTTP over TCP, form parameters in the body, some of them JSON as it stands.
 *
 *   i=<imei>&t=<unix ms>&gps={"x":<lon>,"y":<lat>,"z":<m>,"t":<unix ms>,…}&gsm={"c":<mcc>,"n":<mnc>,"b":[…]}&wifi=[…]&bat=<mV>&…
 *   What has gps has a fix. Answered with {}.
 */
#include "protocol/http_protocol.h"

static bool begins(const struct http_request *request, const char *name, const char *with)
{
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    return http_field(request, name, memory, &value) && cursor_starts(value, with, 1);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    char memory[HTTP_FIELD_MAX];
    struct cursor id;
    enum claim claim = http_claim(message, HTTP_FORM, "i=", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    request.query.left = 0; /* only the body counts */
    if (!http_field(&request, "i", memory, &id))
        return CLAIM_NO;
    if (begins(&request, "gps", "{") || begins(&request, "gsm", "{") || begins(&request, "wifi", "["))
        return id.left == 15 && cursor_count_digits(id) == 15 ? CLAIM_CERTAIN : CLAIM_LIKELY;
    bool has_state = http_has_field(&request, "bat") || http_has_field(&request, "idt");
    return http_has_field(&request, "t") && has_state && id.left == 15 && cursor_count_digits(id) == 15
               ? CLAIM_LIKELY
               : CLAIM_NO;
}

static void read_gps(const struct http_request *request, struct reading *reading)
{
    char memory[HTTP_FIELD_MAX];
    struct fix fix = { .valid = true };
    struct cursor json;
    if (!http_field(request, "gps", memory, &json))
        return;
    reading_json_unix(reading, json, "t", &fix);
    if (reading_json_place(reading, json, "y", "x", &fix))
        reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST) {
        request.query.left = 0;
        http_field_device(reading, &request, "i");
        read_gps(&request, reading);
    }
    reading->type = reading->location == LOCATION_VALID ? "position" : "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    http_answer_text(asker, reply, NULL, "{}");
}

#define EMPTY_OBJECT .answer = "=HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"

static const struct sample samples[] = {
    { .text =
          "POST /deviceDataUpload.do HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
          "240\r\n\r\ngsm={\"n\":30,\"b\":[{\"l\":291,\"b\":19,\"c\":4567}],\"c\":216}&wifi=[{\"l\":-49,"
          "\"m\":\"02-00-00-00-00-07\"}]&mt=11&i=123456789012345&gps={\"a\":12.0,\"y\":47.51,\"s\":7,\"t\":"
          "1769933350500,\"z\":110.0,\"x\":19.09}&dbm=-53&t=1769933360713&bat=12380&v=T2.1&idt=14&id=17",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      EMPTY_OBJECT },
    { .text = "POST /up HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "105\r\n\r\ni=123456789012345&t=1769933360713&gps=%7B%22x%22%3A-70.66%2C%22y%22%3A-33.45%2C%"
              "22t%22%3A1769933350000%7D",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      EMPTY_OBJECT },
    { .text =
          "POST /deviceDataUpload.do HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
          "78\r\n\r\ngps={\"x\":-74.01,\"y\":40.71,\"t\":1769933350000}&i=123456789012345&id=18&bat=12000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      EMPTY_OBJECT },
    { .text = "POST /deviceDataUpload.do HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "103\r\n\r\ni=123456789012345&gsm={\"n\":30,\"b\":[{\"l\":291,\"b\":19,\"c\":4567}],\"c\":216}&"
              "t=1769933350500&bat=12380&idt=14",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      EMPTY_OBJECT },
    { .text = "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: "
              "47\r\n\r\ni=123456789012345&t=1769933350000&bat=3900&rc=1",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      EMPTY_OBJECT },
    { 0 }
};

const struct protocol protocol_rftrack = {
    .name = "rftrack",
    .port = 5245,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_BODY_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .reception = http_reception,
    .samples = samples,
};
