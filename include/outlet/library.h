/* SPDX-License-Identifier: Apache-2.0 */
/* The libraries that this room stands on, with the versions that run, for --version. */
#ifndef OUTLET_LIBRARY_H
#define OUTLET_LIBRARY_H

#include <stddef.h>

/* "NAME VERSION" */
void library_outlet(char *out, size_t size);

#endif
