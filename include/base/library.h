/* SPDX-License-Identifier: Apache-2.0 */
/* The libraries that this room stands on, with the versions that run, for --version. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

/* "NAME VERSION, NAME VERSION" */
void library_base(char *out, size_t size);

#endif
