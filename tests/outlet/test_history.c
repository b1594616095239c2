/* SPDX-License-Identifier: Apache-2.0 */
/* The history's file: what is written is read back, in order of time; the bounds; what a crash leaves; two who write. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "outlet/history.h"
#include "outlet/history_read.h"
#include "protocol/registry.h"

enum { SECOND = 1000000 };
static const int64_t NOW = INT64_C(1795777200) * SECOND;

struct world {
    char folder[64];
    char path[512];
    struct handover *queue;
    struct history_limits limits;
    char error[1024];
};

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    strcpy(world->folder, "/tmp/history-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof(world->path), "%s/history.db", world->folder);
    world->queue = handover_new(1 << 20);
    world->limits = history_defaults();
    assert_non_null(world->queue);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    handover_free(world->queue);
    assert_int_equal(nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(world);
    return 0;
}

static struct history_file *open_it(struct world *world, int64_t run, int64_t now)
{
    return history_file_open(world->path, (gid_t)-1, &world->limits, run, now, world->error,
                             sizeof(world->error));
}

/* One position of a device. */
static void say(struct world *world, const char *device, int64_t time, const char *text)
{
    static const uint8_t address[4] = { 198, 51, 100, 7 };
    struct identity identity = { .candidates = { registry_find("h02") },
                                 .candidate_count = 1,
                                 .certainty = CLAIM_CERTAIN,
                                 .verdict = VERDICT_WRONG_PORT,
                                 .right_port = 5013,
                                 .device = device,
                                 .bytes = cursor_of_text(text) };
    reading_start(&identity.reading, identity.bytes, NULL);
    identity.reading.type = "position";
    identity.reading.location = LOCATION_VALID;
    identity.reading.has_coordinates = true;
    identity.reading.lat = 47.5;
    identity.reading.lon = 19.25;
    struct message_event event = { .time = time,
                                   .who = { .flow = 1, .port = 5001, .peer = endpoint_of_v4(address, 40312) },
                                   .bytes = cursor_of_text(text),
                                   .identity = &identity,
                                   .protocol = registry_find("h02"),
                                   .device = device };
    history_queue_message(world->queue, &event);
}

static void find(struct world *world, const char *device, int64_t time, bool raised)
{
    struct finding_event event = { .time = time,
                                   .code = FINDING_NO_FIX,
                                   .raised = raised,
                                   .severity = SEVERITY_PROBLEM,
                                   .who = { .port = 5001 },
                                   .device = device,
                                   .text = raised ? "it has no fix" : "it has one",
                                   .advice = "wait" };
    history_queue_finding(world->queue, &event);
}

/* Writes all that waits. */
static void write_all(struct world *world, struct history_file *file, int64_t now)
{
    struct handover_dropped dropped;
    struct history_entry entry;
    uint64_t count = 0;
    handover_take(world->queue, &dropped);
    assert_int_equal(dropped.count, 0);
    assert_int_equal(history_file_begin(file), HISTORY_FINE);
    while (history_queue_next(world->queue, &entry)) {
        assert_int_equal(history_file_put(file, &entry), HISTORY_FINE);
        count++;
    }
    assert_int_equal(history_file_commit(file, count, now), HISTORY_FINE);
}

static struct history_reader *read_it(struct world *world)
{
    struct history_reader *reader = history_reader_open(world->path, world->error, sizeof(world->error));
    if (!reader)
        fail_msg("%s", world->error);
    return reader;
}

/* "m 12 f 13 c 14 g 15": kinds and seconds after NOW of all rows that the filter admits. */
static void list(struct world *world, const struct filter *filter, uint64_t latest, char out[static 4096])
{
    struct history_reader *reader = read_it(world);
    struct history_wanted wanted = { .until = INT64_MAX,
                                     .messages = true,
                                     .findings = true,
                                     .gaps = true,
                                     .latest = latest,
                                     .filter = filter };
    struct history_row row;
    size_t length = 0;
    out[0] = '\0';
    assert_true(history_reader_ask(reader, &wanted));
    while (history_reader_next(reader, &row) == HISTORY_ROW && length < 4000)
        length +=
            (size_t)snprintf(out + length, 4096 - length, "%s%c %d%s", length > 0 ? " " : "",
                             "mfcg"[row.kind], (int)((row.time - NOW) / SECOND), row.is_stale ? "?" : "");
    history_reader_close(reader);
}

