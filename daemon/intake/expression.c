/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles libpcap expressions and asks them. Used by capture. */
#include "intake/expression.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"

enum { SNAPLEN = 262144, TYPES_MAX = 8 };

struct expression {
    char *text;
    struct {
        int type;
        bool is_fine;
        struct bpf_program program;
    } types[TYPES_MAX]; /* link types that were met */
    size_t count;
};

/* False: reason says why. */
static bool compile(const char *text, int type, struct bpf_program *program, char *reason, size_t size)
{
    pcap_t *dead = pcap_open_dead(type, SNAPLEN);
    snprintf(reason, size, "out of memory");
    if (!dead)
        return false;
    bool is_fine = pcap_compile(dead, program, text, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!is_fine)
        snprintf(reason, size, "%s", pcap_geterr(dead));
    pcap_close(dead);
    return is_fine;
}

struct expression *expression_new(const char *text, char *error, size_t size)
{
    char reason[PCAP_ERRBUF_SIZE];
    struct bpf_program program;
    struct expression *expression = calloc(1, sizeof(*expression));
    if (expression)
        expression->text = strdup(text);
    snprintf(error, size, "out of memory");
    if (!expression || !expression->text) {
        free(expression);
        return NULL;
    }
    if (compile(text, DLT_EN10MB, &program, reason, sizeof(reason))) {
        pcap_freecode(&program);
        return expression;
    }
    snprintf(error, size, "-- %s: %s. 'man pcap-filter' explains the grammar", text, reason);
    expression_free(expression);
    return NULL;
}

void expression_free(struct expression *expression)
{
    if (!expression)
        return;
    for (size_t i = 0; i < expression->count; i++) {
        if (expression->types[i].is_fine)
            pcap_freecode(&expression->types[i].program);
    }
    free(expression->text);
    free(expression);
}

/* The place of a link type; TYPES_MAX: there are too many. */
static size_t place_of(struct expression *expression, int type)
{
    char reason[PCAP_ERRBUF_SIZE];
    size_t i = 0;
    while (i < expression->count && expression->types[i].type != type)
        i++;
    if (i < expression->count || i == TYPES_MAX)
        return i;
    expression->types[i].type = type;
    expression->types[i].is_fine =
        compile(expression->text, type, &expression->types[i].program, reason, sizeof(reason));
    if (!expression->types[i].is_fine) {
        const char *name = pcap_datalink_val_to_name(type);
        log_warning("-- %s: %s. Packets of link type %s are left out.", expression->text, reason,
                    name ? name : "unknown");
    }
    expression->count++;
    return i;
}

bool expression_fits(struct expression *expression, int type, struct cursor frame, size_t length)
{
    struct pcap_pkthdr head = { .caplen = (bpf_u_int32)frame.left, .len = (bpf_u_int32)length };
    size_t i = place_of(expression, type);
    return i < TYPES_MAX && expression->types[i].is_fine &&
           pcap_offline_filter(&expression->types[i].program, &head, frame.at) != 0;
}
