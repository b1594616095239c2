/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a message's line: protocol, device, place, verdict, and what a PROXY header says. */
#include "support/recorder.h"
#include "verdict/text.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct protocol topin = { .name = "topin", .port = 5199, .transports = OVER_TCP };

static char memory[1024];

static const char *text_of(const struct identity *identity, unsigned count)
{
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    text_put_identity(&out, identity, count);
    memory[out.length] = '\0';
    return memory;
}

static void make(struct fact *fact, const struct protocol *protocol, enum location location)
{
    fact_make(fact, who_at(1, 7, 5023), NOON, protocol, "position", location,
              protocol ? "123456789012345" : "");
}

static void a_message(void **state)
{
    (void)state;
    struct fact fact;
    make(&fact, &gt06, LOCATION_VALID);
    fact.identity.reading.has_coordinates = fact.identity.reading.has_time = true;
    fact.identity.reading.lat = -33.45;
    fact.identity.reading.lon = 19.0900004;
    fact.identity.reading.time = NOON / 1000000;
    assert_string_equal(text_of(&fact.identity, 1),
                        " gt06 position, device 123456789012345, -33.450000 19.090000 "
                        "at 2026-02-01T08:09:10Z, ok");
    make(&fact, &gt06, LOCATION_INVALID);
    assert_string_equal(text_of(&fact.identity, 3), " gt06 3 messages, device 123456789012345, no fix, ok");
}

static void verdicts(void **state)
{
    (void)state;
    struct fact fact;
    make(&fact, &gt06, LOCATION_NONE);
    fact.identity.verdict = VERDICT_WRONG_PORT;
    assert_non_null(strstr(text_of(&fact.identity, 1), "no location, WRONG PORT: use 5023"));
    fact.identity.right_port = 0;
    assert_non_null(strstr(text_of(&fact.identity, 1), "SWITCHED OFF in this Traccar"));
    fact.identity.verdict = VERDICT_WRONG_TRANSPORT;
    assert_non_null(strstr(text_of(&fact.identity, 1), "WRONG TRANSPORT: use tcp"));
    fact.identity.verdict = VERDICT_NONE;
    fact.identity.right_port = 5023;
    assert_non_null(strstr(text_of(&fact.identity, 1), ", port 5023"));
}

static void who_it_may_be(void **state)
{
    (void)state;
    struct fact fact;
    make(&fact, &gt06, LOCATION_UNKNOWN);
    fact.identity.candidates[fact.identity.candidate_count++] = &topin;
    fact.identity.certainty = CLAIM_LIKELY;
    assert_non_null(strstr(text_of(&fact.identity, 1), " gt06 or topin (likely) position"));
    make(&fact, NULL, LOCATION_UNKNOWN);
    assert_string_equal(text_of(&fact.identity, 1), " unidentified");
    fact.identity.kind = "tls";
    assert_string_equal(text_of(&fact.identity, 1), " not a tracker: tls");
}

static void what_a_proxy_says(void **state)
{
    (void)state;
    struct fact fact;
    struct endpoint says = endpoint_of_v4((const uint8_t[]){ 198, 51, 100, 7 }, 40312);
    make(&fact, &gt06, LOCATION_NONE);
    fact.identity.says = &says;
    assert_non_null(strstr(text_of(&fact.identity, 1), ", ok, a PROXY header says from 198.51.100.7:40312"));
    says = (struct endpoint){ .port = 0 };
    assert_non_null(strstr(text_of(&fact.identity, 1), "says from nobody"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(who_it_may_be),
        cmocka_unit_test(what_a_proxy_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
