/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view of devices, with what is found and what comes below them; and what all its lists share. Called by watch_draw. */
#include <stdio.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"

/* From so many lines on the guide has room beside the devices; below the other two, panes are left out. */
enum {
    TALL = 40,
    FEED_FROM = 20,
    FINDINGS_FROM = 16,
    LINE = 512,
    LIST_LEAST = 5,
    FEED_LEAST = 3,
    GUIDE_LINES = 7
};

/* ---- lists ---- */

/* "1-10 of 1,000 devices", with the filter's share. */
static void put_range(const struct watch_list *list, size_t first, size_t shown, const char *what,
                      struct buffer *out)
{
    size_t count = watch_list_count(list), all = watch_list_all(list) - watch_list_quiet(list);
    if (shown < count) {
        watch_put_count(out, first + 1);
        buffer_put_u8(out, '-');
        watch_put_count(out, first + shown);
        buffer_put_text(out, " of ");
    }
    watch_put_count(out, count);
    if (count < all) {
        buffer_put_text(out, " of ");
        watch_put_count(out, all);
    }
    buffer_printf(out, " %s%s", what, count == 1 && all == 1 ? "" : "s");
    if (count < all)
        buffer_printf(out, " (filter: %s)", watch_list_filter(list));
    if (watch_list_lost(list) > 0)
        buffer_put_text(out, ", more than can be kept");
}

/* The rows of a list from a line on. Returns how many lines they took, and appends what part of all they are. */
unsigned watch_put_rows(const struct watch_frame *frame, enum watch_kind kind, unsigned top, unsigned lines,
                        struct buffer *range)
{
    static const char *const names[WATCH_KINDS] = { "device", "port", "finding" };
    struct watch *watch = frame->watch;
    struct watch_list *list = watch->lists[kind];
    unsigned height = watch_row_lines(kind);
    size_t rows = lines / height, first = watch_list_window(list, rows), shown = 0;
    const struct watch_row *row, *chosen = watch_list_chosen(list);
    for (; shown < rows && (row = watch_list_at(list, first + shown)); shown++) {
        struct watch_line line = { frame->picture, top + (unsigned)shown * height, frame->picture->columns,
                                   frame->now };
        watch_row_put(kind, &line, row);
        for (unsigned i = 0; i < height; i++) {
            if (row == chosen)
                picture_add_look(frame->picture, line.row + i, 0, line.columns, LOOK_SELECTED);
            else if (kind == WATCH_DEVICES && (watch->only_device[0] || watch->only_peer[0]) &&
                     strcmp(row->name, watch->only_device[0] ? watch->only_device : watch->only_peer) == 0)
                picture_add_look(frame->picture, line.row + i, 0, line.columns, LOOK_FOLLOWED);
        }
    }
    watch->page = rows;
    put_range(list, first, shown, names[kind], range);
    return (unsigned)shown * height;
}

void watch_put_titles(const struct watch_frame *frame, enum watch_kind kind)
{
    watch_row_put_titles(
        kind, &(struct watch_line){ frame->picture, frame->top, frame->picture->columns, frame->now });
}

static bool is_open(const struct watch_row *row)
{
    return field_is(watch_row_record(row), "state", "raised");
}

static size_t count_open(const struct watch *watch)
{
    const struct watch_row *row;
    size_t count = 0;
    for (size_t i = 0; (row = watch_list_at(watch->lists[WATCH_FINDINGS], i)); i++)
        count += is_open(row);
    return count;
}

/* So many of the open findings, in the list's order, which has the worst first unless somebody wants another one. */
static void put_open_findings(const struct watch_frame *frame, unsigned top, size_t count)
{
    const struct watch_row *row;
    size_t shown = 0;
    for (size_t i = 0; shown < count && (row = watch_list_at(frame->watch->lists[WATCH_FINDINGS], i)); i++) {
        struct watch_line line = { frame->picture, top + 2 * (unsigned)shown, frame->picture->columns,
                                   frame->now };
        if (!is_open(row))
            continue;
        watch_row_put(WATCH_FINDINGS, &line, row);
        shown++;
    }
}

