/* SPDX-License-Identifier: Apache-2.0 */
/* The engine of the protocols that are a table: ends, claims in layers, check values, fixes, answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/text_protocol.h"

enum { MOMENT = 1769933350 }; /* 2026-02-01T08:09:10Z */

static void twice_as_far(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor factor;
    if (strcmp(form->type, "scaled") == 0 && groups_named(found, "factor", &factor))
        reading->lat *= factor.at[0] - '0';
}

static const struct text_protocol table = {
    .ends = "#;",
    .longest = 100,
    .check = CHECK_XOR,
    .shape = { "ABC\\d," },
    .forms = {
        { "login", { "ABC1,(?<id>\\d+)" }, .answer = "OK {id} {now} {unix} {{{gone}" },
        { "position", { "ABC2,(?<valid>[0-9]),(?<ymdhms>\\d{12}),(?<latd>-?[\\d.]*),(?<lond>-?[\\d.]*)" }, .valid = "23", .zone = 60 },
        { "checked", { "ABC3,(?<covered>[a-z]+)\\*(?<check>..)" } },
        { "scaled", { "ABC4,(?<latd>[\\d.]+),(?<lond>[\\d.]+),(?<factor>\\d)" }, .always_valid = true },
        { "weak", { "ABC5,.*" }, .claim = CLAIM_POSSIBLE, .answer = "{id}" },
        { "digit", { "ABC6,(?<fix>\\d),(?<latp>\\d+),(?<ns>.),(?<lonp>\\d+),(?<ew>.)" } },
    },
    .answer = "ANY",
    .refine = twice_as_far,
};

static const struct protocol protocol = { .name = "table",
                                          .port = 5001,
                                          .transports = OVER_TCP,
                                          .heads = HEADS(HEAD("ABC"), HEAD("X")),
                                          .text = &table };

static struct patterns *store;

static int set_up(void **state)
{
    (void)state;
    store = patterns_new();
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    patterns_free(store);
    return 0;
}

static struct message message_of(const struct cursor bytes, bool complete)
{
    return (struct message){ .bytes = bytes, .complete = complete, .patterns = store };
}

static enum claim claim_of(const struct protocol *asked, const char *text, bool complete, size_t *length)
{
    struct message message = message_of(cursor_of_text(text), complete);
    return protocol_match(asked, &message, length);
}

static void test_claims_in_layers(void **state)
{
    (void)state;
    size_t length = 0;
    assert_int_equal(claim_of(&protocol, "ABC1,42#more", false, &length), CLAIM_CERTAIN);
    assert_int_equal(length, 8);
    assert_int_equal(claim_of(&protocol, "ABC1,42", true, &length), CLAIM_CERTAIN);
    assert_int_equal(claim_of(&protocol, "ABC1,x;", false, &length), CLAIM_LIKELY);
    assert_int_equal(claim_of(&protocol, "ABC!#", false, &length), CLAIM_POSSIBLE);
    assert_int_equal(claim_of(&protocol, "X!#", false, &length), CLAIM_NO);
    assert_int_equal(claim_of(&protocol, "ABC5,any#", false, &length), CLAIM_POSSIBLE);
    assert_int_equal(claim_of(&protocol, "ABC1,\x01\x02#", false, &length), CLAIM_NO);
}

static void test_a_full_grammar_is_the_whole_message(void **state)
{
    (void)state;
    size_t length;
    assert_int_equal(claim_of(&protocol, "ABC1,42,more#", false, &length), CLAIM_LIKELY);
    assert_int_equal(claim_of(&protocol, "ABC1,42\r\n#", false, &length), CLAIM_CERTAIN);
}

static const struct text_protocol weak = { .ends = "\n",
                                           .weak_heads = true,
                                           .forms = { { "a", { "\\d{4},\\d" } } } };
static const struct protocol shy = { .name = "shy", .heads = HEADS(HEAD_DIGITS), .text = &weak };
static const struct text_protocol many_ends = {
    .ends = "$", .nul_ends = true, .end = "END", .head = 1, .behind = 2, .forms = { { "a", { "\\$[a-z]*" } } }
};
static const struct text_protocol without = { .forms = { { "a", { "<[a-z]+>" } } }, .weak_heads = true };
static const struct protocol dollars = { .name = "dollars", .heads = HEADS(HEAD("$")), .text = &many_ends };
static const struct protocol endless = { .name = "endless", .heads = HEADS(HEAD("<")), .text = &without };

static void test_waits_only_for_what_may_come(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(claim_of(&protocol, "ABC1,4", false, &length), CLAIM_MORE);
    assert_int_equal(claim_of(&shy, "12", false, &length), CLAIM_MORE);
    assert_int_equal(claim_of(&shy, "1234,5", false, &length), CLAIM_MORE);
    assert_int_equal(claim_of(&shy, "1234,5\r", false, &length), CLAIM_MORE);
    assert_int_equal(claim_of(&shy, "12x", false, &length), CLAIM_NO);
    assert_int_equal(claim_of(&shy, "12345", false, &length), CLAIM_NO);
    assert_int_equal(claim_of(&shy, "12", true, &length), CLAIM_NO);
    char longer[120] = "ABC1,";
    memset(longer + 5, '1', 110);
    longer[115] = '\0';
    assert_int_equal(claim_of(&protocol, longer, false, &length), CLAIM_NO);
}

