/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of this host: sockets that the test opens are found as they are. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "intake/host.h"

/* A socket on a free port of the address; returns the port. It is none of those that the system gives to other tests' connections. */
static uint16_t open_socket(int family, int type, bool is_any, int *fd)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(is_any ? INADDR_ANY : INADDR_LOOPBACK) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
                               .sin6_addr = is_any ? in6addr_any : in6addr_loopback };
    *fd = socket(family, type | SOCK_CLOEXEC, 0);
    assert_true(*fd >= 0);
    for (uint16_t port = 21000; port < 22000; port = (uint16_t)(port + 2)) {
        v4.sin_port = v6.sin6_port = htons(port);
        bool is_bound = family == AF_INET ? bind(*fd, (struct sockaddr *)&v4, sizeof(v4)) == 0
                                          : bind(*fd, (struct sockaddr *)&v6, sizeof(v6)) == 0;
        if (!is_bound)
            continue;
        if (type == SOCK_STREAM)
            assert_int_equal(listen(*fd, 7), 0);
        return port;
    }
    fail_msg("no port is free");
    return 0;
}

static void expect(int family, int type, bool is_any, enum host_reach reach)
{
    enum transport transport = type == SOCK_STREAM ? TRANSPORT_TCP : TRANSPORT_UDP;
    const struct host_socket *found;
    int fd;
    uint16_t port = open_socket(family, type, is_any, &fd);
    struct host_facts *facts = host_read();
    assert_non_null(facts);
    assert_null(facts->sockets_unread);
    assert_int_equal(host_reach(facts, transport, port, &found), reach);
    assert_non_null(found);
    assert_int_equal(found->process, getpid());
    assert_int_equal(found->user, getuid());
    assert_true(host_is_own(facts, found));
    assert_int_equal(endpoint_is_any(&found->local), is_any);
    if (transport == TRANSPORT_TCP)
        assert_int_equal(found->room, 7);
    host_facts_free(facts);
    close(fd);
    facts = host_read();
    assert_non_null(facts);
    assert_int_equal(host_reach(facts, transport, port, &found), HOST_NOBODY);
    assert_null(found);
    host_facts_free(facts);
}

static void test_sockets(void **state)
{
    (void)state;
    expect(AF_INET, SOCK_STREAM, true, HOST_OTHERS);
    expect(AF_INET, SOCK_STREAM, false, HOST_SELF);
    expect(AF_INET, SOCK_DGRAM, true, HOST_OTHERS);
    expect(AF_INET, SOCK_DGRAM, false, HOST_SELF);
    expect(AF_INET6, SOCK_STREAM, true, HOST_OTHERS);
    expect(AF_INET6, SOCK_STREAM, false, HOST_SELF);
    expect(AF_INET6, SOCK_DGRAM, false, HOST_SELF);
}

/* What lies at a port is counted, whether the connection was accepted or not; old it is only after some seconds. */
static void test_queues(void **state)
{
    (void)state;
    int listener, connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    uint16_t port = open_socket(AF_INET, SOCK_STREAM, false, &listener);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(send(connection, "hello", 5, 0), 5);
    struct host_facts *facts = host_read();
    assert_non_null(facts);
    assert_null(facts->queues_unread);
    const struct host_socket *found;
    assert_int_equal(host_reach(facts, TRANSPORT_TCP, port, &found), HOST_SELF);
    assert_int_equal(found->waiting, 1);
    const struct host_queue *queue = host_queue(facts, port);
    assert_non_null(queue);
    assert_int_equal(queue->connections, 1);
    assert_int_equal(queue->bytes, 5);
    assert_int_equal(queue->unread, 0);
    assert_int_equal(queue->unaccepted, 0);
    assert_null(host_queue(facts, (uint16_t)(port ^ 1)));
    host_facts_free(facts);
    close(connection);
    close(listener);
}

static void test_addresses(void **state)
{
    (void)state;
    struct host_facts *facts = host_read();
    struct endpoint loopback = endpoint_of_v4((const uint8_t[]){ 127, 0, 0, 1 }, 0);
    struct endpoint strange = endpoint_of_v4((const uint8_t[]){ 203, 0, 113, 99 }, 0);
    assert_non_null(facts);
    assert_null(facts->addresses_unread);
    assert_true(host_has_address(facts, &loopback));
    assert_false(host_has_address(facts, &strange));
    assert_true(host_scope(facts) >= SCOPE_LOOPBACK);
    host_facts_free(facts);
}

static void test_owner(void **state)
{
    (void)state;
    char text[96], expected[96];
    int fd;
    uint16_t port = open_socket(AF_INET, SOCK_DGRAM, true, &fd);
    struct host_facts *facts = host_read();
    host_write_owner(facts, TRANSPORT_UDP, port, text, sizeof(text));
    snprintf(expected, sizeof(expected), "test_intake (process %d)", (int)getpid());
    assert_string_equal(text, expected);
    host_write_owner(facts, TRANSPORT_TCP, port, text, sizeof(text));
    assert_memory_equal(text, "another program", strlen("another program"));
    host_facts_free(facts);
    host_write_owner(NULL, TRANSPORT_TCP, port, text, sizeof(text));
    assert_memory_equal(text, "another program", strlen("another program"));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sockets),
        cmocka_unit_test(test_queues),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
