/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks capture files while they are read. Called by capture. */
#include "intake/unpacked.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_ZLIB
#include <zlib.h>

static ssize_t give(void *cookie, char *bytes, size_t size)
{
    int n = gzread(cookie, bytes, size > INT_MAX ? INT_MAX : (unsigned)size);
    if (n < 0)
        errno = EIO;
    return n;
}

static int end(void *cookie)
{
    return gzclose_r(cookie) == Z_OK ? 0 : EOF;
}

/* What was opened is at its start: a copy of its descriptor is read, and it is closed. */
static FILE *unpack(FILE *file)
{
    static const cookie_io_functions_t functions = { .read = give, .close = end };
    int descriptor = dup(fileno(file));
    gzFile packed = descriptor < 0 ? NULL : gzdopen(descriptor, "rb");
    FILE *inside = packed ? fopencookie(packed, "rb", functions) : NULL;
    if (inside) {
        fclose(file);
        return inside;
    }
    if (packed)
        gzclose_r(packed);
    else if (descriptor >= 0)
        close(descriptor);
    fclose(file);
    return NULL;
}
#endif

FILE *unpacked(FILE *file)
{
#ifdef HAVE_ZLIB
    unsigned char start[2];
    bool is_packed = pread(fileno(file), start, sizeof(start), 0) == sizeof(start) && start[0] == 0x1f &&
                     start[1] == 0x8b; /* what cannot be read twice, a pipe, is not looked into */
    if (is_packed)
        return unpack(file);
#endif
    return file;
}
