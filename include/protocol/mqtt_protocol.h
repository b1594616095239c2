/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the protocols over MQTT (3.1 and 3.1.1, TCP) share: packets, the id, answers.
 *
 *   type 4 bits, flags 4 bits | length of the rest: 1-4 bytes of 7 bits, low ones first | rest
 *   CONNECT 1: name, level, flags, keep alive 2, client id, … | PUBLISH 3: topic, [packet id 2 with QoS], payload |
 *   SUBSCRIBE 8: packet id 2, then topic filter and QoS each | UNSUBSCRIBE 10: without QoS | PINGREQ 12 | DISCONNECT 14 |
 *   PUBACK 4 of what a server publishes: packet id 2. Texts have their length (2, big endian) in front.
 *
 * The id is the client id of CONNECT, and which protocol it is only a PUBLISH tells: the rest is any MQTT client's.
 */
#ifndef PROTOCOL_MQTT_PROTOCOL_H
#define PROTOCOL_MQTT_PROTOCOL_H

#include "protocol/protocol.h"

/* PUBLISH of QoS 0 to 2, the first time, again, or kept. */
#define MQTT_HEADS                                                                                          \
    HEADS(HEAD("\x10"), HEAD("\x82"), HEAD("\xa2"), HEAD("\xc0\0"), HEAD("\xe0\0"), HEAD("@\2"), HEAD("0"), \
          HEAD("1"), HEAD("2"), HEAD("3"), HEAD("4"), HEAD("5"), HEAD(":"), HEAD(";"), HEAD("<"), HEAD("="))

/* `judge` says what the payload of a PUBLISH is, whose packet is whole. CONNECT with an IMEI is CLAIM_LIKELY, with another id
 * CLAIM_POSSIBLE like the rest. */
enum claim mqtt_match(const struct message *message, size_t *length,
                      enum claim (*judge)(struct cursor payload));

/* Reads the id of CONNECT, and has the payload of PUBLISH read. */
void mqtt_read(const struct message *message, struct reading *reading,
               void (*fill)(struct cursor payload, struct reading *reading));

/* CONNACK, SUBACK, PUBACK. */
void mqtt_answer(const struct message *message, const struct asker *asker, struct buffer *reply);

#endif
