/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files: their times, however strange, and the loop's clock beside the wall's. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "intake/capture.h"
#include "intake/loop.h"
#include "intake/pcapng.h"
#include "wire/datagrams.h"
#include "wire/peers.h"

struct world {
    struct peers *peers;
    struct datagrams *datagrams;
    struct portset watched;
    struct tap *tap;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->peers = peers_new(NULL, NULL);
    struct receiver receiver = session_receiver(world->peers->sessions);
    world->datagrams = datagrams_new(
        &(struct datagrams_limits){ .peers = 10, .share = 100, .idle = SECONDS(60) }, &receiver);
    world->tap =
        tap_new(&(struct tap_parts){ &world->watched, world->peers->sessions, world->datagrams }, 10);
    assert_true(world->datagrams && world->tap);
    return world;
}

static void world_free(struct world *world)
{
    tap_free(world->tap);
    datagrams_free(world->datagrams);
    peers_free(world->peers);
    free(world);
}

/* A file in memory, opened by its name. */
static struct capture *open_bytes(const struct buffer *bytes, int *file)
{
    char path[64], error[300] = "";
    *file = memfd_create("capture", MFD_CLOEXEC);
    assert_int_equal(write(*file, bytes->bytes, bytes->length), (ssize_t)bytes->length);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", *file);
    struct capture *capture = capture_open_file(path, error, sizeof(error));
    if (!capture)
        fail_msg("%s", error);
    return capture;
}

/* The time of the only packet of a file. */
static int64_t time_in(const struct buffer *bytes, int64_t now, int64_t wall)
{
    int file;
    struct world *world = world_new();
    struct capture *capture = open_bytes(bytes, &file);
    capture_set_clock(capture, now, wall);
    assert_int_equal(capture_take(capture, 0, world->tap), 1);
    int64_t time = tap_time(world->tap);
    assert_int_equal(tap_losses(world->tap).packets, 1);
    capture_free(capture);
    close(file);
    world_free(world);
    return time;
}

/* Classic pcap: seconds and microseconds of 32 bits. */
static int64_t classic_time(uint32_t seconds, uint32_t micros, int64_t now, int64_t wall)
{
    uint8_t memory[128];
    struct buffer b = buffer_on(memory, sizeof(memory));
    buffer_put_le(&b, 4, 0xa1b2c3d4);
    buffer_put_le(&b, 4, 0x00040002);
    buffer_put_le(&b, 8, 0);
    buffer_put_le(&b, 4, 65535);
    buffer_put_le(&b, 4, 1);
    buffer_put_le(&b, 4, seconds);
    buffer_put_le(&b, 4, micros);
    buffer_put_le(&b, 4, 20);
    buffer_put_le(&b, 4, 20);
    for (unsigned i = 0; i < 20; i++)
        buffer_put_u8(&b, 0);
    return time_in(&b, now, wall);
}

/* pcapng: 64 bits in units of 10^-resolution seconds. */
static int64_t next_generation_time(uint64_t units, unsigned resolution)
{
    uint8_t memory[256];
    struct buffer b = buffer_on(memory, sizeof(memory));
    buffer_put_le(&b, 4, 0x0a0d0d0a);
    buffer_put_le(&b, 4, 28);
    buffer_put_le(&b, 4, 0x1a2b3c4d);
    buffer_put_le(&b, 4, 1);
    buffer_put_le(&b, 8, UINT64_MAX);
    buffer_put_le(&b, 4, 28);
    buffer_put_le(&b, 4, 1);
    buffer_put_le(&b, 4, 32);
    buffer_put_le(&b, 4, 1);
    buffer_put_le(&b, 4, 65535);
    buffer_put_le(&b, 4, 0x00010009); /* if_tsresol */
    buffer_put_le(&b, 4, resolution);
    buffer_put_le(&b, 4, 0);
    buffer_put_le(&b, 4, 32);
    buffer_put_le(&b, 4, 6);
    buffer_put_le(&b, 4, 52);
    buffer_put_le(&b, 4, 0);
    buffer_put_le(&b, 4, units >> 32);
    buffer_put_le(&b, 4, units & 0xffffffff);
    buffer_put_le(&b, 4, 20);
    buffer_put_le(&b, 4, 20);
    for (unsigned i = 0; i < 20; i++)
        buffer_put_u8(&b, 0);
    buffer_put_le(&b, 4, 52);
    return time_in(&b, 0, 0);
}

