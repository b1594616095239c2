/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jimiphoto: dash cameras of Jimi and Concox, which upload photos and videos. HTTP over TCP, a form of several parts in the body.
 *
 *   part callbackBody: {"imei":"<id>","lat":"<deg>","lng":"<deg>","alarmTime":<unix>,"mimeType":"…","eventType":"…",…}
 *   part file: the picture
 *   lat and lng are there, and not empty, with a fix. A server answers with the name under which it saved the file; what saves
 *   none does not answer.
 */
#include "protocol/http_protocol.h"

/* The JSON of the part: behind the empty line of its head. It may be cut off. */
static bool take_json(const struct http_request *request, uint8_t *memory, struct cursor *text)
{
    size_t at, blank;
    *text = http_chunked(request, memory, HTTP_JOINED_MAX);
    return cursor_find_text(*text, "name=\"callbackBody\"", &at) && cursor_skip(text, at) &&
           cursor_find_text(*text, "\r\n\r\n", &blank) && cursor_skip(text, blank + 4);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor text, id;
    enum claim claim = http_claim(message, HTTP_FORM, "\"callbackBody\"", &request, length);
    if (claim != CLAIM_POSSIBLE || !take_json(&request, memory, &text))
        return claim;
    return json_find_text(text, "imei", &id) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    reading_json_device(reading, json, "imei");
    reading_json_unix(reading, json, "alarmTime", &fix);
    if (reading_json_place(reading, json, "lat", "lng", &fix))
        reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor json;
    reading->type = "photo";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST && take_json(&request, memory, &json))
        fill(json, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "POST /upload HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: multipart/form-data; "
              "boundary=----b7\r\nContent-Length: 391\r\n\r\n------b7\r\nContent-Disposition: form-data; "
              "name=\"callbackBody\"\r\nContent-Type: text/plain; "
              "charset=UTF-8\r\n\r\n{\"imei\":\"123456789012345\",\"lat\":\"47.51\",\"lng\":\"19.09\","
              "\"alarmTime\":1769933350,\"mimeType\":\"image/"
              "jpeg\",\"businessType\":\"1\",\"eventType\":\"7\",\"instructionId\":\"12\"}\r\n------"
              "b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: "
              "image/jpeg\r\n\r\npicture\r\n------b7--\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "POST /upload HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: multipart/form-data; "
              "boundary=----b7\r\nContent-Length: 393\r\n\r\n------b7\r\nContent-Disposition: form-data; "
              "name=\"callbackBody\"\r\nContent-Type: text/plain; "
              "charset=UTF-8\r\n\r\n{\"imei\":\"123456789012345\",\"lat\":\"-33.45\",\"lng\":\"-70.66\","
              "\"alarmTime\":1769933350,\"mimeType\":\"image/"
              "jpeg\",\"businessType\":\"1\",\"eventType\":\"7\",\"instructionId\":\"12\"}\r\n------"
              "b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: "
              "image/jpeg\r\n\r\npicture\r\n------b7--\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "POST /upload HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: multipart/form-data; "
              "boundary=----b7\r\nContent-Length: 392\r\n\r\n------b7\r\nContent-Disposition: form-data; "
              "name=\"callbackBody\"\r\nContent-Type: text/plain; "
              "charset=UTF-8\r\n\r\n{\"imei\":\"123456789012345\",\"lat\":\"40.71\",\"lng\":\"-74.01\","
              "\"alarmTime\":1769933350,\"mimeType\":\"image/"
              "jpeg\",\"businessType\":\"1\",\"eventType\":\"7\",\"instructionId\":\"12\"}\r\n------"
              "b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: "
              "image/jpeg\r\n\r\npicture\r\n------b7--\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "POST /upload HTTP/1.1\r\nHost: gps.example.org\r\nContent-Type: multipart/form-data; "
              "boundary=----b7\r\nContent-Length: 381\r\n\r\n------b7\r\nContent-Disposition: form-data; "
              "name=\"callbackBody\"\r\nContent-Type: text/plain; "
              "charset=UTF-8\r\n\r\n{\"imei\":\"123456789012345\",\"lat\":\"\",\"lng\":\"\",\"alarmTime\":"
              "1769933350,\"mimeType\":\"image/"
              "jpeg\",\"businessType\":\"1\",\"eventType\":\"7\",\"instructionId\":\"12\"}\r\n------"
              "b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: "
              "image/jpeg\r\n\r\npicture\r\n------b7--\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_jimiphoto = {
    .name = "jimiphoto",
    .port = 5267,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HTTP_BODY_HEADS,
    .match = match,
    .read = read,
    .reception = http_reception,
    .samples = samples,
};
