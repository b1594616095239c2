/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what doctor has found. */
#include "command/examination.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"
#include "outlet/style.h"
#include "verdict/record.h"
#include "verdict/wording.h"

enum {
    WIDTH = 78,
    INDENT = 3,
    LINE_MAX_BYTES = 4096,
    LIST_MAX_BYTES = 1024,
    NAMED = 8 /* of one kind */,
    SAMPLE = 30 /* bytes in a line */,
    SECOND = 1000000
};

static const enum meaning meanings[] = { [STANDING_OK] = MEANING_OK,
                                         [STANDING_WAITING] = MEANING_WAITING,
                                         [STANDING_PROBLEM] = MEANING_PROBLEM,
                                         [STANDING_UNKNOWN] = MEANING_UNKNOWN };

/* ---- text ---- */

/* How long the next word is; a list of ports that no line holds is broken behind a comma. */
static size_t word_at(const char *at, size_t room)
{
    size_t word = strcspn(at, " "), cut = room;
    if (word <= room)
        return word;
    while (cut > 0 && at[cut - 1] != ',')
        cut--;
    return cut > 0 ? cut : word;
}

/* Words of a text, broken into lines of the width, each behind the indent; the first stands behind the head. */
static void put_wrapped(const char *head, const char *text)
{
    size_t used = strlen(head);
    fputs(head, stdout);
    for (const char *at = text + strspn(text, " "); *at; at += strspn(at, " ")) {
        size_t word = word_at(at, WIDTH - strlen(head));
        if (used > strlen(head) && used + 1 + word > WIDTH) {
            printf("\n%*s", (int)strlen(head), "");
            used = strlen(head);
        }
        used += (size_t)printf("%s%.*s", used > strlen(head) ? " " : "", (int)word, at);
        at += word;
    }
    putchar('\n');
}

static void put_clock(char *out, size_t size, int64_t time)
{
    time_t seconds = (time_t)(time / SECOND);
    struct tm local;
    if (!localtime_r(&seconds, &local) || strftime(out, size, "%Y-%m-%d %H:%M:%S", &local) == 0)
        snprintf(out, size, "?");
}

/* How often, when, and from where the first came, where that is not what the finding is about. */
static void put_seen(const struct board_finding *finding)
{
    static const struct endpoint nobody;
    const struct finding_event *event = &finding->event;
    unsigned long long count = event->count ? event->count : 1;
    char first[32], last[32], peer[ENDPOINT_TEXT], line[224];
    struct buffer out = buffer_on(line, sizeof(line) - 1);
    struct endpoint address = event->who.peer;
    put_clock(first, sizeof(first), finding->first);
    put_clock(last, sizeof(last), finding->last);
    if (count > 1 || finding->first != finding->last)
        buffer_printf(&out, "%llu time%s, %s to %s", count, count == 1 ? "" : "s", first, last);
    else
        buffer_printf(&out, "once, %s", last);
    address.port = 0;
    if (!event->device[0] && event->severity == SEVERITY_PROBLEM &&
        !endpoint_same_address(&address, &nobody)) {
        endpoint_write(&address, peer);
        buffer_printf(&out, ", first from %s", peer);
    }
    line[out.length] = '\0';
    put_wrapped("   seen  ", line);
}

/* The bytes that showed it, as far as a line goes. */
static void put_sample(struct cursor sample)
{
    char memory[2 * SAMPLE + 32];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    if (sample.left == 0)
        return;
    buffer_put_hex(&out, cursor_of(sample.at, sample.left < SAMPLE ? sample.left : SAMPLE));
    if (sample.left > SAMPLE)
        buffer_printf(&out, " +%zu B", sample.left - SAMPLE);
    printf("   hex   %.*s\n", (int)out.length, memory);
}

static void put_finding(const struct board_finding *finding)
{
    const struct finding_event *event = &finding->event;
    char peer[ENDPOINT_TEXT];
    static const struct endpoint nobody;
    struct endpoint address = event->who.peer;
    address.port = 0;
    endpoint_write(&address, peer);
    printf("\n%u  %s", standing_point(event->code), finding_name(event->code));
    if (event->device[0])
        printf("  %s", event->device);
    else if (event->who.port != 0)
        printf("  %s %u", transport_name(event->who.transport), event->who.port);
    if (!event->device[0] && !endpoint_same_address(&address, &nobody) && event->severity != SEVERITY_PROBLEM)
        printf("  %s", peer);
    putchar('\n');
    put_wrapped("   ", event->text);
    put_seen(finding);
    put_sample(event->sample);
    put_wrapped("   do    ", event->advice);
}

