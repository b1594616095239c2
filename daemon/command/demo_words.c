/* SPDX-License-Identifier: Apache-2.0 */
/* What `hexwatch demo` says before and after. Called by demo and demo_own. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "command/demo.h"

enum { STORY_WIDTH = 79, SECOND = 1000000 };

/* Those that do right, in a few lines: "a van in Budapest (gt06 5023), …" */
static void tell_right(const struct demo *demo)
{
    const struct role *role;
    size_t column = 0;
    for (size_t i = 0; (role = cast_at(i)); i++) {
        char text[96];
        uint16_t port = demo_port(demo, role);
        if (role->finding || !port)
            continue;
        int length = snprintf(text, sizeof(text), "%s (%s %s%u)", role->what, role->protocol,
                              demo_transport(role) == TRANSPORT_UDP ? "udp:" : "", port);
        bool is_full = column + (size_t)length + 3 > STORY_WIDTH;
        printf("%s%s", column == 0 ? "    0s  " : is_full ? ",\n        " : ", ", text);
        column = (column == 0 || is_full ? 8 : column + 2) + (size_t)length;
    }
    putchar('\n');
}

static void tell_odd(const struct demo *demo, const struct role *role)
{
    uint16_t port = demo_port(demo, role);
    if (port)
        printf("  %3us  %-16s %s %u: %s\n", role->begin / demo_speed(demo), role->finding,
               transport_name(demo_transport(role)), port, role->what);
}

static void tell_places(const struct demo *demo)
{
    const char *socket = demo->settings->control.socket, *watch = commands_find("watch") ? "watch, " : "";
    puts("To look at:");
    if (demo->settings->web.port)
        printf("  the page          http://127.0.0.1:%u/\n", demo->settings->web.port);
    printf("  another terminal  hexwatch %sfindings, devices, status\n", watch);
    if (strcmp(socket, AUTO) != 0)
        printf("                    each with --socket %s\n", socket);
    puts("  here              what comes, line by line");
}

void demo_tell_story(const struct demo *demo)
{
    const struct role *role;
    size_t left_out = 0;
    puts("What will happen:");
    tell_right(demo);
    for (size_t i = 0; (role = cast_at(i)); i++) {
        left_out += demo_port(demo, role) == 0;
        if (role->finding)
            tell_odd(demo, role);
    }
    if (left_out > 0)
        printf("        %zu are left out: their ports are %s.\n", left_out,
               demo->host ? "not among PORTS" : "taken by another program");
    if (demo->host)
        puts("        no-answer is found only where that port does not answer.");
    else
        tell_places(demo);
    puts("Ctrl-C ends it.\n");
    fflush(stdout);
}

void demo_tell_load(size_t trackers, const char *host, double rate)
{
    printf("%zu tracker%s against %s, %.0f message%s a second. Ctrl-C ends it, with the counts.\n", trackers,
           trackers == 1 ? "" : "s", host, rate, rate < 1.5 ? "" : "s");
    fflush(stdout);
}

static void put_count(struct buffer *out, const char *name, uint64_t count)
{
    buffer_printf(out, ",\"%s\":%llu", name, (unsigned long long)count);
}

static void print_json(const struct player_counts *counts, size_t trackers, double seconds)
{
    char memory[512];
    struct buffer out = buffer_on(memory, sizeof(memory));
    buffer_put_text(&out, "{\"event\":\"demo\"");
    put_count(&out, "trackers", trackers);
    put_count(&out, "sent", counts->sent);
    put_count(&out, "bytes", counts->bytes);
    put_count(&out, "answered", counts->answered);
    put_count(&out, "unanswered", counts->unanswered);
    put_count(&out, "connected", counts->connected);
    put_count(&out, "refused", counts->refused);
    put_count(&out, "failed", counts->failed);
    put_count(&out, "ended", counts->ended);
    buffer_printf(&out, ",\"seconds\":%.1f}\n", seconds);
    fwrite(memory, 1, out.length, stdout);
}

void demo_print_counts(const struct demo *demo)
{
    const struct player_counts *counts = player_counts(demo->player);
    double seconds = (double)(demo->ended - demo->begun) / SECOND;
    if (demo->options->json) {
        print_json(counts, player_trackers(demo->player), seconds);
        return;
    }
    printf("\nPlayed %llu messages (%llu bytes) of %zu trackers in %.0f s, over %llu connections.\n",
           (unsigned long long)counts->sent, (unsigned long long)counts->bytes, player_trackers(demo->player),
           seconds, (unsigned long long)counts->connected);
    printf("  answered %llu; waited for an answer in vain %llu\n", (unsigned long long)counts->answered,
           (unsigned long long)counts->unanswered);
    printf("  refused %llu; not connected for other reasons %llu; ended by the other side %llu\n",
           (unsigned long long)counts->refused, (unsigned long long)counts->failed,
           (unsigned long long)counts->ended);
}
