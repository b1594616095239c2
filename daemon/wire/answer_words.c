/* SPDX-License-Identifier: Apache-2.0 */
/* Words the four parts of an answer. Called by answer, which lays them out as text or as JSON. */
#include "wire/answer_words.h"

#include <math.h>
#include <stdio.h>

enum { DAY = 86400, ROLL_OVER = 1024 * 7 * DAY, ID_TEXT = DEVICE_MAX };

static const struct mark *mark_named(const struct marks *marks, const char *name)
{
    for (size_t i = 0; i < marks->count; i++) {
        if (strcmp(marks->list[i].name, name) == 0)
            return &marks->list[i];
    }
    return NULL;
}

void answer_put_understood(struct buffer *out, const struct answer_case *matter)
{
    const struct pasted *pasted = matter->pasted;
    static const char *const names[][2] = {
        { "traccar-log", "a line of Traccar's log" },
        { "tcpdump", "tcpdump's dump" },
        { "wireshark", "Wireshark's dump" },
        { "xxd", "xxd's dump" },
        { "hexdump", "hexdump's dump" },
        { "od", "od's dump" },
        { "hex", "HEX" },
        { "text", "text" },
        { "http", "an HTTP request" },
        { "string", "a string of a program" },
        { "decimal", "decimal numbers" },
    };
    const char *name = pasted->source;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        name = strcmp(names[i][0], pasted->source) == 0 ? names[i][1] : name;
    buffer_printf(out, "%s (line %u)", name, pasted->line);
    if (pasted->service.port != 0)
        buffer_printf(out, ", %s %u", transport_name(pasted->service.transport), pasted->service.port);
    if (pasted->told)
        buffer_printf(out, " (the log says %s)", pasted->told->name);
    buffer_printf(out, ", %zu byte%s", pasted->bytes.left, pasted->bytes.left == 1 ? "" : "s");
    if (pasted->hidden_digits > 0)
        buffer_printf(out, "; %zu hidden digit%s taken for 0", pasted->hidden_digits,
                      pasted->hidden_digits == 1 ? "" : "s");
    if (pasted->mended > 0)
        buffer_printf(out, "; %zu letter%s taken for a digit (O for 0, l for 1)", pasted->mended,
                      pasted->mended == 1 ? "" : "s");
    if (pasted->foreign > 0)
        buffer_printf(out, "; %zu character%s of another alphabet in the paste read as Latin",
                      pasted->foreign, pasted->foreign == 1 ? "" : "s");
    if (pasted->is_beheaded)
        buffer_put_text(out, "; its beginning is missing");
    if (pasted->is_cut)
        buffer_put_text(out, "; cut off at the end");
}

void answer_put_protocol(struct buffer *out, const struct answer_case *matter)
{
    const struct identity *identity = matter->identity;
    if (identity->candidate_count == 0) {
        if (identity->kind)
            buffer_printf(out, "none of a tracker's: this is %s", identity->kind);
        else if (matter->pasted->is_beheaded)
            buffer_put_text(out, "cannot be told without the beginning. Copy the whole line");
        else
            buffer_put_text(out, "not known. Ask the seller for the device's protocol, and show this HEX in "
                                 "the Traccar forum");
        return;
    }
    for (size_t i = 0; i < identity->candidate_count; i++)
        buffer_printf(out, "%s%s", i > 0 ? " or " : "", identity->candidates[i]->name);
    const struct mark *check = mark_named(matter->marks, "checksum");
    buffer_printf(out, " %s, %s (", identity->reading.type, claim_name(identity->certainty));
    if (check && check->is_wrong && matter->pasted->hidden_digits > 0)
        buffer_put_text(out, "head and length fit; its checksum cannot be tried with digits hidden");
    else if (check && check->is_wrong)
        buffer_printf(out, "head and length fit, checksum %s", check->value);
    else if (identity->certainty == CLAIM_CERTAIN)
        buffer_put_text(out, check                                       ? "its checksum is right"
                             : cursor_is_text(identity->reading.message) ? "the whole grammar fits"
                                                                         : "length, head and content fit");
    else
        buffer_put_text(out,
                        identity->certainty == CLAIM_LIKELY ? "its shape fits" : "only its first bytes fit");
    buffer_put_u8(out, ')');
}

static void put_ports(struct buffer *out, const struct answer_case *matter)
{
    const struct identity *identity = matter->identity;
    for (size_t i = 0; i < identity->candidate_count; i++) {
        uint16_t inside = ports_of(matter->ports, identity->candidates[i]);
        uint16_t outside = ports_outside(matter->ports, inside), port = outside != 0 ? outside : inside;
        const char *over = identity->candidates[i]->transports == OVER_UDP ? " (UDP only)" : "";
        buffer_printf(out, "%s%u%s", i > 0 ? ", or " : "", port, over);
        if (identity->candidate_count > 1)
            buffer_printf(out, " for %s", identity->candidates[i]->name);
    }
}

