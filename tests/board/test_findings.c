/* SPDX-License-Identifier: Apache-2.0 */
/* The board's findings: what is open, what is past, what was said of them, within their caps. */
#include "board/findings.h"
#include "support/recorder.h"

static void take(struct board_findings *findings, enum finding_code code, bool raised, const char *device,
                 unsigned host, int second, const char *text)
{
    char memory[64], name[16]; /* gone after the call, as the event's texts are */
    snprintf(memory, sizeof(memory), "%s", text);
    snprintf(name, sizeof(name), "%s", device);
    board_findings_take(findings, &(struct finding_event){ .time = NOON + SECONDS(second),
                                                           .code = code,
                                                           .raised = raised,
                                                           .severity = SEVERITY_PROBLEM,
                                                           .who = who_at(host, host, 5013),
                                                           .device = name,
                                                           .text = memory,
                                                           .advice = raised ? "The mend." : "" });
    memset(memory, 'x', sizeof(memory) - 1);
    memset(name, 'x', sizeof(name) - 1);
}

static void open_then_past_then_open(void **state)
{
    (void)state;
    struct board_findings *findings = board_findings_new(10);
    take(findings, FINDING_WRONG_PORT, true, "A", 7, 0, "What.");
    const struct board_finding *finding = board_findings_next(findings, true, NULL);
    assert_true(finding->is_open);
    assert_string_equal(finding->event.device, "A");
    assert_string_equal(finding->event.text, "What.");
    assert_string_equal(finding->event.advice, "The mend.");
    assert_string_equal(finding->why, "");
    uint64_t number = finding->number;
    assert_null(board_findings_next(findings, true, finding));

    take(findings, FINDING_WRONG_PORT, false, "A", 7, 100, "Over.");
    assert_int_equal(board_findings_count(findings, true), 0);
    assert_int_equal(board_findings_count(findings, false), 1);
    finding = board_findings_next(findings, false, NULL);
    assert_false(finding->is_open);
    assert_true(finding->event.raised); /* what was said stays as it was said */
    assert_string_equal(finding->event.device, "A");
    assert_string_equal(finding->event.text, "What.");
    assert_string_equal(finding->event.advice, "The mend.");
    assert_string_equal(finding->why, "Over.");

    take(findings, FINDING_WRONG_PORT, true, "A", 7, 200, "Again.");
    assert_int_equal(board_findings_count(findings, false), 0);
    finding = board_findings_next(findings, true, NULL);
    assert_int_equal(finding->number, number);
    assert_string_equal(finding->event.text, "Again.");
    assert_string_equal(finding->why, "");
    assert_int_equal(finding->first, NOON);
    assert_int_equal(finding->event.time, NOON + SECONDS(200));
    assert_int_equal(finding->times, 2);
    board_findings_free(findings);
    board_findings_free(NULL);
}

static void each_matter_is_its_own(void **state)
{
    (void)state;
    struct board_findings *findings = board_findings_new(10);
    take(findings, FINDING_WRONG_PORT, true, "A", 7, 0, "1");
    take(findings, FINDING_WRONG_PORT, true, "B", 7, 0, "2");
    take(findings, FINDING_WRONG_PORT, true, "", 7, 0, "3");
    take(findings, FINDING_WRONG_PORT, true, "", 8, 0, "4");
    take(findings, FINDING_NO_FIX, true, "A", 7, 0, "5");
    assert_int_equal(board_findings_count(findings, true), 5);
    take(findings, FINDING_WRONG_PORT, false, "", 8, 0, "over");
    take(findings, FINDING_WRONG_PORT, false, "C", 7, 0, "over"); /* never raised here */
    assert_int_equal(board_findings_count(findings, true), 4);
    assert_int_equal(board_findings_count(findings, false), 1);
    assert_string_equal(board_findings_next(findings, false, NULL)->event.text, "4");
    board_findings_free(findings);
}