/* A file of blocks: any number of interfaces and packets, in either byte order. */
struct blocks {
    struct buffer b;
    bool is_big;
    uint8_t memory[4096];
};

static void put(struct blocks *blocks, size_t bytes, uint64_t value)
{
    if (blocks->is_big)
        buffer_put_be(&blocks->b, bytes, value);
    else
        buffer_put_le(&blocks->b, bytes, value);
}

static void put_section(struct blocks *blocks)
{
    buffer_put(&blocks->b, PCAPNG_MAGIC, 4);
    put(blocks, 4, 28);
    put(blocks, 4, 0x1a2b3c4d);
    put(blocks, 4, 1);
    put(blocks, 8, UINT64_MAX);
    put(blocks, 4, 28);
}

static void put_interface(struct blocks *blocks, uint16_t link, uint32_t most)
{
    put(blocks, 4, 1);
    put(blocks, 4, 20);
    put(blocks, 2, link);
    put(blocks, 2, 0);
    put(blocks, 4, most);
    put(blocks, 4, 20);
}

/* A datagram to port 5013 with two bytes; on Ethernet behind its head. */
static void put_packet(struct blocks *blocks, uint32_t interface, bool is_ethernet, const char *text)
{
    uint32_t length = (is_ethernet ? 14 : 0) + 28 + 2, padded = (length + 3) / 4 * 4;
    put(blocks, 4, 6);
    put(blocks, 4, 32 + padded);
    put(blocks, 4, interface);
    put(blocks, 4, (uint64_t)NOON >> 32);
    put(blocks, 4, (uint64_t)NOON & 0xffffffff);
    put(blocks, 4, length);
    put(blocks, 4, length);
    if (is_ethernet) {
        buffer_put_text(&blocks->b, "destinsource");
        buffer_put_be(&blocks->b, 2, 0x0800);
    }
    buffer_put_be(&blocks->b, 8, 0x4500001e00000000);
    buffer_put_be(&blocks->b, 4, 0x40110000);
    buffer_put_be(&blocks->b, 4, 0xcb007107);
    buffer_put_be(&blocks->b, 4, 0xc0000201);
    buffer_put_be(&blocks->b, 4, 40000u << 16 | 5013);
    buffer_put_be(&blocks->b, 4, 10u << 16);
    buffer_put_text(&blocks->b, text);
    for (uint32_t i = length; i < padded; i++)
        buffer_put_u8(&blocks->b, 0);
    put(blocks, 4, 32 + padded);
}

/* Ways to look at every cut of a file: nothing is read behind its end, and what stands before it is told. */
static int frames_in(const struct buffer *bytes, char **told)
{
    int file, taken, all = 0;
    struct world *world = world_new();
    struct capture *capture = open_bytes(bytes, &file);
    portset_add(&world->watched, TRANSPORT_UDP, 5013, 5013);
    while ((taken = capture_take(capture, 2, world->tap)) > 0)
        all += taken;
    if (taken < 0)
        assert_true(strlen(capture_error(capture)) > 5);
    if (told)
        *told = peers_take(world->peers);
    capture_free(capture);
    close(file);
    world_free(world);
    return taken < 0 ? -1 - all : all;
}

