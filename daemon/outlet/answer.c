/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over what is asked for. Used by control and web; the records are snapshot's. */
#include "outlet/answer.h"

#include <stdlib.h>

#include "outlet/events_json.h"

/* So many rows that nobody wants are passed over before others have their turn. */
enum { LOOKED_AT = 256 };

struct answer {
    struct snapshot *snapshot;
    struct ask ask;
    unsigned stage; /* devices, then peers; open findings, then past ones; tcp, then udp */
    bool is_walking, is_done;
    struct table_walk walk;
    struct portset *ports; /* owned: all there are to tell of; NULL where none are asked for */
    unsigned from;         /* the next one of them */
    struct feed_place place;
    uint64_t missed, untold; /* untold: in no record of its own yet */
    struct json_clock clock;
};

struct answer *answer_new(struct snapshot *snapshot, const struct ask *ask)
{
    struct answer *answer = calloc(1, sizeof(*answer));
    const struct feed *feed = snapshot_parts(snapshot)->feed;
    if (!answer)
        return NULL;
    answer->snapshot = snapshot;
    answer->ask = *ask;
    if (ask->what == ASK_PORTS) {
        answer->ports = calloc(1, sizeof(*answer->ports));
        if (!answer->ports) {
            free(answer);
            return NULL;
        }
        snapshot_add_ports(snapshot, answer->ports);
    }
    if (ask->what == ASK_MESSAGES || ask->what == ASK_TAIL)
        answer->place = feed_before(feed, ask->last, &ask->filter);
    return answer;
}

static void end_walk(struct answer *answer)
{
    if (answer->is_walking)
        table_walk_end(&answer->walk);
    answer->is_walking = false;
}

void answer_free(struct answer *answer)
{
    if (!answer)
        return;
    end_walk(answer);
    free(answer->ports);
    free(answer);
}

static struct cursor record_of(const struct buffer *out)
{
    /* what does not fit is left out rather than half of it told; nothing that long is known */
    return out->full ? cursor_of(NULL, 0) : buffer_cursor(out);
}

static enum answer_step next_status(struct answer *answer, int64_t now, struct cursor *record)
{
    struct buffer out = snapshot_scratch(answer->snapshot);
    if (answer->is_done)
        return ANSWER_END;
    snapshot_put_status(answer->snapshot, &out, now);
    answer->is_done = true;
    *record = record_of(&out);
    return ANSWER_RECORD;
}

static void start_walk(struct answer *answer)
{
    const struct board *board = snapshot_parts(answer->snapshot)->board;
    if (answer->ask.what == ASK_FINDINGS)
        board_findings_walk(board_findings(board), answer->stage == 0, &answer->walk);
    else if (answer->stage == 0)
        board_walk_devices(board, &answer->walk);
    else
        board_walk_peers(board, &answer->walk);
    answer->is_walking = true;
}

static bool admits_device(const struct answer *answer, const struct board_device *device)
{
    const struct filter *filter = &answer->ask.filter;
    const struct board *board = snapshot_parts(answer->snapshot)->board;
    if (!standing_is_device(device) || !filter_admits(filter, &device->who, device->device, device->protocol))
        return false;
    if (filter->codes == 0)
        return true;
    const struct board_open *open =
        board_findings_about(board_findings(board), device->device, &device->who.peer);
    for (int code = 0; open && code < FINDING_CODES; code++) {
        if (open->codes[code] > 0 && filter_admits_code(filter, (enum finding_code)code))
            return true;
    }
    return false;
}

static bool put_row(struct answer *answer, const void *row, struct buffer *out, int64_t now)
{
    if (answer->ask.what == ASK_DEVICES) {
        if (!admits_device(answer, row))
            return false;
        snapshot_put_device(answer->snapshot, out, row, now);
        return true;
    }
    const struct board_finding *finding = row;
    const struct finding_event *event = &finding->event;
    if (!filter_admits(&answer->ask.filter, &event->who, event->device, event->protocol) ||
        !filter_admits_code(&answer->ask.filter, event->code))
        return false;
    snapshot_put_finding(out, finding);
    return true;
}

