/* SPDX-License-Identifier: Apache-2.0 */
/* Rulesets as nft prints them: what they do to a tracker's first packet. */
#include "intake/rules_text.h"

#include "intake/nftables.h"
#include "verdict/firewall_words.h"

static struct firewall *parse(const char *text)
{
    struct firewall *firewall = firewall_new();
    assert_non_null(firewall);
    assert_true(nftables_parse(cursor_of_text(text), false, firewall, NULL, NULL));
    return firewall;
}

#define INPUT(policy, rules)           \
    "table inet filter { # handle 1\n" \
    "\tchain input { # handle 1\n"     \
    "\t\ttype filter hook input priority filter; policy " policy ";\n" rules "\t}\n}\n"

static void test_nothing(void **state)
{
    (void)state;
    struct firewall *firewall = parse("");
    TCP_FATE(5023, "open");
    firewall_free(firewall);
    firewall = parse(
        "table inet filter { # handle 1\n\tchain output {\n\t\ttype filter hook output priority filter; "
        "policy drop;\n\t}\n}\n");
    TCP_FATE(5023, "closed: policy of filter output");
    UDP_FATE(5023, "open"); /* a datagram is there, answered or not */
    firewall_free(firewall);
}

/* What the kernel passes over is blamed for nothing. */
static void test_dormant(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table inet filter { # handle 1\n\tflags dormant\n\n\tchain input { # handle 1\n\t\ttype filter hook "
        "input priority filter; policy drop;\n\t\ttcp dport 5023 drop # handle 2\n\t}\n}\n"
        "table inet other { # handle 2\n\tchain input { # handle 1\n\t\ttype filter hook input priority "
        "filter; "
        "policy accept;\n\t\ttcp dport 5024 drop # handle 2\n\t}\n}\n");
    TCP_FATE(5023, "open");
    TCP_FATE(5024, "closed: tcp dport 5024 drop");
    firewall_free(firewall);
}

static void test_untracked(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table inet r { # handle 1\n\tchain pre { # handle 1\n\t\ttype filter hook prerouting priority raw; "
        "policy accept;\n\t\ttcp dport 5023 counter packets 0 bytes 0 notrack # handle 3\n\t}\n\n"
        "\tchain input { # handle 2\n\t\ttype filter hook input priority filter; policy drop;\n"
        "\t\tct state established,related,untracked accept # handle 4\n"
        "\t\ttcp dport 5025 ct state vmap { new : accept, untracked : drop } # handle 5\n\t}\n}\n");
    TCP_FATE(5023, "open");
    TCP_FATE(5024, "closed: policy of r input");
    TCP_FATE(5025, "open");
    firewall_free(firewall);
}

/* Before all others, and of one interface, or of some. */
static void test_ingress(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table netdev n { # handle 1\n\tchain one { # handle 1\n\t\ttype filter hook ingress device \"eth0\" "
        "priority filter; policy accept;\n\t\ttcp dport 5023 drop # handle 2\n\t}\n}\n"
        "table inet m { # handle 2\n\tchain some { # handle 1\n\t\ttype filter hook ingress devices = { "
        "\"eth0\", "
        "\"eth1\" } priority filter; policy accept;\n\t\tudp dport 5023 drop # handle 2\n\t}\n}\n");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5023, NULL, "eth0"), "closed: tcp dport 5023 drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5023, NULL, "eth1"), "open");
    TCP_FATE(5023, "partly: tcp dport 5023 drop");
    assert_string_equal(fate(firewall, TRANSPORT_UDP, 5023, NULL, "eth1"), "partly: udp dport 5023 drop");
    firewall_free(firewall);
}

