/* SPDX-License-Identifier: Apache-2.0 */
/* The judge: publishes messages and connections, and turns them into findings. Gets them from session. */
#include "verdict/judge.h"

#include <stdio.h>

#include <stdlib.h>

#include "base/table.h"
#include "verdict/device.h"
#include "verdict/finding.h"

enum { SECOND = 1000000, TEXT_MAX = 512, MOVED = 60 * SECOND, SWEEP = 10 * SECOND };

/* Connections from one address to one port that brought nothing. */
struct visits {
    int64_t first;
    unsigned empty;
};

struct judge {
    struct judge_settings settings;
    const struct ports *ports;
    const struct publisher *publisher;
    struct findings *findings;
    struct devices *devices;
    struct table *visits; /* by subject: address and port */
    int64_t swept;        /* when findings were last looked through */
};

struct judge_settings judge_defaults(void)
{
    return (struct judge_settings){ .devices = 20000,
                                    .findings = 20000,
                                    .fix_wait = 15 * 60 * (int64_t)SECOND,
                                    .silent_wait = 30 * (int64_t)SECOND,
                                    .reconnects = 3,
                                    .reconnect_span = 5 * 60 * (int64_t)SECOND,
                                    .forget = 3600 * (int64_t)SECOND };
}

struct judge *judge_new(const struct judge_settings *settings, const struct ports *ports,
                        const struct publisher *publisher)
{
    struct judge *judge = calloc(1, sizeof(*judge));
    if (!judge)
        return NULL;
    judge->settings = *settings;
    judge->ports = ports;
    judge->publisher = publisher;
    judge->findings = findings_new(settings->findings, publisher);
    if (judge->findings)
        judge->devices = devices_new(settings->devices, settings->fix_wait, judge->findings);
    judge->visits = table_new(settings->devices, sizeof(struct subject), sizeof(struct visits), NULL, NULL);
    if (!judge->devices || !judge->visits) {
        judge_free(judge);
        return NULL;
    }
    return judge;
}

void judge_free(struct judge *judge)
{
    if (!judge)
        return;
    table_free(judge->visits);
    devices_free(judge->devices);
    findings_free(judge->findings);
    free(judge);
}

/* the peer's address without its port, which changes with every connection */
static void put_address(const struct who *who, char out[static ENDPOINT_TEXT])
{
    struct endpoint address = who->peer;
    address.port = 0;
    endpoint_write(&address, out);
}

static void put_subject(struct buffer *text, const struct who *who, const char *device)
{
    char peer[ENDPOINT_TEXT];
    endpoint_write(&who->peer, peer);
    if (device[0])
        buffer_printf(text, "Device %s", device);
    else
        buffer_printf(text, "The device at %s", peer);
}

static void put_candidates(struct buffer *text, const struct told *told)
{
    for (size_t i = 0; i < told->candidate_count; i++)
        buffer_printf(text, "%s%s", i > 0 ? " or " : "", told->candidates[i]->name);
}

static void put_port(struct buffer *text, const struct judge *judge, uint16_t port)
{
    const struct protocol *own = ports_owner(judge->ports, port);
    buffer_printf(text, "port %u", port);
    if (own)
        buffer_printf(text, ", where Traccar speaks %s", own->name);
    else if (port == ports_web(judge->ports))
        buffer_put_text(text, ", Traccar's web port");
    else if (ports_is_unknown(judge->ports, port))
        buffer_put_text(text, ", which belongs to another protocol");
    else
        buffer_put_text(text, ports_is_configured(judge->ports)
                                  ? ", where this Traccar does not listen"
                                  : ", where Traccar does not listen by default");
}

/* A device is told of once, wherever it sends; an address for each port. */
static struct subject wrong_port_subject(const struct message_event *event)
{
    return subject_of(&event->who, event->device, !event->device[0]);
}

