/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is nobody's message is never a tracker's: random bytes of every length, random printable text, the greetings of other
 * protocols. HEXWATCH_RANDOM=N asks about N random inputs (the usual run about a few ten thousand).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hex.h"
#include "protocol/registry.h"
#include "verdict/conversation.h"
#include "verdict/greetings.h"

enum { LENGTHS = 513, USUAL = 30000, SHOWN = 40 };

struct nobody {
    struct detector *detector;
    struct ports *ports;
    uint64_t dice;
    size_t asked, possible, wrong;
};

static int set_up(void **state)
{
    struct nobody *nobody = calloc(1, sizeof(*nobody));
    if (!nobody)
        return -1;
    nobody->detector = detector_new(registry);
    nobody->ports = ports_new(registry);
    nobody->dice = 0x9e3779b97f4a7c15u;
    *state = nobody;
    return nobody->detector && nobody->ports ? 0 : -1;
}

static int tear_down(void **state)
{
    struct nobody *nobody = *state;
    detector_free(nobody->detector);
    ports_free(nobody->ports);
    free(nobody);
    return 0;
}

/* always the same numbers: what fails once fails again */
static uint64_t roll(struct nobody *nobody)
{
    nobody->dice ^= nobody->dice << 13;
    nobody->dice ^= nobody->dice >> 7;
    nobody->dice ^= nobody->dice << 17;
    return nobody->dice;
}

/* asks for all pieces of the bytes; the best claim made of any */
static void ask(struct nobody *nobody, const char *name, struct cursor bytes, enum transport transport,
                uint16_t port)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    struct service service = { transport, port };
    struct cursor rest = bytes;
    enum claim best = CLAIM_NO;
    const char *who = "";
    nobody->asked++;
    while (rest.left > 0 && conversation_take(&conversation, nobody->detector, nobody->ports, &service, rest,
                                              true, NULL, &identity)) {
        if (identity.candidate_count > 0 && identity.certainty > best) {
            best = identity.certainty;
            who = identity.candidates[0]->name;
        }
        if (!cursor_skip(&rest, identity.bytes.left))
            break;
    }
    nobody->possible += best == CLAIM_POSSIBLE;
    if (best < CLAIM_LIKELY)
        return;
    char hex[2 * SHOWN + 1];
    size_t shown = bytes.left < SHOWN ? bytes.left : SHOWN;
    hex_write(cursor_of(bytes.at, shown), hex);
    hex[2 * shown] = '\0';
    print_error("%s, %zu bytes: %s for %s (port %u): %s\n", name, bytes.left, claim_name(best), who, port,
                hex);
    nobody->wrong++;
}

static size_t wanted(void)
{
    const char *number = getenv("HEXWATCH_RANDOM");
    return number ? (size_t)strtoul(number, NULL, 10) : USUAL;
}

/* every length as often; datagrams and connections; any of the ports */
static void random_inputs(struct nobody *nobody, const char *name, bool is_text)
{
    uint8_t bytes[LENGTHS];
    for (size_t i = 0; i < wanted(); i++) {
        size_t length = i % LENGTHS;
        for (size_t n = 0; n < length; n++)
            bytes[n] = (uint8_t)(is_text ? ' ' + roll(nobody) % 95 : roll(nobody) >> 11);
        uint16_t port = (uint16_t)(PORTS_FIRST + roll(nobody) % (PORTS_LAST - PORTS_FIRST + 1));
        ask(nobody, name, cursor_of(bytes, length), i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, port);
    }
    print_message("%zu inputs, %zu of them a bare possible, %zu more\n", nobody->asked, nobody->possible,
                  nobody->wrong);
    assert_int_equal(nobody->wrong, 0);
    assert_true(nobody->possible * 1000 < nobody->asked);
}

static void random_bytes(void **state)
{
    random_inputs(*state, "random", false);
}

static void random_text(void **state)
{
    random_inputs(*state, "random text", true);
}

/* on a port that is nobody's, and on some that are somebody's: over both transports */
static void greetings_of_others(void **state)
{
    static const uint16_t ports[] = { 9000, 5001, 5013, 5027, 5055 };
    struct nobody *nobody = *state;
    for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
        for (size_t k = 0; k < sizeof(ports) / sizeof(ports[0]); k++) {
            struct cursor bytes = cursor_of(greetings[i].bytes, greetings[i].length);
            ask(nobody, greetings[i].name, bytes, TRANSPORT_TCP, ports[k]);
            ask(nobody, greetings[i].name, bytes, TRANSPORT_UDP, ports[k]);
        }
    }
    assert_int_equal(nobody->wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(greetings_of_others, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