void answer_put_port(struct buffer *out, const struct answer_case *matter)
{
    const struct identity *identity = matter->identity;
    unsigned port = matter->pasted->service.port;
    switch (identity->verdict) {
    case VERDICT_OK:
        buffer_printf(out, "%u is right", port);
        return;
    case VERDICT_WRONG_TRANSPORT:
        buffer_printf(out, "%u is right, but Traccar takes it over %s only: set the device to %s", port,
                      identity->candidates[0]->transports & OVER_TCP ? "TCP" : "UDP",
                      identity->candidates[0]->transports & OVER_TCP ? "TCP" : "UDP");
        return;
    case VERDICT_WRONG_PORT:
        if (identity->right_port == 0 && ports_off(matter->ports, identity->candidates[0]) == PORTS_TOO_NEW)
            buffer_printf(out, "%u is wrong, and this Traccar (version %s) does not know %s: update it", port,
                          ports_version(matter->ports), identity->candidates[0]->name);
        else if (identity->right_port == 0)
            buffer_printf(out, "%u is wrong, and this Traccar has %s switched off: switch it on", port,
                          identity->candidates[0]->name);
        else {
            buffer_printf(out, "%u is WRONG: set the device to ", port);
            put_ports(out, matter);
        }
        return;
    case VERDICT_NONE:
        if (identity->candidate_count > 0) {
            buffer_put_text(out, "set the device to ");
            put_ports(out, matter);
            return;
        }
        break;
    default:
        break;
    }
    buffer_put_text(out, "cannot be told");
}

/* The id with '*' for digits that were hidden in the paste. Returns how many there are. */
static size_t hide_again(const struct pasted *pasted, const struct identity *identity,
                         const struct marks *marks, char id[static ID_TEXT])
{
    const struct mark *mark = mark_named(marks, "device");
    size_t length = strlen(id), hidden = 0;
    if (!pasted->hidden || !mark || !identity->reading.device[0])
        return 0;
    size_t start = (size_t)(identity->reading.message.at - pasted->bytes.at) + mark->offset;
    bool is_text = mark->length == length;
    size_t digits = is_text ? mark->length : 2 * mark->length;
    if (start + mark->length > pasted->bytes.left)
        return 0;
    for (size_t i = 0; i < length && i < digits; i++) {
        size_t nibble = digits - 1 - i; /* from the end: leading zeros may have been dropped */
        uint8_t flags = pasted->hidden[start + (is_text ? nibble : nibble / 2)];
        bool is_hidden = is_text ? flags != 0 : flags & (nibble % 2 ? 1 : 2);
        if (!is_hidden)
            continue;
        id[length - 1 - i] = '*';
        hidden++;
    }
    return hidden;
}

/* Letters of other alphabets: nothing that moves, hides or joins what stands beside it. */
static bool is_letter(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } letters[] = { { 0xc0, 0x24f },    { 0x370, 0x373 },   { 0x386, 0x3ff },   { 0x400, 0x481 },
                    { 0x48a, 0x52f },   { 0x531, 0x556 },   { 0x561, 0x587 },   { 0x5d0, 0x5ea },
                    { 0x621, 0x63a },   { 0x641, 0x64a },   { 0x660, 0x669 },   { 0x6f0, 0x6f9 },
                    { 0x904, 0x939 },   { 0xe01, 0xe30 },   { 0x10d0, 0x10fa }, { 0x1e00, 0x1eff },
                    { 0x3041, 0x3096 }, { 0x30a1, 0x30fa }, { 0x4e00, 0x9fff }, { 0xac00, 0xd7a3 } };
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        if (code >= letters[i].first && code <= letters[i].last)
            return true;
    }
    return false;
}

