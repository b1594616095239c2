/* SPDX-License-Identifier: Apache-2.0 */
/* Crowds: bounded in all and for each address, and who goes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/crowd.h"

enum { SECOND = 1000000 };

static struct endpoint v4(unsigned host)
{
    return endpoint_of_v4((uint8_t[]){ 203, 0, 113, (uint8_t)host }, 1000);
}

static struct endpoint v6(unsigned network, unsigned host)
{
    uint8_t address[16] = { 0x20, 0x01, 0x0d, 0xb8, [7] = (uint8_t)network, [15] = (uint8_t)host };
    return endpoint_of_v6(address, 1000);
}

static void join(struct crowd *crowd, struct member *member, struct endpoint address, int64_t now)
{
    assert_null(crowd_surplus(crowd, &address));
    assert_true(crowd_join(crowd, member, &address, now));
}

static void who_is_silent_for_longest_goes(void **state)
{
    (void)state;
    struct member members[3];
    struct crowd *crowd = crowd_new(3, 100);
    struct endpoint other = v4(9);
    for (unsigned i = 0; i < 3; i++)
        join(crowd, &members[i], v4(i), SECOND);
    assert_ptr_equal(crowd_surplus(crowd, &other), &members[0]);
    crowd_hear(crowd, &members[0], false, 7 * SECOND);
    assert_ptr_equal(crowd_surplus(crowd, &other), &members[1]);
    assert_ptr_equal(crowd_oldest(crowd), &members[1]);
    crowd_leave(crowd, &members[1]);
    assert_null(crowd_surplus(crowd, &other));
    assert_int_equal(crowd_count(crowd), 2);
    crowd_free(crowd);
    crowd_free(NULL);
}

/* However old it is, and however many strangers come. */
static void the_known_stay(void **state)
{
    (void)state;
    enum { ALL = 50 };
    struct member *members = calloc(ALL, sizeof(*members)), known;
    assert_non_null(members);
    struct crowd *crowd = crowd_new(ALL, 100);
    join(crowd, &known, v4(1), SECOND);
    crowd_hear(crowd, &known, true, SECOND);
    for (unsigned i = 0; i < 1000; i++) {
        struct endpoint address = v4(i);
        struct member *surplus = crowd_surplus(crowd, &address), *free_one = &members[i % ALL];
        if (surplus) {
            assert_ptr_not_equal(surplus, &known);
            crowd_leave(crowd, surplus);
            free_one = surplus;
        }
        join(crowd, free_one, address, (i + 2) * (int64_t)SECOND);
    }
    assert_int_equal(crowd_count(crowd), ALL);
    assert_ptr_equal(crowd_oldest(crowd), &known);
    /* one that lost its name is a stranger again */
    struct endpoint address = v4(3);
    crowd_hear(crowd, &known, false, 2 * SECOND);
    assert_ptr_not_equal(crowd_surplus(crowd, &address), NULL);
    crowd_free(crowd);
    free(members);
}

static void one_address_has_its_share(void **state)
{
    (void)state;
    struct member members[8], other;
    struct crowd *crowd = crowd_new(10, 25);
    struct endpoint greedy = v4(1);
    join(crowd, &members[0], greedy, SECOND);
    join(crowd, &members[1], greedy, 2 * SECOND);
    crowd_hear(crowd, &members[0], true, 2 * SECOND);
    /* two and a half of ten: its own make way, strangers first */
    assert_ptr_equal(crowd_surplus(crowd, &greedy), &members[1]);
    crowd_hear(crowd, &members[1], true, 9 * SECOND);
    assert_ptr_equal(crowd_surplus(crowd, &greedy), &members[0]);
    join(crowd, &other, v4(2), SECOND);
    crowd_leave(crowd, &members[0]);
    assert_null(crowd_surplus(crowd, &greedy));
    crowd_free(crowd);
    /* a share is one at least */
    crowd = crowd_new(3, 1);
    join(crowd, &members[0], greedy, SECOND);
    assert_ptr_equal(crowd_surplus(crowd, &greedy), &members[0]);
    crowd_free(crowd);
}

/* One subscriber has a whole network of IPv6 addresses. */
static void a_network_of_ipv6_is_one_address(void **state)
{
    (void)state;
    struct member members[2];
    struct crowd *crowd = crowd_new(10, 20);
    join(crowd, &members[0], v6(1, 1), SECOND);
    join(crowd, &members[1], v6(1, 2), SECOND);
    struct endpoint same = v6(1, 3), other = v6(2, 1);
    assert_ptr_equal(crowd_surplus(crowd, &same), &members[0]);
    assert_null(crowd_surplus(crowd, &other));
    crowd_free(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_silent_for_longest_goes),
        cmocka_unit_test(the_known_stay),
        cmocka_unit_test(one_address_has_its_share),
        cmocka_unit_test(a_network_of_ipv6_is_one_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
