/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of strangers: what is advised depends on whose port it is. */
#include "support/recorder.h"
#include "verdict/stranger.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct protocol *const few[] = { &gt06, NULL };

static void expect(struct ports *ports, uint16_t port, const char *text, const char *advice)
{
    struct recorder *recorder = recorder_new();
    struct findings *findings = findings_new(10, &recorder->publisher);
    struct stranger_matter *matter = stranger_new(SECONDS(86400), ports, findings);
    struct fact fact;
    assert_non_null(matter);
    fact_make(&fact, who_at(1, 7, port), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    stranger_message(matter, &fact.event);
    heard(recorder, "+unidentified ");
    assert_string_equal(recorder->text, text);
    assert_string_equal(recorder->advice, advice);
    stranger_free(matter);
    stranger_free(NULL);
    findings_free(findings);
    free(recorder);
}

static void advice_knows_whose_port_it_is(void **state)
{
    static const char seller[] =
        "If this is your device, ask its seller for the protocol, and show this HEX in the Traccar forum.";
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    expect(ports, 5023,
           "203.0.113.7 sends bytes of no known protocol to port 5023, where Traccar speaks gt06: 787801.",
           seller);
    expect(ports, 5211,
           "203.0.113.7 sends bytes of no known protocol to port 5211, where Traccar speaks portman: 787801.",
           "5211 is Traccar's portman, which hexwatch does not recognise yet: look at Traccar's log whether "
           "Traccar decodes it.");
    expect(ports, 9999,
           "203.0.113.7 sends bytes of no known protocol to port 9999, where Traccar does not listen by "
           "default: 787801.",
           seller);
    ports_free(ports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(advice_knows_whose_port_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
