/* SPDX-License-Identifier: Apache-2.0 */
/* The live record: one line for every message, connection and finding, as text for people or as JSON objects. A sink. */
#ifndef OUTLET_EVENTS_H
#define OUTLET_EVENTS_H

#include "outlet/choice.h"
#include "outlet/line.h"
#include "outlet/screen.h"
#include "outlet/writer.h"

struct events;

struct events_settings {
    bool json;
    bool findings_only;
    bool is_dump;          /* of text: the bytes stand below each line, in rows */
    struct line_form form; /* of text; its width is the screen's where there is one */
};

/* Where it writes; whose terminal that is, or NULL; what is shown, NULL: everything. All are borrowed. */
struct events_parts {
    struct writer *writer;
    struct screen *screen;
    const struct choice *choice;
};

/* NULL when memory is out; events_free takes NULL. */
struct events *events_new(const struct events_parts *parts, const struct events_settings *settings);
void events_free(struct events *events);

/* The end: what is to be said below the last line. */
void events_finish(struct events *events);

/* The sink for the publisher; valid as long as events is. */
struct sink *events_sink(struct events *events);

#endif
