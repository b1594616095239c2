/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text lines for people. In a pipe or a file a line is whole: what is said first, then " | " and all the HEX. On a terminal it is
 * fitted into the width: short times, the id in the place of the address where there is little room, and of the bytes what is left
 * of the line, as text where they are text.
 */
#ifndef OUTLET_LINE_H
#define OUTLET_LINE_H

#include "outlet/clock.h"
#include "verdict/event.h"

enum bytes_form { BYTES_AUTO, BYTES_HEX, BYTES_TEXT, BYTES_NONE };

/* How lines look. */
struct line_form {
    unsigned width; /* of the terminal; 0: no terminal, lines are whole */
    bool is_coloured, is_ascii;
    enum bytes_form bytes; /* AUTO: what fits on a terminal, else HEX; HEX and TEXT: whole */
    struct stamp stamp;
};

/* From so many columns on there is room for everything. */
enum { LINE_WIDE = 120, LINE_HEAD = 4096 /* most bytes of a line before its HEX */ };

/* Room for a line with so many bytes of a message. */
size_t line_room(const struct line_form *form, size_t bytes);

/* Each puts a line with its end. folded: how many messages of this kind it stands for. */
void line_put_message(struct line_form *form, struct buffer *out, const struct message_event *event,
                      uint64_t folded);
void line_put_unfinished(struct line_form *form, struct buffer *out, const struct message_event *event);
void line_put_connection(struct line_form *form, struct buffer *out, const struct connection_event *event);
void line_put_gap(struct line_form *form, struct buffer *out, int64_t time, uint64_t lines);

/* In a pipe one line, on a terminal two: what, and the next step. */
void line_put_finding(struct line_form *form, struct buffer *out, const struct finding_event *event);

/* " of" whom the finding concerns; nothing where it is no one's. */
void line_put_concerned(struct buffer *out, const struct finding_event *event);

/* Text of at most so many columns; that it is cut shows at its end. Returns the columns, too many where it is not all ASCII. */
size_t line_put_cut(const struct line_form *form, struct buffer *out, const char *text, size_t columns);

/* The bytes as text of at most so many columns: what is not printable is escaped. Returns how many bytes stand there. */
size_t line_put_escaped(struct buffer *out, struct cursor bytes, size_t columns);

#endif
