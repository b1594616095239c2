/* SPDX-License-Identifier: Apache-2.0 */
/* Near misses: which word somebody may have meant. Used for commands, options and names. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* Words longer than this are strangers to all others. */
enum { NEAR_MAX = 32 };

/* How many letters have to be changed, added, left out, or swapped with their neighbour to make one word the other; NEAR_MAX
 * when either is longer than that. */
size_t near_distance(const char *a, const char *b);

/* The search for the word that comes nearest; starts as { .word = … }. Words are borrowed. */
struct near_search {
    const char *word;
    const char *best; /* NULL: none yet */
    size_t distance;  /* of the best */
};
void near_consider(struct near_search *search, const char *candidate);

/* The word that was meant, or NULL where none is near enough to say so. */
MUST_CHECK const char *near_found(const struct near_search *search);

#endif
