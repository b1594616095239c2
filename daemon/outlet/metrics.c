/* SPDX-License-Identifier: Apache-2.0 */
/* Counts and writes the figures. Hears the publisher; asked by web. */
#include "outlet/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "verdict/wording.h"

enum { PROTOCOLS_MAX = 2000, BUCKETS = 5, SECOND = 1000000 };

/* µs; what is later falls into the sixth. */
static const int64_t bounds[BUCKETS] = { 1000, 5000, 25000, 100000, 1000000 };
static const char *const bound_texts[BUCKETS] = { "0.001", "0.005", "0.025", "0.1", "1" };

struct service_count {
    struct service service;
    uint64_t messages;
};

struct metrics {
    struct sink sink;
    struct snapshot *snapshot;
    struct table *protocols; /* uint64_t by pointer to the protocol */
    size_t pages, followers;
    uint64_t history; /* bytes */
    uint64_t unidentified, noise, received, sent, other_ports;
    struct service_count ports[METRICS_PORTS]; /* in order of coming */
    size_t port_count;
    uint16_t places[2][UINT16_MAX + 1]; /* of a port in the list, from 1; 0: it has none */
    uint64_t raised[FINDING_CODES];
    uint64_t lags[BUCKETS + 1];
    double lag_sum;
};

static void count_port(struct metrics *metrics, const struct who *who)
{
    uint16_t *place = &metrics->places[who->transport][who->port];
    if (*place == 0 && metrics->port_count < METRICS_PORTS) {
        metrics->ports[metrics->port_count].service = (struct service){ who->transport, who->port };
        *place = (uint16_t)++metrics->port_count;
    }
    if (*place > 0)
        metrics->ports[*place - 1].messages++;
    else
        metrics->other_ports++;
}

static void count_protocol(struct metrics *metrics, const struct identity *identity)
{
    if (!identity || identity->candidate_count == 0) {
        *(identity && identity->kind ? &metrics->noise : &metrics->unidentified) += 1;
        return;
    }
    uint64_t *count = table_add(metrics->protocols, &identity->candidates[0]);
    if (count)
        ++*count;
}

static void on_message(void *context, const struct message_event *event)
{
    struct metrics *metrics = context;
    if (event->direction == DIRECTION_OUT) {
        metrics->sent += event->bytes.left;
        return;
    }
    metrics->received += event->bytes.left;
    count_port(metrics, &event->who);
    count_protocol(metrics, event->identity);
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct metrics *metrics = context;
    metrics->raised[event->code] += event->raised;
}

/* Whoever asks for a rate needs a first value to count from. False: memory is out. */
static bool add_protocols(struct metrics *metrics, const struct protocol *const *protocols)
{
    for (; *protocols; protocols++) {
        if (!table_add(metrics->protocols, protocols))
            return false;
    }
    return true;
}

struct metrics *metrics_new(struct snapshot *snapshot, const struct protocol *const *protocols)
{
    struct metrics *metrics = calloc(1, sizeof(*metrics));
    if (!metrics)
        return NULL;
    metrics->snapshot = snapshot;
    metrics->sink = (struct sink){ .context = metrics, .message = on_message, .finding = on_finding };
    metrics->protocols =
        table_new(PROTOCOLS_MAX, sizeof(const struct protocol *), sizeof(uint64_t), NULL, NULL);
    if (metrics->protocols && add_protocols(metrics, protocols))
        return metrics;
    metrics_free(metrics);
    return NULL;
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    table_free(metrics->protocols);
    free(metrics);
}

struct sink *metrics_sink(struct metrics *metrics)
{
    return &metrics->sink;
}

void metrics_note_lag(struct metrics *metrics, int64_t lag)
{
    size_t bucket = 0;
    while (bucket < BUCKETS && lag > bounds[bucket])
        bucket++;
    metrics->lags[bucket]++;
    metrics->lag_sum += lag > 0 ? (double)lag / SECOND : 0;
}

