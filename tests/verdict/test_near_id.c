/* SPDX-License-Identifier: Apache-2.0 */
/* What people get wrong when they write an identifier down, and strangers that only look alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/near_id.h"

static void near_misses(void **state)
{
    static const struct {
        const char *registered, *sent, *how;
    } cases[] = {
        { "123456789012345", "123456789021345", "two neighbouring digits are swapped" },
        { "123456789012345", "0123456789012345", "without the zero in front" },
        { "0123456789012345", "123456789012345", "with a zero in front" },
        { "49015420323751", "490154203237518", "without its check digit, the last one" },
        { "490154203237518", "49015420323751", "with a check digit behind it" },
        { "12345678901234", "123456789012345", "a digit is missing" },
        { "12346789012345", "123456789012345", "a digit is missing" },
        { "1234567789012345", "123456789012345", "with a digit too many" },
        { "123456789012345", "056789012345", "the device sends only its last digits" },
        { "56789012345", "123456789012345", "only the last digits are registered" },
        { "Van-0007", "van-0007", "capital and small letters differ" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *how = near_id(cases[i].registered, cases[i].sent);
        if (!how)
            fail_msg("%s and %s are strangers", cases[i].registered, cases[i].sent);
        assert_string_equal(how, cases[i].how);
    }
}

static void strangers(void **state)
{
    static const char *const cases[][2] = {
        { "123456789012345", "123456789012345" }, /* the same */
        { "123456789012345", "123456789012346" }, /* the next of a fleet */
        { "4112345678", "4112345679" },
        { "123456789012345", "987654321098765" },
        { "123456789012345", "12345" },
        { "123456789012345", "" },
        { "12345", "012345" },                    /* too short to say */
        { "123456789012345", "213456789012354" }, /* two pairs */
        { "", "" },
        { "1", "0000000001" },
        { "000000", "0000000" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (near_id(cases[i][0], cases[i][1]))
            fail_msg("%s and %s: %s", cases[i][0], cases[i][1], near_id(cases[i][0], cases[i][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(near_misses), cmocka_unit_test(strangers) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
