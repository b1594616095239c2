/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of a full screen. Filled by watch, put on a terminal by the command. */
#include "outlet/picture.h"

#include <stdlib.h>

enum { ESCAPE = 0x1b };

bool picture_start(struct picture *picture, unsigned columns, unsigned rows)
{
    size_t count = (size_t)columns * rows;
    if (columns != picture->columns || rows != picture->rows) {
        struct picture_cell *cells = realloc(picture->cells, (count > 0 ? count : 1) * sizeof(*cells));
        if (!cells)
            return false;
        picture->cells = cells;
        picture->columns = columns;
        picture->rows = rows;
    }
    if (count > 0)
        memset(picture->cells, 0, count * sizeof(picture->cells[0]));
    return true;
}

void picture_free(struct picture *picture)
{
    free(picture->cells);
    *picture = (struct picture){ 0 };
}

/* One character of the program's own texts, which are UTF-8; '?' for what may not be one column wide. */
static uint16_t take_character(struct cursor *text)
{
    uint8_t first = 0, next = 0;
    if (!cursor_u8(text, &first))
        return 0;
    if (first < 0x80)
        return first < 0x20 || first == 0x7f ? '.' : first;
    unsigned length = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t character = first & (0x3fU >> length);
    for (unsigned i = 0; i < length && (cursor_byte(*text, 0) & 0xc0) == 0x80 && cursor_u8(text, &next); i++)
        character = character << 6 | (next & 0x3f);
    bool is_narrow = character == 0xd7 || character == 0xb7 || character == 0x2026 ||
                     (character >= 0x2500 && character <= 0x259f);
    return is_narrow ? (uint16_t)character : '?';
}

static uint16_t in_ascii(uint16_t character)
{
    static const char heights[] = "_.:-=+*#"; /* of the eight blocks */
    if (character < 0x80)
        return character;
    if (character >= 0x2581 && character <= 0x2588)
        return (uint8_t)heights[character - 0x2581];
    return character == 0xd7 ? 'x' : '.';
}

static struct picture_cell *cell_at(struct picture *picture, unsigned row, unsigned column)
{
    return row < picture->rows && column < picture->columns
               ? &picture->cells[(size_t)row * picture->columns + column]
               : NULL;
}

/* "\033[1;31m" and its like, behind the escape. */
static enum meaning take_style(struct cursor *text)
{
    char memory[64];
    struct cursor code = { 0 };
    if (!cursor_until(text, 'm', &code))
        text->left = 0;
    for (int meaning = MEANING_OK; meaning <= MEANING_UNKNOWN; meaning++) {
        struct buffer out = buffer_on(memory, sizeof(memory));
        style_begin(&out, true, (enum meaning)meaning);
        if (code.left > 0 && out.length == code.left + 2 && memcmp(memory + 1, code.at, code.left) == 0)
            return (enum meaning)meaning;
    }
    return MEANING_PLAIN;
}

static unsigned put(struct picture *picture, unsigned row, unsigned column, unsigned most,
                    enum meaning meaning, unsigned look, struct cursor text, bool is_styled)
{
    unsigned used = 0;
    while (text.left > 0 && used < most) {
        if (is_styled && cursor_byte(text, 0) == ESCAPE) {
            meaning = cursor_skip(&text, 1) ? take_style(&text) : meaning;
            continue;
        }
        uint16_t character = take_character(&text);
        struct picture_cell *cell = cell_at(picture, row, column + used++);
        if (cell)
            *cell = (struct picture_cell){ picture->is_ascii ? in_ascii(character) : character,
                                           (uint8_t)meaning, (uint8_t)look };
    }
    return used;
}

unsigned picture_put(struct picture *picture, unsigned row, unsigned column, unsigned most,
                     enum meaning meaning, unsigned look, const char *text)
{
    return put(picture, row, column, most, meaning, look, cursor_of_text(text), false);
}

unsigned picture_put_styled(struct picture *picture, unsigned row, unsigned column, unsigned most,
                            struct cursor text)
{
    return put(picture, row, column, most, MEANING_PLAIN, LOOK_PLAIN, text, true);
}

void picture_add_look(struct picture *picture, unsigned row, unsigned column, unsigned count, unsigned look)
{
    for (unsigned i = 0; i < count; i++) {
        struct picture_cell *cell = cell_at(picture, row, column + i);
        if (cell)
            cell->look = (uint8_t)(cell->look | look);
    }
}

static void put_utf8(struct buffer *out, uint16_t character)
{
    if (character < 0x80) {
        buffer_put_u8(out, character ? character : ' ');
    } else if (character < 0x800) {
        buffer_put_u8(out, 0xc0U | character >> 6);
        buffer_put_u8(out, 0x80U | (character & 0x3f));
    } else {
        buffer_put_u8(out, 0xe0U | character >> 12);
        buffer_put_u8(out, 0x80U | (character >> 6 & 0x3f));
        buffer_put_u8(out, 0x80U | (character & 0x3f));
    }
}

void picture_write(const struct picture *picture, struct buffer *out)
{
    for (unsigned row = 0; row < picture->rows; row++) {
        size_t end = out->length;
        for (unsigned column = 0; column < picture->columns; column++) {
            uint16_t character = picture->cells[(size_t)row * picture->columns + column].character;
            put_utf8(out, character);
            if (character && character != ' ')
                end = out->length;
        }
        out->length = end;
        buffer_put_u8(out, '\n');
    }
}
