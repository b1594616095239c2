/* SPDX-License-Identifier: Apache-2.0 */
/* Near misses of identifiers. Called by registration. */
#include "verdict/near_id.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { SHORTEST = 6, TAIL = 7, IMEI = 15 };

static bool is_number(const char *id)
{
    return id[strspn(id, "0123456789")] == '\0';
}

/* The last digit of an IMEI is computed from the others. */
static bool has_check_digit(const char *imei)
{
    unsigned sum = 0;
    for (size_t i = 0; i < IMEI; i++) {
        unsigned digit = (unsigned)(imei[i] - '0');
        if (i % 2 == 1)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

static bool is_swapped(const char *a, const char *b, size_t length)
{
    size_t at = 0;
    while (at < length && a[at] == b[at])
        at++;
    return at + 1 < length && a[at] == b[at + 1] && a[at + 1] == b[at] &&
           memcmp(a + at + 2, b + at + 2, length - at - 2) == 0;
}

/* Is the longer one the shorter with a letter or digit put in somewhere? */
static bool is_one_more(const char *longer, const char *shorter, size_t length)
{
    size_t at = 0;
    while (at < length && longer[at] == shorter[at])
        at++;
    return memcmp(longer + at + 1, shorter + at, length - at) == 0;
}

const char *near_id(const char *registered, const char *sent)
{
    size_t ours = strlen(registered), theirs = strlen(sent);
    const char *a = registered + strspn(registered, "0"), *b = sent + strspn(sent, "0");
    bool is_ours_longer = ours > theirs;
    const char *longer = is_ours_longer ? registered : sent, *shorter = is_ours_longer ? sent : registered;
    size_t length = strlen(shorter);
    if (ours < SHORTEST || theirs < SHORTEST || !a[0] || !b[0] || strcmp(registered, sent) == 0)
        return NULL;
    if (strcmp(a, b) == 0)
        return ours < theirs ? "without the zero in front" : "with a zero in front";
    if (strcasecmp(registered, sent) == 0)
        return "capital and small letters differ";
    if (ours == theirs)
        return is_swapped(registered, sent, ours) ? "two neighbouring digits are swapped" : NULL;
    if (is_number(longer) && strlen(longer) == IMEI && length == IMEI - 1 &&
        strncmp(longer, shorter, length) == 0 && has_check_digit(longer))
        return is_ours_longer ? "with a check digit behind it" : "without its check digit, the last one";
    if (strlen(longer) == length + 1 && is_one_more(longer, shorter, length))
        return is_ours_longer ? "with a digit too many" : "a digit is missing";
    /* some protocols tell a zero and the last digits of the IMEI */
    const char *tail = shorter + strspn(shorter, "0");
    size_t kept = strlen(tail);
    if (kept >= TAIL && is_number(tail) && strcmp(longer + strlen(longer) - kept, tail) == 0)
        return is_ours_longer ? "the device sends only its last digits"
                              : "only the last digits are registered";
    return NULL;
}
