/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a pasted text apart, line by line. Each line is offered to what can be recognised for sure first: log lines, dumps, requests;
 * then HEX, then text, and last of all to what only a protocol's claim can tell from something else. Called by identify and the page.
 */
#include <stdio.h>
#include <stdlib.h>

#include "wire/paste_body.h"
#include "wire/paste_clean.h"
#include "wire/paste_join.h"
#include "wire/paste_letters.h"
#include "wire/paste_state.h"
#include "wire/paste_text.h"

struct paste *paste_new(struct detector *detector, const struct ports *ports)
{
    struct paste *paste = calloc(1, sizeof(*paste));
    if (!paste)
        return NULL;
    paste->asker = (struct paste_asker){ detector, ports, fragments_new(1), &paste->cost };
    if (!paste->asker.fragments) {
        free(paste);
        return NULL;
    }
    return paste;
}

void paste_free(struct paste *paste)
{
    if (!paste)
        return;
    fragments_free(paste->asker.fragments);
    free(paste);
}

/* ---- telling ---- */

static void tell_left_out(const struct paste *paste, unsigned line, const char *what)
{
    if (paste->sink->left_out)
        paste->sink->left_out(paste->sink->context, line, what);
}

void paste_tell(struct paste *paste, const struct pasted *pasted)
{
    if (pasted->bytes.left == 0)
        return;
    struct pasted told = *pasted;
    told.foreign = paste->foreign;
    paste->pieces++;
    paste->sink->piece(paste->sink->context, &told);
    if (pasted->lost > 0) {
        char what[128];
        snprintf(what, sizeof(what),
                 "more than %d bytes in one piece: %zu of them are left out. Give the rest alone.",
                 MESSAGE_MAX, pasted->lost);
        tell_left_out(paste, pasted->line, what);
    }
}

bool paste_may_guess(struct paste *paste)
{
    if (paste->effort < PASTE_EFFORT)
        return true;
    if (!paste->told_limit)
        tell_left_out(
            paste, paste->line,
            "too much above is no message: from here on lines of HEX are not put together, and other "
            "text is not searched. Give the rest alone.");
    paste->told_limit = true;
    return false;
}

/* A piece that began in this line, of the port that was told last. */
struct pasted paste_piece(const struct paste *paste, const char *source, unsigned line, struct cursor bytes)
{
    return (struct pasted){ .source = source,
                            .line = line,
                            .service = { paste->port.transport, (uint16_t)paste->port.port },
                            .has_transport = paste->port.has_transport,
                            .is_out = paste->port.is_out,
                            .bytes = bytes };
}

void paste_add_gathered(struct pasted *pasted, const struct gathered *gathered)
{
    pasted->bytes = cursor_of(gathered->bytes, gathered->length);
    pasted->hidden = gathered->hidden_digits > 0 ? gathered->hidden : NULL;
    pasted->hidden_digits = gathered->hidden_digits;
    pasted->mended = gathered->mended;
    pasted->is_cut = gathered->is_cut || gathered->has_half;
    pasted->is_beheaded = gathered->is_beheaded;
    pasted->lost = (gathered->lost + 1) / 2;
}

/* Tells bytes that were found by guessing, if they are a message. */
bool paste_tell_if(struct paste *paste, const char *source, struct cursor bytes, enum claim least)
{
    size_t length;
    struct pasted pasted = paste_piece(paste, source, paste->line, bytes);
    if (!paste_open_packet(&paste->asker, &pasted) &&
        paste_claim(&paste->asker, bytes, true, &length) < least)
        return false;
    paste_tell(paste, &pasted);
    return true;
}

struct gathered paste_scratch(struct paste *paste)
{
    return (struct gathered){ .bytes = paste->other,
                              .hidden = paste->other_hidden,
                              .size = sizeof(paste->other) };
}

/* ---- what grows over several lines ---- */

void paste_start(struct paste *paste, enum gathering gathering, const char *source)
{
    paste->gathering = gathering;
    paste->source = source;
    paste->began = paste->line;
    paste->gathered =
        (struct gathered){ .bytes = paste->bytes, .hidden = paste->hidden, .size = sizeof(paste->bytes) };
}

void paste_finish(struct paste *paste)
{
    enum gathering gathering = paste->gathering;
    struct pasted pasted = paste_piece(paste, paste->source, paste->began, cursor_of(NULL, 0));
    paste->gathering = GATHER_NOTHING;
    switch (gathering) {
    case GATHER_NOTHING:
        return;
    case GATHER_DUMP:
        paste_finish_dump(paste);
        return;
    case GATHER_NUMBERS:
        paste_finish_numbers(paste);
        return;
    case GATHER_HEX:
        paste_finish_hex(paste);
        return;
    case GATHER_LOG:
        pasted = paste->log;
        break;
    case GATHER_ADDRESS:
        paste_finish_address(paste);
        return;
    case GATHER_HTTP:
        paste_take_host(&paste->gathered, &pasted);
        paste_mend_request(&paste->gathered);
        break;
    default:
        break;
    }
    paste_add_gathered(&pasted, &paste->gathered);
    paste_tell(paste, &pasted);
}

enum { IMEI_DIGITS = 15 };

bool paste_is_imei(struct cursor line)
{
    struct cursor rest = cursor_trim(line), digits;
    return rest.left == IMEI_DIGITS && cursor_digits(&rest, IMEI_DIGITS, IMEI_DIGITS, &digits);
}

