/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asked, and in which order the claims stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "verdict/fakes.h"

FAKE(anybody, 'y', 5004, HEAD_ANY);

/* claims more bytes than there are, or none */
static enum claim liar_match(const struct message *message, size_t *length)
{
    *length = CURSOR_STARTS(message->bytes, "~0") ? 0 : message->bytes.left + 1;
    return CLAIM_CERTAIN;
}

static const struct protocol liar = {
    .name = "liar", .port = 5005, .heads = HEADS(HEAD("~")), .match = liar_match, .read = alpha_read
};

static enum claim cousin_match(const struct message *message, size_t *length)
{
    return fake_match(message, 'c', length);
}

static const struct protocol cousin = { .name = "cousin",
                                        .port = 5006,
                                        .transports = OVER_TCP | OVER_UDP,
                                        .heads = HEADS(HEAD("<")),
                                        .kin = KIN("alpha"),
                                        .match = cousin_match,
                                        .read = alpha_read };

static const struct protocol *const protocols[] = { &alpha, &beta, &gamma, &anybody, &liar, &cousin, NULL };

static int set_up(void **state)
{
    *state = detector_new(protocols);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    detector_free(*state);
    return 0;
}

static struct candidates found_in(struct detector *detector, const char *text, const struct protocol *own,
                                  bool complete)
{
    struct candidates found;
    struct message message = { .bytes = cursor_of_text(text),
                               .complete = complete,
                               .patterns = detector_patterns(detector) };
    detector_ask(detector, &message, own, false, &found);
    return found;
}

static void expect_order(const struct candidates *found, const struct protocol *first,
                         const struct protocol *second)
{
    assert_int_equal(found->count, second ? 2 : 1);
    assert_ptr_equal(found->list[0].protocol, first);
    if (second)
        assert_ptr_equal(found->list[1].protocol, second);
}

static void test_better_claim_first(void **state)
{
    struct candidates found = found_in(*state, "<b4a3;", NULL, true);
    expect_order(&found, &beta, &alpha);
    assert_int_equal(found.list[0].claim, CLAIM_CERTAIN);
    assert_int_equal(found.list[1].claim, CLAIM_LIKELY);
    assert_int_equal(found.list[0].length, 6);
    found = found_in(*state, "<b3a4;<b4;", NULL, true);
    expect_order(&found, &alpha, &beta);
    assert_int_equal(found.list[0].length, 6);
}

static void test_own_first_only_of_equals(void **state)
{
    struct candidates found = found_in(*state, "<a3b3;", &beta, true);
    expect_order(&found, &beta, &alpha);
    found = found_in(*state, "<a3b3;", &alpha, true);
    expect_order(&found, &alpha, &beta);
    found = found_in(*state, "<a4b3;", &beta, true);
    expect_order(&found, &alpha, &beta);
}

static void test_own_first_of_kin(void **state)
{
    struct candidates found = found_in(*state, "<a3c2;", &cousin, true);
    expect_order(&found, &cousin, &alpha);
    found = found_in(*state, "<a3c2;", &alpha, true);
    expect_order(&found, &alpha, &cousin);
    found = found_in(*state, "<a3c2;", &beta, true);
    expect_order(&found, &alpha, &cousin);
    /* what is proven is not moved */
    found = found_in(*state, "<a4c3;", &cousin, true);
    expect_order(&found, &alpha, &cousin);
}

static void test_longer_head_first_of_equals(void **state)
{
    struct candidates found = found_in(*state, "<g3a3;", NULL, true);
    expect_order(&found, &gamma, &alpha);
    assert_int_equal(found.list[0].head, 2);
    found = found_in(*state, "<g3a3;", &alpha, true);
    expect_order(&found, &alpha, &gamma);
}

static void test_much_weaker_is_dropped(void **state)
{
    struct candidates found = found_in(*state, "<a4b2;", &beta, true);
    expect_order(&found, &alpha, NULL);
    found = found_in(*state, "<a4b3g2;", NULL, true);
    expect_order(&found, &alpha, &beta);
    found = found_in(*state, "<a3b2;", NULL, true);
    expect_order(&found, &alpha, &beta);
}

static void test_proof_makes_certain(void **state)
{
    struct candidates found = found_in(*state, "<a3b3!;", NULL, true);
    expect_order(&found, &beta, &alpha);
    assert_int_equal(found.list[0].claim, CLAIM_CERTAIN);
    /* but only what is likely */
    found = found_in(*state, "<a2!;", NULL, true);
    assert_int_equal(found.list[0].claim, CLAIM_POSSIBLE);
}

static void test_more(void **state)
{
    struct candidates found = found_in(*state, "<a4", NULL, false);
    assert_int_equal(found.count, 0);
    assert_true(found.more);
    found = found_in(*state, "<a4", NULL, true);
    expect_order(&found, &alpha, NULL);
    assert_false(found.more);
    /* a longer head may still come, though the shorter one said no */
    found = found_in(*state, "<", NULL, false);
    assert_true(found.more);
    found = found_in(*state, "", NULL, false);
    assert_int_equal(found.count, 0);
    assert_false(found.more);
}

