/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text. Used by the summary and by the commands that ask. */
#include "outlet/grid.h"

#include "outlet/fitted.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
    enum meaning mark, meanings[GRID_COLUMNS];
    int rank;
    int64_t time;
    size_t number;
    char cells[GRID_COLUMNS][GRID_CELL]; /* zeroed before it is filled: each ends */
};

struct grid {
    const char *const *titles;
    size_t count;        /* of columns */
    size_t filled, room; /* rows */
    size_t most;
    struct row **rows;   /* owned, as each of them */
    struct row *present; /* the latest; `lost` when it is one too many */
    struct row lost;
    struct buffer cells[GRID_COLUMNS]; /* of the present row */
    size_t next;                       /* of them, for grid_put */
};

struct grid *grid_new(const char *const *titles, size_t most)
{
    struct grid *grid = calloc(1, sizeof(*grid));
    if (!grid)
        return NULL;
    grid->titles = titles;
    grid->most = most;
    grid->present = &grid->lost;
    while (grid->count < GRID_COLUMNS && titles[grid->count])
        grid->count++;
    return grid;
}

void grid_free(struct grid *grid)
{
    if (!grid)
        return;
    for (size_t i = 0; i < grid->filled; i++)
        free(grid->rows[i]);
    free(grid->rows);
    free(grid);
}

static struct row *add_row(struct grid *grid)
{
    if (grid->filled == grid->most)
        return NULL;
    if (grid->filled == grid->room) {
        size_t room = grid->room ? 2 * grid->room : 16;
        struct row **larger = realloc(grid->rows, room * sizeof(struct row *));
        if (!larger)
            return NULL;
        grid->rows = larger;
        grid->room = room;
    }
    struct row *row = calloc(1, sizeof(*row));
    if (!row)
        return NULL;
    row->number = grid->filled;
    grid->rows[grid->filled++] = row;
    return row;
}

bool grid_row(struct grid *grid, enum meaning mark)
{
    struct row *row = add_row(grid);
    grid->present = row ? row : &grid->lost;
    grid->present->mark = mark;
    grid->next = 0;
    for (size_t i = 0; i < grid->count; i++) {
        grid->cells[i] = buffer_on(grid->present->cells[i], GRID_CELL - 1);
        grid->present->meanings[i] = MEANING_PLAIN;
    }
    return row != NULL;
}

struct buffer *grid_cell(struct grid *grid, size_t column)
{
    return &grid->cells[column];
}

void grid_put(struct grid *grid, const char *format, ...)
{
    char cell[GRID_CELL];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(cell, sizeof(cell), format, arguments);
    va_end(arguments);
    for (char *at = cell; *at; at++) {
        if (*at < 0x20 || *at > 0x7e)
            *at = '.';
    }
    if (grid->next < grid->count)
        buffer_put_text(&grid->cells[grid->next++], cell);
}

void grid_mean(struct grid *grid, size_t column, enum meaning meaning)
{
    grid->present->meanings[column] = meaning;
}

void grid_rank(struct grid *grid, int rank, int64_t time)
{
    grid->present->rank = rank;
    grid->present->time = time;
}

size_t grid_count(const struct grid *grid)
{
    return grid->filled;
}

static int by_rank(const void *left, const void *right)
{
    const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->time != b->time)
        return a->time > b->time ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* The width that a column needs; 0: it is empty. */
static size_t width_of(const struct grid *grid, size_t column)
{
    size_t width = 0;
    for (size_t i = 0; i < grid->filled; i++) {
        size_t length = strlen(grid->rows[i]->cells[column]);
        width = length > width ? length : width;
    }
    const char *title = grid->titles[column];
    size_t length = strlen(title) - (title[0] == ' ');
    return width > 0 && length > width ? length : width;
}

/* What columns may be narrowed to; the last one is cut where the line ends. */
enum { NARROW = 18, GAP = 2 };

