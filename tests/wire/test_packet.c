/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of every link type, and fragments. Cut and broken ones: test_packet_broken.c. */
#include "wire/frames.h"

static void expect_message(const struct fixture *x, enum transport transport, const char *from,
                           const char *to)
{
    const struct packet *p = &x->packet;
    char text[ENDPOINT_TEXT];
    assert_int_equal(p->transport, transport);
    endpoint_write(&p->source, text);
    assert_string_equal(text, from);
    endpoint_write(&p->destination, text);
    assert_string_equal(text, to);
    assert_true(cursor_is(p->payload, "message"));
    assert_int_equal(p->missing, 0);
    if (transport == TRANSPORT_TCP) {
        assert_int_equal(p->sequence, 0xfffffffe);
        assert_int_equal(p->acknowledgement, 0x01020304);
    }
}

static void expect_v4(const struct fixture *x)
{
    expect_message(x, TRANSPORT_TCP, "203.0.113.7:40000", "192.0.2.1:5023");
}

static void expect_v6(const struct fixture *x, enum transport transport)
{
    expect_message(x, transport, "[2001:db8::7]:40000", "[2001:db8::1]:5023");
    assert_int_equal(x->packet.identification, 0);
}

static void ethernet(void **state)
{
    struct fixture *x = *state;
    static const uint16_t stacks[][5] = { { 0 },
                                          { 0x8100, 0 },
                                          { 0x88a8, 0x8100, 0 },
                                          { 0x9100, 0x8100, 0 },
                                          { 0x8100, 0x8100, 0x8100, 0x88a8, 0 } };
    for (size_t i = 0; i < 5; i++) {
        put_ethernet(&x->f, stacks[i], V4);
        put_ipv4(&x->f, TCP, 0, 4711, 0x4000);
        put_tcp(&x->f, 0, TCP_ACK | TCP_PSH | 0xc0); /* with ECN bits */
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
        expect_v4(x);
        assert_int_equal(x->packet.flags, TCP_ACK | TCP_PSH);
        assert_int_equal(x->packet.identification, 4711);
    }
    put_ethernet(&x->f, NULL, V6);
    put_ipv6(&x->f, UDP);
    put_udp(&x->f, 8 + 7);
    put_message(x);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
    expect_v6(x, TRANSPORT_UDP);
    /* a length, and the type behind an 802.2 header */
    put_ethernet(&x->f, NULL, 55);
    buffer_put(&x->f.b, "\xaa\xaa\x03\0\0\0\x08\0", 8);
    put_ipv4(&x->f, TCP, 0, 4711, 0x4000);
    put_tcp(&x->f, 0, TCP_ACK | TCP_PSH);
    put_message(x);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
    expect_v4(x);
}

/* RFC 2516: session, length, PPP protocol. */
static void pppoe(void **state)
{
    struct fixture *x = *state;
    for (unsigned version = 4; version <= 6; version += 2) {
        put_ethernet(&x->f, (const uint16_t[]){ 0x8100, 0 }, 0x8864);
        size_t head = x->f.b.length;
        buffer_put_be(&x->f.b, 8, 0x1100123400000000);
        x->f.b.length = head + 6;
        buffer_put_be(&x->f.b, 2, version == 4 ? 0x0021 : 0x0057);
        if (version == 4)
            put_ipv4(&x->f, TCP, 0, 1, 0);
        else
            put_ipv6(&x->f, TCP);
        put_tcp(&x->f, 0, TCP_ACK);
        put_message(x);
        set_be16(&x->f, head + 4, x->f.b.length - head - 6);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
        if (version == 4)
            expect_v4(x);
        else
            expect_v6(x, TRANSPORT_TCP);
        set_be16(&x->f, head + 6, 0xc021); /* the link's own business */
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OTHER);
        assert_int_equal(x->packet.unread, UNREAD_NONE);
        set_be16(&x->f, head + 4, 2000);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_MALFORMED);
        assert_int_equal(parse_cut(x, LINK_ETHERNET, head + 3, 2000), PACKET_TRUNCATED);
    }
}