static bool is_of(const struct board_finding *finding, unsigned point, enum finding_code code,
                  enum severity severity)
{
    return finding->event.code == code && finding->event.severity == severity &&
           standing_point(code) == point;
}

/* The others that have the same: whom they concern, as far as a line or two go. */
static void put_others(const struct board_findings *findings, const struct board_finding *first,
                       unsigned point, enum finding_code code, enum severity severity)
{
    char memory[LIST_MAX_BYTES];
    struct buffer list = buffer_on(memory, sizeof(memory) - 1);
    size_t count = 0, named = 0;
    for (const struct board_finding *one = NULL; (one = board_findings_next(findings, true, one));) {
        const struct finding_event *event = &one->event;
        if (one == first || !is_of(one, point, code, severity))
            continue;
        count++;
        if (named == NAMED)
            continue;
        named++;
        if (event->device[0])
            buffer_printf(&list, " %s", event->device);
        else if (event->who.port != 0)
            buffer_printf(&list, " %s:%u", transport_name(event->who.transport), event->who.port);
    }
    if (count == 0)
        return;
    if (count > named)
        buffer_printf(&list, " and %zu more", count - named);
    memory[list.length] = '\0';
    put_wrapped("   also ", memory);
}

/* The findings of a point, gravest first, those of a kind together. */
static void put_findings(const struct examination *examination, unsigned point)
{
    const struct board_findings *findings = board_findings(examination->board);
    for (int severity = SEVERITY_PROBLEM; severity >= SEVERITY_INFO; severity--) {
        for (int code = 0; code < FINDING_CODES; code++) {
            const struct board_finding *one = NULL;
            do
                one = board_findings_next(findings, true, one);
            while (one && !is_of(one, point, (enum finding_code)code, (enum severity)severity));
            if (!one)
                continue;
            put_finding(one);
            put_others(findings, one, point, (enum finding_code)code, (enum severity)severity);
        }
    }
}

static void put_point(const struct guide *guide, size_t index, bool is_coloured)
{
    const struct guide_point *point = &guide->points[index];
    static const char *const words[] = { "ok", "waiting", "PROBLEM", "unknown" };
    char memory[64];
    struct buffer state = buffer_on(memory, sizeof(memory));
    enum meaning meaning = meanings[point->state];
    style_begin(&state, is_coloured, meaning);
    buffer_printf(&state, "%c %-8s", style_mark(meaning), words[point->state]);
    style_end(&state, is_coloured, meaning);
    char head[128];
    printf("  %zu  %.*s ", index + 1, (int)state.length, memory);
    snprintf(head, sizeof(head), "%-14s  ", point->title);
    fputs(head, stdout);
    /* the facts stand in one line where they fit, else below each other */
    size_t used = 5 + 11 + strlen(head), start = used;
    const char *at = point->facts;
    while (*at) {
        size_t word = strcspn(at, " ");
        if (used > start && used + 1 + word > WIDTH) {
            printf("\n%*s", (int)start, "");
            used = start;
        }
        used += (size_t)printf("%s%.*s", used > start ? " " : "", (int)word, at);
        at += word + strspn(at + word, " ");
    }
    putchar('\n');
}

static bool has_findings(const struct examination *examination, unsigned point)
{
    const struct board_findings *findings = board_findings(examination->board);
    const struct board_finding *one = NULL;
    do
        one = board_findings_next(findings, true, one);
    while (one && standing_point(one->event.code) != point);
    return one != NULL;
}

/* Does another point say the same, and perhaps more? */
static bool is_said_elsewhere(const struct guide *guide, size_t index)
{
    const char *next = guide->points[index].next;
    for (size_t i = 0; i < GUIDE_POINTS; i++) {
        const char *other = guide->points[i].next;
        bool is_longer = strlen(other) > strlen(next);
        if (i != index && (is_longer || i < index) && strncmp(other, next, strlen(next) - 1) == 0)
            return true;
    }
    return false;
}

/* What to do at points that are no findings'. */
static void put_steps(const struct examination *examination)
{
    const struct guide *guide = examination->guide;
    for (size_t i = 0; i < GUIDE_POINTS; i++) {
        const struct guide_point *point = &guide->points[i];
        char head[16];
        if (point->state == STANDING_OK || point->state == STANDING_PROBLEM || !point->next[0] ||
            has_findings(examination, (unsigned)i + 1) || is_said_elsewhere(guide, i))
            continue;
        snprintf(head, sizeof(head), "\n%zu  do    ", i + 1);
        putchar('\n');
        put_wrapped(head + 1, point->next);
    }
}

