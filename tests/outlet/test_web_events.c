/* SPDX-License-Identifier: Apache-2.0 */
/* The stream of events: who is too slow is skipped, begins anew when it has read, and is let go when it never reads. */
#include "outlet/known.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <event2/http.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "outlet/web_events.h"

struct world {
    struct known *known;
    struct event_base *base;
    struct evhttp *http;
    struct web_events *events;
    uint16_t port;
    struct filter *choice; /* of who asks next; owned */
    bool only_messages;
};

static void on_request(struct evhttp_request *request, void *context)
{
    struct world *world = context;
    web_events_start(world->events, request, world->choice, world->only_messages);
}

static struct world *world_new(const struct web_events_settings *settings)
{
    struct world *world = calloc(1, sizeof(*world));
    struct sockaddr_in address = { 0 };
    socklen_t length = sizeof(address);
    assert_non_null(world);
    world->known = known_new(1000);
    world->base = event_base_new();
    world->http = evhttp_new(world->base);
    world->events = web_events_new(world->base, world->known->snapshot, settings);
    assert_true(world->http && world->events);
    struct evhttp_bound_socket *door = evhttp_bind_socket_with_handle(world->http, "127.0.0.1", 0);
    assert_non_null(door);
    assert_int_equal(getsockname(evhttp_bound_socket_get_fd(door), (struct sockaddr *)&address, &length), 0);
    world->port = ntohs(address.sin_port);
    evhttp_set_gencb(world->http, on_request, world);
    return world;
}

static void world_free(struct world *world)
{
    web_events_free(world->events);
    web_events_free(NULL);
    evhttp_free(world->http);
    event_base_free(world->base);
    known_free(world->known);
    free(world->choice);
    free(world);
}

static void turn(struct world *world)
{
    event_base_loop(world->base, EVLOOP_NONBLOCK);
    poll(NULL, 0, 1);
}

static struct web_events_counts counts(const struct world *world)
{
    return web_events_counts(world->events);
}

static int ask(struct world *world, const char *version)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(world->port) };
    char text[64];
    int fd = socket(AF_INET, SOCK_STREAM, 0), room = 4096;
    assert_true(fd >= 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    snprintf(text, sizeof(text), "GET /events HTTP/%s\r\nHost: localhost\r\n\r\n", version);
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    return fd;
}

/* Turns the loop until the text has come behind all that came before. Returns all of it. */
static char *hear(struct world *world, int fd, const char *until)
{
    enum { ROOM = 16 << 20 };
    char *text = calloc(1, ROOM);
    size_t length = 0;
    assert_non_null(text);
    for (int i = 0; i < 20000; i++) {
        ssize_t n = recv(fd, text + length, ROOM - 1 - length, MSG_DONTWAIT);
        if (n > 0) {
            length += (size_t)n;
            assert_true(length < ROOM - 1);
            if (until && strstr(text, until))
                return text;
            event_base_loop(world->base, EVLOOP_NONBLOCK);
            continue;
        }
        if (n == 0)
            return text;
        turn(world);
    }
    fail_msg("'%s' does not come; this came last: %.500s", until ? until : "the end",
             length > 500 ? text + length - 500 : text);
    return text;
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        count++;
    return count;
}

/* A message of so many bytes of one device. */
static void send_message(struct world *world, size_t length, const char *device)
{
    static uint8_t bytes[MESSAGE_MAX];
    struct fact fact;
    fact_make(&fact, who_at(1, 1, 5023), NOON, registry_find("gt06"), "position", LOCATION_VALID, device);
    fact.event.bytes = cursor_of(bytes, length);
    publish_message(&world->known->publisher, &fact.event);
}

/* Large messages, until this many have fallen behind. */
static void flood(struct world *world, uint64_t gaps)
{
    for (int i = 0; i < 20000 && counts(world).gaps < gaps; i++) {
        send_message(world, 10000, "1");
        turn(world);
    }
    assert_int_equal(counts(world).gaps, gaps);
}

