/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the page's files. The table is made by page.cmake; asked by web. */
#include "outlet/page.h"

#include <string.h>

const struct page_file *page_find(const char *path)
{
    if (strcmp(path, "/") == 0)
        path = "/index.html";
    for (const struct page_file *file = page_files; file->path; file++) {
        if (strcmp(file->path, path) == 0)
            return file;
    }
    return NULL;
}
