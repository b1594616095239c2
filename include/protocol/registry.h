/* SPDX-License-Identifier: Apache-2.0 */
/* All protocols there are; the list is generated from the folder daemon/protocols/. */
#ifndef PROTOCOL_REGISTRY_H
#define PROTOCOL_REGISTRY_H

#include "protocol/protocol.h"

/* All protocols in the order of their names, ended by NULL. */
extern const struct protocol *const registry[];

/* How many they are. */
size_t registry_count(void);

/* By name or alias, any case; NULL when there is none. */
const struct protocol *registry_find(const char *name);

/* The bytes of a sample; false when they do not fit or its HEX is wrong. */
MUST_CHECK bool sample_bytes(const struct sample *sample, uint8_t *out, size_t size, size_t *length);

#endif
