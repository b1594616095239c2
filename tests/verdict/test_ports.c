/* SPDX-License-Identifier: Apache-2.0 */
/* The port table: who owns a port, and which ports belong to protocols that are not known here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/registry.h"
#include "verdict/ports.h"

static const struct protocol first = { .name = "first", .port = PORTS_FIRST };
static const struct protocol last = { .name = "last", .port = PORTS_LAST };
static const struct protocol web = { .name = "web", .port = 8090 };
static const struct protocol *const few[] = { &first, &last, &web, NULL };

static void each_owns_its_default_port(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    for (unsigned port = 0; port <= UINT16_MAX; port++) {
        const struct protocol *owner = port == PORTS_FIRST  ? &first
                                       : port == PORTS_LAST ? &last
                                       : port == 8090       ? &web
                                                            : NULL;
        assert_ptr_equal(ports_owner(ports, (uint16_t)port), owner);
    }
    assert_int_equal(ports_of(ports, &first), PORTS_FIRST);
    assert_int_equal(ports_of(ports, &web), 8090);
    ports_free(ports);
    ports_free(NULL);
}

static void only_traccars_other_ports_are_unknown(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    for (unsigned port = 0; port <= UINT16_MAX; port++)
        assert_int_equal(ports_is_unknown(ports, (uint16_t)port), port > PORTS_FIRST && port < PORTS_LAST);
    assert_false(ports_is_unknown(ports, PORTS_WEB));
    ports_free(ports);
}

static void a_server_that_has_them_elsewhere(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    assert_false(ports_is_configured(ports));
    ports_move(ports, &first, 6000);
    assert_true(ports_is_configured(ports));
    assert_ptr_equal(ports_owner(ports, 6000), &first);
    assert_null(ports_owner(ports, PORTS_FIRST));
    assert_false(ports_is_unknown(ports, PORTS_FIRST)); /* nobody is there any more */
    assert_int_equal(ports_of(ports, &first), 6000);
    ports_move(ports, &web, 0);
    assert_null(ports_owner(ports, 8090));
    assert_int_equal(ports_of(ports, &web), 8090);
    ports_free(ports);
}

static void two_change_places(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    ports_move(ports, &first, PORTS_LAST);
    ports_move(ports, &last, PORTS_FIRST);
    assert_ptr_equal(ports_owner(ports, PORTS_LAST), &first);
    assert_ptr_equal(ports_owner(ports, PORTS_FIRST), &last);
    assert_int_equal(ports_of(ports, &first), PORTS_LAST);
    assert_int_equal(ports_of(ports, &last), PORTS_FIRST);
    ports_free(ports);
}

static void ports_of_the_servers_own_list(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    ports_take_back(ports);
    assert_false(ports_is_unknown(ports, 5100));
    ports_give_away(ports, 7000, NULL);
    ports_give_away(ports, PORTS_FIRST, NULL); /* in a known one's place, which goes elsewhere */
    ports_move(ports, &first, 6000);
    assert_true(ports_is_unknown(ports, 7000));
    assert_true(ports_is_unknown(ports, PORTS_FIRST));
    ports_give_away(ports, PORTS_LAST, NULL);
    assert_false(ports_is_unknown(ports, PORTS_LAST)); /* a known one is there */
    assert_true(ports_is_configured(ports));
    assert_int_equal(ports_web(ports), PORTS_WEB);
    ports_set_web(ports, 80);
    assert_int_equal(ports_web(ports), 80);
    ports_free(ports);
}

static void expect_name(const struct ports *ports, uint16_t port, const char *expected)
{
    struct cursor name;
    bool is_told = ports_name(ports, port, &name);
    assert_int_equal(is_told, expected != NULL);
    assert_true(!is_told || cursor_is(name, expected));
}

static void what_the_server_calls_them(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    expect_name(ports, PORTS_FIRST, "first");
    expect_name(ports, PORTS_LAST, "last");
    expect_name(ports, 5211, "portman"); /* not known here, but where it usually is */
    expect_name(ports, 5175, NULL);      /* nobody's */
    expect_name(ports, PORTS_FIRST - 1, NULL);
    expect_name(ports, PORTS_LAST + 1, NULL);
    ports_take_back_one(ports, 5210);
    expect_name(ports, 5210, NULL);
    assert_false(ports_is_unknown(ports, 5210));
    expect_name(ports, 5209, "wli");
    ports_take_back(ports);
    expect_name(ports, 5211, NULL);
    ports_give_away(ports, 7000, "portman.port");
    expect_name(ports, 7000, "portman");
    ports_give_away(ports, 7001, "a-name-that-is-far-longer-than-any-protocol-of-traccar.port");
    expect_name(ports, 7001, NULL);
    ports_free(ports);
}

/* The usual names are in the right places: those that are known here have theirs. */
static void the_usual_names(void **state)
{
    (void)state;
    struct cursor name;
    for (size_t i = 0; registry[i]; i++) {
        if (!ports_usual_name(registry[i]->port, &name) || !cursor_is(name, registry[i]->name))
            fail_msg("port %u is not called %s", registry[i]->port, registry[i]->name);
    }
    assert_false(ports_usual_name(0, &name));
    assert_false(ports_usual_name(UINT16_MAX, &name));
}

static void what_is_switched_off(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    ports_switch_off(ports, &first, PORTS_NOT_ENABLED);
    ports_switch_off(ports, &web, PORTS_WITHOUT_PORT);
    assert_int_equal(ports_off(ports, &first), PORTS_NOT_ENABLED);
    assert_int_equal(ports_off(ports, &web), PORTS_WITHOUT_PORT);
    assert_int_equal(ports_off(ports, &last), PORTS_LISTENED);
    assert_null(ports_owner(ports, PORTS_FIRST));
    assert_int_equal(ports_of(ports, &first), PORTS_FIRST); /* where it would be */
    ports_free(ports);
}

