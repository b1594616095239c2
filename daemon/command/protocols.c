/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch protocols: the catalogue; one protocol with its ports, samples and kin. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "outlet/record.h"
#include "outlet/writer.h"
#include "protocols/registry.h"

static const char usage[] =
    "usage: hexwatch protocols [--format text|json] [NAME]\n"
    "\n"
    "Lists the protocols that are recognised; with NAME one of them, with sample messages.\n";

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

static void put_sample(struct buffer *out, const struct sample *sample, bool json, bool is_first)
{
    static uint8_t bytes[MESSAGE_MAX];
    size_t length;
    if (!sample_bytes(sample, bytes, sizeof(bytes), &length))
        return;
    if (json) {
        buffer_printf(out, "%s{\"type\":\"%s\",\"transport\":\"%s\",\"hex\":\"", is_first ? "" : ",",
                      sample->type, sample->datagram ? "udp" : "tcp");
        buffer_put_hex(out, cursor_of(bytes, length));
        buffer_put_u8(out, '"');
        if (sample->text)
            record_put_member(out, "text", sample->text);
        buffer_put_u8(out, '}');
        return;
    }
    buffer_printf(out, "\n  %s%s, %s\n  ", sample->type, sample->datagram ? " (udp)" : "",
                  sample->location == LOCATION_NONE ? "no location" : location_name(sample->location));
    buffer_put_hex(out, cursor_of(bytes, length));
    buffer_put_u8(out, '\n');
    if (sample->text) {
        char text[1024];
        cursor_copy_text(cursor_of_text(sample->text), text, sizeof(text));
        buffer_printf(out, "  %s\n", text);
    }
}

static void put_protocol(struct buffer *out, const struct protocol *protocol, bool json, bool with_samples)
{
    if (json) {
        buffer_printf(out, "{\"event\":\"protocol\",\"protocol\":\"%s\"", protocol->name);
        if (protocol->alias)
            record_put_member(out, "alias", protocol->alias);
        record_put_number(out, "port", protocol->port);
        record_put_member(out, "transports", transports_of(protocol));
        buffer_put_text(out, ",\"kin\":[");
        for (size_t i = 0; i < KIN_MAX && protocol->kin[i]; i++)
            buffer_printf(out, "%s\"%s\"", i > 0 ? "," : "", protocol->kin[i]);
        buffer_put_u8(out, ']');
    } else {
        buffer_printf(out, "%-5u  %-12s %-8s", protocol->port, protocol->name, transports_of(protocol));
        if (protocol->alias)
            buffer_printf(out, " also called %s", protocol->alias);
        buffer_put_u8(out, '\n');
    }
    if (with_samples && !json && protocol->kin[0]) {
        buffer_put_text(out, "\n  shares messages with:");
        for (size_t i = 0; i < KIN_MAX && protocol->kin[i]; i++)
            buffer_printf(out, " %s", protocol->kin[i]);
        buffer_put_u8(out, '\n');
    }
    if (with_samples && json)
        buffer_put_text(out, ",\"samples\":[");
    for (const struct sample *sample = protocol->samples; with_samples && (sample->text || sample->hex);
         sample++)
        put_sample(out, sample, json, sample == protocol->samples);
    if (with_samples && json)
        buffer_put_u8(out, ']');
    if (json)
        buffer_put_text(out, "}\n");
}

static int by_port(const void *left, const void *right)
{
    const struct protocol *a = *(const struct protocol *const *)left,
                          *b = *(const struct protocol *const *)right;
    return (int)a->port - (int)b->port;
}

static bool list_all(struct writer *writer, bool json)
{
    size_t count = registry_count();
    const struct protocol **list = calloc(count + 1, sizeof(*list));
    if (!list)
        return false;
    memcpy(list, registry, count * sizeof(*list));
    qsort(list, count, sizeof(*list), by_port);
    for (size_t i = 0; i < count; i++) {
        put_protocol(writer_begin(writer, 4096), list[i], json, false);
        writer_end(writer);
    }
    free(list);
    return true;
}

int command_protocols(int argc, char **argv)
{
    struct options options;
    int first;
    if (!options_read(argc, argv, "f", usage, &options, &first))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    struct writer *writer = writer_new(STDOUT_FILENO);
    if (!writer)
        return command_fail("protocols: out of memory. Free some and try again.");
    int status = EXIT_DONE;
    if (first == argc && !list_all(writer, options.json))
        status = command_fail("protocols: out of memory. Free some and try again.");
    for (int i = first; i < argc && status == EXIT_DONE; i++) {
        const struct protocol *protocol = registry_find(argv[i]);
        if (!protocol) {
            status = command_fail(
                "protocols: there is no protocol '%s'. 'hexwatch protocols' lists them all.", argv[i]);
            break;
        }
        put_protocol(writer_begin(writer, WRITER_LINE_MAX), protocol, options.json, true);
        writer_end(writer);
    }
    if (!writer_flush(writer) && status == EXIT_DONE)
        status = command_fail("protocols: standard output: %s. Free the disk, or keep the reader open.",
                              strerror(errno));
    writer_free(writer);
    return status;
}
