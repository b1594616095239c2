/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch demo: simulated trackers, into a hexwatch of their own or against a host that is named. */
#include <signal.h>
#include <string.h>

#include "command/demo.h"
#include "intake/loop.h"
#include "protocol/registry.h"

enum { PERIOD = 10, TRACKERS_MOST = 60000 };

/* ---- who plays where ---- */

unsigned demo_speed(const struct demo *demo)
{
    return demo->options->speed ? (unsigned)demo->options->speed : 1;
}

bool demo_is_load(const struct demo *demo)
{
    return demo->options->trackers > 0 || demo->options->rate > 0 || demo->options->protocols.count > 0;
}

enum transport demo_transport(const struct role *role)
{
    const struct encoder *encoder = role->protocol ? encoder_find(role->protocol) : NULL;
    return (encoder && encoder->is_udp) || role->traits & TRAIT_WRONG_UDP ? TRANSPORT_UDP : TRANSPORT_TCP;
}

/* The only port of the transport that is named, or 0. */
static uint16_t only_port(const struct portset *ports, enum transport transport)
{
    unsigned from = 0;
    uint16_t first, last;
    return portset_count(ports, transport) == 1 && portset_next(ports, transport, &from, &first, &last)
               ? first
               : 0;
}

/* Where it calls; 0: not at any of the ports that are named. */
uint16_t demo_port(const struct demo *demo, const struct role *role)
{
    const struct protocol *protocol = role->protocol ? registry_find(role->protocol) : NULL;
    uint16_t port = role->port ? role->port : protocol ? protocol->port : 0;
    enum transport transport = demo_transport(role);
    if (!demo->has_ports || portset_has(&demo->ports, transport, port))
        return port;
    return demo_is_load(demo) ? only_port(&demo->ports, transport) : 0;
}

/* The role of the cast that does right, wherever it is played. */
static void add_role(struct demo *demo, const char *protocol)
{
    const struct role *model;
    for (size_t i = 0; (model = cast_at(i)); i++) {
        if (!model->protocol || strcmp(model->protocol, protocol) != 0 || demo->role_count == DEMO_ROLES)
            continue;
        struct role *role = &demo->roles[demo->role_count];
        *role = *model;
        role->port = 0;
        role->begin = role->traits = 0;
        role->period = PERIOD;
        role->finding = NULL;
        demo->role_count += demo_port(demo, role) != 0;
        return;
    }
}

static bool choose_roles(struct demo *demo)
{
    const struct words *names = &demo->options->protocols;
    const struct encoder *encoder;
    for (size_t i = 0; i < names->count; i++) {
        const struct protocol *protocol = registry_find(names->list[i]);
        if (!protocol || !encoder_find(protocol->name)) {
            char known[400] = "";
            struct buffer out = buffer_on(known, sizeof(known) - 1);
            for (size_t k = 0; (encoder = encoder_at(k)); k++)
                buffer_printf(&out, "%s%s", k > 0 ? ", " : "", encoder->protocol);
            command_fail("demo: --protocol %s: no tracker here speaks it. There are %s.", names->list[i],
                         known);
            return false;
        }
        add_role(demo, protocol->name);
    }
    for (size_t i = 0; names->count == 0 && (encoder = encoder_at(i)); i++)
        add_role(demo, encoder->protocol);
    if (demo->role_count > 0)
        return true;
    command_fail("demo: none of these trackers' usual ports is among PORTS. Name them, or one port for all.");
    return false;
}

static void add_all(struct demo *demo)
{
    const struct role *role;
    if (demo_is_load(demo)) {
        size_t count = demo->options->trackers ? (size_t)demo->options->trackers : demo->role_count;
        for (size_t i = 0; i < count; i++) {
            role = &demo->roles[i % demo->role_count];
            player_add(demo->player, role, (unsigned)i + 1, demo_transport(role), demo_port(demo, role));
        }
        return;
    }
    for (size_t i = 0; (role = cast_at(i)); i++) {
        uint16_t port = demo_port(demo, role);
        if (port)
            player_add(demo->player, role, (unsigned)i + 1, demo_transport(role), port);
    }
}

/* ---- playing ---- */

/* Messages a second; 0: each tracker at its own pace. */
static double rate_of(const struct demo *demo)
{
    size_t trackers = demo->options->trackers ? (size_t)demo->options->trackers : demo->role_count;
    if (!demo_is_load(demo))
        return 0;
    return demo->options->rate ? (double)demo->options->rate : 1 + (double)trackers / PERIOD;
}

