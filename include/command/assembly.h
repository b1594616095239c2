/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a message, put together: wire, protocols, verdict and outlets. run, listen, sniff and read share it. */
#ifndef COMMAND_ASSEMBLY_H
#define COMMAND_ASSEMBLY_H

#include "command/settings.h"
#include "intake/listener.h"
#include "intake/sniffer.h"
#include "intake/traccar_log.h"

struct assembly;
struct event_base;
struct snapshot;

/* Builds all from the settings (borrowed), but opens no file. NULL: error says what is wrong and the mend. */
struct assembly *assembly_new(const struct settings *settings, char *error, size_t size);

/* The same for a program with a loop (borrowed), which others can ask what it knows. */
struct assembly *assembly_new_live(const struct settings *settings, struct event_base *base, char *error,
                                   size_t size);

/* Opens the log files, as the user who will write them: once root is left. False: error says what is wrong and the mend. */
MUST_CHECK bool assembly_open_logs(struct assembly *assembly, char *error, size_t size);

/* Ends and frees everything, children before parents. Takes NULL. */
void assembly_free(struct assembly *assembly);

/* What the intakes feed; borrowed. */
struct tap *assembly_tap(struct assembly *assembly);
struct logbook *assembly_logbook(struct assembly *assembly); /* NULL: Traccar's log is not read */
struct listener_parts assembly_listener_parts(struct assembly *assembly);

/* What is watched, when the listener holds these ports itself: it hears what comes there first, and says it once. */
void assembly_leave_out(struct assembly *assembly, const struct portset *bound);
const struct portset *assembly_watched(const struct assembly *assembly);

/* What must be added to the loop's time to get the wall clock's. Before each turn of the loop. */
void assembly_set_wall(struct assembly *assembly, int64_t wall);

/* What this host looks like: once in some seconds. The firewall is borrowed for good. */
void assembly_host(struct assembly *assembly, const struct server_facts *facts, int64_t now);

/* What can be told at once, without packets that show it over time: for doctor. */
void assembly_examine(struct assembly *assembly, const struct server_facts *facts, int64_t now);

/* What it has been found to be, and where Traccar's ports are; borrowed. */
const struct publisher *assembly_publisher(const struct assembly *assembly);
const struct board *assembly_board(const struct assembly *assembly);
const struct ports *assembly_ports(const struct assembly *assembly);

/* Once a second, with the loop's time. */
void assembly_tick(struct assembly *assembly, int64_t now);

/* For the live commands: what is not read is dropped and counted from now on. False: memory is out. */
MUST_CHECK bool assembly_never_wait(struct assembly *assembly);

/* The descriptor to wait for, when there is more to write out than was taken; else -1. */
int assembly_pending(const struct assembly *assembly);

/* Writes out what is buffered. False: standard output failed, errno says why. */
bool assembly_flush(struct assembly *assembly);

/* Before something is said on standard error: what stays on a terminal below the lines is wiped, until the next flush. */
void assembly_make_room(struct assembly *assembly);

/* Log files are opened anew. */
void assembly_reopen(struct assembly *assembly);

/* An intake ended before its time: the summary says why. */
void assembly_break_off(struct assembly *assembly, const char *why);

/* The losses of the intakes; those that there were not are 0. */
struct intake_losses {
    struct sniffer_losses sniffer;
    struct listener_losses listener;
    struct traccar_log_losses log;
};

/* What was lost by the intakes so far, for those who ask. Once a second. */
void assembly_set_intake_losses(struct assembly *assembly, const struct intake_losses *losses);

/* What others can ask for, to be told which intakes there are; NULL without a loop. */
struct snapshot *assembly_snapshot(const struct assembly *assembly);

/* Where the page is, see outlets.h. */
const char *assembly_page(const struct assembly *assembly);

/* Were as many messages shown as somebody wanted? */
bool assembly_is_over(const struct assembly *assembly);

/* A summary of what there is so far. */
void assembly_sum_up(struct assembly *assembly, const struct intake_losses *intake, int64_t now);

/* The end: judges what is unfinished and writes the summary. Connections stay as they are: what closes later is not told. False:
 * standard output failed. */
bool assembly_finish(struct assembly *assembly, const struct intake_losses *intake, int64_t now);

/* Behind the end: are the packets kept that were to be (-w)? Where they are not, that was said. */
MUST_CHECK bool assembly_is_kept(struct assembly *assembly);

#endif
