/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of contacts. Gets connections, silences and messages from the judge, gives findings to the table of findings. */
#include "verdict/contact.h"

#include <stdlib.h>

#include "base/table.h"
#include "verdict/wording.h"

enum { SECOND = 1000000 };

/* Connections from one address to one port that brought nothing. */
struct visits {
    int64_t first;
    unsigned empty;
};

/* A connection that was found to be silent. */
struct mute {
    uint64_t flow;
    int64_t
        answered; /* when its address spoke over another connection: it is a leftover of that device; 0: never */
};

struct contact_matter {
    struct contact_settings settings;
    struct findings *findings;
    struct table *visits, *mutes; /* by subject: address and port */
};

struct contact_matter *contact_new(const struct contact_settings *settings, struct findings *findings)
{
    struct contact_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    matter->settings = *settings;
    matter->findings = findings;
    matter->visits = table_new(settings->visitors, sizeof(struct subject), sizeof(struct visits), NULL, NULL);
    matter->mutes = table_new(settings->visitors, sizeof(struct subject), sizeof(struct mute), NULL, NULL);
    if (!matter->visits || !matter->mutes) {
        contact_free(matter);
        return NULL;
    }
    return matter;
}

void contact_free(struct contact_matter *matter)
{
    if (!matter)
        return;
    table_free(matter->visits);
    table_free(matter->mutes);
    free(matter);
}

void contact_message(struct contact_matter *matter, const struct message_event *event)
{
    if (table_count(matter->mutes) == 0 && !findings_any(matter->findings, FINDING_RECONNECTING))
        return;
    struct subject visitor = subject_of(&event->who, "", true);
    finding_clear(matter->findings, FINDING_RECONNECTING, &visitor, event->time, "It has sent data.");
    struct mute *mute = table_find(matter->mutes, &visitor);
    bool is_another = mute && mute->flow != event->who.flow;
    if (is_another)
        mute->answered = event->time;
    finding_clear(matter->findings, FINDING_CONNECTED_SILENT, &visitor, event->time,
                  is_another ? "Its address sends data over another connection." : "It has sent data.");
}

static void raise_reconnecting(struct contact_matter *matter, const struct connection_event *event,
                               const struct subject *visitor, unsigned times)
{
    struct wording text;
    wording_start(&text);
    wording_put_address(&text.text, &event->who);
    buffer_printf(&text.text,
                  " connects to port %u again and again (%u times) and closes without sending anything.",
                  event->who.port, times);
    finding_raise(matter->findings, FINDING_RECONNECTING, visitor,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_WARNING,
                      .who = event->who,
                      .device = "",
                      .text = wording_end(&text),
                      .advice = "If it is your device, restart it and check its data plan; if it is a "
                                "monitor or load balancer, this is its check." });
}

void contact_connection(struct contact_matter *matter, const struct connection_event *event)
{
    if (event->state != CONNECTION_CLOSED)
        return;
    struct subject visitor = subject_of(&event->who, "", true);
    struct mute *mute = table_find(matter->mutes, &visitor);
    if (!mute || mute->flow == event->who.flow)
        finding_clear(matter->findings, FINDING_CONNECTED_SILENT, &visitor, event->time,
                      "The connection has ended.");
    /* of an address that talks beside it, further ones are known to be like that */
    if (mute && mute->flow == event->who.flow && mute->answered == 0)
        table_remove(matter->mutes, mute);
    /* who is answered has spoken, whether it was seen or not */
    if (event->bytes_in > 0 || event->bytes_out > 0 || event->lost_in > 0) {
        struct visits *known = table_find(matter->visits, &visitor);
        if (known)
            table_remove(matter->visits, known);
        return;
    }
    if (event->reason &&
        (strcmp(event->reason, CLOSED_IDLE) == 0 || strcmp(event->reason, CLOSED_FOR_ROOM) == 0))
        return;
    struct visits *visits = table_add(matter->visits, &visitor);
    if (!visits)
        return;
    if (visits->empty == 0 || event->time - visits->first > matter->settings.reconnect_span)
        *visits = (struct visits){ .first = event->time };
    visits->empty++;
    if (visits->empty >= matter->settings.reconnects)
        raise_reconnecting(matter, event, &visitor, visits->empty);
}

void contact_silence(struct contact_matter *matter, const struct who *who, int64_t since, int64_t now)
{
    if (now - since < matter->settings.silent_wait)
        return;
    struct subject visitor = subject_of(who, "", true);
    if (finding_confirm(matter->findings, FINDING_CONNECTED_SILENT, &visitor, now))
        return;
    struct mute *mute = table_add(matter->mutes, &visitor);
    if (!mute || mute->answered > since)
        return;
    *mute = (struct mute){ .flow = who->flow };
    char peer[ENDPOINT_TEXT];
    struct wording text;
    endpoint_write(&who->peer, peer);
    wording_start(&text);
    buffer_printf(&text.text, "%s is connected to port %u and has said nothing for %lld seconds.", peer,
                  who->port, (long long)((now - since) / SECOND));
    finding_raise(matter->findings, FINDING_CONNECTED_SILENT, &visitor,
                  (struct finding_event){
                      .time = now,
                      .severity = SEVERITY_INFO,
                      .who = *who,
                      .device = "",
                      .text = wording_end(&text),
                      .advice = "A tracker speaks first. If it is yours, restart it and check that its "
                                "server address and protocol are set." });
}

void contact_tick(struct contact_matter *matter, int64_t now)
{
    findings_forget(matter->findings, FINDING_RECONNECTING, now - matter->settings.forget, now,
                    "It has not come again.");
}

uint64_t contact_evicted(const struct contact_matter *matter)
{
    return table_evicted(matter->visits);
}