static void put_end(const struct examination *examination)
{
    const struct guide *guide = examination->guide;
    unsigned begin = 0;
    putchar('\n');
    for (size_t i = 0; guide_order(i) != 0 && begin == 0; i++) {
        if (guide->points[guide_order(i) - 1].state == STANDING_PROBLEM)
            begin = guide_order(i);
    }
    bool is_fine = guide->problems + guide->unknown == 0;
    if (is_fine) {
        bool is_waiting = false;
        for (size_t i = 0; i < GUIDE_POINTS; i++)
            is_waiting = is_waiting || guide->points[i].state == STANDING_WAITING;
        printf("%s", is_waiting ? "Nothing is wrong." : "All six points are fine.");
    }
    if (guide->problems > 0)
        printf("%zu point%s with problems", guide->problems, guide->problems == 1 ? "" : "s");
    if (guide->unknown > 0)
        printf("%s%zu point%s not checked", guide->problems > 0 ? ", " : "", guide->unknown,
               guide->unknown == 1 ? "" : "s");
    if (!is_fine)
        putchar('.');
    if (begin != 0 && guide->problems > 1)
        printf(" Begin with %u: it may hide what is behind it.", begin);
    printf(" %.1f s\n", (double)examination->took / SECOND);
    if (guide->problems > 0)
        puts("To ask for help: hexwatch bundle DEVICE-or-PORT --mask");
}

static void put_head(const struct examination *examination)
{
    char host[64] = "this host", since[32], memory[LINE_MAX_BYTES];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    const struct board_counts *counts = board_counts(examination->board);
    (void)gethostname(host, sizeof(host) - 1);
    buffer_printf(&out, "hexwatch %s on %s; ", HEXWATCH_VERSION, host);
    if (examination->traccar)
        buffer_printf(&out, "Traccar%s%s in %s", examination->version[0] ? " " : "", examination->version,
                      examination->traccar);
    else
        buffer_put_text(&out, "no Traccar");
    if (examination->log && counts->first != 0) {
        put_clock(since, sizeof(since), counts->first);
        buffer_printf(&out, "; evidence since %s%s", since,
                      examination->is_cut ? " (the end of the log)" : "");
    }
    if (examination->watched_since != 0) {
        put_clock(since, sizeof(since), examination->watched_since);
        buffer_printf(&out, "; packets watched since %s", since);
    }
    if (examination->kept.messages > 0) {
        put_clock(since, sizeof(since), examination->kept.last);
        buffer_printf(&out, "; %llu messages in the history, the last at %s",
                      (unsigned long long)examination->kept.messages, since);
    }
    memory[out.length] = '\0';
    put_wrapped("", memory);
    putchar('\n');
}

void examination_print_text(const struct examination *examination, bool is_coloured)
{
    put_head(examination);
    for (size_t i = 0; i < GUIDE_POINTS; i++)
        put_point(examination->guide, i, is_coloured);
    for (size_t i = 0; guide_order(i) != 0; i++)
        put_findings(examination, guide_order(i));
    put_steps(examination);
    put_end(examination);
}

/* ---- JSON ---- */

static void print_check(const struct guide_point *point, size_t number)
{
    char memory[LINE_MAX_BYTES];
    struct buffer out = buffer_on(memory, sizeof(memory));
    buffer_put_text(&out, "{\"event\":\"check\"");
    record_put_number(&out, "point", number);
    record_put_member(&out, "state", standing_name(point->state));
    record_put_member(&out, "title", point->title);
    record_put_member(&out, "facts", point->facts);
    record_put_member(&out, "next", point->next);
    buffer_put_text(&out, "}\n");
    fwrite(memory, 1, out.length, stdout);
}

static void print_finding(const struct board_finding *finding, int64_t now)
{
    char memory[2 * LINE_MAX_BYTES], time[CALENDAR_TEXT];
    struct buffer out = buffer_on(memory, sizeof(memory));
    struct finding_event event = finding->event;
    event.first = finding->first;
    event.last = finding->last;
    calendar_write(now / SECOND, -1, time);
    buffer_put_text(&out, "{\"event\":\"finding\"");
    record_put_member(&out, "time", time);
    record_put_finding(&out, &event);
    buffer_put_text(&out, "}\n");
    fwrite(memory, 1, out.length, stdout);
}

void examination_print_json(const struct examination *examination)
{
    const struct board_findings *findings = board_findings(examination->board);
    for (size_t i = 0; i < GUIDE_POINTS; i++)
        print_check(&examination->guide->points[i], i + 1);
    for (size_t i = 0; guide_order(i) != 0; i++) {
        for (const struct board_finding *one = NULL; (one = board_findings_next(findings, true, one));) {
            if (standing_point(one->event.code) == guide_order(i))
                print_finding(one, examination->now);
        }
    }
}