static void test_rows_come_in_order_of_time(void **state)
{
    struct world *world = *state;
    char rows[4096];
    struct history_file *file = open_it(world, 1, NOW);
    assert_non_null(file);
    say(world, "111111", NOW + 1 * SECOND, "one");
    find(world, "111111", NOW + 2 * SECOND, true);
    say(world, "222222", NOW + 3 * SECOND, "two");
    find(world, "111111", NOW + 4 * SECOND, false);
    say(world, "111111", NOW + 5 * SECOND, "three");
    write_all(world, file, NOW + 5 * SECOND);
    list(world, NULL, 0, rows); /* while it is open for writing */
    assert_string_equal(rows, "m 1 f 2 m 3 c 4 m 5");
    struct filter filter = { .device_count = 1, .devices = { "111111" } };
    list(world, &filter, 0, rows);
    assert_string_equal(rows, "m 1 f 2 c 4 m 5");
    list(world, &filter, 1, rows);
    assert_string_equal(rows, "m 5");
    struct filter ports = { .range_count = 1, .ranges = { { TRANSPORT_UDP, 5001, 5001 } } };
    list(world, &ports, 0, rows);
    assert_string_equal(rows, "");
    history_file_close(file, true, NOW + 6 * SECOND);
    list(world, NULL, 0, rows); /* and afterwards */
    assert_string_equal(rows, "m 1 f 2 m 3 c 4 m 5");
}

static void test_many_rows_are_fetched_in_pieces(void **state)
{
    struct world *world = *state;
    struct history_file *file = open_it(world, 1, NOW);
    struct filter filter = { .device_count = 2, .devices = { "111111", "222222" } };
    for (int i = 0; i < 1000; i++) /* four at each time: none is passed over or met twice */
        say(world, i % 2 ? "111111" : "222222", NOW + i / 4, "x");
    write_all(world, file, NOW);
    struct history_reader *reader = read_it(world);
    struct history_row row;
    for (int round = 0; round < 2; round++) {
        struct history_wanted wanted = { .until = INT64_MAX,
                                         .messages = true,
                                         .filter = round ? &filter : NULL };
        int64_t before = 0;
        int count = 0;
        assert_true(history_reader_ask(reader, &wanted));
        for (; history_reader_next(reader, &row) == HISTORY_ROW; count++) {
            assert_true(row.time >= before);
            before = row.time;
        }
        assert_int_equal(count, 1000);
    }
    history_reader_close(reader);
    history_file_close(file, true, NOW);
}

static void test_who_was_heard(void **state)
{
    struct world *world = *state;
    struct history_known known;
    for (int64_t run = 1; run <= 2; run++) { /* a second run goes on with what the first one left */
        struct history_file *file = open_it(world, run, NOW + run * 100 * SECOND);
        assert_non_null(file);
        say(world, "111111", NOW + run * 100 * SECOND, "one");
        say(world, "", NOW + run * 100 * SECOND, "who?");
        write_all(world, file, NOW + run * 100 * SECOND);
        history_file_close(file, true, NOW + run * 100 * SECOND);
    }
    struct history_reader *reader = read_it(world);
    assert_true(history_reader_ask_known(reader, &(struct filter){ 0 }));
    assert_int_equal(history_reader_next_known(reader, &known), HISTORY_ROW);
    assert_string_equal(known.device, "111111");
    assert_string_equal(known.protocol, "h02");
    assert_string_equal(known.peer, "198.51.100.7:40312");
    assert_int_equal(known.messages, 2);
    assert_int_equal(known.kept, 2);
    assert_int_equal(known.right_port, 5013);
    assert_true(known.first == NOW + 100 * SECOND && known.last == NOW + 200 * SECOND);
    assert_true(known.has_place && known.lat == 47.5 && known.lon == 19.25);
    assert_int_equal(history_reader_next_known(reader, &known), HISTORY_ROW);
    assert_string_equal(known.device, "");
    assert_int_equal(known.messages, 2);
    assert_int_equal(history_reader_next_known(reader, &known), HISTORY_END);
    history_reader_close(reader);
}