static void what_is_past_takes_no_place_from_what_is_open(void **state)
{
    (void)state;
    struct board_findings *findings = board_findings_new(20);
    for (unsigned i = 0; i < 10; i++)
        take(findings, FINDING_WRONG_PORT, true, "", i, 0, "open");
    for (unsigned i = 100; i < 200; i++) {
        take(findings, FINDING_NOT_A_TRACKER, true, "", i, 0, "stranger");
        take(findings, FINDING_NOT_A_TRACKER, false, "", i, 1, "gone");
    }
    assert_int_equal(board_findings_count(findings, true), 10);
    assert_int_equal(board_findings_count(findings, false), 20);
    assert_int_equal(board_findings_lost(findings, true), 0);
    assert_int_equal(board_findings_lost(findings, false), 80);
    for (unsigned i = 10; i < 50; i++)
        take(findings, FINDING_WRONG_PORT, true, "", i, 0, "open");
    assert_int_equal(board_findings_count(findings, true), 20);
    assert_int_equal(board_findings_lost(findings, true), 30);
    board_findings_free(findings);
}

/* The index by subject agrees with a count of all rows. */
static void agree(const struct board_findings *findings, const char *device, unsigned host)
{
    struct board_open counted = { 0 }, all = { 0 };
    const struct endpoint peer = who_at(host, host, 0).peer;
    const struct board_finding *finding = NULL;
    while ((finding = board_findings_next(findings, true, finding))) {
        const struct finding_event *event = &finding->event;
        bool is_meant = device[0] ? strcmp(event->device, device) == 0
                                  : !event->device[0] && endpoint_same_address(&event->who.peer, &peer);
        all.codes[event->code]++;
        all.severities[event->severity]++;
        counted.codes[event->code] += is_meant;
        counted.severities[event->severity] += is_meant;
    }
    const struct board_open *open = board_findings_about(findings, device, &peer);
    assert_memory_equal(board_findings_open(findings), &all, sizeof(all));
    assert_memory_equal(open ? open : &(struct board_open){ 0 }, &counted, sizeof(counted));
}

static void agree_at(const struct board_findings *findings, uint16_t port)
{
    struct board_open counted = { 0 };
    const struct board_finding *finding = NULL;
    while ((finding = board_findings_next(findings, true, finding))) {
        counted.codes[finding->event.code] += finding->event.who.port == port;
        counted.severities[finding->event.severity] += finding->event.who.port == port;
    }
    const struct board_open *open = board_findings_at(findings, &(struct service){ TRANSPORT_TCP, port });
    assert_memory_equal(open ? open : &(struct board_open){ 0 }, &counted, sizeof(counted));
}

static void who_has_open_ones(void **state)
{
    static const char *const devices[] = { "A", "B", "" };
    unsigned random = 1;
    (void)state;
    struct board_findings *findings = board_findings_new(12);
    assert_null(board_findings_about(findings, "A", &(struct endpoint){ 0 }));
    for (unsigned i = 0; i < 2000; i++) {
        random = random * 1103515245 + 12345;
        enum finding_code code = (enum finding_code)((random >> 16) % FINDING_CODES);
        const char *device = devices[(random >> 8) % 3];
        struct finding_event event = { .time = NOON,
                                       .code = code,
                                       .raised = (random >> 20 & 3) > 0,
                                       .severity = (enum severity)((random >> 10) % 3),
                                       .who = who_at(i, 1 + (random >> 24) % 2,
                                                     (uint16_t)(5013 + (random >> 27) % 2)),
                                       .device = device,
                                       .text = "What.",
                                       .advice = "" };
        board_findings_take(findings, &event);
        agree(findings, "A", 1);
        agree(findings, "B", 1);
        agree(findings, "", 1);
        agree(findings, "", 2);
        agree_at(findings, 5013);
        agree_at(findings, 5014);
    }
    assert_true(board_findings_lost(findings, true) > 0);
    board_findings_free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_then_past_then_open),
        cmocka_unit_test(each_matter_is_its_own),
        cmocka_unit_test(who_has_open_ones),
        cmocka_unit_test(what_is_past_takes_no_place_from_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