static void what_packets_are_inside_of_is_named(void **state)
{
    struct fixture *x = *state;
    static const struct {
        uint16_t type;
        enum unread unread;
    } types[] = { { 0x8847, UNREAD_MPLS },      { 0x8848, UNREAD_MPLS }, { 0x0806, UNREAD_NONE },
                  { 0x88cc, UNREAD_NONE },      { 0x0026, UNREAD_NONE }, { 0x8863, UNREAD_NONE },
                  { 0x4242, UNREAD_ETHER_TYPE } };
    static const struct {
        uint8_t protocol;
        enum unread unread;
    } protocols[] = {
        { 47, UNREAD_GRE }, { 4, UNREAD_IP_IN_IP }, { 41, UNREAD_IP_IN_IP }, { 89, UNREAD_NONE }
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        put_ethernet(&x->f, NULL, types[i].type);
        buffer_put_text(&x->f.b, "anything");
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OTHER);
        assert_int_equal(x->packet.unread, types[i].unread);
    }
    for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
        put_ethernet(&x->f, NULL, V4);
        put_ipv4(&x->f, protocols[i].protocol, 0, 1, 0);
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OTHER);
        assert_int_equal(x->packet.unread, protocols[i].unread);
    }
}

/* An ICMP message: its type and code, and the start of the datagram that nobody wanted. */
static void put_refusal(struct fixture *x, bool is_v6, uint8_t type, uint8_t code, uint8_t protocol)
{
    put_ethernet(&x->f, NULL, is_v6 ? V6 : V4);
    if (is_v6)
        put_ipv6(&x->f, 58);
    else
        put_ipv4(&x->f, 1, 0, 1, 0);
    size_t outer = x->f.ip;
    buffer_put_u8(&x->f.b, type);
    buffer_put_u8(&x->f.b, code);
    buffer_put_be(&x->f.b, 6, 0);
    if (is_v6)
        put_ipv6(&x->f, protocol);
    else
        put_ipv4(&x->f, protocol, 2, 4711, 0); /* with options */
    put_udp(&x->f, 100);                       /* the ports of TCP stand there too */
    x->f.ip = outer;
    close_ip(&x->f);
}

static void refusals(void **state)
{
    struct fixture *x = *state;
    char text[ENDPOINT_TEXT];
    static const struct {
        bool is_v6;
        uint8_t type, code, protocol;
        enum packet_result result;
    } tries[] = { { false, 3, 3, UDP, PACKET_REFUSED }, { false, 3, 13, TCP, PACKET_REFUSED },
                  { true, 1, 4, UDP, PACKET_REFUSED },  { true, 1, 1, TCP, PACKET_REFUSED },
                  { false, 3, 1, UDP, PACKET_OTHER },   { false, 3, 4, UDP, PACKET_OTHER },
                  { false, 8, 0, UDP, PACKET_OTHER },   { true, 1, 0, UDP, PACKET_OTHER },
                  { true, 3, 0, UDP, PACKET_OTHER },    { false, 3, 3, 89, PACKET_OTHER } };
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        put_refusal(x, tries[i].is_v6, tries[i].type, tries[i].code, tries[i].protocol);
        assert_int_equal(parse(x, LINK_ETHERNET), tries[i].result);
        if (tries[i].result != PACKET_REFUSED)
            continue;
        assert_int_equal(x->packet.transport, tries[i].protocol == UDP ? TRANSPORT_UDP : TRANSPORT_TCP);
        endpoint_write(&x->packet.source, text);
        assert_string_equal(text, tries[i].is_v6 ? "[2001:db8::7]:40000" : "203.0.113.7:40000");
        endpoint_write(&x->packet.destination, text);
        assert_string_equal(text, tries[i].is_v6 ? "[2001:db8::1]:5023" : "192.0.2.1:5023");
        assert_int_equal(x->packet.identification, tries[i].is_v6 ? 0 : 4711);
        /* cut anywhere it says nothing, and reads nothing behind it */
        for (size_t length = 0; length < x->f.b.length - 4; length++)
            assert_int_not_equal(parse_cut(x, LINK_ETHERNET, length, x->f.b.length), PACKET_REFUSED);
    }
}

