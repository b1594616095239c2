/* SPDX-License-Identifier: Apache-2.0 */
/* Counts messages, devices, ports and open findings; writes the closing summary. Hears the publisher. */
#include "outlet/summary.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"
#include "outlet/record.h"

enum {
    PORTS_MAX = 2000,
    DEVICES_MAX = 20000,
    FINDINGS_MAX = 2000,
    NAMES_MAX = 4,
    SHOWN_MAX = 50,
    TEXT_MAX = 400
};

struct port_key {
    uint16_t port, transport;
};

struct port_count {
    uint64_t messages, devices;
    const struct protocol *protocols[NAMES_MAX];
};

struct device_key {
    char device[DEVICE_MAX];
    struct port_key port; /* all zero: the device at any port */
};

struct finding_key {
    char about[DEVICE_MAX];
    struct port_key port;
    uint32_t code;
};

struct finding_left {
    struct finding_event event;
    char device[DEVICE_MAX], text[TEXT_MAX], advice[TEXT_MAX];
};

struct summary {
    struct table *ports, *devices, *findings;
    uint64_t messages, device_count, raised, cleared;
};

struct summary *summary_new(void)
{
    struct summary *summary = calloc(1, sizeof(*summary));
    if (!summary)
        return NULL;
    summary->ports = table_new(PORTS_MAX, sizeof(struct port_key), sizeof(struct port_count), NULL, NULL);
    summary->devices = table_new(DEVICES_MAX, sizeof(struct device_key), sizeof(bool), NULL, NULL);
    summary->findings =
        table_new(FINDINGS_MAX, sizeof(struct finding_key), sizeof(struct finding_left), NULL, NULL);
    if (!summary->ports || !summary->devices || !summary->findings) {
        summary_free(summary);
        return NULL;
    }
    return summary;
}

void summary_free(struct summary *summary)
{
    if (!summary)
        return;
    table_free(summary->ports);
    table_free(summary->devices);
    table_free(summary->findings);
    free(summary);
}

/* True when it was not seen before. */
static bool is_new_device(struct summary *summary, const char *device, struct port_key port)
{
    struct device_key key;
    memset(&key, 0, sizeof(key));
    strncpy(key.device, device, sizeof(key.device) - 1);
    key.port = port;
    bool *seen = table_add(summary->devices, &key);
    if (!seen || *seen)
        return false;
    *seen = true;
    return true;
}

static void count_protocol(struct port_count *count, const struct protocol *protocol)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        if (!count->protocols[i])
            count->protocols[i] = protocol;
        if (count->protocols[i] == protocol)
            return;
    }
}

static void on_message(void *context, const struct message_event *event)
{
    struct summary *summary = context;
    struct port_key key = { event->who.port, (uint16_t)event->who.transport };
    if (event->direction != DIRECTION_IN)
        return;
    summary->messages++;
    struct port_count *count = table_add(summary->ports, &key);
    if (!count)
        return;
    count->messages++;
    if (event->told && event->told->candidate_count > 0)
        count_protocol(count, event->told->candidates[0]);
    /* the device speaks with every message; it need only be looked up when this one tells its id */
    if (event->told && event->told->reading.device[0] && !event->repeats &&
        is_new_device(summary, event->device, key)) {
        count->devices++;
        if (is_new_device(summary, event->device, (struct port_key){ 0, 0 }))
            summary->device_count++;
    }
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct summary *summary = context;
    struct finding_key key;
    memset(&key, 0, sizeof(key));
    key.port = (struct port_key){ event->who.port, (uint16_t)event->who.transport };
    key.code = (uint32_t)event->code;
    if (event->device[0]) {
        strncpy(key.about, event->device, sizeof(key.about) - 1);
    } else {
        char peer[ENDPOINT_TEXT];
        struct endpoint address = event->who.peer;
        address.port = 0;
        endpoint_write(&address, peer);
        snprintf(key.about, sizeof(key.about), "%s", peer);
    }
    if (!event->raised) {
        struct finding_left *known = table_find(summary->findings, &key);
        summary->cleared++;
        if (known)
            table_remove(summary->findings, known);
        return;
    }
    summary->raised++;
    struct finding_left *left = table_add(summary->findings, &key);
    if (!left)
        return;
    left->event = *event;
    strncpy(left->device, event->device, sizeof(left->device) - 1);
    strncpy(left->text, event->text, sizeof(left->text) - 1);
    strncpy(left->advice, event->advice, sizeof(left->advice) - 1);
    left->event.device = left->device;
    left->event.text = left->text;
    left->event.advice = left->advice;
}

struct sink summary_sink(struct summary *summary)
{
    return (struct sink){ .context = summary, .message = on_message, .finding = on_finding };
}

static int by_port(const void *left, const void *right)
{
    const struct port_key *a = *(const struct port_key *const *)left,
                          *b = *(const struct port_key *const *)right;
    if (a->port != b->port)
        return a->port < b->port ? -1 : 1;
    return (int)a->transport - (int)b->transport;
}

/* the ports in order; the caller frees the list */
static const struct port_key **sorted_ports(const struct summary *summary, size_t *count)
{
    const struct port_key **list = calloc(table_count(summary->ports) + 1, sizeof(*list));
    *count = 0;
    if (!list)
        return NULL;
    for (const void *value = table_first(summary->ports); value; value = table_next(summary->ports, value))
        list[(*count)++] = table_key(summary->ports, value);
    qsort(list, *count, sizeof(*list), by_port);
    return list;
}

