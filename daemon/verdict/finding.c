/* SPDX-License-Identifier: Apache-2.0 */
/* The table of raised findings. Gets them from the matters, publishes their beginnings and ends. */
#include "verdict/finding.h"

#include <stdlib.h>

#include "base/table.h"

enum { AT_ONCE = 1000000 /* µs in which what speaks against a finding may be refuted */, GROUPS = 16384 };

struct finding_key {
    uint32_t code;
    struct subject subject;
};

struct raised {
    int64_t first, confirmed;
    int64_t healed;   /* since it was confirmed last: when something spoke against it; 0: nothing did */
    uint64_t count;   /* how often it showed */
    int64_t reported; /* up to which confirmation the sinks know */
    bool is_shadow;   /* of another: never told */
    bool is_amended;
    struct who who;
    enum severity severity;
    const struct protocol *protocol;
    uint16_t right_port;
    char device[DEVICE_MAX];
    uint8_t sample[FINDING_SAMPLE], sample_length;
};

struct findings {
    struct table *table;
    const struct publisher *publisher;
    size_t raised[FINDING_CODES]; /* how many of each code */
    uint32_t about[GROUPS]; /* how many of each group of keys: mostly the answer is that there are none */
};

/* What an address begins with: no device id holds a raw control byte, so that the two kinds of names never meet. */
static const char address_mark = '\x01';

struct subject subject_of(const struct who *who, const char *device, bool with_port)
{
    struct subject subject = { 0 };
    if (device[0]) {
        memcpy(subject.name, device, strnlen(device, sizeof(subject.name) - 1));
    } else {
        subject.name[0] = address_mark;
        memcpy(subject.name + 1, who->peer.address, sizeof(who->peer.address));
    }
    if (with_port) {
        subject.port = who->port;
        subject.transport = (uint16_t)who->transport;
    }
    return subject;
}

/* The group of a key. Anybody can choose names that meet in one: then the table is asked, as without groups. */
static size_t group_of(enum finding_code code, const struct subject *subject)
{
    uint64_t word, sum = (uint64_t)code;
    for (size_t at = 0; at + sizeof(word) <= sizeof(subject->name) && subject->name[at]; at += sizeof(word)) {
        memcpy(&word, subject->name + at, sizeof(word));
        sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    }
    return (size_t)(sum >> 32) % GROUPS;
}

const char *subject_device(const struct subject *subject)
{
    return subject->name[0] == address_mark ? "" : subject->name;
}

static void gone(void *context, const void *key, void *value)
{
    struct findings *findings = context;
    const struct finding_key *about = key;
    (void)value;
    findings->raised[about->code]--;
    findings->about[group_of((enum finding_code)about->code, &about->subject)]--;
}

struct findings *findings_new(size_t capacity, const struct publisher *publisher)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    if (!findings)
        return NULL;
    findings->publisher = publisher;
    findings->table = table_new(capacity, sizeof(struct finding_key), sizeof(struct raised), gone, findings);
    if (!findings->table) {
        free(findings);
        return NULL;
    }
    return findings;
}

void findings_free(struct findings *findings)
{
    if (!findings)
        return;
    table_free(findings->table);
    free(findings);
}

static struct finding_key key_of(enum finding_code code, const struct subject *subject)
{
    struct finding_key key;
    memset(&key, 0, sizeof(key));
    key.subject = *subject;
    key.code = (uint32_t)code;
    return key;
}

bool findings_any(const struct findings *findings, enum finding_code code)
{
    return findings->raised[code] > 0;
}

size_t findings_count(const struct findings *findings, enum finding_code code)
{
    return findings->raised[code];
}

/* NULL: it is not raised. */
static struct raised *find(const struct findings *findings, enum finding_code code,
                           const struct subject *subject)
{
    if (!findings_any(findings, code) || findings->about[group_of(code, subject)] == 0)
        return NULL;
    struct finding_key key = key_of(code, subject);
    return table_find(findings->table, &key);
}

static struct raised *add(struct findings *findings, enum finding_code code, const struct subject *subject)
{
    struct finding_key key = key_of(code, subject);
    struct raised *raised = table_add(findings->table, &key);
    if (raised) {
        findings->raised[code]++;
        findings->about[group_of(code, subject)]++;
    }
    return raised;
}

bool finding_confirm(struct findings *findings, enum finding_code code, const struct subject *subject,
                     int64_t now)
{
    struct raised *raised = find(findings, code, subject);
    if (raised) {
        raised->confirmed = now;
        raised->healed = 0;
        raised->count++;
    }
    return raised != NULL;
}

bool finding_is_raised(struct findings *findings, enum finding_code code, const struct subject *subject)
{
    return find(findings, code, subject) != NULL;
}

static void keep(struct raised *raised, const struct finding_event *event)
{
    struct cursor sample = event->sample;
    if (sample.left > FINDING_SAMPLE)
        sample.left = FINDING_SAMPLE;
    if (sample.left > 0)
        memcpy(raised->sample, sample.at, sample.left);
    raised->sample_length = (uint8_t)sample.left;
    raised->who = event->who;
    raised->severity = event->severity;
    raised->protocol = event->protocol;
    raised->right_port = event->right_port;
}

static void publish_raised(const struct findings *findings, enum finding_code code,
                           const struct raised *raised, struct finding_event event)
{
    event.code = code;
    event.raised = true;
    event.first = raised->first;
    event.last = event.time;
    event.count = raised->count;
    event.sample = cursor_of(raised->sample, raised->sample_length);
    publish_finding(findings->publisher, &event);
}

