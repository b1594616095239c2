/* SPDX-License-Identifier: Apache-2.0 */
/* Takes lines of Traccar's log apart. Used by the intake that follows the log, and where people paste such lines. */
#include "wire/logline.h"

#include "base/hex.h"
#include "base/reading.h"

enum { SESSION = 8, TIME_TEXT = 19, NAME_LONGEST = 24 };

/* Takes a word off the front. */
static bool take_word(struct cursor *c, const char *word)
{
    return cursor_starts(*c, word, strlen(word)) && cursor_skip(c, strlen(word));
}

/* "yyyy-MM-dd HH:mm:ss", then a level and ": ", or a class name before the level in the oldest logs. */
static bool take_prefix(struct cursor *line, struct logline *out)
{
    struct cursor rest = *line, time;
    static const char form[] = "dddd-dd-dd dd:dd:dd";
    if (!cursor_take(&rest, TIME_TEXT, &time))
        return false;
    for (size_t i = 0; i < TIME_TEXT; i++) {
        bool is_digit = time.at[i] >= '0' && time.at[i] <= '9';
        if (form[i] == 'd' ? !is_digit : time.at[i] != (uint8_t)form[i])
            return false;
    }
    out->has_time = reading_time_of(time, "Ymdhis", &out->time);
    static const char *const levels[] = { "TRACE: ", "FINE: ",    "DEBUG: ", "INFO: ",
                                          "WARN: ",  "WARNING: ", "ERROR: ", "SEVERE: " };
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        size_t at;
        struct cursor message = rest;
        /* nothing but blanks, or the name of the class that logged, stands before the level */
        if (!cursor_find_text(rest, levels[i], &at) || at > 120 ||
            !cursor_skip(&message, at + strlen(levels[i])))
            continue;
        struct cursor before = cursor_trim(cursor_of(rest.at, at));
        size_t blank;
        bool is_level =
            before.left == 0 || CURSOR_STARTS(before, "org.") || !cursor_find(before, ' ', &blank);
        if (!is_level)
            continue;
        *line = message;
        return true;
    }
    return false;
}

/* "T1a2b3c4d" and older forms without the letter. */
static bool is_session(struct cursor text, struct logline *out)
{
    struct cursor digits = text;
    bool has_letter =
        text.left == SESSION + 1 && (text.at[0] == 'T' || text.at[0] == 'U') && cursor_skip(&digits, 1);
    if (digits.left != SESSION || cursor_count_hex(digits) != SESSION)
        return false;
    out->session = digits;
    out->has_transport = has_letter;
    out->transport = has_letter && text.at[0] == 'U' ? TRANSPORT_UDP : TRANSPORT_TCP;
    return true;
}

/* A number is the port, a name the protocol. */
static bool take_service(struct cursor word, struct logline *out)
{
    uint64_t port;
    if (cursor_number(word, &port)) {
        out->port = (uint16_t)port;
        return port > 0 && port <= UINT16_MAX;
    }
    if (word.left == 0 || word.left > NAME_LONGEST)
        return false;
    for (size_t i = 0; i < word.left; i++) {
        uint8_t byte = word.at[i];
        if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9'))
            return false;
    }
    out->protocol = word;
    return true;
}

/* "SESSION: " or nothing, PORT or PROTOCOL, an arrow, the peer: what stands in the brackets of a data line. */
static bool take_inside(struct cursor inside, struct logline *out)
{
    struct cursor word, rest = inside;
    size_t colon;
    if (cursor_find_text(inside, ": ", &colon) && colon <= SESSION + 1) {
        if (!cursor_take(&rest, colon, &word) || !is_session(word, out) || !cursor_skip(&rest, 2))
            return false;
    }
    if (!cursor_until(&rest, ' ', &word) || !take_service(word, out) || !cursor_until(&rest, ' ', &word))
        return false;
    out->is_out = cursor_is(word, ">") || cursor_is(word, "->");
    if (!out->is_out && !cursor_is(word, "<") && !cursor_is(word, "<-") && !cursor_is(word, "-"))
        return false;
    out->peer = rest;
    return true;
}

