/* SPDX-License-Identifier: Apache-2.0 */
/* Frames from libpcap. Gives them to packet_parse by way of command's assembly. */
#include "intake/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    READ_BUFFER = 128 * 1024,
    SNAPLEN = 262144,
    KERNEL_BUFFER = 16 << 20,
    DELAY = 50, /* ms that the kernel may hold packets back, to hand over many at once */
    DRAINED = 65536,
    FILTER_MAX = 16384,
    DLT_COOKED2 = 276
};

struct capture {
    pcap_t *pcap;
    enum link_type link;
    const struct frame_handler *handler;
};

static enum link_type link_of(int type)
{
    switch (type) {
    case DLT_EN10MB:
        return LINK_ETHERNET;
    case DLT_NULL:
    case DLT_LOOP:
        return LINK_LOOPBACK;
    case DLT_LINUX_SLL:
        return LINK_COOKED;
    case DLT_COOKED2:
        return LINK_COOKED2;
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
        return LINK_RAW_IP;
    default:
        return LINK_UNKNOWN;
    }
}

static struct capture *adopt(pcap_t *pcap, const char *what, char *error, size_t size)
{
    int type = pcap_datalink(pcap);
    struct capture *capture = calloc(1, sizeof(*capture));
    if (!capture || link_of(type) == LINK_UNKNOWN) {
        const char *name = pcap_datalink_val_to_name(type);
        if (capture)
            snprintf(error, size,
                     "%s: link type %s (%d) is not supported. Capture on Ethernet, loopback or 'any'", what,
                     name ? name : "?", type);
        else
            snprintf(error, size, "out of memory");
        free(capture);
        pcap_close(pcap);
        return NULL;
    }
    capture->pcap = pcap;
    capture->link = link_of(type);
    return capture;
}

struct capture *capture_open_file(const char *path, char *error, size_t size)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "rbe");
    if (!file) {
        snprintf(error, size, "%s: %s. Give a pcap or pcapng file, as tcpdump -w writes it", path,
                 strerror(errno));
        return NULL;
    }
    /* the C library reads 4 KiB at a time by itself */
    (void)setvbuf(file, NULL, _IOFBF, READ_BUFFER);
    pcap_t *pcap = pcap_fopen_offline(file, reason);
    if (!pcap && !is_input)
        fclose(file);
    if (!pcap) {
        snprintf(error, size, "%s: %s. Give a pcap or pcapng file, as tcpdump -w writes it",
                 is_input ? "standard input" : path, reason);
        return NULL;
    }
    return adopt(pcap, is_input ? "standard input" : path, error, size);
}

static void put_ports(const struct portset *ports, enum transport transport, char *filter, size_t size)
{
    unsigned from = 0;
    uint16_t first, last;
    size_t length = strlen(filter);
    while (portset_next(ports, transport, &from, &first, &last) && length < size) {
        int n = snprintf(filter + length, size - length, "%s%s portrange %u-%u", filter[0] ? " or " : "",
                         transport_name(transport), first, last);
        length += n > 0 ? (size_t)n : 0;
    }
}

/* What has no port in sight: later fragments, IPv6 extension headers. */
#define PORTLESS "ip[6:2] & 0x1fff != 0 or ip6[6] == 44 or ip6[6] == 0 or ip6[6] == 43 or ip6[6] == 60"
#define TAGGED "ether proto 0x8100 or ether proto 0x88a8"

enum filter {
    FILTER_FRAMES, /* Ethernet: what is wanted, and the same behind one or two VLAN tags */
    FILTER_COOKED, /* of `any` libpcap knows no VLAN tags: the kernel has taken the first off, a second is let through */
    FILTER_EVERYTHING, /* more port ranges than can be said: stream sorts it */
    FILTERS
};

