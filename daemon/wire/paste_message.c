/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in a paste that stand for themselves: HEX, text, requests, and what is found among other things. Used by paste. */
#include "wire/paste_found.h"
#include "wire/paste_state.h"
#include "wire/paste_text.h"

enum { WORDS_TRIED = 16 };

/* ---- HEX ---- */

/* "78 78 D 1 1 23": messages only when each number is a byte, and not when the digits are put together. */
bool paste_is_stripped(struct paste *paste, struct cursor line)
{
    struct gathered alone = paste_scratch(paste);
    if (!paste_pad_bytes(line, &alone) ||
        !paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length)))
        return false;
    alone = paste_scratch(paste);
    return !paste_hex_line(line, &alone) || alone.has_half ||
           !paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length));
}

static bool take_stripped(struct paste *paste, struct cursor line)
{
    struct gathered alone = paste_scratch(paste);
    if (!paste_is_stripped(paste, line) || !paste_pad_bytes(line, &alone))
        return false;
    paste_finish(paste);
    alone = paste_scratch(paste);
    if (!paste_pad_bytes(line, &alone))
        return false;
    struct pasted pasted = paste_piece(paste, "hex", paste->line, cursor_of(NULL, 0));
    paste_add_gathered(&pasted, &alone);
    paste_tell(paste, &pasted);
    return true;
}

/* HEX that stands in the line; a cell of a table before it may tell its port. */
static struct pasted piece_of_row(const struct paste *paste, struct cursor line, struct cursor hex)
{
    struct pasted pasted = paste_piece(paste, "hex", paste->line, cursor_of(NULL, 0));
    struct paste_port column;
    if (pasted.service.port == 0 && paste_find_column(cursor_part(line, 0, (size_t)(hex.at - line.at)),
                                                      paste_knows_port, paste->asker.ports, &column))
        pasted.service.port = (uint16_t)column.port;
    return pasted;
}

/* A long word of HEX among others that are none of it: each that is whole messages, or may be one with hidden digits. */
static bool take_words(struct paste *paste, struct cursor line, bool may_be_hidden)
{
    struct cursor rest = line, word;
    bool is_found = false;
    for (unsigned tries = 0; tries < WORDS_TRIED && paste_find_hex(&rest, &word); tries++) {
        struct gathered alone = paste_scratch(paste);
        if (word.left + 4 >= line.left || !paste_hex_line(word, &alone) || alone.has_half)
            continue;
        bool is_whole = paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length));
        if (!is_whole && (alone.hidden_digits == 0 || !may_be_hidden))
            continue;
        if (!is_found)
            paste_finish(paste);
        struct pasted pasted = paste_piece(paste, "hex", paste->line, cursor_of(NULL, 0));
        struct paste_port column;
        if (pasted.service.port == 0 && paste_find_column(cursor_part(line, 0, (size_t)(word.at - line.at)),
                                                          paste_knows_port, paste->asker.ports, &column))
            pasted.service.port = (uint16_t)column.port;
        paste_add_gathered(&pasted, &alone);
        paste_tell(paste, &pasted);
        is_found = true;
    }
    return is_found;
}

/* "78780d01[imei]0001…", "78780d01<redacted>0001…": as many digits as an id often has, hidden. */
static bool take_placeholder(struct paste *paste, struct cursor line)
{
    static const char *const ids[] = { "****************", "******************************" };
    char memory[2048];
    struct cursor word, rest;
    size_t at;
    if (line.left >= sizeof(memory) / 2 || !paste_find_placeholder(line, &at, &word))
        return false;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct buffer text = buffer_on(memory, sizeof(memory));
        rest = cursor_part(line, at + word.left, line.left);
        buffer_put_cursor(&text, cursor_part(line, 0, at));
        buffer_put_text(&text, ids[i]);
        buffer_put_cursor(&text, rest);
        struct gathered alone = paste_scratch(paste);
        size_t length;
        if (!paste_hex_line(buffer_cursor(&text), &alone) || alone.has_half ||
            paste_claim(&paste->asker, cursor_of(alone.bytes, alone.length), true, &length) < CLAIM_LIKELY ||
            length != alone.length)
            continue;
        struct pasted pasted = paste_piece(paste, "hex", paste->line, cursor_of(NULL, 0));
        paste_add_gathered(&pasted, &alone);
        paste_tell(paste, &pasted);
        return true;
    }
    return false;
}

/* A request goes on over the next lines. */
bool paste_take_http(struct paste *paste, struct cursor line)
{
    struct gathered *gathered = &paste->gathered;
    struct cursor text = cursor_trim(line);
    size_t at;
    /* curl -v: ours begin so, the server's with '<' */
    if (CURSOR_STARTS(text, "> ") && !cursor_skip(&text, 2))
        return false;
    if (paste->gathering == GATHER_HTTP && (cursor_is(text, ">") || CURSOR_STARTS(text, "< HTTP/"))) {
        paste_finish(paste);
        return true;
    }
    bool is_first =
        (CURSOR_STARTS(text, "GET ") || CURSOR_STARTS(text, "POST ") || CURSOR_STARTS(text, "PUT ")) &&
        cursor_find_text(text, " HTTP/1.", &at) && !cursor_find_text(text, "\\r\\n", &at);
    if (is_first) {
        paste_finish(paste);
        paste_start(paste, GATHER_HTTP, "http");
    } else if (paste->gathering != GATHER_HTTP) {
        return false;
    }
    if (text.left + 2 > gathered->size - gathered->length)
        return false;
    if (text.left > 0)
        memcpy(gathered->bytes + gathered->length, text.at, text.left);
    gathered->length += text.left;
    memcpy(gathered->bytes + gathered->length, "\r\n", 2);
    gathered->length += 2;
    return true;
}