static void test_what_was_open_is_not_said_to_be_open(void **state)
{
    struct world *world = *state;
    char rows[4096];
    struct history_file *file = open_it(world, 1, NOW);
    find(world, "111111", NOW + 1 * SECOND, true);
    write_all(world, file, NOW + 1 * SECOND);
    history_file_close(file, true, NOW + 2 * SECOND);
    file = open_it(world, 2, NOW + 10 * SECOND);
    list(world, NULL, 0, rows);
    assert_string_equal(rows, "f 1? g 10");
    find(world, "111111", NOW + 11 * SECOND, true); /* it is found again: the same row, known anew */
    write_all(world, file, NOW + 11 * SECOND);
    list(world, NULL, 0, rows);
    assert_string_equal(rows, "f 1 g 10");
    find(world, "111111", NOW + 12 * SECOND, false);
    write_all(world, file, NOW + 12 * SECOND);
    list(world, NULL, 0, rows);
    assert_string_equal(rows, "f 1 g 10 c 12");
    history_file_close(file, true, NOW + 13 * SECOND);
}

/* The row of the gap that the last start has made. */
static struct history_row gap_of(struct world *world, char reason[static 32])
{
    struct history_reader *reader = read_it(world);
    struct history_wanted wanted = { .until = INT64_MAX, .gaps = true };
    struct history_row row = { 0 }, last = { 0 };
    assert_true(history_reader_ask(reader, &wanted));
    while (history_reader_next(reader, &row) == HISTORY_ROW)
        last = row;
    snprintf(reason, 32, "%.*s", (int)last.record.left, (const char *)last.record.at);
    history_reader_close(reader);
    return last;
}

static void test_what_a_crash_leaves(void **state)
{
    struct world *world = *state;
    char reason[32];
    struct history_file *file = open_it(world, 1, NOW);
    say(world, "111111", NOW + 1 * SECOND, "one");
    write_all(world, file, NOW + 1 * SECOND);
    history_file_note(file, 8, NOW + 2 * SECOND); /* seven more were seen */
    history_file_close(file, false, NOW + 2 * SECOND);
    file = open_it(world, 2, NOW + 5 * SECOND);
    struct history_row gap = gap_of(world, reason);
    assert_string_equal(reason, "restart");
    assert_int_equal(gap.lost, 7);
    assert_true(gap.start == NOW + 2 * SECOND && gap.time == NOW + 5 * SECOND);
    history_file_close(file, true, NOW + 6 * SECOND);
    /* whoever removed the lock has removed the count */
    char lock[600];
    snprintf(lock, sizeof(lock), "%s-lock", world->path);
    history_file_close(open_it(world, 3, NOW + 7 * SECOND), false, NOW + 7 * SECOND);
    assert_int_equal(unlink(lock), 0);
    file = open_it(world, 4, NOW + 8 * SECOND);
    gap = gap_of(world, reason);
    assert_int_equal(gap.lost, -1);
    history_file_close(file, true, NOW + 9 * SECOND);
}

static void test_who_writes_is_alone(void **state)
{
    struct world *world = *state;
    struct history_file *file = open_it(world, 1, NOW);
    assert_null(open_it(world, 2, NOW));
    assert_non_null(strstr(world->error, "another hexwatch"));
    history_file_close(file, true, NOW);
    file = open_it(world, 2, NOW);
    assert_non_null(file);
    history_file_close(file, true, NOW);
}

static void tend_until_done(struct history_file *file, int64_t now)
{
    for (int i = 0; i < 1000 && history_file_tend(file, now); i++)
        continue;
}

static void test_bounds(void **state)
{
    struct world *world = *state;
    struct history_extent extent;
    world->limits.messages = 100;
    world->limits.age = 1000 * (int64_t)SECOND;
    struct history_file *file = open_it(world, 1, NOW);
    for (int i = 0; i < 900; i++)
        say(world, "111111", NOW + i, "x");
    say(world, "222222", NOW, "y");
    write_all(world, file, NOW);
    tend_until_done(file, NOW);
    struct history_reader *reader = read_it(world);
    extent = history_reader_extent(reader);
    assert_in_range(extent.messages, 101, 107);
    assert_true(extent.first == NOW && extent.last == NOW + 899); /* the other one's has stayed */
    /* all of it becomes too old, and with it who sent it */
    tend_until_done(file, NOW + 2000 * (int64_t)SECOND);
    extent = history_reader_extent(reader);
    assert_int_equal(extent.messages, 0);
    struct history_known known;
    assert_true(history_reader_ask_known(reader, &(struct filter){ 0 }));
    assert_int_equal(history_reader_next_known(reader, &known), HISTORY_END);
    history_reader_close(reader);
    history_file_close(file, true, NOW);
}

