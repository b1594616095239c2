/* SPDX-License-Identifier: Apache-2.0 */
/* The size of a terminal. Used by log and by the screen. */
#include "base/tty.h"

#include <sys/ioctl.h>

bool tty_size(int fd, unsigned *columns, unsigned *rows)
{
#ifdef TIOCGWINSZ
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
#else
    (void)fd, (void)columns, (void)rows;
    return false;
#endif
}
