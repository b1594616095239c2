/* SPDX-License-Identifier: Apache-2.0 */
/* The fan-out: everybody who was added is told, in that order, of what it wants to know. */
#include "support/recorder.h"

enum { MANY = 20 };

struct hearer {
    struct sink sink;
    unsigned *told, at; /* how many were told before it */
};

static void on_message(void *context, const struct message_event *event)
{
    struct hearer *hearer = context;
    (void)event;
    hearer->at = ++*hearer->told;
}

static void all_are_told_in_the_order_of_coming(void **state)
{
    (void)state;
    struct publisher publisher = { 0 };
    struct hearer hearers[MANY] = { 0 };
    unsigned told = 0;
    for (unsigned i = 0; i < MANY; i++) {
        hearers[i].told = &told;
        hearers[i].sink.context = &hearers[i];
        hearers[i].sink.message = i == 3 ? NULL : on_message; /* one does not want to know */
        publisher_add(&publisher, &hearers[i].sink);
    }
    publish_message(&publisher, &(struct message_event){ .time = NOON });
    publish_connection(&publisher, &(struct connection_event){ .time = NOON });
    assert_int_equal(told, MANY - 1);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(hearers[i].at, i < 3 ? i + 1 : i == 3 ? 0 : i);
}

struct heard {
    struct sink sink;
    int64_t message, connection, finding, last;
};

static void note_message(void *context, const struct message_event *event)
{
    ((struct heard *)context)->message = event->time;
}

static void note_connection(void *context, const struct connection_event *event)
{
    ((struct heard *)context)->connection = event->time;
}

static void note_finding(void *context, const struct finding_event *event)
{
    ((struct heard *)context)->finding = event->time;
    ((struct heard *)context)->last = event->last;
}

/* What happens goes by a clock that nobody sets; what is shown, by the one on the wall, also when that jumps. */
static void the_wall_clock_is_shown(void **state)
{
    (void)state;
    struct heard heard = {
        .sink = { .message = note_message, .connection = note_connection, .finding = note_finding }
    };
    struct publisher publisher = { 0 };
    heard.sink.context = &heard;
    publisher_add(&publisher, &heard.sink);
    for (int64_t jump = -SECONDS(86400); jump <= SECONDS(86400); jump += SECONDS(86400)) {
        publisher.wall = jump;
        publish_message(&publisher, &(struct message_event){ .time = NOON });
        publish_connection(&publisher, &(struct connection_event){ .time = NOON });
        publish_finding(&publisher, &(struct finding_event){ .time = NOON, .last = NOON + 5 });
        assert_int_equal(heard.message, NOON + jump);
        assert_int_equal(heard.connection, NOON + jump);
        assert_int_equal(heard.finding, NOON + jump);
        assert_int_equal(heard.last, NOON + 5 + jump);
    }
}

static void nobody_hears(void **state)
{
    (void)state;
    struct publisher publisher = { 0 };
    publish_message(&publisher, &(struct message_event){ .time = NOON });
    publish_finding(&publisher, &(struct finding_event){ .time = NOON });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_told_in_the_order_of_coming),
        cmocka_unit_test(the_wall_clock_is_shown),
        cmocka_unit_test(nobody_hears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
