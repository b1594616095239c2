/* SPDX-License-Identifier: Apache-2.0 */
/* Findings: told once when they begin and once when they end. */
#include "support/recorder.h"
#include "verdict/finding.h"

static const struct protocol tracker = { .name = "tracker", .port = 5023 };

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct who who;
};

static struct world *world_new(size_t capacity)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->findings = findings_new(capacity, &world->recorder->publisher);
    assert_non_null(world->findings);
    world->who = who_at(1, 7, 5013);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    findings_free(world->findings);
    heard(world->recorder, ""); /* the end of the program is not the end of the matter */
    free(world->recorder);
    free(world);
}

static struct subject device_subject(const char *device)
{
    struct who who = who_at(1, 7, 5013);
    return subject_of(&who, device, false);
}

static void raise_it(struct world *world, enum finding_code code, const struct subject *subject,
                     const char *device, int64_t time)
{
    finding_raise(world->findings, code, subject,
                  (struct finding_event){ .time = time,
                                          .severity = SEVERITY_PROBLEM,
                                          .who = world->who,
                                          .device = device,
                                          .protocol = &tracker,
                                          .right_port = 5023,
                                          .text = "What.",
                                          .advice = "The mend." });
}

static void raised_once_and_cleared_once(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct subject subject = device_subject("123456789012345");
    finding_clear(world->findings, FINDING_NO_FIX, &subject, NOON, "never was");
    heard(world->recorder, "");
    assert_false(finding_confirm(world->findings, FINDING_NO_FIX, &subject, NOON));
    raise_it(world, FINDING_NO_FIX, &subject, "123456789012345", NOON);
    raise_it(world, FINDING_NO_FIX, &subject, "123456789012345", NOON + 1);
    heard(world->recorder, "+no-fix ");
    assert_true(finding_confirm(world->findings, FINDING_NO_FIX, &subject, NOON + 2));
    finding_clear(world->findings, FINDING_NO_FIX, &subject, NOON + 3, "It is over.");
    finding_clear(world->findings, FINDING_NO_FIX, &subject, NOON + 4, "It is over.");
    heard(world->recorder, "-no-fix ");
    assert_false(finding_confirm(world->findings, FINDING_NO_FIX, &subject, NOON + 5));
    raise_it(world, FINDING_NO_FIX, &subject, "123456789012345", NOON + 6);
    heard(world->recorder, "+no-fix ");
    world_free(world);
}

static void the_end_says_whose_it_was(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct subject subject = device_subject("123456789012345");
    raise_it(world, FINDING_WRONG_PORT, &subject, "123456789012345", NOON);
    const struct finding_event *last = &world->recorder->last;
    assert_true(last->raised && last->code == FINDING_WRONG_PORT && last->time == NOON);
    assert_string_equal(last->text, "What.");
    assert_string_equal(last->advice, "The mend.");
    finding_clear(world->findings, FINDING_WRONG_PORT, &subject, NOON + 9, "It is over.");
    assert_false(last->raised);
    assert_int_equal(last->time, NOON + 9);
    assert_int_equal(last->severity, SEVERITY_PROBLEM);
    assert_int_equal(last->who.flow, 1);
    assert_int_equal(last->who.port, 5013);
    assert_ptr_equal(last->protocol, &tracker);
    assert_int_equal(last->right_port, 5023);
    assert_string_equal(last->device, "123456789012345");
    assert_string_equal(last->text, "It is over.");
    heard(world->recorder, "+wrong-port -wrong-port ");
    world_free(world);
}

static void subjects_and_codes_do_not_mix(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct subject one = device_subject("1"), other = device_subject("2");
    raise_it(world, FINDING_NO_FIX, &one, "1", NOON);
    assert_false(finding_confirm(world->findings, FINDING_NO_FIX, &other, NOON));
    assert_false(finding_confirm(world->findings, FINDING_WRONG_PORT, &one, NOON));
    finding_clear(world->findings, FINDING_NO_FIX, &other, NOON, "not that");
    finding_clear(world->findings, FINDING_WRONG_PORT, &one, NOON, "not that");
    heard(world->recorder, "+no-fix ");
    raise_it(world, FINDING_NO_FIX, &other, "2", NOON);
    heard(world->recorder, "+no-fix ");
    world_free(world);
}

static void who_is_the_subject(void **state)
{
    (void)state;
    struct who who = who_at(1, 7, 5013), again = who_at(2, 7, 5023), neighbour = who_at(3, 8, 5013);
    struct subject a = subject_of(&who, "", false), b = subject_of(&again, "", false);
    assert_memory_equal(&a, &b, sizeof(a)); /* the address counts, not its port */
    b = subject_of(&neighbour, "", false);
    assert_memory_not_equal(&a, &b, sizeof(a));
    a = subject_of(&who, "", true);
    b = subject_of(&again, "", true);
    assert_memory_not_equal(&a, &b, sizeof(a));
    again.port = who.port;
    again.transport = TRANSPORT_UDP;
    b = subject_of(&again, "", true);
    assert_memory_not_equal(&a, &b, sizeof(a));
    a = subject_of(&who, "42", false);
    b = subject_of(&neighbour, "42", false);
    assert_memory_equal(&a, &b, sizeof(a));
    b = subject_of(&neighbour, "43", false);
    assert_memory_not_equal(&a, &b, sizeof(a));
}

