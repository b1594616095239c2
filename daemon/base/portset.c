/* SPDX-License-Identifier: Apache-2.0 */
/* Port sets. Made by command from the user's words, used by the intakes. */
#include "base/portset.h"

#include <stdio.h>

#include "base/cursor.h"

void portset_add(struct portset *set, enum transport transport, uint16_t first, uint16_t last)
{
    for (unsigned port = first; port <= last; port++)
        set->bits[transport][port >> 3] = (uint8_t)(set->bits[transport][port >> 3] | 1u << (port & 7));
}

void portset_remove(struct portset *set, const struct portset *other)
{
    for (unsigned transport = 0; transport < 2; transport++) {
        for (size_t i = 0; i < sizeof(set->bits[transport]); i++)
            set->bits[transport][i] = (uint8_t)(set->bits[transport][i] & ~other->bits[transport][i]);
    }
}

static bool take_port(struct cursor text, uint16_t *port)
{
    uint64_t number;
    if (!cursor_number(text, &number) || number == 0 || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

bool portset_parse(struct portset *set, const char *text, char *error, size_t size)
{
    struct cursor rest = cursor_of_text(text), part;
    bool any = false;
    while (cursor_field(&rest, ',', &part)) {
        struct cursor word = cursor_trim(part), first_text;
        bool is_tcp = true, is_udp = true;
        uint16_t first, last;
        if (CURSOR_STARTS(word, "tcp:") || CURSOR_STARTS(word, "udp:")) {
            is_tcp = word.at[0] == 't';
            is_udp = !is_tcp;
            word = cursor_of(word.at + 4, word.left - 4);
        }
        bool is_range = cursor_until(&word, '-', &first_text);
        if (!take_port(is_range ? first_text : word, &first) || !take_port(word, &last) || last < first) {
            char shown[40];
            cursor_copy_text(part, shown, sizeof(shown));
            snprintf(error, size,
                     "'%s' is no port. Write 5001, 5001-5100, or tcp:5001 (1 to 65535), separated by commas",
                     shown);
            return false;
        }
        if (is_tcp)
            portset_add(set, TRANSPORT_TCP, first, last);
        if (is_udp)
            portset_add(set, TRANSPORT_UDP, first, last);
        any = true;
    }
    if (!any)
        snprintf(error, size, "there is no port in it. Write for example 5001-5100 or 5023,udp:5013");
    return any;
}

size_t portset_count(const struct portset *set, enum transport transport)
{
    size_t count = 0;
    for (unsigned port = 0; port <= UINT16_MAX; port++)
        count += portset_has(set, transport, (uint16_t)port);
    return count;
}

bool portset_next(const struct portset *set, enum transport transport, unsigned *from, uint16_t *first,
                  uint16_t *last)
{
    unsigned port = *from;
    while (port <= UINT16_MAX && !portset_has(set, transport, (uint16_t)port))
        port++;
    if (port > UINT16_MAX)
        return false;
    *first = (uint16_t)port;
    while (port <= UINT16_MAX && portset_has(set, transport, (uint16_t)port))
        port++;
    *last = (uint16_t)(port - 1);
    *from = port;
    return true;
}

void portset_write(const struct portset *set, enum transport transport, char *out, size_t size)
{
    size_t length = 0;
    unsigned from = 0;
    uint16_t first, last;
    if (size == 0)
        return;
    out[0] = '\0';
    while (portset_next(set, transport, &from, &first, &last)) {
        char part[24];
        int n = first == last ? snprintf(part, sizeof(part), "%s%u", length ? "," : "", first)
                              : snprintf(part, sizeof(part), "%s%u-%u", length ? "," : "", first, last);
        if (n < 0 || length + (size_t)n + 4 >= size) {
            snprintf(out + length, size - length, "%s", size - length > strlen("…") ? "…" : "");
            return;
        }
        memcpy(out + length, part, (size_t)n + 1);
        length += (size_t)n;
    }
}
