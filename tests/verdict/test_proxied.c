/* SPDX-License-Identifier: Apache-2.0 */
/* PROXY headers before the trackers' bytes: told once an address and port, over when they are gone. */
#include "support/recorder.h"
#include "verdict/proxied.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };

static void send(struct findings *findings, unsigned host, int64_t second, const struct protocol *protocol,
                 const struct endpoint *says)
{
    struct fact fact;
    fact_make(&fact, who_at(1, host, 5023), NOON + SECONDS(second), protocol, "login", LOCATION_NONE, "");
    fact.identity.says = says;
    proxied_message(findings, &fact.event);
}

static void told_once_and_over(void **state)
{
    (void)state;
    struct recorder *recorder = recorder_new();
    struct findings *findings = findings_new(100, &recorder->publisher);
    struct endpoint nobody = { .port = 0 };
    struct endpoint tracker = endpoint_of_v4((const uint8_t[]){ 198, 51, 100, 7 }, 40312);
    assert_non_null(findings);
    send(findings, 1, 0, &gt06, NULL);
    send(findings, 1, 1, NULL, &tracker); /* no tracker is behind it: nothing is lost */
    heard(recorder, "");
    send(findings, 1, 2, &gt06, &tracker);
    send(findings, 1, 3, &gt06, &tracker);
    heard(recorder, "+behind-proxy ");
    assert_non_null(strstr(recorder->text, "says that the sender is 198.51.100.7:40312"));
    send(findings, 2, 4, &gt06, &nobody);
    heard(recorder, "+behind-proxy ");
    assert_null(strstr(recorder->text, "says that"));
    send(findings, 3, 5, &gt06, NULL); /* somebody else's does not end it */
    heard(recorder, "");
    send(findings, 1, 6, &gt06, NULL);
    heard(recorder, "-behind-proxy ");
    proxied_tick(findings, NOON + SECONDS(5), NOON + SECONDS(100));
    heard(recorder, "-behind-proxy ");
    findings_free(findings);
    free(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(told_once_and_over) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
