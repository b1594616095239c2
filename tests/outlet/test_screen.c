/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal that people look at: how much of a flood is shown, what stays below the lines, and that its size is followed. */
#include "outlet/lines.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "outlet/screen.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

struct world {
    int master, terminal;
    struct lines lines;
    struct board *board;
    struct publisher publisher;
    struct screen *screen;
};

static void set_size(struct world *world, unsigned short columns, unsigned short rows)
{
    const struct winsize size = { .ws_row = rows, .ws_col = columns };
    assert_int_equal(ioctl(world->master, TIOCSWINSZ, &size), 0);
}

static struct world *world_new(bool is_live)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(world->master >= 0);
    assert_int_equal(grantpt(world->master) | unlockpt(world->master), 0);
    world->terminal = open(ptsname(world->master), O_RDWR | O_NOCTTY);
    assert_true(world->terminal >= 0);
    set_size(world, 80, 24);
    world->lines = lines_new();
    world->board = board_new(&(struct board_settings){ .devices = 100, .findings = 100 });
    assert_non_null(world->board);
    publisher_add(&world->publisher, board_sink(world->board));
    world->screen =
        screen_new(world->lines.writer, world->board,
                   &(struct screen_settings){
                       .fd = world->terminal, .is_live = is_live, .has_cursor = true, .is_ascii = true });
    assert_non_null(world->screen);
    return world;
}

static void world_free(struct world *world)
{
    screen_free(world->screen);
    board_free(world->board);
    lines_free(&world->lines);
    close(world->terminal);
    close(world->master);
    free(world);
}

static bool admits(struct world *world, int64_t time, const char *device, const struct protocol *protocol,
                   enum location location, uint64_t *folded)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), time, protocol, "position", location, device);
    publish_message(&world->publisher, &fact.event);
    screen_count(world->screen);
    return screen_admits(world->screen, &fact.event, folded);
}

static void a_flood_is_told_in_a_few_lines_a_second(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    uint64_t shown = 0, stood_for = 0, folded;
    enum { PER_SECOND = 5000, LONG = 10 };
    for (int64_t i = 0; i < PER_SECOND * LONG; i++) {
        if (admits(world, NOON + i * SECONDS(1) / PER_SECOND, "123456789012345", &gt06, LOCATION_VALID,
                   &folded)) {
            shown++;
            stood_for += folded;
        }
    }
    assert_in_range(shown, LONG, 24 + 5 * LONG);
    assert_int_equal(shown + screen_hidden(world->screen), PER_SECOND * LONG);
    assert_in_range(stood_for, PER_SECOND * (LONG - 1), PER_SECOND * LONG);
    world_free(world);
}

static void what_is_new_goes_before(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    uint64_t folded;
    for (unsigned i = 0; i < 1000; i++)
        (void)!admits(world, NOON, "1", &gt06, LOCATION_VALID, &folded);
    assert_true(admits(world, NOON, "1", &h02, LOCATION_VALID, &folded)); /* another protocol */
    assert_true(admits(world, NOON, "1", &h02, LOCATION_INVALID, &folded));
    assert_true(admits(world, NOON, "2", &gt06, LOCATION_VALID, &folded));
    world_free(world);
}

static void where_nobody_watches_all_is_shown(void **state)
{
    (void)state;
    struct world *world = world_new(false);
    uint64_t folded;
    for (unsigned i = 0; i < 1000; i++) {
        assert_true(admits(world, NOON, "1", &gt06, LOCATION_VALID, &folded));
        assert_int_equal(folded, 1);
    }
    assert_int_equal(screen_hidden(world->screen), 0);
    world_free(world);
}

static void find(struct world *world, unsigned host, enum severity severity)
{
    char device[16];
    snprintf(device, sizeof(device), "10000%u", host);
    publish_finding(&world->publisher,
                    &(struct finding_event){ .time = NOON,
                                             .code = FINDING_WRONG_PORT,
                                             .raised = true,
                                             .severity = severity,
                                             .who = who_at(host, host, 5001),
                                             .device = device,
                                             .text = "It is so.",
                                             .advice = "Do this, and this, and this, until it is done." });
}

/* What is drawn below the lines; none of its rows is wider than the terminal. */
static const char *foot(struct world *world)
{
    (void)lines_take(&world->lines);
    screen_tick(world->screen);
    const char *text = lines_take(&world->lines);
    size_t column = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '\033') { /* up to its letter */
            at += strcspn(at, "ABCDJKm");
            continue;
        }
        column = *at == '\n' || *at == '\r' ? 0 : column + 1;
        assert_true(column <= screen_width(world->screen));
    }
    return text;
}

static void what_stays_below_the_lines(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    uint64_t folded;
    assert_non_null(strstr(foot(world), "waiting: nothing has come yet"));
    (void)!admits(world, NOON, "123456789012345", &gt06, LOCATION_VALID, &folded);
    find(world, 1, SEVERITY_INFO);
    find(world, 2, SEVERITY_PROBLEM);
    const char *text = foot(world);
    assert_non_null(strstr(text, "receiving, last"));
    const char *problem = strstr(text, "! wrong-port 100002"), *note = strstr(text, "wrong-port 100001");
    assert_true(problem && note && problem < note);
    for (unsigned host = 3; host < 30; host++)
        find(world, host, SEVERITY_PROBLEM);
    assert_non_null(strstr(foot(world), "and 24 more findings: the summary lists them"));
    /* a line is begun: they are wiped, and come back behind it */
    screen_wipe(world->screen);
    assert_non_null(strstr(lines_take(&world->lines), "\r\033[J"));
    screen_settle(world->screen);
    assert_non_null(strstr(lines_take(&world->lines), "wrong-port 100002"));
    world_free(world);
}

static void its_size_is_followed(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    for (unsigned host = 1; host < 30; host++)
        find(world, host, SEVERITY_PROBLEM);
    static const unsigned short sizes[][2] = { { 80, 24 }, { 200, 50 }, { 40, 10 }, { 10, 3 }, { 1, 1 } };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        set_size(world, sizes[i][0], sizes[i][1]);
        const char *text = foot(world);
        assert_int_equal(screen_width(world->screen), sizes[i][0]);
        size_t rows = 0;
        for (const char *at = text; *at; at++)
            rows += *at == '\n';
        assert_in_range(rows, 1, sizes[i][1] / 4 + 2);
    }
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_is_told_in_a_few_lines_a_second),
        cmocka_unit_test(what_is_new_goes_before),
        cmocka_unit_test(where_nobody_watches_all_is_shown),
        cmocka_unit_test(what_stays_below_the_lines),
        cmocka_unit_test(its_size_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