static void interfaces_side_by_side(void **state)
{
    (void)state;
    for (int is_big = 0; is_big < 2; is_big++) {
        struct blocks *blocks = calloc(1, sizeof(*blocks));
        assert_non_null(blocks);
        blocks->b = buffer_on(blocks->memory, sizeof(blocks->memory));
        blocks->is_big = is_big;
        put_section(blocks);
        put_interface(blocks, 1, 262144);
        put_interface(blocks, 101, 65535); /* another link type, another length */
        put_interface(blocks, 9999, 0);
        put_packet(blocks, 0, true, "ab");
        put_packet(blocks, 1, false, "cd");
        put_packet(blocks, 2, false, "??"); /* of a kind that nobody knows */
        blocks->is_big = !is_big;
        put_section(blocks); /* files put together */
        put_interface(blocks, 228, 0);
        put_packet(blocks, 0, false, "ef");
        char *told = NULL;
        assert_int_equal(frames_in(&blocks->b, &told), 4);
        assert_non_null(strstr(told, "< 6162 "));
        assert_non_null(strstr(told, "< 6364 "));
        assert_non_null(strstr(told, "< 6566 "));
        assert_null(strstr(told, "3f3f"));
        free(told);
        /* cut anywhere behind its first bytes it is broken there, and no packet is told of that is not whole */
        size_t whole = blocks->b.length;
        for (blocks->b.length = 4; blocks->b.length < whole; blocks->b.length++) {
            int frames = frames_in(&blocks->b, NULL);
            assert_true(frames >= -4 && frames <= 3);
        }
        free(blocks);
    }
}

static void a_packet_of_no_interface(void **state)
{
    (void)state;
    struct blocks *blocks = calloc(1, sizeof(*blocks));
    assert_non_null(blocks);
    blocks->b = buffer_on(blocks->memory, sizeof(blocks->memory));
    put_section(blocks);
    put_interface(blocks, 1, 0);
    put_packet(blocks, 0, true, "ab");
    put_packet(blocks, 1, true, "cd");
    assert_int_equal(frames_in(&blocks->b, NULL), -2);
    free(blocks);
}

static void times_of_every_century(void **state)
{
    (void)state;
    assert_int_equal(classic_time(1769933350, 7, 0, 0), NOON + 7);
    assert_int_equal(classic_time(0x80000000u, 0, 0, 0), 0x80000000 * SECONDS(1)); /* 2038 */
    assert_int_equal(classic_time(UINT32_MAX, 999999, 0, 0), UINT32_MAX * SECONDS(1) + 999999);
    assert_int_equal(classic_time(5, UINT32_MAX, 0, 0), SECONDS(5)); /* no number of microseconds */
    assert_int_equal(next_generation_time((uint64_t)NOON + 7, 6), NOON + 7);
}

/* None may overflow anything on its way. */
static void times_that_there_are_not(void **state)
{
    static const uint64_t units[] = { 0,
                                      1,
                                      INT64_MAX,
                                      (uint64_t)INT64_MAX + 1,
                                      UINT64_MAX,
                                      UINT64_MAX / 2,
                                      INT64_MAX / 1000000,
                                      UINT64_MAX - 1000000 };
    (void)state;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        for (unsigned resolution = 0; resolution < 10; resolution++)
            assert_in_range(next_generation_time(units[i], resolution), 0, INT64_C(253402300800) * 1000000);
    }
}

/* Live packets have the wall clock's time: whoever sets it, they are handed over with the loop's. */
static void packets_go_by_the_loops_clock(void **state)
{
    (void)state;
    int64_t year = SECONDS(365 * 86400);
    assert_int_equal(classic_time(1769933350, 7, NOON + 100, 0), NOON + 7);
    assert_int_equal(classic_time(1769933350, 7, NOON + 100 - year, year), NOON + 7 - year);
    /* stamped before it was set, read behind it; and the other way round */
    assert_int_equal(classic_time(1769933350, 7, NOON + 100 + year, 0), NOON + 100 + year);
    assert_int_equal(classic_time(1769933350, 7, NOON + 100 - year, 0), NOON + 100 - year);
}

static void the_loop_begins_with_the_wall_clock_and_goes_on(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    assert_non_null(loop);
    int64_t before = loop_now(loop), wall = loop_wall(loop);
    assert_in_range(wall + 2000000, 0, 4000000); /* nobody has set it since */
    usleep(2000);
    int64_t passed = loop_now(loop) - before;
    assert_true(passed >= 2000 && passed < 60000000);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interfaces_side_by_side),
        cmocka_unit_test(a_packet_of_no_interface),
        cmocka_unit_test(times_of_every_century),
        cmocka_unit_test(times_that_there_are_not),
        cmocka_unit_test(packets_go_by_the_loops_clock),
        cmocka_unit_test(the_loop_begins_with_the_wall_clock_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