static void test_head_for_any_byte(void **state)
{
    struct candidates found = found_in(*state, "?y3;", NULL, true);
    expect_order(&found, &anybody, NULL);
    assert_int_equal(found.list[0].head, 0);
    found = found_in(*state, "<y3a3;", NULL, true);
    expect_order(&found, &alpha, &anybody);
    assert_false(detector_expects(*state, cursor_of_text("?y3;")));
    assert_true(detector_expects(*state, cursor_of_text("<y3a3;")));
    assert_false(detector_expects(*state, cursor_of_text("")));
}

static void test_impossible_lengths_are_refused(void **state)
{
    assert_int_equal(found_in(*state, "~0", NULL, true).count, 0);
    assert_int_equal(found_in(*state, "~1", NULL, true).count, 0);
}

/* more claims than places: the best stay, the port's own among them */
static void test_too_many_candidates(void **state)
{
    enum { MANY = 3 * CANDIDATES_MAX };
    struct protocol *copies = calloc(MANY, sizeof(*copies));
    const struct protocol *list[MANY + 2] = { NULL };
    (void)state;
    assert_non_null(copies);
    for (size_t i = 0; i < MANY; i++) {
        memcpy(&copies[i], &alpha, sizeof(alpha));
        list[i] = &copies[i];
    }
    list[MANY] = &beta;
    struct detector *detector = detector_new(list);
    assert_non_null(detector);
    struct candidates found = found_in(detector, "<a3b4;", &copies[MANY - 1], true);
    assert_int_equal(found.count, CANDIDATES_MAX);
    assert_ptr_equal(found.list[0].protocol, &beta);
    assert_ptr_equal(found.list[1].protocol, &copies[MANY - 1]);
    detector_free(detector);
    free(copies);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(claim_name(CLAIM_CERTAIN), "certain");
    assert_string_equal(claim_name(CLAIM_LIKELY), "likely");
    assert_string_equal(claim_name(CLAIM_POSSIBLE), "possible");
    assert_string_equal(claim_name(CLAIM_MORE), "none");
    assert_string_equal(claim_name(CLAIM_NO), "none");
    detector_free(NULL);
}

static const struct protocol wired = { .name = "wired",
                                       .port = 5006,
                                       .transports = OVER_TCP,
                                       .heads = HEADS(HEAD("<")),
                                       .match = alpha_match,
                                       .read = alpha_read };
static const struct protocol *const wired_list[] = { &wired, NULL };
static const struct protocol number = { .name = "number",
                                        .port = 5007,
                                        .transports = OVER_TCP,
                                        .heads = HEADS(HEAD_DIGITS, HEAD("<")),
                                        .match = alpha_match,
                                        .read = alpha_read };
static const struct protocol *const number_list[] = { &number, NULL };

/* over a transport that Traccar does not speak it over, only proof counts */
static void test_transport_is_part_of_the_claim(void **state)
{
    struct detector *own = detector_new(wired_list);
    struct candidates found;
    (void)state;
    assert_non_null(own);
    struct message likely = { .bytes = cursor_of_text("<a3;"),
                              .datagram = true,
                              .patterns = detector_patterns(own) };
    detector_ask(own, &likely, NULL, false, &found);
    assert_int_equal(found.count, 0);
    likely.any_transport = true;
    detector_ask(own, &likely, NULL, false, &found);
    assert_int_equal(found.count, 1);
    struct message certain = { .bytes = cursor_of_text("<a4;"),
                               .datagram = true,
                               .patterns = detector_patterns(own) };
    detector_ask(own, &certain, NULL, false, &found);
    assert_int_equal(found.count, 1);
    detector_free(own);
}

/* what begins like a number may be anywhere in rubbish */
static void test_digits_do_not_begin_behind_noise(void **state)
{
    struct detector *own = detector_new(number_list);
    struct candidates found;
    (void)state;
    assert_non_null(own);
    struct message message = { .bytes = cursor_of_text("1a4;"), .patterns = detector_patterns(own) };
    detector_ask(own, &message, NULL, false, &found);
    assert_int_equal(found.count, 1);
    detector_ask(own, &message, NULL, true, &found);
    assert_int_equal(found.count, 0);
    message.bytes = cursor_of_text("<a4;");
    detector_ask(own, &message, NULL, true, &found);
    assert_int_equal(found.count, 1);
    detector_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_better_claim_first),
        cmocka_unit_test(test_own_first_only_of_equals),
        cmocka_unit_test(test_own_first_of_kin),
        cmocka_unit_test(test_longer_head_first_of_equals),
        cmocka_unit_test(test_much_weaker_is_dropped),
        cmocka_unit_test(test_proof_makes_certain),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_head_for_any_byte),
        cmocka_unit_test(test_impossible_lengths_are_refused),
        cmocka_unit_test(test_too_many_candidates),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_transport_is_part_of_the_claim),
        cmocka_unit_test(test_digits_do_not_begin_behind_noise),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
