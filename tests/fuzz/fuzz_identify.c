/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the conversation and with it every protocol: match, read and answer. The bytes come at once, and
 * cut in two. */
#include <math.h>
#include <stdlib.h>

#include "fuzz/identify_flags.h"
#include "protocol/registry.h"
#include "verdict/conversation.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { UNKNOWN_OWNER = 5267, FOREIGN = 9, NOW = 1767258000 };

struct world {
    struct detector *detector;
    struct ports *ports;
    struct service service;
    struct conversation conversation;
};

static void check(bool fine)
{
    if (!fine)
        abort();
}

static bool is_printable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\0')
            return true;
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    }
    return false;
}

static void check_reading(const struct reading *reading, const struct marks *marks)
{
    check(reading->type && reading->type[0] && is_printable(reading->type, 64));
    check(is_printable(reading->device, DEVICE_MAX));
    check(reading->location <= LOCATION_VALID);
    check(isfinite(reading->lat) && fabs(reading->lat) <= 90);
    check(isfinite(reading->lon) && fabs(reading->lon) <= 180);
    check(marks->count <= MARKS_MAX);
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        check(mark->name && mark->length <= reading->message.left &&
              mark->offset <= reading->message.left - mark->length);
    }
}

static void check_told(const struct world *world, const struct identity *identity, struct cursor given)
{
    check(identity->bytes.at == given.at && identity->bytes.left > 0 && identity->bytes.left <= given.left);
    check(identity->noise < identity->bytes.left);
    check(identity->reading.message.at == identity->bytes.at + identity->noise &&
          identity->reading.message.left <= identity->bytes.left - identity->noise);
    check(identity->candidate_count <= CANDIDATES_MAX);
    check((identity->candidate_count > 0) == (identity->certainty >= CLAIM_POSSIBLE));
    check((identity->candidate_count > 0) == (identity->right_port != 0));
    check(!identity->kind || identity->candidate_count == 0);
    check((identity->verdict == VERDICT_NONE) == (world->service.port == 0));
    check(is_printable(identity->device, DEVICE_MAX));
}

/* whatever was read must be fit to be answered */
static void answer(const struct world *world, const struct identity *identity)
{
    const struct protocol *protocol = identity->candidate_count > 0 ? identity->candidates[0] : NULL;
    if (!protocol || !protocol_has_answers(protocol))
        return;
    uint8_t memory[512];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    struct asker asker = { .device = identity->device, .now = NOW };
    struct message message = { .bytes = identity->reading.message,
                               .datagram = world->service.transport == TRANSPORT_UDP,
                               .complete = true,
                               .patterns = detector_patterns(world->detector) };
    protocol_answer(protocol, &message, &asker, &reply);
    check(reply.length <= sizeof(memory));
}

/* Takes what can be taken; returns how much that is. */
static size_t feed(struct world *world, const uint8_t *bytes, size_t length, bool complete)
{
    /* a block of its own, so that the sanitizer sees every byte read too far */
    uint8_t *block = malloc(length ? length : 1);
    struct marks marks;
    struct identity identity;
    check(block != NULL);
    if (length > 0)
        memcpy(block, bytes, length);
    struct cursor rest = cursor_of(block, length);
    while (conversation_take(&world->conversation, world->detector, world->ports, &world->service, rest,
                             complete, &marks, &identity)) {
        check_told(world, &identity, rest);
        check_reading(&identity.reading, &marks);
        answer(world, &identity);
        check(cursor_skip(&rest, identity.bytes.left));
    }
    check(!complete || rest.left == 0);
    free(block);
    return length - rest.left;
}

/* the port where a server would expect these bytes; 0 when nobody claims them */
static uint16_t right_port(const struct world *world, const uint8_t *bytes, size_t length)
{
    struct candidates found;
    struct message message = { .bytes = cursor_of(bytes, length),
                               .datagram = world->service.transport == TRANSPORT_UDP,
                               .complete = true,
                               .patterns = detector_patterns(world->detector) };
    detector_ask(world->detector, &message, NULL, false, &found);
    return found.count > 0 ? ports_of(world->ports, found.list[0].protocol) : 0;
}

static uint16_t port_of(const struct world *world, unsigned choice, const uint8_t *bytes, size_t length)
{
    switch (choice) {
    case CHOICE_NO_PORT:
        return 0;
    case CHOICE_UNKNOWN_OWNER:
        return UNKNOWN_OWNER;
    case CHOICE_FOREIGN:
        return FOREIGN;
    case CHOICE_RIGHT:
        return right_port(world, bytes, length);
    default:
        return registry[(choice - CHOICE_OF_REGISTRY) % registry_count()]->port;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct world world; /* the detector is made once: it compiles the patterns */
    if (!world.detector) {
        world.detector = detector_new(registry);
        world.ports = ports_new(registry);
        check(world.detector && world.ports);
    }
    if (length == 0)
        return 0;
    unsigned flags = bytes[0];
    bytes++;
    length--;
    bool datagram = (flags & FLAG_DATAGRAM) != 0, complete = datagram || (flags & FLAG_COMPLETE) != 0;
    world.service.transport = datagram ? TRANSPORT_UDP : TRANSPORT_TCP;
    world.service.port = port_of(&world, flags >> FLAG_PORT_SHIFT, bytes, length);

    memset(&world.conversation, 0, sizeof(world.conversation));
    feed(&world, bytes, length, complete);

    /* the place of the cut follows from the bytes, so that an input found says all */
    size_t sum = flags;
    for (size_t i = 0; i < length; i++)
        sum = sum * 31 + bytes[i];
    size_t cut = sum % (length + 1);
    memset(&world.conversation, 0, sizeof(world.conversation));
    size_t taken = feed(&world, bytes, cut, datagram);
    feed(&world, bytes + taken, length - taken, complete);
    return 0;
}
