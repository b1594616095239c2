/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: answers, gaps, who is let go, and whose the socket is. */
#include "outlet/known.h"

#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "outlet/control.h"

struct world {
    struct known *known;
    struct event_base *base;
    struct control *control;
    char folder[32], path[64];
};

static struct world *world_new(int64_t patience)
{
    struct world *world = calloc(1, sizeof(*world));
    char error[300] = "";
    assert_non_null(world);
    world->known = known_new(1000);
    world->base = event_base_new();
    strcpy(world->folder, "/tmp/control-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof(world->path), "%s/sub/s", world->folder);
    world->control =
        control_new(world->base,
                    &(struct control_settings){
                        .path = world->path, .owner = (uid_t)-1, .group = (gid_t)-1, .patience = patience },
                    world->known->snapshot, NULL, error, sizeof(error));
    if (!world->control)
        fail_msg("%s", error);
    publisher_add(&world->known->publisher, control_sink(world->control));
    return world;
}

static void world_free(struct world *world)
{
    control_free(world->control);
    control_free(NULL);
    event_base_free(world->base);
    known_free(world->known);
    assert_int_equal(access(world->path, F_OK), -1); /* it was taken away */
    snprintf(world->path, sizeof(world->path), "%s/sub", world->folder);
    assert_int_equal(rmdir(world->path), 0);
    assert_int_equal(rmdir(world->folder), 0);
    free(world);
}

static int knock(const struct world *world)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, world->path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Turns the loop until the text is there, or the connection is closed. Returns what came. */
static char *hear(struct world *world, int fd, const char *until)
{
    enum { ROOM = 32 << 20 };
    char *text = calloc(1, ROOM);
    size_t length = 0;
    assert_non_null(text);
    for (int i = 0; i < 20000; i++) {
        event_base_loop(world->base, EVLOOP_NONBLOCK);
        ssize_t n = recv(fd, text + length, ROOM - 1 - length, 0);
        if (n == 0)
            return text;
        if (n > 0) {
            length += (size_t)n;
            assert_true(length < ROOM - 1);
            if (until && strstr(text, until))
                return text;
            continue;
        }
        poll(NULL, 0, 1);
    }
    fail_msg("'%s' does not come; this came: %.500s", until ? until : "the end", text);
    return text;
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        count++;
    return count;
}

static void answers_and_errors(void **state)
{
    (void)state;
    struct world *world = world_new(0);
    for (unsigned i = 0; i < 500; i++) {
        char device[16];
        snprintf(device, sizeof(device), "D%u", i);
        known_message(world->known, i % 200, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
    }
    int fd = knock(world);
    say(fd, "devices\nfoo\r\nstatus"); /* the last line is not whole yet */
    char *text = hear(world, fd, "\"error\":\"there is no such");
    assert_int_equal(count_of(text, "{\"event\":\"device\""), 500);
    assert_non_null(strstr(text, "{\"event\":\"end\",\"records\":500}\n"));
    free(text);
    say(fd, "\n");
    text = hear(world, fd, "{\"event\":\"end\",\"records\":1}\n");
    assert_non_null(strstr(text, "{\"event\":\"status\""));
    free(text);
    /* who closes its own side gets all answers, and then the end */
    say(fd, "findings\ndevices?device=D7");
    shutdown(fd, SHUT_WR);
    text = hear(world, fd, NULL);
    assert_non_null(strstr(text, "\"device\":\"D7\""));
    assert_int_equal(count_of(text, "\"event\":\"end\""), 2);
    free(text);
    close(fd);
    assert_int_equal(control_counts(world->control).clients, 0);
    world_free(world);
}

static void a_line_without_end(void **state)
{
    (void)state;
    struct world *world = world_new(0);
    char line[ASK_MAX + 100];
    int fd = knock(world);
    memset(line, 'a', sizeof(line));
    line[sizeof(line) - 1] = '\0';
    say(fd, line);
    char *text = hear(world, fd, "too long");
    free(text);
    close(fd);
    world_free(world);
}

static void followers_are_woken(void **state)
{
    (void)state;
    struct world *world = world_new(0);
    int fd = knock(world), other = knock(world);
    say(fd, "tail\n");
    say(other, "tail?device=B\n");
    while (control_counts(world->control).followers < 2)
        event_base_loop(world->base, EVLOOP_ONCE);
    known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "A", VERDICT_OK);
    free(hear(world, fd, "\"device\":\"A\""));
    known_message(world->known, 2, 5023, "gt06", LOCATION_VALID, "B", VERDICT_OK);
    char *text = hear(world, other, "\"device\":\"B\"");
    assert_null(strstr(text, "\"device\":\"A\""));
    free(text);
    close(other);
    /* it is noticed that one is gone, also where nothing is written to it */
    for (int i = 0; i < 1000 && control_counts(world->control).clients > 1; i++) {
        event_base_loop(world->base, EVLOOP_NONBLOCK);
        control_tick(world->control);
    }
    assert_int_equal(control_counts(world->control).clients, 1);
    assert_int_equal(control_counts(world->control).followers, 1);
    control_free(world->control);
    world->control = NULL;
    char last[4096] = "";
    ssize_t n = recv(fd, last, sizeof(last) - 1, 0);
    assert_true(n > 0);
    assert_non_null(strstr(last, "{\"event\":\"bye\"}\n"));
    close(fd);
    world_free(world);
}

/* Those who do not read keep little, and are let go; those who read get what there is, or how much they missed. */
static void who_does_not_read(void **state)
{
    enum { DEAF = 20, ROUNDS = 400, BURST = 100 };
    (void)state;
    struct world *world = world_new(3000000); /* longer than the rounds take, during which nobody reads */
    int deaf[DEAF], fd = knock(world);
    size_t got = 0, missed = 0;
    say(fd, "tail\n");
    for (int i = 0; i < DEAF; i++) {
        int small = 4096;
        deaf[i] = knock(world);
        setsockopt(deaf[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
        say(deaf[i], "tail\n");
    }
    while (control_counts(world->control).followers < DEAF + 1)
        event_base_loop(world->base, EVLOOP_ONCE);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BURST; i++)
            known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "A", VERDICT_OK);
        event_base_loop(world->base, EVLOOP_NONBLOCK);
    }
    known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "LAST", VERDICT_OK);
    char *text = hear(world, fd, "\"device\":\"LAST\"");
    got = count_of(text, "{\"event\":\"message\"");
    for (const char *at = text; (at = strstr(at, "\"lines\":")); at++)
        missed += strtoul(at + 8, NULL, 10);
    assert_int_equal(got + missed, ROUNDS * BURST + 1);
    free(text);
    for (int i = 0; i < 20000 && control_counts(world->control).clients > 1; i++) {
        event_base_loop(world->base, EVLOOP_NONBLOCK);
        poll(NULL, 0, 1);
    }
    assert_int_equal(control_counts(world->control).let_go, DEAF);
    assert_int_equal(control_counts(world->control).clients, 1);
    assert_true(control_counts(world->control).missed > 0);
    for (int i = 0; i < DEAF; i++)
        close(deaf[i]);
    close(fd);
    world_free(world);
}