void metrics_set_clients(struct metrics *metrics, size_t pages, size_t followers)
{
    metrics->pages = pages;
    metrics->followers = followers;
}

void metrics_set_history(struct metrics *metrics, uint64_t bytes)
{
    metrics->history = bytes;
}

/* ---- writing ---- */

static unsigned long long wide(uint64_t count)
{
    return count;
}

static void put_head(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_printf(out, "# HELP hexwatch_%s %s\n# TYPE hexwatch_%s %s\n", name, help, name, type);
}

/* A text between the quotes of a label. */
static void put_label(struct buffer *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '"' || *at == '\\')
            buffer_put_u8(out, '\\');
        buffer_put_u8(out, *at == '\n' ? ' ' : (unsigned char)*at);
    }
}

static void put_one(struct buffer *out, const char *name, const char *label, const char *value,
                    uint64_t count)
{
    buffer_printf(out, "hexwatch_%s", name);
    if (label) {
        buffer_printf(out, "{%s=\"", label);
        put_label(out, value);
        buffer_put_text(out, "\"}");
    }
    buffer_printf(out, " %llu\n", wide(count));
}

static void put_messages(const struct metrics *metrics, struct buffer *out)
{
    put_head(out, "messages_total", "counter", "Messages of trackers, by protocol.");
    for (const uint64_t *count = table_first(metrics->protocols); count;
         count = table_next(metrics->protocols, count)) {
        const struct protocol *protocol;
        memcpy(&protocol, table_key(metrics->protocols, count), sizeof(protocol));
        put_one(out, "messages_total", "protocol", protocol->name, *count);
    }
    put_one(out, "messages_total", "protocol", "unidentified", metrics->unidentified);
    put_one(out, "messages_total", "protocol", "noise", metrics->noise);
    put_head(out, "received_bytes_total", "counter", "Bytes of messages that came in.");
    put_one(out, "received_bytes_total", NULL, NULL, metrics->received);
    put_head(out, "sent_bytes_total", "counter", "Bytes of messages that went out.");
    put_one(out, "sent_bytes_total", NULL, NULL, metrics->sent);
    put_head(out, "port_messages_total", "counter",
             "Messages by port; beyond 300 ports the rest counts as other.");
    for (size_t i = 0; i < metrics->port_count; i++)
        buffer_printf(out, "hexwatch_port_messages_total{transport=\"%s\",port=\"%u\"} %llu\n",
                      transport_name(metrics->ports[i].service.transport), metrics->ports[i].service.port,
                      wide(metrics->ports[i].messages));
    buffer_printf(out, "hexwatch_port_messages_total{transport=\"any\",port=\"other\"} %llu\n",
                  wide(metrics->other_ports));
}

static void put_devices(struct metrics *metrics, struct buffer *out, int64_t now)
{
    const struct census_counts *census = snapshot_census(metrics->snapshot, now);
    put_head(out, "devices", "gauge", "Devices that have told their id, by what is known of their place.");
    for (int i = 0; i < CONDITIONS; i++)
        put_one(out, "devices", "state", condition_name((enum condition)i), census->conditions[i]);
}

static void put_findings(const struct metrics *metrics, struct buffer *out)
{
    const struct board *board = snapshot_parts(metrics->snapshot)->board;
    const struct board_open *open = board_findings_open(board_findings(board));
    put_head(out, "findings", "gauge", "Open findings, by code.");
    for (int code = 0; code < FINDING_CODES; code++)
        put_one(out, "findings", "code", finding_name((enum finding_code)code), open->codes[code]);
    put_head(out, "findings_raised_total", "counter", "Findings that were raised, by code.");
    for (int code = 0; code < FINDING_CODES; code++)
        put_one(out, "findings_raised_total", "code", finding_name((enum finding_code)code),
                metrics->raised[code]);
}

/* What is counted in a loss. */
enum unit { UNIT_THINGS, UNIT_BYTES, UNIT_SECONDS };

