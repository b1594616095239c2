/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is among the simulated trackers. Built by command's demo; has a caller for each tracker. */
#include "intake/player.h"

#include <event2/event.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/binding.h"
#include "intake/loop.h"

enum { SECOND = 1000000, TICK = 5000, LOOK = 50000, CONNECTING_MOST = 64, END_WAIT = 2 * SECOND };

struct player {
    struct callers callers;
    struct player_settings settings;
    struct loop *loop;
    struct event *tick;
    struct caller *list;
    size_t count, next;
    double credit; /* messages that may be said now */
    int64_t begun, last, looked, stopped;
    bool is_playing, is_saying;
};

static bool resolve(struct player *player, char *error, size_t size)
{
    const char *host = player->settings.host;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
    int result = getaddrinfo(host, NULL, &hints, &found);
    if (result != 0) {
        snprintf(error, size, "%s: %s. Name a host, or its address", host, gai_strerror(result));
        return false;
    }
    memcpy(&player->callers.address, found->ai_addr, found->ai_addrlen);
    player->callers.length = found->ai_addrlen;
    freeaddrinfo(found);
    struct endpoint endpoint = binding_endpoint(&player->callers.address);
    player->callers.is_loopback =
        endpoint_scope(&endpoint) == SCOPE_LOOPBACK && player->callers.address.ss_family == AF_INET;
    return true;
}

bool player_is_loopback(const struct player *player)
{
    struct endpoint endpoint = binding_endpoint(&player->callers.address);
    return endpoint_scope(&endpoint) == SCOPE_LOOPBACK;
}

static void on_free(void *context);
static void on_tick(evutil_socket_t fd, short what, void *context);

struct player *player_new(struct loop *loop, const struct player_settings *settings, char *error, size_t size)
{
    size_t sockets;
    struct player *player = calloc(1, sizeof(*player));
    snprintf(error, size, "out of memory");
    if (!player)
        return NULL;
    player->settings = *settings;
    player->loop = loop;
    player->callers =
        (struct callers){ .loop = loop, .speed = settings->speed, .on_free = on_free, .context = player };
    player->list = calloc(settings->most + 1, sizeof(*player->list));
    player->tick = event_new(loop_base(loop), -1, EV_PERSIST, on_tick, player);
    if (player->list && player->tick && resolve(player, error, size)) {
        if (binding_budget(0, 0, &sockets, error, size) && sockets >= settings->most)
            return player;
        snprintf(
            error, size,
            "%zu trackers need as many open files, and only %zu are allowed. Raise the limit (ulimit -n), "
            "or use fewer --devices",
            settings->most, sockets);
    }
    player_free(player);
    return NULL;
}

void player_free(struct player *player)
{
    if (!player)
        return;
    for (size_t i = 0; player->list && i < player->count; i++)
        caller_close(&player->list[i]);
    if (player->tick)
        event_free(player->tick);
    free(player->list);
    free(player);
}

void player_add(struct player *player, const struct role *role, unsigned index, enum transport transport,
                uint16_t port)
{
    if (player->count < player->settings.most)
        caller_init(&player->list[player->count++], &player->callers, role, index, transport, port);
}

bool player_start(struct player *player)
{
    const struct timeval tick = { .tv_usec = player->settings.rate > 0 ? TICK : LOOK };
    player->begun = player->last = loop_now(player->loop);
    player->is_playing = true;
    for (size_t i = 0; i < player->count; i++)
        player->list[i].due = player->begun + (int64_t)(player->list[i].tracker.role->begin * (double)SECOND /
                                                        player->settings.speed);
    return event_add(player->tick, &tick) == 0;
}

static void say(struct player *player, struct caller *caller, int64_t now)
{
    caller_say(caller, now, (now + loop_wall(player->loop)) / SECOND);
}

/* ---- a load: all together so many a second, in turn ---- */

static void spend(struct player *player, int64_t now)
{
    size_t idle = 0;
    if (player->is_saying) /* whom it calls may call it */
        return;
    player->is_saying = true;
    while (player->credit >= 1 && idle < player->count) {
        struct caller *caller = &player->list[player->next];
        player->next = (player->next + 1) % player->count;
        idle++;
        if (caller->state != CALLER_OPEN)
            continue;
        uint64_t before = player->callers.counts.sent;
        say(player, caller, now);
        if (player->callers.counts.sent == before)
            continue;
        player->credit -= 1;
        idle = 0;
    }
    player->is_saying = false;
}

static void earn(struct player *player, int64_t now)
{
    player->credit += player->settings.rate * (double)(now - player->last) / SECOND;
    /* what it could not say within a second it does not make up for */
    if (player->credit > player->settings.rate)
        player->credit = player->settings.rate > 1 ? player->settings.rate : 1;
}

/* Somebody may speak again: who has something to say need not wait for the tick. */
static void on_free(void *context)
{
    struct player *player = context;
    if (player->is_playing && player->settings.rate > 0 && player->credit >= 1)
        spend(player, loop_now(player->loop));
}

/* ---- a story: each at its own pace ---- */

static void speak_up(struct player *player, int64_t now)
{
    for (size_t i = 0; i < player->count; i++) {
        struct caller *caller = &player->list[i];
        if (caller->state == CALLER_OPEN && caller->due <= now)
            say(player, caller, now);
    }
}

/* ---- the tick ---- */

static void open_some(struct player *player, int64_t now)
{
    for (size_t i = 0; i < player->count && player->callers.connecting < CONNECTING_MOST; i++) {
        struct caller *caller = &player->list[i];
        if (caller->state == CALLER_IDLE && caller->due <= now)
            caller_open(caller, now);
    }
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    struct player *player = context;
    int64_t now = loop_now(player->loop);
    (void)fd;
    (void)what;
    if (now - player->looked >= LOOK) {
        player->looked = now;
        for (size_t i = 0; i < player->count; i++)
            caller_look(&player->list[i], now);
    }
    if (player->is_playing) {
        if (player->callers.open < player->count)
            open_some(player, now);
        if (player->settings.rate > 0) {
            earn(player, now);
            spend(player, now);
        } else {
            speak_up(player, now);
        }
    } else if (player->callers.waiting == 0) {
        for (size_t i = 0; i < player->count; i++)
            caller_end(&player->list[i], now);
    }
    player->last = now;
}

void player_stop(struct player *player)
{
    if (!player->is_playing)
        return;
    player->is_playing = false;
    player->stopped = loop_now(player->loop);
}

bool player_is_over(const struct player *player)
{
    return !player->is_playing &&
           (player->callers.open == 0 || loop_now(player->loop) - player->stopped >= END_WAIT);
}

size_t player_trackers(const struct player *player)
{
    return player->count;
}

size_t player_open(const struct player *player)
{
    return player->callers.open;
}

const struct player_counts *player_counts(const struct player *player)
{
    return &player->callers.counts;
}