bool paste_is_rounded(struct cursor text)
{
    struct cursor rest = cursor_trim(text), digits;
    return cursor_digits(&rest, 1, 1, &digits) && rest.left > 0 && (rest.at[0] == '.' || rest.at[0] == ',') &&
           cursor_skip(&rest, 1) && cursor_digits(&rest, 1, 15, &digits) &&
           (CURSOR_STARTS(rest, "E+") || CURSOR_STARTS(rest, "e+")) && cursor_skip(&rest, 2) &&
           cursor_digits(&rest, 1, 2, &digits) && rest.left == 0;
}

/* ---- lines ---- */

bool paste_knows_port(const void *context, uint16_t port)
{
    return ports_owner(context, port) != NULL;
}

/* Is the line HEX of whole messages, whatever its first digits may look like? */
static bool is_messages(struct paste *paste, struct cursor line)
{
    struct gathered alone = paste_scratch(paste);
    return paste_hex_line(line, &alone) && !alone.has_half &&
           paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length));
}

static void take_line(struct paste *paste, struct cursor line)
{
    struct paste_port before = paste->port, port;
    struct cursor text = paste_unlisted(line);
    if (paste_take_log(paste, line) || paste_take_more_log(paste, line) || paste_take_dump(paste, line) ||
        paste_take_decimal(paste, line) || paste_take_http(paste, line) ||
        paste_take_more_text(paste, line) || paste_take_more_address(paste, line))
        return;
    bool is_imei = paste->gathering != GATHER_HEX && paste_is_imei(text);
    if (cursor_trim(text).left == 0 || paste_is_ruler(line) || is_imei || paste_is_rounded(text)) {
        paste_finish(paste);
        return;
    }
    if (paste_find_port(line, paste_knows_port, paste->asker.ports, &port) ||
        (paste_is_port(line, &port) && paste_knows_port(paste->asker.ports, (uint16_t)port.port))) {
        paste_finish(paste);
        paste->port = before = port;
        paste->told_port = true;
    }
    if (!is_messages(paste, line) && paste_take_port(&text, &port)) {
        paste_finish(paste);
        paste->port = port;
        if (paste_take_message(paste, text))
            return;
        paste->port = before;
    }
    (void)paste_take_message(paste, paste_unlisted(line));
}

/* ---- the whole ---- */

/* Is the '>' before the first line part of a message: ">RPV29350+4751000…<"? */
static bool begins_with_mark(const struct paste *paste, struct cursor text)
{
    struct cursor line;
    size_t length;
    text = cursor_trim(text);
    return CURSOR_STARTS(text, ">") && cursor_field(&text, '\n', &line) &&
           paste_claim(&paste->asker, cursor_trim(line), true, &length) >= CLAIM_LIKELY;
}

/* The lines as they were meant, each on one. NULL: memory is out. */
static uint8_t *prepare(struct paste *paste, struct cursor text, size_t *length)
{
    struct buffer mail = { .bytes = malloc(text.left + 1), .capacity = text.left + 1 };
    bool is_mail = mail.bytes && paste_from_mail(text, &mail);
    uint8_t *clean = paste_clean(is_mail ? buffer_cursor(&mail) : text, length), *joined = NULL;
    free(mail.bytes);
    if (clean) {
        paste->foreign = paste_latin(clean, length);
        if (!begins_with_mark(paste, cursor_of(clean, *length)))
            paste_unquote(clean, length);
        paste_unnumber(clean, length);
        joined = paste_join_lines(cursor_of(clean, *length), length);
    }
    free(clean);
    return joined;
}

/* How far the rows of dumps stand from the edge at least. */
static size_t measure_indent(struct cursor text)
{
    struct cursor line;
    struct dump_row row;
    size_t least = SIZE_MAX;
    while (cursor_field(&text, '\n', &line)) {
        if (paste_dump_row(line, &row) && !row.is_end && row.indent < least)
            least = row.indent;
    }
    return least;
}

size_t paste_read(struct paste *paste, struct cursor text, const struct paste_sink *sink)
{
    size_t length = 0;
    paste->sink = sink;
    paste->pieces = 0;
    paste->line = 0;
    paste->cost = paste->effort = 0;
    paste->told_limit = false;
    paste->port = (struct paste_port){ .port = 0 };
    paste->tells_text = paste->told_port = false;
    paste->ends[0] = paste->ends[1] = 0;
    paste->gathering = GATHER_NOTHING;
    uint8_t *copy = prepare(paste, text, &length);
    if (!copy)
        return 0;
    paste_join_objects(&paste->asker, copy, length);
    struct cursor rest = cursor_of(copy, length), line;
    paste->indent = measure_indent(rest);
    while (cursor_field(&rest, '\n', &line)) {
        unsigned joints = 0;
        for (; line.left > 0 && line.at[line.left - 1] == PASTE_JOINT; line.left--)
            joints++;
        paste->line++;
        take_line(paste, line);
        paste->line += joints;
    }
    paste_finish(paste);
    free(copy);
    return paste->pieces;
}

bool paste_told_port(const struct paste *paste)
{
    return paste->told_port;
}

bool paste_is_dressed(struct cursor line)
{
    struct cursor rest = cursor_trim(line), text = rest;
    struct paste_port port;
    size_t colon;
    if (paste_dump_is_marked(line) || paste_is_ruler(line))
        return true;
    /* "0x7ffe0010: 0x78", "5023: 78…", ":5023 78…" */
    return cursor_find(rest, ':', &colon) &&
           ((CURSOR_STARTS(rest, "0x") && colon >= 6) ||
            (colon <= 5 && colon != 2 && !CURSOR_STARTS(rest, "tcp:") && !CURSOR_STARTS(rest, "udp:") &&
             paste_take_port(&text, &port)));
}

bool paste_is_messages(const struct paste *paste, struct cursor bytes)
{
    return paste_is_whole(&paste->asker, bytes);
}