static void other_links(void **state)
{
    struct fixture *x = *state;
    static const struct {
        enum link_type link;
        size_t length;
        const char *header;
    } heads[] = {
        { LINK_RAW_IP, 0, "" },
        { LINK_LOOPBACK, 4, "\0\0\0\2" },
        { LINK_LOOPBACK, 4, "\2\0\0\0" },
        { LINK_COOKED, 16, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\0" },
        { LINK_COOKED, 20, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x81\0\0\5\x08\0" },
        { LINK_COOKED2, 20, "\x08\0\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0" },
        { LINK_COOKED2, 24, "\x81\0\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0\0\5\x08\0" },
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        frame_start(&x->f);
        buffer_put(&x->f.b, heads[i].header, heads[i].length);
        put_ipv4(&x->f, TCP, 0, 1, 0);
        put_tcp(&x->f, 0, TCP_ACK);
        put_message(x);
        assert_int_equal(parse(x, heads[i].link), PACKET_OK);
        expect_v4(x);
        assert_int_equal(parse(x, LINK_UNKNOWN), PACKET_OTHER);
    }
    /* IPv6's number in BSD loopback is each system's own */
    static const uint8_t families[] = { 10, 24, 28, 30 };
    for (size_t i = 0; i < 9; i++) {
        frame_start(&x->f);
        if (i < 8) {
            uint8_t family = families[i % 4];
            buffer_put_be(&x->f.b, 4, i < 4 ? family : (uint32_t)family << 24);
        }
        put_ipv6(&x->f, TCP);
        put_tcp(&x->f, 0, TCP_ACK);
        put_message(x);
        assert_int_equal(parse(x, i < 8 ? LINK_LOOPBACK : LINK_RAW_IP), PACKET_OK);
        expect_v6(x, TRANSPORT_TCP);
    }
    x->f.memory[0] = 7; /* no IP family, and no IP version */
    assert_int_equal(parse(x, LINK_LOOPBACK), PACKET_OTHER);
    assert_int_equal(parse(x, LINK_RAW_IP), PACKET_MALFORMED);
}

static void options_and_padding(void **state)
{
    struct fixture *x = *state;
    for (unsigned ip = 0; ip <= 10; ip++)
        for (unsigned tcp = 0; tcp <= 10; tcp++) {
            put_ethernet(&x->f, NULL, V4);
            put_ipv4(&x->f, TCP, ip, 1, 0);
            put_tcp(&x->f, tcp, TCP_ACK);
            put_message(x);
            buffer_put_text(&x->f.b, "padding");
            assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
            expect_v4(x);
        }
    /* a length of 0: the card will fill it in; the rest of the frame counts */
    put_ethernet(&x->f, NULL, V4);
    put_ipv4(&x->f, TCP, 0, 1, 0);
    put_tcp(&x->f, 0, TCP_ACK);
    put_message(x);
    set_be16(&x->f, x->f.ip + 2, 0);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
    expect_v4(x);
    put_ethernet(&x->f, NULL, V6);
    put_ipv6(&x->f, 0);
    put_extension(&x->f, TCP, 0, 8);
    put_tcp(&x->f, 0, TCP_ACK);
    put_message(x);
    set_be16(&x->f, x->f.ip + 4, 0);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
    expect_v6(x, TRANSPORT_TCP);
}

static void udp_lengths(void **state)
{
    struct fixture *x = *state;
    static const struct {
        size_t length;
        enum packet_result result;
        const char *payload;
    } cases[] = {
        { 8 + 7, PACKET_OK, "message" }, { 8 + 4, PACKET_OK, "mess" }, { 8, PACKET_OK, "" },
        { 0, PACKET_OK, "message" },     { 7, PACKET_MALFORMED, "" },  { 8 + 8, PACKET_MALFORMED, "" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        put_ethernet(&x->f, NULL, V6);
        put_ipv6(&x->f, UDP);
        put_udp(&x->f, cases[i].length);
        put_message(x);
        buffer_put_text(&x->f.b, "padding");
        assert_int_equal(parse(x, LINK_ETHERNET), cases[i].result);
        if (cases[i].result == PACKET_OK)
            assert_true(cursor_is(x->packet.payload, cases[i].payload));
        assert_int_equal(x->packet.missing, 0);
    }
}

static void extension_headers(void **state)
{
    struct fixture *x = *state;
    put_ethernet(&x->f, NULL, V6);
    put_ipv6(&x->f, 0);
    put_extension(&x->f, 43, 1, 16);
    put_extension(&x->f, 51, 0, 8);
    put_extension(&x->f, 44, 4, 24);       /* AH counts in fours, less two */
    put_fragment_header(&x->f, 60, 0, 99); /* whole in itself */
    put_extension(&x->f, TCP, 0, 8);
    put_tcp(&x->f, 3, TCP_SYN);
    put_message(x);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
    expect_v6(x, TRANSPORT_TCP);
    assert_int_equal(x->packet.flags, TCP_SYN);

    /* an honest number of them, and too many */
    for (unsigned count = 15; count <= 16; count++) {
        put_ethernet(&x->f, NULL, V6);
        put_ipv6(&x->f, 60);
        for (unsigned i = 0; i < count; i++)
            put_extension(&x->f, i + 1 < count ? 60 : TCP, 0, 8);
        put_tcp(&x->f, 0, TCP_ACK);
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), count == 15 ? PACKET_OK : PACKET_MALFORMED);
    }
}

static void others(void **state)
{
    struct fixture *x = *state;
    static const uint8_t protocols[] = { 1, 47, 50, 58, 59, 132 };
    for (size_t i = 0; i < sizeof(protocols); i++) {
        put_ethernet(&x->f, NULL, V4);
        put_ipv4(&x->f, protocols[i], 0, 1, 0);
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OTHER);
        put_ethernet(&x->f, NULL, V6);
        put_ipv6(&x->f, protocols[i]);
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OTHER);
    }
    static const uint16_t types[] = { 0x0806, 0x0026, 0x88cc, 0x8847 };
    for (size_t i = 0; i < 4; i++) {
        put_ethernet(&x->f, NULL, types[i]);
        buffer_put_text(&x->f.b, "something");
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OTHER);
    }
}