static void who_is_too_slow_begins_anew(void **state)
{
    (void)state;
    struct world *world = world_new(&(struct web_events_settings){ 0 });
    known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "1", VERDICT_OK);
    int slow = ask(world, "1.1");
    flood(world, 1);
    /* from here on nothing more is kept for it */
    for (int i = 0; i < 300; i++) {
        send_message(world, 10000, "1");
        turn(world);
    }
    known_finding(world->known, FINDING_NO_FIX, SEVERITY_PROBLEM, 1, 5023, "1",
                  true); /* it is told of at the end */
    char *text = hear(world, slow, "\"code\":\"no-fix\"");
    char *gap = strstr(text, "event: gap");
    assert_non_null(gap);
    assert_in_range(gap - text, 200 << 10, 2 << 20);
    assert_non_null(strstr(gap, "\"to\":\"20"));
    assert_non_null(strstr(gap, "event: ports\ndata: {\"whole\":true,\"end\":true"));
    assert_non_null(strstr(gap, "event: devices\ndata: {\"whole\":true,\"end\":true"));
    assert_non_null(strstr(gap, "event: findings\ndata: {\"whole\":true,\"end\":true"));
    *gap = '\0';
    assert_int_equal(count_of(text, "event: devices\ndata: {\"whole\":true"), 1);
    free(text);
    assert_int_equal(counts(world).clients, 1);
    assert_int_equal(counts(world).let_go, 0);
    close(slow);
    for (int i = 0; i < 20000 && counts(world).clients > 0; i++)
        turn(world);
    assert_int_equal(counts(world).clients, 0);
    world_free(world);
}

static void who_never_reads_is_let_go(void **state)
{
    (void)state;
    struct world *world = world_new(&(struct web_events_settings){ .patience = SECONDS(1) / 5 });
    int deaf = ask(world, "1.1"), other = ask(world, "1.1");
    char *text = NULL;
    for (int i = 0; i < 20000 && counts(world).gaps < 1; i++) {
        send_message(world, 10000, "1");
        free(text);
        text = hear(world, other, "event: "); /* one that reads does not suffer from it */
        turn(world);
    }
    free(text);
    for (int i = 0; i < 20000 && counts(world).let_go == 0; i++)
        turn(world);
    assert_int_equal(counts(world).let_go, 1);
    assert_int_equal(counts(world).clients, 1);
    free(hear(world, deaf, NULL)); /* it is closed */
    free(hear(world, other, "event: status"));
    close(deaf);
    close(other);
    world_free(world);
}

static void one_too_many_is_refused(void **state)
{
    (void)state;
    struct world *world = world_new(&(struct web_events_settings){ .clients = 2 });
    int fds[3];
    for (int i = 0; i < 2; i++) {
        fds[i] = ask(world, "1.1");
        free(hear(world, fds[i], "event: findings"));
    }
    fds[2] = ask(world, "1.1");
    char *text = hear(world, fds[2], "Too many pages");
    assert_non_null(strstr(text, "HTTP/1.1 503 "));
    free(text);
    assert_int_equal(counts(world).refused, 1);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    for (int i = 0; i < 20000 && counts(world).clients > 0; i++)
        turn(world);
    int again = ask(world, "1.1");
    free(hear(world, again, "event: findings"));
    close(again);
    world_free(world);
}

/* As proxies ask: no chunks, and the same bytes. */
static void an_older_http(void **state)
{
    (void)state;
    struct world *world = world_new(&(struct web_events_settings){ 0 });
    int fd = ask(world, "1.0");
    char *text = hear(world, fd, "event: findings\ndata: {\"whole\":true,\"end\":true,\"rows\":[]}\n\n");
    const char *body = strstr(text, "\r\n\r\n");
    assert_non_null(body);
    assert_null(strstr(text, "Transfer-Encoding"));
    assert_null(strchr(body + 4, '\r'));
    assert_ptr_equal(strstr(body, "retry: 2000\n\nid: 1\nevent: status\ndata: {"), body + 4);
    free(text);
    close(fd);
    world_free(world);
}

static void whose_messages(void **state)
{
    (void)state;
    char error[100];
    struct world *world = world_new(&(struct web_events_settings){ 0 });
    world->choice = calloc(1, sizeof(*world->choice));
    world->only_messages = true;
    assert_non_null(world->choice);
    assert_true(filter_add(world->choice, "device", "mine", error, sizeof(error)));
    send_message(world, 10, "mine");
    send_message(world, 10, "other");
    int fd = ask(world, "1.1");
    free(hear(world, fd, "\"device\":\"mine\""));
    for (int i = 0; i < 1000; i++)
        send_message(world, 10, "other");
    send_message(world, 10, "mine");
    for (int i = 0; i < 1000; i++)
        send_message(world, 10, "other");
    char *text = hear(world, fd, "\"device\":\"mine\"");
    assert_int_equal(count_of(text, "\"device\":\"other\""), 0);
    assert_non_null(strstr(text, "\"skipped\":0}"));
    assert_int_equal(count_of(text, "event: status"), 0);
    free(text);
    close(fd);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_too_slow_begins_anew),
        cmocka_unit_test(who_never_reads_is_let_go),
        cmocka_unit_test(one_too_many_is_refused),
        cmocka_unit_test(an_older_http),
        cmocka_unit_test(whose_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
