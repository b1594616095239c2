/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of run, listen and sniff. Has the intakes opened, hands what they bring to the assembly, ends with a summary. */
#include <signal.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "base/log.h"
#include "command/live_parts.h"
#include "outlet/snapshot.h"

enum { LAG = 1000000, LOOK = 5 * 1000000, LOG_STEPS = 64 };

static void tell_systemd(const char *state)
{
#ifdef HAVE_SYSTEMD
    (void)sd_notify(0, state);
#else
    (void)state;
#endif
}

static void on_signal(void *context, int number)
{
    struct live *live = context;
    if (number == SIGHUP) {
        assembly_reopen(live->assembly);
        return;
    }
    live->is_stopping = true;
}

static struct intake_losses losses_of(const struct live *live)
{
    return (struct intake_losses){
        .sniffer = live->sniffer ? sniffer_losses(live->sniffer) : (struct sniffer_losses){ 0 },
        .listener = live->listener ? listener_losses(live->listener) : (struct listener_losses){ 0 },
        .log =
            live->log ? traccar_log_losses(live->log, loop_now(live->loop)) : (struct traccar_log_losses){ 0 }
    };
}

bool live_look(struct live *live)
{
    struct snapshot *snapshot = assembly_snapshot(live->assembly);
    bool has_facts = premises_look(live->premises, &live->facts);
    checklist_fill(&live->checklist, live->settings, has_facts ? &live->facts : NULL,
                   live->listener ? listener_bound(live->listener) : NULL,
                   premises_rules_unread(live->premises));
    if (snapshot)
        snapshot_set_evidence(snapshot, &live->checklist.evidence);
    return has_facts;
}

void live_look_around(struct live *live, int64_t now)
{
    if (live->last_look != 0 && now - live->last_look < LOOK)
        return;
    live->last_look = now;
    if (live_look(live))
        assembly_host(live->assembly, &live->facts, now);
}

/* Behind the packets of the same second, and a bounded part of it at a time: a second later comes more. */
static void read_log(struct live *live, int64_t now)
{
    const struct log_clock clock = { .now = now };
    unsigned steps = 0;
    if (!live->log)
        return;
    while (steps < LOG_STEPS && traccar_log_take(live->log, &clock))
        steps++;
    if (steps < LOG_STEPS)
        traccar_log_look(live->log, &clock, now);
}

static void on_tick(void *context, int number)
{
    struct live *live = context;
    int64_t now = loop_now(live->loop);
    (void)number;
    if (live->last_tick != 0 && now - live->last_tick > 2 * LAG)
        log_warning("the loop was late by %lld ms: this machine is too busy.",
                    (long long)(now - live->last_tick - LAG) / 1000);
    live->last_tick = now;
    if (live->sniffer)
        sniffer_tick(live->sniffer);
    read_log(live, now);
    struct intake_losses losses = losses_of(live);
    assembly_set_intake_losses(live->assembly, &losses);
    live_look_around(live, now);
    assembly_tick(live->assembly, now);
    live_tell_reasons(live, now);
    if (pace_is_due(&live->pace, now))
        assembly_sum_up(live->assembly, &losses, now);
    live->is_stopping = live->is_stopping || pace_is_over(&live->pace, now);
    tell_systemd("WATCHDOG=1");
}

/* All is opened, and the loop knows whom to call. */
static bool begin(struct live *live, char *error, size_t size)
{
    if (!live_open(live, error, size))
        return false;
    snprintf(error, size, "out of memory");
    if (!loop_on_signal(live->loop, SIGINT, on_signal, live) ||
        !loop_on_signal(live->loop, SIGTERM, on_signal, live) ||
        !loop_on_signal(live->loop, SIGHUP, on_signal, live) || !loop_each_second(live->loop, on_tick, live))
        return false;
    live_tell_intakes(live);
    live_tell_ready(live);
    return !live->guest ||
           live->guest->begin(live->guest->context, live->loop,
                              live->listener ? listener_bound(live->listener) : NULL, error, size);
}

static void close_all(struct live *live)
{
    listener_free(live->listener);
    sniffer_free(live->sniffer);
    traccar_log_free(live->log);
    assembly_free(live->assembly);
    premises_free(live->premises);
    loop_free(live->loop);
}

/* One turn of the loop, and what was said is written. False: standard output failed. */
static bool turn(struct live *live)
{
    assembly_set_wall(live->assembly, loop_wall(live->loop));
    if (!loop_turn(live->loop)) {
        live->is_stopping = true;
        return true;
    }
    bool is_written = assembly_flush(live->assembly);
    int pending = assembly_pending(live->assembly);
    if (pending >= 0)
        loop_until_writable(live->loop, pending);
    return is_written;
}

/* What the guest has sent is still taken. */
static bool see_off(struct live *live)
{
    const struct live_guest *guest = live->guest;
    bool is_written = true;
    guest->stop(guest->context);
    while (is_written && !guest->is_over(guest->context))
        is_written = turn(live);
    return is_written;
}

int live_run_with(const char *command, const struct settings *settings, const struct live_guest *guest)
{
    struct live live = { .command = command,
                         .settings = settings,
                         .guest = guest,
                         .pace = { .span = settings->chosen.span, .every = settings->chosen.every } };
    char error[512];
    int status = EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    if (!begin(&live, error, sizeof(error))) {
        command_fail("%s: %s.", command, error);
        close_all(&live);
        return EXIT_WRONG;
    }
    tell_systemd("READY=1");
    bool is_written = true;
    while (!live.is_stopping && is_written && !assembly_is_over(live.assembly))
        is_written = turn(&live);
    tell_systemd("STOPPING=1");
    if (guest && is_written)
        is_written = see_off(&live);
    if (live.sniffer && !assembly_is_over(live.assembly))
        sniffer_drain(live.sniffer);
    read_log(&live, loop_now(live.loop));
    struct intake_losses losses = losses_of(&live);
    if (losses.sniffer.gone)
        assembly_break_off(live.assembly, losses.sniffer.gone);
    is_written = assembly_finish(live.assembly, &losses, loop_now(live.loop)) && is_written;
    if (guest)
        guest->end(guest->context);
    if (!is_written)
        status = command_unwritten(command);
    else
        status = assembly_is_kept(live.assembly) ? EXIT_DONE : EXIT_WRONG;
    close_all(&live);
    return status;
}

int live_run(const char *command, const struct settings *settings)
{
    return live_run_with(command, settings, NULL);
}
