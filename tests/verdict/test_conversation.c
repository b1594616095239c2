/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation: framing, narrowing, contradiction, noise between messages, and the verdict for the port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "verdict/fakes.h"

static const struct protocol wired = { .name = "wired",
                                       .port = 5004,
                                       .transports = OVER_TCP,
                                       .heads = HEADS(HEAD("[")),
                                       .match = alpha_match,
                                       .read = alpha_read };

/* Waits for more, whatever comes. */
static enum claim waiting_match(const struct message *message, size_t *length)
{
    *length = message->bytes.left;
    return message->complete || message->is_guess ? CLAIM_NO : CLAIM_MORE;
}

static const struct protocol waiting = { .name = "waiting",
                                         .port = 5005,
                                         .transports = OVER_TCP,
                                         .heads = HEADS(HEAD("\1")),
                                         .match = waiting_match,
                                         .read = alpha_read };

static const struct protocol lettered = { .name = "alpha",
                                          .port = 5001,
                                          .transports = OVER_TCP,
                                          .heads = HEADS(HEAD("SV")),
                                          .match = alpha_match,
                                          .read = alpha_read };

static const struct protocol *const protocols[] = { &alpha, &beta, &gamma, &wired, &waiting, NULL };

enum { UNKNOWN_PORT = 5100, FOREIGN_PORT = 9000 };

/* One conversation with what it needs, and the last message told. */
struct fixture {
    struct detector *detector;
    struct ports *ports;
    struct service service;
    struct conversation conversation;
    struct identity identity;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (!f)
        return -1;
    f->detector = detector_new(protocols);
    f->ports = ports_new(protocols);
    f->service = (struct service){ TRANSPORT_TCP, alpha.port };
    *state = f;
    return f->detector && f->ports ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    detector_free(f->detector);
    ports_free(f->ports);
    free(f);
    return 0;
}

static bool take(struct fixture *f, const char *text, bool complete)
{
    return conversation_take(&f->conversation, f->detector, f->ports, &f->service, cursor_of_text(text),
                             complete, NULL, &f->identity);
}

/* takes text whose bytes are all one message */
static void take_all(struct fixture *f, const char *text)
{
    assert_true(take(f, text, true));
    assert_int_equal(f->identity.bytes.left, strlen(text));
}

static void expect_candidates(const struct fixture *f, const struct protocol *first,
                              const struct protocol *second)
{
    assert_int_equal(f->identity.candidate_count, (first ? 1 : 0) + (second ? 1 : 0));
    if (first)
        assert_ptr_equal(f->identity.candidates[0], first);
    if (second)
        assert_ptr_equal(f->identity.candidates[1], second);
}

static void test_own_port_is_fine(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a4@12345;");
    expect_candidates(f, &alpha, NULL);
    assert_int_equal(f->identity.certainty, CLAIM_CERTAIN);
    assert_int_equal(f->identity.verdict, VERDICT_OK);
    assert_int_equal(f->identity.right_port, alpha.port);
    assert_string_equal(f->identity.device, "12345");
    assert_null(f->identity.kind);
}

static void test_device_is_remembered(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a4@12345;");
    take_all(f, "<a4;");
    assert_string_equal(f->identity.reading.device, "");
    assert_string_equal(f->identity.device, "12345");
}

static void test_wrong_port(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<b3;");
    expect_candidates(f, &beta, NULL);
    assert_int_equal(f->identity.verdict, VERDICT_WRONG_PORT);
    assert_int_equal(f->identity.right_port, beta.port);
}

static void test_right_port_but_wrong_transport(void **state)
{
    struct fixture *f = *state;
    f->service = (struct service){ TRANSPORT_UDP, wired.port };
    take_all(f, "[a4@12345;");
    assert_int_equal(f->identity.verdict, VERDICT_WRONG_TRANSPORT);
    assert_string_equal(verdict_name(f->identity.verdict), "wrong-transport");
    f->conversation = (struct conversation){ 0 };
    take_all(f, "[a3@12345;");
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
    f->service = (struct service){ TRANSPORT_TCP, 0 };
    f->conversation = (struct conversation){ 0 };
    take_all(f, "[a3@12345;");
    assert_int_equal(f->identity.candidate_count, 1);
}

static void test_own_among_candidates_is_fine(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a3b4;");
    expect_candidates(f, &beta, &alpha);
    assert_int_equal(f->identity.verdict, VERDICT_OK);
    assert_int_equal(f->identity.right_port, beta.port);
}

static void test_own_first_on_ties(void **state)
{
    struct fixture *f = *state;
    f->service.port = beta.port;
    take_all(f, "<a3b3;");
    expect_candidates(f, &beta, &alpha);
}

static void test_later_messages_narrow(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a3b3;");
    expect_candidates(f, &alpha, &beta);
    take_all(f, "<b3g3;");
    expect_candidates(f, &beta, NULL);
    assert_int_equal(f->identity.verdict, VERDICT_WRONG_PORT);
    take_all(f, "<a3b3;");
    expect_candidates(f, &beta, NULL);
}

