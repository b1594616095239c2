/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a pcapng file. Asked by capture. */
#include "intake/pcapng.h"

#include <stdlib.h>

enum block {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2, /* obsolete */
    BLOCK_SIMPLE = 3,
    BLOCK_ENHANCED = 6
};

enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14 };

/* No honest block is longer, and no file has more interfaces. */
enum { BLOCK_MAX = 16 << 20, INTERFACES_MAX = 65536, HEAD = 8, SECOND = 1000000 };

static const uint32_t order_magic = 0x1a2b3c4d;

/* The last second of the year 9999. */
static const int64_t last_second = INT64_C(253402300799);

struct interface {
    uint16_t link;
    uint32_t most; /* bytes captured of a packet; 0: all */
    uint8_t resolution;
    int64_t offset; /* seconds */
};

struct pcapng {
    FILE *file;
    bool is_big; /* byte order of the section */
    struct interface *interfaces;
    size_t count, room;
    uint8_t *block;
    size_t block_room;
    const char *error;
};

struct pcapng *pcapng_new(FILE *file)
{
    struct pcapng *pcapng = calloc(1, sizeof(*pcapng));
    if (pcapng)
        pcapng->file = file;
    return pcapng;
}

void pcapng_free(struct pcapng *pcapng)
{
    if (!pcapng)
        return;
    if (pcapng->file != stdin)
        fclose(pcapng->file);
    free(pcapng->interfaces);
    free(pcapng->block);
    free(pcapng);
}

const char *pcapng_error(const struct pcapng *pcapng)
{
    return pcapng->error;
}

static bool fail(struct pcapng *pcapng, const char *error)
{
    pcapng->error = error;
    return false;
}

static bool get16(const struct pcapng *pcapng, struct cursor *c, uint16_t *out)
{
    return pcapng->is_big ? cursor_be16(c, out) : cursor_le16(c, out);
}

static bool get32(const struct pcapng *pcapng, struct cursor *c, uint32_t *out)
{
    return pcapng->is_big ? cursor_be32(c, out) : cursor_le32(c, out);
}

/* ---- interfaces ---- */

static void read_options(const struct pcapng *pcapng, struct cursor c, struct interface *interface)
{
    uint16_t code, length;
    struct cursor value;
    while (get16(pcapng, &c, &code) && get16(pcapng, &c, &length) && code != OPTION_END &&
           cursor_take(&c, length, &value)) {
        uint64_t seconds;
        uint8_t resolution;
        if (code == OPTION_RESOLUTION && cursor_u8_at(value, 0, &resolution))
            interface->resolution = resolution;
        if (code == OPTION_OFFSET &&
            (pcapng->is_big ? cursor_be64(&value, &seconds) : cursor_le64(&value, &seconds)))
            interface->offset = (int64_t)seconds;
        if (!cursor_skip(&c, (4 - length % 4u) % 4))
            return;
    }
}

static bool add_interface(struct pcapng *pcapng, struct cursor c)
{
    struct interface interface = { .resolution = 6 };
    if (!get16(pcapng, &c, &interface.link) || !cursor_skip(&c, 2) || !get32(pcapng, &c, &interface.most))
        return fail(pcapng, "an interface block is too short");
    if (pcapng->count == INTERFACES_MAX)
        return fail(pcapng, "there are too many interfaces");
    read_options(pcapng, c, &interface);
    if (pcapng->count == pcapng->room) {
        size_t room = pcapng->room ? 2 * pcapng->room : 8;
        struct interface *larger = realloc(pcapng->interfaces, room * sizeof(*larger));
        if (!larger)
            return fail(pcapng, "out of memory");
        pcapng->interfaces = larger;
        pcapng->room = room;
    }
    pcapng->interfaces[pcapng->count++] = interface;
    return true;
}

/* Units since 1970 in microseconds; 0 where no calendar has them. */
static int64_t time_of(const struct interface *interface, uint64_t units)
{
    unsigned power = interface->resolution & 0x7f;
    uint64_t seconds, micros = 0;
    if (interface->resolution & 0x80) { /* of two */
        if (power > 63)
            return 0;
        uint64_t rest = units & ((UINT64_C(1) << power) - 1);
        unsigned surplus = power > 40 ? power - 40 : 0; /* more digits than microseconds have */
        seconds = units >> power;
        micros = (rest >> surplus) * SECOND >> (power - surplus);
    } else { /* of ten */
        uint64_t whole = 1;
        if (power > 19)
            return 0;
        for (unsigned i = 0; i < power; i++)
            whole *= 10;
        seconds = units / whole;
        micros = whole <= SECOND ? units % whole * (SECOND / whole) : units % whole / (whole / SECOND);
    }
    if (seconds > (uint64_t)last_second || interface->offset > last_second ||
        interface->offset < -last_second)
        return 0;
    int64_t second = (int64_t)seconds + interface->offset;
    return second < 0 || second > last_second ? 0 : second * SECOND + (int64_t)micros;
}

/* ---- packets ---- */

