/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as text: each with what it says and what to do, the worst first, those that are over last. Called by ask. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/ask_text.h"
#include "outlet/field.h"
#include "verdict/wording.h"

/* Advice is broken into lines of so many columns. */
enum { WIDTH = 80, INDENT = 4, SAMPLE = 60 /* digits */ };

struct item {
    int rank;
    int64_t time;
    size_t number, length;
    char *record; /* owned */
};

struct ask_findings {
    struct item *items; /* owned */
    size_t count, room;
};

void ask_text_clear(struct ask_text *text)
{
    grid_free(text->grid);
    for (size_t i = 0; text->findings && i < text->findings->count; i++)
        free(text->findings->items[i].record);
    if (text->findings)
        free(text->findings->items);
    free(text->findings);
}

static int rank_of(struct cursor record)
{
    int rank = field_is(record, "severity", "problem") ? 0 : field_is(record, "severity", "warning") ? 1 : 2;
    return field_is(record, "state", "raised") ? rank : 3 + rank;
}

bool ask_text_finding(struct ask_text *text, struct cursor record)
{
    if (!text->findings)
        text->findings = calloc(1, sizeof(*text->findings));
    struct ask_findings *findings = text->findings;
    if (!findings)
        return false;
    if (findings->count == findings->room) {
        size_t room = findings->room ? 2 * findings->room : 64;
        struct item *larger = realloc(findings->items, room * sizeof(*larger));
        if (!larger)
            return false;
        findings->items = larger;
        findings->room = room;
    }
    struct item item = { .rank = rank_of(record),
                         .time = field_time(record, "last"),
                         .number = findings->count,
                         .length = record.left,
                         .record = malloc(record.left + 1) };
    if (!item.record)
        return false;
    memcpy(item.record, record.at, record.left);
    findings->items[findings->count++] = item;
    return true;
}

static int by_rank(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->time != b->time)
        return a->time > b->time ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

void ask_text_wrapped(size_t used, size_t indent, const char *first, const char *text)
{
    if (used < indent)
        printf("%*s", (int)(indent - used), "");
    indent += (size_t)printf("%s", first);
    used = indent;
    for (const char *at = text; *at;) {
        size_t word = strcspn(at, " ");
        if (used > indent && used + 1 + word > WIDTH) {
            printf("\n%*s", (int)indent, "");
            used = indent;
        }
        used += (size_t)printf("%s%.*s", used > indent ? " " : "", (int)word, at);
        at += word;
        at += strspn(at, " ");
    }
    putchar('\n');
}

static void put_age(const struct ask_text *text, const char *before, int64_t time)
{
    char memory[32];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    wording_put_age(&out, text->now - time);
    printf("%s%.*s", before, (int)out.length, memory);
}

static void put_head(const struct ask_text *text, struct cursor record, enum meaning meaning)
{
    char memory[FIELD_TEXT + 64], word[FIELD_TEXT], who[FIELD_TEXT];
    struct buffer out = buffer_on(memory, sizeof(memory));
    style_begin(&out, text->is_coloured, meaning);
    buffer_printf(&out, "%c %s", style_mark(meaning), field_text(record, "code", word));
    style_end(&out, text->is_coloured, meaning);
    if (field_text(record, "device", who)[0] == '\0')
        field_text(record, "peer", who);
    printf("%.*s", (int)out.length, memory);
    if (who[0])
        printf("  %s", who);
    if (field_number(record, "port") != 0) /* what concerns the server itself has none */
        printf("  %s %lld", field_text(record, "transport", word), field_number(record, "port"));
    if (field_number(record, "count") > 1)
        printf("  seen %lld times", field_number(record, "count"));
    put_age(text, "  since ", field_time(record, "first"));
    put_age(text, ", last ", field_time(record, "last"));
    if (field_number(record, "times") > 1)
        printf(", raised %lld times", field_number(record, "times"));
    putchar('\n');
}

/* The bytes that showed it, as far as a line goes. */
static void put_sample(const char *hex)
{
    size_t length = strlen(hex);
    if (length == 0)
        return;
    printf("%*shex   %.*s", INDENT, "", SAMPLE, hex);
    if (length > SAMPLE)
        printf(" +%zu B", (length - SAMPLE) / 2);
    putchar('\n');
}

/* As style_of_finding() says for those that were raised. */
static enum meaning meaning_of(struct cursor record)
{
    if (field_is(record, "severity", "problem"))
        return MEANING_PROBLEM;
    return field_is(record, "code", "unidentified") || field_is(record, "code", "not-a-tracker")
               ? MEANING_UNKNOWN
               : MEANING_WAITING;
}

static void put_finding(const struct ask_text *text, struct cursor record)
{
    char words[FIELD_TEXT];
    bool is_open = field_is(record, "state", "raised");
    put_head(text, record, is_open ? meaning_of(record) : MEANING_PLAIN);
    ask_text_wrapped(0, INDENT, "", field_text(record, "text", words));
    put_sample(field_text(record, "sample", words));
    if (is_open)
        ask_text_wrapped(0, INDENT, "do    ", field_text(record, "advice", words));
    else
        ask_text_wrapped(0, INDENT, "over  ", field_text(record, "over", words));
}

void ask_text_end_findings(struct ask_text *text)
{
    struct ask_findings *findings = text->findings;
    size_t open = 0;
    if (!findings) {
        puts(text->is_chosen ? "No finding fits what was chosen."
                             : "No findings so far. 'hexwatch status' says what is known, and what is not.");
        return;
    }
    qsort(findings->items, findings->count, sizeof(struct item), by_rank);
    for (size_t i = 0; i < findings->count; i++)
        open += findings->items[i].rank < 3;
    printf("%zu open, %zu over.\n", open, findings->count - open);
    for (size_t i = 0; i < findings->count; i++)
        put_finding(text, cursor_of(findings->items[i].record, findings->items[i].length));
}
