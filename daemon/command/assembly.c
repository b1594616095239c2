/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the way of a message together: frames and connections in, lines, files and a summary out. */
#include "command/assembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "command/outlets.h"
#include "command/terminal.h"
#include "protocol/registry.h"
#include "wire/datagrams.h"
#include "wire/tap.h"

enum { SECOND = 1000000, LAST_WORDS = 500000 /* µs that the summary may take */ };

struct assembly {
    const struct settings *settings;
    struct detector *detector;
    struct ports *ports;
    struct publisher publisher;
    struct judge *judge;
    struct sessions *sessions;
    struct writer *writer;
    struct board *board;
    struct outlets *outlets;
    char broken_off[256]; /* why the intake ended before its time; "" */
    struct datagrams *datagrams;
    struct portset watched;
    struct tap *tap;
    struct logbook *logbook;
    struct log_limit limit;
    uint64_t dropped_told;   /* lines, on standard error */
    struct event_base *base; /* NULL: there is no loop */
    struct intake_losses intake;
};

struct tap *assembly_tap(struct assembly *assembly)
{
    return assembly->tap;
}

struct logbook *assembly_logbook(struct assembly *assembly)
{
    return assembly->logbook;
}

struct listener_parts assembly_listener_parts(struct assembly *assembly)
{
    return (struct listener_parts){ assembly->sessions, assembly->datagrams };
}

static const char unread_advice[] = "Capture where the packets are not inside others: on the server itself.";

/* All losses with their names, those that are 0 too; how many there are. */
static size_t list_losses(const struct assembly *assembly, struct loss list[static SNAPSHOT_LOSSES])
{
    struct tap_losses tap = tap_losses(assembly->tap);
    struct datagrams_losses datagrams = datagrams_losses(assembly->datagrams);
    struct session_losses session = sessions_losses(assembly->sessions);
    struct judge_losses judge = judge_losses(assembly->judge);
    const struct listener_losses *listening = &assembly->intake.listener;
    struct logbook_counts log =
        assembly->logbook ? logbook_counts(assembly->logbook) : (struct logbook_counts){ 0 };
    const struct loss losses[] = {
        { "packets dropped by the kernel", assembly->intake.sniffer.dropped, NULL },
        { "seconds without the interface", assembly->intake.sniffer.seconds, NULL },
        { "packets cut off by the capture", tap.truncated,
          "The capture cut its packets: make one with whole packets, as by tcpdump -s 0." },
        { "malformed packets", tap.malformed, NULL },
        { "packets inside MPLS, not read", tap.unread[UNREAD_MPLS], unread_advice },
        { "packets inside GRE, not read", tap.unread[UNREAD_GRE], unread_advice },
        { "packets inside IP, not read", tap.unread[UNREAD_IP_IN_IP], unread_advice },
        { "packets inside VXLAN, not read", tap.unread[UNREAD_VXLAN], unread_advice },
        { "packets of unknown link types, not read", tap.unread[UNREAD_LINK_TYPE],
          "Capture on Ethernet, loopback or 'any'." },
        { "packets of unknown ether types, not read", tap.unread[UNREAD_ETHER_TYPE], unread_advice },
        { "fragmented packets given up", tap.fragmented, NULL },
        { "bytes never seen", tap.stream.bytes_lost + datagrams.bytes, NULL },
        { "contradicting retransmitted bytes", tap.stream.bytes_contradict, NULL },
        { "bytes of no known connection", tap.stream.strays, NULL },
        { "connections without the server's side", tap.stream.one_sided,
          "Whether devices are answered cannot be told: capture what the server sends, too." },
        { "flows forgotten", tap.stream.flows_evicted, NULL },
        { "sessions forgotten", datagrams.peers, NULL },
        { "devices' names forgotten with their session", datagrams.devices, NULL },
        { "unfinished messages judged early", session.unfinished, NULL },
        { "bytes without memory", session.memory, NULL },
        { "messages not answered", session.unanswered, NULL },
        { "devices forgotten", judge.devices, NULL },
        { "findings forgotten", judge.findings, NULL },
        { "visitors forgotten", judge.visitors, NULL },
        { "pauses of accepting", listening->pauses, NULL },
        { "connections refused", listening->refused, NULL },
        { "connections refused for lack of memory", listening->memory, NULL },
        { "idle connections closed for others", listening->evicted, NULL },
        { "datagrams the kernel had no room for", listening->overflows, NULL },
        { "bytes of answers not sent", listening->answers, NULL },
        { "lines of Traccar's log too long", assembly->intake.log.cut, NULL },
        { "lines of Traccar's log with unreadable data", log.bad, NULL },
        { "lines of messages without the other lines of Traccar's log", log.picked,
          "What Traccar makes of these messages stands in other lines: read the whole log." },
        { "sessions that Traccar stopped logging", log.throttled, NULL },
        { "sessions of Traccar's log forgotten", log.forgotten, NULL },
        { "seconds without Traccar's log", assembly->intake.log.seconds, NULL },
    };
    size_t count = sizeof(losses) / sizeof(losses[0]);
    _Static_assert(sizeof(losses) / sizeof(losses[0]) + OUTLETS_MAX + 2 <= SNAPSHOT_LOSSES,
                   "the list has room");
    memcpy(list, losses, sizeof(losses));
    outlets_add_losses(assembly->outlets, list, &count);
    list[count++] = (struct loss){ "lines that nobody read", writer_dropped(assembly->writer), NULL };
    list[count] = (struct loss){ NULL, 0, NULL };
    return count;
}

