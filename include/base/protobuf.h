/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over the fields of a Protocol Buffers message. */
#ifndef BASE_PROTOBUF_H
#define BASE_PROTOBUF_H

#include "base/cursor.h"

enum protobuf_wire {
    PROTOBUF_VARINT = 0,
    PROTOBUF_FIXED64 = 1,
    PROTOBUF_BYTES = 2, /* also texts, messages and packed lists */
    PROTOBUF_GROUP = 3, /* the old kind of a message: between a start and an end tag */
    PROTOBUF_FIXED32 = 5,
};

struct protobuf_field {
    uint32_t number;
    enum protobuf_wire wire;
    uint64_t value;      /* of varints and fixed ones; of bytes: how many */
    struct cursor bytes; /* of bytes and groups: the content; of the others: the value as it was sent */
};

/* Takes the next field; a group is taken as one field, to be walked or left alone. False, without moving, at the end
 * (nothing is left) and where the bytes are no field. */
MUST_CHECK bool protobuf_next(struct cursor *c, struct protobuf_field *field);

/* Takes a varint: at most 10 bytes, bits above 64 are lost. */
MUST_CHECK bool protobuf_varint(struct cursor *c, uint64_t *out);

/* The signed number that a sint32 or sint64 was sent as. */
static inline int64_t protobuf_zigzag(uint64_t value)
{
    return value & 1 ? -(int64_t)(value >> 1) - 1 : (int64_t)(value >> 1);
}

#endif
