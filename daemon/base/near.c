/* SPDX-License-Identifier: Apache-2.0 */
/* Near misses by edit distance. Used by command. */
#include "base/near.h"

#include <stdint.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t near_distance(const char *a, const char *b)
{
    size_t rows[3][NEAR_MAX + 1];
    size_t wide = strlen(b), high = strlen(a);
    if (wide > NEAR_MAX || high > NEAR_MAX)
        return NEAR_MAX;
    for (size_t j = 0; j <= wide; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= high; i++) {
        const size_t *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
        size_t *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= wide; j++) {
            bool is_same = a[i - 1] == b[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !is_same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[high % 3][wide];
}

void near_consider(struct near_search *search, const char *candidate)
{
    size_t length = strlen(search->word);
    size_t distance = near_distance(search->word, candidate);
    /* who stops in the middle of a word is near it, too */
    if (length >= 3 && strncmp(search->word, candidate, length) == 0)
        distance = least(distance, 1);
    if (search->best && distance >= search->distance)
        return;
    search->best = candidate;
    search->distance = distance;
}

const char *near_found(const struct near_search *search)
{
    size_t length = strlen(search->word);
    size_t most = length <= 2 ? 0 : length <= 4 ? 1 : 2;
    return search->best && search->distance <= most ? search->best : NULL;
}
