/* SPDX-License-Identifier: Apache-2.0 */
/* Frames from libpcap. Gives them to the tap. */
#include "intake/capture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "intake/expression.h"
#include "intake/pcapng.h"
#include "intake/unpacked.h"

enum {
    READ_BUFFER = 128 * 1024,
    SNAPLEN = 262144,
    KERNEL_BUFFER = 16 << 20,
    DELAY = 50, /* ms that the kernel may hold packets back, to hand over many at once */
    DRAINED = 32768,
    FILTER_MAX = 16384,
    EXPRESSION_MAX = 4096,
    DLT_COOKED2 = 276,
    SECOND = 1000000
};

/* The last second of the year 9999. */
#define LAST_SECOND INT64_C(253402300799)
/* How long a packet may have waited in the kernel, µs. */
#define DELAY_MOST INT64_C(10000000)

struct capture {
    pcap_t *pcap;          /* NULL: pcapng */
    struct pcapng *pcapng; /* NULL: pcap */
    enum link_type link;
    int kind;                      /* live: the interface's, ARPHRD_… */
    struct tap *tap;               /* who gets the frames of the call that is under way */
    struct expression *expression; /* borrowed; of files: what is let through, or NULL */
    int64_t now, wall;             /* live: see capture_set_clock; of a file both are 0 */
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

/* As files number link types, which is not always as libpcap does. */
static enum link_type link_in_file(uint16_t type)
{
    enum { FILE_RAW = 101, FILE_IPV4 = 228, FILE_IPV6 = 229 };
    return type == FILE_RAW || type == FILE_IPV4 || type == FILE_IPV6 ? LINK_RAW_IP : link_of(type);
}

/* And as libpcap does. */
static int type_in_file(uint16_t type)
{
    return link_in_file(type) == LINK_RAW_IP ? DLT_RAW : type;
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

/* Looks at the first bytes and gives them back: they are still in the buffer. */
static bool is_pcapng(FILE *file)
{
    char start[sizeof(PCAPNG_MAGIC) - 1];
    size_t n = fread(start, 1, sizeof(start), file);
    for (size_t i = n; i-- > 0;)
        ungetc((unsigned char)start[i], file);
    return n == sizeof(start) && memcmp(start, PCAPNG_MAGIC, n) == 0;
}

static struct capture *adopt_pcapng(FILE *file, bool is_input, char *error, size_t size)
{
    struct capture *capture = calloc(1, sizeof(*capture));
    if (capture)
        capture->pcapng = pcapng_new(file);
    if (capture && capture->pcapng)
        return capture;
    snprintf(error, size, "out of memory");
    free(capture);
    if (!is_input)
        fclose(file);
    return NULL;
}

struct capture *capture_open_file(const char *path, char *error, size_t size)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "rbe");
    if (file && !is_input)
        file = unpacked(file);
    if (!file) {
        snprintf(error, size, "%s: %s. Give a pcap or pcapng file, as tcpdump -w writes it", path,
                 strerror(errno));
        return NULL;
    }
    /* the C library reads 4 KiB at a time by itself */
    (void)setvbuf(file, NULL, _IOFBF, READ_BUFFER);
    if (is_pcapng(file))
        return adopt_pcapng(file, is_input, error, size);
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

/* ICMP that says that nobody wanted a packet. */
#define REFUSALS "icmp[0] == 3 or (icmp6 and ip6[40] == 1)"
/* What has no port in sight: later fragments, IPv6 extension headers. */
#define PORTLESS \
    REFUSALS " or ip[6:2] & 0x1fff != 0 or ip6[6] == 44 or ip6[6] == 0 or ip6[6] == 43 or ip6[6] == 60"
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
    int n = snprintf(filter, size, "tcp or udp or " REFUSALS " or ip[6:2] & 0x1fff != 0 or ip6 or " TAGGED);
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

/* "(theirs) and (ours)": in this order, because `vlan` in ours changes what is meant behind it. */
static bool join(const char *expression, char *filter, size_t size)
{
    char whole[4 * FILTER_MAX + EXPRESSION_MAX];
    if (!expression[0])
        return true;
    int n = snprintf(whole, sizeof(whole), "(%s) and (%s)", expression, filter);
    if (n < 0 || (size_t)n >= size || (size_t)n >= sizeof(whole))
        return false;
    memcpy(filter, whole, (size_t)n + 1);
    return true;
}

static bool check_expression(pcap_t *pcap, const char *expression, char *error, size_t size)
{
    struct bpf_program program;
    if (!expression[0])
        return true;
    if (pcap_compile(pcap, &program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        snprintf(error, size, "-- %s: %s. 'man pcap-filter' explains the grammar", expression,
                 pcap_geterr(pcap));
        return false;
    }
    pcap_freecode(&program);
    return true;
}

static bool set_filter(pcap_t *pcap, const struct portset *ports, const char *expression, char *error,
                       size_t size)
{
    char filter[4 * FILTER_MAX + EXPRESSION_MAX];
    struct bpf_program program;
    bool is_made = false;
    if (!check_expression(pcap, expression, error, size))
        return false;
    for (int kind = 0; kind < FILTERS && !is_made; kind++)
        is_made = make_filter((enum filter)kind, ports, filter, sizeof(filter)) &&
                  join(expression, filter, sizeof(filter)) &&
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

/* Is it up? Then its kind (ARPHRD_…) too. */
static bool is_up(const char *interface, int *kind)
{
    struct ifreq request = { .ifr_flags = 0 };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || strlen(interface) >= sizeof(request.ifr_name)) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    strcpy(request.ifr_name, interface);
    bool is_fine = ioctl(fd, SIOCGIFFLAGS, &request) == 0 && request.ifr_flags & IFF_UP;
    is_fine = is_fine && ioctl(fd, SIOCGIFHWADDR, &request) == 0;
    if (is_fine)
        *kind = request.ifr_hwaddr.sa_family;
    close(fd);
    return is_fine;
}

struct capture *capture_open_live(const char *interface, const struct portset *ports, const char *expression,
                                  char *error, size_t size)
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
    if (!set_filter(pcap, ports, expression, error, size) || pcap_setnonblock(pcap, 1, reason) != 0) {
        if (reason[0])
            snprintf(error, size, "interface %s: %s", interface, reason);
        pcap_close(pcap);
        return NULL;
    }
    struct capture *capture = adopt(pcap, interface, error, size);
    if (capture && !is_up(interface, &capture->kind))
        capture->kind = -1;
    return capture;
}

bool capture_resume(struct capture *capture, const char *interface)
{
    int fd = pcap_fileno(capture->pcap), kind, error;
    socklen_t size = sizeof(error);
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
    if (!is_up(interface, &kind) || kind != capture->kind)
        return false;
    address.sll_ifindex = (int)if_nametoindex(interface);
    /* the error that told of its end is taken away */
    (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return address.sll_ifindex != 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

void capture_free(struct capture *capture)
{
    if (!capture)
        return;
    if (capture->pcap)
        pcap_close(capture->pcap);
    pcapng_free(capture->pcapng);
    free(capture);
}

/* A damaged file may say anything, and classic pcap has 32 bits, which are to be read without a sign (after 2038). */
static int64_t time_of(const struct pcap_pkthdr *head)
{
    int64_t second = (int64_t)head->ts.tv_sec, micros = (int64_t)head->ts.tv_usec;
    if (second < 0 && second >= INT32_MIN)
        second += INT64_C(1) << 32;
    if (second < 0 || second > LAST_SECOND)
        second = 0;
    return second * SECOND + (micros >= 0 && micros < SECOND ? micros : 0);
}

static int64_t loop_time(const struct capture *capture, int64_t time)
{
    time -= capture->wall;
    bool is_far = capture->now != 0 && (time > capture->now + SECOND || time < capture->now - DELAY_MOST);
    return is_far ? capture->now : time; /* the wall clock was set meanwhile */
}

static void on_frame(u_char *context, const struct pcap_pkthdr *head, const u_char *bytes)
{
    struct capture *capture = (struct capture *)context;
    if (capture->expression && !expression_fits(capture->expression, pcap_datalink(capture->pcap),
                                                cursor_of(bytes, head->caplen), head->len))
        return;
    tap_frame(capture->tap, capture->link, cursor_of(bytes, head->caplen), head->len,
              loop_time(capture, time_of(head)));
}

static int take_pcapng(struct capture *capture, int most, struct tap *tap)
{
    struct pcapng_frame frame;
    enum pcapng_result result = PCAPNG_END;
    int taken = 0;
    while ((most <= 0 || taken < most) && (result = pcapng_next(capture->pcapng, &frame)) == PCAPNG_FRAME) {
        taken++;
        if (capture->expression &&
            !expression_fits(capture->expression, type_in_file(frame.link), frame.bytes, frame.length))
            continue;
        tap_frame(tap, link_in_file(frame.link), frame.bytes, frame.length, loop_time(capture, frame.time));
    }
    /* what came before a broken end counts: the next call says that it is broken */
    return result == PCAPNG_BROKEN && taken == 0 ? -1 : taken;
}

void capture_choose(struct capture *capture, struct expression *expression)
{
    capture->expression = expression;
}

int capture_take(struct capture *capture, int most, struct tap *tap)
{
    int all = capture->now != 0 ? DRAINED : -1;
    if (capture->pcapng)
        return take_pcapng(capture, most, tap);
    capture->tap = tap;
    int taken = pcap_dispatch(capture->pcap, most > 0 ? most : all, on_frame, (u_char *)capture);
    return taken < 0 ? -1 : taken;
}

void capture_set_clock(struct capture *capture, int64_t now, int64_t wall)
{
    capture->now = now;
    capture->wall = wall;
}

void capture_wait(struct capture *capture)
{
    (void)capture;
    (void)poll(NULL, 0, 2 * DELAY + 10);
}

const char *capture_error(const struct capture *capture)
{
    return capture->pcapng ? pcapng_error(capture->pcapng) : pcap_geterr(capture->pcap);
}

int capture_fd(const struct capture *capture)
{
    return pcap_get_selectable_fd(capture->pcap);
}

uint64_t capture_dropped(const struct capture *capture)
{
    struct pcap_stat stats;
    if (!capture->pcap || pcap_file(capture->pcap) || pcap_stats(capture->pcap, &stats) != 0)
        return 0;
    return (uint64_t)stats.ps_drop + stats.ps_ifdrop;
}
