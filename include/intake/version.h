/* SPDX-License-Identifier: Apache-2.0 */
/* Which version of Traccar is installed: by its jar's manifest, or by what its log says when it starts. */
#ifndef INTAKE_VERSION_H
#define INTAKE_VERSION_H

#include <stddef.h>

#include "base/cursor.h"

/* Of the tracker-server.jar in a folder: "6.14.5". False: there is none, it cannot be read, or its manifest tells no version. */
MUST_CHECK bool version_of_jar(const char *folder, char *out, size_t size);

/* The last one that a log tells, in its beginning or near its end; a log that is long between tells it of neither. */
MUST_CHECK bool version_of_log(const char *path, char *out, size_t size);

#endif
