/* SPDX-License-Identifier: Apache-2.0 */
/* What is told before the first message: addresses with their scope, the ports, and the reasons when nothing comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "command/welcome.h"
#include "protocol/registry.h"

#define SECONDS(n) ((n)*INT64_C(1000000))

struct scene {
    struct host_facts *host;
    struct server_facts server;
    struct portset open;
    struct ports *ports;
    struct firewall *firewall; /* NULL: not known */
    struct welcome_facts facts;
    char text[WELCOME_TEXT + 1];
};

static void set_up(struct scene *scene, const char *ports, const char *addresses)
{
    char error[128];
    *scene = (struct scene){ .host = host_facts_new(), .ports = ports_new(registry) };
    assert_non_null(scene->host);
    assert_non_null(scene->ports);
    assert_true(portset_parse(&scene->open, ports, error, sizeof(error)));
    char list[128], *rest = list;
    strcpy(list, addresses);
    for (const char *one; (one = strsep(&rest, " "));) {
        struct endpoint address;
        if (one[0] == '\0')
            continue;
        assert_true(endpoint_read(cursor_of_text(one), &address));
        *host_add_address(scene->host) = address;
    }
    scene->server = (struct server_facts){ .host = scene->host };
    scene->facts = (struct welcome_facts){
        .server = &scene->server, .open = &scene->open, .ports = scene->ports, .address = ""
    };
}

static void tear_down(struct scene *scene)
{
    firewall_free(scene->firewall);
    host_facts_free(scene->host);
    ports_free(scene->ports);
}

static const char *entries(struct scene *scene)
{
    struct buffer out = buffer_on(scene->text, WELCOME_TEXT);
    welcome_put_entries(&out, &scene->facts);
    scene->text[out.length] = '\0';
    return scene->text;
}

static const char *reasons(struct scene *scene, bool has_connections)
{
    struct buffer out = buffer_on(scene->text, WELCOME_TEXT);
    welcome_put_reasons(&out, &scene->facts, has_connections);
    scene->text[out.length] = '\0';
    return scene->text;
}

static void says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("'%s' is not said in:\n%s", words, text);
}

static void says_not(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("'%s' is said in:\n%s", words, text);
}

static void public_addresses_come_first(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "5001-5267", "127.0.0.1 192.168.7.4 2001:db8::5 fe80::1 203.0.113.5");
    assert_string_equal(entries(&scene),
                        "Enter in the tracker the server\n"
                        "  203.0.113.5      public\n"
                        "  2001:db8::5      public\n"
                        "  192.168.7.4      private: inside its own network only\n"
                        "and the port of its protocol (gt06 5023, h02 5013, teltonika 5027); if you do not "
                        "know it, any of 5001-5267: the right one is named here.\n");
    tear_down(&scene);
}

static void without_a_public_address_the_router_matters(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "5023,tcp:5013,udp:5055", "192.168.7.4 100.64.3.4");
    says(entries(&scene), "  100.64.3.4       shared");
    says(scene.text, "the router's public address");
    says(scene.text, "and port 5013 for h02, 5023 for gt06 or 5055 (UDP) for osmand.\n");
    says(reasons(&scene, false), "1. Nobody outside can connect");
    scene.host->address_count = 1;
    says(reasons(&scene, false), "1. This host has private addresses only");
    scene.host->is_container = true;
    says(entries(&scene), "This is a container");
    says(reasons(&scene, false), "1. This is a container");
    tear_down(&scene);
    set_up(&scene, "5023", "127.0.0.1");
    says(entries(&scene), "none: this host has no address");
    says(reasons(&scene, false), "1. This host has no address");
    tear_down(&scene);
}

static void the_only_address_that_is_listened_on(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "5023", "203.0.113.5 192.168.7.4");
    scene.facts.address = "127.0.0.1";
    says(entries(&scene), "  127.0.0.1        this host alone\n");
    says_not(scene.text, "203.0.113.5");
    says(reasons(&scene, false), "1. Only 127.0.0.1 is listened on");
    tear_down(&scene);
}

static void many_addresses_are_not_all_told(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "5023", "10.0.0.1 10.0.1.1 10.0.2.1 10.0.3.1 10.0.4.1 10.0.5.1");
    says(entries(&scene), "and 2 more of this host's");
    says_not(scene.text, "10.0.4.1");
    tear_down(&scene);
}

static void a_closed_firewall_is_told_first(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "5023", "203.0.113.5");
    struct firewall *firewall = scene.firewall = firewall_new();
    assert_non_null(firewall);
    assert_true(firewall_add_chain(firewall, &(struct firewall_chain){ .kind = FIREWALL_NFT,
                                                                       .family = "inet",
                                                                       .table = "filter",
                                                                       .name = "input",
                                                                       .hook = HOOK_INPUT,
                                                                       .policy = ACTION_DROP }));
    scene.server.firewall = firewall;
    says(entries(&scene), "But this host's firewall keeps out all of them.");
    says(reasons(&scene, false), "1. This is certain: this host's firewall keeps out all of them.");
    says(scene.text, "dport 5023 accept");
    tear_down(&scene);
}

static void reasons_have_an_order_and_a_next_step(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, "5023", "203.0.113.5");
    says(reasons(&scene, false), "Nothing has come for a minute.");
    says(scene.text, "\n1. The tracker sleeps: ");
    says(scene.text, "\n2. It has another server or port: ");
    says(scene.text, "\n3. A router or the provider's firewall");
    says(scene.text, "\n4. Its SIM has no data: ");
    says(scene.text, "'sudo hexwatch doctor'");
    says(reasons(&scene, true), "Connections came, but no message in them");
    says(scene.text, "\n1. Somebody only tried the port");
    says_not(scene.text, "router");
    scene.facts.interface = "eth7";
    says(reasons(&scene, false), "1. Packets may come by another interface than eth7");
    tear_down(&scene);
}

static void a_minute_and_once(void **state)
{
    struct welcome_wait wait = { 0 };
    (void)state;
    assert_false(welcome_is_late(&wait, false, SECONDS(1000)));
    assert_false(welcome_is_late(&wait, false, SECONDS(1059)));
    assert_true(welcome_is_late(&wait, false, SECONDS(1060)));
    assert_false(welcome_is_late(&wait, false, SECONDS(2000)));
    wait = (struct welcome_wait){ 0 };
    assert_false(welcome_is_late(&wait, false, SECONDS(1000)));
    assert_false(welcome_is_late(&wait, true, SECONDS(1001)));
    assert_false(welcome_is_late(&wait, false, SECONDS(2000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_addresses_come_first),
        cmocka_unit_test(without_a_public_address_the_router_matters),
        cmocka_unit_test(the_only_address_that_is_listened_on),
        cmocka_unit_test(many_addresses_are_not_all_told),
        cmocka_unit_test(a_closed_firewall_is_told_first),
        cmocka_unit_test(reasons_have_an_order_and_a_next_step),
        cmocka_unit_test(a_minute_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
