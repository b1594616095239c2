/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a running hexwatch knows, as JSON records: the one place that writes them, for the control socket and for the page.
 * The records (one JSON object each; times are RFC 3339, UTC):
 *   status   how it runs, the answer in a sentence, the guide's six points, counts, losses
 *   device   one device, or a sender that has told no id
 *   port     one port: what is spoken there, who came, what went wrong
 *   finding  one that is open ("state":"raised") or past ("cleared")
 *   message  as in the live record; with connection and finding records beside them where somebody follows
 *   lost     records that somebody who follows has missed
 */
#ifndef OUTLET_SNAPSHOT_H
#define OUTLET_SNAPSHOT_H

#include "base/portset.h"
#include "board/guide.h"
#include "outlet/ask.h"
#include "outlet/feed.h"
#include "outlet/summary.h"
#include "verdict/ports.h"

/* The longest record but for a message's, and most losses there are. */
enum { SNAPSHOT_RECORD = 32768, SNAPSHOT_LOSSES = 96 };

/* What it is told of; all borrowed. */
struct snapshot_parts {
    const struct board *board;
    const struct ports *ports;
    const struct feed *feed;
    const char *version;
    /* Fills the list, which has room for SNAPSHOT_LOSSES, and says how many there are. */
    size_t (*losses)(void *context, struct loss *losses);
    void *context;
};

struct snapshot;

/* NULL when memory is out; snapshot_free takes NULL. */
struct snapshot *snapshot_new(const struct snapshot_parts *parts);
void snapshot_free(struct snapshot *snapshot);

/* Once a second, with the wall clock's time. */
void snapshot_tick(struct snapshot *snapshot, int64_t now);

/* Which intakes there are: the ports that are listened on and those that are watched (NULL: none), and the interface for these;
 * and where the page is (NULL: it is not served).
 * Copied. */
struct snapshot_intakes {
    const struct portset *listened, *watched;
    const char *interface, *page;
};
void snapshot_set_intakes(struct snapshot *snapshot, const struct snapshot_intakes *intakes);
/* A port that was to be listened on and that another program holds. */
void snapshot_add_taken(struct snapshot *snapshot, const struct service *service, const char *holder);

/* What the guide's points are answered from beside the board, whose counts and time are put in when somebody asks. Copied; what it
 * points to is borrowed until the next. Until the first, nothing but the board is known. */
void snapshot_set_evidence(struct snapshot *snapshot, const struct guide_evidence *evidence);
/* The points as they are now. */
void snapshot_fill_guide(struct snapshot *snapshot, int64_t now, struct guide *guide);

/* Adds all ports that anything is known of. */
void snapshot_add_ports(const struct snapshot *snapshot, struct portset *ports);

const struct snapshot_parts *snapshot_parts(const struct snapshot *snapshot);
const struct census_counts *snapshot_census(struct snapshot *snapshot, int64_t now);

/* How it runs; borrowed. */
struct snapshot_run {
    int64_t started;
    const char *host, *interface,
        *page; /* interface: "" where nothing is sniffed; page: "" where there is none */
    size_t listened_tcp, listened_udp, taken;
};
struct snapshot_run snapshot_run(struct snapshot *snapshot, int64_t now);

/* Memory for one record, which everybody uses who walks over them. */
struct buffer snapshot_scratch(struct snapshot *snapshot);

/* Records without the end of the line. now: µs since 1970. */
void snapshot_put_status(struct snapshot *snapshot, struct buffer *out, int64_t now);
void snapshot_put_device(const struct snapshot *snapshot, struct buffer *out,
                         const struct board_device *device, int64_t now);
void snapshot_put_port(const struct snapshot *snapshot, struct buffer *out, const struct service *service,
                       int64_t now);
void snapshot_put_finding(struct buffer *out, const struct board_finding *finding);

/* ,"name":"2026-…"; nothing for a time that is not known (0). ,"rate":4,"chart":[…] of the last minutes. */
void snapshot_put_time(struct buffer *out, const char *name, int64_t micros);
void snapshot_put_chart(struct buffer *out, const struct rate *rate, int64_t now);

#endif
