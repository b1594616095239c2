/* SPDX-License-Identifier: Apache-2.0 */
/* What the guide's six points are answered from while hexwatch runs, beside what came: this host as it was last looked at, and what
 * is not known and why. Used by live. */
#ifndef COMMAND_CHECKLIST_H
#define COMMAND_CHECKLIST_H

#include "board/guide.h"
#include "command/settings.h"

/* Not copied: the evidence points into it. */
struct checklist {
    struct guide_evidence evidence; /* for snapshot_set_evidence */
    struct server_facts host;
};

/* All borrowed for as long as the evidence is used. host: NULL where it is not known; listened: NULL where nothing is listened on;
 * rules_unread: see guide.h. */
void checklist_fill(struct checklist *checklist, const struct settings *settings,
                    const struct server_facts *host, const struct portset *listened,
                    const char *rules_unread);

#endif
