/* SPDX-License-Identifier: Apache-2.0 */
/* The summary as text and as JSON. Reads the board, writes through a writer. Called by assembly. */
#include "outlet/summary.h"

#include "outlet/summary_tables.h"
#include "verdict/record.h"

enum { SECOND = 1000000, PROSE = 8192 };

static unsigned long long wide(uint64_t count)
{
    return count;
}

/* ---- losses ---- */

void loss_put_key(struct buffer *out, const char *name)
{
    for (const char *at = name; *at; at++) {
        if (*at >= 'A' && *at <= 'Z')
            buffer_put_u8(out, (uint8_t)(*at - 'A' + 'a'));
        else if (*at == ' ')
            buffer_put_u8(out, '_');
        else if (*at != '\'' && *at != ',')
            buffer_put_u8(out, (uint8_t)*at);
    }
}

/* The board's own, behind those of the way. */
struct own_losses {
    struct loss list[6];
};

static struct own_losses losses_of(const struct board *board)
{
    struct board_losses lost = board_losses(board);
    return (struct own_losses){ { { "devices not in the summary", lost.devices, NULL },
                                  { "peers not in the summary", lost.peers, NULL },
                                  { "ports not in the summary", lost.ports, NULL },
                                  { "open findings not in the summary", lost.open_findings, NULL },
                                  { "past findings not in the summary", lost.past_findings, NULL },
                                  { NULL, 0, NULL } } };
}

static bool has_losses(const struct loss *losses)
{
    for (const struct loss *loss = losses; loss->name; loss++) {
        if (loss->count > 0)
            return true;
    }
    return false;
}

static void put_losses_json(struct buffer *out, const struct loss *losses, bool any)
{
    for (const struct loss *loss = losses; loss->name; loss++, any = true) {
        buffer_put_text(out, any ? ",\"" : "\"");
        loss_put_key(out, loss->name);
        buffer_printf(out, "\":%llu", wide(loss->count));
    }
}

/* Returns whether anything has been put by now. */
static bool put_losses_text(struct buffer *out, const struct loss *losses, bool any)
{
    for (const struct loss *loss = losses; loss->name; loss++) {
        if (loss->count > 0)
            buffer_printf(out, "%s%llu %s", any ? ", " : "Lost on the way: ", wide(loss->count), loss->name);
        any = any || loss->count > 0;
    }
    return any;
}

/* A sentence that is built in a buffer, and then written as prose. */
struct sentence {
    struct buffer text;
    char memory[PROSE];
};

static struct buffer *sentence_start(struct sentence *sentence)
{
    sentence->text = buffer_on(sentence->memory, sizeof(sentence->memory) - 1);
    return &sentence->text;
}

static void sentence_write(const struct summary_work *work, struct sentence *sentence, const char *before)
{
    sentence->memory[sentence->text.length] = '\0';
    struct buffer *out = writer_begin(work->writer, 2 * PROSE);
    buffer_put_text(out, before);
    summary_put_prose(work, out, 0, 2, sentence->memory);
    writer_end(work->writer);
}

static void write_losses(const struct summary_work *work)
{
    const struct summary_facts *facts = work->facts;
    struct own_losses own = losses_of(work->board);
    struct sentence sentence;
    struct buffer *out = sentence_start(&sentence);
    bool any = put_losses_text(out, facts->losses, false);
    any = put_losses_text(out, own.list, any);
    if (any) {
        buffer_put_u8(out, '.');
        sentence_write(work, &sentence, "");
    }
    for (const struct loss *loss = facts->losses; loss->name; loss++) {
        if (loss->count == 0 || !loss->advice)
            continue;
        buffer_put_text(sentence_start(&sentence), loss->advice);
        sentence_write(work, &sentence, "");
    }
    if (!facts->broken_off)
        return;
    buffer_printf(sentence_start(&sentence), "It ended before its time: %s.", facts->broken_off);
    sentence_write(work, &sentence, "");
}

/* ---- the first and the last line ---- */

/* Was not all seen? */
static bool is_partial(const struct summary_facts *facts)
{
    return facts->broken_off || has_losses(facts->losses);
}

/* Why there is no message: only what is known. */
static void put_nothing(struct buffer *out, const struct summary_work *work)
{
    const struct board_counts *counts = board_counts(work->board);
    uint64_t opened = counts->connections[CONNECTION_OPENED];
    if (opened > 0) {
        buffer_printf(out, ": %llu connection%s brought none%s", wide(opened), summary_plural(opened),
                      is_partial(work->facts) ? " that was seen" : "");
        if (summary_failed(counts->connections) > 0) {
            buffer_put_text(out, ", others failed: ");
            summary_put_failed(out, counts->connections);
        }
    } else if (summary_failed(counts->connections) > 0) {
        buffer_put_text(out, ": connections failed: ");
        summary_put_failed(out, counts->connections);
    } else if (work->facts->packets > 0) {
        buffer_put_text(out, is_partial(work->facts)
                                 ? ": none that could be read brought data to the ports that are watched"
                                 : ": none of them brought data to the ports that are watched");
    } else if (!is_partial(work->facts)) {
        buffer_put_text(out, ": nothing was received");
    }
}

