/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded table against a plain model of it, and who has to go when it is full. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/table.h"

enum { KEYS = 4096 };

/* How often each key went, and with which value. */
struct witness {
    unsigned gone[KEYS], count;
    uint32_t value[KEYS];
};

static void on_gone(void *context, const void *key, void *value)
{
    struct witness *witness = context;
    uint32_t number;
    memcpy(&number, key, sizeof(number));
    assert_in_range(number, 0, KEYS - 1);
    witness->gone[number]++;
    witness->count++;
    memcpy(&witness->value[number], value, sizeof(witness->value[number]));
}

static struct table *new_table(size_t capacity, struct witness *witness)
{
    struct table *table =
        table_new(capacity, sizeof(uint32_t), sizeof(uint32_t), witness ? on_gone : NULL, witness);
    assert_non_null(table);
    return table;
}

static uint32_t *add(struct table *table, uint32_t key)
{
    uint32_t *value = table_add(table, &key);
    assert_non_null(value);
    return value;
}

static uint32_t *find(struct table *table, uint32_t key)
{
    return table_find(table, &key);
}

static void finds_what_was_added(void **state)
{
    (void)state;
    struct table *table = new_table(10, NULL);
    assert_null(find(table, 7));
    assert_null(table_first(table));
    assert_int_equal(table_count(table), 0);
    uint32_t *value = add(table, 7);
    assert_int_equal(*value, 0);
    *value = 70;
    assert_ptr_equal(find(table, 7), value);
    assert_ptr_equal(add(table, 7), value);
    assert_int_equal(*value, 70);
    assert_null(find(table, 8));
    assert_int_equal(table_count(table), 1);
    uint32_t key = 7;
    assert_memory_equal(table_key(table, value), &key, sizeof(key));
    table_free(table);
    table_free(NULL);
}

static void a_removed_one_comes_back_empty(void **state)
{
    (void)state;
    struct witness *witness = calloc(1, sizeof(*witness));
    struct table *table = new_table(10, witness);
    *add(table, 1) = 10;
    *add(table, 2) = 20;
    table_remove(table, find(table, 1));
    assert_int_equal(witness->gone[1], 1);
    assert_int_equal(witness->value[1], 10);
    assert_null(find(table, 1));
    assert_int_equal(*find(table, 2), 20);
    assert_int_equal(*add(table, 1), 0);
    assert_int_equal(table_evicted(table), 0);
    table_free(table);
    assert_int_equal(witness->gone[1], 2);
    assert_int_equal(witness->gone[2], 1);
    assert_int_equal(witness->value[2], 20);
    free(witness);
}

/* Up to sixteen it is exact: the one unused for longest goes. */
static void the_one_unused_for_longest_goes(void **state)
{
    (void)state;
    struct witness *witness = calloc(1, sizeof(*witness));
    struct table *table = new_table(3, witness);
    for (uint32_t key = 0; key < 3; key++)
        *add(table, key) = key * 10;
    assert_non_null(find(table, 0));
    *add(table, 3) = 30;
    assert_int_equal(witness->gone[1], 1);
    assert_int_equal(witness->value[1], 10);
    (void)add(table, 2); /* adding a known one is a use, and evicts nobody */
    assert_int_equal(witness->count, 1);
    *add(table, 4) = 40;
    assert_int_equal(witness->gone[0], 1);
    *add(table, 5) = 50;
    assert_int_equal(witness->gone[3], 1);
    assert_int_equal(table_count(table), 3);
    assert_int_equal(table_evicted(table), 3);
    assert_non_null(find(table, 2));
    assert_non_null(find(table, 4));
    assert_non_null(find(table, 5));
    table_free(table);
    assert_int_equal(witness->count, 6);
    free(witness);
}

