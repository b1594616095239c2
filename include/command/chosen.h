/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody chooses on the command line: whom to show, when to stop, what to keep. */
#ifndef COMMAND_CHOSEN_H
#define COMMAND_CHOSEN_H

#include "command/settings.h"
#include "outlet/keep.h"

/* Fills settings->chosen; what is named is looked up among the protocols there are. False: a line was printed. */
MUST_CHECK bool chosen_read(const struct options *options, const char *command, struct settings *settings);

/* Opens the file of -w, where there is one, as whoever this is: call it before root is left, unless root was only lent by sudo. What
 * is in the file stays until it is written. False: a line was printed. */
MUST_CHECK bool chosen_open_file(const char *command, struct settings *settings);

/* Makes what keeps packets, where -w is given: as the user who will write, unless the file was opened before. *keep stays NULL
 * where nobody wants it. False: error says what is wrong and the mend; it is left as it is when memory is out. */
MUST_CHECK bool chosen_keep(const struct settings *settings, const struct keep_parts *parts,
                            struct keep **keep, char *error, size_t size);

#endif
