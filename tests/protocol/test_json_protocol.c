/* SPDX-License-Identifier: Apache-2.0 */
/* Bare JSON objects: framing, telling keys, what is cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/json_protocol.h"

static enum claim judge(struct cursor json)
{
    return json_holds(json, "id") ? CLAIM_CERTAIN : CLAIM_NO;
}

static void expect(const char *text, bool complete, enum claim wanted, size_t wanted_length)
{
    size_t length = 0;
    struct message message = { .bytes = cursor_of_text(text), .complete = complete };
    enum claim claim = json_match(&message, &length, "\"id\"", judge);
    if (claim != wanted || (claim >= CLAIM_POSSIBLE && length != wanted_length))
        fail_msg("%d of %zu bytes, not %d of %zu: %s", claim, length, wanted, wanted_length, text);
}

static void test_claims(void **state)
{
    (void)state;
    expect("{\"id\":1}", false, CLAIM_CERTAIN, 8);
    expect("{\"id\":1}\r\n{\"id\":2}", false, CLAIM_CERTAIN, 8);
    expect("{\"x\":1}{\"id\":2}", true, CLAIM_NO, 0);
    expect("{\"x\":{\"id\":2}}", true, CLAIM_NO, 0);
    expect("{\"x\":1}", false, CLAIM_NO, 0);
    expect("{", false, CLAIM_MORE, 0);
    expect("{", true, CLAIM_NO, 0);
    expect("{\"id\":1,\"x", false, CLAIM_MORE, 0);
    expect("{\"id\":1,\"x", true, CLAIM_LIKELY, 10);
    expect("{\"id\":1]", false, CLAIM_NO, 0);
    expect("{01}", false, CLAIM_NO, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_claims) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