bool demo_begin(struct demo *demo, const char *host, char *error, size_t size)
{
    struct player_settings settings = { .host = host,
                                        .rate = rate_of(demo),
                                        .speed = demo_speed(demo),
                                        .most = demo->options->trackers ? (unsigned)demo->options->trackers
                                                                        : DEMO_ROLES };
    demo->player = player_new(demo->loop, &settings, error, size);
    if (!demo->player)
        return false;
    if (demo->host && !player_is_loopback(demo->player) && !demo->has_ports) {
        snprintf(error, size,
                 "%s is not loopback. Name the ports too, so that nobody is played to by mistake: hexwatch "
                 "demo %s 5001-5267",
                 host, host);
        return false;
    }
    add_all(demo);
    if (player_trackers(demo->player) == 0) {
        snprintf(error, size, "no tracker has a port to call. Name other PORTS");
        return false;
    }
    if (!demo->options->json && demo_is_load(demo))
        demo_tell_load(player_trackers(demo->player), host, settings.rate);
    else if (!demo->options->json && !demo->options->summary)
        demo_tell_story(demo);
    snprintf(error, size, "out of memory");
    demo->begun = demo->ended = loop_now(demo->loop);
    return player_start(demo->player);
}

static void on_signal(void *context, int number)
{
    struct demo *demo = context;
    (void)number;
    demo->is_stopping = true;
}

void demo_stop(struct demo *demo)
{
    demo->ended = loop_now(demo->loop);
    player_stop(demo->player);
}

/* Against a host that is named. */
static int play_host(struct demo *demo)
{
    char error[512] = "out of memory";
    demo->loop = loop_new();
    if (!demo->loop || !loop_on_signal(demo->loop, SIGINT, on_signal, demo) ||
        !loop_on_signal(demo->loop, SIGTERM, on_signal, demo) ||
        !demo_begin(demo, demo->host, error, sizeof(error))) {
        player_free(demo->player);
        loop_free(demo->loop);
        return command_fail("demo: %s.", error);
    }
    while (!demo->is_stopping && !pace_is_over(&demo->pace, loop_now(demo->loop)) && loop_turn(demo->loop))
        ;
    demo_stop(demo);
    while (!player_is_over(demo->player) && loop_turn(demo->loop))
        ;
    demo_print_counts(demo);
    player_free(demo->player);
    loop_free(demo->loop);
    return command_printed("demo");
}

/* ---- the command ---- */

static bool read_operands(struct demo *demo, int end, char **argv, int first)
{
    char error[256];
    if (first >= end)
        return true;
    demo->host = argv[first];
    if (strspn(demo->host, "0123456789,-") == strlen(demo->host)) {
        command_fail("demo: '%s' is no host. Name the host first: hexwatch demo 127.0.0.1 %s", demo->host,
                     demo->host);
        return false;
    }
    demo->has_ports = first + 1 < end;
    for (int i = first + 1; i < end; i++) {
        if (!portset_parse(&demo->ports, argv[i], error, sizeof(error))) {
            command_fail("demo: PORTS: %s.", error);
            return false;
        }
    }
    return true;
}

static int command(int argc, char **argv)
{
    struct options options;
    struct demo demo = { .options = &options };
    int first, end;
    if (!options_read(argc, argv, &command_demo, &options, &first, &end) ||
        !read_operands(&demo, end, argv, first))
        return EXIT_WRONG;
    demo.pace.span = options.span;
    if (demo_is_load(&demo) && !demo.host)
        return command_fail(
            "demo: --devices, --rate and --protocol play against a host that is named, such as "
            "127.0.0.1 where hexwatch listens.");
    if (options.trackers > TRACKERS_MOST || options.speed > 1000 || options.rate > 1000000)
        return command_fail("demo: at most %d --devices, --rate 1000000 and --speed 1000.", TRACKERS_MOST);
    if (demo_is_load(&demo) && !choose_roles(&demo))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    return demo.host ? play_host(&demo) : demo_play_own(&demo, end, argv);
}

const struct command command_demo = {
    .name = "demo",
    .run = command,
    .brief = "simulated trackers: see everything without owning a device",
    .operands = "[HOST [PORTS]]",
    .options = "DrJZofsqxACTUO",
    .examples = { { "hexwatch demo", "a hexwatch with its page, and trackers that play into it" },
                  { "hexwatch demo 127.0.0.1", "the same trackers, into a hexwatch that listens already" },
                  { "hexwatch demo 127.0.0.1 --devices 1000 --rate 5000 --for 10s", "a load" },
                  { "hexwatch demo 203.0.113.5 5023 --protocol gt06 --devices 3",
                    "against a server of yours" } },
    .about = "Without HOST: listens on loopback, and some twenty trackers play into it: most do right, one "
             "each is on a "
             "wrong port, without a fix, at 0,0, of another time, unanswered, unknown, or no tracker at all. "
             "What will "
             "happen is told first. Nothing leaves the machine; no root is needed.\n"
             "With HOST they play against that one; with --devices, --rate or --protocol as a load, all of "
             "them doing "
             "right, and the counts come at the end. PORTS are the ones they may call; one alone is called "
             "by all. On "
             "other machines than this PORTS must be named.\n"
             "Their ids begin with 9 and zeros, as no real device's do.\n",
};
