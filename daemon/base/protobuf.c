/* SPDX-License-Identifier: Apache-2.0 */
/* The Protocol Buffers walk: varints of at most 10 bytes, groups by their end tag. */
#include "base/protobuf.h"

enum { GROUP_END = 4, GROUP_DEPTH = 8 };

bool protobuf_varint(struct cursor *c, uint64_t *out)
{
    struct cursor rest = *c;
    uint64_t value = 0;
    uint8_t byte;
    for (unsigned shift = 0; shift < 70 && cursor_u8(&rest, &byte); shift += 7) {
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *out = value;
            *c = rest;
            return true;
        }
    }
    return false;
}

static bool take_tag(struct cursor *c, uint32_t *number, unsigned *wire)
{
    uint64_t tag;
    if (!protobuf_varint(c, &tag) || tag > UINT32_MAX || tag < 8)
        return false;
    *number = (uint32_t)(tag >> 3);
    *wire = tag & 7;
    return true;
}

/* Takes the value of a field that is no group. */
static bool take_value(struct cursor *c, unsigned wire, uint64_t *value, struct cursor *bytes)
{
    struct cursor start = *c;
    bool is_there;
    *value = 0;
    switch (wire) {
    case PROTOBUF_VARINT:
        is_there = protobuf_varint(c, value);
        break;
    case PROTOBUF_FIXED64:
        is_there = cursor_le64(c, value);
        break;
    case PROTOBUF_FIXED32:
        is_there = cursor_le(c, 4, value);
        break;
    case PROTOBUF_BYTES:
        return protobuf_varint(c, value) && *value <= c->left && cursor_take(c, (size_t)*value, bytes);
    default:
        return false;
    }
    return is_there && cursor_take(&start, start.left - c->left, bytes);
}

/* Takes a group up to its end tag: groups may stand inside groups. */
static bool take_group(struct cursor *c, uint32_t number, struct cursor *bytes)
{
    uint32_t open[GROUP_DEPTH] = { number };
    unsigned depth = 1, wire;
    struct cursor start = *c, end = *c, ignored;
    uint64_t value;
    while (depth > 0) {
        end = *c;
        if (!take_tag(c, &number, &wire))
            return false;
        if (wire == GROUP_END) {
            depth--;
            if (open[depth] != number)
                return false;
        } else if (wire == PROTOBUF_GROUP) {
            if (depth == GROUP_DEPTH)
                return false;
            open[depth++] = number;
        } else if (!take_value(c, wire, &value, &ignored)) {
            return false;
        }
    }
    return cursor_take(&start, start.left - end.left, bytes);
}

bool protobuf_next(struct cursor *c, struct protobuf_field *field)
{
    struct protobuf_field next = { 0 };
    struct cursor rest = *c;
    unsigned wire;
    if (!take_tag(&rest, &next.number, &wire))
        return false;
    next.wire = (enum protobuf_wire)wire;
    if (wire == PROTOBUF_GROUP ? !take_group(&rest, next.number, &next.bytes)
                               : !take_value(&rest, wire, &next.value, &next.bytes))
        return false;
    *field = next;
    *c = rest;
    return true;
}
