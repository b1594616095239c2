/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what is shown. Hears the publisher behind the board and before the outlets that show; asked by them. */
#include "outlet/choice.h"

#include <stdlib.h>

#include "base/table.h"

enum { FLOWS = 10000 };

struct choice {
    struct sink sink;
    struct choice_settings settings;
    struct filter peers; /* the settings' filter by addresses alone */
    const struct board *board;
    struct table *flows; /* by number: those of which something was chosen */
    bool is_shown, is_belated;
    uint64_t count;
    uint64_t passed_over; /* the flow of the last message, when it was not chosen; 0: it was */
};

bool choice_is_all(const struct choice *choice)
{
    return choice->settings.filter.peer_count == 0 && choice->settings.only.port == 0 &&
           !choice_needs_words(choice);
}

bool choice_needs_words(const struct choice *choice)
{
    const struct filter *filter = &choice->settings.filter;
    return filter->device_count > 0 || filter->protocol_count > 0 || filter->codes != 0;
}

bool choice_may_be_belated(const struct choice *choice)
{
    return choice->settings.filter.codes != 0;
}

bool choice_has_peer(const struct choice *choice, const struct endpoint *peer)
{
    const struct endpoint *only = &choice->settings.only;
    const struct who who = { .peer = *peer };
    return (only->port == 0 || endpoint_same(only, peer)) && filter_admits(&choice->peers, &who, "", NULL);
}

/* Of a message that several protocols share any may be meant. */
static bool has_candidate(const struct choice *choice, const struct message_event *event)
{
    const struct filter *filter = &choice->settings.filter;
    const struct identity *identity = event->identity;
    for (size_t i = 0; identity && i < identity->candidate_count; i++) {
        if (filter_admits(filter, &event->who, event->device, identity->candidates[i]))
            return true;
    }
    return filter_admits(filter, &event->who, event->device, event->protocol);
}

static bool has_code(const struct filter *filter, const struct board_open *open)
{
    for (int code = 0; open && code < FINDING_CODES; code++) {
        if (open->codes[code] > 0 && filter_admits_code(filter, (enum finding_code)code))
            return true;
    }
    return false;
}

/* Is a chosen finding open that concerns the device, or its address? */
static bool is_concerned(const struct choice *choice, const struct who *who, const char *device)
{
    const struct board_findings *findings = board_findings(choice->board);
    const struct filter *filter = &choice->settings.filter;
    if (filter->codes == 0)
        return true;
    return (device[0] && has_code(filter, board_findings_about(findings, device, &who->peer))) ||
           has_code(filter, board_findings_about(findings, "", &who->peer));
}

static bool is_chosen(const struct choice *choice, const struct message_event *event)
{
    return choice_has_peer(choice, &event->who.peer) && has_candidate(choice, event) &&
           is_concerned(choice, &event->who, event->device);
}

/* ---- events ---- */

static void note_flow(struct choice *choice, uint64_t flow)
{
    if (choice_needs_words(choice))
        (void)table_add(choice->flows, &flow);
}

static void on_message(void *context, const struct message_event *event)
{
    struct choice *choice = context;
    choice->is_belated = false;
    choice->is_shown = is_chosen(choice, event);
    choice->passed_over = choice->is_shown ? 0 : event->who.flow;
    if (choice->is_shown)
        note_flow(choice, event->who.flow);
    if (!choice->is_shown || event->direction != DIRECTION_IN)
        return;
    if (choice_is_over(choice))
        choice->is_shown = false;
    else
        choice->count++;
}

static void on_unfinished(void *context, const struct message_event *event)
{
    struct choice *choice = context;
    choice->is_shown = is_chosen(choice, event);
}

/* What a connection says is not known when it opens, and not told again when it ends. */
static void on_connection(void *context, const struct connection_event *event)
{
    struct choice *choice = context;
    choice->is_shown = choice_has_peer(choice, &event->who.peer) &&
                       (!choice_needs_words(choice) || table_find(choice->flows, &event->who.flow) != NULL);
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct choice *choice = context;
    const struct filter *filter = &choice->settings.filter;
    choice->is_shown = choice_has_peer(choice, &event->who.peer) &&
                       filter_admits(filter, &event->who, event->device, event->protocol) &&
                       filter_admits_code(filter, event->code);
    choice->is_belated = choice->is_shown && filter->codes != 0 && event->raised &&
                         choice->passed_over == event->who.flow && event->who.flow != 0;
    if (!choice->is_belated)
        return;
    choice->passed_over = 0;
    choice->count++;
    note_flow(choice, event->who.flow);
}

struct choice *choice_new(const struct choice_settings *settings, const struct board *board)
{
    struct choice *choice = calloc(1, sizeof(*choice));
    if (!choice)
        return NULL;
    choice->settings = *settings;
    memcpy(choice->peers.peers, settings->filter.peers, sizeof(choice->peers.peers));
    choice->peers.peer_count = settings->filter.peer_count;
    choice->board = board;
    choice->flows = table_new(FLOWS, sizeof(uint64_t), sizeof(bool), NULL, NULL);
    if (!choice->flows) {
        free(choice);
        return NULL;
    }
    choice->sink = (struct sink){ .context = choice,
                                  .message = on_message,
                                  .unfinished = on_unfinished,
                                  .connection = on_connection,
                                  .finding = on_finding };
    return choice;
}

void choice_free(struct choice *choice)
{
    if (!choice)
        return;
    table_free(choice->flows);
    free(choice);
}

struct sink *choice_sink(struct choice *choice)
{
    return &choice->sink;
}

bool choice_is_shown(const struct choice *choice)
{
    return choice->is_shown;
}

bool choice_is_belated(const struct choice *choice)
{
    return choice->is_belated;
}

uint64_t choice_count(const struct choice *choice)
{
    return choice->count;
}

bool choice_is_over(const struct choice *choice)
{
    return choice->settings.limit > 0 && choice->count >= choice->settings.limit;
}

const char *choice_words(const struct choice *choice)
{
    return choice->settings.words;
}
