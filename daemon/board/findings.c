/* SPDX-License-Identifier: Apache-2.0 */
/* Open and past findings in two tables, so that what is past never costs an open one its place. Gets them from board. */
#include "board/findings.h"

#include <stdlib.h>

/* Whom it is about, and whom and what. Zero them before filling: they are compared bytewise. */
struct subject_key {
    char device[DEVICE_MAX];
    uint8_t address[16]; /* where there is no device */
};

struct service_key {
    uint16_t port, transport;
};

struct key {
    struct subject_key subject;
    struct service_key service;
    uint32_t code;
};

struct entry {
    struct board_finding finding;
    char *texts;     /* owned: device, text, advice and why, one behind the other */
    bool is_counted; /* among the open ones */
    size_t sample_length;
    uint8_t sample[FINDING_SAMPLE];
};

struct board_findings {
    struct table *open, *past;
    struct table *subjects, *services; /* struct board_open for each that has open ones */
    struct board_open all;
    uint64_t numbers;
};

static uint32_t total(const struct board_open *open)
{
    return open->severities[SEVERITY_INFO] + open->severities[SEVERITY_WARNING] +
           open->severities[SEVERITY_PROBLEM];
}

static void add(struct board_open *open, const struct finding_event *event, int change)
{
    open->codes[event->code] += (uint32_t)change;
    open->severities[event->severity] += (uint32_t)change;
}

static void add_at(struct table *table, const void *key, const struct finding_event *event, int change)
{
    struct board_open *open = change > 0 ? table_add(table, key) : table_find(table, key);
    if (!open || (change < 0 && open->codes[event->code] == 0)) /* memory was out when it came */
        return;
    add(open, event, change);
    if (total(open) == 0)
        table_remove(table, open);
}

/* One more is open (1), or one fewer (-1). */
static void count(struct board_findings *findings, const struct key *key, const struct finding_event *event,
                  int change)
{
    add(&findings->all, event, change);
    add_at(findings->subjects, &key->subject, event, change);
    add_at(findings->services, &key->service, event, change);
}

static void open_gone(void *context, const void *key, void *value)
{
    struct entry *entry = value;
    if (entry->is_counted)
        count(context, key, &entry->finding.event, -1);
    free(entry->texts);
}

static void past_gone(void *context, const void *key, void *value)
{
    struct entry *entry = value;
    (void)context;
    (void)key;
    free(entry->texts);
}

struct board_findings *board_findings_new(size_t capacity)
{
    struct board_findings *findings = calloc(1, sizeof(*findings));
    if (!findings)
        return NULL;
    findings->open = table_new(capacity, sizeof(struct key), sizeof(struct entry), open_gone, findings);
    findings->past = table_new(capacity, sizeof(struct key), sizeof(struct entry), past_gone, NULL);
    /* one more than there can be, so that none is evicted */
    findings->subjects =
        table_new(capacity + 1, sizeof(struct subject_key), sizeof(struct board_open), NULL, NULL);
    findings->services =
        table_new(capacity + 1, sizeof(struct service_key), sizeof(struct board_open), NULL, NULL);
    if (!findings->open || !findings->past || !findings->subjects || !findings->services) {
        board_findings_free(findings);
        return NULL;
    }
    return findings;
}

void board_findings_free(struct board_findings *findings)
{
    if (!findings)
        return;
    table_free(findings->open);
    table_free(findings->past);
    table_free(findings->subjects);
    table_free(findings->services);
    free(findings);
}

static struct subject_key subject_key_of(const char *device, const struct endpoint *peer)
{
    struct subject_key key;
    memset(&key, 0, sizeof(key));
    if (device[0])
        memcpy(key.device, device, strnlen(device, sizeof(key.device) - 1));
    else
        memcpy(key.address, peer->address, sizeof(key.address));
    return key;
}

static struct key key_of(const struct finding_event *event)
{
    struct key key;
    memset(&key, 0, sizeof(key));
    key.subject = subject_key_of(event->device, &event->who.peer);
    key.service = (struct service_key){ event->who.port, (uint16_t)event->who.transport };
    key.code = (uint32_t)event->code;
    return key;
}

/* The entry of the key, empty but for what the other table knew of it, which is taken out there. NULL: no memory. */
static struct entry *move(struct table *from, struct table *to, const struct key *key)
{
    struct entry *known = table_find(from, key), *entry = table_add(to, key);
    if (!entry)
        return NULL;
    if (known) {
        free(entry->texts);
        *entry = *known;
        entry->is_counted = false;
        known->texts = NULL;
        table_remove(from, known);
    }
    return entry;
}

