/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that show the history begin with: its file, a time as people give it, the mask. */
#ifndef COMMAND_HISTORY_OPEN_H
#define COMMAND_HISTORY_OPEN_H

#include "command/settings.h"
#include "outlet/history_read.h"
#include "verdict/mask.h"

/* Opens the file that --history names, else the configuration's, else the usual one. NULL: error says what is wrong and the mend. */
struct history_reader *history_open(const struct options *options, char *error, size_t size);

/* "2h" before now, "2026-11-27", "2026-11-27 10:30", "2026-11-27T10:30:05Z", else local time. False: it is none of these. */
MUST_CHECK bool history_read_time(const char *text, int64_t now, int64_t *micros);

/* A mask, with what it is built on. */
struct masking {
    struct detector *detector;
    struct ports *ports;
    struct mask *mask; /* NULL: nothing is masked */
};
MUST_CHECK bool masking_start(const struct options *options, struct masking *masking);
void masking_end(struct masking *masking);

/* Tells, on standard error, what the mask does not do, once all is shown. */
void masking_tell(const struct masking *masking, const struct options *options);

#endif