static enum unit unit_of(const char *loss)
{
    return strstr(loss, "bytes") ? UNIT_BYTES : strstr(loss, "seconds") ? UNIT_SECONDS : UNIT_THINGS;
}

/* One name for each unit: a sum over a name must make sense. */
static void put_losses(const struct metrics *metrics, struct buffer *out)
{
    static const char *const names[] = { "lost_total", "lost_bytes_total", "blind_seconds_total" };
    static const char *const helps[] = { "What was lost, by what it was.", "Bytes that were lost, by where.",
                                         "Time in which nothing was seen, by why." };
    const struct snapshot_parts *parts = snapshot_parts(metrics->snapshot);
    struct loss losses[SNAPSHOT_LOSSES];
    size_t count = parts->losses ? parts->losses(parts->context, losses) : 0;
    for (int unit = UNIT_THINGS; unit <= UNIT_SECONDS; unit++) {
        put_head(out, names[unit], "counter", helps[unit]);
        for (size_t i = 0; i < count; i++) {
            if (unit_of(losses[i].name) == (enum unit)unit)
                put_one(out, names[unit], "where", losses[i].name, losses[i].count);
        }
    }
}

static void put_connections(const struct metrics *metrics, struct buffer *out)
{
    const struct board_counts *counts = board_counts(snapshot_parts(metrics->snapshot)->board);
    put_head(out, "connections_total", "counter", "Connections over TCP, by what became of them.");
    for (int state = 0; state < CONNECTION_STATES; state++)
        put_one(out, "connections_total", "state", connection_name((enum connection_state)state),
                counts->connections[state]);
}

static void put_clients(const struct metrics *metrics, struct buffer *out)
{
    put_head(out, "clients", "gauge", "Who looks on: pages, and followers on the control socket.");
    put_one(out, "clients", "kind", "page", metrics->pages);
    put_one(out, "clients", "kind", "tail", metrics->followers);
    put_head(out, "history_bytes", "gauge", "The size of the history's file; 0: none is kept.");
    put_one(out, "history_bytes", NULL, NULL, metrics->history);
}

static void put_moment(struct buffer *out, const char *name, const char *help, int64_t micros)
{
    put_head(out, name, "gauge", help);
    buffer_printf(out, "hexwatch_%s %lld.%06lld\n", name, (long long)(micros / SECOND),
                  (long long)(micros % SECOND));
}

static void put_lag(const struct metrics *metrics, struct buffer *out)
{
    uint64_t sum = 0;
    put_head(out, "loop_lag_seconds", "histogram", "How late the loop was with what was due.");
    for (int i = 0; i < BUCKETS; i++) {
        sum += metrics->lags[i];
        put_one(out, "loop_lag_seconds_bucket", "le", bound_texts[i], sum);
    }
    sum += metrics->lags[BUCKETS];
    put_one(out, "loop_lag_seconds_bucket", "le", "+Inf", sum);
    buffer_printf(out, "hexwatch_loop_lag_seconds_sum %.6f\n", metrics->lag_sum);
    put_one(out, "loop_lag_seconds_count", NULL, NULL, sum);
}

void metrics_write(struct metrics *metrics, struct buffer *out, int64_t now)
{
    const struct snapshot_parts *parts = snapshot_parts(metrics->snapshot);
    int64_t last = board_counts(parts->board)->last_message;
    put_head(out, "build_info", "gauge", "The version that runs.");
    put_one(out, "build_info", "version", parts->version, 1);
    put_messages(metrics, out);
    put_moment(out, "start_timestamp_seconds", "When this hexwatch began, give or take a second.",
               snapshot_run(metrics->snapshot, now).started);
    put_moment(out, "last_message_timestamp_seconds", "When the last message came; 0: none yet.", last);
    put_connections(metrics, out);
    put_devices(metrics, out, now);
    put_findings(metrics, out);
    put_losses(metrics, out);
    put_clients(metrics, out);
    put_lag(metrics, out);
}
