/* SPDX-License-Identifier: Apache-2.0 */
/* Looks protocols and the bytes of their samples up. The array itself is made from the folder daemon/protocols/. */
#include "protocol/registry.h"

#include <strings.h>

#include "base/hex.h"

size_t registry_count(void)
{
    size_t n = 0;
    while (registry[n])
        n++;
    return n;
}

const struct protocol *registry_find(const char *name)
{
    for (size_t i = 0; registry[i]; i++) {
        if (strcasecmp(registry[i]->name, name) == 0 ||
            (registry[i]->alias && strcasecmp(registry[i]->alias, name) == 0))
            return registry[i];
    }
    return NULL;
}

bool sample_bytes(const struct sample *sample, uint8_t *out, size_t size, size_t *length)
{
    size_t bad;
    if (sample->hex)
        return hex_read(cursor_of_text(sample->hex), out, size, length, &bad);
    *length = strlen(sample->text);
    if (*length > size)
        return false;
    memcpy(out, sample->text, *length);
    return true;
}