static void put_protocols(struct buffer *out, const struct port_count *count, bool json)
{
    for (size_t i = 0; i < NAMES_MAX && count->protocols[i]; i++) {
        if (i > 0)
            buffer_put_u8(out, ',');
        if (json)
            record_put_string(out, count->protocols[i]->name);
        else
            buffer_put_text(out, count->protocols[i]->name);
    }
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void write_ports(const struct summary *summary, struct writer *writer, bool json)
{
    size_t count;
    const struct port_key **ports = sorted_ports(summary, &count);
    for (size_t i = 0; ports && i < count; i++) {
        const struct port_count *seen = table_find(summary->ports, ports[i]);
        struct buffer *out = writer_begin(writer, 1024);
        if (json) {
            buffer_printf(
                out, "%s{\"port\":%u,\"transport\":\"%s\",\"messages\":%llu,\"devices\":%llu,\"protocols\":[",
                i > 0 ? "," : "", ports[i]->port, transport_name((enum transport)ports[i]->transport),
                (unsigned long long)seen->messages, (unsigned long long)seen->devices);
            put_protocols(out, seen, true);
            buffer_put_text(out, "]}");
        } else {
            buffer_printf(out, "  port %-5u %s  %8llu message%s %6llu device%s  ", ports[i]->port,
                          transport_name((enum transport)ports[i]->transport),
                          (unsigned long long)seen->messages, plural(seen->messages),
                          (unsigned long long)seen->devices, plural(seen->devices));
            put_protocols(out, seen, false);
            buffer_put_text(out, seen->protocols[0] ? "\n" : "no known protocol\n");
        }
        writer_end(writer);
    }
    free(ports);
}

static void write_findings(const struct summary *summary, struct writer *writer, bool json)
{
    static const char *const words[] = { "NOTE", "WARNING", "PROBLEM" };
    size_t shown = 0;
    /* the worst first: that is what somebody has to act on */
    for (int severity = SEVERITY_PROBLEM; severity >= SEVERITY_INFO; severity--) {
        for (const struct finding_left *left = table_first(summary->findings); left;
             left = table_next(summary->findings, left)) {
            if ((int)left->event.severity != severity || (!json && shown >= SHOWN_MAX))
                continue;
            struct buffer *out = writer_begin(writer, 4096);
            if (json) {
                char time[CALENDAR_TEXT];
                calendar_write(left->event.time / 1000000, -1, time);
                buffer_printf(out, "%s{\"time\":\"%s\"", shown > 0 ? "," : "", time);
                record_put_finding(out, &left->event);
                buffer_put_u8(out, '}');
            } else {
                buffer_printf(out, "  %s %s: %s %s\n", words[severity], finding_name(left->event.code),
                              left->text, left->advice);
            }
            writer_end(writer);
            shown++;
        }
    }
    if (!json && table_count(summary->findings) > shown) {
        struct buffer *out = writer_begin(writer, 256);
        buffer_printf(out, "  … and %zu more; --format json lists all.\n",
                      table_count(summary->findings) - shown);
        writer_end(writer);
    }
}

static void write_losses(struct writer *writer, bool json, const struct loss *losses)
{
    bool any = false;
    struct buffer *out = writer_begin(writer, 2048);
    for (const struct loss *loss = losses; loss->name; loss++) {
        if (json) {
            buffer_printf(out, "%s\"%s\":%llu", any ? "," : "", loss->name, (unsigned long long)loss->count);
            any = true;
        } else if (loss->count > 0) {
            buffer_printf(out, "%s%llu %s", any ? ", " : "Lost on the way: ", (unsigned long long)loss->count,
                          loss->name);
            any = true;
        }
    }
    if (!json && any)
        buffer_put_text(out, ".\n");
    writer_end(writer);
}

void summary_write(const struct summary *summary, struct writer *writer, bool json, int64_t time,
                   uint64_t packets, const struct loss *losses)
{
    struct buffer *out = writer_begin(writer, 1024);
    if (json) {
        char text[CALENDAR_TEXT];
        calendar_write(time / 1000000, (int32_t)(time % 1000000), text);
        buffer_printf(
            out,
            "{\"event\":\"summary\",\"time\":\"%s\",\"packets\":%llu,\"messages\":%llu,\"devices\":%llu,"
            "\"ports\":[",
            text, (unsigned long long)packets, (unsigned long long)summary->messages,
            (unsigned long long)summary->device_count);
        writer_end(writer);
        write_ports(summary, writer, true);
        buffer_put_text(writer_begin(writer, 64), "],\"findings\":[");
        write_findings(summary, writer, true);
        buffer_put_text(writer_begin(writer, 64), "],\"lost\":{");
        write_losses(writer, true, losses);
        buffer_put_text(writer_begin(writer, 64), "}}\n");
        writer_end(writer);
        return;
    }
    buffer_printf(out, "\nSummary: %llu message%s of %llu device%s", (unsigned long long)summary->messages,
                  plural(summary->messages), (unsigned long long)summary->device_count,
                  plural(summary->device_count));
    if (packets > 0)
        buffer_printf(out, " in %llu packets", (unsigned long long)packets);
    buffer_put_text(out, summary->messages > 0 ? ".\n" : ": nothing was received.\n");
    writer_end(writer);
    write_ports(summary, writer, false);
    out = writer_begin(writer, 256);
    if (table_count(summary->findings) > 0)
        buffer_put_text(out, "Findings:\n");
    else if (summary->messages > 0)
        buffer_printf(out, "No findings: nothing to do.\n");
    writer_end(writer);
    write_findings(summary, writer, false);
    write_losses(writer, false, losses);
}