/* One character of two or three bytes, which are taken; 0: it is none. */
static uint32_t take_letter(struct cursor *text)
{
    uint8_t first, next;
    if (!cursor_u8(text, &first) || first < 0xc2 || first > 0xef)
        return 0;
    unsigned more = first < 0xe0 ? 1 : 2;
    uint32_t code = more == 1 ? first & 0x1f : first & 0x0f;
    for (unsigned i = 0; i < more; i++) {
        if (!cursor_u8(text, &next) || (next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3f);
    }
    return is_letter(code) ? code : 0;
}

/* "\xd0\x90…": what it says, where that is letters. It is on its own behind the id: whatever its direction, it moves nothing. */
static void put_letters(struct buffer *out, const char *id)
{
    uint8_t bytes[ID_TEXT];
    size_t n = 0, at;
    struct cursor rest = cursor_of_text(id), digits;
    uint64_t value;
    if (!cursor_find_text(rest, "\\x", &at))
        return;
    while (rest.left > 0 && n < sizeof(bytes)) {
        bool is_escaped = CURSOR_STARTS(rest, "\\x");
        if (is_escaped && (!cursor_skip(&rest, 2) || !cursor_take(&rest, 2, &digits) ||
                           !cursor_hex(digits, &value) || value < 0x80))
            return;
        if (is_escaped)
            bytes[n++] = (uint8_t)value;
        else if (!cursor_u8(&rest, &bytes[n++]))
            return;
    }
    struct cursor text = cursor_of(bytes, n);
    while (text.left > 0) {
        if (text.at[0] < 0x80 ? !cursor_skip(&text, 1) : take_letter(&text) == 0)
            return;
    }
    buffer_put_text(out, " (");
    buffer_put(out, bytes, n);
    buffer_put_u8(out, ')');
}

void answer_put_id(struct buffer *out, const struct answer_case *matter)
{
    const struct identity *identity = matter->identity;
    char id[ID_TEXT];
    snprintf(id, sizeof(id), "%s", identity->device);
    size_t hidden = hide_again(matter->pasted, identity, matter->marks, id);
    if (identity->reading.device[0]) {
        buffer_printf(out, "register %s", id);
        put_letters(out, id);
        if (id[0] == ' ' || id[strlen(id) - 1] == ' ')
            buffer_put_text(out, " (the blank is a part of it: take it off in the device)");
        if (hidden > 0)
            buffer_printf(out, " with its %zu hidden digit%s", hidden, hidden == 1 ? "" : "s");
    } else if (identity->device[0]) {
        buffer_printf(out, "register %s (told by a message before this one)", id);
    } else if (matter->is_unfinished) {
        buffer_put_text(out, "not in what is here of the message. Copy the whole line, and the login too");
    } else if (identity->candidate_count > 0) {
        buffer_put_text(out, "not in this message: it comes with the login. Paste that too");
    } else {
        buffer_put_text(out, "cannot be told");
    }
}

static void put_age(struct buffer *out, int64_t seconds)
{
    if (seconds < 0)
        buffer_put_text(out, ", in the future");
    else if (seconds < 120)
        buffer_printf(out, ", %lld s ago", (long long)seconds);
    else if (seconds < 7200)
        buffer_printf(out, ", %lld min ago", (long long)seconds / 60);
    else if (seconds < 2 * DAY)
        buffer_printf(out, ", %lld h ago", (long long)seconds / 3600);
    else
        buffer_printf(out, ", %lld days ago", (long long)seconds / DAY);
}

/* What cannot be as it is told; NULL when nothing speaks against it. */
static const char *suspicion(const struct reading *reading, int64_t now)
{
    if (reading->location != LOCATION_VALID)
        return NULL;
    if (reading->has_coordinates && fabs(reading->lat) < 1e-6 && fabs(reading->lon) < 1e-6)
        return "SUSPICIOUS: 0,0 lies in the sea off Africa. Devices send it when they have no place";
    if (!reading->has_time)
        return NULL;
    int64_t age = now - reading->time;
    if (age > ROLL_OVER - 2 * DAY && age < ROLL_OVER + 2 * DAY)
        return "SUSPICIOUS: exactly 1024 weeks old. Its GPS counts weeks wrongly (roll-over): new firmware "
               "is needed";
    if (reading->time < EPOCH_2000)
        return "SUSPICIOUS: a date before 2000. Its clock was not set: it had no fix when it sent this";
    if (age < -DAY)
        return "SUSPICIOUS: dated after now. Its clock is wrong, and Traccar may hide newer positions behind "
               "it";
    return NULL;
}

void answer_put_fix(struct buffer *out, const struct answer_case *matter, const char *before_doubt)
{
    const struct reading *reading = &matter->identity->reading;
    const char *doubt = suspicion(reading, matter->now);
    char time[CALENDAR_TEXT];
    switch (reading->location) {
    case LOCATION_VALID:
        buffer_printf(out, "yes: %.6f %.6f", reading->lat, reading->lon);
        if (reading->has_time) {
            calendar_write(reading->time, -1, time);
            buffer_printf(out, " at %s", time);
            put_age(out, matter->now - reading->time);
        }
        if (doubt)
            buffer_printf(out, "%s%s", before_doubt, doubt);
        break;
    case LOCATION_INVALID:
        buffer_put_text(out, "NO: the device says so. Put it under open sky for 15 minutes");
        if (reading->has_coordinates && (reading->lat != 0 || reading->lon != 0))
            buffer_printf(out, "; the place it names, %.6f %.6f, is an old one or none", reading->lat,
                          reading->lon);
        break;
    case LOCATION_NONE:
        if (matter->is_unfinished) {
            buffer_put_text(out, "cannot be told: the message is cut off. Copy the whole line");
            break;
        }
        buffer_printf(out, "this kind of message (%s) carries no place: look at one that does",
                      reading->type);
        break;
    default:
        buffer_put_text(out, "cannot be told");
        break;
    }
}
