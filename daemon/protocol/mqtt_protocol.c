/* SPDX-License-Identifier: Apache-2.0 */
/* The common part of the protocols over MQTT. Called by their files. */
#include "protocol/mqtt_protocol.h"

#include "base/checksum.h"

enum {
    CONNECT = 1,
    PUBLISH = 3,
    ACKNOWLEDGED = 4,
    SUBSCRIBE = 8,
    UNSUBSCRIBE = 10,
    PINGREQ = 12,
    DISCONNECT = 14
};
enum { CONNACK = 0x20, PUBACK = 0x40, SUBACK = 0x90, FILTERS_MAX = 32, IMEI_DIGITS = 15 };

struct packet {
    unsigned type, qos;
    size_t length;      /* of all */
    struct cursor rest; /* as much of it as is there */
};

/* The head of a packet; CLAIM_POSSIBLE: its length is known. */
static enum claim take_head(const struct message *message, struct packet *packet)
{
    struct cursor c = message->bytes;
    uint8_t first, byte = 0x80;
    size_t rest = 0;
    if (!cursor_u8(&c, &first))
        return CLAIM_NO;
    for (unsigned i = 0; i < 4 && byte >= 0x80; i++) {
        if (!cursor_u8(&c, &byte))
            return message->complete ? CLAIM_NO : CLAIM_MORE;
        rest |= (size_t)(byte & 0x7f) << 7 * i;
    }
    packet->type = first >> 4;
    packet->qos = first >> 1 & 3;
    packet->length = message->bytes.left - c.left + rest;
    packet->rest = cursor_part(c, 0, c.left < rest ? c.left : rest);
    return byte < 0x80 && packet->length <= MESSAGE_MAX ? CLAIM_POSSIBLE : CLAIM_NO;
}

static bool take_text(struct cursor *c, struct cursor *text)
{
    struct cursor rest = *c;
    uint16_t length;
    if (!cursor_be16(&rest, &length) || !cursor_take(&rest, length, text) || !cursor_is_text(*text))
        return false;
    *c = rest;
    return true;
}

/* The properties of version 5; ours are shorter than 128 bytes. */
static bool skip_properties(struct cursor *c)
{
    uint8_t length;
    return cursor_u8(c, &length) && length < 0x80 && cursor_skip(c, length);
}

static bool take_client(struct cursor rest, struct cursor *id)
{
    struct cursor name;
    uint8_t version;
    if (!take_text(&rest, &name) || !(cursor_is(name, "MQTT") || cursor_is(name, "MQIsdp")) ||
        !cursor_u8(&rest, &version) || !cursor_skip(&rest, 3) || (version >= 5 && !skip_properties(&rest)))
        return false;
    return take_text(&rest, id);
}

static bool take_payload(const struct packet *packet, struct cursor *payload)
{
    struct cursor topic;
    *payload = packet->rest;
    return take_text(payload, &topic) && topic.left > 0 && cursor_skip(payload, packet->qos > 0 ? 2 : 0);
}

/* The packet id and the QoS that each filter asks for; false when it is no list of filters. */
static bool take_filters(struct cursor rest, struct cursor *id, uint8_t *asked, size_t *count)
{
    struct cursor filter;
    if (!cursor_take(&rest, 2, id))
        return false;
    for (*count = 0; rest.left > 0 && *count < FILTERS_MAX; ++*count) {
        if (!take_text(&rest, &filter) || filter.left == 0 || !cursor_u8(&rest, &asked[*count]) ||
            asked[*count] > 2)
            return false;
    }
    return *count > 0 && rest.left == 0;
}

/* The filters that are given up have no QoS. */
static bool has_names(struct cursor rest)
{
    struct cursor filter;
    if (!cursor_skip(&rest, 2) || rest.left == 0)
        return false;
    while (rest.left > 0) {
        if (!take_text(&rest, &filter) || filter.left == 0)
            return false;
    }
    return true;
}

