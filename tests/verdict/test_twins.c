/* SPDX-License-Identifier: Apache-2.0 */
/* A message that comes both ways counts once, whichever was first; one that a device repeats counts as often as it came. */
#include "support/recorder.h"
#include "verdict/twins.h"

static bool comes(struct twins *twins, bool is_logged, unsigned host, const char *bytes, int64_t time)
{
    struct message_event event = { .time = time,
                                   .who = who_at(is_logged ? 7 : 1, host, 5023),
                                   .bytes = cursor_of_text(bytes),
                                   .is_logged = is_logged };
    if (is_logged)
        event.who.peer.port = 0;
    return twins_has_come(twins, &event);
}

static void each_counts_once(void **state)
{
    struct twins *twins = twins_new(100);
    (void)state;
    assert_non_null(twins);
    assert_false(comes(twins, false, 7, "a", NOON));
    assert_true(comes(twins, true, 7, "a", NOON + SECONDS(2)));
    assert_false(comes(twins, true, 7, "b", NOON));
    assert_true(comes(twins, false, 7, "b", NOON + SECONDS(2)));
    assert_false(comes(twins, true, 7, "a", NOON + SECONDS(3)));
    twins_free(twins);
}

static void repeated_ones_count_as_often(void **state)
{
    struct twins *twins = twins_new(100);
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_false(comes(twins, false, 7, "a", NOON + i));
    for (int i = 0; i < 3; i++)
        assert_true(comes(twins, true, 7, "a", NOON + SECONDS(1)));
    assert_false(comes(twins, true, 7, "a", NOON + SECONDS(1)));
    twins_free(twins);
}

static void others_are_no_twins(void **state)
{
    struct twins *twins = twins_new(100);
    (void)state;
    assert_false(comes(twins, false, 7, "a", NOON));
    assert_false(comes(twins, true, 8, "a", NOON));
    assert_false(comes(twins, true, 7, "ab", NOON));
    /* a minute later it is another one */
    assert_false(comes(twins, true, 7, "a", NOON + SECONDS(61)));
    twins_free(twins);
}

/* A container's network or a proxy: the log has one inner address for all. */
static void hidden_addresses(void **state)
{
    struct twins *twins = twins_new(100);
    struct message_event event = { .time = NOON, .who = who_at(7, 7, 5023), .is_logged = true };
    (void)state;
    event.who.peer = endpoint_of_v4((uint8_t[]){ 172, 17, 0, 1 }, 0);
    event.bytes = cursor_of_text("a");
    assert_false(comes(twins, false, 7, "a", NOON));
    assert_false(comes(twins, false, 8, "a", NOON));
    assert_true(twins_has_come(twins, &event));
    assert_true(twins_has_come(twins, &event));
    assert_false(twins_has_come(twins, &event)); /* of a third one, whose packets are not seen */
    event.bytes = cursor_of_text("b");
    assert_false(twins_has_come(twins, &event));
    assert_true(comes(twins, false, 7, "b", NOON + SECONDS(1)));
    assert_false(comes(twins, false, 7, "b", NOON + SECONDS(1)));
    twins_free(twins);
}

static void few_are_kept(void **state)
{
    struct twins *twins = twins_new(2);
    char text[16];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "%d", i);
        assert_false(comes(twins, false, 7, text, NOON));
    }
    assert_false(comes(twins, true, 7, "0", NOON));
    twins_free(twins);
    twins_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_counts_once),
                                        cmocka_unit_test(repeated_ones_count_as_often),
                                        cmocka_unit_test(others_are_no_twins),
                                        cmocka_unit_test(hidden_addresses), cmocka_unit_test(few_are_kept) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