static void raise_wrong_port(struct judge *judge, const struct message_event *event)
{
    const struct told *told = event->told;
    struct subject subject = wrong_port_subject(event);
    bool is_told = finding_confirm(judge->findings, FINDING_WRONG_PORT, &subject, event->time);
    if (event->device[0]) {
        /* on its next connection it may not tell its id first */
        struct subject address = subject_of(&event->who, "", true);
        finding_shadow(judge->findings, FINDING_WRONG_PORT, &address, event->time);
    }
    if (is_told)
        return;
    char memory[TEXT_MAX], advice_memory[TEXT_MAX];
    struct buffer text = buffer_on(memory, TEXT_MAX - 1), advice = buffer_on(advice_memory, TEXT_MAX - 1);
    put_subject(&text, &event->who, event->device);
    buffer_put_text(&text, told->certainty == CLAIM_CERTAIN ? " speaks " : " seems to speak ");
    put_candidates(&text, told);
    buffer_put_text(&text, ", but sends to ");
    put_port(&text, judge, event->who.port);
    buffer_put_u8(&text, '.');
    memory[text.length] = '\0';
    buffer_printf(&advice, "Set the server port in the device to %u", told->right_port);
    for (size_t i = 1; i < told->candidate_count; i++)
        buffer_printf(&advice, ", or to %u for %s", ports_of(judge->ports, told->candidates[i]),
                      told->candidates[i]->name);
    buffer_put_text(&advice, "; its server address can stay.");
    advice_memory[advice.length] = '\0';
    finding_raise(judge->findings, FINDING_WRONG_PORT, &subject,
                  (struct finding_event){ .time = event->time,
                                          .severity = SEVERITY_PROBLEM,
                                          .who = event->who,
                                          .device = event->device,
                                          .protocol = event->protocol,
                                          .right_port = told->right_port,
                                          .text = memory,
                                          .advice = advice_memory });
}

/* A kind as it reads in a sentence: most are names of protocols. */
static const char *words_of(const char *kind)
{
    if (strcmp(kind, "scanner") == 0)
        return "a scanner's probe";
    if (strcmp(kind, "empty") == 0)
        return "an empty message";
    if (strcmp(kind, "one-byte") == 0)
        return "a single byte";
    return kind;
}

static void raise_stranger(struct judge *judge, const struct message_event *event)
{
    const char *kind = event->told->kind;
    enum finding_code code = kind ? FINDING_NOT_A_TRACKER : FINDING_UNIDENTIFIED;
    struct subject subject = subject_of(&event->who, "", true);
    if (finding_confirm(judge->findings, code, &subject, event->time))
        return;
    char memory[TEXT_MAX], peer[ENDPOINT_TEXT];
    struct buffer text = buffer_on(memory, TEXT_MAX - 1);
    put_address(&event->who, peer);
    if (kind) {
        buffer_printf(&text, "%s sent %s to port %u: that is no tracker.", peer, words_of(kind),
                      event->who.port);
    } else {
        buffer_printf(&text, "%s sends bytes of no known protocol to ", peer);
        put_port(&text, judge, event->who.port);
        buffer_printf(&text, ": ");
        buffer_put_hex(&text, cursor_of(event->bytes.at, event->bytes.left < 24 ? event->bytes.left : 24));
        buffer_put_text(&text, event->bytes.left > 24 ? "..." : ".");
    }
    memory[text.length] = '\0';
    finding_raise(judge->findings, kind ? FINDING_NOT_A_TRACKER : FINDING_UNIDENTIFIED, &subject,
                  (struct finding_event){
                      .time = event->time,
                      .severity = kind ? SEVERITY_INFO : SEVERITY_WARNING,
                      .who = event->who,
                      .device = "",
                      .text = memory,
                      .advice = kind ? "Nothing is wrong with your devices: ports open to the internet get "
                                       "such visits. Close unused ones."
                                     : "If this is your device, ask its seller for the protocol, and show "
                                       "this HEX in the Traccar forum.",
                  });
}

static void clear_silence(struct judge *judge, const struct who *who, int64_t now, const char *why)
{
    if (!findings_any(judge->findings, FINDING_RECONNECTING) &&
        !findings_any(judge->findings, FINDING_CONNECTED_SILENT))
        return;
    struct subject visitor = subject_of(who, "", true);
    finding_clear(judge->findings, FINDING_RECONNECTING, &visitor, now, why);
    finding_clear(judge->findings, FINDING_CONNECTED_SILENT, &visitor, now, why);
}

static void judge_in(struct judge *judge, const struct message_event *event)
{
    const struct told *told = event->told;
    clear_silence(judge, &event->who, event->time, "It has sent data.");
    /* what was found, or confirmed, a moment ago need not be looked up again */
    switch (event->repeats ? VERDICT_NONE : told->verdict) {
    case VERDICT_WRONG_PORT:
        /* a mere head is too little to send somebody to his device */
        if (told->certainty >= CLAIM_LIKELY)
            raise_wrong_port(judge, event);
        break;
    case VERDICT_NOT_A_TRACKER:
        raise_stranger(judge, event);
        break;
    case VERDICT_UNIDENTIFIED:
        /* a piece that a known conversation does not explain is no stranger's */
        if (!event->protocol)
            raise_stranger(judge, event);
        break;
    case VERDICT_OK:
        if (findings_any(judge->findings, FINDING_WRONG_PORT)) {
            struct subject subject = wrong_port_subject(event);
            finding_clear_quiet(judge->findings, FINDING_WRONG_PORT, &subject, MOVED, event->time,
                                "It sends to its right port now.");
        }
        break;
    case VERDICT_NONE:
        break;
    }
    devices_message(judge->devices, event);
}

