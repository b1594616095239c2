/* SPDX-License-Identifier: Apache-2.0 */
/* The judge: publishes messages and connections and hands them to the matters, which raise findings. Gets them from session. */
#include "verdict/judge.h"

#include <stdlib.h>

#include "verdict/clock.h"
#include "verdict/conflict.h"
#include "verdict/contact.h"
#include "verdict/device.h"
#include "verdict/dossier.h"
#include "verdict/duplicate.h"
#include "verdict/gates.h"
#include "verdict/life.h"
#include "verdict/outside.h"
#include "verdict/port.h"
#include "verdict/proxied.h"
#include "verdict/reach.h"
#include "verdict/registration.h"
#include "verdict/stranger.h"
#include "verdict/twins.h"
#include "verdict/unanswered.h"

enum { SECOND = 1000000, SWEEP = 10 * SECOND, TWINS = 20000 };

struct judge {
    struct judge_settings settings;
    const struct publisher *publisher;
    const struct ports *ports;
    struct findings *findings;
    struct port_matter *port;
    struct stranger_matter *stranger;
    struct contact_matter *contact;
    struct reach_matter *reach;
    struct server_matter *server;
    struct outside_matter *outside;
    struct dossiers *dossiers; /* what these know of each device: */
    struct devices *devices;
    struct clock_matter *clock;
    struct life_matter *life;
    struct unanswered_matter *unanswered;
    struct duplicate_matter *duplicate;
    struct registration *registration;
    struct twins *twins; /* NULL: nothing comes twice */
    int64_t swept;       /* when findings were last looked through */
};

struct judge_settings judge_defaults(void)
{
    return (struct judge_settings){ .devices = 20000,
                                    .findings = 20000,
                                    .fix_wait = 15 * 60 * (int64_t)SECOND,
                                    .silent_wait = 30 * (int64_t)SECOND,
                                    .reconnects = 3,
                                    .reconnect_span = 5 * 60 * (int64_t)SECOND,
                                    .quiet = 15 * 60 * (int64_t)SECOND,
                                    .lasting = 10 * (int64_t)SECOND,
                                    .forget = 24 * 3600 * (int64_t)SECOND };
}

/* The matters of single devices. */
static bool add_devices(struct judge *judge, const struct ports *ports)
{
    const struct judge_settings *settings = &judge->settings;
    struct life_settings life = { .forget = settings->forget,
                                  .expected = settings->expected,
                                  .expected_count = settings->expected_count };
    struct unanswered_settings unanswered = { .devices = settings->devices,
                                              .silent_wait = settings->silent_wait,
                                              .forget = settings->forget,
                                              .expected = settings->expected,
                                              .expected_count = settings->expected_count };
    struct registration_settings registration = { .devices = settings->devices,
                                                  .forget = settings->forget,
                                                  .expected = settings->expected,
                                                  .expected_count = settings->expected_count };
    judge->dossiers = dossiers_new(settings->devices);
    if (!judge->dossiers)
        return false;
    judge->devices = devices_new(settings->fix_wait, settings->forget, judge->dossiers, judge->findings);
    judge->clock = clock_new(settings->forget, judge->dossiers, judge->findings);
    judge->life = life_new(&life, judge->dossiers, judge->findings);
    judge->unanswered = unanswered_new(&unanswered, ports, judge->dossiers, judge->findings);
    judge->duplicate = duplicate_new(settings->forget, judge->dossiers, judge->findings);
    judge->registration = registration_new(&registration, ports, judge->findings);
    if (settings->is_joined)
        judge->twins = twins_new(TWINS);
    return judge->devices && judge->clock && judge->life && judge->unanswered && judge->duplicate &&
           judge->registration && (judge->twins || !settings->is_joined);
}

static bool add_matters(struct judge *judge, const struct ports *ports)
{
    const struct judge_settings *settings = &judge->settings;
    struct contact_settings contact = { .visitors = settings->devices,
                                        .silent_wait = settings->silent_wait,
                                        .reconnects = settings->reconnects,
                                        .reconnect_span = settings->reconnect_span,
                                        .forget = settings->forget };
    judge->port = port_new(settings->forget, ports, judge->findings);
    judge->stranger = stranger_new(settings->forget, ports, judge->findings);
    judge->contact = contact_new(&contact, judge->findings);
    judge->reach = reach_new(settings->forget, ports, judge->findings);
    judge->server = server_new(settings->lasting, ports, judge->findings);
    judge->outside = outside_new(settings->quiet, settings->forget, judge->findings);
    return judge->port && judge->stranger && judge->contact && judge->reach && judge->server &&
           judge->outside;
}

struct judge *judge_new(const struct judge_settings *settings, const struct ports *ports,
                        const struct publisher *publisher)
{
    struct judge *judge = calloc(1, sizeof(*judge));
    if (!judge)
        return NULL;
    judge->settings = *settings;
    judge->publisher = publisher;
    judge->ports = ports;
    judge->findings = findings_new(settings->findings, publisher);
    if (!judge->findings || !add_matters(judge, ports) || !add_devices(judge, ports)) {
        judge_free(judge);
        return NULL;
    }
    return judge;
}

