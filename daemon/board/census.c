/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the board's rows in steps. Gives the counts to the guide, snapshot, metrics and doctor. */
#include "board/census.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows looked at in one step: 100 ns each or so. FEW: so many are counted whenever somebody asks. */
enum { STEP = 8000, FEW = 500 };

enum stage { DEVICES, PEERS, FINDINGS, STAGES };

struct census {
    const struct board *board;
    enum stage stage;
    bool is_walking;
    struct table_walk walk;
    struct census_counts running, last;
};

struct census *census_new(const struct board *board)
{
    struct census *census = calloc(1, sizeof(*census));
    if (census)
        census->board = board;
    return census;
}

static void stop(struct census *census)
{
    if (census->is_walking)
        table_walk_end(&census->walk);
    census->is_walking = false;
    census->stage = DEVICES;
}

void census_free(struct census *census)
{
    if (!census)
        return;
    stop(census);
    free(census);
}

static void start_stage(struct census *census)
{
    const struct board *board = census->board;
    if (census->stage == DEVICES)
        board_walk_devices(board, &census->walk);
    else if (census->stage == PEERS)
        board_walk_peers(board, &census->walk);
    else
        board_findings_walk(board_findings(board), true, &census->walk);
    census->is_walking = true;
}

static void take_sender(struct census_counts *counts, const struct endpoint *peer)
{
    if (counts->sender_count == CENSUS_SENDERS || endpoint_scope(peer) <= SCOPE_LOOPBACK)
        return;
    for (size_t i = 0; i < counts->sender_count; i++) {
        if (endpoint_same_address(&counts->senders[i], peer))
            return;
    }
    counts->senders[counts->sender_count++] = *peer;
}

/* By its findings, or by its latest message, which may be too young for one. */
static bool is_misplaced(const struct board_device *device, const struct board_open *open)
{
    for (int code = 0; open && code < FINDING_CODES; code++) {
        if (open->codes[code] > 0 && standing_is_misplaced((enum finding_code)code))
            return true;
    }
    return device->verdict == VERDICT_WRONG_PORT || device->verdict == VERDICT_WRONG_TRANSPORT;
}

static void take_device(struct census_counts *counts, const struct board *board,
                        const struct board_device *device)
{
    const struct board_open *open =
        board_findings_about(board_findings(board), device->device, &device->who.peer);
    counts->devices++;
    counts->conditions[condition_of(device, open)]++;
    counts->standings[standing_of_device(device, open)]++;
    counts->identified += device->protocol != NULL;
    counts->misplaced += device->protocol && is_misplaced(device, open);
    take_sender(counts, &device->who.peer);
    if (device->fix.arrived == 0)
        return;
    counts->located++;
    if (counts->oldest == 0 || device->fix.arrived < counts->oldest)
        counts->oldest = device->fix.arrived;
}

static void take_peer(struct census_counts *counts, const struct board_device *peer)
{
    if (standing_is_device(peer))
        counts->nameless++;
    else
        counts->strangers++;
}

static void take_finding(struct census_counts *counts, const struct board_finding *finding)
{
    const struct finding_event *event = &finding->event;
    unsigned number = standing_point(event->code);
    if (event->code == FINDING_UNKNOWN_DEVICE)
        counts->unknown++;
    if (event->code == FINDING_WAITING_FOR_FIX && counts->waiting++ == 0)
        snprintf(counts->waiting_advice, sizeof(counts->waiting_advice), "%s", event->advice);
    if (number == 0 || event->severity == SEVERITY_INFO)
        return;
    struct census_point *point = &counts->points[number - 1];
    bool is_graver = event->severity > point->severity ||
                     (event->severity == point->severity && finding->number < point->number);
    if (point->problems++ > 0 && !is_graver)
        return;
    point->severity = event->severity;
    point->code = event->code;
    point->number = finding->number;
    point->service = (struct service){ event->who.transport, event->who.port };
    snprintf(point->device, sizeof(point->device), "%s", event->device);
    snprintf(point->advice, sizeof(point->advice), "%s", event->advice);
}

/* The next row of the stage. False: there is none. */
static bool take_next(struct census *census)
{
    const void *row = table_walk_next(&census->walk);
    if (!row)
        return false;
    if (census->stage == DEVICES)
        take_device(&census->running, census->board, row);
    else if (census->stage == PEERS)
        take_peer(&census->running, row);
    else
        take_finding(&census->running, row);
    return true;
}

/* Looks at so many rows. */
static void step(struct census *census, size_t rows, int64_t now)
{
    for (;;) {
        if (!census->is_walking)
            start_stage(census);
        for (; rows > 0; rows--) {
            if (!take_next(census))
                break;
        }
        if (rows == 0)
            return;
        table_walk_end(&census->walk);
        census->is_walking = false;
        if (++census->stage < STAGES)
            continue;
        census->stage = DEVICES;
        census->last = census->running;
        census->last.time = now;
        memset(&census->running, 0, sizeof(census->running));
        return;
    }
}

void census_tick(struct census *census, int64_t now)
{
    step(census, STEP, now);
}

const struct census_counts *census_count_all(struct census *census, int64_t now)
{
    stop(census);
    memset(&census->running, 0, sizeof(census->running));
    step(census, SIZE_MAX, now);
    return &census->last;
}

const struct census_counts *census_counts(struct census *census, int64_t now)
{
    const struct board *board = census->board;
    size_t rows = board_count_devices(board) + board_count_peers(board) +
                  board_findings_count(board_findings(board), true);
    return rows <= FEW ? census_count_all(census, now) : &census->last;
}
