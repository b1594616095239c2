/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in a paste that are text: alone in a line, in a sentence, in quotation marks, broken. Used by paste. */
#include "wire/paste_found.h"
#include "wire/paste_state.h"
#include "wire/paste_text.h"

enum { HEADS_TRIED = 32, CUTS_TRIED = 12, SHORTEST = 8 };

/* The text as bytes, in one of the ways it may have been written. */
enum { AS_IT_STANDS, WITHOUT_HIDING, WITHOUT_MARK, STRICT_WAYS, WITHOUT_BLANKS = STRICT_WAYS, TEXT_WAYS };

/* The ways that are tried. */
struct ways {
    unsigned first, end;
};

static const struct ways all = { AS_IT_STANDS, TEXT_WAYS }, strict = { AS_IT_STANDS, STRICT_WAYS },
                         loose = { WITHOUT_BLANKS, TEXT_WAYS };

static enum claim claim_text(struct paste *paste, struct cursor text, unsigned way, struct pasted *pasted,
                             size_t *framed)
{
    *pasted = paste_piece(paste, "text", paste->line, cursor_of(NULL, 0));
    size_t length = paste_unquoted(text, paste->bytes, sizeof(paste->bytes) - 2);
    if (way == WITHOUT_HIDING && (pasted->hidden_digits = paste_unhidden(paste->bytes, paste->hidden, &length,
                                                                         sizeof(paste->bytes))) == 0)
        return CLAIM_NO;
    pasted->hidden = pasted->hidden_digits > 0 ? paste->hidden : NULL;
    if (way == WITHOUT_MARK) {
        bool is_cut = text.left > 20 && (text.at[text.left - 1] == '>' || text.at[text.left - 1] == '$') &&
                      text.at[0] != '<' && text.at[0] != '>' && text.at[0] != '$';
        if (!is_cut)
            return CLAIM_NO;
        pasted->is_cut = true;
        length--;
    }
    if (way == WITHOUT_BLANKS) {
        size_t spaced = length;
        if ((length = paste_unspaced(paste->bytes, length)) == spaced)
            return CLAIM_NO;
    }
    pasted->bytes = cursor_of(paste->bytes, length);
    return paste_claim(&paste->asker, pasted->bytes, true, framed);
}

/* Where the messages at the start of the text end, if only words stand behind them; else where the text ends. */
static size_t find_end_of_messages(struct paste *paste, struct cursor text, size_t framed)
{
    struct cursor rest = text;
    size_t length = framed;
    enum claim claim = CLAIM_NO;
    do {
        if (!cursor_skip(&rest, length) || rest.left == 0)
            return text.left;
        claim = paste_claim(&paste->asker, rest, true, &length);
    } while (claim >= CLAIM_LIKELY);
    bool is_apart = rest.at[0] != '\0' && strchr(" \t\"'`)]}.,;!?", rest.at[0]);
    return is_apart && claim == CLAIM_NO ? text.left - rest.left : text.left;
}

static bool has_digit(struct cursor text)
{
    for (size_t i = 0; i < text.left; i++) {
        if (cursor_is_digit(text.at[i]))
            return true;
    }
    return false;
}

/* May it be a message, where the text with words behind it is none? */
static bool is_plausible(struct cursor part)
{
    size_t digits = 0, marks = 0;
    for (size_t i = 0; i < part.left; i++) {
        digits += cursor_is_digit(part.at[i]);
        marks += part.at[i] != '\0' && strchr(",;:=#$*(&|{[<>", part.at[i]);
    }
    return digits > 0 && (marks > 0 || digits >= SHORTEST);
}