/* The columns that rows take, and the last column that is not empty. */
static size_t columns_of(const struct grid *grid, const size_t widths[static GRID_COLUMNS], size_t gap,
                         size_t *last)
{
    size_t used = 2;
    *last = 0;
    for (size_t i = 0; i < grid->count; i++) {
        if (widths[i] == 0)
            continue;
        used += widths[i] + (used > 2 ? gap : 0);
        *last = i;
    }
    return used;
}

/* So that the last column, the next step, is not pushed away: first the gaps get narrower, then what is wide before it. Returns the
 * gap. */
static size_t fit(const struct grid *grid, size_t widths[static GRID_COLUMNS], size_t room)
{
    size_t last, used = columns_of(grid, widths, GAP, &last);
    if (used <= room)
        return GAP;
    used = columns_of(grid, widths, 1, &last);
    for (size_t i = 0; i < last && used > room; i++) {
        size_t spare = widths[i] > NARROW ? widths[i] - NARROW : 0;
        size_t taken = spare < used - room ? spare : used - room;
        widths[i] -= taken;
        used -= taken;
    }
    return used <= room ? 1 : GAP;
}

static void put_blanks(struct buffer *out, size_t count)
{
    buffer_printf(out, "%*s", (int)count, "");
}

/* One text in its column. Returns the columns used. */
static size_t put_cell(const struct line_form *form, struct buffer *out, const char *text, bool is_right,
                       size_t width, size_t room, enum meaning meaning, bool is_name)
{
    size_t length = strlen(text), end = width > 0 && width < room ? width : room;
    size_t padding = width > 0 && length < end ? end - length : 0;
    if (is_right)
        put_blanks(out, padding);
    style_begin(out, form->is_coloured, meaning);
    size_t used = length < end ? length : end;
    if (is_name)
        fitted_put_name(form, out, text, end);
    else
        used = line_put_cut(form, out, text, end);
    style_end(out, form->is_coloured, meaning);
    if (!is_right)
        put_blanks(out, padding);
    return used + padding;
}

/* The last column of a terminal stays free. */
static size_t room_of(const struct line_form *form)
{
    return form->width > 0 ? form->width - 1 : SIZE_MAX;
}

static void put_row(const struct grid *grid, const size_t widths[static GRID_COLUMNS], size_t gap,
                    const struct line_form *form, struct buffer *out, const struct row *row)
{
    size_t room = room_of(form), used = 0, last;
    size_t start = out->length;
    (void)columns_of(grid, widths, gap, &last);
    for (size_t i = 0; i <= last && used < room; i++) {
        if (widths[i] == 0)
            continue;
        const char *title = grid->titles[i];
        bool is_right = title[0] == ' ';
        const char *text = row ? row->cells[i] : title + is_right;
        if (used > 0) {
            put_blanks(out, gap);
            used += gap;
        } else {
            enum meaning mark = row ? row->mark : MEANING_PLAIN;
            style_begin(out, form->is_coloured, mark);
            buffer_put_u8(out, (uint8_t)style_mark(mark));
            style_end(out, form->is_coloured, mark);
            buffer_put_u8(out, ' ');
            used = 2;
        }
        if (used >= room)
            break;
        used += put_cell(form, out, text, is_right, i < last || is_right ? widths[i] : 0, room - used,
                         row ? row->meanings[i] : MEANING_PLAIN, i == 0);
    }
    while (out->length > start && out->bytes[out->length - 1] == ' ')
        out->length--;
    buffer_put_u8(out, '\n');
}

void grid_write(struct grid *grid, struct writer *writer, const struct line_form *form)
{
    size_t widths[GRID_COLUMNS] = { 0 };
    if (grid->filled > 1)
        qsort(grid->rows, grid->filled, sizeof(struct row *), by_rank);
    for (size_t i = 0; i < grid->count; i++)
        widths[i] = width_of(grid, i);
    size_t gap = fit(grid, widths, room_of(form));
    for (size_t i = 0; i <= grid->filled; i++) {
        struct buffer *out = writer_begin(writer, GRID_COLUMNS * (GRID_CELL + 32));
        put_row(grid, widths, gap, form, out, i == 0 ? NULL : grid->rows[i - 1]);
        writer_end(writer);
    }
}
