/* SPDX-License-Identifier: Apache-2.0 */
/* The summary's table of ports. Reads the board. */
#include <stdlib.h>

#include "outlet/grid.h"
#include "outlet/summary_tables.h"
#include "verdict/record.h"
#include "verdict/wording.h"

enum { SHOWN_ON_SCREEN = 20 };

static unsigned long long wide(uint64_t count)
{
    return count;
}

static int by_port(const void *left, const void *right)
{
    const struct service *a = &(*(const struct board_port *const *)left)->service,
                         *b = &(*(const struct board_port *const *)right)->service;
    if (a->port != b->port)
        return a->port < b->port ? -1 : 1;
    return (int)a->transport - (int)b->transport;
}

uint64_t summary_failed(const uint64_t connections[static CONNECTION_STATES])
{
    return connections[CONNECTION_REFUSED] + connections[CONNECTION_UNANSWERED] +
           connections[CONNECTION_HALF_OPEN];
}

void summary_put_failed(struct buffer *out, const uint64_t connections[static CONNECTION_STATES])
{
    const char *comma = "";
    for (int state = CONNECTION_REFUSED; state <= CONNECTION_HALF_OPEN; state++) {
        if (connections[state] == 0)
            continue;
        buffer_printf(out, "%s%llu %s", comma, wide(connections[state]),
                      connection_name((enum connection_state)state));
        comma = ", ";
    }
}

/* the ports that messages came to or connections failed at, in order; the caller frees the list */
static const struct board_port **sorted_ports(const struct board *board, size_t *count)
{
    const struct board_port **list = calloc(board_count_ports(board) + 1, sizeof(*list));
    const struct board_port *port = NULL;
    *count = 0;
    if (!list)
        return NULL;
    while ((port = board_next_port(board, port))) {
        if (port->messages > 0 || summary_failed(port->connections) > 0)
            list[(*count)++] = port;
    }
    qsort(list, *count, sizeof(*list), by_port);
    return list;
}

static void put_protocols(struct buffer *out, const struct board_port *port, bool json)
{
    for (size_t i = 0; i < BOARD_PROTOCOLS && port->protocols[i]; i++) {
        if (i > 0)
            buffer_put_u8(out, ',');
        if (json)
            record_put_string(out, port->protocols[i]->name);
        else
            buffer_put_text(out, port->protocols[i]->name);
    }
}

static void put_json(struct buffer *out, const struct board_port *port)
{
    buffer_printf(out, "{\"port\":%u,\"transport\":\"%s\",\"messages\":%llu,\"devices\":%llu,\"protocols\":[",
                  port->service.port, transport_name(port->service.transport), wide(port->messages),
                  wide(port->devices));
    put_protocols(out, port, true);
    buffer_put_u8(out, ']');
    for (int state = CONNECTION_REFUSED; state <= CONNECTION_HALF_OPEN; state++) {
        if (port->connections[state] > 0)
            record_put_number(out, connection_name((enum connection_state)state), port->connections[state]);
    }
    buffer_put_u8(out, '}');
}

static void put_row(struct grid *grid, const struct board_port *port)
{
    grid_row(grid, MEANING_PLAIN);
    buffer_printf(grid_cell(grid, 0), "%s %u", transport_name(port->service.transport), port->service.port);
    buffer_printf(grid_cell(grid, 1), "%llu", wide(port->messages));
    buffer_printf(grid_cell(grid, 2), "%llu", wide(port->devices));
    put_protocols(grid_cell(grid, 3), port, false);
    if (port->messages > 0 && !port->protocols[0])
        buffer_put_text(grid_cell(grid, 3), "no known protocol");
    summary_put_failed(grid_cell(grid, 4), port->connections);
}

static void write_text(const struct summary_work *work, const struct board_port **list, size_t count)
{
    static const char *const titles[] = { "PORT", " MESSAGES", " DEVICES", "PROTOCOLS", "CONNECTIONS", NULL };
    bool is_screen = work->form->line.width > 0;
    size_t shown = is_screen && count > SHOWN_ON_SCREEN ? SHOWN_ON_SCREEN : count;
    struct grid *grid = grid_new(titles, shown);
    if (!grid)
        return;
    for (size_t i = 0; i < shown; i++)
        put_row(grid, list[i]);
    summary_write_line(work, "Ports:\n");
    grid_write(grid, work->writer, &work->form->line);
    grid_free(grid);
    if (shown == count)
        return;
    buffer_printf(writer_begin(work->writer, 128), "  and %zu more; in a pipe or a file all are listed.\n",
                  count - shown);
    writer_end(work->writer);
}

void summary_write_ports(const struct summary_work *work)
{
    size_t count;
    const struct board_port **ports = sorted_ports(work->board, &count);
    for (size_t i = 0; ports && work->form->json && i < count; i++) {
        struct buffer *out = writer_begin(work->writer, 1024);
        if (i > 0)
            buffer_put_u8(out, ',');
        put_json(out, ports[i]);
        writer_end(work->writer);
    }
    if (ports && count > 0 && !work->form->json)
        write_text(work, ports, count);
    free(ports);
}
