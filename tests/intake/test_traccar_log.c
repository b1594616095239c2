/* SPDX-License-Identifier: Apache-2.0 */
/* Traccar's log on disk: read whole, followed through rotation, cut off, gone and back; lines of any length. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "intake/traccar_log.h"
#include "wire/peers.h"

struct world {
    char folder[64], path[96], other[112];
    struct peers *peers;
    struct logbook *logbook;
    struct traccar_log *log;
    int64_t passed; /* what the clock was told last */
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct logbook_settings settings = { .sessions = 100 };
    assert_non_null(world);
    setenv("TZ", "UTC", 1);
    tzset();
    strcpy(world->folder, "/tmp/hexwatch-log-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof(world->path), "%s/tracker-server.log", world->folder);
    snprintf(world->other, sizeof(world->other), "%s.20260201", world->path);
    world->peers = peers_new(NULL, NULL);
    world->logbook = logbook_new(&settings, world->peers->sessions, world->peers->ports, world->peers->judge);
    assert_non_null(world->logbook);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    traccar_log_free(world->log);
    logbook_free(world->logbook);
    peers_free(world->peers);
    unlink(world->path);
    unlink(world->other);
    rmdir(world->folder);
    free(world);
    return 0;
}

static void add(const char *path, const char *text, size_t length)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, length), length);
    assert_int_equal(close(file), 0);
}

/* Lines of devices that say which they are: their count is what was read. */
static void add_lines(const struct world *world, const char *path, unsigned count)
{
    (void)world;
    for (unsigned i = 0; i < count; i++) {
        static const char line[] = "2026-02-01 08:09:10  INFO: [T00000001: gt06 < 203.0.113.7] 78\n";
        add(path, line, sizeof(line) - 1);
    }
}

static void begin_reading(struct world *world, bool from_end)
{
    char error[200];
    world->log = traccar_log_open(world->path, from_end, world->logbook, error, sizeof(error));
    if (!world->log)
        fail_msg("%s", error);
}

static uint64_t data_lines(struct world *world)
{
    const struct log_clock clock = { .now = NOON };
    while (traccar_log_take(world->log, &clock))
        continue;
    return logbook_counts(world->logbook).data;
}

static void look(struct world *world, int64_t now)
{
    const struct log_clock clock = { .now = NOON };
    traccar_log_look(world->log, &clock, now);
}

static void from_the_beginning_or_the_end(void **state)
{
    struct world *world = *state;
    add_lines(world, world->path, 5);
    begin_reading(world, true);
    assert_int_equal(data_lines(world), 0);
    add_lines(world, world->path, 2);
    assert_int_equal(data_lines(world), 2);
    traccar_log_free(world->log);
    begin_reading(world, false);
    assert_int_equal(data_lines(world), 9);
}

static void half_a_line_is_waited_for(void **state)
{
    struct world *world = *state;
    static const char first[] = "2026-02-01 08:09:10  INFO: [T00000001: gt06 < 203.0",
                      second[] = ".113.7] 78\r\n";
    add(world->path, first, sizeof(first) - 1);
    begin_reading(world, false);
    assert_int_equal(data_lines(world), 0);
    add(world->path, second, sizeof(second) - 1);
    assert_int_equal(data_lines(world), 1);
    add(world->path, first, sizeof(first) - 1);
    add(world->path, second, sizeof(second) - 3);
    assert_int_equal(data_lines(world), 1);
    traccar_log_finish(world->log, &(struct log_clock){ .now = NOON });
    assert_int_equal(logbook_counts(world->logbook).data, 2);
}

static void renamed_and_made_anew(void **state)
{
    struct world *world = *state;
    add_lines(world, world->path, 1);
    begin_reading(world, false);
    assert_int_equal(data_lines(world), 1);
    add_lines(world, world->path, 2); /* not read yet when it is renamed */
    assert_int_equal(rename(world->path, world->other), 0);
    add_lines(world, world->path, 3);
    look(world, NOON);
    assert_int_equal(data_lines(world), 6);
    look(world, NOON);
    assert_int_equal(data_lines(world), 6);
    assert_int_equal(traccar_log_losses(world->log, NOON).seconds, 0);
}