/* A tracker is let in, and waits for an answer that is not let out. */
static void test_answers(void **state)
{
    (void)state;
#define OUTPUT(policy, rules)                                                                            \
    "table inet f { # handle 1\n\tchain out { # handle 1\n\t\ttype filter hook output priority filter; " \
    "policy " policy ";\n" rules "\t}\n}\n"
    static const struct {
        const char *rules, *fate;
    } cases[] = {
        { OUTPUT("accept", "\t\ttcp sport 5023 drop # handle 2\n"), "closed: tcp sport 5023 drop" },
        { OUTPUT("drop",
                 "\t\toif \"lo\" accept # handle 2\n\t\ttcp dport { 53, 80, 443 } accept # handle 3\n"),
          "closed: policy of f out" },
        { OUTPUT("drop", "\t\tct state established,related accept # handle 2\n"), "open" },
        { OUTPUT("drop", "\t\ttcp sport 5000-5500 accept # handle 2\n"), "open" },
        { OUTPUT("drop", "\t\toifname \"eth0\" accept # handle 2\n"), "partly: policy of f out" },
        { OUTPUT("accept",
                 "\t\ttcp flags syn / fin,syn,rst,ack drop # handle 2\n\t\tct state new drop # handle 3\n"
                 "\t\tmeta skuid 1000 tcp dport 25 drop # handle 4\n"),
          "open" },
        { OUTPUT("accept", "\t\tip daddr 192.0.2.0/24 drop # handle 2\n"),
          "partly: ip daddr 192.0.2.0/24 drop" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct firewall *firewall = parse(cases[i].rules);
        TCP_FATE(5023, cases[i].fate);
        UDP_FATE(5023, "open");
        firewall_free(firewall);
    }
    struct firewall *firewall = parse(cases[0].rules);
    char memory[200];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    struct firewall_answer answer =
        firewall_ask(firewall, &(struct firewall_packet){ .transport = TRANSPORT_TCP, .port = 5023 });
    assert_true(answer.is_answer);
    firewall_put_mend(&out, &answer, FIREWALL_BY_HAND, TRANSPORT_TCP, 5023);
    memory[out.length] = '\0';
    assert_string_equal(memory, "sudo nft insert rule inet f out tcp sport 5023 accept");
    firewall_free(firewall);
}

/* What is counted or logged by the way, and what a map with a name holds, is known. */
static void test_names(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table inet f { # handle 1\n\tcounter c { # handle 2\n\t\tpackets 0 bytes 0\n\t}\n\n"
        "\tmap m { # handle 3\n\t\ttype inet_service : verdict\n\t\telements = { 5013 : accept, 5024 : drop "
        "}\n\t}\n\n"
        "\tchain input { # handle 1\n\t\ttype filter hook input priority filter; policy accept;\n"
        "\t\ttcp dport 5023 counter name \"c\" drop # handle 4\n\t\ttcp dport vmap @m # handle 5\n"
        "\t\tudp dport 5023 log prefix \"a\" group 3 snaplen 80 queue-threshold 2 drop # handle 6\n\t}\n}\n");
    TCP_FATE(5023, "closed: tcp dport 5023 counter name \"c\" drop");
    TCP_FATE(5024, "closed: tcp dport vmap @m");
    TCP_FATE(5013, "open");
    UDP_FATE(5023, "closed: udp dport 5023 log prefix \"a\" group 3 snaplen 80 queue-threshold 2 drop");
    firewall_free(firewall);
}

static void test_one_rule(void **state)
{
    (void)state;
    struct firewall *firewall =
        parse(INPUT("accept", "\t\ttcp dport 5023 counter packets 3 bytes 180 drop # handle 4\n"));
    TCP_FATE(5023, "closed: tcp dport 5023 counter packets 3 bytes 180 drop");
    TCP_FATE(5024, "open");
    UDP_FATE(5023, "open");
    struct firewall_answer answer =
        firewall_ask(firewall, &(struct firewall_packet){ .transport = TRANSPORT_TCP, .port = 5023 });
    assert_int_equal(answer.rule->handle, 4);
    assert_string_equal(answer.chain->table, "filter");
    assert_string_equal(answer.chain->family, "inet");
    assert_false(answer.is_rejected);
    firewall_free(firewall);
    firewall = parse(
        INPUT("accept", "\t\tudp dport != 5000-5100 reject with icmpx type port-unreachable # handle 4\n"));
    UDP_FATE(5023, "open");
    UDP_FATE(5101, "closed: udp dport != 5000-5100 reject with icmpx type port-unreachable");
    TCP_FATE(5101, "open");
    firewall_free(firewall);
}

/* the usual host: established, loopback, a few ports, and a policy */
static void test_policy(void **state)
{
    (void)state;
    struct firewall *firewall = parse(INPUT(
        "drop", "\t\tct state vmap { invalid : drop, established : accept, related : accept } # handle 2\n"
                "\t\tiifname \"lo\" accept # handle 3\n"
                "\t\ticmp type echo-request accept # handle 4\n"
                "\t\ttcp dport { 22, 5001-5100 } accept comment \"drop trackers\" # handle 6\n"
                "\t\tmeta l4proto { tcp, udp } th dport 5200 accept # handle 8\n"));
    TCP_FATE(22, "open");
    TCP_FATE(5001, "open");
    TCP_FATE(5100, "open");
    TCP_FATE(5101, "closed: policy of filter input");
    UDP_FATE(5001, "closed: policy of filter input");
    TCP_FATE(5200, "open");
    UDP_FATE(5200, "open");
    firewall_free(firewall);
}

/* What was not redirected is not let in as redirected (firewalld). */
static void test_redirected_ones_alone(void **state)
{
    (void)state;
    struct firewall *firewall = parse(INPUT("drop", "\t\tct status dnat accept # handle 2\n"));
    TCP_FATE(5001, "closed: policy of filter input");
    firewall_free(firewall);
}

/* Where it is not known by which interface a packet comes, it may be passed on, whatever the chains of this host's input say. */
static void test_perhaps_redirected(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table ip nat {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n"
        "\t\tiifname != \"br0\" tcp dport 5001 dnat to 172.17.0.2:5001\n\t}\n}\n"
        "table ip f {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n");
    const struct firewall_packet packet = { .transport = TRANSPORT_TCP, .port = 5001 };
    struct firewall_answer answer = firewall_ask(firewall, &packet);
    assert_true(answer.may_be_redirected && !answer.is_redirected);
    assert_true(endpoint_is_v4(&answer.to));
    TCP_FATE(5001, "partly: policy of f input");
    TCP_FATE(5002, "closed: policy of f input");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, NULL, "eth0"),
                        "redirected to 172.17.0.2:5001, open");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, NULL, "br0"), "closed: policy of f input");
    firewall_free(firewall);
}

