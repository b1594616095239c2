/* SPDX-License-Identifier: Apache-2.0 */
/* Lines fitted into a terminal's width: no line is longer than its columns less one, so that none wraps. Part of line. */
#ifndef OUTLET_FITTED_H
#define OUTLET_FITTED_H

#include "outlet/line.h"

void fitted_put_message(struct line_form *form, struct buffer *out, const struct message_event *event,
                        uint64_t folded);
void fitted_put_unfinished(struct line_form *form, struct buffer *out, const struct message_event *event);
/* words: what became of the connection. */
void fitted_put_connection(struct line_form *form, struct buffer *out, const struct connection_event *event,
                           const char *words);
void fitted_put_finding(struct line_form *form, struct buffer *out, const struct finding_event *event);

/* Who it is, in `columns` at most: an id keeps its first four characters and its end, an address its end. */
void fitted_put_name(const struct line_form *form, struct buffer *out, const char *name, size_t columns);

/* Are they text, but for the ends of lines? */
bool fitted_is_text(struct cursor bytes);

#endif
