/* SPDX-License-Identifier: Apache-2.0 */
/* Guesses the transport of bytes by what is right on their port. Called by hexline and by the answer to a paste. */
#include "verdict/carrier.h"

static bool is_right(struct detector *detector, const struct ports *ports, struct service service,
                     struct cursor bytes)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    return conversation_take(&conversation, detector, ports, &service, bytes, true, NULL, &identity) &&
           identity.verdict == VERDICT_OK;
}

enum transport carrier_guess(struct detector *detector, const struct ports *ports, uint16_t port,
                             struct cursor bytes)
{
    struct service tcp = { TRANSPORT_TCP, port }, udp = { TRANSPORT_UDP, port };
    return !is_right(detector, ports, tcp, bytes) && is_right(detector, ports, udp, bytes) ? TRANSPORT_UDP
                                                                                           : TRANSPORT_TCP;
}
