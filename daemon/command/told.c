/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the running hexwatch for its status and its findings. Called by doctor. */
#include "command/told.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_text.h"
#include "command/client.h"
#include "outlet/field.h"
#include "outlet/record_read.h"

enum { PATIENCE = 400 /* ms for an answer */, LINES_MAX = 500, STATES = 4 };

struct told {
    char missing[256];
    int64_t since;
    struct guide_point points[GUIDE_POINTS];
    bool is_known[GUIDE_POINTS];
    uint32_t problems[GUIDE_POINTS]; /* of its findings those that were published, and are more than a note */
    size_t outsiders, outsiders_public;
    bool is_listening; /* in Traccar's place */
    struct record_reader *reader;
    char *lines[LINES_MAX]; /* owned: its findings, as it tells them */
    size_t line_count;
};

static const char *const why_absent = "no hexwatch runs here";

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void take_point(struct told *told, struct cursor record)
{
    long long number = field_number(record, "point");
    char state[FIELD_TEXT], text[FIELD_TEXT];
    if (number < 1 || number > GUIDE_POINTS)
        return;
    struct guide_point *point = &told->points[number - 1];
    field_text(record, "state", state);
    for (int one = 0; one < STATES; one++) {
        if (strcmp(state, standing_name((enum standing)one)) != 0)
            continue;
        point->state = (enum standing)one;
        told->is_known[number - 1] = true;
    }
    snprintf(point->facts, sizeof(point->facts), "%s", field_text(record, "facts", text));
    snprintf(point->next, sizeof(point->next), "%s", field_text(record, "next", text));
}

static void take_status(struct told *told, struct cursor record)
{
    struct cursor points, point;
    long long outsiders = field_number(record, "outsiders.all"),
              public = field_number(record, "outsiders.public");
    told->since = field_time(record, "started");
    told->is_listening = json_holds(record, "listen");
    told->outsiders = outsiders > 0 && outsiders <= CENSUS_SENDERS ? (size_t)outsiders : 0;
    told->outsiders_public = public > 0 && public <= outsiders ? (size_t) public : 0;
    if (!json_find_list(record, "points", &points))
        return;
    while (json_next(&points, &point))
        take_point(told, point);
}

static void take_finding(struct told *told, struct cursor record)
{
    if (told->line_count == LINES_MAX)
        return;
    char *line = strndup((const char *)record.at, record.left);
    if (line)
        told->lines[told->line_count++] = line;
}

/* One question. False: it was not answered, or not in time. */
static bool ask(struct told *told, struct client *client, const char *request,
                void (*take)(struct told *told, struct cursor record), int64_t until)
{
    struct cursor line;
    if (!client_ask(client, cursor_of_text(request)))
        return false;
    for (;;) {
        int64_t left = until - now_ms();
        enum client_found found = left > 0 ? client_next(client, (int)left, &line) : CLIENT_PAUSE;
        if (found != CLIENT_RECORD)
            return found == CLIENT_END;
        take(told, line);
    }
}

struct told *told_ask(const struct options *options)
{
    struct told *told = calloc(1, sizeof(*told));
    if (!told || !(told->reader = record_reader_new())) {
        free(told);
        return NULL;
    }
    bool is_denied = false;
    struct client *client = client_find(options, PATIENCE, &is_denied);
    if (!client) {
        snprintf(told->missing, sizeof(told->missing), "%s",
                 is_denied ? "the hexwatch that runs here answers only root and its group" : why_absent);
        return told;
    }
    int64_t until = now_ms() + PATIENCE;
    bool is_answered = ask(told, client, "status", take_status, until);
    client_free(client);
    client = is_answered ? client_find(options, PATIENCE, &is_denied) : NULL;
    if (!client || !ask(told, client, "findings?open=1", take_finding, until))
        snprintf(told->missing, sizeof(told->missing), "the hexwatch that runs here did not answer in time");
    client_free(client);
    return told;
}

void told_free(struct told *told)
{
    if (!told)
        return;
    for (size_t i = 0; i < told->line_count; i++)
        free(told->lines[i]);
    record_reader_free(told->reader);
    free(told);
}

const char *told_missing(const struct told *told)
{
    return told->missing[0] ? told->missing : NULL;
}

int64_t told_since(const struct told *told)
{
    return told->since;
}

/* ---- findings ---- */

struct merging {
    struct told *told;
    const struct board *board;
    const struct publisher *publisher;
    bool is_host_seen;
};

/* What concerns a port, or the server, and nobody who sends to it. */
static bool is_about_the_port(enum finding_code code)
{
    return code == FINDING_REFUSED || code == FINDING_UDP_REFUSED || code == FINDING_DROPPED ||
           code == FINDING_NOT_LISTENING || code == FINDING_TAKEN_PORT || code == FINDING_TRACCAR_DOWN ||
           code == FINDING_TRACCAR_STUCK || code == FINDING_HALF_PUBLISHED;
}

