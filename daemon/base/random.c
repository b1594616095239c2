/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes: from getrandom, or from /dev/urandom where a sandbox or an old kernel has none. Keys the tables. */
#include "base/random.h"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/random.h>
#endif

static bool from_device(void *memory, size_t size)
{
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, memory, size);
    close(fd);
    return n >= 0 && (size_t)n == size;
}

bool random_bytes(void *memory, size_t size)
{
#ifdef __linux__
    /* early in a boot the pool may not be ready: the device gives what there is, without waiting */
    ssize_t n = getrandom(memory, size, GRND_NONBLOCK);
    return (n >= 0 && (size_t)n == size) || from_device(memory, size);
#else
    return getentropy(memory, size) == 0 || from_device(memory, size);
#endif
}