static size_t losses_so_far(void *context, struct loss *losses)
{
    return list_losses(context, losses);
}

void assembly_set_intake_losses(struct assembly *assembly, const struct intake_losses *losses)
{
    assembly->intake = *losses;
}

struct snapshot *assembly_snapshot(const struct assembly *assembly)
{
    return outlets_snapshot(assembly->outlets);
}

static bool add_outlets(struct assembly *assembly, char *error, size_t size)
{
    const struct settings *settings = assembly->settings;
    struct outlet_parts parts = { .settings = settings,
                                  .publisher = &assembly->publisher,
                                  .ports = assembly->ports,
                                  .watched = &assembly->watched,
                                  .base = assembly->base,
                                  .losses = losses_so_far,
                                  .context = assembly };
    assembly->writer = parts.writer = writer_new(STDOUT_FILENO);
    assembly->board = board_new(
        &(struct board_settings){ .devices = settings->judge.devices, .findings = settings->judge.findings });
    if (!assembly->writer || !assembly->board)
        return false;
    parts.board = assembly->board;
    publisher_add(&assembly->publisher, board_sink(assembly->board));
    assembly->outlets = outlets_new(&parts);
    return assembly->outlets && outlets_open(assembly->outlets, OUTLET_FIRST, error, size);
}

bool assembly_open_logs(struct assembly *assembly, char *error, size_t size)
{
    if (!outlets_open(assembly->outlets, OUTLET_AS_USER, error, size))
        return false;
    tap_watch(assembly->tap, outlets_frames(assembly->outlets));
    return true;
}

const char *assembly_page(const struct assembly *assembly)
{
    return outlets_page(assembly->outlets);
}

bool assembly_is_over(const struct assembly *assembly)
{
    return outlets_is_over(assembly->outlets);
}

static bool add_wire(struct assembly *assembly)
{
    const struct settings *settings = assembly->settings;
    struct datagrams_limits limits = { .peers = settings->peers,
                                       .share = settings->share,
                                       .idle = 3600 * (int64_t)SECOND };
    struct receiver receiver = session_receiver(assembly->sessions);
    assembly->datagrams = datagrams_new(&limits, &receiver);
    struct tap_parts parts = { &assembly->watched, assembly->sessions, assembly->datagrams };
    if (assembly->datagrams)
        assembly->tap = tap_new(&parts, settings->peers);
    if (!assembly->tap || !settings->log.on)
        return assembly->tap != NULL;
    struct logbook_settings log = { .sessions = settings->peers,
                                    .is_whole = settings->log.beginning,
                                    .is_quiet = settings->sniff.on || settings->listen.on };
    assembly->logbook = logbook_new(&log, assembly->sessions, assembly->ports, assembly->judge);
    return assembly->logbook != NULL;
}

struct assembly *assembly_new_live(const struct settings *settings, struct event_base *base, char *error,
                                   size_t size)
{
    struct assembly *assembly = calloc(1, sizeof(*assembly));
    snprintf(error, size, "out of memory");
    if (!assembly)
        return NULL;
    assembly->settings = settings;
    assembly->base = base;
    assembly->watched = settings->sniff.ports;
    assembly->detector = detector_new(settings_protocols(settings));
    assembly->ports = settings_ports(settings);
    bool is_fine = assembly->detector && assembly->ports && add_outlets(assembly, error, size);
    if (is_fine)
        assembly->judge = judge_new(&settings->judge, assembly->ports, &assembly->publisher);
    if (assembly->judge) {
        struct session_settings session = settings->session;
        session.answers = settings->listen.answer;
        assembly->sessions = sessions_new(&session, assembly->detector, assembly->ports, assembly->judge);
    }
    if (!assembly->sessions || !add_wire(assembly)) {
        assembly_free(assembly);
        return NULL;
    }
    return assembly;
}

struct assembly *assembly_new(const struct settings *settings, char *error, size_t size)
{
    return assembly_new_live(settings, NULL, error, size);
}