static bool is_of_word(uint8_t byte)
{
    return cursor_is_digit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* Without the mark that ends a sentence. */
static struct cursor without_stop(struct cursor text)
{
    bool is_stop = text.left > 1 && strchr(".,:;!?", text.at[text.left - 1]);
    return is_stop ? cursor_part(text, 0, text.left - 1) : text;
}

/* May a message end before the byte: a blank, the mark that closes a quotation, a tag? */
static bool may_end(struct cursor text, size_t at)
{
    uint8_t byte = text.at[at], next;
    if (byte == '<')
        return cursor_u8_at(text, at + 1, &next) && (next == '/' || (next | 0x20) >= 'a');
    return byte != '\0' && strchr(" \t\"'`\\", byte);
}

/* A message that only the end of its line ends, in a sentence or in quotation marks: the text up to where it says most. What it
 * says no better is left on: many a message has blanks. *weighs: 0 where it is no message. */
static struct cursor without_words(struct paste *paste, struct cursor text, unsigned *weighs)
{
    size_t framed;
    unsigned full = paste_weigh(&paste->asker, text, &framed), best = full;
    /* an end of its own; one inside of a word is none */
    bool is_ended =
        full >= CLAIM_CERTAIN * PASTE_WEIGHT && framed < text.left && !is_of_word(text.at[framed]);
    size_t lead = full > 0 ? paste_find_lead(&paste->asker, text) : 0;
    if (lead > 0)
        return without_words(paste, cursor_part(text, lead, text.left), weighs);
    struct cursor found = text;
    unsigned tries = full == 0 ? 2 : CUTS_TRIED;
    for (size_t i = SHORTEST; i <= text.left && tries > 0 && !is_ended; i++) {
        if (i < text.left && !may_end(text, i))
            continue;
        struct cursor part = cursor_trim(cursor_part(text, 0, i));
        tries--;
        if (full == 0 && !is_plausible(part))
            continue;
        unsigned weight = i < text.left ? paste_weigh(&paste->asker, part, &framed) : full;
        if (weight < CLAIM_LIKELY * PASTE_WEIGHT && without_stop(part).left < part.left) {
            part = without_stop(part);
            weight = paste_weigh(&paste->asker, part, &framed);
        }
        struct cursor behind = cursor_part(text, i, text.left);
        bool is_apart = paste_is_words(behind) || paste_is_closing(behind);
        bool is_same = weight == best && weight > 0 && found.left == text.left && i < text.left && is_apart;
        bool is_better = weight > best && (is_apart || full < CLAIM_LIKELY * PASTE_WEIGHT);
        if (is_better || is_same) {
            best = weight;
            found = part;
        }
    }
    *weighs = best;
    return found;
}

/* Is the text a message? What is not at its end may go on in the next line. */
static bool try_text(struct paste *paste, struct cursor text, enum claim least, struct ways ways)
{
    size_t at;
    unsigned weight = 1;
    /* an object tells its own end */
    if (has_digit(text) && ways.first == AS_IT_STANDS && text.at[0] != '{')
        text = without_words(paste, text, &weight);
    /* this way it was tried */
    if (weight == 0 && !cursor_find(text, '\\', &at))
        ways.first++;
    struct pasted pasted;
    size_t framed, length;
    enum claim best = CLAIM_NO;
    unsigned way = ways.first;
    for (unsigned i = ways.first; i < ways.end && best < CLAIM_LIKELY; i++) {
        enum claim claim = claim_text(paste, text, i, &pasted, &framed);
        way = claim > best ? i : way;
        best = claim > best ? claim : best;
    }
    if (best < least || best == CLAIM_NO || claim_text(paste, text, way, &pasted, &framed) < best)
        return false;
    if (paste_is_closing(cursor_part(pasted.bytes, framed, pasted.bytes.left)))
        pasted.bytes.left = framed;
    else if (best >= CLAIM_LIKELY)
        pasted.bytes.left = find_end_of_messages(paste, pasted.bytes, framed);
    if (!pasted.is_cut && paste_claim(&paste->asker, pasted.bytes, false, &length) == CLAIM_NO) {
        paste_start(paste, GATHER_TEXT, "text");
        paste->gathered.length = pasted.bytes.left;
        paste->gathered.hidden_digits = pasted.hidden_digits;
        return true;
    }
    paste_tell(paste, &pasted);
    return true;
}

static bool take_in_ways(struct paste *paste, struct cursor line, struct ways ways)
{
    struct cursor rest = paste_undressed(line), marked = cursor_trim(line), quoted = paste_quoted(marked);
    if (rest.left < 4)
        return false;
    /* a '>' that is no mail's */
    if ((CURSOR_STARTS(marked, ">") && try_text(paste, marked, CLAIM_LIKELY, ways)) ||
        (CURSOR_STARTS(quoted, ">") && try_text(paste, quoted, CLAIM_LIKELY, ways)))
        return true;
    if (try_text(paste, rest, CLAIM_POSSIBLE, ways))
        return true;
    for (unsigned tries = 0; tries < HEADS_TRIED; tries++) {
        size_t n = 1;
        while (n < rest.left && !paste_may_begin(rest.at[n - 1], rest.at[n]))
            n++;
        if (n >= rest.left || !cursor_skip(&rest, n))
            return false;
        struct cursor text = paste_undressed(rest);
        if ((CURSOR_STARTS(rest, ">") && try_text(paste, rest, CLAIM_LIKELY, ways)) ||
            (text.left >= SHORTEST && try_text(paste, text, CLAIM_LIKELY, ways)))
            return true;
    }
    return false;
}

/* Is the text proven without its blanks, and not with them? */
static bool is_better_without_blanks(struct paste *paste, struct cursor text)
{
    struct cursor bytes = cursor_of(paste->bytes, 0);
    size_t length;
    if (text.left > sizeof(paste->bytes) ||
        paste_weigh(&paste->asker, text, &length) >= CLAIM_CERTAIN * PASTE_WEIGHT)
        return false;
    memcpy(paste->bytes, text.at, text.left);
    bytes.left = paste_unspaced(paste->bytes, text.left);
    return paste_weigh(&paste->asker, bytes, &length) >= CLAIM_CERTAIN * PASTE_WEIGHT;
}

/* Words may stand before the message: "it sends *HQ,…#". Blanks are taken out of it only where it is none with them. */
bool paste_take_text(struct paste *paste, struct cursor line)
{
    bool has_blanks = false;
    for (size_t i = 1; i < line.left && !has_blanks; i++)
        has_blanks = line.at[i] == ' ' && strchr(",:;=|&/", line.at[i - 1]);
    /* blanks that somebody put behind its commas would cut it */
    if (has_blanks && is_better_without_blanks(paste, paste_undressed(line)) &&
        take_in_ways(paste, line, loose))
        return true;
    return take_in_ways(paste, line, strict) || (has_blanks && take_in_ways(paste, line, loose));
}

/* Nothing but digits of HEX? */
static bool is_bare_hex(struct cursor text)
{
    return cursor_count_hex(text) == text.left;
}

/* Behind a message: nothing of weight, or others. */
static bool is_end_or_more(struct paste *paste, struct cursor text)
{
    size_t framed;
    while (!paste_is_closing(text)) {
        if (paste_claim(&paste->asker, text, true, &framed) < CLAIM_LIKELY || !cursor_skip(&text, framed))
            return false;
    }
    return true;
}

static bool try_hexlike(struct paste *paste, struct cursor text)
{
    size_t framed;
    enum claim claim = paste_claim(&paste->asker, text, true, &framed);
    if (claim < (is_bare_hex(text) ? CLAIM_CERTAIN : CLAIM_LIKELY) ||
        !is_end_or_more(paste, cursor_part(text, framed, text.left)))
        return false;
    paste_finish(paste);
    return try_text(paste, text, claim, all);
}

/* A line that can be read as HEX, or holds some, and makes sense only as the text it is: "1010000001,20260201080910,19.09,…". */
bool paste_take_hexlike(struct paste *paste, struct cursor line)
{
    struct gathered alone = paste_scratch(paste);
    struct cursor rest = line, word, quoted = paste_quoted(line);
    bool is_hex = paste_hex_line(line, &alone);
    if (is_hex ? paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length))
               : !paste_find_hex(&rest, &word))
        return false;
    return try_hexlike(paste, paste_undressed(line)) ||
           (is_hex && quoted.left < line.left && try_hexlike(paste, quoted));
}