/* Can what is there of a packet that has not ended still become one? */
static bool may_become(const struct packet *packet)
{
    struct cursor c = packet->rest;
    uint16_t length;
    size_t whole = packet->length;
    if (packet->type == CONNECT)
        return CURSOR_MAY_START(c, "\0\4MQTT") || CURSOR_MAY_START(c, "\0\6MQIsdp");
    bool has_number = packet->type == SUBSCRIBE || packet->type == UNSUBSCRIBE;
    if (has_number && !cursor_skip(&c, 2))
        return true;
    if (!has_number && packet->type != PUBLISH)
        return true;
    if (!cursor_be16(&c, &length))
        return true;
    return length > 0 && length + 2u < whole &&
           cursor_is_text(cursor_part(c, 0, c.left < length ? c.left : length));
}

static bool is_imei(struct cursor text)
{
    return text.left == IMEI_DIGITS && cursor_count_digits(text) == IMEI_DIGITS && luhn_ok(text);
}

static enum claim judge_rest(const struct message *message, const struct packet *packet)
{
    uint8_t asked[FILTERS_MAX];
    size_t count;
    struct cursor text;
    switch (packet->type) {
    case CONNECT:
        if (!take_client(packet->rest, &text))
            return CLAIM_NO;
        return is_imei(text) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    case SUBSCRIBE:
        return take_filters(packet->rest, &text, asked, &count) ? CLAIM_POSSIBLE : CLAIM_NO;
    case UNSUBSCRIBE:
        return has_names(packet->rest) ? CLAIM_POSSIBLE : CLAIM_NO;
    case ACKNOWLEDGED:
        return packet->length == 4 && message->bytes.left == 4 ? CLAIM_POSSIBLE : CLAIM_NO;
    case PINGREQ:
    case DISCONNECT:
        /* two bytes say nothing where more follows */
        return packet->length == 2 && message->bytes.left == 2 ? CLAIM_POSSIBLE : CLAIM_NO;
    default:
        return CLAIM_NO;
    }
}

enum claim mqtt_match(const struct message *message, size_t *length,
                      enum claim (*judge)(struct cursor payload))
{
    struct packet packet;
    struct cursor payload;
    enum claim claim = take_head(message, &packet);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    bool is_whole = packet.length <= message->bytes.left;
    if (!is_whole && (message->complete || !may_become(&packet)))
        return CLAIM_NO;
    if (!is_whole)
        return CLAIM_MORE;
    *length = packet.length;
    if (packet.type != PUBLISH)
        return judge_rest(message, &packet);
    return take_payload(&packet, &payload) ? judge(payload) : CLAIM_NO;
}

void mqtt_read(const struct message *message, struct reading *reading,
               void (*fill)(struct cursor payload, struct reading *reading))
{
    struct packet packet;
    struct cursor part;
    if (take_head(message, &packet) != CLAIM_POSSIBLE)
        return;
    reading->type = packet.type == CONNECT        ? "login"
                    : packet.type == SUBSCRIBE    ? "subscribe"
                    : packet.type == PINGREQ      ? "heartbeat"
                    : packet.type == ACKNOWLEDGED ? "reply"
                    : packet.type == DISCONNECT   ? "logout"
                                                  : "status";
    if (packet.type == CONNECT && take_client(packet.rest, &part))
        reading_device(reading, part);
    if (packet.type == PUBLISH && take_payload(&packet, &part))
        fill(part, reading);
}

void mqtt_answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct packet packet;
    struct cursor part, topic;
    uint8_t asked[FILTERS_MAX];
    size_t count;
    (void)asker;
    if (take_head(message, &packet) != CLAIM_POSSIBLE)
        return;
    if (packet.type == CONNECT) {
        buffer_put(reply, (const uint8_t[]){ CONNACK, 2, 0, 0 }, 4);
    } else if (packet.type == SUBSCRIBE && take_filters(packet.rest, &part, asked, &count)) {
        buffer_put_u8(reply, SUBACK);
        buffer_put_u8(reply, (unsigned)(2 + count));
        buffer_put_cursor(reply, part);
        buffer_put(reply, asked, count);
    } else if (packet.type == PUBLISH && packet.qos == 1 && take_text(&packet.rest, &topic) &&
               cursor_take(&packet.rest, 2, &part)) {
        buffer_put_u8(reply, PUBACK);
        buffer_put_u8(reply, 2);
        buffer_put_cursor(reply, part);
    }
}
