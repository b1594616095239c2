/* SPDX-License-Identifier: Apache-2.0 */
/* Serves the control socket on libevent. Gets answers from answer, which reads snapshot. */
#include "outlet/control.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "outlet/control_socket.h"
#include "verdict/record.h"

/* Nothing is added for a client that has so many bytes still to be sent. */
enum { ENOUGH = 8192 };
/* µs: answers are made for so long at a time, then others have nine times as long; followers are looked after so often. */
enum { BUDGET = 250, SHARE = 9, PACE = 20000, PATIENCE = 60000000 };
/* Accepted in one go. */
enum { ACCEPTED = 16 };

struct client {
    TAILQ_ENTRY(client) link, turn; /* turn: in the queue of those that have something to do, if is_queued */
    struct control *control;
    struct bufferevent *stream;
    struct answer *answer; /* NULL: nothing is asked at present */
    uint64_t records;      /* of the present answer */
    bool is_queued, is_deaf /* will ask no more */;
};

TAILQ_HEAD(clients, client);

struct control {
    struct sink sink;
    struct event_base *base;
    struct snapshot *snapshot;
    struct control_socket socket;
    struct event *door, *pump;
    struct clients clients, turns;
    struct control_counts counts;
    struct timeval patience;
    int64_t rest; /* the pump rests until then, by the steady clock */
};

/* ---- time ---- */

