/* SPDX-License-Identifier: Apache-2.0 */
/* The fragment store: orders, copies, contradictions, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/fragments.h"

static const char text[] = "The quick brown fox jumps over it";
enum { LENGTH = sizeof(text) - 1, SECOND = 1000000 };

/* A fragment with these bytes of a text, in a block of its exact size that is gone after the call. */
static enum fragments_result add_of(struct fragments *store, uint32_t identification, const char *from,
                                    size_t offset, size_t end, bool more, int64_t now, struct cursor *whole)
{
    size_t length = end - offset;
    uint8_t *block = malloc(length ? length : 1);
    assert_non_null(block);
    memcpy(block, from + offset, length);
    struct fragment fragment = { .source = endpoint_of_v4((uint8_t[]){ 203, 0, 113, 7 }, 0),
                                 .destination = endpoint_of_v4((uint8_t[]){ 192, 0, 2, 1 }, 0),
                                 .identification = identification,
                                 .protocol = 17,
                                 .offset = offset,
                                 .more = more,
                                 .bytes = cursor_of(block, length) };
    enum fragments_result result = fragments_add(store, &fragment, now, whole);
    free(block);
    return result;
}

static enum fragments_result add(struct fragments *store, uint32_t identification, size_t offset, size_t end,
                                 int64_t now)
{
    struct cursor whole = cursor_of(NULL, 0);
    enum fragments_result result =
        add_of(store, identification, text, offset, end, end < LENGTH, now, &whole);
    if (result == FRAGMENTS_WHOLE)
        assert_true(cursor_is(whole, text));
    return result;
}

/* Adds the pieces that are not used yet in every order; returns how many orders there were. */
static unsigned permute(const size_t (*pieces)[2], unsigned count, unsigned used, unsigned *order,
                        unsigned depth)
{
    if (depth == count) {
        struct fragments *store = fragments_new(2);
        assert_non_null(store);
        for (unsigned i = 0; i < count; i++)
            assert_int_equal(add(store, 1, pieces[order[i]][0], pieces[order[i]][1], 0),
                             i + 1 < count ? FRAGMENTS_KEPT : FRAGMENTS_WHOLE);
        fragments_free(store);
        return 1;
    }
    unsigned orders = 0;
    for (unsigned i = 0; i < count; i++) {
        if (used >> i & 1)
            continue;
        order[depth] = i;
        orders += permute(pieces, count, used | 1u << i, order, depth + 1);
    }
    return orders;
}

static void every_order(void **state)
{
    (void)state;
    static const size_t apart[][2] = { { 0, 8 }, { 8, 16 }, { 16, 24 }, { 24, 32 }, { 32, LENGTH } };
    static const size_t large[][2] = { { 0, 16 }, { 16, 24 }, { 24, LENGTH } };
    unsigned order[5];
    assert_int_equal(permute(apart, 5, 0, order, 0), 120);
    assert_int_equal(permute(large, 3, 0, order, 0), 6);
}

static void copies_and_overlaps_that_agree(void **state)
{
    (void)state;
    struct fragments *store = fragments_new(2);
    assert_int_equal(add(store, 1, 8, 24, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 8, 24, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 16, 32, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 24, LENGTH, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 32, LENGTH, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 0, 16, 0), FRAGMENTS_WHOLE);
    /* copies that come behind begin nothing that never ends */
    assert_int_equal(add(store, 1, 0, 16, SECOND / 2), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 24, LENGTH, SECOND / 2), FRAGMENTS_KEPT);
    fragments_age(store, 100LL * SECOND);
    assert_int_equal(fragments_lost(store), 0);
    fragments_free(store);
}

static void contradictions_are_dropped(void **state)
{
    (void)state;
    static const struct {
        size_t offset, end;
        bool more, other_bytes;
    } second[] = {
        { 8, 16, true, true },        /* other bytes in the same place */
        { 16, 32, true, true },       /* in a part of it */
        { 24, 40, true, false },      /* beyond the end */
        { 24, LENGTH - 1, false, 0 }, /* another end, nearer */
        { 32, 40, false, false },     /* another end, farther */
    };
    static char longer[64] = "The quick brown fox jumps over it, and further";
    static char other[64] = "the Quick Brown Fox Jumps Over It";
    for (size_t i = 0; i < sizeof(second) / sizeof(second[0]); i++) {
        struct fragments *store = fragments_new(2);
        struct cursor whole;
        assert_int_equal(add(store, 1, 8, 24, 0), FRAGMENTS_KEPT);
        assert_int_equal(add(store, 1, 24, LENGTH, 0), FRAGMENTS_KEPT);
        assert_int_equal(add_of(store, 1, second[i].other_bytes ? other : longer, second[i].offset,
                                second[i].end, second[i].more, 0, &whole),
                         FRAGMENTS_BAD);
        assert_int_equal(fragments_lost(store), 1);
        /* the datagram is done for, and counted once */
        assert_int_equal(add(store, 1, 0, 8, 0), FRAGMENTS_BAD);
        assert_int_equal(fragments_lost(store), 1);
        /* others are not concerned, and later the identification is good again */
        assert_int_equal(add(store, 2, 0, 16, 0), FRAGMENTS_KEPT);
        assert_int_equal(add(store, 2, 16, LENGTH, 0), FRAGMENTS_WHOLE);
        assert_int_equal(add(store, 1, 0, 16, 2 * SECOND), FRAGMENTS_KEPT);
        assert_int_equal(add(store, 1, 16, LENGTH, 2 * SECOND), FRAGMENTS_WHOLE);
        assert_int_equal(fragments_lost(store), 1);
        fragments_free(store);
    }
    /* the last fragment comes behind one that reaches farther */
    struct fragments *store = fragments_new(2);
    struct cursor whole;
    assert_int_equal(add_of(store, 1, longer, 32, 40, true, 0, &whole), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 1, 32, LENGTH, 0), FRAGMENTS_BAD);
    fragments_free(store);
}