static void who_is_used_again_and_again_stays(void **state)
{
    (void)state;
    struct witness *witness = calloc(1, sizeof(*witness));
    struct table *table = new_table(500, witness);
    for (uint32_t key = 0; key < KEYS; key++) {
        (void)add(table, key);
        for (uint32_t busy = 0; busy < 4; busy++)
            assert_int_equal(find(table, busy) != NULL, busy <= key);
        assert_true(table_count(table) <= 500);
    }
    assert_int_equal(table_count(table), 500);
    assert_int_equal(table_evicted(table), KEYS - 500);
    assert_int_equal(witness->count, KEYS - 500);
    table_free(table);
    for (uint32_t key = 0; key < KEYS; key++)
        assert_int_equal(witness->gone[key], 1);
    free(witness);
}

/* Deterministic numbers that look random. */
static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void agrees_with_a_model(void **state)
{
    (void)state;
    struct model {
        bool here;
        uint32_t value;
    } *model = calloc(KEYS, sizeof(*model));
    struct witness *witness = calloc(1, sizeof(*witness));
    struct table *table = new_table(KEYS, witness);
    size_t count = 0;
    uint32_t seed = 1;
    for (unsigned step = 0; step < 50000; step++) {
        uint32_t key = draw(&seed) % KEYS, what = draw(&seed) % 4;
        uint32_t *value = find(table, key);
        assert_int_equal(value != NULL, model[key].here);
        if (value)
            assert_int_equal(*value, model[key].value);
        if (value && what == 0) {
            table_remove(table, value);
            model[key].here = false;
            count--;
        } else if (what > 1) {
            count += !model[key].here;
            model[key].here = true;
            *add(table, key) = model[key].value = step;
        }
        assert_int_equal(table_count(table), count);
    }
    assert_true(count > KEYS / 4);
    assert_int_equal(table_evicted(table), 0);
    table_free(table);
    free(witness);
    free(model);
}

static void walks_over_all_and_removes_on_the_way(void **state)
{
    (void)state;
    struct table *table = new_table(100, NULL);
    unsigned seen[100] = { 0 };
    for (uint32_t key = 0; key < 100; key++)
        *add(table, key) = key;
    for (uint32_t *value = table_first(table), *next; value; value = next) {
        next = table_next(table, value);
        seen[*value]++;
        if (*value % 3 == 0)
            table_remove(table, value);
    }
    assert_int_equal(table_count(table), 66);
    for (uint32_t *value = table_first(table); value; value = table_next(table, value))
        seen[*value]++;
    for (uint32_t key = 0; key < 100; key++) {
        assert_int_equal(seen[key], key % 3 == 0 ? 1 : 2);
        assert_int_equal(find(table, key) != NULL, key % 3 != 0);
    }
    table_free(table);
}

/* Keys that are no multiple of a word, and differ in their last byte only; values fit for any type. */
static void keys_of_any_size(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 20; size++) {
        uint8_t key[20] = { 0 };
        struct table *table = table_new(300, size, 3, NULL, NULL);
        assert_non_null(table);
        for (unsigned last = 0; last < 256; last++) {
            key[size - 1] = (uint8_t)last;
            uint8_t *value = table_add(table, key);
            assert_non_null(value);
            assert_int_equal((uintptr_t)value % alignof(max_align_t), 0);
            value[2] = (uint8_t)~last;
        }
        assert_int_equal(table_count(table), 256);
        for (unsigned last = 0; last < 256; last++) {
            key[size - 1] = (uint8_t)last;
            const uint8_t *value = table_find(table, key);
            assert_non_null(value);
            assert_int_equal(value[0], 0);
            assert_int_equal(value[2], (uint8_t)~last);
            assert_memory_equal(table_key(table, value), key, size);
        }
        table_free(table);
    }
}

static uint32_t next_key(struct table_walk *walk)
{
    const void *value = table_walk_next(walk);
    uint32_t key = UINT32_MAX;
    if (value)
        memcpy(&key, table_key(walk->table, value), sizeof(key));
    return key;
}

