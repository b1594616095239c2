/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log on disk: lines, rotation, reopening, and what happens when the disk says no. */
#include "outlet/folder.h"

static void a_file_for_each_port_and_transport(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    publish_message(&world->publisher, &fact.event);
    fact.event.direction = DIRECTION_OUT;
    fact.event.identity = NULL;
    publish_message(&world->publisher, &fact.event);
    fact.event.direction = DIRECTION_IN;
    fact.event.who.transport = TRANSPORT_UDP;
    publish_message(&world->publisher, &fact.event);
    put(world, 5013, 0xff);
    /* every line is on disk when it was told */
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787801") LINE(">", "787801"));
    assert_string_equal(file_text(world, "5023-udp.log"), LINE("<", "787801"));
    assert_string_equal(file_text(world, "5013-tcp.log"), LINE("<", "7878ff"));
    assert_null(file_text(world, "5013-udp.log"));
    assert_int_equal(hexlog_lost(world->hexlog), 0);
    struct stat status;
    assert_int_equal(stat(path_of(world, "5023-tcp.log"), &status), 0);
    assert_int_equal(status.st_mode & 07, 0); /* positions are nobody else's business */
    assert_int_equal(stat(world->folder, &status), 0);
    assert_int_equal(status.st_mode & 07, 0);
    world_free(world);
}

static void what_is_there_is_appended_to(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    put(world, 5023, 1);
    hexlog_free(world->hexlog);
    start(world);
    put(world, 5023, 2);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787801") LINE("<", "787802"));
    world_free(world);
}

static void a_full_file_is_put_aside(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.files.size = 2 * LINE_LENGTH;
    world->settings.files.keep = 2;
    start(world);
    for (unsigned number = 1; number <= 9; number++) {
        struct stat status;
        put(world, 5023, number);
        assert_int_equal(stat(path_of(world, "5023-tcp.log"), &status), 0);
        assert_true(status.st_size <= 2 * LINE_LENGTH);
    }
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787809"));
    assert_string_equal(file_text(world, "5023-tcp.log.1"), LINE("<", "787807") LINE("<", "787808"));
    assert_string_equal(file_text(world, "5023-tcp.log.2"), LINE("<", "787805") LINE("<", "787806"));
    assert_null(file_text(world, "5023-tcp.log.3"));
    assert_int_equal(hexlog_lost(world->hexlog), 0);
    /* the size is known again after a restart */
    hexlog_free(world->hexlog);
    start(world);
    put(world, 5023, 10);
    put(world, 5023, 11);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "78780b"));
    assert_string_equal(file_text(world, "5023-tcp.log.1"), LINE("<", "787809") LINE("<", "78780a"));
    world_free(world);
}

static void nothing_is_put_aside_where_none_is_kept(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.files.size = LINE_LENGTH;
    world->settings.files.keep = 0;
    start(world);
    for (unsigned number = 1; number <= 3; number++)
        put(world, 5023, number);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787803"));
    assert_null(file_text(world, "5023-tcp.log.1"));
    world_free(world);
}

/* A line larger than a file may be is still written, alone. */
static void the_largest_line(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct stat status;
    uint8_t *bytes = calloc(1, MESSAGE_MAX);
    assert_non_null(bytes);
    world->settings.files.size = 4096;
    start(world);
    put(world, 5023, 1);
    put_bytes(world, 5023, cursor_of(bytes, MESSAGE_MAX));
    put(world, 5023, 2);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787802"));
    assert_string_equal(file_text(world, "5023-tcp.log.2"), LINE("<", "787801"));
    assert_int_equal(stat(path_of(world, "5023-tcp.log.1"), &status), 0);
    assert_int_equal(status.st_size, LINE_LENGTH - 6 + 2 * MESSAGE_MAX);
    assert_int_equal(hexlog_lost(world->hexlog), 0);
    free(bytes);
    world_free(world);
}

static void reopened_after_somebody_renamed_it(void **state)
{
    (void)state;
    struct world *world = world_new();
    char to[300];
    start(world);
    put(world, 5023, 1);
    snprintf(to, sizeof(to), "%s", path_of(world, "yesterday"));
    assert_int_equal(rename(path_of(world, "5023-tcp.log"), to), 0);
    put(world, 5023, 2);
    assert_null(file_text(world, "5023-tcp.log"));
    hexlog_reopen(world->hexlog);
    put(world, 5023, 3);
    assert_string_equal(file_text(world, "yesterday"), LINE("<", "787801") LINE("<", "787802"));
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787803"));
    world_free(world);
}

/* Written by a thread, as a live command has it: what was heard before the end is there after it. */
static void a_thread_writes_the_same(void **state)
{
    (void)state;
    struct world *world = world_new();
    char to[300];
    world->settings.never_waits = true;
    start(world);
    put(world, 5023, 1);
    put(world, 5013, 2);
    put(world, 5023, 3);
    hexlog_free(world->hexlog);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787801") LINE("<", "787803"));
    assert_string_equal(file_text(world, "5013-tcp.log"), LINE("<", "787802"));
    /* what comes after it was told to open them anew goes to the new file */
    start(world);
    put(world, 5023, 4);
    for (unsigned ms = 0; ms < 20000 && strlen(file_text(world, "5023-tcp.log")) < 3 * LINE_LENGTH; ms++)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    snprintf(to, sizeof(to), "%s", path_of(world, "yesterday"));
    assert_int_equal(rename(path_of(world, "5023-tcp.log"), to), 0);
    hexlog_reopen(world->hexlog);
    put(world, 5023, 5);
    hexlog_free(world->hexlog);
    assert_string_equal(file_text(world, "yesterday"),
                        LINE("<", "787801") LINE("<", "787803") LINE("<", "787804"));
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787805"));
    /* and what cannot be written is counted there, too */
    assert_int_equal(remove(path_of(world, "5013-tcp.log")), 0);
    assert_int_equal(mkdir(path_of(world, "5013-tcp.log"), 0700), 0);
    start(world);
    for (unsigned number = 0; number < 3; number++)
        put(world, 5013, number);
    for (unsigned ms = 0; ms < 20000 && hexlog_lost(world->hexlog) < 3; ms++)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    assert_int_equal(hexlog_lost(world->hexlog), 3);
    world_free(world);
}

static unsigned open_files(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void more_ports_than_files_may_be_open(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.files.files = 3;
    start(world);
    unsigned before = open_files();
    for (unsigned number = 0; number < 5; number++) {
        for (uint16_t port = 5001; port <= 5020; port++)
            put(world, port, number);
        assert_int_equal(open_files(), before + 3);
    }
    for (unsigned port = 5001; port <= 5020; port++) {
        char name[32];
        snprintf(name, sizeof(name), "%u-tcp.log", port);
        assert_string_equal(file_text(world, name),
                            LINE("<", "787800") LINE("<", "787801") LINE("<", "787802") LINE("<", "787803")
                                LINE("<", "787804"));
    }
    assert_int_equal(hexlog_lost(world->hexlog), 0);
    hexlog_free(world->hexlog);
    world->hexlog = NULL;
    assert_int_equal(open_files(), before - 1); /* and the folder */
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_for_each_port_and_transport),
        cmocka_unit_test(what_is_there_is_appended_to),
        cmocka_unit_test(a_full_file_is_put_aside),
        cmocka_unit_test(nothing_is_put_aside_where_none_is_kept),
        cmocka_unit_test(the_largest_line),
        cmocka_unit_test(reopened_after_somebody_renamed_it),
        cmocka_unit_test(a_thread_writes_the_same),
        cmocka_unit_test(more_ports_than_files_may_be_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
