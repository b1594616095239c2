/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the ports that addresses and devices fail at. Called by reach and port. */
#include "verdict/scans.h"

#include <stdlib.h>

#include "base/table.h"

/* … within this; and it is over when nothing was tried for as long. */
static const int64_t span = 10000000;

struct scan {
    int64_t since, last;
    size_t count; /* different ports; as many as it takes: it is a scan */
    struct scan_attempt attempts[SCAN_PORTS];
};

struct scans {
    size_t ports;
    struct table *table; /* by subject: the address or the device */
};

struct scans *scans_new(size_t capacity, size_t ports)
{
    struct scans *scans = calloc(1, sizeof(*scans));
    if (!scans)
        return NULL;
    scans->ports = ports < SCAN_PORTS ? ports : SCAN_PORTS;
    scans->table = table_new(capacity, sizeof(struct subject), sizeof(struct scan), NULL, NULL);
    if (scans->table)
        return scans;
    free(scans);
    return NULL;
}

void scans_free(struct scans *scans)
{
    if (!scans)
        return;
    table_free(scans->table);
    free(scans);
}

static bool has_port(const struct scan *scan, const struct who *who)
{
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->attempts[i].port == who->port && scan->attempts[i].transport == who->transport)
            return true;
    }
    return false;
}

enum scan_step scans_note(struct scans *scans, const struct subject *subject, const struct who *who,
                          enum finding_code code, int64_t now, const struct scan_attempt **before,
                          int64_t *since)
{
    struct scan *scan = table_add(scans->table, subject);
    if (!scan)
        return SCAN_NONE;
    bool is_scan = scan->count == scans->ports;
    bool is_over = is_scan ? now - scan->last > span : now - scan->since > span;
    if (is_over || scan->since == 0) {
        *scan = (struct scan){ .since = now };
        is_scan = false;
    }
    scan->last = now;
    if (is_scan)
        return SCAN_GOES_ON;
    if (has_port(scan, who))
        return SCAN_NONE;
    scan->attempts[scan->count++] =
        (struct scan_attempt){ .code = code, .transport = who->transport, .port = who->port };
    if (scan->count < scans->ports)
        return SCAN_NONE;
    if (before)
        *before = scan->attempts;
    if (since)
        *since = scan->since;
    return SCAN_BEGUN;
}
