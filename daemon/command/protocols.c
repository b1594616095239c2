/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch protocols: the catalogue; one protocol with its ports, samples and kin; the manual page made of it. What a protocol
 * tells is read off its samples, which the tests hold to be complete. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "command/command.h"
#include "command/settings.h"
#include "outlet/writer.h"
#include "protocol/registry.h"
#include "verdict/record.h"

enum { SUMMARY_MAX = 64 };

static const char *transports_of(const struct protocol *protocol)
{
    switch (protocol->transports) {
    case OVER_TCP:
        return "tcp";
    case OVER_UDP:
        return "udp";
    default:
        return "tcp,udp";
    }
}

/* What carries the messages, told from what they begin with. */
static const char *carrier_of(const struct protocol *protocol)
{
    for (const struct head *head = protocol->heads; head->bytes; head++) {
        if (head->length >= 4 && (memcmp(head->bytes, "POST", 4) == 0 || memcmp(head->bytes, "GET ", 4) == 0))
            return "http";
        if (head->length >= 1 && head->bytes[0] == '\x10' && !protocol->heads[1].bytes)
            return "mqtt";
    }
    return "raw";
}

struct tells {
    bool id, fix, place, time, answer;
};

static struct tells tells_of(const struct protocol *protocol)
{
    struct tells tells = { .answer = protocol_has_answers(protocol) };
    bool is_valid = false, is_invalid = false;
    for (const struct sample *sample = protocol->samples; sample->text || sample->hex; sample++) {
        tells.id = tells.id || (sample->device && sample->device[0]);
        tells.time = tells.time || sample->time;
        tells.place = tells.place || sample->lat != 0 || sample->lon != 0;
        is_valid = is_valid || sample->location == LOCATION_VALID;
        is_invalid = is_invalid || sample->location == LOCATION_INVALID;
    }
    tells.fix = is_valid && is_invalid;
    return tells;
}

/* "id, coordinates, fix, time, answer" */
static void put_tells(const struct protocol *protocol, char out[static SUMMARY_MAX])
{
    struct tells tells = tells_of(protocol);
    const struct {
        bool is_told;
        const char *name;
    } parts[] = { { tells.id, "id" },
                  { tells.place, "coordinates" },
                  { tells.fix, "fix" },
                  { tells.time, "time" },
                  { tells.answer, "answer" } };
    out[0] = '\0';
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        size_t n = strlen(out);
        if (parts[i].is_told)
            snprintf(out + n, SUMMARY_MAX - n, "%s%s", n > 0 ? ", " : "", parts[i].name);
    }
}

static void put_sample_json(struct buffer *out, const struct sample *sample, struct cursor bytes,
                            bool is_first)
{
    buffer_printf(out, "%s{\"type\":\"%s\",\"transport\":\"%s\",\"hex\":\"", is_first ? "" : ",",
                  sample->type, sample->datagram ? "udp" : "tcp");
    buffer_put_hex(out, bytes);
    buffer_put_u8(out, '"');
    if (sample->text)
        record_put_member(out, "text", sample->text);
    buffer_put_u8(out, '}');
}

static void put_sample_text(struct buffer *out, const struct sample *sample, struct cursor bytes)
{
    buffer_printf(out, "\n  %s%s, %s\n  ", sample->type, sample->datagram ? " (udp)" : "",
                  sample->location == LOCATION_NONE ? "no location" : location_name(sample->location));
    buffer_put_hex(out, bytes);
    buffer_put_u8(out, '\n');
    if (sample->text) {
        char text[1024];
        cursor_copy_text(bytes, text, sizeof(text));
        buffer_printf(out, "  %s\n", text);
    }
}

static void put_samples(struct buffer *out, const struct protocol *protocol, bool json)
{
    static uint8_t bytes[MESSAGE_MAX];
    size_t length;
    for (const struct sample *sample = protocol->samples; sample->text || sample->hex; sample++) {
        if (!sample_bytes(sample, bytes, sizeof(bytes), &length))
            continue;
        if (json)
            put_sample_json(out, sample, cursor_of(bytes, length), sample == protocol->samples);
        else
            put_sample_text(out, sample, cursor_of(bytes, length));
    }
}

