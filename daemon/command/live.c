/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of run, listen and sniff. Opens the intakes, leaves root, hands bytes to the assembly, ends with a summary. */
#include "command/live.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "base/log.h"
#include "command/assembly.h"
#include "command/privilege.h"
#include "intake/loop.h"

enum { FRAMES = 256, LAG = 1000000 };

struct live {
    const char *command;
    const struct settings *settings;
    struct loop *loop;
    struct assembly *assembly;
    struct capture *capture;
    struct listener *listener;
    bool is_stopping, has_failed;
    int64_t last_tick;
    uint64_t drops_told;
};

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

static void on_frames(void *context, int descriptor)
{
    struct live *live = context;
    struct frame_handler frames = assembly_frames(live->assembly);
    (void)descriptor;
    if (capture_take(live->capture, FRAMES, &frames) >= 0)
        return;
    log_error("interface %s: %s. Is it still up?", live->settings->sniff.interface,
              capture_error(live->capture));
    live->has_failed = live->is_stopping = true;
}

static void on_tick(void *context, int number)
{
    struct live *live = context;
    int64_t now = loop_now();
    (void)number;
    if (live->last_tick != 0 && now - live->last_tick > 2 * LAG)
        log_warning("the loop was late by %lld ms: this machine is too busy.",
                    (long long)(now - live->last_tick - LAG) / 1000);
    live->last_tick = now;
    /* packets may wait in the kernel without waking the loop on some interfaces */
    if (live->capture)
        on_frames(live, -1);
    assembly_tick(live->assembly, now);
    uint64_t drops = live->capture ? capture_dropped(live->capture) : 0;
    if (drops > live->drops_told) {
        log_warning("the kernel dropped %llu packets so far: this machine is too slow for this traffic. Name "
                    "fewer PORTS.",
                    (unsigned long long)drops);
        live->drops_told = drops * 2;
    }
    tell_systemd("WATCHDOG=1");
}

/* ---- telling what is bound ---- */

static void tell_range(const struct taken_port *first, const struct taken_port *last)
{
    char ports[32];
    if (first->port == last->port)
        snprintf(ports, sizeof(ports), "%u", first->port);
    else
        snprintf(ports, sizeof(ports), "%u-%u", first->port, last->port);
    if (first->error == EADDRINUSE)
        log_warning(
            "%s port %s is taken by %s: left out. Stop that program, or use 'hexwatch sniff' beside it.",
            transport_name(first->transport), ports, first->holder);
    else
        log_warning("%s port %s cannot be bound: %s. Left out.", transport_name(first->transport), ports,
                    strerror(first->error));
}

static void tell_taken(const struct listener *listener)
{
    size_t count;
    const struct taken_port *taken = listener_taken(listener, &count);
    for (size_t i = 0; i < count;) {
        size_t last = i;
        while (last + 1 < count && taken[last + 1].transport == taken[i].transport &&
               taken[last + 1].port == taken[last].port + 1 && taken[last + 1].error == taken[i].error &&
               strcmp(taken[last + 1].holder, taken[i].holder) == 0)
            last++;
        tell_range(&taken[i], &taken[last]);
        i = last + 1;
    }
}

static void tell_ports(const char *what, const struct portset *ports, const char *end)
{
    char tcp[200], udp[200];
    portset_write(ports, TRANSPORT_TCP, tcp, sizeof(tcp));
    portset_write(ports, TRANSPORT_UDP, udp, sizeof(udp));
    log_info("%s tcp %s; udp %s%s. Ctrl-C ends with a summary.", what, tcp[0] ? tcp : "none",
             udp[0] ? udp : "none", end);
}

static void tell_ready(const struct live *live)
{
    char where[NAME_LENGTH + 48];
    if (live->listener)
        tell_ports("listening on", listener_bound(live->listener), ". Waiting for devices");
    if (!live->capture)
        return;
    snprintf(where, sizeof(where), " on interface %s. Waiting for packets", live->settings->sniff.interface);
    tell_ports("watching", &live->settings->sniff.ports, where);
}

/* ---- opening ---- */