void assembly_free(struct assembly *assembly)
{
    if (!assembly)
        return;
    logbook_free(assembly->logbook);
    tap_free(assembly->tap);
    datagrams_free(assembly->datagrams);
    sessions_free(assembly->sessions);
    judge_free(assembly->judge);
    outlets_free(assembly->outlets);
    board_free(assembly->board);
    writer_free(assembly->writer);
    ports_free(assembly->ports);
    detector_free(assembly->detector);
    free(assembly);
}

void assembly_leave_out(struct assembly *assembly, const struct portset *bound)
{
    portset_remove(&assembly->watched, bound);
}

const struct portset *assembly_watched(const struct assembly *assembly)
{
    return &assembly->watched;
}

void assembly_set_wall(struct assembly *assembly, int64_t wall)
{
    assembly->publisher.wall = wall;
    sessions_set_wall(assembly->sessions, wall);
}

void assembly_host(struct assembly *assembly, const struct server_facts *facts, int64_t now)
{
    if (!facts->host->addresses_unread)
        tap_set_own(assembly->tap, facts->host->addresses, facts->host->address_count);
    judge_host(assembly->judge, facts, now);
}

void assembly_examine(struct assembly *assembly, const struct server_facts *facts, int64_t now)
{
    judge_examine(assembly->judge, assembly->ports, facts, now);
}

const struct publisher *assembly_publisher(const struct assembly *assembly)
{
    return &assembly->publisher;
}

const struct board *assembly_board(const struct assembly *assembly)
{
    return assembly->board;
}

const struct ports *assembly_ports(const struct assembly *assembly)
{
    return assembly->ports;
}

bool assembly_never_wait(struct assembly *assembly)
{
    return writer_never_wait(assembly->writer);
}

int assembly_pending(const struct assembly *assembly)
{
    return writer_pending(assembly->writer);
}

static void tell_dropped(struct assembly *assembly, int64_t now)
{
    uint64_t suppressed, dropped = writer_dropped(assembly->writer);
    if (dropped == assembly->dropped_told ||
        !log_allow(&assembly->limit, now, 60 * (int64_t)SECOND, &suppressed))
        return;
    assembly->dropped_told = dropped;
    if (writer_hindrance(assembly->writer) != 0) {
        log_warning("standard output: %s: %llu lines were dropped so far. Free the disk.",
                    strerror(writer_hindrance(assembly->writer)), (unsigned long long)dropped);
        return;
    }
    log_warning("standard output is not read fast enough: %llu lines were dropped so far.",
                (unsigned long long)dropped);
}

void assembly_tick(struct assembly *assembly, int64_t now)
{
    tell_dropped(assembly, now);
    outlets_tick(assembly->outlets, now);
    tap_tick(assembly->tap, now);
}

bool assembly_flush(struct assembly *assembly)
{
    outlets_settle(assembly->outlets);
    return writer_flush(assembly->writer);
}

void assembly_make_room(struct assembly *assembly)
{
    outlets_make_room(assembly->outlets);
    (void)writer_flush(assembly->writer);
}

void assembly_reopen(struct assembly *assembly)
{
    outlets_reopen(assembly->outlets);
}

void assembly_break_off(struct assembly *assembly, const char *why)
{
    snprintf(assembly->broken_off, sizeof(assembly->broken_off), "%s", why);
}

static void sum_up(struct assembly *assembly, const struct intake_losses *intake, int64_t now)
{
    const struct settings *settings = assembly->settings;
    struct loss losses[SNAPSHOT_LOSSES];
    assembly->intake = *intake;
    (void)list_losses(assembly, losses);
    struct summary_facts facts = { .time = now + assembly->publisher.wall,
                                   .packets = tap_losses(assembly->tap).packets,
                                   .losses = losses,
                                   .broken_off = assembly->broken_off[0] ? assembly->broken_off : NULL,
                                   .shown = outlets_shown(assembly->outlets) };
    unsigned width = outlets_width(assembly->outlets);
    struct summary_form form = { .json = settings->json,
                                 .is_utc = settings->view.time == STAMP_UTC,
                                 .line = { .width = width > 0 ? width : terminal_lent_columns(),
                                           .is_coloured = terminal_has_colours(settings),
                                           .is_ascii = terminal_is_ascii() } };
    summary_write(assembly->board, assembly->writer, &form, &facts);
}

void assembly_sum_up(struct assembly *assembly, const struct intake_losses *intake, int64_t now)
{
    outlets_make_room(assembly->outlets);
    sum_up(assembly, intake, now);
}

bool assembly_is_kept(struct assembly *assembly)
{
    return outlets_is_kept(assembly->outlets);
}

bool assembly_finish(struct assembly *assembly, const struct intake_losses *intake, int64_t now)
{
    tap_finish(assembly->tap, now);
    judge_finish(assembly->judge, now);
    outlets_finish(assembly->outlets);
    writer_wait_until(assembly->writer, LAST_WORDS);
    sum_up(assembly, intake, now);
    return writer_flush(assembly->writer);
}