/* Puts the four texts into memory of the entry's own. False: no memory, nothing is changed. */
static bool keep_texts(struct entry *entry, const char *device, const char *text, const char *advice,
                       const char *why)
{
    const char *const texts[] = { device, text, advice, why };
    const char **const places[] = { &entry->finding.event.device, &entry->finding.event.text,
                                    &entry->finding.event.advice, &entry->finding.why };
    size_t size = 0;
    for (size_t i = 0; i < 4; i++)
        size += strlen(texts[i]) + 1;
    char *memory = malloc(size), *at = memory;
    if (!memory)
        return false;
    for (size_t i = 0; i < 4; i++) {
        *places[i] = at;
        at = stpcpy(at, texts[i]) + 1;
    }
    free(entry->texts);
    entry->texts = memory;
    return true;
}

static void keep_sample(struct entry *entry, struct cursor sample)
{
    entry->sample_length = sample.left < FINDING_SAMPLE ? sample.left : FINDING_SAMPLE;
    if (entry->sample_length > 0)
        memmove(entry->sample, sample.at, entry->sample_length);
    entry->finding.event.sample = cursor_of(entry->sample, entry->sample_length);
}

static void take_raised(struct board_findings *findings, const struct key *key,
                        const struct finding_event *event)
{
    struct entry *entry = move(findings->past, findings->open, key);
    if (!entry)
        return;
    struct board_finding *finding = &entry->finding;
    if (entry->is_counted)
        count(findings, key, &finding->event, -1);
    entry->is_counted = false;
    if (finding->number == 0) {
        finding->number = ++findings->numbers;
        finding->first = event->first ? event->first : event->time;
    }
    bool is_amended = finding->is_open;
    finding->event = *event;
    keep_sample(entry, event->sample);
    if (!keep_texts(entry, event->device, event->text, event->advice, "")) {
        table_remove(findings->open, entry);
        return;
    }
    count(findings, key, event, 1);
    entry->is_counted = finding->is_open = true;
    finding->last = event->last;
    finding->times += is_amended ? 0 : 1;
}

static void take_cleared(struct board_findings *findings, const struct key *key,
                         const struct finding_event *event)
{
    if (!table_find(findings->open, key))
        return;
    struct entry *entry = move(findings->open, findings->past, key);
    if (!entry)
        return;
    struct finding_event *raised = &entry->finding.event;
    if (!keep_texts(entry, raised->device, raised->text, raised->advice, event->text)) {
        table_remove(findings->past, entry);
        return;
    }
    entry->finding.is_open = false;
    entry->finding.last = event->last;
    raised->count = event->count;
    raised->sample = cursor_of(entry->sample, entry->sample_length);
}

void board_findings_take(struct board_findings *findings, const struct finding_event *event)
{
    struct key key = key_of(event);
    if (event->raised)
        take_raised(findings, &key, event);
    else
        take_cleared(findings, &key, event);
}

void board_findings_confirm(struct board_findings *findings, const struct finding_event *event)
{
    struct key key = key_of(event);
    struct entry *entry = table_find(findings->open, &key);
    if (!entry)
        return;
    entry->finding.last = event->last;
    entry->finding.event.count = event->count;
}

const struct board_finding *board_findings_next(const struct board_findings *findings, bool is_open,
                                                const struct board_finding *after)
{
    const struct table *table = is_open ? findings->open : findings->past;
    /* the finding is the entry's first member */
    return after ? table_next(table, after) : table_first(table);
}

void board_findings_walk(const struct board_findings *findings, bool is_open, struct table_walk *walk)
{
    table_walk_start(is_open ? findings->open : findings->past, walk);
}

const struct board_open *board_findings_open(const struct board_findings *findings)
{
    return &findings->all;
}

const struct board_open *board_findings_about(const struct board_findings *findings, const char *device,
                                              const struct endpoint *peer)
{
    if (table_count(findings->subjects) == 0)
        return NULL;
    struct subject_key key = subject_key_of(device, peer);
    return table_find(findings->subjects, &key);
}

const struct board_open *board_findings_at(const struct board_findings *findings,
                                           const struct service *service)
{
    if (table_count(findings->services) == 0)
        return NULL;
    struct service_key key = { service->port, (uint16_t)service->transport };
    return table_find(findings->services, &key);
}

size_t board_findings_count(const struct board_findings *findings, bool is_open)
{
    return table_count(is_open ? findings->open : findings->past);
}

uint64_t board_findings_lost(const struct board_findings *findings, bool is_open)
{
    return table_evicted(is_open ? findings->open : findings->past);
}
