/* SPDX-License-Identifier: Apache-2.0 */
/* Called by help and bundle. */
#include "outlet/library.h"

#include <sqlite3.h>
#include <stdio.h>

void library_outlet(char *out, size_t size)
{
    snprintf(out, size, "SQLite %s", sqlite3_libversion());
}
