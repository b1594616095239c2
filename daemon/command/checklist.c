/* SPDX-License-Identifier: Apache-2.0 */
/* Says what a running hexwatch knows beside what came. Called by live whenever it has looked at the host. */
#include "command/checklist.h"

#include "command/premises.h"

/* Whom nothing has reached for so long is told so, µs. */
#define STALE (5 * 60 * INT64_C(1000000))

void checklist_fill(struct checklist *checklist, const struct settings *settings,
                    const struct server_facts *host, const struct portset *listened, const char *rules_unread)
{
    struct guide_evidence *evidence = &checklist->evidence;
    const char *no_traccar =
        settings->traccar ? NULL : premises_no_traccar(settings, host && host->host->is_container);
    *evidence = (struct guide_evidence){ .stale = STALE, .rules_unread = rules_unread };
    if (!settings->log.on) {
        evidence->log_unread = !no_traccar ? "Traccar's log is not read"
                               : listened
                                   ? "hexwatch is in Traccar's place: what that makes of it is not seen"
                                   : no_traccar;
        evidence->log_next = no_traccar ? NULL : "Run 'hexwatch doctor': it looks at all of the log.";
    }
    if (!settings->sniff.on)
        evidence->handshakes_unread = "packets are not watched";
    if (!listened)
        evidence->traccar_unread = no_traccar;
    evidence->traccar_next = settings->traccar ? NULL : premises_find_traccar(settings);
    if (!host)
        return;
    checklist->host = *host;
    /* who stands in for Traccar has to listen where it was told to */
    if (listened)
        checklist->host.expected = listened;
    evidence->host = &checklist->host;
    evidence->ports = guide_count_ports(evidence->host);
}
