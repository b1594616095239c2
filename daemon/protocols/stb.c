/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stb: cabinets where batteries of electric bikes are swapped. Bare JSON objects over TCP; every message is answered.
 *
 *   {"devId":"<id>","msgType":110,"txnNo":"<number>","devType":2,…}                           login
 *   {"devId":"<id>","msgType":310,"txnNo":"…","attrList":[{"id":"01101001","value":"1"},…]}   properties; 410: alarm
 *   Attributes: 01101001 kind of location (0 none, 1 north-east, 2 north-west, 3 south-east, 4 south-west, 5 no fix),
 *   01102001 longitude, 01103001 latitude, in degrees without a sign. No time: the server's clock counts.
 *   The answer has the type plus 1, and "result".
 */
#include "protocol/json_protocol.h"

enum { LOGIN = 110, PROPERTIES = 310, ALARM = 410, ATTRIBUTE_DIGITS = 8 };

static enum claim judge(struct cursor json)
{
    struct cursor text;
    double type;
    bool has_id = json_find_text(json, "devId", &text), has_type = json_find_number(json, "msgType", &type);
    if (has_id && has_type)
        return json_find_text(json, "txnNo", &text) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    /* cut off behind its attributes */
    bool has_attributes = json_find_text(json, "attrList.0.id", &text) && text.left == ATTRIBUTE_DIGITS &&
                          cursor_count_digits(text) == text.left && json_holds(json, "attrList.0.value");
    return has_attributes ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = json_match(message, length, "\"msgType\"", judge);
    return claim == CLAIM_NO ? json_match(message, length, "\"attrList\"", judge) : claim;
}

static bool is_attribute(struct cursor attribute, const char *id)
{
    struct cursor text;
    return json_find_text(attribute, "id", &text) && cursor_is(text, id);
}

static void read_attributes(struct cursor json, struct reading *reading)
{
    struct cursor list, one;
    struct fix fix = { 0 };
    double kind = 0;
    bool has_lat = false, has_lon = false;
    if (!json_find_list(json, "attrList", &list))
        return;
    while (json_next(&list, &one)) {
        if (is_attribute(one, "01101001") && json_find_number(one, "value", &kind))
            reading_json_mark_fix(reading, one, "value", kind >= 1 && kind < 5);
        if (is_attribute(one, "01102001") && (has_lon = json_find_number(one, "value", &fix.lon)))
            reading_json_mark(reading, one, "longitude", "value");
        if (is_attribute(one, "01103001") && (has_lat = json_find_number(one, "value", &fix.lat)))
            reading_json_mark(reading, one, "latitude", "value");
    }
    if (kind < 1)
        return;
    fix.valid = kind < 5;
    fix.lon = kind == 2 || kind == 4 ? -fix.lon : fix.lon;
    fix.lat = kind == 3 || kind == 4 ? -fix.lat : fix.lat;
    if (has_lat && has_lon && (fix.valid || fix.lat != 0 || fix.lon != 0))
        reading_fix(reading, &fix);
    else
        reading_no_fix(reading);
}

static void fill(struct cursor json, struct reading *reading)
{
    double type = 0;
    bool has_type = json_find_number(json, "msgType", &type);
    reading_json_device(reading, json, "devId");
    reading_json_mark(reading, json, "type", "msgType");
    if (!has_type || type == PROPERTIES)
        read_attributes(json, reading);
    else if (has_type && type == ALARM)
        reading_no_fix(reading); /* what Traccar makes of it is a position without one */
    reading->type = type == LOGIN                           ? "login"
                    : type == ALARM                         ? "alarm"
                    : reading->location >= LOCATION_INVALID ? "position"
                                                            : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    fill(message->bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor json = message->bytes;
    struct cursor id, number;
    int64_t type;
    (void)asker;
    /* "result" makes it an answer itself */
    if (!json_holds(json, "result") && json_find_int64(json, "msgType", &type) &&
        json_find_text(json, "devId", &id) && json_find_text(json, "txnNo", &number)) {
        buffer_printf(reply, "{ \"msgType\": %lld, \"devId\": \"", (long long)type + 1);
        buffer_put_cursor(reply, id);
        buffer_put_text(reply, "\", \"result\": 1, \"txnNo\": \"");
        buffer_put_cursor(reply, number);
        buffer_put_text(reply, "\" }");
    }
}

#define ANSWER_TO(type)               \
    .answer = "={ \"msgType\": " type \
              ", \"devId\": \"CAB0123456789\", \"result\": 1, \"txnNo\": \"1769933350123\" }"

static const struct sample samples[] = {
    { .text = "{\"devId\":\"CAB0123456789\",\"devType\":2,\"hardVersion\":\"HW1\",\"msgType\":110,"
              "\"protocolVersion\":\"V1\",\"txnNo\":\"1769933350123\"}",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "CAB0123456789",
      .location = LOCATION_NONE,
      ANSWER_TO("111") },
    { .text =
          "{\"attrList\":[{\"doorId\":\"1\",\"id\":\"02103001\",\"value\":\"1\"},{\"id\":\"01101001\","
          "\"value\":\"1\"},{\"id\":\"01102001\",\"value\":\"19.09\"},{\"id\":\"01103001\",\"value\":\"47."
          "51\"}],\"devId\":\"CAB0123456789\",\"isFull\":1,\"msgType\":310,\"txnNo\":\"1769933350123\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "CAB0123456789",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      ANSWER_TO("311") },
    { .text = "{\"attrList\":[{\"id\":\"01103001\",\"value\":\"40.71\"},{\"id\":\"01102001\",\"value\":\"74."
              "01\"},{\"id\":\"01101001\",\"value\":\"2\"}],\"devId\":\"CAB0123456789\",\"msgType\":310,"
              "\"txnNo\":\"1769933350123\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "CAB0123456789",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      ANSWER_TO("311") },
    { .text = "{\"attrList\":[{\"id\":\"01101001\",\"value\":\"4\"},{\"id\":\"01102001\",\"value\":\"70.66\"}"
              ",{\"id\":\"01103001\",\"value\":\"33.45\"}],\"devId\":\"CAB0123456789\",\"msgType\":310,"
              "\"txnNo\":\"1769933350123\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "CAB0123456789",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      ANSWER_TO("311") },
    { .text = "{\"attrList\":[{\"id\":\"01101001\",\"value\":\"5\"},{\"id\":\"01102001\",\"value\":\"19.09\"}"
              ",{\"id\":\"01103001\",\"value\":\"47.51\"}],\"devId\":\"CAB0123456789\",\"msgType\":310,"
              "\"txnNo\":\"1769933350123\"}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "CAB0123456789",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      ANSWER_TO("311") },
    { .text = "{\"alarmList\":[{\"id\":\"02301001\",\"alarmFlag\":1}],\"devId\":\"CAB0123456789\","
              "\"msgType\":410,\"txnNo\":\"1769933350123\"}",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "CAB0123456789",
      .location = LOCATION_INVALID,
      ANSWER_TO("411") },
    { .text = "{\"attrList\":[{\"id\":\"02301001\",\"value\":\"31\"},{\"id\":\"0230",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_stb = {
    .name = "stb",
    .port = 5229,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("{")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