static void test_new_connections(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        INPUT("drop", "\t\tct state established,related accept # handle 2\n"
                      "\t\tct state != new tcp dport 5001 accept # handle 2\n"
                      "\t\tct state { new, established } tcp dport 5002 accept # handle 3\n"
                      "\t\ttcp flags & (fin | syn | rst | ack) == syn tcp dport 5003 accept # handle 3\n"
                      "\t\ttcp flags syn / fin,syn,rst,ack tcp dport 5004 accept # handle 3\n"
                      "\t\ttcp flags ack tcp dport 5005 accept # handle 3\n"));
    TCP_FATE(5001, "closed: policy of filter input");
    TCP_FATE(5002, "open");
    TCP_FATE(5003, "open");
    TCP_FATE(5004, "open");
    TCP_FATE(5005, "closed: policy of filter input");
    firewall_free(firewall);
}

static void test_addresses(void **state)
{
    (void)state;
    struct firewall *firewall =
        parse("table inet f {\n"
              "\tset bad {\n\t\ttype ipv4_addr\n\t\tflags interval\n"
              "\t\telements = { 192.0.2.0/24,\n\t\t\t     198.51.100.7 }\n\t}\n\n"
              "\tset empty {\n\t\ttype ipv4_addr\n\t}\n\n"
              "\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n"
              "\t\tip saddr @empty drop\n"
              "\t\tip saddr @bad drop\n"
              "\t\tip6 saddr != 2001:db8::/32 tcp dport 5001 drop\n"
              "\t\tip saddr 127.0.0.0/8 tcp dport 5001 drop\n"
              "\t\tip saddr @nowhere tcp dport 5009 drop\n"
              "\t}\n}\n");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, "192.0.2.9", NULL), "closed: ip saddr @bad drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, "198.51.100.7", NULL),
                        "closed: ip saddr @bad drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, "198.51.100.8", NULL), "open");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, NULL, NULL), "partly: ip saddr @bad drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, "2001:db9::1", NULL),
                        "closed: ip6 saddr != 2001:db8::/32 tcp dport 5001 drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5001, "2001:db8::1", NULL), "open");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5009, "198.51.100.8", NULL),
                        "partly: ip saddr @nowhere tcp dport 5009 drop");
    firewall_free(firewall);
}

