/* SPDX-License-Identifier: Apache-2.0 */
/* Listening and bound sockets, and what lies unread at them, with libmnl. Called by host. */
#include "intake/sockets.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
    LISTENERS = 1 << TCP_LISTEN,
    OPEN = 1 << TCP_ESTABLISHED | 1 << TCP_CLOSE_WAIT,
    UNCONNECTED = 1 << TCP_CLOSE
};

/* One answer of the kernel, taken apart. */
struct found {
    const struct inet_diag_msg *socket;
    struct tcp_info info; /* zero where it was not told */
    uint32_t memory[SK_MEMINFO_VARS];
    bool is_v6_alone;
};

static int on_attribute(const struct nlattr *attribute, void *context)
{
    struct found *found = context;
    size_t length = mnl_attr_get_payload_len(attribute);
    const void *payload = mnl_attr_get_payload(attribute);
    switch (mnl_attr_get_type(attribute)) {
    case INET_DIAG_INFO:
        memcpy(&found->info, payload, length < sizeof(found->info) ? length : sizeof(found->info));
        break;
    case INET_DIAG_SKMEMINFO:
        memcpy(found->memory, payload, length < sizeof(found->memory) ? length : sizeof(found->memory));
        break;
    case INET_DIAG_SKV6ONLY:
        found->is_v6_alone = length > 0 && mnl_attr_get_u8(attribute) != 0;
        break;
    default:
        break;
    }
    return MNL_CB_OK;
}

static struct endpoint local_of(const struct inet_diag_msg *socket)
{
    uint8_t address[16];
    uint16_t port = ntohs(socket->id.idiag_sport);
    memcpy(address, socket->id.idiag_src, sizeof(address));
    return socket->idiag_family == AF_INET6 ? endpoint_of_v6(address, port) : endpoint_of_v4(address, port);
}

static void take_socket(struct host_facts *facts, const struct found *found, enum transport transport)
{
    struct host_socket *socket = host_add_socket(facts);
    if (!socket)
        return;
    bool is_tcp = transport == TRANSPORT_TCP;
    *socket =
        (struct host_socket){ .transport = transport,
                              .local = local_of(found->socket),
                              .is_v6_alone = found->is_v6_alone,
                              .user = found->socket->idiag_uid,
                              .inode = found->socket->idiag_inode,
                              .waiting = found->socket->idiag_rqueue,
                              .room = is_tcp ? found->socket->idiag_wqueue : found->memory[SK_MEMINFO_RCVBUF],
                              .lost = is_tcp ? 0 : found->memory[SK_MEMINFO_DROPS] };
}

static struct host_queue *queue_of(struct host_facts *facts, uint16_t port)
{
    for (size_t i = 0; i < facts->queue_count; i++) {
        if (facts->queues[i].port == port)
            return &facts->queues[i];
    }
    struct host_queue *queue = host_add_queue(facts);
    if (queue)
        queue->port = port;
    return queue;
}

static void take_connection(struct host_facts *facts, const struct found *found)
{
    struct host_queue *queue = queue_of(facts, ntohs(found->socket->id.idiag_sport));
    /* an accepted connection has a descriptor, and with it an inode */
    bool is_unaccepted = found->socket->idiag_inode == 0;
    uint32_t silent = is_unaccepted ? found->info.tcpi_last_ack_recv : found->info.tcpi_last_data_recv;
    int64_t age = (int64_t)silent * 1000;
    if (!queue)
        return;
    queue->connections++;
    queue->bytes += found->socket->idiag_rqueue;
    if (age < HOST_UNREAD || (!is_unaccepted && found->socket->idiag_rqueue == 0))
        return;
    if (is_unaccepted)
        queue->unaccepted++;
    else
        queue->unread++;
    if (age > queue->longest)
        queue->longest = age;
}

struct dump {
    struct host_facts *facts;
    struct mnl_socket *netlink;
    unsigned sequence; /* tells a late answer from the one asked for */
    enum transport transport;
    bool is_open; /* connections, not listeners */
};

static int on_message(const struct nlmsghdr *message, void *context)
{
    const struct dump *dump = context;
    struct found found = { .socket = mnl_nlmsg_get_payload(message) };
    if (mnl_nlmsg_get_payload_len(message) < sizeof(*found.socket) ||
        mnl_attr_parse(message, sizeof(*found.socket), on_attribute, &found) < 0)
        return MNL_CB_OK;
    if (dump->is_open)
        take_connection(dump->facts, &found);
    else
        take_socket(dump->facts, &found, dump->transport);
    return MNL_CB_OK;
}

