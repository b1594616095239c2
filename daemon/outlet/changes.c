/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over the board again and again, and compares with what was told. Reads board and snapshot; called by web_events. */
#include "outlet/changes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/siphash.h"
#include "outlet/web_clock.h"

#define SECOND INT64_C(1000000)

/* Rows looked at in one go. Rows told a second because they count on, about, and at most in one go; because of what matters in one
 * go. Rows kept. */
enum { LOOKED_AT = 2000, COUNTED = 400, COUNTED_MOST = 200, MATTERING = 200, ROWS_MAX = 1 << 16, KEY = 24 };
/* µs: rates that only sink are told so rarely. */
#define SINKING (10 * SECOND)

/* What is compared of a row, in words that are hashed. */
struct compared {
    uint64_t matter[6], count[4], rate[2];
};

struct walker {
    struct changes *changes;
    enum changes_kind kind;
    struct rows *rows;
    int64_t pace,
        rest; /* µs between two looks; between two times that a row that counts on is told, at least */
    int64_t due, looked;
    bool is_walking, is_known;
    unsigned stage, from; /* of the walk: which table or transport, and which port is next */
    struct table_walk walk;
    uint32_t round;
    size_t seen, active, was_active; /* rows of this round; those that count on, and of the last round */
    unsigned mattering;              /* told in this look */
    int64_t credit; /* µs that it has told nothing for: what counts on may be told for as long */
};

struct changes {
    struct snapshot *snapshot;
    struct changes_sink sink;
    struct walker walkers[CHANGES_KINDS];
    struct portset ports; /* of the round */
    struct siphash_key hash;
};

const char *changes_name(enum changes_kind kind)
{
    static const char *const names[CHANGES_KINDS] = { "ports", "devices", "findings" };
    return names[kind];
}

/* ---- keys ---- */

static uint64_t key_of_service(const struct service *service)
{
    return (uint64_t)service->transport << 16 | service->port;
}

static void write_key(enum changes_kind kind, uint64_t key, char out[static KEY])
{
    if (kind == CHANGES_PORTS)
        snprintf(out, KEY, "%s:%u", transport_name((enum transport)(key >> 16)), (unsigned)(key & 0xffff));
    else
        snprintf(out, KEY, "%llu", (unsigned long long)key);
}

static void on_gone(void *context, uint64_t key)
{
    const struct walker *walker = context;
    const struct changes_sink *sink = &walker->changes->sink;
    char text[KEY];
    write_key(walker->kind, key, text);
    sink->gone(sink->context, walker->kind, text);
}

/* ---- comparing ---- */

static uint64_t hash_of(const struct changes *changes, const uint64_t *words, size_t count)
{
    return siphash(&changes->hash, cursor_of(words, count * sizeof(words[0])));
}

static uint64_t codes_of(const struct board_open *open)
{
    uint64_t codes = 0;
    for (int code = 0; open && code < FINDING_CODES; code++)
        codes |= open->codes[code] > 0 ? UINT64_C(1) << code : 0;
    return codes;
}

static void compare_rate(const struct rate *rate, int64_t now, struct compared *compared)
{
    uint32_t counts[RATE_MINUTES], sum = 0;
    rate_read(rate, now, counts);
    for (int i = 0; i < RATE_MINUTES; i++)
        sum += counts[i];
    compared->rate[0] = rate_per_minute(rate, now);
    compared->rate[1] = sum > 0 ? (uint64_t)(now / (60 * SECOND)) : 0;
}

static void compare_device(const struct changes *changes, const struct board_device *device, int64_t now,
                           struct compared *compared)
{
    const struct board *board = snapshot_parts(changes->snapshot)->board;
    const struct board_open *open =
        board_findings_about(board_findings(board), device->device, &device->who.peer);
    *compared = (struct compared){
        .matter = { codes_of(open), (uint64_t)(uintptr_t)device->protocol,
                    (uint64_t)device->verdict << 32 | device->right_port,
                    (uint64_t)device->who.transport << 32 | device->who.port,
                    (uint64_t)condition_of(device, open) << 32 | (uint64_t)device->location,
                    (uint64_t)standing_of_device(device, open) << 1 | (device->fix.arrived != 0) },
        .count = { device->messages, (uint64_t)device->last, device->who.flow,
                   (uint64_t)device->fix.arrived },
    };
    compare_rate(&device->rate, now, compared);
}