static void test_chains(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table ip early {\n\tchain pre {\n\t\ttype filter hook prerouting priority raw; policy accept;\n"
        "\t\ttcp dport 5004 drop\n\t}\n}\n"
        "table inet f {\n"
        "\tchain trackers {\n\t\ttcp dport 5001 accept\n\t\ttcp dport 5002 return\n\t\tdrop\n\t}\n\n"
        "\tchain input {\n\t\ttype filter hook input priority filter + 10; policy accept;\n"
        "\t\ttcp dport 5000-5010 jump trackers\n"
        "\t\ttcp dport 5002 reject with tcp reset\n"
        "\t\ttcp dport vmap { 6001 : accept, 6002 : drop, 6003-6005 : goto trackers }\n"
        "\t\tiifname vmap { \"eth0\" : goto outside, \"lo\" : accept }\n"
        "\t}\n\n"
        "\tchain outside {\n\t\ttcp dport 7001 drop\n\t}\n}\n");
    TCP_FATE(5001, "open");
    TCP_FATE(5002, "closed: tcp dport 5002 reject with tcp reset");
    TCP_FATE(5003, "closed: drop");
    TCP_FATE(5004, "closed: tcp dport 5004 drop");
    TCP_FATE(6001, "open");
    assert_memory_equal(fate(firewall, TRANSPORT_TCP, 6002, NULL, NULL), "closed: tcp dport vmap", 22);
    TCP_FATE(6004, "closed: drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 7001, "192.0.2.1", "eth0"),
                        "closed: tcp dport 7001 drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 7001, "192.0.2.1", "eth1"), "open");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 7001, "192.0.2.1", NULL),
                        "partly: tcp dport 7001 drop");
    firewall_free(firewall);
}

/* a limit lets in some, and what it lets through is unknown */
static void test_limits(void **state)
{
    (void)state;
    struct firewall *firewall =
        parse(INPUT("accept", "\t\ttcp dport 5001 limit rate over 5/second drop # handle 2\n"
                              "\t\ttcp dport 5002 limit rate 5/second accept # handle 3\n"
                              "\t\ttcp dport 5002 drop # handle 4\n"
                              "\t\tmeta mark 0x00000001 drop # handle 4\n"
                              "\t\ttcp dport 5003 log prefix \"drop \" accept # handle 5\n"));
    TCP_FATE(5001, "partly: tcp dport 5001 limit rate over 5/second drop");
    TCP_FATE(5002, "partly: tcp dport 5002 drop");
    TCP_FATE(5003, "partly: meta mark 0x00000001 drop");
    firewall_free(firewall);
}

static void test_redirected(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table ip nat {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n"
        "\t\tfib daddr type local tcp dport 5001-5100 dnat to 172.18.0.2\n"
        "\t\ttcp dport 55022 dnat to 172.18.0.2:5022\n"
        "\t\ttcp dport 55023 redirect to :5023\n\t}\n}\n"
        "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n"
        "\t\tip daddr 172.18.0.2 tcp dport 5001-5050 accept\n\t}\n"
        "\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n"
        "\t\ttcp dport 5023 drop\n\t}\n}\n");
    TCP_FATE(5001, "redirected to 172.18.0.2:5001, open");
    TCP_FATE(5051, "redirected to 172.18.0.2:5051, closed: policy of filter FORWARD");
    TCP_FATE(55022, "redirected to 172.18.0.2:5022, open");
    TCP_FATE(55023, "redirected to [::]:5023, closed: tcp dport 5023 drop");
    TCP_FATE(5101, "open");
    firewall_free(firewall);
}

/* text that is cut off, or none of nft's, is no rule and no crash */
/* What stands behind the elements of a set changes nothing; several things may be tested together. */
static void test_sets(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table inet f {\n\tset s {\n\t\ttype inet_service\n\t\tflags interval,timeout\n\t\tcounter\n"
        "\t\telements = { 5023 counter packets 0 bytes 0 timeout 1h expires 59m, 5024-5026 comment \"x\",\n"
        "\t\t\t     5030 }\n\t}\n"
        "\tset t {\n\t\ttype inet_proto . inet_service\n\t\telements = { tcp . 5040, udp . 5041 counter "
        "packets 1 "
        "bytes 2 }\n\t}\n"
        "\tset none {\n\t\ttype ipv4_addr\n\t}\n"
        "\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n"
        "\t\tip saddr @none drop\n\t\ttcp dport @s drop\n\t\tmeta l4proto . th dport @t drop\n"
        "\t\tip saddr . tcp dport { 192.0.2.7 . 5060, 192.0.2.8 . 5061 } drop\n"
        "\t\ttcp dport . ip daddr { 5070 . 0.0.0.0/0 } drop\n"
        "\t\tmeta l4proto . th dport vmap { tcp . 5080 : drop, udp . 5081 : jump other }\n"
        "\t\ttcp dport . meta brzl @t drop\n\t}\n\tchain other {\n\t\tdrop\n\t}\n}\n");
    TCP_FATE(5023, "closed: tcp dport @s drop");
    TCP_FATE(5026, "closed: tcp dport @s drop");
    TCP_FATE(5030, "closed: tcp dport @s drop");
    TCP_FATE(5040, "closed: meta l4proto . th dport @t drop");
    UDP_FATE(5040, "open");
    UDP_FATE(5041, "closed: meta l4proto . th dport @t drop");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5060, "192.0.2.7", NULL),
                        "closed: ip saddr . tcp dport { 192.0.2.7 . 5060, 192.0.2.8 . 5061 } drop");
    assert_null(strstr(fate(firewall, TRANSPORT_TCP, 5061, "192.0.2.7", NULL), "closed"));
    TCP_FATE(5070, "closed: tcp dport . ip daddr { 5070 . 0.0.0.0/0 } drop");
    TCP_FATE(5080, "closed: meta l4proto . th dport vmap { tcp . 5080 : drop, udp . 5081 : jump other }");
    UDP_FATE(5081, "closed: drop");
    TCP_FATE(5099, "partly: tcp dport . meta brzl @t drop, unclear: tcp dport . meta brzl @t drop");
    firewall_free(firewall);
}