static void put_json(struct buffer *out, const struct protocol *protocol, bool with_samples)
{
    struct tells tells = tells_of(protocol);
    const char *separator = "";
    buffer_printf(out, "{\"event\":\"protocol\",\"protocol\":\"%s\"", protocol->name);
    if (protocol->alias)
        record_put_member(out, "alias", protocol->alias);
    record_put_number(out, "port", protocol->port);
    record_put_member(out, "transports", transports_of(protocol));
    record_put_member(out, "carrier", carrier_of(protocol));
    buffer_printf(out, ",\"id\":%s,\"coordinates\":%s,\"fix\":%s,\"time\":%s,\"answer\":%s,\"kin\":[",
                  tells.id ? "true" : "false", tells.place ? "true" : "false", tells.fix ? "true" : "false",
                  tells.time ? "true" : "false", tells.answer ? "true" : "false");
    for (size_t i = 0; registry[i]; i++) {
        if (!protocol_is_kin(protocol, registry[i]))
            continue;
        buffer_printf(out, "%s\"%s\"", separator, registry[i]->name);
        separator = ",";
    }
    buffer_put_u8(out, ']');
    if (with_samples) {
        buffer_put_text(out, ",\"samples\":[");
        put_samples(out, protocol, true);
        buffer_put_u8(out, ']');
    }
    buffer_put_text(out, "}\n");
}

/* " gps103 t55": who shares messages with it; nothing when nobody does. */
static void put_kin(struct buffer *out, const struct protocol *protocol)
{
    for (size_t i = 0; registry[i]; i++) {
        if (protocol_is_kin(protocol, registry[i]))
            buffer_printf(out, " %s", registry[i]->name);
    }
}

static bool has_kin(const struct protocol *protocol)
{
    for (size_t i = 0; registry[i]; i++) {
        if (protocol_is_kin(protocol, registry[i]))
            return true;
    }
    return false;
}

static void put_text(struct buffer *out, const struct protocol *protocol, bool with_samples)
{
    char tells[SUMMARY_MAX];
    put_tells(protocol, tells);
    buffer_printf(out, "%-5u  %-16s %-8s %-5s %s", protocol->port, protocol->name, transports_of(protocol),
                  carrier_of(protocol), tells);
    if (protocol->alias)
        buffer_printf(out, " (also called %s)", protocol->alias);
    buffer_put_u8(out, '\n');
    if (!with_samples)
        return;
    if (has_kin(protocol)) {
        buffer_put_text(out, "\n  shares messages with:");
        put_kin(out, protocol);
        buffer_put_u8(out, '\n');
    }
    put_samples(out, protocol, false);
}

static int by_port(const void *left, const void *right)
{
    const struct protocol *a = *(const struct protocol *const *)left,
                          *b = *(const struct protocol *const *)right;
    return (int)a->port - (int)b->port;
}

/* In the order of their ports; NULL when memory is out. The caller frees it. */
static const struct protocol **sorted(const struct protocol *const *protocols, size_t *count)
{
    *count = 0;
    while (protocols[*count])
        (*count)++;
    const struct protocol **list = calloc(*count + 1, sizeof(*list));
    if (!list)
        return NULL;
    memcpy(list, protocols, *count * sizeof(*list));
    qsort(list, *count, sizeof(*list), by_port);
    return list;
}

static void put_manual_head(struct buffer *out)
{
    buffer_put_text(
        out, ".\\\" Made by 'hexwatch protocols --manual'; do not edit.\n"
             ".Dd $Mdocdate$\n"
             ".Dt HEXWATCH-PROTOCOLS 7\n"
             ".Os\n"
             ".Sh NAME\n"
             ".Nm hexwatch-protocols\n"
             ".Nd trackers' protocols that hexwatch recognises\n"
             ".Sh DESCRIPTION\n"
             "Each protocol with Traccar's default port, its transports, what carries it, and what its "
             "messages tell.\n"
             "Those that share messages are named: one message cannot tell them apart.\n"
             ".Ql hexwatch protocols NAME\n"
             "shows sample messages of one.\n"
             ".Bl -tag -width Ds\n");
}

