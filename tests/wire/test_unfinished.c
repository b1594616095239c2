/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of unfinished messages: what it holds, who goes first, and how often an end is looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/protocol.h"
#include "wire/unfinished.h"

/* Only their addresses count. */
static struct session *owner(struct unfinished *unfinished)
{
    return (struct session *)unfinished;
}

static void add(struct unfinished_store *store, struct unfinished *unfinished, size_t length)
{
    uint8_t bytes[4096];
    for (size_t i = 0; i < length && i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(unfinished->length + i);
    unfinished->owner = owner(unfinished);
    assert_true(unfinished_add(store, unfinished, cursor_of(bytes, length)));
}

static void keeps_what_comes(void **state)
{
    (void)state;
    struct unfinished_store store;
    struct unfinished one = { 0 };
    unfinished_start(&store, 1 << 20);
    for (size_t length = 0; length < 3000; length += 30)
        add(&store, &one, 30);
    unfinished_take(&store, &one, 1000);
    struct cursor bytes = unfinished_bytes(&one);
    assert_int_equal(bytes.left, 2000);
    for (size_t i = 0; i < bytes.left; i++)
        assert_int_equal(bytes.at[i], (uint8_t)(1000 + i));
    assert_int_equal(store.held, 4096);
    unfinished_take(&store, &one, 2000);
    assert_int_equal(store.held, 0);
    assert_int_equal(one.length, 0);
    unfinished_clear(&store, &one);
    assert_null(unfinished_surplus(&store));
}

static void the_largest_goes_and_of_these_the_oldest(void **state)
{
    (void)state;
    struct unfinished_store store;
    struct unfinished small = { 0 }, first = { 0 }, second = { 0 };
    unfinished_start(&store, 4600);
    add(&store, &small, 200);
    add(&store, &first, 2000);
    add(&store, &second, 2000);
    assert_null(unfinished_surplus(&store)); /* 256 + 2048 + 2048 */
    add(&store, &small, 400);
    assert_ptr_equal(unfinished_surplus(&store), owner(&first));
    unfinished_clear(&store, &first);
    assert_null(unfinished_surplus(&store));
    unfinished_clear(&store, &second);
    unfinished_clear(&store, &small);
    assert_int_equal(store.held, 0);
}

static void looking_costs_what_there_is(void **state)
{
    (void)state;
    struct unfinished_store store;
    struct unfinished one = { 0 };
    int64_t now = 1000000;
    unsigned looks = 0;
    unfinished_start(&store, 1 << 20);
    add(&store, &one, 4000);
    while (unfinished_may_look(&one, now) && looks < 10000)
        looks++;
    assert_in_range(looks, 100, 200); /* half a megabyte */
    assert_true(one.deferred);
    assert_false(unfinished_may_look(&one, now));
    now += 1000000;
    for (looks = 0; unfinished_may_look(&one, now); looks++)
        continue;
    assert_in_range(looks, 7, 9); /* 32 KiB a second */
    now -= 500000;                /* a clock that was set back gives nothing */
    assert_false(unfinished_may_look(&one, now));
    /* the next message begins anew */
    unfinished_take(&store, &one, 3999);
    assert_true(unfinished_may_look(&one, now));
    assert_false(one.deferred);
    unfinished_clear(&store, &one);
}

static void at_the_largest_size_it_is_always_time(void **state)
{
    (void)state;
    struct unfinished_store store;
    struct unfinished one = { 0 };
    unfinished_start(&store, 1 << 20);
    for (size_t length = 0; length < MESSAGE_MAX; length += 4096)
        add(&store, &one, 4096);
    for (unsigned i = 0; i < 100; i++)
        assert_true(unfinished_may_look(&one, 1000000));
    unfinished_clear(&store, &one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_comes),
        cmocka_unit_test(the_largest_goes_and_of_these_the_oldest),
        cmocka_unit_test(looking_costs_what_there_is),
        cmocka_unit_test(at_the_largest_size_it_is_always_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