static void test_flags(void **state)
{
    static const struct {
        const char *test;
        bool is_first; /* does a first packet, SYN alone, meet it? */
    } tests[] = { { "syn", true },
                  { "!= syn", false },
                  { "! syn", false },
                  { "== syn", true },
                  { "fin,rst", false },
                  { "fin,syn", true },
                  { "fin,syn / fin,syn", false },
                  { "!= syn / fin,syn,rst", false },
                  { "syn / fin,syn", true },
                  { "! fin,syn,rst,ack", false },
                  { "& (fin | syn) == syn", true } };
    (void)state;
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        char text[400];
        snprintf(text, sizeof(text), INPUT("accept", "\t\ttcp flags %s drop # handle 4\n"), tests[i].test);
        struct firewall *firewall = parse(text);
        if ((strncmp(fate(firewall, TRANSPORT_TCP, 5023, NULL, NULL), "closed", 6) == 0) != tests[i].is_first)
            fail_msg("tcp flags %s", tests[i].test);
        firewall_free(firewall);
    }
}

/* Elements that are not shown are not none: of senders nothing is said, of ports that it could not be checked. */
static void test_terse(void **state)
{
    (void)state;
    static const char text[] =
        "table inet f {\n\tset s {\n\t\ttype ipv4_addr\n\t}\n\tset p {\n\t\ttype inet_service\n\t}\n"
        "\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n"
        "\t\ttcp dport { 5013, 5014 } drop\n\t\tip saddr @s udp dport 5000-5100 drop\n\t\ttcp dport @p "
        "drop\n\t}\n}\n";
    struct firewall *firewall = firewall_new();
    assert_true(nftables_parse(cursor_of_text(text), true, firewall, NULL, NULL));
    TCP_FATE(5014, "closed: tcp dport { 5013, 5014 } drop");
    TCP_FATE(5023, "partly: tcp dport @p drop, unclear: tcp dport @p drop");
    UDP_FATE(5023, "partly: ip saddr @s udp dport 5000-5100 drop");
    firewall_free(firewall);
}

