/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes packet_parse and the fragment store. The input is frames, each behind four bytes: the link type,
 * how many bytes the capture cut off, the length. */
#include <stdlib.h>

#include "wire/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(bool fine)
{
    if (!fine)
        abort();
}

/* One frame in a block of its exact size; every byte of the payload is read. */
static void run_frame(struct fragments *store, enum link_type link, struct cursor frame, size_t cut,
                      int64_t now)
{
    struct packet packet;
    uint8_t *block = malloc(frame.left ? frame.left : 1);
    check(block);
    if (frame.left > 0)
        memcpy(block, frame.at, frame.left);
    if (packet_parse(store, link, cursor_of(block, frame.left), frame.left + cut, now, &packet) ==
        PACKET_OK) {
        volatile uint8_t sum = 0;
        for (size_t i = 0; i < packet.payload.left; i++)
            sum = (uint8_t)(sum + packet.payload.at[i]);
        check(packet.missing <= cut);
        check(packet.payload.left <= 65535);
        check(packet.transport == TRANSPORT_TCP || packet.transport == TRANSPORT_UDP);
    }
    free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cursor input = cursor_of(bytes, length), frame;
    struct fragments *store = fragments_new(3);
    check(store);
    uint8_t link, cut;
    uint16_t size;
    uint64_t lost = 0;
    int64_t now = 0;
    while (cursor_u8(&input, &link) && cursor_u8(&input, &cut) && cursor_be16(&input, &size)) {
        size_t n = size < input.left ? size : input.left;
        if (!cursor_take(&input, n, &frame))
            break;
        now += (link >> 4) * 1000000LL;
        run_frame(store, link % (LINK_RAW_IP + 1), frame, cut, now);
        check(fragments_lost(store) >= lost);
        lost = fragments_lost(store);
    }
    fragments_free(store);
    return 0;
}
