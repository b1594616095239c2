/* SPDX-License-Identifier: Apache-2.0 */
/* The libraries that this room stands on, with the versions that run, for --version. */
#ifndef INTAKE_LIBRARY_H
#define INTAKE_LIBRARY_H

#include <stddef.h>

/* "NAME VERSION, NAME VERSION" */
void library_intake(char *out, size_t size);

#endif