static void test_interfaces(void **state)
{
    (void)state;
    struct firewall *firewall =
        parse(INPUT("accept", "\t\tiifname != { \"eth0\", \"eth1\" } tcp dport 5050 drop # handle 4\n"
                              "\t\tiifname { \"lo\", \"eth2\" } accept # handle 5\n"
                              "\t\ttcp dport 5023 drop # handle 6\n"));
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5050, "198.51.100.7", "eth3"),
                        "closed: iifname != { \"eth0\", \"eth1\" } tcp dport 5050 drop");
    assert_null(strstr(fate(firewall, TRANSPORT_TCP, 5050, "198.51.100.7", "eth1"), "closed"));
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5023, "198.51.100.7", "eth2"), "open");
    assert_string_equal(fate(firewall, TRANSPORT_TCP, 5023, "198.51.100.7", "eth1"),
                        "closed: tcp dport 5023 drop");
    firewall_free(firewall);
}

static void test_marks(void **state)
{
    (void)state;
    struct firewall *firewall = parse(
        "table inet f {\n\tchain pre {\n\t\ttype filter hook prerouting priority mangle; policy accept;\n"
        "\t\ttcp dport 5023 meta mark set 0x00000001\n"
        "\t\ttcp dport 5024 meta mark set meta mark & 0xffffff00 | 0x00000012\n"
        "\t\ttcp dport 5025 ct mark set 0x00000007\n\t\ttcp dport 5025 meta mark set ct mark\n"
        "\t\ttcp dport 5026 limit rate 1/second meta mark set 0x00000001\n"
        "\t\ttcp dport 5027 meta mark set numgen inc mod 2\n\t}\n"
        "\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n"
        "\t\tmeta mark 0x00000001 drop\n\t\tmeta mark & 0x000000ff == 0x00000012 drop\n"
        "\t\tct mark { 0x00000006, 0x00000007 } meta mark != 0x00000000 drop\n\t}\n}\n");
    TCP_FATE(5023, "closed: meta mark 0x00000001 drop");
    TCP_FATE(5024, "closed: meta mark & 0x000000ff == 0x00000012 drop");
    TCP_FATE(5025, "closed: ct mark { 0x00000006, 0x00000007 } meta mark != 0x00000000 drop");
    TCP_FATE(5026, "partly: meta mark 0x00000001 drop, unclear: meta mark 0x00000001 drop");
    TCP_FATE(5027, "partly: meta mark 0x00000001 drop, unclear: meta mark 0x00000001 drop");
    TCP_FATE(5028, "partly: meta mark 0x00000001 drop");
    firewall_free(firewall);
}

static void test_rubbish(void **state)
{
    (void)state;
    static const char whole[] =
        INPUT("drop", "\t\ttcp dport vmap { 22 : accept, 80 : jump x } # handle 2\n"
                      "\t\tip saddr { 192.0.2.1, 192.0.2.2 } tcp flags & (fin | syn) == syn accept\n"
                      "\t\tip saddr . tcp dport vmap { 192.0.2.7 . 5060 : drop, 1.2.3.4 . 5 : jump x }\n"
                      "\t\tmeta mark set meta mark & 0xffffff00 | 0x12 ct mark { 0x6, 0x7 } drop\n"
                      "\t\tiifname != { \"eth0\", \"eth1\" } meta mark & 0xff == 0x1 accept\n");
    for (size_t length = 0; length < sizeof(whole); length++) {
        struct firewall *firewall = firewall_new();
        assert_true(nftables_parse(cursor_of(whole, length), length % 2 == 0, firewall, NULL, NULL));
        (void)fate(firewall, TRANSPORT_TCP, 80, NULL, NULL);
        firewall_free(firewall);
    }
    struct firewall *firewall = parse("}}}{{{\nchain\ntable\nset { x\nchain a {\n\"\n");
    TCP_FATE(5023, "open");
    firewall_free(firewall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_dormant),
        cmocka_unit_test(test_untracked),
        cmocka_unit_test(test_ingress),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_one_rule),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_new_connections),
        cmocka_unit_test(test_perhaps_redirected),
        cmocka_unit_test(test_redirected_ones_alone),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_redirected),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_terse),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_interfaces),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
