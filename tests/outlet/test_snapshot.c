/* SPDX-License-Identifier: Apache-2.0 */
/* What who asks is told: of devices, ports, findings, messages. */
#include "outlet/known.h"

#include "base/portset.h"

static void devices(void **state)
{
    (void)state;
    struct known *known = known_new(100);
    known_message(known, 1, 5023, "gt06", LOCATION_VALID, "A", VERDICT_OK);
    known_message(known, 2, 5001, "gt06", LOCATION_NONE, "B", VERDICT_WRONG_PORT);
    known_finding(known, FINDING_WRONG_PORT, SEVERITY_PROBLEM, 2, 5001, "B", true);
    known_message(known, 3, 5013, "h02", LOCATION_INVALID, "C", VERDICT_OK);
    known_finding(known, FINDING_WAITING_FOR_FIX, SEVERITY_INFO, 3, 5013, "C", true);
    known_message(known, 4, 5093, "h02", LOCATION_NONE, "", VERDICT_WRONG_PORT);
    known_message(known, 5, 5093, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    struct fact fact; /* a browser is no device */
    fact_make(&fact, who_at(6, 6, 5093), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.identity.verdict = VERDICT_NOT_A_TRACKER;
    fact.identity.kind = "http";
    publish_message(&known->publisher, &fact.event);

    json_t *list = known_ask(known, "devices");
    assert_int_equal(json_array_size(list), 5);
    HAS(json_array_get(list, 0), "event=device", "device=A", "state=ok", "condition=located", "protocol=gt06",
        "transport=tcp", "port=5023", "verdict=ok", "location=valid", "messages=1", "rate=1", "chart.9=1",
        "chart.8=0", "peer=203.0.113.1:40001", "fix_arrived=2026-02-01T08:09:10.000000Z",
        "last=2026-02-01T08:09:10.000000Z", "next=");
    assert_true(json_real_value(json_object_get(json_array_get(list, 0), "lat")) > 47.5);
    HAS(json_array_get(list, 1), "device=B", "state=problem", "verdict=wrong-port", "right_port=5023",
        "findings.0=wrong-port", "next=use port 5023");
    assert_null(json_object_get(json_array_get(list, 1), "lat"));
    HAS(json_array_get(list, 2), "device=C", "state=waiting", "condition=waiting", "location=invalid",
        "findings.0=waiting-for-fix", "next=15 min is usual");
    HAS(json_array_get(list, 3), "state=problem", "protocol=h02", "device=", "peer=203.0.113.4:40004");
    HAS(json_array_get(list, 4), "state=unknown", "verdict=", "condition=unknown");
    json_decref(list);

    list = known_ask(known, "devices?port=5093");
    assert_int_equal(json_array_size(list), 2);
    json_decref(list);
    list = known_ask(known, "devices?finding=wrong-port");
    assert_int_equal(json_array_size(list), 1);
    HAS(json_array_get(list, 0), "device=B");
    json_decref(list);
    known_free(known);
}

static void ports(void **state)
{
    (void)state;
    struct known *known = known_new(100);
    struct portset listened = { 0 };
    portset_add(&listened, TRANSPORT_TCP, 5001, 5003);
    portset_add(&listened, TRANSPORT_UDP, 5001, 5001);
    snapshot_set_intakes(known->snapshot, &(struct snapshot_intakes){ .listened = &listened });
    snapshot_add_taken(known->snapshot, &(struct service){ TRANSPORT_TCP, 5004 }, "java (process 812)");
    known_message(known, 1, 5002, "gt06", LOCATION_NONE, "B", VERDICT_WRONG_PORT);
    known_finding(known, FINDING_WRONG_PORT, SEVERITY_PROBLEM, 1, 5002, "B", true);
    known_message(known, 2, 5003, "totem", LOCATION_NONE, "B", VERDICT_OK);
    known_message(known, 3, 5007, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    publish_connection(
        &known->publisher,
        &(struct connection_event){ .time = NOON, .who = who_at(9, 9, 5006), .state = CONNECTION_REFUSED });
    known_finding(known, FINDING_REFUSED, SEVERITY_PROBLEM, 9, 5006, "", true);
    json_t *list = known_ask(known, "ports");
    assert_int_equal(json_array_size(list), 7);
    HAS(json_array_get(list, 0), "event=port", "port=5001", "transport=tcp", "state=waiting",
        "happened=listening", "protocol=gps103", "messages=0");
    HAS(json_array_get(list, 1), "port=5002", "state=problem", "happened=wrong-protocol", "messages=1",
        "devices=1", "protocols.0=gt06", "findings.0=wrong-port");
    HAS(json_array_get(list, 2), "port=5003", "state=ok", "happened=data");
    HAS(json_array_get(list, 3), "port=5004", "state=problem", "happened=taken", "holder=java (process 812)");
    HAS(json_array_get(list, 4), "port=5006", "state=problem", "happened=refused", "refused=1");
    HAS(json_array_get(list, 5), "port=5007", "state=unknown", "happened=data");
    HAS(json_array_get(list, 6), "port=5001", "transport=udp", "happened=listening");
    json_decref(list);
    list = known_ask(known, "ports?port=tcp:5001-5002");
    assert_int_equal(json_array_size(list), 2);
    json_decref(list);
    list = known_ask(known, "ports?finding=refused");
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    known_free(known);
}

static void findings_and_messages(void **state)
{
    (void)state;
    struct known *known = known_new(100);
    known_message(known, 1, 5001, "gt06", LOCATION_NONE, "A", VERDICT_WRONG_PORT);
    known_finding(known, FINDING_WRONG_PORT, SEVERITY_PROBLEM, 1, 5001, "A", true);
    known_message(known, 2, 5023, "gt06", LOCATION_VALID, "B", VERDICT_OK);
    known_finding(known, FINDING_NO_FIX, SEVERITY_PROBLEM, 2, 5023, "B", true);
    known_finding(known, FINDING_NO_FIX, SEVERITY_PROBLEM, 2, 5023, "B", false);
    json_t *list = known_ask(known, "findings");
    assert_int_equal(json_array_size(list), 2);
    HAS(json_array_get(list, 0), "event=finding", "code=wrong-port", "state=raised", "device=A", "number=1",
        "times=1", "advice=What to do.", "first=2026-02-01T08:09:10Z", "count=1");
    HAS(json_array_get(list, 1), "code=no-fix", "state=cleared", "over=What is so.");
    json_decref(list);
    list = known_ask(known, "findings?open=1");
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    list = known_ask(known, "findings?device=B");
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    list = known_ask(known, "messages");
    assert_int_equal(json_array_size(list), 2);
    HAS(json_array_get(list, 0), "event=message", "device=A", "hex=787801");
    json_decref(list);
    list = known_ask(known, "messages?last=1");
    HAS(json_array_get(list, 0), "device=B");
    json_decref(list);
    list = known_ask(known, "tail?last=2&device=B");
    assert_int_equal(json_array_size(list), 3); /* the message, and what was found after it */
    json_decref(list);
    known_free(known);
}

/* An answer that takes long, while rows are forgotten and come: it ends, and no row is told that is not there. */
static void a_long_answer(void **state)
{
    (void)state;
    struct known *known = known_new(64);
    struct ask ask;
    char error[100], device[16];
    struct cursor record;
    unsigned number = 0, told = 0;
    for (; number < 64; number++) {
        snprintf(device, sizeof(device), "D%u", number);
        known_message(known, number % 200, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
    }
    assert_true(ask_read(cursor_of_text("devices"), &ask, error, sizeof(error)));
    struct answer *answer = answer_new(known->snapshot, &ask);
    for (enum answer_step step; (step = answer_next(answer, NOON, &record)) != ANSWER_END;) {
        assert_true(told < 1000);
        told += step == ANSWER_RECORD;
        for (int i = 0; i < 3 && number < 300; i++) {
            snprintf(device, sizeof(device), "D%u", number++);
            known_message(known, number % 200, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
        }
    }
    assert_true(told >= 64);
    answer_free(answer);
    /* one that is broken off */
    answer = answer_new(known->snapshot, &ask);
    assert_int_equal(answer_next(answer, NOON, &record), ANSWER_RECORD);
    answer_free(answer);
    known_free(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices),
        cmocka_unit_test(ports),
        cmocka_unit_test(findings_and_messages),
        cmocka_unit_test(a_long_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