static void a_shadow_is_silent(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct subject one = device_subject("1"), two = device_subject("2"), three = device_subject("3");
    finding_shadow(world->findings, FINDING_WRONG_PORT, &one, NOON);
    finding_shadow(world->findings, FINDING_WRONG_PORT, &two, NOON);
    finding_shadow(world->findings, FINDING_WRONG_PORT, &two, NOON);
    assert_true(findings_any(world->findings, FINDING_WRONG_PORT));
    assert_true(finding_confirm(world->findings, FINDING_WRONG_PORT, &one, NOON + 1));
    raise_it(world, FINDING_WRONG_PORT, &one, "1", NOON + 2); /* noted as still true, not told */
    finding_clear(world->findings, FINDING_WRONG_PORT, &one, NOON + 3, "over");
    heard(world->recorder, "");
    assert_false(finding_confirm(world->findings, FINDING_WRONG_PORT, &one, NOON + 4));
    finding_shadow(world->findings, FINDING_WRONG_PORT, &three, NOON + 9);
    findings_forget(world->findings, FINDING_WRONG_PORT, NOON + 9, NOON + 9, "over");
    heard(world->recorder, "");
    assert_false(finding_confirm(world->findings, FINDING_WRONG_PORT, &two, NOON + 9));
    assert_true(finding_confirm(world->findings, FINDING_WRONG_PORT, &three, NOON + 9));
    /* what is raised already is not hushed by a shadow */
    raise_it(world, FINDING_WRONG_PORT, &one, "1", NOON + 10);
    finding_shadow(world->findings, FINDING_WRONG_PORT, &one, NOON + 11);
    finding_clear(world->findings, FINDING_WRONG_PORT, &one, NOON + 12, "over");
    heard(world->recorder, "+wrong-port -wrong-port ");
    world_free(world);
}

static void cleared_only_after_quiet(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct subject subject = device_subject("1");
    raise_it(world, FINDING_WRONG_PORT, &subject, "1", NOON);
    finding_clear_quiet(world->findings, FINDING_WRONG_PORT, &subject, SECONDS(60), NOON + SECONDS(59),
                        "over");
    assert_true(finding_confirm(world->findings, FINDING_WRONG_PORT, &subject, NOON + SECONDS(59)));
    finding_clear_quiet(world->findings, FINDING_WRONG_PORT, &subject, SECONDS(60), NOON + SECONDS(118),
                        "over");
    heard(world->recorder, "+wrong-port ");
    finding_clear_quiet(world->findings, FINDING_WRONG_PORT, &subject, SECONDS(60), NOON + SECONDS(119),
                        "over");
    heard(world->recorder, "-wrong-port ");
    world_free(world);
}

static void the_old_ones_are_forgotten(void **state)
{
    (void)state;
    struct world *world = world_new(100);
    for (unsigned i = 0; i < 20; i++) {
        char name[8];
        snprintf(name, sizeof(name), "%u", i);
        struct subject subject = device_subject(name);
        raise_it(world, i % 2 ? FINDING_NOT_A_TRACKER : FINDING_NO_FIX, &subject, name, NOON + i);
    }
    struct subject confirmed = device_subject("3");
    assert_true(finding_confirm(world->findings, FINDING_NOT_A_TRACKER, &confirmed, NOON + 100));
    world->recorder->log.length = 0;
    findings_forget(world->findings, FINDING_NOT_A_TRACKER, NOON + 7, NOON + 200, "gone");
    heard(world->recorder, "-not-a-tracker -not-a-tracker "); /* 1 and 5; 7 is not before */
    assert_int_equal(world->recorder->last.time, NOON + 200);
    findings_forget(world->findings, FINDING_NOT_A_TRACKER, NOON + 7, NOON + 200, "gone");
    findings_forget(world->findings, FINDING_UNIDENTIFIED, NOON + 7, NOON + 200, "gone");
    heard(world->recorder, "");
    findings_forget(world->findings, FINDING_NOT_A_TRACKER, NOON + 300, NOON + 300, "gone");
    assert_false(findings_any(world->findings, FINDING_NOT_A_TRACKER));
    assert_true(findings_any(world->findings, FINDING_NO_FIX));
    world->recorder->log.length = 0;
    world_free(world);
}

static void the_table_is_bounded(void **state)
{
    (void)state;
    struct world *world = world_new(4);
    for (unsigned i = 0; i < 10; i++) {
        char name[8];
        snprintf(name, sizeof(name), "%u", i);
        struct subject subject = device_subject(name);
        raise_it(world, FINDING_NO_FIX, &subject, name, NOON);
    }
    assert_int_equal(findings_evicted(world->findings), 6);
    heard(world->recorder,
          "+no-fix +no-fix +no-fix +no-fix +no-fix +no-fix +no-fix +no-fix +no-fix +no-fix ");
    struct subject first = device_subject("0"), last = device_subject("9");
    assert_false(finding_confirm(world->findings, FINDING_NO_FIX, &first, NOON));
    assert_true(finding_confirm(world->findings, FINDING_NO_FIX, &last, NOON));
    for (unsigned i = 6; i < 10; i++) {
        char name[8];
        snprintf(name, sizeof(name), "%u", i);
        struct subject subject = device_subject(name);
        assert_true(findings_any(world->findings, FINDING_NO_FIX));
        finding_clear(world->findings, FINDING_NO_FIX, &subject, NOON, "over");
    }
    heard(world->recorder, "-no-fix -no-fix -no-fix -no-fix ");
    assert_false(findings_any(world->findings, FINDING_NO_FIX)); /* the evicted ones count no more */
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raised_once_and_cleared_once),
        cmocka_unit_test(the_end_says_whose_it_was),
        cmocka_unit_test(subjects_and_codes_do_not_mix),
        cmocka_unit_test(who_is_the_subject),
        cmocka_unit_test(a_shadow_is_silent),
        cmocka_unit_test(cleared_only_after_quiet),
        cmocka_unit_test(the_old_ones_are_forgotten),
        cmocka_unit_test(the_table_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
