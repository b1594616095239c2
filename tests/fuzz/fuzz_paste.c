/* SPDX-License-Identifier: Apache-2.0 */
/* Pasted texts of any kind: nothing is read beyond them, and what is told lies within bounds. */
#include <stdint.h>
#include <stdlib.h>

#include "protocol/registry.h"
#include "wire/paste.h"

static void see(void *context, const struct pasted *pasted)
{
    size_t *sum = context;
    for (size_t i = 0; i < pasted->bytes.left; i++)
        *sum += pasted->bytes.at[i] + (pasted->hidden ? pasted->hidden[i] : 0u);
    if (pasted->bytes.left == 0 || pasted->bytes.left > MESSAGE_MAX || !pasted->source)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct detector *detector;
    static struct ports *ports;
    static struct paste *paste;
    static size_t sum;
    if (!paste) {
        detector = detector_new(registry);
        ports = ports_new(registry);
        paste = paste_new(detector, ports);
        if (!paste)
            abort();
    }
    struct paste_sink sink = { &sum, see, NULL };
    (void)paste_read(paste, cursor_of(data, size), &sink);
    return 0;
}
