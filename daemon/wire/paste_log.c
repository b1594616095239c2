/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of Traccar's log in a paste, in every form, with what people did to them. Used by paste. */
#include "base/siphash.h"
#include "protocol/registry.h"
#include "wire/logline.h"
#include "wire/paste_state.h"
#include "wire/paste_text.h"

enum { TEXT_MAX = 8192, TEXT_COST = 8 /* bytes that cost as much as one of a claim */, LOG_HEX_LEAST = 8 };

static uint64_t hash_of(struct cursor one, struct cursor other, bool is_udp)
{
    static const struct siphash_key key = { { 1, 2 } };
    return siphash(&key, one) ^ (is_udp || one.left == 0 ? siphash(&key, other) : 0);
}

/* The brackets of a data line may stand anywhere: people leave out what is before them. */
static bool find_data(struct paste *paste, struct cursor line, struct logline *out)
{
    static const char prefix[] = "2000-01-01 00:00:00  INFO: ";
    char memory[TEXT_MAX];
    struct cursor rest = line;
    size_t at;
    if (logline_parse(line, out))
        return true;
    while (cursor_find(rest, '[', &at) && cursor_skip(&rest, at) && paste_may_guess(paste)) {
        size_t n = rest.left < sizeof(memory) - sizeof(prefix) ? rest.left : sizeof(memory) - sizeof(prefix);
        memcpy(memory, prefix, sizeof(prefix) - 1);
        memcpy(memory + sizeof(prefix) - 1, rest.at, n);
        struct logline bare;
        if (logline_parse(cursor_of(memory, n + sizeof(prefix) - 1), &bare) && bare.kind == LOGLINE_DATA) {
            /* what it borrows stands in the line itself as well */
            ptrdiff_t move = rest.at - (const uint8_t *)memory - (ptrdiff_t)(sizeof(prefix) - 1);
            *out = bare;
            out->has_time = false;
            struct cursor *const parts[] = { &out->session, &out->protocol, &out->peer, &out->data };
            for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
                if (parts[i]->at)
                    parts[i]->at += move;
            }
            out->data.left = (size_t)(line.at + line.left - out->data.at);
            return true;
        }
        paste->effort += n / TEXT_COST;
        if (!cursor_skip(&rest, 1))
            break;
    }
    return false;
}

static const struct protocol *protocol_of(struct cursor name)
{
    char text[32];
    cursor_copy_text(name, text, sizeof(text));
    return name.left > 0 ? registry_find(text) : NULL;
}

/* The HEX in front of what else was copied with it; empty: it is none. Digits may be an id in a text, too. */
static struct cursor hex_of(struct cursor data, bool says_hex)
{
    size_t n = paste_count_hex(data);
    struct cursor behind = cursor_part(data, n, data.left);
    bool is_end = behind.left == 0 || cursor_is(behind, "|") || cursor_is(behind, " |") ||
                  (n % 2 == 0 && behind.at[0] != '\0' && strchr(" \\\"<'`)]>$.", behind.at[0]));
    return cursor_part(data, 0, says_hex || (n >= LOG_HEX_LEAST && is_end) ? n : 0);
}

/* Whole, or as far as it is HEX. */
static bool take_log_hex(struct gathered *gathered, struct cursor data, bool says_hex)
{
    struct cursor hex = hex_of(data, says_hex);
    /* a few digits, and the line was broken behind them */
    if (data.left < LOG_HEX_LEAST && paste_count_hex(data) == data.left) {
        paste_add_digits(data, gathered);
        return true;
    }
    bool is_spaced = data.left > 8 && cursor_count_hex(data) == 2 && data.at[2] == ' ';
    if ((says_hex || is_spaced || hex.left == data.left) && paste_hex_line(data, gathered))
        return true;
    struct cursor behind = cursor_part(data, hex.left, data.left);
    gathered->is_cut =
        CURSOR_STARTS(behind, ">") || CURSOR_STARTS(behind, "$") || CURSOR_STARTS(behind, "...");
    return hex.left > 0 && paste_hex_line(hex, gathered);
}

/* What closes the string or the tag that a line with text stood in is no part of its message. */
static void trim_text(struct paste *paste, struct cursor data)
{
    struct gathered *gathered = &paste->gathered;
    struct cursor bytes = cursor_of(gathered->bytes, gathered->length);
    size_t framed;
    if (paste_count_hex(data) == data.left || paste_claim(&paste->asker, bytes, true, &framed) < CLAIM_LIKELY)
        return;
    struct cursor behind = cursor_part(bytes, framed, bytes.left);
    if (paste_is_closing(behind) || CURSOR_STARTS(behind, "\""))
        gathered->length = framed;
}