/* the surest message of all says who stands first, not the last one */
static void test_surest_message_orders(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a3b3;");
    take_all(f, "<a3b4;");
    expect_candidates(f, &beta, &alpha);
    assert_int_equal(f->identity.certainty, CLAIM_CERTAIN);
    take_all(f, "<a3b3;");
    expect_candidates(f, &beta, &alpha);
    assert_int_equal(f->identity.certainty, CLAIM_CERTAIN);
    take_all(f, "<a2b2;");
    expect_candidates(f, &beta, &alpha);
}

static void test_contradiction_starts_afresh(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a4@1;");
    take_all(f, "<b3@;");
    expect_candidates(f, &beta, NULL);
    assert_int_equal(f->identity.certainty, CLAIM_LIKELY);
    assert_int_equal(f->identity.verdict, VERDICT_WRONG_PORT);
    assert_string_equal(f->identity.device, "");
    take_all(f, "<a4b3;");
    expect_candidates(f, &beta, NULL);
}

/* but a mere head is no contradiction to what is certain */
static void test_possible_does_not_contradict_certain(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a4@1;");
    take_all(f, "<b2@2;");
    expect_candidates(f, NULL, NULL);
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
    assert_string_equal(f->identity.device, "1");
    take_all(f, "<a2;");
    expect_candidates(f, &alpha, NULL);
}

static void test_proof_makes_certain(void **state)
{
    struct fixture *f = *state;
    take_all(f, "<a3;");
    assert_int_equal(f->identity.certainty, CLAIM_LIKELY);
    take_all(f, "<a3!;");
    assert_int_equal(f->identity.certainty, CLAIM_CERTAIN);
}

static void test_port_of_unknown_owner_needs_certainty(void **state)
{
    struct fixture *f = *state;
    f->service.port = UNKNOWN_PORT;
    take_all(f, "<a3;");
    assert_int_equal(f->identity.verdict, VERDICT_OK);
    take_all(f, "<a4;");
    assert_int_equal(f->identity.verdict, VERDICT_WRONG_PORT);
    assert_int_equal(f->identity.right_port, alpha.port);
}

static void test_foreign_port_and_no_port(void **state)
{
    struct fixture *f = *state;
    f->service.port = FOREIGN_PORT;
    take_all(f, "<a2;");
    assert_int_equal(f->identity.verdict, VERDICT_WRONG_PORT);
    f->service.port = 0;
    take_all(f, "<a2;");
    assert_int_equal(f->identity.verdict, VERDICT_NONE);
    assert_int_equal(f->identity.right_port, alpha.port);
    assert_null(verdict_name(VERDICT_NONE));
    assert_string_equal(verdict_name(VERDICT_WRONG_PORT), "wrong-port");
    assert_string_equal(verdict_name(VERDICT_NOT_A_TRACKER), "not-a-tracker");
}

static void test_two_messages_are_two(void **state)
{
    struct fixture *f = *state;
    assert_true(take(f, "<a4;<a4@1;", true));
    assert_int_equal(f->identity.bytes.left, 4);
    assert_int_equal(f->identity.noise, 0);
}

static void test_line_ends_belong_to_the_message(void **state)
{
    struct fixture *f = *state;
    assert_true(take(f, "\r\n<a4;\r\n\n<a4;", true));
    assert_int_equal(f->identity.noise, 2);
    assert_int_equal(f->identity.bytes.left, 9);
    /* alone they are nothing yet; at the end they are the conversation's */
    assert_false(take(f, "\r\n", false));
    take_all(f, "\r\n");
    assert_int_equal(f->identity.verdict, VERDICT_OK);
    expect_candidates(f, &alpha, NULL);
}

static void test_message_behind_noise(void **state)
{
    struct fixture *f = *state;
    assert_true(take(f, "\1\2<a4@7;", true));
    assert_int_equal(f->identity.noise, 2);
    assert_int_equal(f->identity.bytes.left, 8);
    assert_string_equal(f->identity.device, "7");
    /* what is likely is enough for the known protocol, not for another */
    assert_true(take(f, "%%<a3;", true));
    assert_int_equal(f->identity.noise, 2);
    take_all(f, "%%<b3;");
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
}

/* A conversation that is settled needs nobody else's patience. */
static void test_others_do_not_hold_up_what_is_settled(void **state)
{
    struct fixture *f = *state;
    assert_false(take(f, "\1\x30<a4@7;", false));
    take_all(f, "<a4@7;");
    assert_true(take(f, "\1\x30<a3@8;", false));
    assert_int_equal(f->identity.noise, 2);
    assert_string_equal(f->identity.device, "8");
    /* but it waits while nothing of its own is there */
    assert_false(take(f, "\1\x30<a3", false));
    assert_false(take(f, "\1\x30<b4;", false));
}