static void whose_the_socket_is(void **state)
{
    (void)state;
    struct world *world = world_new(0);
    struct stat status;
    bool is_taken = false;
    char error[300];
    struct control_settings settings = { .path = world->path, .owner = (uid_t)-1, .group = (gid_t)-1 };
    assert_int_equal(stat(world->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0660);
    /* where another answers it is left alone */
    assert_null(control_new(world->base, &settings, world->known->snapshot, &is_taken, error, sizeof(error)));
    assert_true(is_taken);
    assert_non_null(strstr(error, "another hexwatch"));
    assert_int_equal(access(world->path, F_OK), 0);
    /* one that nobody answers at is replaced */
    char stale[80];
    snprintf(stale, sizeof(stale), "%s/stale", world->folder);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, stale);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    settings.path = stale;
    struct control *control =
        control_new(world->base, &settings, world->known->snapshot, NULL, error, sizeof(error));
    assert_non_null(control);
    control_free(control);
    assert_int_equal(access(stale, F_OK), -1);
    /* a file is not */
    fd = open(stale, O_CREAT | O_WRONLY, 0600);
    close(fd);
    assert_null(control_new(world->base, &settings, world->known->snapshot, NULL, error, sizeof(error)));
    assert_non_null(strstr(error, "there is a file"));
    assert_int_equal(unlink(stale), 0);
    settings.path = "/dev/null/a"; /* no folder, and none can be made */
    assert_null(control_new(world->base, &settings, world->known->snapshot, NULL, error, sizeof(error)));
    settings.path =
        "/tmp/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaa";
    assert_null(control_new(world->base, &settings, world->known->snapshot, NULL, error, sizeof(error)));
    assert_non_null(strstr(error, "too long"));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_errors),  cmocka_unit_test(a_line_without_end),
        cmocka_unit_test(followers_are_woken), cmocka_unit_test(who_does_not_read),
        cmocka_unit_test(whose_the_socket_is),
    };
    signal(SIGPIPE, SIG_IGN); /* as the program does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
