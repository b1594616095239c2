/* SPDX-License-Identifier: Apache-2.0 */
/* What other people's bytes fail: identifiers, times, and claims that are no more than likely. */
#include "support/recorder.h"
#include "verdict/plausible.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };

static void identifiers(void **state)
{
    (void)state;
    static const char *const good[] = { "1234",  "123456789012345", "012345678901234",
                                        "van-7", "00001",           "a123456789012345678" };
    static const char *const bad[] = {
        "", "123", "0000", "000000000000000", "001234567890123", "1234567890123456"
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(plausible_device(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(plausible_device(bad[i]));
}

static void times(void **state)
{
    (void)state;
    const int64_t day = 86400, now = NOON / 1000000;
    assert_true(plausible_time(now, NOON));
    assert_true(plausible_time(now + day, NOON));
    assert_false(plausible_time(now + day + 1, NOON));
    /* a receiver that has lost 1024 weeks */
    assert_true(plausible_time(now - 1024 * 7 * day, NOON));
    assert_false(plausible_time(0, NOON));
}

static bool claims(enum claim certainty, const char *type, const char *device, int64_t time)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, &gt06, type, LOCATION_NONE, device);
    fact.identity.certainty = certainty;
    fact.identity.reading.has_time = time != 0;
    fact.identity.reading.time = time;
    return plausible_claim(&fact.event);
}

static void claims_are_weighed(void **state)
{
    (void)state;
    const char *device = "123456789012345";
    assert_true(claims(CLAIM_CERTAIN, "status", "", 0));
    assert_false(claims(CLAIM_POSSIBLE, "login", device, NOON / 1000000));
    assert_true(claims(CLAIM_LIKELY, "login", device, 0));
    assert_false(claims(CLAIM_LIKELY, "status", device, 0));
    assert_true(claims(CLAIM_LIKELY, "status", device, NOON / 1000000));
    assert_false(claims(CLAIM_LIKELY, "status", device, 1));
    assert_false(claims(CLAIM_LIKELY, "login", "0000", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers),
        cmocka_unit_test(times),
        cmocka_unit_test(claims_are_weighed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