static void a_long_walk_bears_changes(void **state)
{
    (void)state;
    struct table *table = new_table(100, NULL);
    struct table_walk walk, other;
    table_walk_start(table, &walk);
    assert_int_equal(next_key(&walk), UINT32_MAX);
    table_walk_end(&walk);
    for (uint32_t key = 0; key < 10; key++)
        add(table, key);
    table_walk_start(table, &walk);
    table_walk_start(table, &other);
    assert_int_equal(next_key(&walk), 0);
    assert_int_equal(next_key(&walk), 1);
    table_remove(table, find(table, 0)); /* behind it */
    table_remove(table, find(table, 2)); /* the next one */
    table_remove(table, find(table, 3)); /* … and the next one again */
    table_remove(table, find(table, 7));
    add(table, 10);
    for (uint32_t key = 4; key <= 10; key++) {
        if (key != 7)
            assert_int_equal(next_key(&walk), key);
    }
    table_remove(table, find(table, 10)); /* the one just given */
    assert_int_equal(next_key(&walk), UINT32_MAX);
    assert_int_equal(next_key(&walk), UINT32_MAX);
    assert_int_equal(next_key(&other), 1);
    table_walk_end(&walk);
    while (table_first(table))
        table_remove(table, table_first(table));
    assert_int_equal(next_key(&other), UINT32_MAX);
    table_walk_end(&other);
    table_free(table);
}

/* Who stays meanwhile is met, whatever the table does to make room. */
static void a_long_walk_meets_all_that_stay(void **state)
{
    enum { STAYING = 10, CAPACITY = 100 }; /* fewer than are looked at for eviction */
    bool is_met[STAYING] = { false };
    uint32_t coming = 1000;
    (void)state;
    struct table *table = new_table(CAPACITY, NULL);
    struct table_walk walk;
    for (uint32_t key = 0; key < STAYING; key++)
        add(table, key);
    table_walk_start(table, &walk);
    for (uint32_t key = next_key(&walk); key != UINT32_MAX; key = next_key(&walk)) {
        if (key < STAYING)
            is_met[key] = true;
        if (coming > 1500)
            continue;
        for (uint32_t i = 0; i < 10; i++)
            add(table, coming++);
        for (uint32_t used = 0; used < STAYING; used++)
            assert_non_null(find(table, used));
    }
    table_walk_end(&walk);
    assert_true(table_evicted(table) > 0);
    for (uint32_t key = 0; key < STAYING; key++)
        assert_true(is_met[key]);
    table_free(table);
}

/* Keys made so that they meet under any seed, when a hash only mixes words in and multiplies: the top bit of one word
 * leaves a difference that the next word takes away. Each would be compared with all others: seconds instead of
 * milliseconds. */
static void nobody_can_aim_at_one_bucket(void **state)
{
    enum { PAIRS = 15, AIMED = 1 << PAIRS };
    (void)state;
    uint64_t key[2 * PAIRS] = { 0 };
    struct table *table = table_new(AIMED, sizeof(key), 1, NULL, NULL);
    assert_non_null(table);
    clock_t start = clock();
    for (unsigned number = 0; number < AIMED; number++) {
        for (unsigned pair = 0; pair < PAIRS; pair++) {
            bool is_set = number >> pair & 1;
            key[2 * pair] = is_set ? 1ULL << 63 : 0;
            key[2 * pair + 1] = is_set ? 1ULL << 63 | 1ULL << 34 : 0;
        }
        assert_non_null(table_add(table, key));
    }
    assert_true((clock() - start) / CLOCKS_PER_SEC < 1);
    assert_int_equal(table_count(table), AIMED);
    table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_added),
        cmocka_unit_test(a_removed_one_comes_back_empty),
        cmocka_unit_test(the_one_unused_for_longest_goes),
        cmocka_unit_test(who_is_used_again_and_again_stays),
        cmocka_unit_test(agrees_with_a_model),
        cmocka_unit_test(walks_over_all_and_removes_on_the_way),
        cmocka_unit_test(a_long_walk_bears_changes),
        cmocka_unit_test(a_long_walk_meets_all_that_stay),
        cmocka_unit_test(keys_of_any_size),
        cmocka_unit_test(nobody_can_aim_at_one_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
