/* SPDX-License-Identifier: Apache-2.0 */
/* Byte stuffing, undone step by step: a step is one plain byte or one escape. */
#include "base/unescape.h"

enum { PAIRS = sizeof(((struct escape *)0)->pairs) / sizeof(struct escape_pair), PLAIN_MAX = 2 };

static bool has_mark(const struct escape *escape)
{
    return escape->minus != 0 || escape->xor_with != 0;
}

static const struct escape_pair *find_raw(const struct escape *escape, struct cursor raw)
{
    for (size_t i = 0; raw.left > 0 && i < PAIRS && escape->pairs[i].raw; i++) {
        const struct escape_pair *pair = &escape->pairs[i];
        /* nearly every byte is decided by the first comparison */
        if (raw.at[0] == (uint8_t)pair->raw[0] && cursor_starts(raw, pair->raw, pair->raw_length))
            return pair;
    }
    return NULL;
}

/* Takes what stands at the front; returns how many plain bytes it means, 0 at the end. */
static size_t take_step(struct cursor *raw, const struct escape *escape, uint8_t plain[static PLAIN_MAX])
{
    const struct escape_pair *pair = find_raw(escape, *raw);
    uint8_t behind;
    if (pair && pair->plain_length <= PLAIN_MAX && cursor_skip(raw, pair->raw_length)) {
        memcpy(plain, pair->plain, pair->plain_length);
        return pair->plain_length;
    }
    if (!cursor_u8(raw, plain))
        return 0;
    if (has_mark(escape) && plain[0] == escape->mark && cursor_u8(raw, &behind))
        plain[0] = (uint8_t)((behind - escape->minus) ^ escape->xor_with);
    return 1;
}

/* How many bytes in front are nothing but plain: in most frames all of them. */
static size_t count_plain(struct cursor raw, const struct escape *escape)
{
    size_t at;
    if (has_mark(escape) && cursor_find(raw, escape->mark, &at))
        raw = cursor_part(raw, 0, at);
    for (size_t i = 0; i < PAIRS && escape->pairs[i].raw; i++) {
        if (cursor_find(raw, (uint8_t)escape->pairs[i].raw[0], &at))
            raw = cursor_part(raw, 0, at);
    }
    return raw.left;
}

/* Where the first escape begins; false: there is none. */
static bool find_escape(struct cursor raw, const struct escape *escape, size_t *offset)
{
    uint8_t plain[PLAIN_MAX];
    for (struct cursor rest = raw; cursor_skip(&rest, count_plain(rest, escape)) && rest.left > 0;) {
        size_t before = rest.left;
        *offset = raw.left - rest.left;
        if (take_step(&rest, escape, plain) == 0)
            break;
        if (before - rest.left > 1)
            return true;
    }
    return false;
}

struct cursor unescape(struct cursor raw, const struct escape *escape, uint8_t *memory, size_t size)
{
    uint8_t plain[PLAIN_MAX];
    size_t length, n;
    if (!find_escape(raw, escape, &length))
        return raw;
    length = length < size ? length : size;
    memcpy(memory, raw.at, length);
    if (!cursor_skip(&raw, length))
        return raw;
    while ((n = take_step(&raw, escape, plain)) > 0 && n <= size - length) {
        memcpy(memory + length, plain, n);
        length += n;
    }
    return cursor_of(memory, length);
}

size_t unescape_offset(struct cursor raw, const struct escape *escape, size_t plain)
{
    struct cursor rest = raw;
    uint8_t bytes[PLAIN_MAX];
    size_t passed = 0;
    while (true) {
        size_t at = raw.left - rest.left, n = take_step(&rest, escape, bytes);
        passed += n;
        if (n == 0 || passed > plain)
            return at;
    }
}

static const struct escape_pair *find_plain(const struct escape *escape, struct cursor plain)
{
    for (size_t i = 0; i < PAIRS && escape->pairs[i].raw; i++) {
        if (cursor_starts(plain, escape->pairs[i].plain, escape->pairs[i].plain_length))
            return &escape->pairs[i];
    }
    return NULL;
}

void escape_put(struct buffer *reply, const struct escape *escape, struct cursor plain)
{
    uint8_t byte;
    while (plain.left > 0) {
        const struct escape_pair *pair = find_plain(escape, plain);
        if (pair && cursor_skip(&plain, pair->plain_length)) {
            buffer_put(reply, pair->raw, pair->raw_length);
            continue;
        }
        if (!cursor_u8(&plain, &byte))
            return;
        if (has_mark(escape) && escape->escaped && byte != 0 && strchr(escape->escaped, byte)) {
            buffer_put_u8(reply, escape->mark);
            byte = (uint8_t)((byte ^ escape->xor_with) + escape->minus);
        }
        buffer_put_u8(reply, byte);
    }
}