static void an_identification_used_again_at_once(void **state)
{
    (void)state;
    static char other[LENGTH + 1] = "THE QUICK BROWN FOX JUMPS OVER IT";
    struct fragments *store = fragments_new(2);
    struct cursor whole;
    assert_int_equal(add(store, 0, 0, 16, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 0, 16, LENGTH, 0), FRAGMENTS_WHOLE);
    assert_int_equal(add_of(store, 0, other, 0, 16, true, 1, &whole), FRAGMENTS_KEPT);
    assert_int_equal(add_of(store, 0, other, 16, LENGTH, false, 1, &whole), FRAGMENTS_WHOLE);
    assert_true(cursor_is(whole, other));
    assert_int_equal(fragments_lost(store), 0);
    fragments_free(store);
}

static void old_ones_are_given_up(void **state)
{
    (void)state;
    struct fragments *store = fragments_new(4);
    assert_int_equal(add(store, 1, 0, 16, 0), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 2, 0, 16, 5 * SECOND), FRAGMENTS_KEPT);
    fragments_age(store, 30LL * SECOND);
    assert_int_equal(fragments_lost(store), 0);
    fragments_age(store, 30LL * SECOND + 1);
    assert_int_equal(fragments_lost(store), 1);
    fragments_age(store, 35LL * SECOND);
    assert_int_equal(add(store, 2, 16, LENGTH, 35LL * SECOND), FRAGMENTS_WHOLE);
    assert_int_equal(add(store, 1, 16, LENGTH, 35LL * SECOND), FRAGMENTS_KEPT);
    assert_int_equal(fragments_lost(store), 1);
    fragments_free(store);
}

static void the_oldest_is_evicted(void **state)
{
    (void)state;
    struct fragments *store = fragments_new(3);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(add(store, i, 0, 16, i), FRAGMENTS_KEPT);
    assert_int_equal(add(store, 2, 16, LENGTH, 4), FRAGMENTS_WHOLE);
    /* the whole one makes way first, then the oldest */
    assert_int_equal(add(store, 4, 0, 16, 5), FRAGMENTS_KEPT);
    assert_int_equal(fragments_lost(store), 0);
    assert_int_equal(add(store, 5, 0, 16, 6), FRAGMENTS_KEPT);
    assert_int_equal(fragments_lost(store), 1);
    assert_int_equal(add(store, 3, 16, LENGTH, 7), FRAGMENTS_WHOLE);
    assert_int_equal(add(store, 4, 16, LENGTH, 7), FRAGMENTS_WHOLE);
    assert_int_equal(add(store, 5, 16, LENGTH, 7), FRAGMENTS_WHOLE);
    fragments_free(store);
}

static void impossible_ones(void **state)
{
    (void)state;
    struct fragments *store = fragments_new(1);
    struct cursor whole;
    assert_int_equal(add_of(store, 1, text, 8, 8, true, 0, &whole), FRAGMENTS_BAD);
    assert_int_equal(add_of(store, 1, text, 8, 8, false, 0, &whole), FRAGMENTS_BAD);
    assert_int_equal(add_of(store, 1, text, 0, 9, true, 0, &whole), FRAGMENTS_BAD);
    /* the largest datagram, and one byte more */
    static char large[65544];
    assert_int_equal(add_of(store, 1, large, 0, 65528, true, 0, &whole), FRAGMENTS_KEPT);
    assert_int_equal(add_of(store, 1, large, 65528, 65536, false, 0, &whole), FRAGMENTS_BAD);
    assert_int_equal(add_of(store, 1, large, 65528, 65535, false, 0, &whole), FRAGMENTS_WHOLE);
    assert_int_equal(whole.left, 65535);
    fragments_free(store);
    fragments_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order),
        cmocka_unit_test(copies_and_overlaps_that_agree),
        cmocka_unit_test(contradictions_are_dropped),
        cmocka_unit_test(an_identification_used_again_at_once),
        cmocka_unit_test(old_ones_are_given_up),
        cmocka_unit_test(the_oldest_is_evicted),
        cmocka_unit_test(impossible_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
