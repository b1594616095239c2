/* SPDX-License-Identifier: Apache-2.0 */
/*
 * teratrack: electronic seals of Jointech, as TeraTrack (Tanzania) has them. Bare JSON objects over TCP, all values texts.
 *
 *   {"MDeviceID":"<id>","DataType":"1","DateTime":"yyyy-mm-dd hh:mm:ss","Latitude":"<deg>","Longitude":"<deg>",
 *    "Speed":"<km/h>","MessageAck":"1","LockOpen":"0","IMEI":"<15 digits>","Slave":[…],…}
 *   Always a fix. Answered with {01} where MessageAck is 1.
 */
#include "protocol/json_protocol.h"

static enum claim judge(struct cursor json)
{
    struct cursor text;
    if (!json_find_text(json, "MDeviceID", &text))
        return CLAIM_NO;
    return json_find_text(json, "IMEI", &text) && json_find_text(json, "LockOpen", &text) ? CLAIM_CERTAIN
                                                                                          : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return json_match(message, length, "\"MDeviceID\"", judge);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct fix fix = { .valid = true };
    reading->type = "position";
    reading_json_device(reading, json, "MDeviceID");
    reading_json_mark(reading, json, "IMEI", "IMEI");
    reading_json_iso(reading, json, "DateTime", &fix);
    if (reading_json_place(reading, json, "Latitude", "Longitude", &fix))
        reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    fill(message->bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor wanted;
    (void)asker;
    if (json_find_text(message->bytes, "MessageAck", &wanted) && cursor_is(wanted, "1"))
        buffer_put_text(reply, "{01}");
}

static const struct sample samples[] = {
    { .text = "{\"MDeviceID\":\"012345678901\",\"DeviceType\":\"1\",\"DataType\":\"1\",\"DataLength\":\"69\","
              "\"DateTime\":\"2026-02-01 "
              "08:09:10\",\"Latitude\":\"47.51\",\"Longitude\":\"19.09\",\"LongitudeState\":\"1\","
              "\"LatitudeState\":\"1\",\"Speed\":\"31\",\"MessageAck\":\"1\",\"LockStatus\":\"1\","
              "\"LockOpen\":\"0\",\"Power\":\"79\",\"IMEI\":\"123456789012345\",\"Slave\":[]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "012345678901",
      SAMPLE_VALID,
      .answer = "={01}" },
    { .text = "{\"MDeviceID\":\"012345678901\",\"DateTime\":\"2026-02-01 "
              "08:09:10\",\"Latitude\":\"-33.45\",\"Longitude\":\"-70.66\",\"MessageAck\":\"0\",\"LockOpen\":"
              "\"1\",\"IMEI\":\"123456789012345\",\"Slave\":[{\"SDeviceId\":\"700001\",\"SPower\":\"00\"}]}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "012345678901",
      SAMPLE_SOUTH_WEST },
    { .text =
          "{\"IMEI\":\"123456789012345\",\"MDeviceID\":\"012345678901\",\"Latitude\":\"40.71\",\"Longitude\":"
          "\"-74.01\",\"DateTime\":\"2026-02-01 08:09:10\",\"MessageAck\":\"1\",\"LockOpen\":\"0\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "012345678901",
      SAMPLE_NORTH_WEST,
      .answer = "={01}" },
    { 0 }
};

const struct protocol protocol_teratrack = {
    .name = "teratrack",
    .port = 5239,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD("{")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
