/* SPDX-License-Identifier: Apache-2.0 */
/* Elements and attributes of XML texts, honest and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/xml.h"

static bool has_text(const char *xml, const char *element, const char *expected)
{
    struct cursor text;
    return xml_text(cursor_of_text(xml), element, &text) && cursor_is(text, expected);
}

static bool has_attribute(const char *xml, const char *element, const char *attribute, const char *expected)
{
    struct cursor value;
    return xml_attribute(cursor_of_text(xml), element, attribute, &value) && cursor_is(value, expected);
}

static void test_texts(void **state)
{
    (void)state;
    static const char xml[] =
        "<?xml version=\"1.0\"?>\n<list a=\"x>y\"><lat2>1</lat2>\n<lat unit='</lat>' >47.51</lat >"
        "<empty/><none></none><a>b &amp; c</a></list>";
    assert_true(has_text(xml, "lat", "47.51") && has_text(xml, "lat2", "1"));
    assert_true(has_text(xml, "empty", "") && has_text(xml, "none", "") && has_text(xml, "a", "b &amp; c"));
    assert_false(has_text(xml, "la", "") || has_text(xml, "LAT", "47.51") || has_text(xml, "lon", ""));
}

static void test_lists(void **state)
{
    (void)state;
    struct cursor rest = cursor_of_text("<l><p><x>1</x></p><p/><p>3</p><p>4"), text;
    assert_true(xml_next(&rest, "p", &text) && cursor_is(text, "<x>1</x>"));
    assert_true(xml_next(&rest, "p", &text) && cursor_is(text, ""));
    assert_true(xml_next(&rest, "p", &text) && cursor_is(text, "3"));
    assert_false(xml_next(&rest, "p", &text));
    assert_true(cursor_is(rest, "<p>4") && cursor_is(text, "3"));
}

static void test_attributes(void **state)
{
    (void)state;
    static const char xml[] =
        "<fox><gps id=\"90\" data = '1,\"A\",2' note=\"id='7'\"/><gps id=\"91\"/></fox>";
    assert_true(has_attribute(xml, "gps", "id", "90") && has_attribute(xml, "gps", "data", "1,\"A\",2"));
    assert_true(has_attribute(xml, "gps", "note", "id='7'"));
    assert_false(has_attribute(xml, "gps", "d", "") || has_attribute(xml, "fox", "id", "90"));
}

static void test_broken(void **state)
{
    (void)state;
    static const char *const texts[] = { "",           "<",         "<gps",   "<gps id=\"9",  "<gps id=\"9>",
                                         "<gps id=9>", "<gps id>x", "</gps>", "<gps id=\"\n", "<gps id=" };
    struct cursor out = cursor_of_text("kept");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (xml_text(cursor_of_text(texts[i]), "gps", &out) ||
            xml_attribute(cursor_of_text(texts[i]), "gps", "id", &out))
            fail_msg("something was found in %s", texts[i]);
    }
    assert_false(xml_text(cursor_of(NULL, 0), "gps", &out));
    assert_true(cursor_is(out, "kept"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