/* Browsers on Traccar's web port are its daily business, and their requests hold passwords: never shown nor judged. */
static bool is_web(const struct judge *judge, const struct who *who, const struct protocol *protocol)
{
    return judge->settings.web_port != 0 && who->port == judge->settings.web_port && !protocol;
}

void judge_message(struct judge *judge, const struct message_event *event)
{
    if (is_web(judge, &event->who, event->protocol))
        return;
    publish_message(judge->publisher, event);
    if (event->direction == DIRECTION_IN && event->told)
        judge_in(judge, event);
}

static void judge_closed(struct judge *judge, const struct connection_event *event)
{
    struct subject visitor = subject_of(&event->who, "", true);
    finding_clear(judge->findings, FINDING_CONNECTED_SILENT, &visitor, event->time,
                  "The connection has ended.");
    if (event->bytes_in > 0) {
        struct visits *known = table_find(judge->visits, &visitor);
        if (known)
            table_remove(judge->visits, known);
        return;
    }
    struct visits *visits = table_add(judge->visits, &visitor);
    if (!visits)
        return;
    if (visits->empty == 0 || event->time - visits->first > judge->settings.reconnect_span)
        *visits = (struct visits){ .first = event->time };
    visits->empty++;
    if (visits->empty < judge->settings.reconnects)
        return;
    char text[TEXT_MAX], peer[ENDPOINT_TEXT];
    put_address(&event->who, peer);
    snprintf(text, sizeof(text),
             "%s connects to port %u again and again (%u times) and closes without sending anything.", peer,
             event->who.port, visits->empty);
    finding_raise(judge->findings, FINDING_RECONNECTING, &visitor,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_WARNING,
                      .who = event->who,
                      .device = "",
                      .text = text,
                      .advice = "If it is your device, restart it and check its data plan; if it is a "
                                "monitor or load balancer, this is its check." });
}

void judge_connection(struct judge *judge, const struct connection_event *event)
{
    if (is_web(judge, &event->who, NULL))
        return;
    publish_connection(judge->publisher, event);
    if (event->state == CONNECTION_CLOSED)
        judge_closed(judge, event);
}

void judge_silence(struct judge *judge, const struct who *who, int64_t since, int64_t now)
{
    if (now - since < judge->settings.silent_wait || is_web(judge, who, NULL))
        return;
    struct subject visitor = subject_of(who, "", true);
    if (finding_confirm(judge->findings, FINDING_CONNECTED_SILENT, &visitor, now))
        return;
    char text[TEXT_MAX], peer[ENDPOINT_TEXT];
    endpoint_write(&who->peer, peer);
    snprintf(text, sizeof(text), "%s is connected to port %u and has said nothing for %lld seconds.", peer,
             who->port, (long long)((now - since) / SECOND));
    finding_raise(judge->findings, FINDING_CONNECTED_SILENT, &visitor,
                  (struct finding_event){
                      .time = now,
                      .severity = SEVERITY_INFO,
                      .who = *who,
                      .device = "",
                      .text = text,
                      .advice = "A tracker speaks first. If it is yours, restart it and check that its "
                                "server address and protocol are set." });
}

void judge_tick(struct judge *judge, int64_t now)
{
    if (now - judge->swept < SWEEP && now >= judge->swept)
        return;
    judge->swept = now;
    int64_t before = now - judge->settings.forget;
    findings_forget(judge->findings, FINDING_NOT_A_TRACKER, before, now, "It has not come again.");
    findings_forget(judge->findings, FINDING_UNIDENTIFIED, before, now, "It has not come again.");
    findings_forget(judge->findings, FINDING_RECONNECTING, before, now, "It has not come again.");
    /* a device that went to its right port, or away, says nothing here any more */
    findings_forget(judge->findings, FINDING_WRONG_PORT, before, now,
                    "Nothing of it has come to this port any more.");
}

struct judge_losses judge_losses(const struct judge *judge)
{
    return (struct judge_losses){ .devices = devices_evicted(judge->devices),
                                  .findings = findings_evicted(judge->findings) };
}