bool paste_take_log(struct paste *paste, struct cursor line)
{
    struct logline log;
    if (!find_data(paste, line, &log))
        return false;
    paste_finish(paste);
    if (log.kind == LOGLINE_VERSION)
        paste->tells_text = logline_version_tells_text(log.detail);
    if (log.kind != LOGLINE_DATA)
        return true;
    struct gathered *gathered = &paste->gathered;
    paste_start(paste, GATHER_LOG, "traccar-log");
    log.data = paste_untagged(cursor_trim(log.data));
    bool is_read = log.data.left == 0 || take_log_hex(gathered, log.data, log.says_hex);
    if (!is_read || (paste->tells_text && !log.says_hex && log.data.left > 0))
        is_read =
            logline_bytes(&log, paste->tells_text, paste->bytes, sizeof(paste->bytes), &gathered->length);
    trim_text(paste, log.data);
    bool is_udp = log.has_transport && log.transport == TRANSPORT_UDP;
    paste->log = (struct pasted){ .source = "traccar-log",
                                  .line = paste->line,
                                  .service = { is_udp ? TRANSPORT_UDP : TRANSPORT_TCP, log.port },
                                  .has_transport = log.has_transport,
                                  .told = protocol_of(log.protocol),
                                  .peer = log.peer,
                                  .is_out = log.is_out,
                                  .conversation = hash_of(log.session, log.peer, is_udp) };
    if (paste->log.told)
        paste->log.service.port = ports_of(paste->asker.ports, paste->log.told);
    if (!is_read)
        paste->gathering = GATHER_NOTHING;
    return true;
}

/* Is what was gathered complete, or the line a message for itself? */
static bool is_apart(struct paste *paste, struct cursor hex)
{
    const struct gathered *gathered = &paste->gathered;
    struct gathered alone = paste_scratch(paste);
    size_t cost = paste->cost;
    if (gathered->length == 0 && !gathered->has_half)
        return false;
    if (gathered->length > 0 && !gathered->has_half &&
        paste_is_whole(&paste->asker, cursor_of(gathered->bytes, gathered->length)))
        return true;
    if (paste_hex_line(hex, &alone) && !alone.has_half &&
        paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length)))
        return true;
    paste->effort += paste->cost - cost;
    return false;
}

/* The text of a log's line that was broken goes on, or begins here. */
static bool take_more_text(struct paste *paste, struct cursor more)
{
    struct gathered *gathered = &paste->gathered;
    size_t length = gathered->length, framed;
    if (gathered->has_half || gathered->hidden_digits > 0 || more.left > gathered->size - length ||
        paste_claim(&paste->asker, cursor_of(gathered->bytes, length), false, &framed) != CLAIM_NO)
        return false;
    enum claim before = paste_claim(&paste->asker, cursor_of(gathered->bytes, length), true, &framed);
    bool is_whole = length > 0 &&
                    (paste_is_words(more) || paste_claim(&paste->asker, more, true, &framed) >= CLAIM_LIKELY);
    memcpy(gathered->bytes + length, more.at, more.left);
    memset(gathered->hidden + length, 0, more.left);
    enum claim after =
        paste_claim(&paste->asker, cursor_of(gathered->bytes, length + more.left), true, &framed);
    if (is_whole || after == CLAIM_NO || after < before || framed <= length)
        return false;
    gathered->length += more.left;
    return true;
}

/* The data of a log's line that was broken go on. */
bool paste_take_more_log(struct paste *paste, struct cursor line)
{
    struct gathered *gathered = &paste->gathered;
    struct cursor hex = cursor_trim(line);
    size_t n = paste_count_hex(hex);
    if (paste->gathering != GATHER_LOG || hex.left == 0 || paste->line - paste->log.line >= PASTE_LINES ||
        hex.left >= gathered->size - gathered->length || !paste_may_guess(paste))
        return false;
    if (n == 0 || !paste_is_closing(cursor_part(hex, n, hex.left)))
        return take_more_text(paste, hex);
    if (is_apart(paste, cursor_part(hex, 0, n)))
        return false;
    paste_add_digits(cursor_part(hex, 0, n), gathered);
    return true;
}
