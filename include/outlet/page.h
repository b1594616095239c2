/* SPDX-License-Identifier: Apache-2.0 */
/* The page's files, which are part of the program: CMake makes the table from daemon/outlet/page/. Served by web. */
#ifndef OUTLET_PAGE_H
#define OUTLET_PAGE_H

#include <stddef.h>

struct page_file {
    const char *path; /* "/page.css"; NULL behind the last */
    const char *type; /* Content-Type */
    const char *tag;  /* ETag, with its quotes: another one for other bytes, the same for both forms */
    const unsigned char *bytes;
    size_t size;
    const unsigned char *packed; /* the same by gzip; NULL: that is not shorter */
    size_t packed_size;
};

extern const struct page_file page_files[];

/* The file of a path, "/" being "/index.html". NULL: there is none. */
const struct page_file *page_find(const char *path);

#endif