static bool open_listener(struct live *live, char *error, size_t size)
{
    const struct settings *settings = live->settings;
    struct listener_settings listener = { .ports = settings->listen.ports,
                                          .address = settings->listen.address,
                                          .connections = settings->listen.connections,
                                          .idle = settings->listen.idle };
    struct listener_handler handler = assembly_connections(live->assembly);
    live->listener = listener_new(live->loop, &listener, &handler, error, size);
    if (!live->listener)
        return false;
    tell_taken(live->listener);
    const struct portset *bound = listener_bound(live->listener);
    if (portset_count(bound, TRANSPORT_TCP) + portset_count(bound, TRANSPORT_UDP) > 0)
        return true;
    snprintf(error, size,
             "no port is free to listen on. Stop the program that holds them, or use 'hexwatch sniff'");
    return false;
}

static bool open_capture(struct live *live, char *error, size_t size)
{
    const struct settings *settings = live->settings;
    live->capture = capture_open_live(settings->sniff.interface, &settings->sniff.ports, error, size);
    return live->capture != NULL;
}

/* A log folder that root makes belongs to the account that will write there. */
static void make_folder(const char *folder, const struct account *account)
{
    if (folder[0] && account->is_needed && mkdir(folder, 0750) == 0 &&
        chown(folder, account->user, account->group) != 0)
        log_warning("HEX log folder %s cannot be given to user %s: %s.", folder, account->name,
                    strerror(errno));
}

static bool open_all(struct live *live, char *error, size_t size)
{
    struct account account;
    if (!privilege_find(live->settings->user, &account, error, size))
        return false;
    make_folder(live->settings->hexlog.folder, &account);
    snprintf(error, size, "out of memory");
    live->loop = loop_new();
    if (!live->loop)
        return false;
    live->assembly = assembly_new(live->settings, error, size);
    if (!live->assembly)
        return false;
    /* what needs root first: packets, low ports, more descriptors, to see who holds a port; then it is left for good, before
     * any byte of the network is looked at */
    if (live->settings->sniff.on && !open_capture(live, error, size))
        return false;
    if (live->settings->listen.on && !open_listener(live, error, size))
        return false;
    if (!privilege_drop(&account, error, size) || !assembly_open_logs(live->assembly, error, size))
        return false;
    snprintf(error, size, "out of memory");
    if (!loop_on_signal(live->loop, SIGINT, on_signal, live) ||
        !loop_on_signal(live->loop, SIGTERM, on_signal, live) ||
        !loop_on_signal(live->loop, SIGHUP, on_signal, live) || !loop_each_second(live->loop, on_tick, live))
        return false;
    if (live->capture && !loop_on_readable(live->loop, capture_fd(live->capture), on_frames, live))
        return false;
    tell_ready(live);
    return true;
}

static void close_all(struct live *live)
{
    listener_free(live->listener);
    assembly_free(live->assembly);
    capture_free(live->capture);
    loop_free(live->loop);
}

int live_run(const char *command, const struct settings *settings)
{
    struct live live = { .command = command, .settings = settings };
    char error[512];
    int status = EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    if (!open_all(&live, error, sizeof(error))) {
        command_fail("%s: %s.", command, error);
        close_all(&live);
        return EXIT_WRONG;
    }
    tell_systemd("READY=1");
    bool is_written = true;
    while (!live.is_stopping && is_written) {
        if (!loop_turn(live.loop))
            break;
        is_written = assembly_flush(live.assembly);
    }
    tell_systemd("STOPPING=1");
    if (live.capture && !live.has_failed) {
        struct frame_handler frames = assembly_frames(live.assembly);
        capture_drain(live.capture, &frames);
    }
    uint64_t drops = live.capture ? capture_dropped(live.capture) : 0;
    is_written = assembly_finish(live.assembly, drops, live.listener, loop_now()) && is_written;
    if (!is_written)
        command_fail("%s: standard output: %s. Free the disk, or keep the reader open.", command,
                     strerror(errno));
    else if (!live.has_failed)
        status = EXIT_DONE;
    close_all(&live);
    return status;
}