/* Bytes that mean letters in a text are no word between others. */
static void test_a_message_may_stand_behind_binary(void **state)
{
    struct fixture *f = *state;
    static const struct protocol *const alone[] = { &lettered, NULL };
    detector_free(f->detector);
    f->detector = detector_new(alone);
    assert_non_null(f->detector);
    assert_true(take(f, "\1\x30SVa4@7;", true));
    assert_int_equal(f->identity.noise, 2);
    /* while this is one */
    take_all(f, "0SVa4@7;");
    assert_int_equal(f->identity.candidate_count, 0);
}

static void test_unidentified_is_taken_whole(void **state)
{
    struct fixture *f = *state;
    take_all(f, "what is this;<a2;");
    expect_candidates(f, NULL, NULL);
    assert_int_equal(f->identity.certainty, CLAIM_NO);
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
    assert_int_equal(f->identity.right_port, 0);
    assert_null(f->identity.kind);
}

static void test_not_a_tracker(void **state)
{
    struct fixture *f = *state;
    assert_false(take(f, "SSH-2.0", false));
    take_all(f, "SSH-2.0-scan\r\n");
    assert_int_equal(f->identity.verdict, VERDICT_NOT_A_TRACKER);
    assert_string_equal(f->identity.kind, "ssh");
    /* what the same peer sends then is no riddle */
    take_all(f, "\1\2\3\4\5");
    assert_string_equal(f->identity.kind, "ssh");
    take_all(f, "<a3;");
    assert_null(f->identity.kind);
    take_all(f, "\1\2\3\4\5");
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
}

static void test_passing_kinds_do_not_last(void **state)
{
    struct fixture *f = *state;
    take_all(f, "x");
    assert_string_equal(f->identity.kind, "one-byte");
    take_all(f, "PROXY TCP4 192.0.2.1 192.0.2.2 4000 5023\r\n");
    assert_string_equal(f->identity.kind, "proxy");
    take_all(f, "whatever");
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
    take_all(f, "<a4;");
    take_all(f, "x");
    assert_int_equal(f->identity.verdict, VERDICT_UNIDENTIFIED);
}

static void test_nothing_and_more(void **state)
{
    struct fixture *f = *state;
    assert_false(take(f, "", true));
    assert_false(take(f, "", false));
    assert_false(take(f, "<a4", false));
    assert_false(f->conversation.started);
    take_all(f, "<a4");
    assert_true(f->conversation.started);
    assert_false(take(f, "<a", false));
    assert_false(take(f, "!", false));
    assert_true(take(f, "!<a4;", false));
    assert_int_equal(f->identity.noise, 1);
}

/* however the stream is cut, the messages are the same */
static void test_byte_by_byte(void **state)
{
    struct fixture *f = *state;
    static const char stream[] = "<a3b3@1;\r\n<b4;<b3@22;\r\n";
    static const size_t ends[] = { 8, 14, 21 }; /* line ends that come later go to the next message */
    size_t taken = 0, count = 0;
    for (size_t n = 1; n < sizeof(stream); n++) {
        struct cursor bytes = cursor_of(stream + taken, n - taken);
        while (bytes.left > 0 && conversation_take(&f->conversation, f->detector, f->ports, &f->service,
                                                   bytes, false, NULL, &f->identity)) {
            taken += f->identity.bytes.left;
            assert_true(count < 3);
            assert_int_equal(taken, ends[count]);
            count++;
            bytes = cursor_of(stream + taken, n - taken);
        }
    }
    assert_int_equal(count, 3);
    assert_string_equal(f->identity.device, "22");
    expect_candidates(f, &beta, NULL);
}

static void test_marks_are_inside(void **state)
{
    struct fixture *f = *state;
    struct marks marks;
    assert_true(conversation_take(&f->conversation, f->detector, f->ports, &f->service,
                                  cursor_of_text("%%<a4@123;<a4;"), true, &marks, &f->identity));
    assert_int_equal(marks.count, 1);
    assert_string_equal(marks.list[0].name, "device");
    assert_int_equal(marks.list[0].offset, 4);
    assert_int_equal(marks.list[0].length, 3);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_own_port_is_fine),
        TEST(test_device_is_remembered),
        TEST(test_wrong_port),
        TEST(test_own_among_candidates_is_fine),
        TEST(test_right_port_but_wrong_transport),
        TEST(test_own_first_on_ties),
        TEST(test_later_messages_narrow),
        TEST(test_surest_message_orders),
        TEST(test_contradiction_starts_afresh),
        TEST(test_possible_does_not_contradict_certain),
        TEST(test_proof_makes_certain),
        TEST(test_port_of_unknown_owner_needs_certainty),
        TEST(test_foreign_port_and_no_port),
        TEST(test_two_messages_are_two),
        TEST(test_line_ends_belong_to_the_message),
        TEST(test_message_behind_noise),
        TEST(test_others_do_not_hold_up_what_is_settled),
        TEST(test_a_message_may_stand_behind_binary),
        TEST(test_unidentified_is_taken_whole),
        TEST(test_not_a_tracker),
        TEST(test_passing_kinds_do_not_last),
        TEST(test_nothing_and_more),
        TEST(test_byte_by_byte),
        TEST(test_marks_are_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
