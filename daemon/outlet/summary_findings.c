/* SPDX-License-Identifier: Apache-2.0 */
/* The summary's findings, open and past. Reads the board. */
#include <stdio.h>

#include "outlet/style.h"
#include "outlet/summary_tables.h"
#include "verdict/record.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, SHOWN = 50, INDENT = 2 };

static unsigned long long wide(uint64_t count)
{
    return count;
}

/* ---- JSON ---- */

static void put_json(struct buffer *out, const struct board_finding *finding)
{
    struct finding_event event = finding->event;
    char time[CALENDAR_TEXT];
    event.raised = finding->is_open;
    event.first = finding->first;
    event.last = finding->last;
    calendar_write(event.time / SECOND, -1, time);
    buffer_printf(out, "{\"time\":\"%s\"", time);
    record_put_finding(out, &event);
    record_put_number(out, "times", finding->times);
    if (!finding->is_open)
        record_put_member(out, "over", finding->why);
    buffer_put_u8(out, '}');
}

/* ---- text ---- */

/* " (08:09:10 to 09:10:11, 61 times)" */
static void put_span(const struct summary_work *work, struct buffer *out, const struct board_finding *finding)
{
    buffer_put_text(out, " (");
    summary_put_moment(work, out, finding->first);
    if (finding->last / SECOND > finding->first / SECOND) {
        buffer_put_text(out, " to ");
        summary_put_moment(work, out, finding->last);
    }
    if (finding->event.count > 1)
        buffer_printf(out, ", %llu times", wide(finding->event.count));
    if (finding->times > 1)
        buffer_printf(out, ", raised %u times", finding->times);
    buffer_put_u8(out, ')');
}

/* What, then the next step or why it is over, with when. */
static void put_text(const struct summary_work *work, struct buffer *out, const struct board_finding *finding)
{
    const struct finding_event *event = &finding->event;
    const struct line_form *form = &work->form->line;
    enum meaning meaning = finding->is_open ? style_of_finding(event) : MEANING_OK;
    char memory[2 * WORDING_MAX], head[64];
    int length = snprintf(head, sizeof(head), "%c %s %s:", style_mark(meaning),
                          severity_word(event->severity), finding_name(event->code));
    style_begin(out, form->is_coloured, meaning);
    buffer_put_text(out, head);
    style_end(out, form->is_coloured, meaning);
    buffer_put_u8(out, ' ');
    summary_put_prose(work, out, (size_t)length + 1, INDENT, event->text);
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    buffer_printf(&text, finding->is_open ? "next: %s" : "over: %s",
                  finding->is_open ? event->advice : finding->why);
    put_span(work, &text, finding);
    memory[text.length] = '\0';
    buffer_printf(out, "%*s", INDENT, "");
    summary_put_prose(work, out, INDENT, INDENT + 2, memory);
}

/* What did not fit on the screen, and what the caps made forget. */
static void write_rest(const struct summary_work *work, size_t left_out, uint64_t forgotten)
{
    if (left_out == 0 && forgotten == 0)
        return;
    char memory[256];
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    buffer_put_text(&text, "and ");
    if (left_out > 0)
        buffer_printf(&text, "%zu more; --format json lists %s", left_out, forgotten > 0 ? "them" : "all");
    if (left_out > 0 && forgotten > 0)
        buffer_put_text(&text, ", but not the ");
    if (forgotten > 0)
        buffer_printf(&text, "%llu older that limits.devices made forget", wide(forgotten));
    buffer_put_u8(&text, '.');
    memory[text.length] = '\0';
    struct buffer *out = writer_begin(work->writer, 512);
    buffer_printf(out, "%*s", INDENT, "");
    summary_put_prose(work, out, INDENT, INDENT, memory);
    writer_end(work->writer);
}

/* The open or the past ones, the worst first: that is what somebody has to act on. Returns how many were written. */
static size_t write_all(const struct summary_work *work, bool is_open, size_t before)
{
    const struct board_findings *findings = board_findings(work->board);
    bool json = work->form->json;
    size_t shown = 0;
    for (int severity = SEVERITY_PROBLEM; severity >= SEVERITY_INFO; severity--) {
        const struct board_finding *finding = NULL;
        while ((finding = board_findings_next(findings, is_open, finding))) {
            if ((int)finding->event.severity != severity || (!json && shown >= SHOWN))
                continue;
            struct buffer *out = writer_begin(work->writer, 8192);
            if (json && before + shown > 0)
                buffer_put_u8(out, ',');
            if (json)
                put_json(out, finding);
            else
                put_text(work, out, finding);
            writer_end(work->writer);
            shown++;
        }
    }
    if (!json)
        write_rest(work, board_findings_count(findings, is_open) - shown,
                   board_findings_lost(findings, is_open));
    return shown;
}

void summary_write_findings(const struct summary_work *work)
{
    static const char *const heads[] = { "Findings:\n", "Findings that are over:\n" };
    size_t written = 0;
    for (int i = 0; i < 2; i++) {
        bool is_open = i == 0;
        if (!work->form->json && board_findings_count(board_findings(work->board), is_open) > 0)
            summary_write_line(work, heads[i]);
        written += write_all(work, is_open, written);
    }
}
