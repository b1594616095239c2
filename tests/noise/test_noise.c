/* SPDX-License-Identifier: Apache-2.0 */
/* What is no tracker's gets its name, whole and byte by byte; what only looks like it does not, and no
 * tracker's message ever does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "noise/noise.h"
#include "noise/noise_probes.h"
#include "protocol/registry.h"

/* asks about a block of exactly the bytes, so that the sanitizer sees every byte read too far */
static enum claim ask(const struct probe *probe, size_t length, bool complete, const char **kind)
{
    uint8_t *block = malloc(length + (length == 0));
    assert_non_null(block);
    memcpy(block, probe->bytes, length);
    enum claim claim = noise_match(cursor_of(block, length), complete, kind);
    free(block);
    return claim;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(probes); i++) {
        const char *kind;
        if (ask(&probes[i], probes[i].length, true, &kind) != CLAIM_CERTAIN)
            fail_msg("probe %zu is not %s", i, probes[i].kind);
        assert_string_equal(kind, probes[i].kind);
    }
}

/* byte by byte it waits until it can tell, under no other name and without giving it up */
static void test_waits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(probes); i++) {
        const char *kind;
        for (size_t n = 1; n <= probes[i].length; n++) {
            if (ask(&probes[i], n, true, &kind) == CLAIM_MORE)
                fail_msg("%s wants more than %zu bytes though there are none", probes[i].kind, n);
            enum claim claim = ask(&probes[i], n, false, &kind);
            if (!probes[i].whole && claim < CLAIM_MORE)
                fail_msg("%s is given up after %zu bytes", probes[i].kind, n);
            if (claim == CLAIM_CERTAIN)
                assert_string_equal(kind, probes[i].kind);
        }
    }
}

static void test_near_misses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(misses); i++) {
        const char *kind;
        if (ask(&misses[i], misses[i].length, true, &kind) != CLAIM_NO)
            fail_msg("near miss %zu is taken for %s", i, kind ? kind : "an unfinished one");
        assert_null(kind);
        for (size_t n = 1; n <= misses[i].length; n++) {
            if (ask(&misses[i], n, false, &kind) == CLAIM_CERTAIN && !misses[i].whole)
                fail_msg("near miss %zu: its first %zu bytes are taken for %s", i, n, kind);
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    static const char zeros[2000];
    static char line[70000];
    const char *kind;
    assert_int_equal(noise_match(cursor_of(zeros, 100), false, &kind), CLAIM_MORE);
    assert_int_equal(noise_match(cursor_of(zeros, sizeof(zeros)), false, &kind), CLAIM_CERTAIN);
    assert_string_equal(kind, "empty");
    assert_int_equal(noise_match(cursor_of(NULL, 0), true, &kind), CLAIM_CERTAIN);
    assert_int_equal(noise_match(cursor_of(NULL, 0), false, &kind), CLAIM_MORE);
    /* a line without an end, and a body that never comes, are not waited for without bound */
    memset(line, 'a', sizeof(line));
    memcpy(line, "SSH-2.0-", 8);
    assert_int_equal(noise_match(cursor_of(line, sizeof(line)), false, &kind), CLAIM_CERTAIN);
    static const char head[] = "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n";
    memcpy(line, head, sizeof(head) - 1);
    assert_int_equal(noise_match(cursor_of(line, 4000), false, &kind), CLAIM_MORE);
    assert_int_equal(noise_match(cursor_of(line, sizeof(line)), false, &kind), CLAIM_CERTAIN);
    assert_string_equal(kind, "http");
}

static void test_random_bytes(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (unsigned i = 0; i < 200000; i++) {
        char bytes[64];
        for (size_t k = 0; k < sizeof(bytes); k++) {
            random = random * 1664525 + 1013904223;
            bytes[k] = (char)(random >> 24);
        }
        const struct probe probe = { .bytes = bytes, .length = 3 + i % 62 };
        const char *kind;
        if (ask(&probe, probe.length, true, &kind) != CLAIM_NO)
            fail_msg("random bytes (%u) are taken for %s", i, kind);
    }
}

/* over HTTP and MQTT trackers look like everybody; what is above decides */
static void test_samples_are_no_noise(void **state)
{
    (void)state;
    static uint8_t memory[MESSAGE_MAX];
    for (size_t i = 0; registry[i]; i++) {
        for (const struct sample *sample = registry[i]->samples; sample->text || sample->hex; sample++) {
            struct probe probe = { .bytes = (const char *)memory };
            const char *kind;
            assert_true(sample_bytes(sample, memory, sizeof(memory), &probe.length));
            for (size_t n = 1; n <= probe.length; n++) {
                bool is_whole = n == probe.length;
                if (ask(&probe, n, is_whole, &kind) == CLAIM_CERTAIN && strcmp(kind, "http") != 0 &&
                    strcmp(kind, "mqtt") != 0)
                    fail_msg("%s sample %zu: %zu bytes are taken for %s", registry[i]->name,
                             (size_t)(sample - registry[i]->samples), n, kind);
            }
        }
    }
}

static void test_lasting(void **state)
{
    (void)state;
    assert_true(noise_is_lasting("tls"));
    assert_true(noise_is_lasting("scanner"));
    assert_false(noise_is_lasting("empty"));
    assert_false(noise_is_lasting("one-byte"));
    assert_false(noise_is_lasting("proxy"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_near_misses),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_random_bytes), cmocka_unit_test(test_samples_are_no_noise),
        cmocka_unit_test(test_lasting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