/* What looking at the host once tells for certain. That a program hangs takes longer. */
static bool is_seen_here(enum finding_code code)
{
    return code == FINDING_NOT_LISTENING || code == FINDING_TAKEN_PORT || code == FINDING_TRACCAR_DOWN ||
           code == FINDING_HALF_PUBLISHED;
}

/* The same as it was found here; NULL: it was not. */
static const struct board_finding *find_own(const struct board *board, const struct finding_event *event)
{
    const struct board_finding *one = NULL;
    while ((one = board_findings_next(board_findings(board), true, one))) {
        const struct finding_event *own = &one->event;
        if (own->code == event->code && own->who.port == event->who.port &&
            own->who.transport == event->who.transport && is_about_the_port(event->code))
            return one;
    }
    return NULL;
}

static void merge(void *context, const struct finding_event *event)
{
    const struct merging *merging = context;
    const struct board_finding *own = find_own(merging->board, event);
    struct finding_event merged = *event;
    char text[WORDING_MAX], advice[WORDING_MAX];
    unsigned point = standing_point(event->code);
    if (!event->raised || (!own && merging->is_host_seen && is_seen_here(event->code)))
        return;
    if (point != 0 && event->severity > SEVERITY_INFO)
        merging->told->problems[point - 1]++;
    if (own) {
        struct finding_event over = own->event;
        snprintf(text, sizeof(text), "%s", over.text);
        snprintf(advice, sizeof(advice), "%s", over.advice);
        over.raised = false;
        over.text = "";
        publish_finding(merging->publisher, &over);
        merged.text = text;
        merged.advice = advice;
    }
    publish_finding(merging->publisher, &merged);
}

static void take_back(const struct board *board, const struct publisher *publisher, enum finding_code code)
{
    const struct board_finding *one = NULL;
    while ((one = board_findings_next(board_findings(board), true, one))) {
        if (one->event.code != code)
            continue;
        struct finding_event over = one->event;
        over.raised = false;
        over.text = "";
        publish_finding(publisher, &over);
        return;
    }
}

void told_publish(struct told *told, const struct board *board, const struct publisher *publisher,
                  bool is_host_seen)
{
    struct merging merging = { told, board, publisher, is_host_seen };
    struct sink sink = { .context = &merging, .finding = merge };
    struct publisher readers = { .wall = 0 };
    publisher_add(&readers, &sink);
    for (size_t i = 0; i < told->line_count; i++) {
        if (record_read(told->reader, cursor_of_text(told->lines[i])) == RECORD_FINDING)
            record_publish(told->reader, &readers);
    }
    /* others reach this host, whatever its addresses are */
    if (told->outsiders_public > 0)
        take_back(board, publisher, FINDING_PRIVATE_ADDRESS);
}

/* ---- points ---- */

void told_outsiders(const struct told *told, struct guide_evidence *evidence)
{
    evidence->outsiders = told->outsiders;
    evidence->outsiders_public = told->outsiders_public;
}

static bool is_better(const struct told *told, const struct census_counts *counts, const struct guide *guide,
                      bool has_traccar, size_t index)
{
    enum standing own = guide->points[index].state, its = told->points[index].state;
    bool is_host = index == 5, is_log = index == 1;
    if (!told->is_known[index])
        return false;
    switch (own) {
    case STANDING_UNKNOWN:
        /* who listens where there is no Traccar stands in its place */
        return its != STANDING_UNKNOWN || (is_host  ? told->is_listening
                                           : is_log ? told->is_listening && !has_traccar
                                                    : true);
    case STANDING_PROBLEM:
        /* a trouble here is one, whoever says that all is well. Its own are among those here: where there are no others, it has
         * them all. What the host looks like is seen here as it is now. */
        return !is_host && its == STANDING_PROBLEM && counts->points[index].problems <= told->problems[index];
    case STANDING_WAITING:
        return !is_host && its != STANDING_UNKNOWN;
    default:
        return !is_host && its == STANDING_OK;
    }
}

void told_merge(const struct told *told, const struct census_counts *counts, bool has_traccar,
                struct guide *guide)
{
    guide->problems = guide->unknown = 0;
    for (size_t i = 0; i < GUIDE_POINTS; i++) {
        struct guide_point *point = &guide->points[i];
        const char *title = point->title;
        if (is_better(told, counts, guide, has_traccar, i)) {
            *point = told->points[i];
            point->title = title;
        }
        guide->problems += point->state == STANDING_PROBLEM;
        guide->unknown += point->state == STANDING_UNKNOWN;
    }
}