static void write_head(const struct summary_work *work)
{
    const struct board_counts *counts = board_counts(work->board);
    size_t devices = board_count_devices(work->board);
    struct sentence sentence;
    struct buffer *out = sentence_start(&sentence);
    buffer_printf(out, "Summary: %llu message%s of %s%zu device%s", wide(counts->messages),
                  summary_plural(counts->messages), board_losses(work->board).devices > 0 ? "more than " : "",
                  devices, summary_plural(devices));
    if (work->facts->packets > 0)
        buffer_printf(out, " in %llu packet%s", wide(work->facts->packets),
                      summary_plural(work->facts->packets));
    if (counts->messages == 0)
        put_nothing(out, work);
    buffer_put_u8(out, '.');
    sentence_write(work, &sentence, "\n");
}

/* What of it was shown, where that is not all. */
static void write_shown(const struct summary_work *work)
{
    const struct summary_shown *shown = &work->facts->shown;
    struct sentence sentence;
    bool is_chosen = shown->words && shown->words[0];
    if (is_chosen || shown->limit > 0) {
        struct buffer *out = sentence_start(&sentence);
        buffer_printf(out, "Shown: %llu of them", wide(shown->count));
        if (is_chosen)
            buffer_printf(out, " (%s)", shown->words);
        buffer_put_text(out, ". What follows is about all.");
        sentence_write(work, &sentence, "");
    }
    if (shown->hidden == 0)
        return;
    buffer_printf(sentence_start(&sentence), "%llu message%s had no line of %s own on this screen.",
                  wide(shown->hidden), summary_plural(shown->hidden), shown->hidden == 1 ? "its" : "their");
    sentence_write(work, &sentence, "");
}

/* Said only where nothing speaks against it. */
static void write_verdict(const struct summary_work *work)
{
    const struct board_findings *findings = board_findings(work->board);
    const struct board_counts *counts = board_counts(work->board);
    if (counts->messages == 0 || board_findings_count(findings, true) > 0 ||
        board_findings_count(findings, false) > 0)
        return;
    struct sentence sentence;
    struct buffer *out = sentence_start(&sentence);
    if (counts->amiss > 0)
        buffer_printf(out, "No finding is sure, but %llu message%s did not fit the port %s came to.",
                      wide(counts->amiss), summary_plural(counts->amiss), counts->amiss == 1 ? "it" : "they");
    else if (summary_failed(counts->connections) > 0)
        buffer_put_text(out, "No findings, but connections failed.");
    else if (is_partial(work->facts))
        buffer_put_text(out, "No findings in what was seen, but not all was seen.");
    else
        buffer_put_text(out, "No findings: nothing to do.");
    sentence_write(work, &sentence, "");
}

static void write_json(const struct summary_work *work)
{
    const struct summary_facts *facts = work->facts;
    struct own_losses own = losses_of(work->board);
    char text[CALENDAR_TEXT];
    calendar_write(facts->time / SECOND, (int32_t)(facts->time % SECOND), text);
    struct buffer *out = writer_begin(work->writer, 2048);
    buffer_printf(out,
                  "{\"event\":\"summary\",\"time\":\"%s\",\"packets\":%llu,\"messages\":%llu,\"devices\":%zu",
                  text, wide(facts->packets), wide(board_counts(work->board)->messages),
                  board_count_devices(work->board));
    if (facts->shown.words && facts->shown.words[0])
        record_put_member(out, "chosen", facts->shown.words);
    if ((facts->shown.words && facts->shown.words[0]) || facts->shown.limit > 0)
        record_put_number(out, "shown", facts->shown.count);
    writer_end(work->writer);
    summary_write_line(work, ",\"device_list\":[");
    summary_write_devices(work);
    summary_write_line(work, "],\"ports\":[");
    summary_write_ports(work);
    summary_write_line(work, "],\"findings\":[");
    summary_write_findings(work);
    out = writer_begin(work->writer, PROSE);
    buffer_put_text(out, "],\"lost\":{");
    put_losses_json(out, facts->losses, false);
    put_losses_json(out, own.list, facts->losses[0].name != NULL);
    buffer_put_u8(out, '}');
    if (facts->broken_off)
        record_put_member(out, "broken_off", facts->broken_off);
    buffer_put_text(out, "}\n");
    writer_end(work->writer);
}

void summary_write(const struct board *board, struct writer *writer, const struct summary_form *form,
                   const struct summary_facts *facts)
{
    struct summary_work work = { .board = board, .facts = facts, .form = form, .writer = writer };
    if (form->json) {
        write_json(&work);
        return;
    }
    write_head(&work);
    write_shown(&work);
    summary_write_devices(&work);
    summary_write_findings(&work);
    summary_write_ports(&work);
    write_losses(&work);
    write_verdict(&work);
}