static bool make_filter(enum filter kind, const struct portset *ports, char *filter, size_t size)
{
    char plain[FILTER_MAX] = "";
    int n = snprintf(filter, size, "tcp or udp or ip[6:2] & 0x1fff != 0 or ip6 or " TAGGED);
    if (kind == FILTER_EVERYTHING)
        return n > 0 && (size_t)n < size;
    put_ports(ports, TRANSPORT_TCP, plain, sizeof(plain));
    put_ports(ports, TRANSPORT_UDP, plain, sizeof(plain));
    if (strlen(plain) + 1 >= sizeof(plain) || plain[0] == '\0')
        return false;
    if (kind == FILTER_FRAMES)
        n = snprintf(filter, size,
                     "%s or " PORTLESS " or (vlan and (%s or " PORTLESS " or (vlan and (%s or " PORTLESS
                     "))))",
                     plain, plain, plain);
    else
        n = snprintf(filter, size, "%s or " PORTLESS " or " TAGGED, plain);
    return n > 0 && (size_t)n < size;
}

static bool set_filter(pcap_t *pcap, const struct portset *ports, char *error, size_t size)
{
    char filter[4 * FILTER_MAX];
    struct bpf_program program;
    bool is_made = false;
    for (int kind = 0; kind < FILTERS && !is_made; kind++)
        is_made = make_filter((enum filter)kind, ports, filter, sizeof(filter)) &&
                  pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!is_made) {
        snprintf(error, size, "the packet filter does not compile: %s", pcap_geterr(pcap));
        return false;
    }
    int result = pcap_setfilter(pcap, &program);
    pcap_freecode(&program);
    if (result != 0)
        snprintf(error, size, "the packet filter is refused: %s", pcap_geterr(pcap));
    return result == 0;
}

struct capture *capture_open_live(const char *interface, const struct portset *ports, char *error,
                                  size_t size)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(interface, reason);
    if (!pcap) {
        snprintf(error, size, "interface %s: %s", interface, reason);
        return NULL;
    }
    (void)pcap_set_snaplen(pcap, SNAPLEN);
    /* not the immediate mode: there every packet takes a slot of SNAPLEN, and 64 in a burst fill the buffer */
    (void)pcap_set_timeout(pcap, DELAY);
    (void)pcap_set_buffer_size(pcap, KERNEL_BUFFER);
    int result = pcap_activate(pcap);
    if (result < 0) {
        bool is_denied = result == PCAP_ERROR_PERM_DENIED;
        snprintf(error, size, "interface %s: %s. %s", interface,
                 pcap_geterr(pcap)[0] ? pcap_geterr(pcap) : pcap_statustostr(result),
                 is_denied ? "Run it with sudo, or give it CAP_NET_RAW"
                           : "'ip link' lists the interfaces there are; 'any' takes all");
        pcap_close(pcap);
        return NULL;
    }
    if (!set_filter(pcap, ports, error, size) || pcap_setnonblock(pcap, 1, reason) != 0) {
        if (reason[0])
            snprintf(error, size, "interface %s: %s", interface, reason);
        pcap_close(pcap);
        return NULL;
    }
    return adopt(pcap, interface, error, size);
}

void capture_free(struct capture *capture)
{
    if (!capture)
        return;
    pcap_close(capture->pcap);
    free(capture);
}

static void on_frame(u_char *context, const struct pcap_pkthdr *head, const u_char *bytes)
{
    struct capture *capture = (struct capture *)context;
    int64_t now = (int64_t)head->ts.tv_sec * 1000000 + (int64_t)head->ts.tv_usec;
    capture->handler->frame(capture->handler->context, capture->link, cursor_of(bytes, head->caplen),
                            head->len, now);
}

int capture_take(struct capture *capture, int most, const struct frame_handler *handler)
{
    capture->handler = handler;
    int taken = pcap_dispatch(capture->pcap, most > 0 ? most : -1, on_frame, (u_char *)capture);
    return taken < 0 ? -1 : taken;
}

void capture_drain(struct capture *capture, const struct frame_handler *handler)
{
    (void)poll(NULL, 0, 2 * DELAY + 10);
    (void)capture_take(capture, DRAINED, handler);
}

const char *capture_error(const struct capture *capture)
{
    return pcap_geterr(capture->pcap);
}

int capture_fd(const struct capture *capture)
{
    return pcap_get_selectable_fd(capture->pcap);
}

uint64_t capture_dropped(const struct capture *capture)
{
    struct pcap_stat stats;
    if (pcap_file(capture->pcap) || pcap_stats(capture->pcap, &stats) != 0)
        return 0;
    return (uint64_t)stats.ps_drop + stats.ps_ifdrop;
}
