/* SPDX-License-Identifier: Apache-2.0 */
/* The table of raised findings. Gets them from device, contact and judge, publishes their beginnings and ends. */
#include "verdict/finding.h"

#include <stdlib.h>

#include "base/table.h"

struct finding_key {
    struct subject subject;
    uint32_t code;
    uint32_t unused; /* keeps the bytes behind it zero */
};

struct raised {
    int64_t confirmed;
    bool is_shadow; /* of another: never told */
    struct who who;
    enum severity severity;
    const struct protocol *protocol;
    uint16_t right_port;
    char device[DEVICE_MAX];
};

struct findings {
    struct table *table;
    const struct publisher *publisher;
    size_t raised[FINDING_CODES]; /* how many of each code */
};

struct subject subject_of(const struct who *who, const char *device, bool with_port)
{
    struct subject subject = { 0 };
    if (device[0]) {
        memcpy(subject.name, device, strnlen(device, sizeof(subject.name) - 1));
    } else {
        /* no device id holds a raw control byte, so that the two kinds of names never meet */
        subject.name[0] = '\x01';
        memcpy(subject.name + 1, who->peer.address, sizeof(who->peer.address));
    }
    if (with_port) {
        subject.port = who->port;
        subject.transport = (uint16_t)who->transport;
    }
    return subject;
}

static void gone(void *context, const void *key, void *value)
{
    struct findings *findings = context;
    (void)value;
    findings->raised[((const struct finding_key *)key)->code]--;
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

bool finding_confirm(struct findings *findings, enum finding_code code, const struct subject *subject,
                     int64_t now)
{
    if (!findings_any(findings, code))
        return false;
    struct finding_key key = key_of(code, subject);
    struct raised *raised = table_find(findings->table, &key);
    if (raised)
        raised->confirmed = now;
    return raised != NULL;
}

void finding_raise(struct findings *findings, enum finding_code code, const struct subject *subject,
                   struct finding_event event)
{
    if (finding_confirm(findings, code, subject, event.time))
        return;
    struct finding_key key = key_of(code, subject);
    struct raised *raised = table_add(findings->table, &key);
    if (!raised)
        return; /* without memory it is not told, rather than told with every message */
    findings->raised[code]++;
    *raised = (struct raised){ .confirmed = event.time,
                               .who = event.who,
                               .severity = event.severity,
                               .protocol = event.protocol,
                               .right_port = event.right_port };
    strncpy(raised->device, event.device, sizeof(raised->device) - 1);
    event.code = code;
    event.raised = true;
    publish_finding(findings->publisher, &event);
}

void finding_shadow(struct findings *findings, enum finding_code code, const struct subject *subject,
                    int64_t now)
{
    struct finding_key key = key_of(code, subject);
    if (finding_confirm(findings, code, subject, now))
        return;
    struct raised *raised = table_add(findings->table, &key);
    if (!raised)
        return;
    findings->raised[code]++;
    raised->is_shadow = true;
    raised->confirmed = now;
}

static void publish_cleared(const struct findings *findings, enum finding_code code,
                            const struct raised *raised, int64_t now, const char *why)
{
    if (raised->is_shadow)
        return;
    struct finding_event event = { .time = now,
                                   .code = code,
                                   .raised = false,
                                   .severity = raised->severity,
                                   .who = raised->who,
                                   .device = raised->device,
                                   .protocol = raised->protocol,
                                   .right_port = raised->right_port,
                                   .text = why,
                                   .advice = "" };
    publish_finding(findings->publisher, &event);
}

void finding_clear_quiet(struct findings *findings, enum finding_code code, const struct subject *subject,
                         int64_t quiet, int64_t now, const char *why)
{
    if (!findings_any(findings, code))
        return;
    struct finding_key key = key_of(code, subject);
    struct raised *raised = table_find(findings->table, &key);
    if (!raised || now - raised->confirmed < quiet)
        return;
    publish_cleared(findings, code, raised, now, why);
    table_remove(findings->table, raised);
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

uint64_t findings_evicted(const struct findings *findings)
{
    return table_evicted(findings->table);
}