static bool parse_data(struct cursor message, struct logline *out)
{
    struct cursor rest = message, inside;
    size_t end;
    if (!take_word(&rest, "[") || !cursor_find(rest, ']', &end) || !cursor_take(&rest, end, &inside) ||
        !take_inside(inside, out) || !take_word(&rest, "]"))
        return false;
    (void)take_word(&rest, " ");
    (void)take_word(&rest, "- ");
    bool has_bracket = take_word(&rest, "(");
    if (take_word(&rest, "HEX:")) {
        out->says_hex = true;
        (void)take_word(&rest, " ");
        if (has_bracket && CURSOR_ENDS(rest, ")"))
            rest.left--;
    } else if (has_bracket) {
        /* the text of a message begins with it */
        rest = cursor_of(rest.at - 1, rest.left + 1);
    }
    out->kind = LOGLINE_DATA;
    out->data = rest;
    return true;
}

/* "id: ID, time: …" or "id: ID, command type: …" */
static void parse_id(struct cursor rest, struct logline *out)
{
    if (!cursor_until(&rest, ',', &out->device))
        return;
    out->detail = cursor_trim(rest);
    out->kind = CURSOR_STARTS(out->detail, "command type: ") ? LOGLINE_COMMAND : LOGLINE_POSITION;
}

/* "[SESSION] connected" and what else a session does. */
static bool parse_session(struct cursor message, struct logline *out)
{
    struct cursor rest = message, inside;
    if (!take_word(&rest, "[") || !cursor_until(&rest, ']', &inside) || !is_session(inside, out) ||
        !take_word(&rest, " "))
        return false;
    static const struct {
        const char *word;
        enum logline_kind kind;
    } words[] = {
        { "connected", LOGLINE_CONNECTED },
        { "disconnected", LOGLINE_DISCONNECTED },
        { "timed out", LOGLINE_TIMED_OUT },
        { "logging throttled", LOGLINE_THROTTLED },
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (cursor_is(rest, words[i].word))
            out->kind = words[i].kind;
    }
    if (take_word(&rest, "error")) {
        out->kind = LOGLINE_ERROR;
        (void)take_word(&rest, " - ");
        out->detail = rest;
    } else if (take_word(&rest, "id: ")) {
        parse_id(rest, out);
    }
    return true;
}

/* "ID (IP)", "ID1 ID2 (IP)", "ID": the ids, and the peer where it is told. */
static void take_ids(struct cursor rest, struct logline *out)
{
    (void)take_word(&rest, " - ");
    out->device = cursor_trim(rest);
    for (size_t at = rest.left; at > 1 && CURSOR_ENDS(rest, ")"); at--) {
        if (rest.at[at - 1] != '(')
            continue;
        out->peer = cursor_of(rest.at + at, rest.left - at - 1);
        out->device = cursor_trim(cursor_of(rest.at, at - 1));
        break;
    }
}

/* "Position filtered by Invalid Duplicate filters from device: ID", "Position filtered from ID" */
static void parse_filtered(struct cursor rest, struct logline *out)
{
    size_t at;
    out->kind = LOGLINE_FILTERED;
    if (cursor_find_text(rest, " filters from device: ", &at) && take_word(&rest, " by ")) {
        if (!cursor_take(&rest, at - strlen(" by "), &out->detail))
            return;
        (void)take_word(&rest, " filters from device: ");
    } else {
        (void)take_word(&rest, " from ");
    }
    out->device = rest;
}

static void parse_taken(struct cursor rest, struct logline *out)
{
    struct cursor digits;
    uint64_t port;
    out->kind = LOGLINE_PORT_TAKEN;
    if (take_word(&rest, "Port ") && cursor_digits(&rest, 1, 5, &digits) && cursor_number(digits, &port))
        out->port = (uint16_t)port;
}

