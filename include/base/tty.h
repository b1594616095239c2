/* SPDX-License-Identifier: Apache-2.0 */
/* How large a terminal is at this moment. */
#ifndef BASE_TTY_H
#define BASE_TTY_H

#include <stdbool.h>

#include "base/compiler.h"

/* False: it is no terminal, or does not say. A side that it does not tell is 0. */
MUST_CHECK bool tty_size(int fd, unsigned *columns, unsigned *rows);

#endif
