/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the protocols that a site adds (conf/protocols.d, libconfig). */
#ifndef COMMAND_SITE_FILE_H
#define COMMAND_SITE_FILE_H

#include "protocol/site.h"

/* Adds the protocols of all *.conf files of a folder, in the order of their names. A wrong stanza is told (log, with file and
 * line) and left out; the rest counts. False: the folder or memory failed, error says why. A folder that is missing is none
 * when `is_optional`. */
MUST_CHECK bool site_read_folder(struct site *site, const char *folder, bool is_optional, char *error,
                                 size_t size);

/* One file. Returns how many of its stanzas were refused, or -1 when it cannot be read as a whole; all is told in the log. */
int site_read_file(struct site *site, const char *path);

#endif