void finding_raise(struct findings *findings, enum finding_code code, const struct subject *subject,
                   struct finding_event event)
{
    if (finding_confirm(findings, code, subject, event.time))
        return;
    struct raised *raised = add(findings, code, subject);
    if (!raised)
        return; /* without memory it is not told, rather than told with every message */
    *raised = (struct raised){ .confirmed = event.time,
                               .reported = event.time,
                               .first = event.first ? event.first : event.time,
                               .count = event.count ? event.count : 1 };
    keep(raised, &event);
    strncpy(raised->device, event.device, sizeof(raised->device) - 1);
    publish_raised(findings, code, raised, event);
}

int64_t finding_first(const struct findings *findings, enum finding_code code, const struct subject *subject)
{
    const struct raised *raised = find(findings, code, subject);
    return raised ? raised->first : 0;
}

bool finding_has_sample(const struct findings *findings, enum finding_code code,
                        const struct subject *subject)
{
    const struct raised *raised = find(findings, code, subject);
    return raised && raised->sample_length > 0;
}

int finding_severity(const struct findings *findings, enum finding_code code, const struct subject *subject)
{
    const struct raised *raised = find(findings, code, subject);
    return raised ? (int)raised->severity : -1;
}

bool finding_may_amend(struct findings *findings, enum finding_code code, const struct subject *subject)
{
    const struct raised *raised = find(findings, code, subject);
    return raised && !raised->is_shadow && !raised->is_amended;
}

void finding_amend(struct findings *findings, enum finding_code code, const struct subject *subject,
                   struct finding_event event)
{
    struct raised *raised = find(findings, code, subject);
    if (!raised || raised->is_shadow)
        return;
    raised->severity = event.severity;
    raised->is_amended = true;
    publish_raised(findings, code, raised, event);
}

void finding_shadow(struct findings *findings, enum finding_code code, const struct subject *subject,
                    int64_t now)
{
    if (finding_confirm(findings, code, subject, now))
        return;
    struct raised *raised = add(findings, code, subject);
    if (!raised)
        return;
    raised->is_shadow = true;
    raised->confirmed = now;
}

static struct finding_event event_of(enum finding_code code, const struct raised *raised, int64_t now)
{
    return (struct finding_event){ .time = now,
                                   .first = raised->first,
                                   .last = raised->confirmed,
                                   .count = raised->count,
                                   .sample = cursor_of(raised->sample, raised->sample_length),
                                   .code = code,
                                   .severity = raised->severity,
                                   .who = raised->who,
                                   .device = raised->device,
                                   .protocol = raised->protocol,
                                   .right_port = raised->right_port,
                                   .text = "",
                                   .advice = "" };
}

static void publish_cleared(const struct findings *findings, enum finding_code code,
                            const struct raised *raised, int64_t now, const char *why)
{
    if (raised->is_shadow)
        return;
    struct finding_event event = event_of(code, raised, now);
    event.text = why;
    publish_finding(findings->publisher, &event);
}

void finding_clear_quiet(struct findings *findings, enum finding_code code, const struct subject *subject,
                         int64_t quiet, int64_t now, const char *why)
{
    struct raised *raised = find(findings, code, subject);
    if (!raised)
        return;
    raised->healed = now;
    if (now - raised->confirmed < quiet)
        return;
    publish_cleared(findings, code, raised, now, why);
    table_remove(findings->table, raised);
}

void finding_heal(struct findings *findings, enum finding_code code, const struct subject *subject,
                  int64_t now)
{
    struct raised *raised = find(findings, code, subject);
    if (raised)
        raised->healed = now;
}

void findings_settle(struct findings *findings, enum finding_code code, int64_t quiet, int64_t now,
                     const char *why)
{
    if (!findings_any(findings, code))
        return;
    for (struct raised *raised = table_first(findings->table), *next; raised; raised = next) {
        const struct finding_key *key = table_key(findings->table, raised);
        next = table_next(findings->table, raised);
        if (key->code != (uint32_t)code || raised->healed == 0 || now - raised->healed < AT_ONCE ||
            now - raised->confirmed < quiet)
            continue;
        publish_cleared(findings, code, raised, now, why);
        table_remove(findings->table, raised);
    }
}

void finding_clear(struct findings *findings, enum finding_code code, const struct subject *subject,
                   int64_t now, const char *why)
{
    finding_clear_quiet(findings, code, subject, INT64_MIN, now, why);
}

void findings_forget(struct findings *findings, enum finding_code code, int64_t before, int64_t now,
                     const char *why)
{
    if (!findings_any(findings, code))
        return;
    for (struct raised *raised = table_first(findings->table), *next; raised; raised = next) {
        const struct finding_key *key = table_key(findings->table, raised);
        next = table_next(findings->table, raised);
        if (key->code != (uint32_t)code || raised->confirmed >= before)
            continue;
        publish_cleared(findings, code, raised, now, why);
        table_remove(findings->table, raised);
    }
}

void findings_report(struct findings *findings, int64_t now)
{
    for (struct raised *raised = table_first(findings->table); raised;
         raised = table_next(findings->table, raised)) {
        const struct finding_key *key = table_key(findings->table, raised);
        if (raised->is_shadow || raised->confirmed == raised->reported)
            continue;
        struct finding_event event = event_of((enum finding_code)key->code, raised, now);
        raised->reported = raised->confirmed;
        event.raised = true;
        publish_confirmed(findings->publisher, &event);
    }
}

uint64_t findings_evicted(const struct findings *findings)
{
    return table_evicted(findings->table);
}
