/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of run, listen and sniff. Opens the intakes, leaves root, hands bytes to the assembly, ends with a summary. */
#include "command/live.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "base/log.h"
#include "command/assembly.h"
#include "command/privilege.h"

enum { FRAMES = 256, SIGNALS = 3, LAG = 1000000 };

struct live {
    const char *command;
    const struct settings *settings;
    struct event_base *base;
    struct assembly *assembly;
    struct capture *capture;
    struct listener *listener;
    struct event *tick, *readable, *signals[SIGNALS];
    bool is_stopping, has_failed;
    int64_t last_tick;
    uint64_t drops_told;
};

static int64_t wall_clock(void)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

static void tell_systemd(const char *state)
{
#ifdef HAVE_SYSTEMD
    (void)sd_notify(0, state);
#else
    (void)state;
#endif
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
    struct live *live = context;
    (void)what;
    if (number == SIGHUP) {
        assembly_reopen(live->assembly);
        return;
    }
    live->is_stopping = true;
}

static void on_frames(evutil_socket_t fd, short what, void *context)
{
    struct live *live = context;
    struct frame_handler frames = assembly_frames(live->assembly);
    (void)fd;
    (void)what;
    if (capture_take(live->capture, FRAMES, &frames) >= 0)
        return;
    log_error("interface %s: %s. Is it still up?", live->settings->sniff.interface,
              capture_error(live->capture));
    live->has_failed = live->is_stopping = true;
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    struct live *live = context;
    int64_t now = wall_clock();
    (void)fd;
    (void)what;
    if (live->last_tick != 0 && now - live->last_tick > 2 * LAG)
        log_warning("the loop was late by %lld ms: this machine is too busy.",
                    (long long)(now - live->last_tick - LAG) / 1000);
    live->last_tick = now;
    /* packets may wait in the kernel without waking the loop on some interfaces */
    if (live->capture)
        on_frames(-1, 0, live);
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
    live->listener = listener_new(live->base, &listener, &handler, error, size);
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

static bool add_event(struct event **event, struct event_base *base, int fd, short what,
                      event_callback_fn callback, struct live *live, const struct timeval *every)
{
    *event = event_new(base, fd, what, callback, live);
    return *event && event_add(*event, every) == 0;
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
    static const int numbers[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
    const struct timeval second = { .tv_sec = 1 };
    struct account account;
    if (!privilege_find(live->settings->user, &account, error, size))
        return false;
    make_folder(live->settings->hexlog.folder, &account);
    snprintf(error, size, "out of memory");
    live->base = event_base_new();
    if (!live->base)
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
    for (size_t i = 0; i < SIGNALS; i++) {
        if (!add_event(&live->signals[i], live->base, numbers[i], EV_SIGNAL | EV_PERSIST, on_signal, live,
                       NULL))
            return false;
    }
    if (!add_event(&live->tick, live->base, -1, EV_PERSIST, on_tick, live, &second))
        return false;
    if (live->capture && !add_event(&live->readable, live->base, capture_fd(live->capture),
                                    EV_READ | EV_PERSIST, on_frames, live, NULL))
        return false;
    tell_ready(live);
    return true;
}

static void close_all(struct live *live)
{
    listener_free(live->listener);
    struct event *events[] = { live->readable, live->tick, live->signals[0], live->signals[1],
                               live->signals[2] };
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (events[i])
            event_free(events[i]);
    }
    assembly_free(live->assembly);
    capture_free(live->capture);
    if (live->base)
        event_base_free(live->base);
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
        if (event_base_loop(live.base, EVLOOP_ONCE) < 0)
            break;
        is_written = assembly_flush(live.assembly);
    }
    tell_systemd("STOPPING=1");
    uint64_t drops = live.capture ? capture_dropped(live.capture) : 0;
    is_written = assembly_finish(live.assembly, drops, live.listener, wall_clock()) && is_written;
    if (!is_written)
        command_fail("%s: standard output: %s. Free the disk, or keep the reader open.", command,
                     strerror(errno));
    else if (!live.has_failed)
        status = EXIT_DONE;
    close_all(&live);
    return status;
}