/* The message in three fragments: 8, 8 and 6 bytes of the UDP datagram. */
static void put_piece(struct fixture *x, bool v6, unsigned i, uint16_t identification)
{
    static const char payload[] = "a longer text.";
    put_ethernet(&x->f, NULL, v6 ? V6 : V4);
    if (v6) {
        put_ipv6(&x->f, 44);
        put_fragment_header(&x->f, UDP, (uint16_t)(i * 8 | (i < 2)), identification);
    } else {
        put_ipv4(&x->f, UDP, 0, identification, (uint16_t)(i | (i < 2 ? 0x2000 : 0)));
    }
    if (i == 0)
        put_udp(&x->f, 8 + 14);
    else
        buffer_put(&x->f.b, payload + 8 * (i - 1), i == 1 ? 8 : 6);
    close_ip(&x->f);
    buffer_put_text(&x->f.b, "padding");
}

static void fragments_in_every_order(void **state)
{
    struct fixture *x = *state;
    static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                           { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    for (unsigned v6 = 0; v6 < 2; v6++)
        for (unsigned o = 0; o < 6; o++) {
            uint16_t id = (uint16_t)(100 + o);
            for (unsigned i = 0; i < 2; i++) {
                put_piece(x, v6, orders[o][i], id);
                assert_int_equal(parse(x, LINK_ETHERNET), PACKET_FRAGMENT);
            }
            put_piece(x, v6, orders[o][2], id);
            assert_int_equal(parse_cut(x, LINK_ETHERNET, x->f.b.length - 8, x->f.b.length), PACKET_TRUNCATED);
            assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
            assert_true(cursor_is(x->packet.payload, "a longer text."));
            assert_int_equal(x->packet.source.port, 40000);
            assert_int_equal(x->packet.identification, v6 ? 0 : id);
        }
    assert_int_equal(fragments_lost(x->store), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ethernet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pppoe, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_packets_are_inside_of_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_and_padding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(udp_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(extension_headers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fragments_in_every_order, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
