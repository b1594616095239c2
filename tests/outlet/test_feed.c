/* SPDX-License-Identifier: Apache-2.0 */
/* The feed: every follower gets every record in order, or is told how many it missed; whatever the sizes. */
#include "support/recorder.h"

#include "base/json_text.h"
#include "outlet/feed.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct filter everything;

struct world {
    struct feed *feed;
    struct publisher publisher;
    uint8_t bytes[MESSAGE_MAX];
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->feed = feed_new();
    assert_non_null(world->feed);
    publisher_add(&world->publisher, feed_sink(world->feed));
    return world;
}

static void world_free(struct world *world)
{
    feed_free(world->feed);
    feed_free(NULL);
    free(world);
}

/* A message of so many bytes, numbered by its flow. */
static void send(struct world *world, uint64_t number, size_t length, const char *device)
{
    struct fact fact;
    struct who who = who_at(number, 7, 5023);
    fact_make(&fact, who, NOON, &gt06, "login", LOCATION_NONE, device);
    fact.event.bytes = cursor_of(world->bytes, length);
    publish_message(&world->publisher, &fact.event);
}

static int64_t flow_of(const struct feed_record *record)
{
    int64_t flow;
    assert_true(json_find_int64(record->text, "flow", &flow));
    assert_int_equal(record->text.at[0], '{');
    assert_int_equal(record->text.at[record->text.left - 1], '}');
    return flow;
}

static void in_order_and_whole(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct feed_place place = feed_end(world->feed);
    struct feed_record record;
    uint64_t missed = 0;
    assert_int_equal(feed_next(world->feed, &place, &everything, &record, &missed), FEED_END);
    assert_false(feed_has_more(world->feed, &place));
    for (uint64_t i = 1; i <= 100; i++)
        send(world, i, 3, "A");
    assert_true(feed_has_more(world->feed, &place));
    for (int i = 1; i <= 100; i++) {
        assert_int_equal(feed_next(world->feed, &place, &everything, &record, &missed), FEED_RECORD);
        assert_int_equal(flow_of(&record), i);
        assert_true(record.is_message);
        assert_int_equal(record.time, NOON);
    }
    assert_int_equal(feed_next(world->feed, &place, &everything, &record, &missed), FEED_END);
    world_free(world);
}

/* What a follower missed and what it got are all there were. */
static void what_is_missed_is_counted(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct feed_place place = feed_end(world->feed);
    struct feed_record record;
    uint64_t sent = 0, got = 0, missed = 0, random = 1;
    int64_t last = 0;
    for (int round = 0; round < 200; round++) {
        random = random * 6364136223846793005ULL + 1442695040888963407ULL;
        /* now many small ones, now few that are as large as any */
        size_t count = (size_t)((random >> 33) % 3000);
        size_t length = round % 7 == 0 ? MESSAGE_MAX : (size_t)((random >> 40) % 2000);
        if (length > 30000)
            count %= 70;
        for (size_t i = 0; i < count; i++)
            send(world, ++sent, length, "A");
        for (size_t i = 0; i < (random >> 50) % 4000; i++) {
            uint64_t gap = 0;
            enum feed_found found = feed_next(world->feed, &place, &everything, &record, &gap);
            if (found == FEED_END)
                break;
            if (found == FEED_GAP) {
                missed += gap;
                continue;
            }
            assert_int_equal(found, FEED_RECORD);
            got++;
            assert_true(flow_of(&record) > last);
            last = flow_of(&record);
            assert_int_equal((uint64_t)last, got + missed);
        }
    }
    assert_true(missed > 1000);
    assert_true(got > 1000);
    assert_int_equal(feed_lost(world->feed), 0);
    world_free(world);
}

static void choices_and_beginnings(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct filter filter = { 0 };
    struct feed_record record;
    char error[100];
    uint64_t missed = 0;
    assert_true(filter_add(&filter, "device", "B", error, sizeof(error)));
    for (uint64_t i = 1; i <= 3000; i++)
        send(world, i, 3, i % 1000 == 0 ? "B" : "A");
    publish_connection(&world->publisher,
                       &(struct connection_event){ .time = NOON, .who = who_at(3001, 7, 5023) });
    publish_finding(&world->publisher, &(struct finding_event){ .time = NOON,
                                                                .code = FINDING_NO_FIX,
                                                                .raised = true,
                                                                .who = who_at(3002, 7, 5023),
                                                                .device = "B",
                                                                .text = "What.",
                                                                .advice = "Do." });
    struct feed_place place = feed_before(world->feed, 2, &filter);
    assert_int_equal(feed_next(world->feed, &place, &filter, &record, &missed), FEED_RECORD);
    assert_int_equal(flow_of(&record), 2000);
    /* nobody may look for long at a time */
    enum feed_found found;
    int looks = 0;
    while ((found = feed_next(world->feed, &place, &filter, &record, &missed)) == FEED_MORE)
        looks++;
    assert_true(looks > 0);
    assert_int_equal(found, FEED_RECORD);
    assert_int_equal(flow_of(&record), 3000);
    assert_int_equal(feed_next(world->feed, &place, &filter, &record, &missed), FEED_RECORD);
    assert_false(record.is_message); /* the finding; the connection is nobody's device's */
    assert_int_equal(feed_next(world->feed, &place, &filter, &record, &missed), FEED_END);

    assert_true(filter_add(&filter, "finding", "no-fix", error, sizeof(error)));
    place = (struct feed_place){ .next = 1 };
    do
        found = feed_next(world->feed, &place, &filter, &record, &missed);
    while (found == FEED_MORE || found == FEED_GAP);
    assert_int_equal(found, FEED_RECORD);
    assert_false(record.is_message);
    assert_int_equal(feed_before(world->feed, 0, &everything).next, feed_end(world->feed).next);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_and_whole),
        cmocka_unit_test(what_is_missed_is_counted),
        cmocka_unit_test(choices_and_beginnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
