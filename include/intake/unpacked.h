/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files that somebody has packed with gzip, as Wireshark and admins do: read as if they were not. */
#ifndef INTAKE_UNPACKED_H
#define INTAKE_UNPACKED_H

#include <stdio.h>

/* Takes a file that was opened and from which nothing was read. Gives it back where it is not packed; else another one, which
 * gives what is inside, and this one is closed with it. NULL, and errno: memory is out. */
FILE *unpacked(FILE *file);

#endif