static void test_ends(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(claim_of(&dollars, "$ab$12$", false, &length), CLAIM_CERTAIN);
    assert_int_equal(length, 6);
    assert_int_equal(claim_of(&dollars, "$ab$1", false, &length), CLAIM_NO);
    assert_int_equal(claim_of(&dollars, "$abEND12", false, &length),
                     CLAIM_NO); /* what stands behind is no end */
    struct message message = message_of(cursor_of("$ab\0"
                                                  "12",
                                                  6),
                                        false);
    assert_int_equal(protocol_match(&dollars, &message, &length), CLAIM_NO);
    assert_int_equal(claim_of(&endless, "<ab>", false, &length), CLAIM_CERTAIN);
    assert_int_equal(length, 4);
    assert_int_equal(claim_of(&endless, "<ab", false, &length), CLAIM_MORE);
    assert_int_equal(claim_of(&endless, "<ab", true, &length), CLAIM_NO);
    assert_int_equal(claim_of(&endless, "<1", false, &length), CLAIM_NO);
}

static struct reading read_text(const char *text, struct marks *marks)
{
    struct message message = message_of(cursor_of_text(text), true);
    struct reading reading;
    reading_start(&reading, message.bytes, marks);
    protocol_read(&protocol, &message, &reading);
    return reading;
}

static bool is_near(double a, double b)
{
    return a - b < 1e-6 && b - a < 1e-6;
}

static void test_reads_fixes(void **state)
{
    (void)state;
    struct reading r = read_text("ABC2,3,260201090910,47.51,-19.09#", NULL);
    assert_string_equal(r.type, "position");
    assert_int_equal(r.location, LOCATION_VALID);
    assert_true(r.proven && r.has_time && r.time == MOMENT && is_near(r.lat, 47.51) &&
                is_near(r.lon, -19.09));
    r = read_text("ABC2,1,260201090910,47.51,-19.09#", NULL);
    assert_int_equal(r.location, LOCATION_INVALID);
    assert_true(r.has_coordinates);
    r = read_text("ABC2,1,260201090910,,#", NULL);
    assert_int_equal(r.location, LOCATION_INVALID);
    assert_false(r.has_coordinates);
    r = read_text("ABC4,10.5,20.5,2#", NULL);
    assert_int_equal(r.location, LOCATION_VALID);
    assert_true(is_near(r.lat, 21));
    r = read_text("ABC6,0,4730600,S,019054000,W#", NULL);
    assert_int_equal(r.location, LOCATION_INVALID);
    assert_true(is_near(r.lat, -47.51) && is_near(r.lon, -19.09));
    r = read_text("ABC1,42#", NULL);
    assert_int_equal(r.location, LOCATION_NONE);
    assert_string_equal(r.device, "42");
    /* by the shape alone: whole it is no position for the server, of what is cut off that cannot be told */
    r = read_text("ABC9,42#", NULL);
    assert_int_equal(r.location, LOCATION_NONE);
    r = read_text("ABC9,42", NULL);
    assert_int_equal(r.location, LOCATION_UNKNOWN);
}

static void test_a_wrong_check_lowers_and_is_marked(void **state)
{
    struct marks marks;
    size_t length;
    (void)state;
    assert_int_equal(claim_of(&protocol, "ABC3,ab*03#", false, &length), CLAIM_CERTAIN);
    assert_int_equal(claim_of(&protocol, "ABC3,ab*04#", false, &length), CLAIM_LIKELY);
    assert_int_equal(claim_of(&protocol, "ABC3,ab*zz#", false, &length), CLAIM_LIKELY);
    struct reading r = read_text("ABC3,ab*04#", &marks);
    assert_string_equal(r.type, "checked");
    assert_false(r.proven);
    assert_int_equal(marks.count, 1);
    assert_string_equal(marks.list[0].name, "checksum");
    assert_true(marks.list[0].is_wrong && marks.list[0].offset == 8 && marks.list[0].length == 2);
    r = read_text("ABC3,ab*03#", &marks);
    assert_true(r.proven && !marks.list[0].is_wrong);
}

static void test_marks_say_it_in_words(void **state)
{
    struct marks marks;
    (void)state;
    (void)read_text("ABC2,3,260201090910,47.51,-19.09#", &marks);
    assert_int_equal(marks.count, 4);
    assert_string_equal(marks.list[0].value, "fix: yes");
    assert_string_equal(marks.list[1].value, "47.510000");
    assert_string_equal(marks.list[2].value, "-19.090000");
    assert_string_equal(marks.list[3].name, "time");
}

static const char *answer_to(const char *text, const char *device)
{
    static char memory[101];
    struct buffer reply = buffer_on(memory, 100);
    struct message message = message_of(cursor_of_text(text), true);
    protocol_answer(&protocol, &message, &(struct asker){ .device = device, .now = MOMENT }, &reply);
    memory[reply.length] = '\0';
    return memory;
}

static void test_answers(void **state)
{
    (void)state;
    assert_true(protocol_has_answers(&protocol));
    assert_string_equal(answer_to("ABC1,42#", "7"), "OK 42 20260201080910 1769933350 {");
    assert_string_equal(answer_to("ABC5,x#", "7"), "7");
    assert_string_equal(answer_to("ABC9,x#", "7"), "ANY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims_in_layers),
        cmocka_unit_test(test_a_full_grammar_is_the_whole_message),
        cmocka_unit_test(test_waits_only_for_what_may_come),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_reads_fixes),
        cmocka_unit_test(test_a_wrong_check_lowers_and_is_marked),
        cmocka_unit_test(test_marks_say_it_in_words),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