/* The rest of a text that was broken. */
bool paste_take_more_text(struct paste *paste, struct cursor line)
{
    struct gathered *gathered = &paste->gathered;
    struct cursor more = cursor_trim(line);
    size_t before, length = gathered->length, alone, framed;
    if (paste->gathering != GATHER_TEXT || paste_is_closing(more) || paste_is_words(more) ||
        more.left > gathered->size - length || paste_claim(&paste->asker, more, true, &alone) >= CLAIM_LIKELY)
        return false;
    enum claim claim = paste_claim(&paste->asker, cursor_of(gathered->bytes, length), true, &before);
    memcpy(gathered->bytes + length, more.at, more.left);
    memset(gathered->hidden + length, 0, more.left);
    if (paste_claim(&paste->asker, cursor_of(gathered->bytes, length + more.left), true, &framed) < claim ||
        framed <= length)
        return false;
    gathered->length += more.left;
    return true;
}

/* "359586015829802;", a heartbeat, looks like HEX; a word and a colon may stand before it. */
bool paste_take_heartbeat(struct paste *paste, struct cursor line)
{
    struct cursor text = cursor_trim(line), label;
    size_t at;
    if (cursor_find_text(text, ": ", &at) && !cursor_take(&text, at + 1, &label))
        return false;
    text = paste_undressed(text);
    if (text.left < 2 || !CURSOR_ENDS(text, ";") || !paste_is_imei(cursor_part(text, 0, text.left - 1)))
        return false;
    paste_finish(paste);
    return try_text(paste, text, CLAIM_POSSIBLE, strict);
}
