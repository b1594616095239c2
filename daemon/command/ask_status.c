/* SPDX-License-Identifier: Apache-2.0 */
/* The status record as text: the answer, the six points, the counts. Called by ask. */
#include <stdio.h>

#include "base/json_text.h"
#include "command/ask_text.h"
#include "outlet/field.h"
#include "verdict/wording.h"

static void put_meaning(const struct ask_text *text, enum meaning meaning, const char *word, int width)
{
    char memory[FIELD_TEXT + 64];
    struct buffer out = buffer_on(memory, sizeof(memory));
    style_begin(&out, text->is_coloured, meaning);
    buffer_printf(&out, "%c %-*s", style_mark(meaning), width, word);
    style_end(&out, text->is_coloured, meaning);
    printf("%.*s", (int)out.length, memory);
}

static void put_head(const struct ask_text *text, struct cursor record)
{
    char words[FIELD_TEXT], memory[32];
    struct buffer age = buffer_on(memory, sizeof(memory) - 1);
    printf("hexwatch %s", field_text(record, "version", words));
    if (field_text(record, "host", words)[0])
        printf(" on %s", words);
    if (json_holds(record, "listen"))
        printf(", listening on %lld TCP and %lld UDP ports", field_number(record, "listen.tcp"),
               field_number(record, "listen.udp"));
    if (field_text(record, "sniff", words)[0])
        printf(", watching interface %s", words);
    if (field_text(record, "log", words)[0])
        printf(", reading %s", words);
    wording_put_age(&age, text->now - field_time(record, "started"));
    printf(", since %.*s\n\n", (int)age.length, memory);
    enum meaning meaning = field_meaning(record, "receiving");
    put_meaning(text, meaning, field_text(record, "answer", words), 0);
    puts("\n");
}

/* "  1  + ok       HEX arrives   97 a minute, …" */
static void put_point(const struct ask_text *text, struct cursor point)
{
    enum { COLUMN = 30 };
    char words[FIELD_TEXT];
    printf("  %lld  ", field_number(point, "point"));
    put_meaning(text, field_meaning(point, "state"), field_text(point, "state", words), 8);
    printf(" %-14s", field_text(point, "title", words));
    ask_text_wrapped(COLUMN, COLUMN, "", field_text(point, "facts", words));
    if (field_text(point, "next", words)[0])
        ask_text_wrapped(0, COLUMN - 4, "do  ", words);
}

static void put_count(long long count, const char *what, const char **comma)
{
    if (count == 0)
        return;
    printf("%s %lld %s", *comma, count, what);
    *comma = ",";
}

static void put_counts(struct cursor record)
{
    static const char *const states[] = { "problem", "waiting", "unknown", "ok" };
    static const char *const severities[] = { "problem", "warning", "info" };
    long long devices = field_number(record, "devices.all"), open = 0;
    char path[32];
    const char *comma = "";
    long long nameless = field_number(record, "nameless");
    printf("\n%lld device%s%s%s", devices, devices == 1 ? "" : "s", nameless > 0 ? " with an id" : "",
           devices > 0 ? ":" : "");
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "devices.%s", states[i]);
        put_count(field_number(record, path), states[i], &comma);
    }
    printf(".");
    if (nameless > 0)
        printf(" %lld more without one.", nameless);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "findings.%s", severities[i]);
        open += field_number(record, path);
    }
    printf(" %lld open finding%s%s.\n", open, open == 1 ? "" : "s",
           open > 0 ? ": 'hexwatch findings' tells them" : "");
}

/* The losses are an object of names and counts. */
static void put_losses(struct cursor record)
{
    struct cursor lost, name;
    const char *comma = "";
    if (json_find(record, "lost", &lost) != JSON_OBJECT || lost.left <= 2)
        return;
    printf("Lost:");
    struct cursor rest = cursor_of(lost.at + 1, lost.left - 2), count;
    while (cursor_until(&rest, '"', &name) && cursor_until(&rest, '"', &name) && cursor_skip(&rest, 1) &&
           cursor_digits(&rest, 1, 20, &count)) {
        printf("%s %.*s %.*s", comma, (int)count.left, (const char *)count.at, (int)name.left,
               (const char *)name.at);
        comma = ",";
    }
    puts(".");
}

bool ask_text_status(struct ask_text *text, struct cursor record)
{
    struct cursor points, point;
    put_head(text, record);
    if (json_find_list(record, "points", &points)) {
        while (json_next(&points, &point))
            put_point(text, point);
    }
    put_counts(record);
    put_losses(record);
    return true;
}
