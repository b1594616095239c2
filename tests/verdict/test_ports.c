/* SPDX-License-Identifier: Apache-2.0 */
/* The port table: who owns a port, and which ports belong to protocols that are not known here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocols/registry.h"
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
    ports_give_away(ports, 7000);
    ports_give_away(ports, PORTS_FIRST); /* in a known one's place, which goes elsewhere */
    ports_move(ports, &first, 6000);
    assert_true(ports_is_unknown(ports, 7000));
    assert_true(ports_is_unknown(ports, PORTS_FIRST));
    ports_give_away(ports, PORTS_LAST);
    assert_false(ports_is_unknown(ports, PORTS_LAST)); /* a known one is there */
    assert_true(ports_is_configured(ports));
    assert_int_equal(ports_web(ports), PORTS_WEB);
    ports_set_web(ports, 80);
    assert_int_equal(ports_web(ports), 80);
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
        cmocka_unit_test(no_two_of_the_registry_share_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
