/* SPDX-License-Identifier: Apache-2.0 */
/* The status: the answer in a sentence, the six points, counts and losses. What the points say: tests/board/test_guide.c. */
#include "outlet/known.h"

#include "base/portset.h"

/* The status record, asked for two seconds after NOON. */
static json_t *status_of(struct known *known)
{
    json_t *list = known_ask(known, "status");
    assert_int_equal(json_array_size(list), 1);
    json_t *status = json_incref(json_array_get(list, 0));
    json_decref(list);
    return status;
}

static void says(const json_t *status, const char *path, const char *words)
{
    if (!strstr(known_text(status, path), words))
        fail_msg("%s: '%s' does not say '%s'", path, known_text(status, path), words);
}

static void at_the_start_nothing_is_known(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    snapshot_tick(known->snapshot, NOON);
    json_t *status = status_of(known);
    HAS(status, "event=status", "version=1.2.3", "receiving=waiting", "messages=0", "devices.all=0",
        "started=2026-02-01T08:09:10.000000Z", "time=2026-02-01T08:09:12.000000Z");
    /* what was not seen is never told as "no" */
    HAS(status, "points.0.state=waiting", "points.1.state=unknown", "points.2.state=waiting",
        "points.3.state=unknown", "points.4.state=waiting", "points.5.state=unknown");
    HAS(status, "points.0.title=HEX arrives", "points.1.title=Decoded", "points.2.title=Fix",
        "points.3.title=Gets through", "points.4.title=Right ports", "points.5.title=Ports open",
        "points.5.point=6");
    says(status, "answer", "No message has come");
    assert_int_equal(json_object_size(json_object_get(status, "lost")), 0);
    json_decref(status);
    known_free(known);
}

static void when_all_is_well(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    struct portset listened = { 0 };
    portset_add(&listened, TRANSPORT_TCP, 5001, 5200);
    snapshot_set_intakes(known->snapshot, &(struct snapshot_intakes){ .listened = &listened });
    snapshot_set_evidence(known->snapshot, &(struct guide_evidence){ .stale = SECONDS(300),
                                                                     .log_unread = "it is not there",
                                                                     .log_next = "Look for it." });
    publish_connection(&known->publisher,
                       &(struct connection_event){ .time = NOON, .who = who_at(1, 1, 5023) });
    known_message(known, 1, 5023, "gt06", LOCATION_VALID, "A", VERDICT_OK);
    json_t *status = status_of(known);
    HAS(status, "receiving=ok", "points.0.state=ok", "points.1.state=unknown", "points.2.state=ok",
        "points.3.state=ok", "points.4.state=ok", "listen.tcp=200", "devices.ok=1", "messages=1",
        "points.1.facts=it is not there", "points.1.next=Look for it.", "outsiders.all=1");
    says(status, "answer", "Yes, this server receives data. The last message came 2s ago; 1 a minute.");
    says(status, "points.2.facts", "1 of 1 have a place");
    /* there is one guide */
    assert_null(json_object_get(status, "guide"));
    json_decref(status);
    known_free(known);
}

/* What is wrong with one device does not say that nothing is received. */
static void a_finding_changes_its_point_and_not_the_answer(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    known_message(known, 1, 5023, "gt06", LOCATION_VALID, "A", VERDICT_OK);
    known_finding(known, FINDING_SILENT, SEVERITY_WARNING, 1, 5023, "B", true);
    json_t *status = status_of(known);
    HAS(status, "receiving=ok", "points.0.state=problem", "points.0.next=What to do.", "findings.warning=1");
    says(status, "answer", "Yes, this server");
    json_decref(status);
    known_free(known);
}

static void losses_and_forgotten_rows_are_told(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    char device[8];
    known->lost = 7;
    for (unsigned i = 0; i < 20; i++) {
        snprintf(device, sizeof(device), "D%u", i);
        known_message(known, 1, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
    }
    json_t *status = status_of(known), *lost = json_object_get(status, "lost");
    assert_int_equal(json_integer_value(json_object_get(lost, "things lost")), 7);
    assert_null(json_object_get(lost, "nothing"));
    assert_int_equal(json_integer_value(json_object_get(lost, "rows forgotten because of limits.devices")),
                     10);
    json_decref(status);
    known_free(known);
}

/* More rows than are counted at once: the count comes with the ticks. */
static void many_devices_are_counted_in_steps(void **state)
{
    enum { MANY = 20000 };
    (void)state;
    struct known *known = known_new(MANY);
    char device[16];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(device, sizeof(device), "D%u", i);
        known_message(known, i % 250, 5023, "gt06", i % 4 == 0 ? LOCATION_INVALID : LOCATION_VALID, device,
                      VERDICT_OK);
    }
    json_t *status = status_of(known);
    HAS(status, "devices.all=0"); /* and "counted" is missing: none was finished */
    HAS(status, "points.0.state=unknown", "points.2.state=unknown", "points.5.state=unknown");
    assert_null(json_object_get(status, "counted"));
    json_decref(status);
    for (int i = 0; i < 10; i++)
        snapshot_tick(known->snapshot, NOON);
    status = status_of(known);
    HAS(status, "devices.all=20000", "devices.ok=15000", "devices.waiting=5000",
        "devices.conditions.waiting=5000", "counted=2026-02-01T08:09:10.000000Z", "points.2.state=ok");
    says(status, "points.2.facts", "15000 of 20000 have a place");
    json_decref(status);
    known_free(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_start_nothing_is_known),
        cmocka_unit_test(when_all_is_well),
        cmocka_unit_test(a_finding_changes_its_point_and_not_the_answer),
        cmocka_unit_test(losses_and_forgotten_rows_are_told),
        cmocka_unit_test(many_devices_are_counted_in_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
