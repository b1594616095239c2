/* SPDX-License-Identifier: Apache-2.0 */
/* Cells: what is put stands where it should, nothing outside is written, and whatever a text holds is one column a character. */
#include "support/recorder.h"

#include "outlet/picture.h"

static char text[4096];

static const char *write_out(const struct picture *picture)
{
    struct buffer out = buffer_on(text, sizeof(text) - 1);
    picture_write(picture, &out);
    text[out.length] = '\0';
    return text;
}

static void test_put(void **state)
{
    struct picture picture = { 0 };
    (void)state;
    assert_true(picture_start(&picture, 10, 3));
    assert_int_equal(picture_put(&picture, 0, 2, 5, MEANING_OK, LOOK_TITLE, "abcdefgh"), 5);
    assert_int_equal(picture_put(&picture, 1, 8, 10, MEANING_PLAIN, LOOK_PLAIN, "xyz"), 3);
    picture_put(&picture, 7, 0, 10, MEANING_PLAIN, LOOK_PLAIN, "below all");
    assert_string_equal(write_out(&picture), "  abcde\n        xy\n\n");
    assert_int_equal(picture.cells[2].meaning, MEANING_OK);
    assert_int_equal(picture.cells[2].look, LOOK_TITLE);
    picture_add_look(&picture, 0, 2, 100, LOOK_SELECTED);
    assert_int_equal(picture.cells[9].look, LOOK_SELECTED);
    assert_int_equal(picture.cells[10].look, LOOK_PLAIN);
    /* another size begins blank */
    assert_true(picture_start(&picture, 4, 2));
    assert_string_equal(write_out(&picture), "\n\n");
    picture_free(&picture);
}

static void test_hostile_characters(void **state)
{
    struct picture picture = { 0 };
    (void)state;
    assert_true(picture_start(&picture, 30, 1));
    /* an escape, a wide character, a combining one, broken UTF-8, a DEL */
    unsigned used = picture_put(&picture, 0, 0, 30, MEANING_PLAIN, LOOK_PLAIN,
                                "a\033[2J\xe6\xbc\xa2\xcc\x81\xff\xc3\x7f|");
    assert_string_equal(write_out(&picture), "a.[2J????.|\n");
    assert_int_equal(used, 11);
    picture_free(&picture);
}

static void test_ascii(void **state)
{
    struct picture picture = { .is_ascii = true };
    (void)state;
    assert_true(picture_start(&picture, 20, 1));
    picture_put(&picture, 0, 0, 20, MEANING_PLAIN, LOOK_PLAIN, "cut… ×3 ▁▄█");
    assert_string_equal(write_out(&picture), "cut. x3 _-#\n");
    picture.is_ascii = false;
    picture_put(&picture, 0, 0, 20, MEANING_PLAIN, LOOK_PLAIN, "cut… ×3 ▁▄█");
    assert_string_equal(write_out(&picture), "cut… ×3 ▁▄█\n");
    picture_free(&picture);
}

static void test_styled(void **state)
{
    struct picture picture = { 0 };
    char memory[128];
    struct buffer out = buffer_on(memory, sizeof(memory));
    (void)state;
    assert_true(picture_start(&picture, 20, 1));
    buffer_put_text(&out, "a");
    style_begin(&out, true, MEANING_PROBLEM);
    buffer_put_text(&out, "bad");
    style_end(&out, true, MEANING_PROBLEM);
    buffer_put_text(&out, "z");
    assert_int_equal(picture_put_styled(&picture, 0, 1, 4, buffer_cursor(&out)), 4);
    assert_string_equal(write_out(&picture), " abad\n");
    assert_int_equal(picture_put_styled(&picture, 0, 0, 20, buffer_cursor(&out)), 5);
    assert_string_equal(write_out(&picture), "abadz\n");
    const enum meaning meanings[] = { MEANING_PLAIN, MEANING_PROBLEM, MEANING_PROBLEM, MEANING_PROBLEM,
                                      MEANING_PLAIN };
    for (int i = 0; i < 5; i++)
        assert_int_equal(picture.cells[i].meaning, meanings[i]);
    /* one that is cut off says nothing, and harms nothing */
    assert_int_equal(picture_put_styled(&picture, 0, 0, 20, cursor_of_text("ok\033[31")), 2);
    picture_free(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put),
        cmocka_unit_test(test_hostile_characters),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_styled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
