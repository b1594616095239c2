/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that contradict themselves, and frames that the capture cut at every length. */
#include "wire/frames.h"

static void contradictions(void **state)
{
    struct fixture *x = *state;
    static const struct {
        size_t offset; /* from the IP header */
        uint8_t value;
    } wrong[] = {
        { 0, 0x44 },       /* header too short */
        { 0, 0x65 },       /* another version than the link layer says */
        { 0, 0x4f },       /* header longer than the datagram */
        { 3, 19 },         /* datagram shorter than its header */
        { 3, 48 },         /* and than the frame is long */
        { 3, 39 },         /* it ends inside the TCP header */
        { 20 + 12, 0x40 }, /* TCP header too short */
        { 20 + 12, 0x70 }, /* longer than the datagram */
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        put_ethernet(&x->f, NULL, V4);
        put_ipv4(&x->f, TCP, 0, 1, 0);
        put_tcp(&x->f, 0, TCP_ACK);
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_OK);
        x->f.memory[x->f.ip + wrong[i].offset] = wrong[i].value;
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_MALFORMED);
    }
    put_ethernet(&x->f, NULL, V6);
    put_ipv6(&x->f, TCP);
    put_tcp(&x->f, 0, TCP_ACK);
    put_message(x);
    set_be16(&x->f, x->f.ip + 4, 28);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_MALFORMED);
    close_ip(&x->f);
    assert_int_equal(parse_cut(x, LINK_ETHERNET, x->f.b.length, PACKET_MAX + 1), PACKET_MALFORMED);
    x->f.memory[x->f.ip] = 0x45;
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_MALFORMED);
}

/* Every way to put a frame for the cutting test; false: no more. Tells where the payload begins. */
static bool put_kind(struct fixture *x, unsigned kind, enum link_type *link, size_t *headers)
{
    static const uint16_t tags[] = { 0x88a8, 0x8100, 0 };
    *link = LINK_ETHERNET;
    switch (kind) {
    case 0:
        put_ethernet(&x->f, tags, V4);
        put_ipv4(&x->f, TCP, 3, 1, 0);
        put_tcp(&x->f, 3, TCP_ACK);
        break;
    case 1:
        put_ethernet(&x->f, NULL, V6);
        put_ipv6(&x->f, 0);
        put_extension(&x->f, 51, 0, 8);
        put_extension(&x->f, 44, 4, 24);
        put_fragment_header(&x->f, UDP, 0, 99);
        put_udp(&x->f, 15);
        break;
    case 2:
        *link = LINK_COOKED;
        frame_start(&x->f);
        buffer_put(&x->f.b, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x81\0\0\5\x08\0", 20);
        put_ipv4(&x->f, UDP, 0, 1, 0);
        put_udp(&x->f, 15);
        break;
    case 3:
        *link = LINK_COOKED2;
        frame_start(&x->f);
        buffer_put(&x->f.b, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0", 20);
        put_ipv6(&x->f, TCP);
        put_tcp(&x->f, 0, TCP_ACK);
        break;
    case 4:
        *link = LINK_LOOPBACK;
        frame_start(&x->f);
        buffer_put_be(&x->f.b, 4, 2);
        put_ipv4(&x->f, TCP, 0, 1, 0);
        put_tcp(&x->f, 0, TCP_ACK);
        break;
    case 5:
        *link = LINK_RAW_IP;
        frame_start(&x->f);
        put_ipv4(&x->f, UDP, 0, 1, 0);
        put_udp(&x->f, 15);
        break;
    default:
        return false;
    }
    *headers = x->f.b.length;
    put_message(x);
    return true;
}

static void cut_at_every_length(void **state)
{
    struct fixture *x = *state;
    enum link_type link;
    size_t headers, kinds = 0;
    for (unsigned kind = 0; put_kind(x, kind, &link, &headers); kind++, kinds++) {
        size_t length = x->f.b.length;
        for (size_t n = 0; n <= length; n++) {
            enum packet_result result = parse_cut(x, link, n, length);
            if (n < headers) {
                assert_int_equal(result, PACKET_TRUNCATED);
                /* a frame that really ends there is broken */
                assert_int_equal(parse_cut(x, link, n, n), PACKET_MALFORMED);
                continue;
            }
            assert_int_equal(result, PACKET_OK);
            assert_int_equal(x->packet.payload.left, n - headers);
            assert_int_equal(x->packet.missing, length - n);
            assert_true(cursor_starts(cursor_of_text("message"), (const char *)x->packet.payload.at,
                                      x->packet.payload.left));
            if (n < length)
                assert_int_equal(parse_cut(x, link, n, n), PACKET_MALFORMED);
        }
    }
    assert_int_equal(kinds, 6);
}

static void broken_fragments(void **state)
{
    struct fixture *x = *state;
    /* the datagram's own extension headers follow the fragment header; another fragment header must not */
    for (unsigned nested = 0; nested < 2; nested++) {
        put_ethernet(&x->f, NULL, V6);
        put_ipv6(&x->f, 44);
        put_fragment_header(&x->f, nested ? 44 : 60, 1, 5);
        put_fragment_header(&x->f, UDP, nested ? 8 : 0, 5);
        close_ip(&x->f);
        assert_int_equal(parse(x, LINK_ETHERNET), PACKET_FRAGMENT);
        put_ethernet(&x->f, NULL, V6);
        put_ipv6(&x->f, 44);
        put_fragment_header(&x->f, nested ? 44 : 60, 8, 5);
        put_udp(&x->f, 15);
        put_message(x);
        assert_int_equal(parse(x, LINK_ETHERNET), nested ? PACKET_MALFORMED : PACKET_OK);
    }
    /* beyond what a datagram can hold */
    put_ethernet(&x->f, NULL, V4);
    put_ipv4(&x->f, UDP, 0, 1, 0x1fff);
    buffer_put_be(&x->f.b, 8, 0);
    close_ip(&x->f);
    assert_int_equal(parse(x, LINK_ETHERNET), PACKET_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contradictions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cut_at_every_length, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_fragments, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
