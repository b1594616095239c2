/* SPDX-License-Identifier: Apache-2.0 */
/* What is chosen to be shown, and how it is counted. */
#include "outlet/lines.h"

#include "outlet/choice.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

struct world {
    struct board *board;
    struct choice *choice;
    struct publisher publisher;
};

static struct world world_with(const struct choice_settings *settings)
{
    struct world world = { .board = board_new(&(struct board_settings){ .devices = 100, .findings = 100 }) };
    assert_non_null(world.board);
    world.choice = choice_new(settings, world.board);
    assert_non_null(world.choice);
    return world;
}

/* The publisher keeps the sinks: not before the world has its place. */
static void world_connect(struct world *world)
{
    publisher_add(&world->publisher, board_sink(world->board));
    publisher_add(&world->publisher, choice_sink(world->choice));
}

static void world_free(struct world *world)
{
    choice_free(world->choice);
    board_free(world->board);
}

static void choose(struct choice_settings *settings, const char *name, const char *value)
{
    char error[200];
    if (!filter_add(&settings->filter, name, value, error, sizeof(error)))
        fail_msg("%s", error);
}

static bool shows(struct world *world, unsigned host, const struct protocol *protocol, const char *device)
{
    struct fact fact;
    fact_make(&fact, who_at(host, host, 5023), NOON, protocol, "login", LOCATION_NONE, device);
    publish_message(&world->publisher, &fact.event);
    return choice_is_shown(world->choice);
}

static bool shows_finding(struct world *world, unsigned host, enum finding_code code, const char *device)
{
    struct finding_event finding = { .time = NOON,
                                     .code = code,
                                     .raised = true,
                                     .severity = SEVERITY_PROBLEM,
                                     .who = who_at(host, host, 5023),
                                     .device = device,
                                     .protocol = &gt06,
                                     .text = "It is so.",
                                     .advice = "Do this." };
    publish_finding(&world->publisher, &finding);
    return choice_is_shown(world->choice);
}

static void everything_where_nothing_is_chosen(void **state)
{
    (void)state;
    struct world world = world_with(&(struct choice_settings){ .words = "" });
    world_connect(&world);
    assert_true(choice_is_all(world.choice));
    assert_false(choice_needs_words(world.choice));
    assert_true(shows(&world, 7, &gt06, "1"));
    assert_true(shows(&world, 8, NULL, ""));
    assert_true(shows_finding(&world, 7, FINDING_NO_FIX, "1"));
    assert_int_equal(choice_count(world.choice), 2);
    assert_false(choice_is_over(world.choice));
    world_free(&world);
    choice_free(NULL);
}

static void by_device_address_and_protocol(void **state)
{
    (void)state;
    struct choice_settings settings = { .words = "" };
    choose(&settings, "device", "1");
    choose(&settings, "peer", "203.0.113.0/29");
    choose(&settings, "protocol", "gt06");
    struct world world = world_with(&settings);
    world_connect(&world);
    assert_false(choice_is_all(world.choice));
    assert_true(choice_needs_words(world.choice));
    assert_true(shows(&world, 7, &gt06, "1"));
    assert_false(shows(&world, 7, &gt06, "2"));
    assert_false(shows(&world, 9, &gt06, "1"));
    assert_false(shows(&world, 7, &h02, "1"));
    assert_false(shows_finding(&world, 7, FINDING_NO_FIX, "2"));
    assert_true(shows_finding(&world, 7, FINDING_NO_FIX, "1"));
    assert_int_equal(choice_count(world.choice), 1);
    world_free(&world);
}

static void a_connection_of_which_something_was_chosen(void **state)
{
    (void)state;
    struct choice_settings settings = { .words = "" };
    choose(&settings, "device", "1");
    struct world world = world_with(&settings);
    world_connect(&world);
    struct connection_event closed = {
        .time = NOON, .who = who_at(7, 7, 5023), .state = CONNECTION_CLOSED, .reason = "closed"
    };
    publish_connection(&world.publisher, &closed);
    assert_false(choice_is_shown(world.choice));
    assert_true(shows(&world, 7, &gt06, "1"));
    publish_connection(&world.publisher, &closed);
    assert_true(choice_is_shown(world.choice));
    world_free(&world);
}

static void by_finding_the_message_that_raised_it_too(void **state)
{
    (void)state;
    struct choice_settings settings = { .words = "" };
    choose(&settings, "finding", "wrong-port");
    struct world world = world_with(&settings);
    world_connect(&world);
    assert_true(choice_may_be_belated(world.choice));
    assert_false(shows(&world, 7, &gt06, "1"));
    assert_false(shows_finding(&world, 7, FINDING_NO_FIX, "1"));
    assert_false(choice_is_belated(world.choice));
    assert_true(shows_finding(&world, 7, FINDING_WRONG_PORT, "1"));
    assert_true(choice_is_belated(world.choice));
    assert_true(shows(&world, 7, &gt06, "1")); /* whom it concerns */
    assert_false(shows(&world, 8, &gt06, "2"));
    assert_int_equal(choice_count(world.choice), 2);
    world_free(&world);
}

static void so_many_and_no_more(void **state)
{
    (void)state;
    struct world world = world_with(&(struct choice_settings){ .words = "", .limit = 2 });
    world_connect(&world);
    assert_true(shows(&world, 7, &gt06, "1"));
    assert_false(choice_is_over(world.choice));
    assert_true(shows(&world, 7, &gt06, "1"));
    assert_true(choice_is_over(world.choice));
    assert_false(shows(&world, 7, &gt06, "1"));
    assert_int_equal(choice_count(world.choice), 2);
    world_free(&world);
}

static void one_conversation(void **state)
{
    (void)state;
    struct world world =
        world_with(&(struct choice_settings){ .words = "", .only = who_at(7, 7, 5023).peer });
    world_connect(&world);
    assert_true(shows(&world, 7, &gt06, "1"));
    assert_false(shows(&world, 8, &gt06, "1"));
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_where_nothing_is_chosen),
        cmocka_unit_test(by_device_address_and_protocol),
        cmocka_unit_test(a_connection_of_which_something_was_chosen),
        cmocka_unit_test(by_finding_the_message_that_raised_it_too),
        cmocka_unit_test(so_many_and_no_more),
        cmocka_unit_test(one_conversation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