static void put_manual(struct buffer *out, const struct protocol *protocol)
{
    char tells[SUMMARY_MAX];
    put_tells(protocol, tells);
    buffer_printf(out, ".It Sy %s\nport %u, %s%s; tells %s", protocol->name, protocol->port,
                  transports_of(protocol),
                  strcmp(carrier_of(protocol), "http") == 0   ? ", over HTTP"
                  : strcmp(carrier_of(protocol), "mqtt") == 0 ? ", over MQTT"
                                                              : "",
                  tells[0] ? tells : "nothing but itself");
    if (protocol->alias)
        buffer_printf(out, "; also called %s", protocol->alias);
    if (has_kin(protocol)) {
        buffer_put_text(out, "; shares messages with");
        put_kin(out, protocol);
    }
    buffer_put_text(out, ".\n");
}

enum listing { LIST_ALL, LIST_KIN, LIST_MANUAL };

static void put_row(struct buffer *out, const struct protocol *protocol, enum listing listing, bool json)
{
    if (listing == LIST_MANUAL) {
        put_manual(out, protocol);
    } else if (json) {
        put_json(out, protocol, false);
    } else if (listing == LIST_KIN) {
        buffer_printf(out, "%-16s", protocol->name);
        put_kin(out, protocol);
        buffer_put_u8(out, '\n');
    } else {
        put_text(out, protocol, false);
    }
}

static bool list_all(struct writer *writer, const struct protocol *const *protocols, enum listing listing,
                     bool json)
{
    size_t count;
    const struct protocol **list = sorted(protocols, &count);
    if (!list)
        return false;
    if (listing == LIST_MANUAL) {
        put_manual_head(writer_begin(writer, 4096));
        writer_end(writer);
    }
    for (size_t i = 0; i < count; i++) {
        if (listing == LIST_KIN && !has_kin(list[i]))
            continue;
        put_row(writer_begin(writer, 4096), list[i], listing, json);
        writer_end(writer);
    }
    if (listing == LIST_MANUAL) {
        buffer_put_text(writer_begin(writer, 4096), ".El\n.Sh SEE ALSO\n.Xr hexwatch 1\n");
        writer_end(writer);
    }
    free(list);
    return true;
}

static const struct protocol *find(const struct protocol *const *protocols, const char *name)
{
    for (size_t i = 0; protocols[i]; i++) {
        if (strcmp(protocols[i]->name, name) == 0)
            return protocols[i];
    }
    return registry_find(name);
}

static int list_named(struct writer *writer, const struct protocol *const *protocols, char **names, bool json)
{
    for (; *names; names++) {
        const struct protocol *protocol = find(protocols, *names);
        struct near_search search = { .word = *names };
        for (size_t i = 0; !protocol && protocols[i]; i++)
            near_consider(&search, protocols[i]->name);
        const char *near = near_found(&search);
        if (!protocol && near)
            return command_fail("protocols: there is no protocol '%s'. Did you mean '%s'?", *names, near);
        if (!protocol)
            return command_fail("protocols: there is no protocol '%s'. 'hexwatch protocols' lists them all.",
                                *names);
        struct buffer *out = writer_begin(writer, WRITER_LINE_MAX);
        if (json)
            put_json(out, protocol, true);
        else
            put_text(out, protocol, true);
        writer_end(writer);
    }
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first, end;
    if (!options_read(argc, argv, &command_protocols, &options, &first, &end))
        return EXIT_WRONG;
    if (first < end && (options.kin || options.manual))
        return command_fail("protocols: --kin and --manual are about all protocols. Leave NAME out.");
    if (!settings_from(&options, end, argv, end, &settings))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    struct writer *writer = writer_new(STDOUT_FILENO);
    enum listing listing = options.manual ? LIST_MANUAL : options.kin ? LIST_KIN : LIST_ALL;
    const struct protocol *const *protocols = options.manual ? registry : settings_protocols(&settings);
    int status = EXIT_DONE;
    if (!writer || (first == end && !list_all(writer, protocols, listing, options.json)))
        status = command_fail("protocols: out of memory. Free some and try again.");
    else
        status = list_named(writer, protocols, argv + first, options.json);
    if (writer && !writer_flush(writer) && status == EXIT_DONE)
        status = command_unwritten("protocols");
    writer_free(writer);
    settings_free(&settings);
    return status;
}

const struct command command_protocols = {
    .name = "protocols",
    .run = run,
    .brief = "lists the protocols that are recognised",
    .operands = "[NAME...]",
    .options = "fcKM",
    .examples = { { "hexwatch protocols gt06", "its ports, what it tells, sample messages" },
                  { "hexwatch protocols | grep udp", "those that are spoken over UDP" } },
    .about = "With NAME one of them, with sample messages.\n",
};
