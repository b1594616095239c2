/* SPDX-License-Identifier: Apache-2.0 */
/* The summary's table of devices. Reads the board. */
#include <stdlib.h>

#include "board/standing.h"
#include "outlet/grid.h"
#include "outlet/summary_tables.h"
#include "verdict/record.h"

enum { SECOND = 1000000, DAY = 86400, SHOWN = 50, SHOWN_ON_SCREEN = 20 };

enum column { COLUMN_ID, COLUMN_PROTOCOL, COLUMN_PORT, COLUMN_MESSAGES, COLUMN_SEEN, COLUMN_FIX };

static bool is_misplaced(const struct board_device *device)
{
    return device->verdict == VERDICT_WRONG_PORT || device->verdict == VERDICT_WRONG_TRANSPORT;
}

/* A device, and how it stands. */
struct listed {
    const struct board_device *device;
    enum meaning mark;
};

static enum meaning mark_of(const struct board *board, const struct board_device *device)
{
    static const enum meaning marks[STANDINGS] = { [STANDING_OK] = MEANING_OK,
                                                   [STANDING_WAITING] = MEANING_WAITING,
                                                   [STANDING_PROBLEM] = MEANING_PROBLEM,
                                                   [STANDING_UNKNOWN] = MEANING_UNKNOWN };
    const struct board_open *open =
        board_findings_about(board_findings(board), device->device, &device->who.peer);
    enum meaning mark = marks[standing_of_device(device, open)];
    return mark != MEANING_PROBLEM && !device->device[0] ? MEANING_UNKNOWN : mark;
}

/* Problems first, of them those who only need another port that is known, then what is not known, then who waits: the order of
 * every view. */
static int rank_of(const struct listed *listed)
{
    static const int ranks[] = {
        [MEANING_PROBLEM] = 1, [MEANING_UNKNOWN] = 2, [MEANING_WAITING] = 3, [MEANING_OK] = 4
    };
    const struct board_device *device = listed->device;
    bool is_first = device->verdict == VERDICT_WRONG_PORT && device->right_port != 0;
    return ranks[listed->mark] - (listed->mark == MEANING_PROBLEM && is_first);
}