static bool finish(struct pcapng *pcapng, uint32_t number, uint64_t units, struct cursor c, uint32_t captured,
                   uint32_t length, struct pcapng_frame *frame)
{
    if (number >= pcapng->count)
        return fail(pcapng, "a packet is of an interface that is not described");
    const struct interface *interface = &pcapng->interfaces[number];
    frame->link = interface->link;
    frame->length = length;
    frame->time = time_of(interface, units);
    return cursor_take(&c, captured, &frame->bytes) || fail(pcapng, "a packet is longer than its block");
}

static bool read_packet(struct pcapng *pcapng, uint32_t type, struct cursor c, struct pcapng_frame *frame)
{
    uint32_t number, high, low, captured, length;
    uint16_t number16;
    if (type == BLOCK_SIMPLE) {
        if (!get32(pcapng, &c, &length))
            return fail(pcapng, "a packet block is too short");
        uint32_t most = pcapng->count > 0 ? pcapng->interfaces[0].most : 0;
        captured = most != 0 && length > most ? most : length;
        return finish(pcapng, 0, 0, c, captured, length, frame);
    }
    if (type == BLOCK_PACKET) {
        if (!get16(pcapng, &c, &number16) || !cursor_skip(&c, 2))
            return fail(pcapng, "a packet block is too short");
        number = number16;
    } else if (!get32(pcapng, &c, &number)) {
        return fail(pcapng, "a packet block is too short");
    }
    if (!get32(pcapng, &c, &high) || !get32(pcapng, &c, &low) || !get32(pcapng, &c, &captured) ||
        !get32(pcapng, &c, &length))
        return fail(pcapng, "a packet block is too short");
    return finish(pcapng, number, (uint64_t)high << 32 | low, c, captured, length, frame);
}

/* ---- blocks ---- */

static bool fill(struct pcapng *pcapng, size_t from, size_t to)
{
    if (to > pcapng->block_room) {
        uint8_t *larger = realloc(pcapng->block, to);
        if (!larger)
            return fail(pcapng, "out of memory");
        pcapng->block = larger;
        pcapng->block_room = to;
    }
    if (fread(pcapng->block + from, 1, to - from, pcapng->file) != to - from)
        return fail(pcapng, "the file ends in the middle of a block");
    return true;
}

/* Its byte order stands behind its length, which is in that order. */
static bool begin_section(struct pcapng *pcapng)
{
    uint32_t magic;
    if (!fill(pcapng, HEAD, HEAD + 4))
        return false;
    struct cursor c = cursor_of(pcapng->block + HEAD, 4);
    pcapng->is_big = cursor_be32(&c, &magic) && magic == order_magic;
    c = cursor_of(pcapng->block + HEAD, 4);
    if (!pcapng->is_big && (!cursor_le32(&c, &magic) || magic != order_magic))
        return fail(pcapng, "a section has no known byte order");
    pcapng->count = 0;
    return true;
}

/* Reads the next block; body is what is between its head and the length that is repeated at its end. */
static enum pcapng_result read_block(struct pcapng *pcapng, uint32_t *type, struct cursor *body)
{
    uint32_t length;
    int first = getc(pcapng->file);
    if (first == EOF && !ferror(pcapng->file))
        return PCAPNG_END;
    if (first != EOF)
        ungetc(first, pcapng->file);
    if (!fill(pcapng, 0, HEAD))
        return PCAPNG_BROKEN;
    size_t have = HEAD;
    if (memcmp(pcapng->block, PCAPNG_MAGIC, 4) == 0) {
        if (!begin_section(pcapng))
            return PCAPNG_BROKEN;
        have += 4;
    }
    struct cursor head = cursor_of(pcapng->block, HEAD);
    if (!get32(pcapng, &head, type) || !get32(pcapng, &head, &length) || length < have + 4 ||
        length > BLOCK_MAX) {
        pcapng->error = "a block has no possible length";
        return PCAPNG_BROKEN;
    }
    size_t whole = (length + 3u) / 4 * 4; /* some writers forget to round it up */
    if (!fill(pcapng, have, whole))
        return PCAPNG_BROKEN;
    *body = cursor_of(pcapng->block + HEAD, whole - HEAD - 4);
    return PCAPNG_FRAME;
}

enum pcapng_result pcapng_next(struct pcapng *pcapng, struct pcapng_frame *frame)
{
    for (;;) {
        uint32_t type;
        struct cursor body;
        enum pcapng_result result = pcapng->error ? PCAPNG_BROKEN : read_block(pcapng, &type, &body);
        if (result != PCAPNG_FRAME)
            return result;
        switch (type) {
        case BLOCK_INTERFACE:
            if (!add_interface(pcapng, body))
                return PCAPNG_BROKEN;
            break;
        case BLOCK_PACKET:
        case BLOCK_SIMPLE:
        case BLOCK_ENHANCED:
            return read_packet(pcapng, type, body, frame) ? PCAPNG_FRAME : PCAPNG_BROKEN;
        default:
            break; /* names, statistics, comments, and what the section itself says */
        }
    }
}