static void put_points(const struct watch_frame *frame, unsigned top)
{
    char path[32], text[FIELD_TEXT], memory[2 * FIELD_TEXT];
    watch_put_rule(frame, top, "guide (5 tells all)");
    for (unsigned i = 0; i < GUIDE_LINES - 1; i++) {
        struct buffer out = buffer_on(memory, sizeof(memory));
        snprintf(path, sizeof(path), "points.%u.state", i);
        enum meaning meaning = field_meaning(watch_status(frame->watch), path);
        const char mark[] = { style_mark(meaning), '\0' };
        field_text(watch_status(frame->watch), path, text);
        watch_put_meaning(&out, meaning, mark);
        buffer_printf(&out, " %u ", i + 1);
        watch_put_meaning(&out, meaning, text);
        buffer_printf(&out, "%*s", (int)(9 - (strlen(text) < 9 ? strlen(text) : 8)), "");
        snprintf(path, sizeof(path), "points.%u.title", i);
        buffer_printf(&out, "%-15s", field_text(watch_status(frame->watch), path, text));
        snprintf(path, sizeof(path), "points.%u.facts", i);
        buffer_put_text(&out, field_text(watch_status(frame->watch), path, text));
        picture_put_styled(frame->picture, top + 1 + i, 0, frame->picture->columns, buffer_cursor(&out));
    }
}

/* How the lines of the devices' view are shared. */
struct shares {
    unsigned list, findings /* of them, each has two lines */, feed, guide;
};

static struct shares share(const struct watch_frame *frame, size_t devices, size_t open)
{
    unsigned height = frame->rows + 4; /* of the screen */
    unsigned most = height >= TALL            ? 5
                    : height >= 30            ? 3
                    : height >= FEED_FROM     ? 2
                    : height >= FINDINGS_FROM ? 1
                                              : 0;
    struct shares shares = { .findings = (unsigned)(open < most ? open : most),
                             .guide = height >= TALL ? GUIDE_LINES : 0,
                             .feed = height >= FEED_FROM ? FEED_LEAST : 0 };
    /* titles, and a rule above findings and feed each */
    unsigned used = 2 + shares.guide + 2 * shares.findings + (shares.feed > 0 ? 1 + shares.feed : 0);
    shares.list = frame->rows > used ? frame->rows - used : 0;
    unsigned wanted = devices > LIST_LEAST ? (unsigned)(devices < 10000 ? devices : 10000) : LIST_LEAST;
    if (shares.feed > 0 && shares.list > wanted) {
        shares.feed += shares.list - wanted;
        shares.list = wanted;
    }
    return shares;
}

void watch_put_devices(const struct watch_frame *frame)
{
    struct watch *watch = frame->watch;
    size_t devices = watch_list_count(watch->lists[WATCH_DEVICES]), open = count_open(watch);
    struct shares shares = share(frame, devices, open);
    if (devices == 0 && open == 0 && !watch->filter[0] && !watch_feed_at(watch->feed, 0)) {
        watch_put_empty(frame, ""); /* nothing at all: all the room for what to do */
        return;
    }
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    if (devices == 0) {
        struct watch_frame part = *frame;
        part.rows = shares.list + 1;
        watch_put_empty(&part, watch->filter[0] ? "No device has these words: \\ and Esc show all." : "");
    } else {
        watch_put_titles(frame, WATCH_DEVICES);
        watch_put_rows(frame, WATCH_DEVICES, frame->top + 1, shares.list, &out);
        buffer_put_text(&out, "; ");
    }
    unsigned row = frame->top + 1 + shares.list;
    if (open == 0) {
        buffer_put_text(&out, "no open finding");
    } else {
        watch_put_count(&out, open);
        buffer_printf(&out, " open finding%s", open == 1 ? "" : "s");
    }
    if (open > shares.findings) {
        buffer_put_text(&out, ", +");
        watch_put_count(&out, open - shares.findings);
        buffer_put_text(&out, " more: press 3");
    }
    memory[out.length] = '\0';
    watch_put_rule(frame, row++, memory);
    put_open_findings(frame, row, shares.findings);
    row += 2 * shares.findings;
    if (shares.guide > 0)
        put_points(frame, row);
    row += shares.guide;
    if (shares.feed == 0)
        return;
    watch_put_feed_rule(frame, row);
    watch_put_feed_lines(frame, row + 1, shares.feed);
}
