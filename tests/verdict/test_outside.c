/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the outside: nothing comes, only private addresses, everybody behind one address. */
#include "support/recorder.h"
#include "verdict/outside.h"

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct outside_matter *matter;
    struct host_facts *host;
};

static struct endpoint v4(unsigned a, unsigned b, unsigned c, unsigned d)
{
    return endpoint_of_v4((const uint8_t[]){ (uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d }, 0);
}

static struct world *world_new(struct endpoint own)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->findings = findings_new(100, &world->recorder->publisher);
    world->matter = outside_new(SECONDS(900), SECONDS(86400), world->findings);
    world->host = host_facts_new();
    assert_true(world->findings && world->matter && world->host);
    struct endpoint *address = host_add_address(world->host);
    assert_non_null(address);
    *address = own;
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    outside_free(world->matter);
    findings_free(world->findings);
    host_facts_free(world->host);
    free(world->recorder);
    free(world);
}

static void hear(struct world *world, struct endpoint peer, const char *device, int second)
{
    struct who who = { .flow = 1, .port = 5023, .peer = peer };
    who.peer.port = 40000;
    outside_hear(world->matter, &who, device, NOON + SECONDS(second));
}

static void nothing_comes(void **state)
{
    (void)state;
    struct world *world = world_new(v4(203, 0, 113, 1));
    outside_facts(world->matter, world->host);
    outside_tick(world->matter, NOON);
    hear(world, v4(203, 0, 113, 1), "", 10); /* this host itself, and loopback, are not outside */
    hear(world, v4(127, 0, 0, 1), "", 10);
    outside_tick(world->matter, NOON + SECONDS(899));
    heard(world->recorder, "");
    outside_tick(world->matter, NOON + SECONDS(900));
    heard(world->recorder, "+nothing-received ");
    assert_string_equal(world->recorder->text, "Nothing at all has come from other hosts for 15 minutes.");
    outside_tick(world->matter, NOON + SECONDS(1000));
    heard(world->recorder, "");
    hear(world, v4(198, 51, 100, 7), "", 1010);
    heard(world->recorder, "-nothing-received ");
    /* a device that reports once in some hours is healthy */
    outside_tick(world->matter, NOON + SECONDS(1010 + 86399));
    heard(world->recorder, "");
    outside_tick(world->matter, NOON + SECONDS(1010 + 86400));
    heard(world->recorder, "+nothing-received ");
    world_free(world);
}

static void no_facts_no_words(void **state)
{
    (void)state;
    struct world *world = world_new(v4(203, 0, 113, 1));
    outside_tick(world->matter, NOON);
    outside_tick(world->matter, NOON + SECONDS(5000));
    world_free(world);
}

static void private_addresses(void **state)
{
    (void)state;
    struct world *world = world_new(v4(192, 168, 1, 5));
    outside_facts(world->matter, world->host);
    outside_tick(world->matter, NOON);
    outside_tick(world->matter, NOON + SECONDS(900));
    heard(world->recorder, "+nothing-received +private-address ");
    assert_int_equal(world->recorder->last.severity, SEVERITY_INFO);
    assert_non_null(strstr(world->recorder->text, "only private addresses"));
    hear(world, v4(198, 51, 100, 7), "", 1000);
    heard(world->recorder, "-nothing-received -private-address ");
    world_free(world);
    world = world_new(v4(100, 64, 9, 9));
    outside_facts(world->matter, world->host);
    outside_tick(world->matter, NOON);
    outside_tick(world->matter, NOON + SECONDS(900));
    heard(world->recorder, "+nothing-received +private-address ");
    assert_non_null(strstr(world->recorder->text, "100.64.0.0/10"));
    world_free(world);
}

static void add_v6(struct world *world)
{
    static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 4 };
    struct endpoint *address = host_add_address(world->host);
    assert_non_null(address);
    *address = endpoint_of_v6(v6, 0);
}

/* Most trackers use IPv4: a public address of IPv6 does not help them. */
static void public_by_ipv6_alone(void **state)
{
    (void)state;
    struct world *world = world_new(v4(192, 168, 1, 5));
    add_v6(world);
    outside_facts(world->matter, world->host);
    outside_look(world->matter, NOON);
    heard(world->recorder, "+private-address ");
    assert_non_null(
        strstr(world->recorder->text, "By IPv4, which most trackers use, it is reached only if a router"));
    world_free(world);
    world = world_new(v4(203, 0, 113, 1));
    add_v6(world);
    outside_facts(world->matter, world->host);
    outside_look(world->matter, NOON);
    heard(world->recorder, "");
    world_free(world);
}

static void behind_the_gateway(void **state)
{
    (void)state;
    struct world *world = world_new(v4(172, 18, 0, 2));
    world->host->gateways[0] = v4(172, 18, 0, 1);
    outside_facts(world->matter, world->host);
    hear(world, v4(172, 18, 0, 1), "", 0); /* not a device yet: it may be the host's own check */
    heard(world->recorder, "");
    hear(world, v4(172, 18, 0, 1), "123456789012345", 1);
    heard(world->recorder, "+behind-proxy ");
    assert_non_null(strstr(world->recorder->text, "172.18.0.1, an inner address"));
    hear(world, v4(198, 51, 100, 7), "123456789012345", 2);
    heard(world->recorder, "-behind-proxy ");
    hear(world, v4(172, 18, 0, 1), "123456789012345", 3);
    world_free(world);
}

static void two_devices_at_one_address(void **state)
{
    (void)state;
    struct world *world = world_new(v4(192, 168, 1, 5));
    outside_facts(world->matter, world->host);
    hear(world, v4(192, 168, 1, 9), "123456789012345", 0);
    hear(world, v4(192, 168, 1, 9), "123456789012345", 1);
    heard(world->recorder, "");
    hear(world, v4(192, 168, 1, 9), "123456789012346", 2);
    heard(world->recorder, "+behind-proxy ");
    world_free(world);
    world = world_new(v4(203, 0, 113, 1)); /* an operator's NAT is no proxy before this server */
    outside_facts(world->matter, world->host);
    hear(world, v4(198, 51, 100, 7), "123456789012345", 0);
    hear(world, v4(198, 51, 100, 7), "123456789012346", 1);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_comes),      cmocka_unit_test(no_facts_no_words),
        cmocka_unit_test(private_addresses),  cmocka_unit_test(public_by_ipv6_alone),
        cmocka_unit_test(behind_the_gateway), cmocka_unit_test(two_devices_at_one_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
