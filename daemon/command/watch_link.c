/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the connections of the watch view. Called by watch in its loop; hands records to the view. */
#include "command/watch_link.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_text.h"
#include "command/client.h"
#include "outlet/ask.h"
#include "outlet/control.h"

/* µs: until it is tried again (the first time sooner); until a daemon that says nothing is called silent. */
enum { RETRY = 2000000, FIRST_RETRY = 50000, SILENCE = 3000000 };
/* µs of work before the keys have their turn; lines that are taken between two looks at the time; the latest messages that are
 * shown at once. */
enum { WORK = 15000, LINES = 64, LAST = 200 };

struct watch_link_pair {
    char path[CONTROL_PATH];
    struct watch *watch;
    struct client *asking, *following; /* NULL: not connected */
    bool was_live, is_asked;
    enum watch_asked asked;
    int64_t asked_at, heard, retry;
};

struct watch_link_pair *watch_link_new(const char *path, struct watch *watch)
{
    struct watch_link_pair *pair = calloc(1, sizeof(*pair));
    if (!pair || strlen(path) >= sizeof(pair->path)) {
        free(pair);
        return NULL;
    }
    strcpy(pair->path, path);
    pair->watch = watch;
    return pair;
}

static void hang_up(struct watch_link_pair *pair)
{
    client_free(pair->asking);
    client_free(pair->following);
    pair->asking = pair->following = NULL;
    pair->is_asked = false;
}

void watch_link_free(struct watch_link_pair *pair)
{
    if (!pair)
        return;
    hang_up(pair);
    free(pair);
}

bool watch_link_was_live(const struct watch_link_pair *pair)
{
    return pair->was_live;
}

size_t watch_link_poll(const struct watch_link_pair *pair, struct pollfd *fds)
{
    const struct client *const clients[] = { pair->asking, pair->following };
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        if (clients[i])
            fds[count++] = (struct pollfd){ .fd = client_fd(clients[i]), .events = POLLIN };
    }
    return count;
}

static void lose(struct watch_link_pair *pair, int64_t now)
{
    hang_up(pair);
    pair->retry = now + (pair->was_live ? RETRY : FIRST_RETRY);
    if (pair->was_live)
        watch_set_link(pair->watch, LINK_LOST, now, pair->retry);
}

static bool ask(struct client *client, const char *request)
{
    return client_ask(client, cursor_of_text(request));
}

static void connect_both(struct watch_link_pair *pair, int64_t now)
{
    char request[32];
    if (now < pair->retry)
        return;
    /* the first time the latest messages come first; later only what is new */
    snprintf(request, sizeof(request), "tail?last=%d", pair->was_live ? 0 : LAST);
    pair->asking = client_open(pair->path);
    pair->following = pair->asking ? client_open(pair->path) : NULL;
    if (!pair->following || !ask(pair->following, request))
        lose(pair, now);
    pair->heard = now;
}

static void ask_next(struct watch_link_pair *pair, int64_t now)
{
    char memory[ASK_MAX + 1];
    struct buffer request = buffer_on(memory, sizeof(memory));
    if (pair->is_asked || !pair->asking || !watch_next_ask(pair->watch, now, &pair->asked, &request))
        return;
    pair->is_asked = true;
    pair->asked_at = now;
    if (!client_ask(pair->asking, buffer_cursor(&request)))
        lose(pair, now);
}

static void say_error(struct watch_link_pair *pair, struct cursor line, int64_t now)
{
    char text[128];
    struct cursor why;
    if (!json_find_text(line, "error", &why))
        return;
    why = json_unescape(why, text, sizeof(text) - 1);
    watch_notice(pair->watch, now, "The daemon says: %.*s.", (int)(why.left < 120 ? why.left : 120),
                 (const char *)why.at);
}

/* One line of an answer. False: there is none for now. */
static bool take_answer(struct watch_link_pair *pair, int64_t now)
{
    struct cursor line;
    if (!pair->asking)
        return false;
    switch (client_next(pair->asking, 0, &line)) {
    case CLIENT_PAUSE:
        return false;
    case CLIENT_RECORD:
        if (pair->is_asked)
            watch_take(pair->watch, pair->asked, line);
        break;
    case CLIENT_ERROR:
        say_error(pair, line, now);
        /* fall through */
    case CLIENT_END:
        if (!pair->is_asked)
            break;
        pair->is_asked = false;
        pair->was_live = true;
        watch_answered(pair->watch, pair->asked, now);
        watch_set_link(pair->watch, LINK_LIVE, now, 0);
        break;
    default:
        lose(pair, now);
        return false;
    }
    pair->heard = now;
    return true;
}

static bool take_record(struct watch_link_pair *pair, int64_t now)
{
    struct cursor line;
    if (!pair->following)
        return false;
    switch (client_next(pair->following, 0, &line)) {
    case CLIENT_PAUSE:
        return false;
    case CLIENT_RECORD:
        watch_follow(pair->watch, line, now);
        pair->heard = now;
        return true;
    case CLIENT_ERROR:
        say_error(pair, line, now);
        /* fall through */
    default:
        lose(pair, now);
        return false;
    }
}

static int64_t steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool watch_link_work(struct watch_link_pair *pair, int64_t now)
{
    int64_t until = steady_now() + WORK;
    bool has_more = true;
    if (!pair->asking)
        connect_both(pair, now);
    while (has_more && steady_now() < until) {
        for (int i = 0; i < LINES && has_more; i++) {
            bool has_answer = take_answer(pair, now), has_record = take_record(pair, now);
            has_more = has_answer || has_record;
        }
        ask_next(pair, now);
    }
    if (pair->asking && pair->is_asked && now - pair->heard > SILENCE && now - pair->asked_at > SILENCE)
        watch_set_link(pair->watch, LINK_SILENT, now, 0);
    return has_more;
}