static int by_trouble(const void *left, const void *right)
{
    const struct listed *one = left, *other = right;
    const struct board_device *a = one->device, *b = other->device;
    if (rank_of(one) != rank_of(other))
        return rank_of(one) - rank_of(other);
    if (a->last != b->last)
        return a->last > b->last ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* The devices, and who speaks a device's protocol without having told an id, in order; the caller frees the list. */
static struct listed *sorted_devices(const struct board *board, size_t *count)
{
    size_t room = board_count_devices(board) + board_count_peers(board) + 1;
    struct listed *list = calloc(room, sizeof(*list));
    const struct board_device *device = NULL;
    *count = 0;
    if (!list)
        return NULL;
    while ((device = board_next_device(board, device)))
        list[(*count)++] = (struct listed){ device, mark_of(board, device) };
    while ((device = board_next_peer(board, device))) {
        if (device->protocol)
            list[(*count)++] = (struct listed){ device, mark_of(board, device) };
    }
    qsort(list, *count, sizeof(*list), by_trouble);
    return list;
}

/* ---- text ---- */

static bool is_narrow(const struct summary_work *work)
{
    return work->form->line.width > 0 && work->form->line.width < LINE_WIDE;
}

static void put_id(struct buffer *out, const struct board_device *device)
{
    char address[ENDPOINT_TEXT];
    struct endpoint peer = device->who.peer;
    peer.port = 0;
    if (device->device[0]) {
        buffer_put_text(out, device->device);
        return;
    }
    endpoint_write(&peer, address);
    buffer_printf(out, "none yet: %s", address);
}

/* The port, and what is wrong with it; tables leave tcp unsaid where there is little room. */
static void put_port(const struct summary_work *work, struct buffer *out, const struct board_device *device)
{
    if (!is_narrow(work) || device->who.transport == TRANSPORT_UDP)
        buffer_printf(out, "%s ", transport_name(device->who.transport));
    buffer_printf(out, "%u", device->who.port);
    switch (device->verdict) {
    case VERDICT_OK:
        buffer_put_text(out, " right");
        break;
    case VERDICT_WRONG_PORT:
        if (device->right_port != 0)
            buffer_printf(out, is_narrow(work) ? ": use %u" : " WRONG: use %u", device->right_port);
        else
            buffer_put_text(out, " SWITCHED OFF");
        break;
    case VERDICT_WRONG_TRANSPORT:
        buffer_printf(out, is_narrow(work) ? ": use %s" : " WRONG: use %s",
                      device->who.transport == TRANSPORT_UDP ? "tcp" : "udp");
        break;
    default:
        break;
    }
}

static void put_place(const struct summary_work *work, struct buffer *out, const struct board_device *device)
{
    buffer_printf(out, is_narrow(work) ? "%.4f %.4f" : "%.6f %.6f", device->fix.lat, device->fix.lon);
}

static void put_fix(const struct summary_work *work, struct buffer *out, const struct board_device *device)
{
    static const char *const words[] = { [LOCATION_UNKNOWN] = "not known",
                                         [LOCATION_NONE] = "none in what it sends",
                                         [LOCATION_INVALID] = "no fix" };
    if (device->location != LOCATION_VALID) {
        buffer_put_text(out, words[device->location]);
        if (device->fix.arrived == 0)
            return;
        buffer_put_text(out, "; before that ");
    }
    put_place(work, out, device);
    buffer_put_text(out, ", ");
    summary_put_age(out, work->facts->time - device->fix.arrived);
    buffer_put_text(out, " ago");
    int64_t lag = device->fix.arrived / SECOND - device->fix.time;
    if (!device->fix.has_time || (lag < DAY && lag > -DAY))
        return;
    char text[CALENDAR_TEXT];
    calendar_write(device->fix.time, -1, text);
    buffer_printf(out, ", dated %.10s", text);
}

static void put_row(const struct summary_work *work, struct grid *grid, const struct listed *listed)
{
    const struct board_device *device = listed->device;
    grid_row(grid, listed->mark);
    put_id(grid_cell(grid, COLUMN_ID), device);
    buffer_put_text(grid_cell(grid, COLUMN_PROTOCOL), device->protocol ? device->protocol->name : "-");
    put_port(work, grid_cell(grid, COLUMN_PORT), device);
    if (is_misplaced(device))
        grid_mean(grid, COLUMN_PORT, MEANING_PROBLEM);
    buffer_printf(grid_cell(grid, COLUMN_MESSAGES), "%llu", (unsigned long long)device->messages);
    summary_put_moment(work, grid_cell(grid, COLUMN_SEEN), device->last);
    put_fix(work, grid_cell(grid, COLUMN_FIX), device);
    if (device->location == LOCATION_INVALID)
        grid_mean(grid, COLUMN_FIX, MEANING_WAITING);
}

static void write_text(const struct summary_work *work, const struct listed *list, size_t count)
{
    static const char *const wide[] = { "ID TO REGISTER", "PROTOCOL", "PORT", " MESSAGES",
                                        "LAST SEEN",      "FIX",      NULL };
    static const char *const narrow[] = {
        "ID TO REGISTER", "PROTOCOL", "PORT", " MSGS", "SEEN", "FIX", NULL
    };
    size_t most = work->form->line.width > 0 ? SHOWN_ON_SCREEN : SHOWN, shown = count < most ? count : most;
    struct grid *grid = grid_new(is_narrow(work) ? narrow : wide, shown);
    if (!grid)
        return;
    for (size_t i = 0; i < shown; i++)
        put_row(work, grid, &list[i]);
    summary_write_line(work, "Devices:\n");
    grid_write(grid, work->writer, &work->form->line);
    grid_free(grid);
    if (shown == count)
        return;
    buffer_printf(writer_begin(work->writer, 128), "  and %zu more; --format json lists all.\n",
                  count - shown);
    writer_end(work->writer);
}

/* ---- JSON ---- */

static void put_time_member(struct buffer *out, const char *name, int64_t micros)
{
    char text[CALENDAR_TEXT];
    calendar_write(micros / SECOND, (int32_t)(micros % SECOND), text);
    record_put_member(out, name, text);
}

static void put_json(struct buffer *out, const struct board_device *device)
{
    char peer[ENDPOINT_TEXT];
    const char *verdict = verdict_name(device->verdict);
    endpoint_write(&device->who.peer, peer);
    buffer_put_text(out, "{\"device\":");
    record_put_string(out, device->device);
    record_put_member(out, "peer", peer);
    if (device->protocol)
        record_put_member(out, "protocol", device->protocol->name);
    record_put_member(out, "transport", transport_name(device->who.transport));
    record_put_number(out, "port", device->who.port);
    if (verdict)
        record_put_member(out, "verdict", verdict);
    if (device->right_port != 0)
        record_put_number(out, "right_port", device->right_port);
    record_put_number(out, "messages", device->messages);
    put_time_member(out, "first", device->first);
    put_time_member(out, "last", device->last);
    record_put_member(out, "location", location_name(device->location));
    if (device->fix.arrived != 0) {
        buffer_put_text(out, ",\"lat\":");
        record_put_degrees(out, device->fix.lat);
        buffer_put_text(out, ",\"lon\":");
        record_put_degrees(out, device->fix.lon);
        put_time_member(out, "fix_arrived", device->fix.arrived);
        if (device->fix.has_time)
            put_time_member(out, "fix_time", device->fix.time * SECOND);
    }
    buffer_put_u8(out, '}');
}

void summary_write_devices(const struct summary_work *work)
{
    size_t count;
    struct listed *list = sorted_devices(work->board, &count);
    for (size_t i = 0; list && work->form->json && i < count; i++) {
        struct buffer *out = writer_begin(work->writer, 2048);
        if (i > 0)
            buffer_put_u8(out, ',');
        put_json(out, list[i].device);
        writer_end(work->writer);
    }
    if (list && count > 0 && !work->form->json)
        write_text(work, list, count);
    free(list);
}
