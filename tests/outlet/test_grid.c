/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text: columns are aligned, the last is cut to the width, rows have an order. */
#include "outlet/lines.h"

#include "outlet/grid.h"

static const char *const titles[] = { "ID", " COUNT", "EMPTY", "WORDS", NULL };

static void fill(struct grid *grid, enum meaning mark, const char *id, unsigned count, const char *words)
{
    assert_true(grid_row(grid, mark));
    buffer_put_text(grid_cell(grid, 0), id);
    buffer_printf(grid_cell(grid, 1), "%u", count);
    buffer_put_text(grid_cell(grid, 3), words);
}

static const char *written(struct lines *lines, struct grid *grid, struct line_form form)
{
    grid_write(grid, lines->writer, &form);
    return lines_take(lines);
}

static void columns_are_aligned_and_empty_ones_left_out(void **state)
{
    (void)state;
    struct lines lines = lines_new();
    struct grid *grid = grid_new(titles, 10);
    fill(grid, MEANING_PROBLEM, "123", 7, "wrong port");
    fill(grid, MEANING_OK, "12345", 1234567, "");
    assert_string_equal(written(&lines, grid, (struct line_form){ .width = 0 }),
                        "  ID       COUNT  WORDS\n"
                        "! 123          7  wrong port\n"
                        "+ 12345  1234567\n");
    grid_free(grid);
    grid_free(NULL);
    lines_free(&lines);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    for (unsigned width = 4; width < 60; width++) {
        struct lines lines = lines_new();
        struct grid *grid = grid_new(titles, 10);
        fill(grid, MEANING_WAITING, "123456789012345", 42, "a sentence that is longer than the room for it");
        const char *text = written(&lines, grid, (struct line_form){ .width = width, .is_ascii = true });
        size_t column = 0;
        for (const char *at = text; *at; at++) {
            column = *at == '\n' ? 0 : column + 1;
            assert_true(column < width);
        }
        grid_free(grid);
        lines_free(&lines);
    }
}

static void the_last_column_is_not_pushed_away(void **state)
{
    (void)state;
    struct lines lines = lines_new();
    struct grid *grid = grid_new(titles, 10);
    fill(grid, MEANING_PROBLEM, "123456789012345", 42, "use port 5023");
    assert_string_equal(written(&lines, grid, (struct line_form){ .width = 42, .is_ascii = true }),
                        "  ID               COUNT  WORDS\n! 123456789012345     42  use port 5023\n");
    assert_string_equal(written(&lines, grid, (struct line_form){ .width = 38, .is_ascii = true }),
                        "  ID              COUNT WORDS\n! 123456789012345    42 use port 5023\n");
    fill(grid, MEANING_OK, "a name that somebody made very long, to push all else away", 1, "nothing");
    assert_string_equal(written(&lines, grid, (struct line_form){ .width = 42, .is_ascii = true }),
                        "  ID                  COUNT WORDS\n"
                        "! 123456789012345        42 use port 5023\n"
                        "+ a na..all else away     1 nothing\n");
    grid_free(grid);
    lines_free(&lines);
}

static void rows_have_an_order(void **state)
{
    (void)state;
    struct lines lines = lines_new();
    struct grid *grid = grid_new(titles, 10);
    static const struct {
        const char *id;
        int rank;
        int64_t time;
    } rows[] = {
        { "late", 1, 20 }, { "last", 2, 30 }, { "early", 1, 10 }, { "first", 0, 1 }, { "same", 1, 10 }
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fill(grid, MEANING_PLAIN, rows[i].id, 1, "");
        grid_rank(grid, rows[i].rank, rows[i].time);
    }
    assert_int_equal(grid_count(grid), 5);
    assert_string_equal(
        written(&lines, grid, (struct line_form){ .width = 0 }),
        "  ID     COUNT\n  first      1\n  late       1\n  early      1\n  same       1\n  last       1\n");
    grid_free(grid);
    lines_free(&lines);
}

static void one_row_too_many_is_lost_alone(void **state)
{
    (void)state;
    struct lines lines = lines_new();
    struct grid *grid = grid_new(titles, 2);
    fill(grid, MEANING_PLAIN, "a", 1, "");
    fill(grid, MEANING_PLAIN, "b", 2, "");
    assert_false(grid_row(grid, MEANING_PROBLEM));
    buffer_put_text(grid_cell(grid, 0), "much longer than the others");
    grid_mean(grid, 0, MEANING_PROBLEM);
    assert_string_equal(written(&lines, grid, (struct line_form){ .width = 0 }),
                        "  ID  COUNT\n  a       1\n  b       2\n");
    grid_free(grid);
    lines_free(&lines);
}

static void cells_in_order(void **state)
{
    (void)state;
    struct lines lines = lines_new();
    struct grid *grid = grid_new(titles, 1);
    assert_true(grid_row(grid, MEANING_OK));
    grid_put(grid, "%s", "a\033[31m\n");
    for (unsigned i = 1; i < 6; i++) /* more than there are columns */
        grid_put(grid, "%u", i);
    assert_string_equal(written(&lines, grid, (struct line_form){ .width = 0 }),
                        "  ID       COUNT  EMPTY  WORDS\n+ a.[31m.      1  2      3\n");
    grid_free(grid);
    lines_free(&lines);
}

static void colours_follow_the_meaning(void **state)
{
    (void)state;
    struct lines lines = lines_new();
    struct grid *grid = grid_new(titles, 1);
    fill(grid, MEANING_PROBLEM, "a", 1, "no");
    grid_mean(grid, 3, MEANING_PROBLEM);
    const char *text = written(&lines, grid, (struct line_form){ .is_coloured = true });
    assert_non_null(strstr(text, "\033["));
    assert_null(strstr(text, "\033[31ma"));
    grid_free(grid);
    lines_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_and_empty_ones_left_out),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(the_last_column_is_not_pushed_away),
        cmocka_unit_test(rows_have_an_order),
        cmocka_unit_test(one_row_too_many_is_lost_alone),
        cmocka_unit_test(cells_in_order),
        cmocka_unit_test(colours_follow_the_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