static void compare_finding(const struct board_finding *finding, struct compared *compared)
{
    const struct finding_event *event = &finding->event;
    *compared = (struct compared){
        .matter = { finding->is_open, finding->times, (uint64_t)event->time, (uint64_t)event->severity,
                    event->right_port, (uint64_t)(uintptr_t)event->protocol },
        .count = { event->count, (uint64_t)finding->last },
    };
}

static void compare_port(const struct changes *changes, const struct service *service, int64_t now,
                         struct compared *compared)
{
    const struct board *board = snapshot_parts(changes->snapshot)->board;
    const struct board_port *port = board_find_port(board, service);
    *compared =
        (struct compared){ .matter = { codes_of(board_findings_at(board_findings(board), service)) } };
    if (!port)
        return;
    compared->matter[1] = port->messages > 0;
    for (size_t i = 0; i < BOARD_PROTOCOLS; i++)
        compared->matter[2 + i] = (uint64_t)(uintptr_t)port->protocols[i];
    compared->count[0] = port->messages;
    compared->count[1] = port->devices;
    compared->count[2] = (uint64_t)port->last;
    compare_rate(&port->rate, now, compared);
}

/* ---- telling ---- */

/* Is the row to be told now? */
static bool is_due(struct walker *walker, struct row *row, const struct compared *compared,
                   const struct changes_time *time)
{
    struct changes *changes = walker->changes;
    struct row now = { .matter = hash_of(changes, compared->matter, 6),
                       .count = hash_of(changes, compared->count, 4),
                       .rate = hash_of(changes, compared->rate, 2) };
    bool is_new = row->told == 0 || row->matter != now.matter;
    bool counts = row->count != now.count;
    int64_t rest = (int64_t)walker->was_active * SECOND / COUNTED, age = time->steady - row->told;
    if (is_new) {
        /* at the very first everything is, and nobody hears it before all of it is there */
        if (walker->is_known && walker->mattering >= MATTERING)
            return false;
        walker->mattering++;
    } else if (counts || row->rate != now.rate) {
        walker->active += counts;
        rest = rest > walker->rest ? rest : walker->rest;
        rest = counts || rest > SINKING ? rest : SINKING;
        if (age < rest || walker->credit < SECOND / COUNTED)
            return false;
        walker->credit -= SECOND / COUNTED;
    } else {
        return false;
    }
    row->matter = now.matter;
    row->count = now.count;
    row->rate = now.rate;
    row->told = time->steady;
    return true;
}

/* `put` writes the record of what the walk stands at. */
static void visit(struct walker *walker, uint64_t key, const void *at, const struct compared *compared,
                  const struct changes_time *time)
{
    struct changes *changes = walker->changes;
    struct row *row = rows_of(walker->rows, key);
    char text[KEY];
    if (!row)
        return;
    row->round = walker->round;
    walker->seen++;
    if (!is_due(walker, row, compared, time))
        return;
    struct buffer out = snapshot_scratch(changes->snapshot);
    write_key(walker->kind, key, text);
    buffer_printf(&out, "{\"key\":\"%s\"", text);
    size_t start = out.length;
    if (walker->kind == CHANGES_DEVICES)
        snapshot_put_device(changes->snapshot, &out, at, time->wall);
    else if (walker->kind == CHANGES_FINDINGS)
        snapshot_put_finding(&out, at);
    else
        snapshot_put_port(changes->snapshot, &out, at, time->wall);
    if (out.full || !rows_tell(walker->rows, row, buffer_cursor(&out)))
        return;
    row->text[start] = ','; /* instead of the record's own beginning */
    changes->sink.row(changes->sink.context, walker->kind, cursor_of(row->text, row->length));
}

/* ---- walking ---- */

static void start_walk(struct walker *walker)
{
    const struct board *board = snapshot_parts(walker->changes->snapshot)->board;
    if (walker->kind == CHANGES_FINDINGS)
        board_findings_walk(board_findings(board), walker->stage == 0, &walker->walk);
    else if (walker->stage == 0)
        board_walk_devices(board, &walker->walk);
    else
        board_walk_peers(board, &walker->walk);
    walker->is_walking = true;
}

static void end_walk(struct walker *walker)
{
    if (walker->is_walking)
        table_walk_end(&walker->walk);
    walker->is_walking = false;
}