/* Devices and findings: two tables one after the other. */
static enum answer_step next_row(struct answer *answer, int64_t now, struct cursor *record)
{
    unsigned last = answer->ask.what == ASK_FINDINGS && answer->ask.open_only ? 0 : 1;
    for (int i = 0; i < LOOKED_AT; i++) {
        if (answer->stage > last)
            return ANSWER_END;
        if (!answer->is_walking)
            start_walk(answer);
        const void *row = table_walk_next(&answer->walk);
        if (!row) {
            end_walk(answer);
            answer->stage++;
            continue;
        }
        struct buffer out = snapshot_scratch(answer->snapshot);
        if (!put_row(answer, row, &out, now))
            continue;
        *record = record_of(&out);
        return ANSWER_RECORD;
    }
    return ANSWER_MORE;
}

static bool admits_port(const struct answer *answer, const struct service *service)
{
    const struct filter *filter = &answer->ask.filter;
    const struct board *board = snapshot_parts(answer->snapshot)->board;
    if (!filter_admits_service(filter, service))
        return false;
    const struct board_open *open = board_findings_at(board_findings(board), service);
    for (int code = 0; code < FINDING_CODES; code++) {
        if (filter->codes == 0 ||
            (open && open->codes[code] > 0 && filter_admits_code(filter, (enum finding_code)code)))
            return true;
    }
    return false;
}

static enum answer_step next_port(struct answer *answer, int64_t now, struct cursor *record)
{
    uint16_t first, last;
    for (int i = 0; i < LOOKED_AT; i++) {
        if (answer->stage > TRANSPORT_UDP)
            return ANSWER_END;
        struct service service = { .transport = (enum transport)answer->stage };
        unsigned from = answer->from;
        if (!portset_next(answer->ports, service.transport, &from, &first, &last)) {
            answer->stage++;
            answer->from = 0;
            continue;
        }
        service.port = first;
        answer->from = first + 1U;
        if (!admits_port(answer, &service))
            continue;
        struct buffer out = snapshot_scratch(answer->snapshot);
        snapshot_put_port(answer->snapshot, &out, &service, now);
        *record = record_of(&out);
        return ANSWER_RECORD;
    }
    return ANSWER_MORE;
}

/* A gap is told where it is, once there is something behind it. */
static enum answer_step next_of_feed(struct answer *answer, int64_t now, struct cursor *record)
{
    const struct feed *feed = snapshot_parts(answer->snapshot)->feed;
    bool follows = answer_follows(answer);
    struct feed_record found;
    for (;;) {
        uint64_t missed = 0;
        switch (feed_next(feed, &answer->place, &answer->ask.filter, &found, &missed)) {
        case FEED_GAP:
            answer->missed += missed;
            answer->untold += missed;
            break;
        case FEED_RECORD:
            if (!follows && !found.is_message)
                break;
            *record = found.text;
            return ANSWER_RECORD;
        case FEED_MORE:
            return ANSWER_MORE;
        default:
            return follows ? ANSWER_WAIT : ANSWER_END;
        }
        if (answer->untold > 0 && follows) {
            struct buffer out = snapshot_scratch(answer->snapshot);
            json_put_gap(&answer->clock, &out, now, answer->untold);
            answer->untold = 0;
            *record = cursor_of(out.bytes, out.length > 0 ? out.length - 1 : 0);
            return ANSWER_RECORD;
        }
    }
}

enum answer_step answer_next(struct answer *answer, int64_t now, struct cursor *record)
{
    switch (answer->ask.what) {
    case ASK_STATUS:
        return next_status(answer, now, record);
    case ASK_DEVICES:
    case ASK_FINDINGS:
        return next_row(answer, now, record);
    case ASK_PORTS:
        return next_port(answer, now, record);
    default:
        return next_of_feed(answer, now, record);
    }
}

bool answer_follows(const struct answer *answer)
{
    return answer->ask.what == ASK_TAIL;
}

bool answer_has_more(const struct answer *answer)
{
    return !answer_follows(answer) || feed_has_more(snapshot_parts(answer->snapshot)->feed, &answer->place);
}

uint64_t answer_missed(const struct answer *answer)
{
    uint64_t passed =
        answer_follows(answer) ? feed_passed(snapshot_parts(answer->snapshot)->feed, &answer->place) : 0;
    return answer->missed + passed;
}