static void emptied_in_its_place(void **state)
{
    struct world *world = *state;
    add_lines(world, world->path, 4);
    begin_reading(world, false);
    assert_int_equal(data_lines(world), 4);
    assert_int_equal(truncate(world->path, 0), 0);
    add_lines(world, world->path, 1);
    look(world, NOON);
    assert_int_equal(data_lines(world), 5);
}

static void gone_and_back(void **state)
{
    struct world *world = *state;
    add_lines(world, world->path, 1);
    begin_reading(world, false);
    assert_int_equal(data_lines(world), 1);
    assert_int_equal(rename(world->path, world->other), 0);
    look(world, NOON);
    assert_non_null(traccar_log_losses(world->log, NOON).gone);
    /* who renames it without a word to the writer, finds more in it */
    add_lines(world, world->other, 1);
    assert_int_equal(data_lines(world), 2);
    look(world, NOON + SECONDS(3));
    assert_int_equal(traccar_log_losses(world->log, NOON + SECONDS(5)).seconds, 5);
    add_lines(world, world->path, 1);
    look(world, NOON + SECONDS(7));
    assert_int_equal(data_lines(world), 3);
    assert_null(traccar_log_losses(world->log, NOON + SECONDS(9)).gone);
    assert_int_equal(traccar_log_losses(world->log, NOON + SECONDS(9)).seconds, 7);
}

static void a_line_without_end(void **state)
{
    struct world *world = *state;
    size_t size = 400000;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '7', size);
    add_lines(world, world->path, 1);
    add(world->path, text, size);
    add(world->path, "\n", 1);
    add_lines(world, world->path, 1);
    free(text);
    begin_reading(world, false);
    assert_int_equal(data_lines(world), 2);
    assert_int_equal(traccar_log_losses(world->log, NOON).cut, 1);
}

static void on_pass(void *context, int64_t now)
{
    struct world *world = context;
    world->passed = now;
}

static void lines_tell_the_time(void **state)
{
    struct world *world = *state;
    const struct log_clock clock = { .pass = on_pass, .context = world };
    static const char next[] = "2026-02-01 08:09:17  INFO: nothing\n\tat a.stack.trace\n";
    add_lines(world, world->path, 1);
    add(world->path, next, sizeof(next) - 1);
    begin_reading(world, false);
    world->peers->now = NOON;
    while (traccar_log_take(world->log, &clock))
        continue;
    assert_true(world->passed == NOON + SECONDS(7));
    assert_true(traccar_log_time(world->log) == NOON + SECONDS(7));
    assert_int_equal(logbook_counts(world->logbook).odd, 1);
}

/* A server in India, a reader in London: the file was changed when its last line was written. */
static void a_file_of_another_time_zone(void **state)
{
    struct world *world = *state;
    const struct log_clock clock = { .pass = on_pass, .context = world };
    time_t seconds = (time_t)(NOON / SECONDS(1)) - 19800;
    struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };
    add_lines(world, world->path, 1);
    assert_int_equal(utimensat(AT_FDCWD, world->path, times, 0), 0);
    begin_reading(world, false);
    world->peers->now = seconds * SECONDS(1);
    while (traccar_log_take(world->log, &clock))
        continue;
    assert_true(traccar_log_time(world->log) == seconds * SECONDS(1));
}

static void what_is_not_there(void **state)
{
    struct world *world = *state;
    char error[200];
    assert_null(traccar_log_open(world->path, false, world->logbook, error, sizeof(error)));
    assert_non_null(strstr(error, "No such file"));
    assert_null(traccar_log_open(world->folder, false, world->logbook, error, sizeof(error)));
    assert_non_null(strstr(error, "directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_the_beginning_or_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(half_a_line_is_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(renamed_and_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(emptied_in_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(gone_and_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_without_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_tell_the_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_another_time_zone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
