/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes from the system: the only place that asks for them. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* Fills memory with bytes that nobody can foretell. Never waits. False: the system gives none, and the memory is as it was. */
MUST_CHECK bool random_bytes(void *memory, size_t size);

#endif