static int64_t steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t wall_now(struct event_base *base)
{
    struct timeval now;
    if (event_base_gettimeofday_cached(base, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

/* Runs the pump in so many µs, but not before it has rested. */
static void pump_in(struct control *control, int64_t micros)
{
    if (event_pending(control->pump, EV_TIMEOUT, NULL))
        return;
    int64_t rest = control->rest - steady_now();
    const struct timeval wait = { .tv_usec = (suseconds_t)(micros > rest ? micros : rest) };
    event_add(control->pump, &wait);
}

/* ---- clients ---- */

static void queue(struct client *client)
{
    if (!client->is_queued)
        TAILQ_INSERT_TAIL(&client->control->turns, client, turn);
    client->is_queued = true;
    pump_in(client->control, 0);
}

static void end_answer(struct client *client)
{
    struct control *control = client->control;
    if (!client->answer)
        return;
    control->counts.missed += answer_missed(client->answer);
    control->counts.followers -= answer_follows(client->answer);
    answer_free(client->answer);
    client->answer = NULL;
}

static void let_go(struct client *client)
{
    struct control *control = client->control;
    end_answer(client);
    if (client->is_queued)
        TAILQ_REMOVE(&control->turns, client, turn);
    TAILQ_REMOVE(&control->clients, client, link);
    control->counts.clients--;
    bufferevent_free(client->stream);
    free(client);
}

static void put_line(struct client *client, struct cursor text)
{
    struct evbuffer *out = bufferevent_get_output(client->stream);
    if (text.left > 0)
        evbuffer_add(out, text.at, text.left);
    evbuffer_add(out, "\n", 1);
}

static void put_error(struct client *client, const char *error)
{
    char memory[2048];
    struct buffer out = buffer_on(memory, sizeof(memory));
    buffer_put_text(&out, "{\"event\":\"error\"");
    record_put_member(&out, "error", error);
    buffer_put_u8(&out, '}');
    put_line(client, buffer_cursor(&out));
}

static void take_request(struct client *client, struct cursor line)
{
    struct ask ask;
    char error[256];
    if (!ask_read(line, &ask, error, sizeof(error))) {
        put_error(client, error);
        return;
    }
    client->answer = answer_new(client->control->snapshot, &ask);
    client->records = 0;
    if (client->answer)
        client->control->counts.followers += answer_follows(client->answer);
    else
        put_error(client, "out of memory");
}

static size_t asked(const struct client *client)
{
    return evbuffer_get_length(bufferevent_get_input(client->stream));
}

/* Takes the next line of what was asked. False: there is none (yet). */
static bool take_line(struct client *client)
{
    struct evbuffer *in = bufferevent_get_input(client->stream);
    size_t length = 0, left = asked(client);
    char *line = evbuffer_readln(in, &length, EVBUFFER_EOL_CRLF);
    if (line) {
        take_request(client, cursor_of(line, length));
        free(line);
        return true;
    }
    if (left > ASK_MAX)
        put_error(client, "the line is too long");
    else if (client->is_deaf && left > 0) /* the last line needs no end */
        take_request(client, cursor_of(evbuffer_pullup(in, -1), left));
    else
        return false;
    evbuffer_drain(in, left);
    return true;
}

static void put_end(struct client *client)
{
    char memory[64];
    struct buffer out = buffer_on(memory, sizeof(memory));
    buffer_put_text(&out, "{\"event\":\"end\"");
    record_put_number(&out, "records", client->records);
    buffer_put_u8(&out, '}');
    put_line(client, buffer_cursor(&out));
    end_answer(client);
}

/* Adds records as long as few bytes wait to be sent. True: there is more to do at once. */
static bool add_records(struct client *client, int64_t until)
{
    const struct evbuffer *out = bufferevent_get_output(client->stream);
    struct cursor record = { 0 };
    while (evbuffer_get_length(out) < ENOUGH) {
        if (!client->answer && !take_line(client))
            return false;
        if (!client->answer)
            continue;
        switch (answer_next(client->answer, wall_now(client->control->base), &record)) {
        case ANSWER_RECORD:
            put_line(client, record);
            client->records++;
            break;
        case ANSWER_WAIT:
            return false;
        case ANSWER_END:
            put_end(client);
            break;
        default:
            return true;
        }
        if (steady_now() > until)
            return true;
    }
    return false; /* on_written goes on */
}

/* Has it all, and will ask no more? */
static bool is_finished(const struct client *client)
{
    return client->is_deaf && !client->answer && asked(client) == 0 &&
           evbuffer_get_length(bufferevent_get_output(client->stream)) == 0;
}

static void wake_followers(struct control *control)
{
    struct client *client;
    if (control->counts.followers == 0)
        return;
    TAILQ_FOREACH (client, &control->clients, link) {
        if (client->answer && !client->is_queued && answer_follows(client->answer) &&
            answer_has_more(client->answer) &&
            evbuffer_get_length(bufferevent_get_output(client->stream)) < ENOUGH) {
            TAILQ_INSERT_TAIL(&control->turns, client, turn);
            client->is_queued = true;
        }
    }
}

static void on_pump(evutil_socket_t fd, short what, void *context)
{
    struct control *control = context;
    int64_t start = steady_now(), until = start + BUDGET;
    struct client *client;
    (void)fd;
    (void)what;
    wake_followers(control);
    while ((client = TAILQ_FIRST(&control->turns))) {
        TAILQ_REMOVE(&control->turns, client, turn);
        client->is_queued = add_records(client, until);
        if (client->is_queued)
            TAILQ_INSERT_TAIL(&control->turns, client, turn);
        else if (is_finished(client))
            let_go(client);
        if (steady_now() > until)
            break;
    }
    control->rest = steady_now() + SHARE * (steady_now() - start);
    if (!TAILQ_EMPTY(&control->turns))
        pump_in(control, 0);
}

/* ---- callbacks ---- */

static void on_asked(struct bufferevent *stream, void *context)
{
    struct client *client = context;
    (void)stream;
    if (!client->answer)
        queue(client);
}

/* All that was to be sent is sent. */
static void on_written(struct bufferevent *stream, void *context)
{
    struct client *client = context;
    (void)stream;
    if (is_finished(client))
        let_go(client);
    else if (client->answer ? answer_has_more(client->answer) : asked(client) > 0)
        queue(client);
}

static void on_trouble(struct bufferevent *stream, short what, void *context)
{
    struct client *client = context;
    (void)stream;
    if ((what & BEV_EVENT_EOF) && (what & BEV_EVENT_READING)) {
        /* it may have closed only its own side, as nc does behind its input */
        client->is_deaf = true;
        if (is_finished(client))
            let_go(client);
        else if (!client->answer)
            queue(client);
        return;
    }
    if (what & BEV_EVENT_TIMEOUT)
        client->control->counts.let_go++;
    let_go(client);
}

static void take_client(struct control *control, int fd)
{
    static const char full[] = "{\"event\":\"error\",\"error\":\"too many ask at once. Try again later\"}\n";
    struct client *client = NULL;
    if (control->counts.clients < CONTROL_CLIENTS)
        client = calloc(1, sizeof(*client));
    if (client)
        client->stream = bufferevent_socket_new(control->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (!client || !client->stream) {
        control->counts.refused++;
        (void)send(fd, full, sizeof(full) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        close(fd);
        free(client);
        return;
    }
    client->control = control;
    TAILQ_INSERT_TAIL(&control->clients, client, link);
    control->counts.clients++;
    bufferevent_setcb(client->stream, on_asked, on_written, on_trouble, client);
    bufferevent_setwatermark(client->stream, EV_READ, 0, ASK_MAX + 1);
    bufferevent_set_timeouts(client->stream, NULL, &control->patience);
    bufferevent_enable(client->stream, EV_READ | EV_WRITE);
}

static void on_knock(evutil_socket_t door, short what, void *context)
{
    struct control *control = context;
    (void)what;
    for (int i = 0; i < ACCEPTED; i++) {
        int fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            take_client(control, fd);
            continue;
        }
        /* no descriptor is left: who knocks waits until the next tick, and the loop does not spin */
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            event_del(control->door);
        return;
    }
}

static void wake(struct control *control)
{
    if (control->counts.followers > 0)
        pump_in(control, PACE);
}

static void on_message(void *context, const struct message_event *event)
{
    (void)event;
    wake(context);
}

static void on_connection(void *context, const struct connection_event *event)
{
    (void)event;
    wake(context);
}

static void on_finding(void *context, const struct finding_event *event)
{
    (void)event;
    wake(context);
}

/* ---- the whole ---- */

struct control *control_new(struct event_base *base, const struct control_settings *settings,
                            struct snapshot *snapshot, bool *is_taken, char *error, size_t size)
{
    struct control *control = calloc(1, sizeof(*control));
    snprintf(error, size, "out of memory");
    if (!control)
        return NULL;
    TAILQ_INIT(&control->clients);
    TAILQ_INIT(&control->turns);
    control->base = base;
    control->snapshot = snapshot;
    control->sink = (struct sink){
        .context = control, .message = on_message, .connection = on_connection, .finding = on_finding
    };
    int64_t patience = settings->patience > 0 ? settings->patience : PATIENCE;
    control->patience = (struct timeval){ .tv_sec = (time_t)(patience / 1000000),
                                          .tv_usec = (suseconds_t)(patience % 1000000) };
    control->socket.fd = -1;
    if (control_socket_open(&control->socket, settings, is_taken, error, size)) {
        snprintf(error, size, "out of memory");
        control->door = event_new(base, control->socket.fd, EV_READ | EV_PERSIST, on_knock, control);
        control->pump = evtimer_new(base, on_pump, control);
    }
    if (control->door && control->pump && event_add(control->door, NULL) == 0)
        return control;
    control_free(control);
    return NULL;
}

void control_free(struct control *control)
{
    static const char bye[] = "{\"event\":\"bye\"}\n";
    struct client *client;
    if (!control)
        return;
    while ((client = TAILQ_FIRST(&control->clients))) {
        struct evbuffer *out = bufferevent_get_output(client->stream);
        int fd = bufferevent_getfd(client->stream);
        if (client->answer && answer_follows(client->answer)) {
            evbuffer_add(out, bye, sizeof(bye) - 1);
            evbuffer_unfreeze(out, 1);
            (void)evbuffer_write(out, fd); /* as much as is taken at once */
        }
        let_go(client);
    }
    if (control->door)
        event_free(control->door);
    if (control->pump)
        event_free(control->pump);
    control_socket_close(&control->socket);
    free(control);
}

struct sink *control_sink(struct control *control)
{
    return &control->sink;
}

/* Who closed both sides tells no more than who closed one, but the system knows. */
static bool is_gone(const struct client *client)
{
    struct pollfd peer = { .fd = bufferevent_getfd(client->stream) };
    return client->is_deaf && poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

void control_tick(struct control *control)
{
    struct client *client = TAILQ_FIRST(&control->clients);
    while (client) {
        struct client *next = TAILQ_NEXT(client, link);
        if (is_gone(client))
            let_go(client);
        client = next;
    }
    if (!event_pending(control->door, EV_READ, NULL))
        event_add(control->door, NULL);
    wake(control);
}

struct control_counts control_counts(const struct control *control)
{
    struct control_counts counts = control->counts;
    const struct client *client;
    TAILQ_FOREACH (client, &control->clients, link) {
        if (client->answer)
            counts.missed += answer_missed(client->answer);
    }
    return counts;
}