static void test_the_size_is_bounded_and_the_quiet_are_spared(void **state)
{
    struct world *world = *state;
    char text[3001];
    memset(text, 'x', 3000);
    text[3000] = '\0';
    world->limits.bytes = 1 << 20;
    struct history_file *file = open_it(world, 1, NOW);
    say(world, "222222", NOW, "the quiet one");
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 40; i++)
            say(world, "111111", NOW + SECOND + round * 1000 + i, text);
        write_all(world, file, NOW);
        tend_until_done(file, NOW);
    }
    struct history_reader *reader = read_it(world);
    struct history_extent extent = history_reader_extent(reader);
    assert_true(extent.bytes <= (1 << 20) + (1 << 19));
    assert_true(extent.messages > 50 && extent.messages < 300);
    assert_true(extent.first == NOW);
    history_reader_close(reader);
    history_file_close(file, true, NOW);
}

static void test_senders_are_bounded(void **state)
{
    struct world *world = *state;
    struct history_known known;
    char name[16];
    size_t count = 0;
    world->limits.senders = 50;
    struct history_file *file = open_it(world, 1, NOW);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "%08d", i);
        say(world, name, NOW + i, "x");
    }
    write_all(world, file, NOW);
    struct history_reader *reader = read_it(world);
    assert_true(history_reader_ask_known(reader, &(struct filter){ 0 }));
    while (history_reader_next_known(reader, &known) == HISTORY_ROW)
        count++;
    assert_int_equal(count, 50);
    assert_int_equal(history_reader_extent(reader).messages, 50);
    history_reader_close(reader);
    history_file_close(file, true, NOW);
}

static void test_the_queue_is_bounded(void **state)
{
    struct world *world = *state;
    struct handover_dropped dropped;
    struct history_entry entry;
    struct handover *small = handover_new(16384), *whole = world->queue;
    uint64_t count = 0;
    world->queue = small;
    for (int i = 0; i < 1000; i++)
        say(world, "111111", NOW + i, "x");
    world->queue = whole;
    handover_take(small, &dropped);
    while (history_queue_next(small, &entry)) {
        assert_int_equal(entry.message->time, NOW + (int64_t)count);
        assert_string_equal(entry.message->device, "111111");
        assert_string_equal(entry.message->identity->device, "111111");
        assert_true(cursor_is(entry.message->bytes, "x"));
        count++;
    }
    assert_true(count > 5);
    assert_int_equal(count + dropped.count, 1000);
    assert_int_equal(handover_seen(small), 1000);
    assert_true(dropped.first == NOW + (int64_t)count && dropped.last == NOW + 999);
    handover_take(small, &dropped);
    assert_int_equal(dropped.count, 0);
    assert_false(history_queue_next(small, &entry));
    handover_free(small);
}

static void test_the_schema_says_what_it_is(void **state)
{
    struct world *world = *state;
    struct stat status;
    sqlite3 *database;
    history_file_close(open_it(world, 1, NOW), true, NOW);
    assert_int_equal(stat(world->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(sqlite3_open(world->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    assert_null(open_it(world, 2, NOW));
    assert_non_null(strstr(world->error, "newer"));
    assert_null(history_reader_open(world->path, world->error, sizeof(world->error)));
    assert_non_null(strstr(world->error, "newer"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rows_come_in_order_of_time),
        TEST(test_many_rows_are_fetched_in_pieces),
        TEST(test_who_was_heard),
        TEST(test_what_was_open_is_not_said_to_be_open),
        TEST(test_what_a_crash_leaves),
        TEST(test_who_writes_is_alone),
        TEST(test_bounds),
        TEST(test_the_size_is_bounded_and_the_quiet_are_spared),
        TEST(test_senders_are_bounded),
        TEST(test_the_queue_is_bounded),
        TEST(test_the_schema_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