/* Two tables one after the other. False: the round is over. */
static bool step_in_tables(struct walker *walker, const struct changes_time *time)
{
    struct compared compared;
    if (!walker->is_walking)
        start_walk(walker);
    const void *at = table_walk_next(&walker->walk);
    if (!at) {
        end_walk(walker);
        return ++walker->stage < 2;
    }
    if (walker->kind == CHANGES_FINDINGS) {
        const struct board_finding *finding = at;
        compare_finding(finding, &compared);
        visit(walker, finding->number, at, &compared, time);
    } else if (standing_is_device(at)) {
        const struct board_device *device = at;
        compare_device(walker->changes, device, time->wall, &compared);
        visit(walker, device->number, at, &compared, time);
    }
    return true;
}

static bool step_in_ports(struct walker *walker, const struct changes_time *time)
{
    static const struct portset none;
    struct changes *changes = walker->changes;
    uint16_t first, last;
    if (walker->stage == 0 && walker->from == 0) {
        changes->ports = none;
        snapshot_add_ports(changes->snapshot, &changes->ports);
    }
    struct service service = { .transport = (enum transport)walker->stage };
    if (!portset_next(&changes->ports, service.transport, &walker->from, &first, &last)) {
        walker->from = 0;
        return ++walker->stage <= TRANSPORT_UDP;
    }
    struct compared compared;
    service.port = first;
    walker->from = first + 1U;
    compare_port(changes, &service, time->wall, &compared);
    visit(walker, key_of_service(&service), &service, &compared, time);
    return true;
}

static void end_round(struct walker *walker)
{
    if (rows_count(walker->rows) > walker->seen)
        rows_drop_unseen(walker->rows, walker->round);
    walker->is_known = true;
    walker->was_active = walker->active;
    walker->round++;
    walker->stage = walker->from = 0;
    walker->seen = walker->active = 0;
}

/* True: the time was up. */
static bool look(struct walker *walker, const struct changes_time *time)
{
    const int64_t most = COUNTED_MOST * SECOND / COUNTED;
    walker->credit += time->steady - walker->looked;
    if (walker->credit > most)
        walker->credit = most;
    walker->looked = time->steady;
    for (int i = 0; i < LOOKED_AT || !walker->is_known; i++) {
        bool goes_on =
            walker->kind == CHANGES_PORTS ? step_in_ports(walker, time) : step_in_tables(walker, time);
        if (!goes_on) {
            end_round(walker);
            break;
        }
        if (i % 8 == 7 && web_steady() > time->until)
            return true;
    }
    walker->due = time->steady + walker->pace;
    walker->mattering = 0;
    return false;
}

bool changes_look(struct changes *changes, const struct changes_time *time)
{
    bool is_unfinished = false;
    for (int kind = 0; kind < CHANGES_KINDS && !is_unfinished; kind++) {
        struct walker *walker = &changes->walkers[kind];
        if (walker->due <= time->steady)
            is_unfinished = look(walker, time);
    }
    return is_unfinished;
}

bool changes_is_known(const struct changes *changes, enum changes_kind kind)
{
    return changes->walkers[kind].is_known;
}

struct rows *changes_rows(struct changes *changes, enum changes_kind kind)
{
    return changes->walkers[kind].rows;
}

struct changes *changes_new(struct snapshot *snapshot, const struct changes_sink *sink)
{
    static const struct {
        int64_t pace, rest;
    } paces[CHANGES_KINDS] = { { SECOND, 5 * SECOND }, { SECOND / 5, SECOND }, { SECOND / 5, SECOND } };
    struct changes *changes = calloc(1, sizeof(*changes));
    bool is_fine = changes && random_bytes(&changes->hash, sizeof(changes->hash));
    for (int kind = 0; kind < CHANGES_KINDS && is_fine; kind++) {
        struct walker *walker = &changes->walkers[kind];
        *walker = (struct walker){ .changes = changes,
                                   .kind = (enum changes_kind)kind,
                                   .pace = paces[kind].pace,
                                   .rest = paces[kind].rest,
                                   .round = 1 };
        walker->rows = rows_new(ROWS_MAX, on_gone, walker);
        is_fine = walker->rows != NULL;
    }
    if (!is_fine) {
        changes_free(changes);
        return NULL;
    }
    changes->snapshot = snapshot;
    changes->sink = *sink;
    return changes;
}

void changes_free(struct changes *changes)
{
    if (!changes)
        return;
    for (int kind = 0; kind < CHANGES_KINDS; kind++) {
        end_walk(&changes->walkers[kind]);
        rows_free(changes->walkers[kind].rows);
    }
    free(changes);
}
