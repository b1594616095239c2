/* SPDX-License-Identifier: Apache-2.0 */
/* The tap: from a frame to the session, and what it counts on the way. */
#include "wire/frames.h"

#include "wire/datagrams.h"
#include "wire/peers.h"
#include "wire/tap.h"

struct tapped {
    struct fixture frames;
    struct peers *peers;
    struct datagrams *datagrams;
    struct portset watched;
    struct tap *tap;
};

static struct tapped *tapped_new(void)
{
    struct tapped *x = calloc(1, sizeof(*x));
    assert_non_null(x);
    x->peers = peers_new(NULL, NULL);
    struct receiver receiver = session_receiver(x->peers->sessions);
    struct datagrams_limits limits = { .peers = 10, .share = 100, .idle = SECONDS(60) };
    portset_add(&x->watched, TRANSPORT_TCP, 5023, 5023);
    portset_add(&x->watched, TRANSPORT_UDP, 5023, 5023);
    x->datagrams = datagrams_new(&limits, &receiver);
    x->tap = tap_new(&(struct tap_parts){ &x->watched, x->peers->sessions, x->datagrams }, 10);
    assert_true(x->datagrams && x->tap);
    return x;
}

static void tapped_free(struct tapped *x)
{
    tap_free(x->tap);
    datagrams_free(x->datagrams);
    peers_free(x->peers);
    free(x);
}

static void put_datagram(struct tapped *x, struct cursor bytes, uint16_t identification)
{
    struct frame *f = &x->frames.f;
    put_ethernet(f, NULL, V4);
    put_ipv4(f, UDP, 0, identification, 0);
    put_udp(f, 8 + bytes.left);
    buffer_put_cursor(&f->b, bytes);
    close_ip(f);
}

static void put_segment(struct tapped *x, uint8_t flags, struct cursor bytes)
{
    struct frame *f = &x->frames.f;
    put_ethernet(f, NULL, V4);
    put_ipv4(f, TCP, 0, 1, 0);
    put_tcp(f, 0, flags);
    buffer_put_cursor(&f->b, bytes);
    close_ip(f);
}

static void take(struct tapped *x, enum link_type link, size_t captured)
{
    struct cursor frame = cursor_of(x->frames.f.memory, captured);
    tap_frame(x->tap, link, frame, x->frames.f.b.length, x->peers->now);
}

static void a_frame_comes_out_as_a_message(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct tapped *x = tapped_new();
    struct cursor login = sample_of("gt06", "login", memory);
    put_segment(x, TCP_ACK, login);
    take(x, LINK_ETHERNET, x->frames.f.b.length);
    told_lines(x->peers, "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n");
    put_datagram(x, login, 7);
    take(x, LINK_ETHERNET, x->frames.f.b.length);
    take(x, LINK_ETHERNET, x->frames.f.b.length); /* seen twice */
    char *text = peers_take(x->peers);
    assert_int_equal(strncmp(text, "< 78780d0101234567890123450001", 30), 0);
    assert_null(strchr(text + 1, '<'));
    free(text);
    assert_int_equal(sessions_count(x->peers->sessions), 2);
    assert_int_equal(tap_losses(x->tap).packets, 3);
    assert_int_equal(tap_time(x->tap), x->peers->now);
    tapped_free(x);
}

static void what_cannot_be_read_is_counted(void **state)
{
    (void)state;
    struct tapped *x = tapped_new();
    put_datagram(x, cursor_of_text("abc"), 7);
    take(x, LINK_ETHERNET, 20);
    x->frames.f.memory[14] = 0x95; /* an IP version that there is not */
    take(x, LINK_ETHERNET, x->frames.f.b.length);
    take(x, LINK_UNKNOWN, x->frames.f.b.length);
    struct tap_losses losses = tap_losses(x->tap);
    assert_int_equal(losses.packets, 3);
    assert_int_equal(losses.truncated, 1);
    assert_int_equal(losses.malformed, 1);
    told_lines(x->peers, "");
    tapped_free(x);
}

/* However fast a file is read: what is unfinished is told when the packets' time has passed. */
static void time_passes_by_packets(void **state)
{
    (void)state;
    struct tapped *x = tapped_new();
    put_segment(x, TCP_ACK, cursor_of_text("##,imei:1234567890"));
    take(x, LINK_ETHERNET, x->frames.f.b.length);
    told_lines(x->peers, "");
    x->peers->now += SECONDS(6);
    take(x, LINK_UNKNOWN, x->frames.f.b.length);
    told_lines(x->peers, "~ 23232c696d65693a31323334353637383930 - -\n");
    tapped_free(x);
}

static void the_end_gives_out_what_waits(void **state)
{
    (void)state;
    struct tapped *x = tapped_new();
    put_segment(x, TCP_ACK, cursor_of_text("##,imei:1234567890"));
    take(x, LINK_ETHERNET, x->frames.f.b.length);
    tap_finish(x->tap, x->peers->now);
    char *text = peers_take(x->peers);
    assert_int_equal(strncmp(text, "< 23232c696d65693a31323334353637383930 ", 39), 0);
    free(text);
    tapped_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_comes_out_as_a_message),
        cmocka_unit_test(what_cannot_be_read_is_counted),
        cmocka_unit_test(time_passes_by_packets),
        cmocka_unit_test(the_end_gives_out_what_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
