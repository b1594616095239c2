/* SPDX-License-Identifier: Apache-2.0 */
/* What a command prints is masked on its way out, where --mask is given. Used by doctor and by the commands that ask. */
#ifndef COMMAND_MASKED_H
#define COMMAND_MASKED_H

#include "command/history_open.h"

struct masked {
    struct masking masking;
    int paper, standard; /* what is printed goes to the first meanwhile; -1: it is not masked */
    bool is_json;
};

/* From now on standard output is gathered. Without --mask nothing happens. False: memory is out, or errno says why. */
MUST_CHECK bool masked_begin(const struct options *options, struct masked *masked);

/* Ids that may come, so that they are known as such in texts too. The second takes a JSON record's. */
void masked_note(struct masked *masked, const char *id);
void masked_note_record(struct masked *masked, struct cursor record);

/* Prints what was gathered, masked. */
void masked_end(struct masked *masked);

#endif
