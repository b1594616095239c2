/* SPDX-License-Identifier: Apache-2.0 */
/* Records of devices, ports and findings as rows of the watch view. Called by watch_list; watch_table draws them. */
#include "outlet/watch_row.h"

#include <stdio.h>

#include "outlet/field.h"

void watch_row_key(enum watch_kind kind, struct cursor record, char out[static WATCH_KEY])
{
    char text[FIELD_TEXT], transport[FIELD_TEXT];
    if (kind == WATCH_FINDINGS) {
        snprintf(out, WATCH_KEY, "finding %lld", field_number(record, "number"));
        return;
    }
    field_text(record, "transport", transport);
    if (kind == WATCH_PORTS) {
        snprintf(out, WATCH_KEY, "%.3s %lld", transport, field_number(record, "port"));
        return;
    }
    if (field_text(record, "device", text)[0]) {
        snprintf(out, WATCH_KEY, "device %.*s", WATCH_KEY - 8, text);
        return;
    }
    /* as on the board: its own port changes with each connection */
    char peer[WATCH_NAME];
    field_address(record, peer, sizeof(peer));
    snprintf(out, WATCH_KEY, "peer %s %.3s %lld", peer, transport, field_number(record, "port"));
}

/* What is searched: words, one after the other. */
static void add_words(struct watch_row *row, const char *words)
{
    size_t length = strlen(row->words);
    snprintf(row->words + length, sizeof(row->words) - length, "%s%.*s", length > 0 ? " " : "",
             (int)(sizeof(row->words) - 2), words);
}

static void add_fields(struct watch_row *row, struct cursor record, const char *const *paths)
{
    char text[FIELD_TEXT];
    for (size_t i = 0; paths[i]; i++) {
        if (field_text(record, paths[i], text)[0])
            add_words(row, text);
    }
}

void watch_row_read(enum watch_kind kind, struct watch_row *row)
{
    static const char *const paths[WATCH_KINDS][10] = {
        { "peer", "verdict", "condition", "next", "findings.0", "findings.1", "findings.2", NULL },
        { "happened", "holder", "protocols.0", "protocols.1", "findings.0", "findings.1", NULL },
        { "code", "text", NULL },
    };
    struct cursor record = watch_row_record(row);
    char text[FIELD_TEXT];
    row->words[0] = '\0';
    row->port = field_number(record, "port");
    row->rate = field_number(record, "rate");
    row->time = field_time(record, kind == WATCH_FINDINGS ? "time" : "last");
    snprintf(row->protocol, sizeof(row->protocol), "%.31s", field_text(record, "protocol", text));
    if (field_text(record, "device", text)[0])
        snprintf(row->name, sizeof(row->name), "%.*s", WATCH_NAME - 1, text);
    else
        field_address(record, row->name, sizeof(row->name));
    add_words(row, row->name);
    add_words(row, row->protocol);
    field_text(record, "transport", text);
    snprintf(text + 3, sizeof(text) - 3, " %lld", row->port);
    add_words(row, text);
    add_fields(row, record, paths[kind]);
    watch_lower(row->words);
    row->is_quiet = false;
    if (kind == WATCH_FINDINGS) {
        bool is_open = field_is(record, "state", "raised");
        bool is_problem = field_is(record, "severity", "problem"),
             is_note = field_is(record, "severity", "info");
        bool is_strange =
            field_is(record, "code", "unidentified") || field_is(record, "code", "not-a-tracker");
        row->meaning = !is_open     ? MEANING_OK
                       : is_problem ? MEANING_PROBLEM
                       : is_strange ? MEANING_UNKNOWN
                                    : MEANING_WAITING;
        row->rank = (is_open ? 0 : 3) + (is_problem ? 0 : is_note ? 2 : 1);
        return;
    }
    row->meaning = field_meaning(record, "state");
    row->rank = field_rank(record);
    if (kind == WATCH_PORTS)
        row->is_quiet = field_is(record, "happened", "listening") ||
                        (field_is(record, "happened", "nothing") && row->time == 0);
}

const char *watch_row_name(const struct watch_row *row)
{
    return row->name;
}

unsigned watch_row_lines(enum watch_kind kind)
{
    return kind == WATCH_FINDINGS ? 2 : 1;
}
