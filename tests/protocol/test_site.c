/* SPDX-License-Identifier: Apache-2.0 */
/* Protocols that a site adds: tables and clones work like the built-in ones, and what is wrong is refused with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/registry.h"
#include "protocol/site.h"

static const struct head heads[] = { { "YT,", 3 }, { NULL, 0 } };
static const struct site_stanza good = {
    .name = "yardtag",
    .port = 5901,
    .heads = heads,
    .text = { .ends = "#",
              .forms = { { .type = "login", .grammar = { "YT,(?<id>\\d+)" }, .answer = "{id}!" } } },
    .example = "YT,42#",
};

static int set_up(void **state)
{
    *state = site_new();
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    site_free(*state);
    return 0;
}

static const struct protocol *last_of(const struct site *site, size_t added)
{
    const struct protocol *const *list = site_protocols(site);
    assert_non_null(list[registry_count() + added - 1]);
    assert_null(list[registry_count() + added]);
    return list[registry_count() + added - 1];
}

static void a_table_of_its_own(void **state)
{
    char error[200], memory[20];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    struct reading reading;
    size_t length;
    assert_true(site_add(*state, &good, error, sizeof(error)));
    const struct protocol *own = last_of(*state, 1);
    struct patterns *store = patterns_new();
    struct message message = { .bytes = cursor_of_text("YT,42#YT,43#"), .patterns = store };
    assert_int_equal(protocol_match(own, &message, &length), CLAIM_CERTAIN);
    assert_int_equal(length, 6);
    message.bytes.left = length;
    reading_start(&reading, message.bytes, NULL);
    protocol_read(own, &message, &reading);
    assert_string_equal(reading.device, "42");
    assert_true(protocol_has_answers(own));
    protocol_answer(own, &message, &(struct asker){ .device = "" }, &reply);
    assert_int_equal(reply.length, 3);
    assert_memory_equal(memory, "42!", 3);
    patterns_free(store);
}

static void a_clone_behind_other_bytes(void **state)
{
    static const struct head yard[] = { { "YARD:,", 6 }, { NULL, 0 } };
    char error[200];
    struct reading reading;
    struct marks marks;
    size_t length;
    struct site_stanza stanza = { .name = "clone", .port = 5902, .heads = yard, .base = "freedom" };
    assert_true(site_add(*state, &stanza, error, sizeof(error)));
    const struct protocol *own = last_of(*state, 1);
    struct patterns *store = patterns_new();
    struct message message = {
        .bytes =
            cursor_of_text("YARD:,123456789012345,2026/02/01, 08:09:10, N, Lat:4730.6000, E, Lon:01905.4000, "
                           "Spd:12.50\r\nYARD:"),
        .patterns = store,
    };
    assert_int_equal(protocol_head(own, &message), CLAIM_POSSIBLE);
    assert_int_equal(protocol_match(own, &message, &length), CLAIM_CERTAIN);
    assert_int_equal(length, message.bytes.left - 5);
    message.bytes.left = length;
    reading_start(&reading, message.bytes, &marks);
    protocol_read(own, &message, &reading);
    assert_string_equal(reading.device, "123456789012345");
    assert_int_equal(reading.location, LOCATION_VALID);
    assert_true(reading.message.at == message.bytes.at);
    assert_true(marks.count > 3);
    for (size_t i = 0; i < marks.count; i++) {
        if (strcmp(marks.list[i].name, "device") == 0)
            assert_int_equal(marks.list[i].offset, 6);
    }
    message.bytes.left = 20;
    assert_int_equal(protocol_match(own, &message, &length), CLAIM_MORE);
    patterns_free(store);
}

static void refused(struct site *site, struct site_stanza stanza, const char *reason)
{
    char error[200] = "";
    assert_false(site_add(site, &stanza, error, sizeof(error)));
    if (!strstr(error, reason))
        fail_msg("'%s' says nothing of '%s'", error, reason);
    assert_null(site_protocols(site)[registry_count()]);
}

static void what_is_wrong_is_refused(void **state)
{
    static const struct head empty[] = { { "", 0 }, { NULL, 0 } },
                             two[] = { { "A", 1 }, { "B", 1 }, { NULL, 0 } };
    struct site_stanza stanza = good;
    stanza.name = NULL;
    refused(*state, stanza, "name: give");
    stanza.name = "Yard Tag";
    refused(*state, stanza, "lower-case");
    stanza.name = "gt06";
    refused(*state, stanza, "there is a protocol");
    stanza.name = "huabao";
    refused(*state, stanza, "there is a protocol");
    stanza = good;
    stanza.port = 0;
    refused(*state, stanza, "port");
    stanza = good;
    stanza.heads = NULL;
    refused(*state, stanza, "heads: give");
    stanza.heads = empty;
    refused(*state, stanza, "an empty one");
    stanza = good;
    stanza.text.forms[0].grammar.regex = "YT,(";
    refused(*state, stanza, "grammar: missing closing parenthesis");
    stanza.text.forms[0].grammar.regex = NULL;
    refused(*state, stanza, "forms: give");
    stanza = good;
    stanza.example = "YT,x#";
    refused(*state, stanza, "example");
    stanza = good;
    stanza.base = "nobody";
    refused(*state, stanza, "base: there is no");
    stanza.base = "freedom";
    stanza.heads = two;
    refused(*state, stanza, "a clone has one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_table_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clone_behind_other_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
