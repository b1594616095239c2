/* SPDX-License-Identifier: Apache-2.0 */
/* The hexwatch that the demo plays into: listens on loopback, in the same loop. Called by demo. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/asking.h"
#include "command/demo.h"
#include "command/live.h"
#include "intake/binding.h"

enum { PAGES = 10 };
static const int64_t FOREVER = (int64_t)100 * 365 * 86400 * 1000000; /* µs */

static bool guest_begin(void *context, struct loop *loop, const struct portset *bound, char *error,
                        size_t size)
{
    struct demo *demo = context;
    demo->loop = loop;
    demo->ports = *bound;
    demo->has_ports = true;
    if (demo_begin(demo, "127.0.0.1", error, size))
        return true;
    player_free(demo->player);
    demo->player = NULL;
    return false;
}

static void guest_stop(void *context)
{
    demo_stop(context);
}

static bool guest_is_over(const void *context)
{
    const struct demo *demo = context;
    return player_is_over(demo->player);
}

static void guest_end(void *context)
{
    struct demo *demo = context;
    demo_print_counts(demo);
    fflush(stdout);
    player_free(demo->player);
    demo->player = NULL;
}

/* The page's usual port may be another hexwatch's. */
static void find_page(struct settings *settings)
{
    unsigned usual = settings->web.port;
    for (unsigned port = usual; port < usual + PAGES; port++) {
        int fd = binding_open("127.0.0.1", TRANSPORT_TCP, (uint16_t)port);
        if (fd < 0)
            continue;
        close(fd);
        settings->web.port = port;
        return;
    }
}

/* Another hexwatch may be asked in the usual place. */
static void find_socket(const struct options *options, struct settings *settings)
{
    char usual[CONTROL_PATH];
    if (options->socket && strlen(options->socket) < PATH_LENGTH) {
        strcpy(settings->control.socket, options->socket);
        return;
    }
    if (!asking_free_place(usual))
        snprintf(settings->control.socket, PATH_LENGTH, "/tmp/hexwatch-demo-%u.sock", (unsigned)getuid());
}

int demo_play_own(struct demo *demo, int argc, char **argv)
{
    struct options options = *demo->options;
    struct settings settings;
    const struct role *role;
    options.traccar = "none"; /* the story is the same on every machine */
    options.protocols.count = 0;
    if (!settings_from(&options, argc, argv, argc, &settings))
        return EXIT_WRONG;
    settings.listen.on = true;
    settings.judge.quiet = FOREVER;  /* that nothing comes from other hosts is no finding here */
    settings.history.file[0] = '\0'; /* nothing of this is to be kept beside what was real */
    settings.sniff.on = settings.log.on = settings.judge.is_joined = false;
    snprintf(settings.listen.address, sizeof(settings.listen.address), "127.0.0.1");
    for (size_t i = 0; (role = cast_at(i)); i++) {
        uint16_t port = demo_port(demo, role);
        if (role->traits & TRAIT_UNHEARD)
            portset_add(&demo->mute, demo_transport(role), port, port);
    }
    settings.session.mute = &demo->mute;
    demo->settings = &settings;
    find_page(&settings);
    find_socket(&options, &settings);
    const struct live_guest guest = { demo, guest_begin, guest_stop, guest_is_over, guest_end };
    int status = live_run_with("demo", &settings, &guest);
    settings_free(&settings);
    return status;
}