static void parse_words(struct cursor message, struct logline *out)
{
    struct cursor rest = message;
    size_t at;
    if (take_word(&rest, "Unknown device")) {
        out->kind = LOGLINE_UNKNOWN_DEVICE;
        take_ids(rest, out);
    } else if (take_word(&rest, "Find device error")) {
        out->kind = LOGLINE_LOOKUP_FAILED;
    } else if (take_word(&rest, "Disabled device")) {
        out->kind = LOGLINE_DISABLED_DEVICE;
        take_ids(rest, out);
    } else if (take_word(&rest, "Automatically registered ")) {
        out->kind = LOGLINE_REGISTERED;
        (void)take_word(&rest, "device ");
        out->device = rest;
    } else if (take_word(&rest, "Position filtered")) {
        parse_filtered(rest, out);
    } else if (cursor_find_text(rest, "disabled due to conflict", &at) ||
               cursor_find_text(rest, "disabled due to port conflict", &at)) {
        parse_taken(rest, out);
    } else if (take_word(&rest, "Version: ")) {
        out->kind = LOGLINE_VERSION;
        out->detail = rest;
    } else if (cursor_is(rest, "Starting server...")) {
        out->kind = LOGLINE_STARTED;
    } else if (cursor_is(rest, "Stopping server...")) {
        out->kind = LOGLINE_STOPPED;
    } else if (take_word(&rest, "device: ")) {
        parse_id(rest, out);
    }
}

bool logline_parse(struct cursor line, struct logline *out)
{
    struct cursor message = line;
    *out = (struct logline){ .kind = LOGLINE_OTHER };
    while (message.left > 0 && (message.at[message.left - 1] == '\n' || message.at[message.left - 1] == '\r'))
        message.left--;
    if (!take_prefix(&message, out))
        return false;
    struct logline blank = *out;
    if (parse_data(message, out))
        return true;
    *out = blank;
    if (parse_session(message, out))
        return true;
    *out = blank;
    parse_words(message, out);
    return true;
}

/* The two characters \r and \n are a line end each; a backslash is not escaped by Traccar. */
static bool take_text(struct cursor text, uint8_t *out, size_t size, size_t *length)
{
    size_t n = 0;
    for (size_t i = 0; i < text.left; i++) {
        uint8_t byte = text.at[i], next;
        if (byte == '\\' && cursor_u8_at(text, i + 1, &next) && (next == 'r' || next == 'n')) {
            byte = next == 'r' ? '\r' : '\n';
            i++;
        }
        if (n == size)
            return false;
        out[n++] = byte;
    }
    *length = n;
    return true;
}

bool logline_bytes(const struct logline *logline, bool is_text_told, uint8_t *out, size_t size,
                   size_t *length)
{
    struct cursor data = logline->data;
    size_t bad;
    bool is_hex = data.left % 2 == 0 && cursor_count_hex(data) == data.left;
    if (logline->says_hex)
        return hex_read(data, out, size, length, &bad);
    if (!is_hex)
        return take_text(data, out, size, length);
    if (!hex_read(data, out, size, length, &bad))
        return false;
    /* what is printable was not written as HEX: these digits are what the device sent */
    return !is_text_told || !cursor_is_text(cursor_of(out, *length)) || take_text(data, out, size, length);
}

bool logline_value(struct cursor detail, const char *key, struct cursor *value)
{
    struct cursor rest = detail;
    size_t length = strlen(key), end;
    while (rest.left > 0) {
        struct cursor entry = rest;
        if (cursor_find_text(rest, ", ", &end))
            entry.left = end;
        struct cursor after = entry;
        if (cursor_starts(entry, key, length) && cursor_skip(&after, length) && take_word(&after, ": ")) {
            *value = after;
            return true;
        }
        if (!cursor_skip(&rest, entry.left) || !take_word(&rest, ", "))
            return false;
    }
    return false;
}

bool logline_version_tells_text(struct cursor version)
{
    struct cursor major, minor;
    uint64_t first, second = 0;
    if (!cursor_digits(&version, 1, 3, &major) || !cursor_number(major, &first))
        return false;
    if (take_word(&version, ".") && cursor_digits(&version, 1, 3, &minor))
        (void)!cursor_number(minor, &second);
    return first > 6 || (first == 6 && second >= 3);
}
