/* SPDX-License-Identifier: Apache-2.0 */
/* A small table of text: rows with a mark in front and aligned columns, of which the last one is cut to a terminal's width. */
#ifndef OUTLET_GRID_H
#define OUTLET_GRID_H

#include "outlet/line.h"
#include "outlet/style.h"
#include "outlet/writer.h"

enum { GRID_COLUMNS = 10, GRID_CELL = 96 };

struct grid;

/* titles: one a column, ended by NULL, borrowed; a title that begins with a blank stands, like its column, at the right. At most
 * so many rows. NULL when memory is out; grid_free takes NULL. */
struct grid *grid_new(const char *const *titles, size_t most);
void grid_free(struct grid *grid);

/* Begins a row. False: there is no room for one more; what is put there is lost. */
bool grid_row(struct grid *grid, enum meaning mark);
/* The cell to fill, of the present row. Only ASCII. */
struct buffer *grid_cell(struct grid *grid, size_t column);
/* Fills the next cell of the present row, from the first on; what does not print is replaced. */
void grid_put(struct grid *grid, const char *format, ...) PRINTF_LIKE(2, 3);
/* What the cell means, where it is not plain. */
void grid_mean(struct grid *grid, size_t column, enum meaning meaning);
/* The place of the present row: rows are listed by rank, of equal ones the latest first, then as they came. 0 and 0 unless told. */
void grid_rank(struct grid *grid, int rank, int64_t time);

size_t grid_count(const struct grid *grid);

/* Titles and rows; columns that are empty in every row are left out. */
void grid_write(struct grid *grid, struct writer *writer, const struct line_form *form);

#endif