void judge_free(struct judge *judge)
{
    if (!judge)
        return;
    duplicate_free(judge->duplicate);
    unanswered_free(judge->unanswered);
    life_free(judge->life);
    clock_free(judge->clock);
    twins_free(judge->twins);
    registration_free(judge->registration);
    devices_free(judge->devices);
    dossiers_free(judge->dossiers);
    outside_free(judge->outside);
    reach_free(judge->reach);
    server_free(judge->server);
    contact_free(judge->contact);
    stranger_free(judge->stranger);
    port_free(judge->port);
    findings_free(judge->findings);
    free(judge);
}

/* Browsers on Traccar's web port are its daily business, and their requests hold passwords: never shown nor judged. */
static bool is_web(const struct judge *judge, const struct who *who)
{
    return judge->settings.web_port != 0 && who->port == judge->settings.web_port;
}

static void tell_of_device(struct judge *judge, const struct message_event *event)
{
    struct dossier *dossier = dossiers_of(judge->dossiers, event);
    if (!dossier)
        return;
    devices_message(judge->devices, event, dossier);
    clock_message(judge->clock, event, dossier);
    duplicate_message(judge->duplicate, event, dossier);
    life_message(judge->life, event, dossier);
}

void judge_message(struct judge *judge, const struct message_event *event)
{
    /* one connection may carry a phone app's positions and its user's login: behind the first stranger nothing is shown, and no
     * answer at all: it may be to what is not judged yet */
    if (is_web(judge, &event->who) &&
        (!event->protocol || event->spoiled || event->direction == DIRECTION_OUT))
        return;
    /* what became of it in Traccar, only the log tells: there it counts, whoever was first */
    registration_message(judge->registration, event);
    conflict_message(judge->findings, event);
    if (judge->twins && twins_has_come(judge->twins, event))
        return;
    publish_message(judge->publisher, event);
    unanswered_message(judge->unanswered, event);
    if (event->direction != DIRECTION_IN || !event->identity)
        return;
    outside_hear(judge->outside, &event->who, event->identity->candidate_count > 0 ? event->device : "",
                 event->time);
    contact_message(judge->contact, event);
    reach_message(judge->reach, event);
    proxied_message(judge->findings, event);
    port_message(judge->port, event);
    stranger_message(judge->stranger, event);
    life_begin(judge->life, event->time);
    tell_of_device(judge, event);
}

void judge_unfinished(struct judge *judge, const struct message_event *event)
{
    /* what an unfinished piece on the web port will become cannot be told yet */
    if (!is_web(judge, &event->who) && !(judge->twins && event->is_logged))
        publish_unfinished(judge->publisher, event);
}

void judge_connection(struct judge *judge, const struct connection_event *event)
{
    if (is_web(judge, &event->who))
        return;
    publish_connection(judge->publisher, event);
    outside_hear(judge->outside, &event->who, "", event->time);
    contact_connection(judge->contact, event);
    unanswered_connection(judge->unanswered, event);
    life_connection(judge->life, event);
    reach_connection(judge->reach, event);
}

void judge_report(struct judge *judge, const struct report_event *event)
{
    if (event->kind == REPORT_PORT_TAKEN || event->kind == REPORT_STARTED)
        conflict_report(judge->findings, judge->ports, event);
    else
        registration_report(judge->registration, event);
}

void judge_silence(struct judge *judge, const struct who *who, int64_t since, int64_t now)
{
    if (!is_web(judge, who))
        contact_silence(judge->contact, who, since, now);
}

void judge_host(struct judge *judge, const struct server_facts *facts, int64_t now)
{
    server_take(judge->server, facts, now);
    reach_facts(judge->reach, facts, judge->server, now);
    outside_facts(judge->outside, facts->host);
}

void judge_examine(struct judge *judge, const struct ports *ports, const struct server_facts *facts,
                   int64_t now)
{
    (void)gates_look(judge->findings, ports, facts, now);
    outside_look(judge->outside, now);
}

void judge_tick(struct judge *judge, int64_t now)
{
    if (now - judge->swept < SWEEP && now >= judge->swept)
        return;
    judge->swept = now;
    stranger_tick(judge->stranger, now);
    proxied_tick(judge->findings, now - judge->settings.forget, now);
    contact_tick(judge->contact, now);
    reach_tick(judge->reach, now);
    outside_tick(judge->outside, now);
    port_tick(judge->port, now);
    devices_tick(judge->devices, now);
    clock_tick(judge->clock, now);
    unanswered_tick(judge->unanswered, now);
    duplicate_tick(judge->duplicate, now);
    life_tick(judge->life, now);
    registration_tick(judge->registration, now);
    findings_report(judge->findings, now);
}

void judge_finish(struct judge *judge, int64_t now)
{
    registration_finish(judge->registration, now);
    findings_report(judge->findings, now);
}

/* Each matter keeps the same devices, or some of them: the one that had to forget most tells how many were too many. */
static uint64_t devices_lost(const struct judge *judge)
{
    const uint64_t lost[] = { dossiers_evicted(judge->dossiers), registration_evicted(judge->registration),
                              unanswered_evicted(judge->unanswered) };
    uint64_t most = 0;
    for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
        most = lost[i] > most ? lost[i] : most;
    return most;
}

struct judge_losses judge_losses(const struct judge *judge)
{
    return (struct judge_losses){ .devices = devices_lost(judge),
                                  .findings = findings_evicted(judge->findings),
                                  .visitors = contact_evicted(judge->contact) };
}
