/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of what is shown, in a pcapng file: whose are kept, in which order, and what is told when they cannot be. */
#include "outlet/lines.h"

#include <fcntl.h>

#include "outlet/keep.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const uint8_t bytes[] = "a frame of some bytes";

struct world {
    int file;
    struct portset watched;
    int64_t wall;
    struct board *board;
    struct choice *choice;
    struct keep *keep;
    struct publisher publisher;
};

static struct world *world_new(const char *device, int file)
{
    struct world *world = calloc(1, sizeof(*world));
    struct choice_settings settings = { .words = "" };
    char error[128];
    assert_non_null(world);
    if (device[0] && !filter_add(&settings.filter, "device", device, error, sizeof(error)))
        fail_msg("%s", error);
    world->file = file >= 0 ? file : memfd_create("keep", MFD_CLOEXEC);
    portset_add(&world->watched, TRANSPORT_TCP, 5001, 5267);
    world->board = board_new(&(struct board_settings){ .devices = 100, .findings = 100 });
    assert_non_null(world->board);
    world->choice = choice_new(&settings, world->board);
    assert_non_null(world->choice);
    world->keep =
        keep_new(&(struct keep_settings){ .fd = dup(world->file), .path = "the file", .never = 8082 },
                 &(struct keep_parts){ &world->watched, world->choice, &world->wall });
    assert_non_null(world->keep);
    /* who was added first hears first */
    publisher_add(&world->publisher, board_sink(world->board));
    publisher_add(&world->publisher, choice_sink(world->choice));
    publisher_add(&world->publisher, keep_sink(world->keep));
    return world;
}

static void world_free(struct world *world)
{
    keep_free(world->keep);
    choice_free(world->choice);
    board_free(world->board);
    close(world->file);
    free(world);
}

/* A segment from the peer 203.0.113.HOST, and what the sessions made of it before. */
static void frame(struct world *world, unsigned host, uint16_t port, int64_t time, const char *device)
{
    struct fact fact;
    struct who who = who_at(host, host, port);
    struct packet packet = { .transport = TRANSPORT_TCP, .source = who.peer };
    packet.destination = endpoint_of_v4((uint8_t[]){ 198, 51, 100, 1 }, port);
    if (device[0]) {
        fact_make(&fact, who, time, &gt06, "position", LOCATION_NONE, device);
        publish_message(&world->publisher, &fact.event);
    }
    const struct frame_sink *sink = keep_frames(world->keep);
    sink->frame(sink->context, &(struct frame_event){ .time = time,
                                                      .link = LINK_RAW_IP,
                                                      .bytes = cursor_of(bytes, sizeof(bytes)),
                                                      .length = sizeof(bytes),
                                                      .result = PACKET_OK,
                                                      .packet = &packet });
}

/* The times of the packets in the file, in seconds behind NOON: "1 2 5 ". */
static const char *kept(struct world *world)
{
    static char list[256];
    uint8_t content[8192];
    assert_true(keep_finish(world->keep));
    ssize_t n = pread(world->file, content, sizeof(content), 0);
    assert_true(n > 0);
    struct cursor rest = cursor_of(content, (size_t)n), block;
    struct buffer out = buffer_on(list, sizeof(list) - 1);
    while (rest.left > 0) {
        uint32_t type, length, high, low;
        memcpy(&type, rest.at, sizeof(type));
        memcpy(&length, rest.at + 4, sizeof(length));
        assert_true(cursor_take(&rest, length, &block));
        uint32_t end;
        memcpy(&end, block.at + length - 4, sizeof(end));
        assert_int_equal(end, length);
        if (type != 6)
            continue;
        memcpy(&high, block.at + 12, sizeof(high));
        memcpy(&low, block.at + 16, sizeof(low));
        int64_t time = (int64_t)((uint64_t)high << 32 | low);
        buffer_printf(&out, "%lld ", (long long)((time - NOON) / SECONDS(1)));
        assert_memory_equal(block.at + 28, bytes, sizeof(bytes));
    }
    list[out.length] = '\0';
    return list;
}

static void everything_of_the_watched_ports(void **state)
{
    (void)state;
    struct world *world = world_new("", -1);
    frame(world, 1, 5023, NOON, "");
    frame(world, 1, 5023, NOON + SECONDS(1), "1");
    frame(world, 2, 5001, NOON + SECONDS(2), "2");
    frame(world, 3, 8082, NOON + SECONDS(3), ""); /* a browser */
    assert_string_equal(kept(world), "0 1 2 ");
    assert_int_equal(keep_lost(world->keep), 0);
    world_free(world);
}

static void frames_before_it_was_known_whose_they_are(void **state)
{
    (void)state;
    struct world *world = world_new("1", -1);
    frame(world, 1, 5023, NOON, "");              /* its handshake */
    frame(world, 2, 5023, NOON + SECONDS(1), ""); /* another's */
    frame(world, 2, 5023, NOON + SECONDS(2), "2");
    frame(world, 1, 5023, NOON + SECONDS(3), "1");
    frame(world, 1, 5023, NOON + SECONDS(4), "");
    assert_string_equal(kept(world), "0 3 4 ");
    world_free(world);
}

static void frames_do_not_wait_for_ever(void **state)
{
    (void)state;
    struct world *world = world_new("1", -1);
    frame(world, 1, 5023, NOON, "");
    keep_tick(world->keep, NOON + SECONDS(60));
    frame(world, 1, 5023, NOON + SECONDS(61), "1");
    assert_string_equal(kept(world), "61 ");
    world_free(world);
}

static void a_full_disk_is_told_and_counted(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    struct world *world = world_new("", full);
    frame(world, 1, 5023, NOON, "1");
    keep_tick(world->keep, NOON + SECONDS(1));
    frame(world, 1, 5023, NOON + SECONDS(2), "1");
    assert_false(keep_finish(world->keep));
    assert_true(keep_lost(world->keep) > 0);
    world_free(world);
    keep_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_of_the_watched_ports),
        cmocka_unit_test(frames_before_it_was_known_whose_they_are),
        cmocka_unit_test(frames_do_not_wait_for_ever),
        cmocka_unit_test(a_full_disk_is_told_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
