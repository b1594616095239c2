/* SPDX-License-Identifier: Apache-2.0 */
/* How a message came, where only its port is known: a line of HEX, a log of before 5.0, what people write. */
#ifndef VERDICT_CARRIER_H
#define VERDICT_CARRIER_H

#include "verdict/conversation.h"

/* UDP where the bytes are right on the port as a datagram and not as a part of a stream; else TCP. Port 0: TCP. */
enum transport carrier_guess(struct detector *detector, const struct ports *ports, uint16_t port,
                             struct cursor bytes);

#endif