/* All sockets of a family and transport in these states. False: the kernel does not tell, or not in time. */
static bool read_dump(struct dump *dump, uint8_t family, uint32_t states)
{
    char memory[32768];
    struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
    request->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request->nlmsg_seq = ++dump->sequence;
    struct inet_diag_req_v2 *asked = mnl_nlmsg_put_extra_header(request, sizeof(*asked));
    asked->sdiag_family = family;
    asked->sdiag_protocol = dump->transport == TRANSPORT_TCP ? IPPROTO_TCP : IPPROTO_UDP;
    asked->idiag_states = states;
    asked->idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1) | (dump->is_open ? 1 << (INET_DIAG_INFO - 1) : 0);
    if (mnl_socket_sendto(dump->netlink, request, request->nlmsg_len) < 0)
        return false;
    for (;;) {
        ssize_t length = mnl_socket_recvfrom(dump->netlink, memory, sizeof(memory));
        if (length <= 0)
            return false;
        int result = mnl_cb_run(memory, (size_t)length, request->nlmsg_seq,
                                mnl_socket_get_portid(dump->netlink), on_message, dump);
        if (result <= MNL_CB_STOP)
            return result == MNL_CB_STOP;
    }
}

static bool read_netlink(struct host_facts *facts)
{
    static const struct {
        enum transport transport;
        uint32_t states;
    } wanted[] = { { TRANSPORT_TCP, LISTENERS }, { TRANSPORT_UDP, UNCONNECTED }, { TRANSPORT_TCP, OPEN } };
    const struct timeval patience = { .tv_usec = 300000 };
    struct mnl_socket *netlink = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
    bool is_fine =
        netlink && mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID) == 0 &&
        setsockopt(mnl_socket_get_fd(netlink), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0;
    struct dump dump = { .facts = facts, .netlink = netlink };
    for (size_t i = 0; is_fine && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        dump.transport = wanted[i].transport;
        dump.is_open = wanted[i].states == OPEN;
        is_fine = read_dump(&dump, AF_INET, wanted[i].states) && read_dump(&dump, AF_INET6, wanted[i].states);
    }
    if (netlink)
        (void)mnl_socket_close(netlink);
    return is_fine;
}

/* ---- /proc/net ---- */

/* Words of 32 bits in the byte order of this machine. */
static bool take_address(const char *text, uint16_t port, struct endpoint *out)
{
    uint32_t words[4];
    size_t count = strlen(text) / 8;
    if (count != 1 && count != 4)
        return false;
    for (size_t i = 0; i < count; i++) {
        char word[9] = "";
        memcpy(word, text + 8 * i, 8);
        words[i] = (uint32_t)strtoul(word, NULL, 16);
    }
    uint8_t address[16];
    memcpy(address, words, sizeof(address));
    *out = count == 4 ? endpoint_of_v6(address, port) : endpoint_of_v4(address, port);
    return true;
}

static bool read_table(struct host_facts *facts, const char *path, enum transport transport)
{
    FILE *table = fopen(path, "re");
    char line[512], address[33];
    if (!table)
        return false;
    while (fgets(line, sizeof(line), table)) {
        unsigned port, state, sent, waiting, user;
        unsigned long inode;
        struct endpoint local;
        if (sscanf(line, " %*d: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %x:%x %*x:%*x %*x %u %*u %lu", address,
                   &port, &state, &sent, &waiting, &user, &inode) != 7 ||
            (state != TCP_LISTEN && state != TCP_CLOSE) || !take_address(address, (uint16_t)port, &local))
            continue;
        struct host_socket *socket = host_add_socket(facts);
        if (socket)
            *socket = (struct host_socket){
                .transport = transport, .local = local, .user = user, .inode = inode, .waiting = waiting
            };
    }
    fclose(table);
    return true;
}

static bool read_tables(struct host_facts *facts)
{
    bool is_tcp = read_table(facts, "/proc/net/tcp", TRANSPORT_TCP);
    bool is_udp = read_table(facts, "/proc/net/udp", TRANSPORT_UDP);
    (void)read_table(facts, "/proc/net/tcp6", TRANSPORT_TCP); /* missing where IPv6 is switched off */
    (void)read_table(facts, "/proc/net/udp6", TRANSPORT_UDP);
    return is_tcp && is_udp;
}

void sockets_read(struct host_facts *facts)
{
    if (read_netlink(facts))
        return;
    facts->socket_count = 0;
    facts->queue_count = 0;
    facts->queues_unread = "netlink is closed to this program, and /proc/net does not tell for how long";
    if (!read_tables(facts))
        facts->sockets_unread = "neither netlink nor /proc/net is open to this program";
}
