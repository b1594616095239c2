/* SPDX-License-Identifier: Apache-2.0 */
/* Names in words: every code has one of its own, ports are told by what this server has there. */
#include "protocol/registry.h"
#include "support/recorder.h"

static const char *const device = "123456789012345";

static const char *port_of(const struct ports *ports, uint16_t port, struct wording *wording)
{
    wording_start(wording);
    wording_put_port(&wording->text, ports, port);
    return wording_end(wording);
}

static void codes_have_names_of_their_own(void **state)
{
    (void)state;
    for (int i = 0; i < FINDING_CODES; i++) {
        assert_non_null(finding_name((enum finding_code)i));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(finding_name((enum finding_code)i), finding_name((enum finding_code)k));
    }
    for (int i = 0; i < CONNECTION_STATES; i++)
        assert_non_null(connection_name((enum connection_state)i));
    for (int i = SEVERITY_INFO; i <= SEVERITY_PROBLEM; i++)
        assert_true(severity_name((enum severity)i) && severity_word((enum severity)i));
}

static void ports_in_words(void **state)
{
    (void)state;
    struct wording wording;
    struct ports *ports = ports_new(registry);
    assert_non_null(ports);
    assert_string_equal(port_of(ports, 5023, &wording), "port 5023, where Traccar speaks gt06");
    assert_string_equal(port_of(ports, 8082, &wording), "port 8082, Traccar's web port");
    assert_string_equal(port_of(ports, 7000, &wording),
                        "port 7000, where Traccar does not listen by default");
    ports_move(ports, registry_find("gt06"), 6023);
    assert_string_equal(port_of(ports, 5023, &wording), "port 5023, where this Traccar does not listen");
    assert_string_equal(port_of(ports, 6023, &wording), "port 6023, where Traccar speaks gt06");
    ports_free(ports);
}

static void who_and_how_long(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } spans[] = { { 0, "0 seconds" },
                  { 119, "119 seconds" },
                  { 120, "2 minutes" },
                  { 7199, "119 minutes" },
                  { 7200, "2 hours" } };
    struct wording wording;
    struct who who = who_at(1, 7, 5023);
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        wording_start(&wording);
        wording_put_span(&wording.text, SECONDS(spans[i].seconds));
        assert_string_equal(wording_end(&wording), spans[i].text);
    }
    wording_start(&wording);
    wording_put_subject(&wording.text, &who, device);
    assert_string_equal(wording_end(&wording), "Device 123456789012345");
    wording_start(&wording);
    wording_put_subject(&wording.text, &who, "");
    assert_string_equal(wording_end(&wording), "The device at 203.0.113.7:40001");
    wording_start(&wording);
    wording_put_address(&wording.text, &who);
    assert_string_equal(wording_end(&wording), "203.0.113.7");
}

/* However much is put in, it ends well. */
static void too_long_a_text(void **state)
{
    (void)state;
    struct wording wording;
    wording_start(&wording);
    for (int i = 0; i < 2 * WORDING_MAX; i++)
        buffer_put_text(&wording.text, "ab");
    assert_true(strlen(wording_end(&wording)) < WORDING_MAX);
}

static void ages(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = { { 0, "now" },   { 1, "1s" },          { 59, "59s" },       { 60, "1m" }, { 3599, "59m" },
                  { 3600, "1h" }, { 47 * 3600, "47h" }, { 48 * 3600, "2d" }, { -5, "now" } };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char memory[32];
        struct buffer out = buffer_on(memory, sizeof(memory) - 1);
        wording_put_age(&out, SECONDS(cases[i].seconds));
        memory[out.length] = '\0';
        assert_string_equal(memory, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_have_names_of_their_own),
        cmocka_unit_test(ports_in_words),
        cmocka_unit_test(who_and_how_long),
        cmocka_unit_test(too_long_a_text),
        cmocka_unit_test(ages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
