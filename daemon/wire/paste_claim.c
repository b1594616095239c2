/* SPDX-License-Identifier: Apache-2.0 */
/* Tells messages from what only looks like one. Used by paste. */
#include "wire/paste_claim.h"

enum { CLAIM_COST = 64, HEADERS_MOST = 64, IPV4_LEAST = 20, IPV6_HEADER = 40 };

enum claim paste_claim(const struct paste_asker *asker, struct cursor bytes, bool complete, size_t *length)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    struct service service = { TRANSPORT_TCP, 0 };
    *length = 0;
    *asker->effort += CLAIM_COST + bytes.left;
    if (bytes.left == 0 || !conversation_take(&conversation, asker->detector, asker->ports, &service, bytes,
                                              complete, NULL, &identity))
        return CLAIM_NO;
    *length = identity.bytes.left;
    return identity.candidate_count > 0 && identity.noise == 0 ? identity.certainty : CLAIM_NO;
}

/* The first message as it would be read; false: nobody claims it. */
static bool take_first(const struct paste_asker *asker, struct cursor bytes, size_t *length,
                       struct identity *identity)
{
    struct conversation conversation = { 0 };
    struct service service = { TRANSPORT_TCP, 0 };
    *length = 0;
    *asker->effort += CLAIM_COST + bytes.left;
    if (bytes.left == 0 || !conversation_take(&conversation, asker->detector, asker->ports, &service, bytes,
                                              true, NULL, identity))
        return false;
    *length = identity->bytes.left;
    return identity->candidate_count > 0 && identity->noise == 0;
}

unsigned paste_weigh(const struct paste_asker *asker, struct cursor bytes, size_t *length)
{
    struct identity identity;
    if (!take_first(asker, bytes, length, &identity))
        return 0;
    const struct reading *reading = &identity.reading;
    unsigned place = reading->location >= LOCATION_INVALID ? 2 : reading->location == LOCATION_NONE ? 1 : 0;
    return (unsigned)identity.certainty * PASTE_WEIGHT + place * 2 + (reading->device[0] != '\0');
}

size_t paste_find_lead(const struct paste_asker *asker, struct cursor bytes)
{
    struct identity identity;
    size_t length, n;
    if (!take_first(asker, bytes, &length, &identity))
        return 0;
    n = strlen(identity.reading.device);
    if (n == 0 || !cursor_starts(bytes, identity.reading.device, n))
        return 0;
    while (n > 0 && !strchr(" \t\"'`", bytes.at[n - 1]))
        n--;
    struct cursor rest = cursor_part(bytes, n, bytes.left);
    return n > 0 && paste_weigh(asker, rest, &length) / PASTE_WEIGHT >= identity.certainty ? n : 0;
}

bool paste_is_whole(const struct paste_asker *asker, struct cursor bytes)
{
    size_t length;
    while (bytes.left > 0) {
        if (paste_claim(asker, bytes, false, &length) < CLAIM_LIKELY || !cursor_skip(&bytes, length))
            return false;
    }
    return true;
}

/* Does an IP packet begin here that ends with the bytes? */
static bool is_ip(struct cursor bytes)
{
    uint16_t length;
    uint8_t first;
    if (!cursor_u8_at(bytes, 0, &first))
        return false;
    if (first >> 4 == 4)
        return bytes.left >= IPV4_LEAST && cursor_be16_at(bytes, 2, &length) && length == bytes.left;
    return first >> 4 == 6 && bytes.left >= IPV6_HEADER && cursor_be16_at(bytes, 4, &length) &&
           (size_t)length + IPV6_HEADER == bytes.left;
}

static bool parse(const struct paste_asker *asker, struct cursor bytes, struct packet *packet)
{
    static const enum link_type links[] = { LINK_RAW_IP, LINK_ETHERNET, LINK_COOKED, LINK_COOKED2 };
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        if (packet_parse(asker->fragments, links[i], bytes, bytes.left, 0, packet) == PACKET_OK &&
            packet->missing == 0)
            return true;
    }
    /* behind whatever else stands before it: PPP, PPPoE, loopback, a tunnel */
    for (size_t i = 1; i < HEADERS_MOST && i < bytes.left; i++) {
        struct cursor inner = cursor_part(bytes, i, bytes.left);
        if (is_ip(inner) &&
            packet_parse(asker->fragments, LINK_RAW_IP, inner, inner.left, 0, packet) == PACKET_OK)
            return true;
    }
    return false;
}

bool paste_open_packet(const struct paste_asker *asker, struct pasted *pasted)
{
    struct packet packet;
    if (pasted->bytes.left < IPV4_LEAST || !parse(asker, pasted->bytes, &packet))
        return false;
    bool is_to = ports_owner(asker->ports, packet.destination.port) != NULL;
    bool is_from = ports_owner(asker->ports, packet.source.port) != NULL;
    pasted->is_out = is_from && !is_to;
    pasted->service =
        (struct service){ packet.transport, pasted->is_out ? packet.source.port : packet.destination.port };
    pasted->has_transport = true;
    pasted->bytes = packet.payload;
    return true;
}