static const struct protocol *of_registry(const char *name)
{
    const struct protocol *protocol = registry_find(name);
    assert_non_null(protocol);
    return protocol;
}

static bool is_called(const struct ports *ports, uint16_t port, const char *text)
{
    struct cursor name;
    return ports_name(ports, port, &name) && cursor_is(name, text);
}

/* What an older version does not know is nowhere; what it called otherwise is called so; what had the port before has it. */
static void older_versions(void **state)
{
    (void)state;
    struct ports *ports = ports_new(registry);
    assert_non_null(ports);
    ports_set_version(ports, "6.2.1");
    assert_string_equal(ports_version(ports), "6.2.1");
    assert_false(ports_is_configured(ports));
    assert_true(is_called(ports, 5015, "huabao"));
    assert_string_equal(ports_called(ports, of_registry("jt808")), "huabao");
    assert_string_equal(ports_called(ports, of_registry("gt06")), "gt06");
    assert_int_equal(ports_off(ports, of_registry("jt808")), PORTS_LISTENED);
    assert_int_equal(ports_off(ports, of_registry("radshid")), PORTS_TOO_NEW);
    assert_int_equal(ports_off(ports, of_registry("maxpb")), PORTS_TOO_NEW);
    assert_int_equal(ports_off(ports, of_registry("gt06")), PORTS_LISTENED);
    assert_null(ports_owner(ports, 5265));
    assert_false(ports_is_unknown(ports, 5265));
    assert_true(is_called(ports, 5175, "lacak"));
    assert_true(is_called(ports, 5221, "navtelecom"));
    assert_true(ports_is_unknown(ports, 5221));
    ports_free(ports);
}

static void newer_versions(void **state)
{
    (void)state;
    static const char *const versions[] = { "6.13", "6.14.5", "7.0", "", "x", "6", "6.", "6,1" };
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        struct ports *ports = ports_new(registry);
        assert_non_null(ports);
        ports_set_version(ports, versions[i]);
        assert_true(is_called(ports, 5015, "jt808"));
        assert_string_equal(ports_called(ports, of_registry("jt808")), "jt808");
        assert_int_equal(ports_off(ports, of_registry("jimiphoto")), PORTS_LISTENED);
        assert_ptr_equal(ports_owner(ports, 5221), of_registry("maxpb"));
        assert_false(is_called(ports, 5175, "lacak"));
        ports_free(ports);
    }
}

static void ports_with_tls(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    ports_set_tls(ports, &web);
    ports_move(ports, &web, 9000);
    assert_true(ports_has_tls(ports, 9000));
    assert_false(ports_has_tls(ports, 8090));
    assert_false(ports_has_tls(ports, PORTS_FIRST));
    assert_false(ports_has_tls(ports, 0));
    ports_free(ports);
}

static void behind_a_router(void **state)
{
    (void)state;
    struct ports *ports = ports_new(few);
    assert_non_null(ports);
    assert_int_equal(ports_outside(ports, PORTS_FIRST), PORTS_FIRST);
    ports_map(ports, &(struct port_mapping){ 55001, PORTS_FIRST });
    ports_map(ports, &(struct port_mapping){ 55002, PORTS_FIRST });
    ports_map(ports, &(struct port_mapping){ 8090, PORTS_LAST });
    assert_int_equal(ports_outside(ports, PORTS_FIRST), 55001);
    assert_int_equal(ports_outside(ports, PORTS_LAST), 8090);
    assert_int_equal(ports_outside(ports, 8090), 0); /* who goes there comes elsewhere */
    assert_int_equal(ports_outside(ports, 5002), 5002);
    /* seen before the router */
    assert_ptr_equal(ports_owner(ports, 55001), &first);
    assert_true(is_called(ports, 55002, "first"));
    assert_ptr_equal(ports_owner(ports, 8090), &web); /* one of the server's own is behind it */
    for (unsigned i = 0; i < 2 * PORT_MAPPINGS; i++)
        ports_map(ports, &(struct port_mapping){ (uint16_t)(20000 + i), PORTS_FIRST });
    assert_ptr_equal(ports_owner(ports, 20000), &first);
    assert_null(ports_owner(ports, 20000 + 2 * PORT_MAPPINGS - 1));
    ports_free(ports);
}

/* Two protocols of one default port would hide each other. */
static void no_two_of_the_registry_share_a_port(void **state)
{
    (void)state;
    struct ports *ports = ports_new(registry);
    assert_non_null(ports);
    assert_true(registry_count() > 0);
    for (size_t i = 0; registry[i]; i++) {
        if (ports_owner(ports, registry[i]->port) != registry[i])
            fail_msg("%s and %s both have port %u", registry[i]->name,
                     ports_owner(ports, registry[i]->port)->name, registry[i]->port);
        assert_in_range(registry[i]->port, PORTS_FIRST, PORTS_LAST);
        assert_int_equal(ports_of(ports, registry[i]), registry[i]->port);
    }
    ports_free(ports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_owns_its_default_port),
        cmocka_unit_test(only_traccars_other_ports_are_unknown),
        cmocka_unit_test(a_server_that_has_them_elsewhere),
        cmocka_unit_test(two_change_places),
        cmocka_unit_test(ports_of_the_servers_own_list),
        cmocka_unit_test(what_the_server_calls_them),
        cmocka_unit_test(the_usual_names),
        cmocka_unit_test(what_is_switched_off),
        cmocka_unit_test(older_versions),
        cmocka_unit_test(newer_versions),
        cmocka_unit_test(ports_with_tls),
        cmocka_unit_test(behind_a_router),
        cmocka_unit_test(no_two_of_the_registry_share_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