/* ---- what only a claim can tell ---- */

static bool take_found(struct paste *paste, struct cursor line,
                       bool (*take)(struct cursor *rest, struct buffer *out), const char *source)
{
    struct cursor rest = line;
    bool is_found = false;
    for (unsigned tries = 0; tries < WORDS_TRIED; tries++) {
        struct buffer out = buffer_on(paste->other, sizeof(paste->other));
        if (!take(&rest, &out))
            break;
        is_found = paste_tell_if(paste, source, buffer_cursor(&out), CLAIM_LIKELY) || is_found;
    }
    return is_found;
}

/* A string inside of another: JSON of Python's bytes. */
static bool take_twice(struct paste *paste, struct cursor line)
{
    struct buffer once = buffer_on(paste->bytes, sizeof(paste->bytes));
    size_t at;
    if (!cursor_find_text(line, "\\\\", &at) || !paste_take_string(&line, &once))
        return false;
    struct cursor inner = buffer_cursor(&once);
    if (CURSOR_ENDS(inner, "'") || CURSOR_ENDS(inner, "\""))
        inner.left--;
    return take_found(paste, inner, paste_take_string, "string");
}

/* A run of bytes among other things. is_part: something else stands beside it, too, and it is nothing but messages. */
static bool take_pairs(struct paste *paste, struct cursor line, bool is_part)
{
    struct cursor rest = line, run;
    bool is_found = false;
    for (unsigned tries = 0; tries < WORDS_TRIED && !is_found && paste_find_pairs(&rest, &run); tries++) {
        struct gathered alone = paste_scratch(paste);
        if ((is_part && run.left + 4 > line.left) || !paste_hex_line(run, &alone) ||
            (is_part && !paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length))))
            continue;
        if (is_part) {
            paste_finish(paste);
            struct pasted pasted = piece_of_row(paste, line, run);
            paste_add_gathered(&pasted, &alone);
            paste_tell(paste, &pasted);
            return true;
        }
        is_found = paste_tell_if(paste, "hex", cursor_of(alone.bytes, alone.length), CLAIM_LIKELY);
    }
    return is_found;
}

/* A word of HEX that is no whole message. */
static bool take_part(struct paste *paste, struct cursor line)
{
    struct cursor rest = line, word;
    while (paste_find_hex(&rest, &word)) {
        struct gathered alone = paste_scratch(paste);
        size_t length;
        if (!paste_hex_line(word, &alone) ||
            paste_claim(&paste->asker, cursor_of(alone.bytes, alone.length), true, &length) < CLAIM_LIKELY)
            continue;
        struct pasted pasted = paste_piece(paste, "hex", paste->line, cursor_of(NULL, 0));
        paste_add_gathered(&pasted, &alone);
        pasted.is_cut = pasted.is_cut || CURSOR_STARTS(rest, "...");
        paste_tell(paste, &pasted);
        return true;
    }
    return false;
}

/* ---- all of them ---- */

/* What is text may look like HEX with hidden digits: "…01#20518#…". */
static bool take_hidden(struct paste *paste, struct cursor line)
{
    struct gathered alone = paste_scratch(paste);
    struct cursor rest = line, word;
    if (paste_hex_line(line, &alone) && cursor_count_hex(line) > 0)
        return false;
    bool is_hidden = false;
    while (!is_hidden && paste_find_hex(&rest, &word)) {
        alone = paste_scratch(paste);
        is_hidden = paste_hex_line(word, &alone) && alone.hidden_digits > 0;
    }
    if (!is_hidden)
        return false;
    paste_finish(paste);
    return paste_take_text(paste, line) || take_words(paste, line, true);
}

static bool guess(struct paste *paste, struct cursor line)
{
    size_t at;
    if (cursor_find_text(line, "://", &at) && paste_take_address(paste, line))
        return true;
    return take_placeholder(paste, line) || take_found(paste, line, paste_take_string, "string") ||
           take_twice(paste, line) || paste_take_text(paste, line) || paste_take_address(paste, line) ||
           take_found(paste, line, paste_take_percents, "string") ||
           take_found(paste, line, paste_take_numbers, "decimal") || take_pairs(paste, line, false) ||
           take_part(paste, line) || take_found(paste, line, paste_take_base64, "base64");
}

bool paste_take_message(struct paste *paste, struct cursor line)
{
    size_t cost = paste->cost;
    bool may_guess = paste->effort < PASTE_EFFORT;
    if ((may_guess && (take_stripped(paste, line) || paste_take_heartbeat(paste, line) ||
                       paste_take_hexlike(paste, line) || take_words(paste, line, false) ||
                       take_pairs(paste, line, true) || take_hidden(paste, line))) ||
        paste_take_hex(paste, line))
        return true;
    paste_finish(paste);
    if (!paste_may_guess(paste))
        return false;
    bool is_found = guess(paste, line);
    if (!is_found)
        paste->effort += paste->cost - cost;
    return is_found;
}
