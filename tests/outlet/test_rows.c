/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that change while somebody reads them: nobody misses the latest of any, and nothing is read that has gone. */
#include "outlet/rows.h"

#include "support/recorder.h"

struct world {
    struct rows *rows;
    uint64_t gone, last_gone;
};

static void on_gone(void *context, uint64_t key)
{
    struct world *world = context;
    world->gone++;
    world->last_gone = key;
}

static void tell(struct world *world, uint64_t key, const char *text)
{
    struct row *row = rows_of(world->rows, key);
    assert_non_null(row);
    assert_int_equal(row->key, key);
    row->round = 1;
    assert_true(rows_tell(world->rows, row, cursor_of_text(text)));
}

static void world_start(struct world *world, size_t capacity)
{
    *world = (struct world){ 0 };
    world->rows = rows_new(capacity, on_gone, world);
    assert_non_null(world->rows);
}

static void assert_next(struct rows_place *place, const char *text, bool is_whole)
{
    struct cursor row;
    assert_true(rows_next(place, &row));
    assert_int_equal(row.left, strlen(text));
    assert_memory_equal(row.at, text, row.left);
    assert_int_equal(place->is_whole, is_whole);
}

static void reads_in_order_of_change(void **state)
{
    struct world world;
    struct rows_place place;
    struct cursor row;
    (void)state;
    world_start(&world, 8);
    rows_start(world.rows, &place);
    assert_false(rows_next(&place, &row));
    tell(&world, 1, "a");
    tell(&world, 2, "b");
    tell(&world, 3, "c");
    tell(&world, 1, "A");
    rows_start(world.rows, &place);
    assert_next(&place, "b", true);
    assert_next(&place, "c", true);
    assert_next(&place, "A", false);
    assert_false(rows_next(&place, &row));
    rows_free(world.rows);
}

static void who_reads_goes_on_while_they_change(void **state)
{
    struct world world;
    struct rows_place place, other;
    struct cursor row;
    (void)state;
    world_start(&world, 8);
    tell(&world, 1, "a");
    tell(&world, 2, "b");
    tell(&world, 3, "c");
    rows_start(world.rows, &place);
    rows_start(world.rows, &other);
    assert_next(&place, "a", true);
    tell(&world, 2, "B"); /* the one it stands before */
    assert_next(&place, "c", false);
    tell(&world, 3, "C"); /* one that it has read: it comes again */
    assert_next(&place, "B", false);
    assert_next(&place, "C", false);
    tell(&world, 4, "d"); /* behind the last, which it has read */
    assert_next(&place, "d", false);
    assert_false(rows_next(&place, &row));
    tell(&world, 1, "x"); /* its place has ended: this is told otherwise */
    assert_int_equal(rows_count(world.rows), 4);
    rows_end(&place);
    rows_end(&other);
    rows_free(world.rows);
}

static void the_only_row_changes_before_it_is_read(void **state)
{
    struct world world;
    struct rows_place place;
    struct cursor row;
    (void)state;
    world_start(&world, 8);
    tell(&world, 1, "a");
    rows_start(world.rows, &place);
    tell(&world, 1, "A");
    assert_next(&place, "A", false);
    assert_false(rows_next(&place, &row));
    rows_free(world.rows);
}

static void what_goes_is_told(void **state)
{
    struct world world;
    struct rows_place place;
    struct cursor row;
    (void)state;
    world_start(&world, 8);
    tell(&world, 1, "a");
    tell(&world, 2, "b");
    assert_non_null(rows_of(world.rows, 9)); /* never told, so nobody misses it */
    rows_start(world.rows, &place);
    rows_of(world.rows, 1)->round = 2;
    rows_drop_unseen(world.rows, 2);
    assert_int_equal(world.gone, 1);
    assert_int_equal(world.last_gone, 2);
    assert_int_equal(rows_count(world.rows), 1);
    assert_next(&place, "a", false);
    assert_false(rows_next(&place, &row));
    rows_start(world.rows, &place);
    rows_drop_unseen(world.rows, 3); /* the one it stands before */
    assert_false(rows_next(&place, &row));
    rows_free(world.rows);
    assert_int_equal(world.gone, 2);
}

static void keeps_no_more_than_its_cap(void **state)
{
    struct world world;
    (void)state;
    world_start(&world, 4);
    for (uint64_t key = 1; key <= 4; key++)
        tell(&world, key, "row");
    assert_null(rows_of(world.rows, 5));
    tell(&world, 2, "again");
    rows_of(world.rows, 2)->round = 2;
    rows_drop_unseen(world.rows, 2);
    assert_int_equal(world.gone, 3);
    assert_non_null(rows_of(world.rows, 5)); /* there is room again */
    rows_free(world.rows);
    assert_int_equal(world.gone, 3);
    rows_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_in_order_of_change),
        cmocka_unit_test(who_reads_goes_on_while_they_change),
        cmocka_unit_test(the_only_row_changes_before_it_is_read),
        cmocka_unit_test(what_goes_is_told),
        cmocka_unit_test(keeps_no_more_than_its_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
