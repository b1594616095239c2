/* SPDX-License-Identifier: Apache-2.0 */
/* Runs another program for what it prints. */
#ifndef INTAKE_CHILD_H
#define INTAKE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

enum child_result {
    CHILD_DONE,    /* it ended with 0 */
    CHILD_MISSING, /* there is no such program */
    CHILD_FAILED,  /* it ended with something else, or memory is out */
    CHILD_LATE     /* it took too long and was ended */
};

/* Runs the first of the paths (ended by NULL) that is there, with the arguments (arguments[0] is its name; ended by NULL), for at
 * most so many ms, and gives what it printed (at most some MB, owned by the caller, ended by a NUL that does not count) on
 * CHILD_DONE. Its input and its errors are nobody's, its environment is empty but for a plain PATH and the C locale. */
MUST_CHECK enum child_result child_run(const char *const *paths, const char *const *arguments, int most,
                                       char **text, size_t *length);

#endif
