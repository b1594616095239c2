/* SPDX-License-Identifier: Apache-2.0 */
/* Where others ask a running hexwatch: the control socket's place, as the settings and the system say. Used by the outlets, by
 * the commands that ask, and by those that start one themselves. */
#ifndef COMMAND_ASKING_H
#define COMMAND_ASKING_H

#include "command/settings.h"
#include "outlet/control.h"

/* Opens the control socket that the settings want into *control: NULL where they want none, and where only the usual place
 * (AUTO) cannot be had: then `note` says why, without a full stop. False: error says what is wrong and the mend. */
enum { ASKING_NOTE = 256 };
MUST_CHECK bool asking_open(const struct settings *settings, struct event_base *base,
                            struct snapshot *snapshot, struct control **control, char *note, char *error,
                            size_t size);

/* The places where a daemon may be asked, in the order in which to try them, from 0. False: there are no more. */
MUST_CHECK bool asking_place(const char *wanted, size_t index, char out[static CONTROL_PATH]);

/* The place where this process, before it leaves root, would make one that is found by those who name none. False: there is no
 * such place, or they would find another hexwatch. */
MUST_CHECK bool asking_free_place(char out[static CONTROL_PATH]);

#endif
