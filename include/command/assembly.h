/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a message, put together: wire, protocols, verdict and outlets. run, listen, sniff and read share it. */
#ifndef COMMAND_ASSEMBLY_H
#define COMMAND_ASSEMBLY_H

#include "command/settings.h"
#include "intake/capture.h"
#include "intake/listener.h"

struct assembly;

/* Builds all from the settings (borrowed), but opens no file. NULL: error says what is wrong and the mend. */
struct assembly *assembly_new(const struct settings *settings, char *error, size_t size);

/* Opens the log files, as the user who will write them: once root is left. False: error says what is wrong and the mend. */
MUST_CHECK bool assembly_open_logs(struct assembly *assembly, char *error, size_t size);

/* Ends and frees everything, children before parents. Takes NULL. */
void assembly_free(struct assembly *assembly);

/* The doors for the intakes. */
struct frame_handler assembly_frames(struct assembly *assembly);
struct listener_handler assembly_connections(struct assembly *assembly);

/* Once a second, with the wall clock. */
void assembly_tick(struct assembly *assembly, int64_t now);

/* Writes out what is buffered. False: standard output failed, errno says why. */
bool assembly_flush(struct assembly *assembly);

/* Log files are opened anew. */
void assembly_reopen(struct assembly *assembly);

/* The end: judges what is unfinished and writes the summary. Connections stay as they are: what closes later is not told. kernel_drops and listener (may be NULL) are its losses.
 * False: standard output failed. */
bool assembly_finish(struct assembly *assembly, uint64_t kernel_drops, const struct listener *listener,
                     int64_t now);

/* Time of the last packet, µs; 0: none yet. */
int64_t assembly_packet_time(const struct assembly *assembly);

#endif
