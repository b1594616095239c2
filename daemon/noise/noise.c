/* SPDX-License-Identifier: Apache-2.0 */
/* Names noise: by what it starts with, by its first line, and (noise_binary) by its form. Called by conversation. */
#include "noise/noise.h"

#include <strings.h>

#include "base/http.h"
#include "noise/noise_binary.h"

enum {
    LINE_LIMIT = 2048, /* so long a line is waited for */
    EMPTY_LIMIT = 1024 /* so many bytes of nothing are nothing */
};

/* How much besides the literal there must be. */
enum extent {
    LINE, /* text in any case; named when its line has ended */
    WORD, /* text in any case; nothing but blanks and line ends behind it */
    HEAD, /* bytes; whatever follows */
    ALL   /* bytes; nothing may follow, so they are named when they are complete */
};

struct literal {
    const char *kind;
    enum extent extent;
    const char *bytes;
    size_t length;
};

#define IS(kind, extent, text)                     \
    {                                              \
        (kind), (extent), (text), sizeof(text) - 1 \
    }

static const struct literal literals[] = {
    IS("hexwatch-probe", LINE, "hexwatch probe "),
    IS("ssh", LINE, "SSH-1."),
    IS("ssh", LINE, "SSH-2."),
    IS("http", LINE, "HTTP/1."),
    IS("sip", LINE, "SIP/2.0 "),
    IS("rtsp", LINE, "RTSP/1.0 "),
    IS("http2", HEAD, "PRI * HTTP/2.0\r\n\r\n"),
    IS("tls", HEAD, "\x16\xfe\xff\0\0\0\0\0"), /* over UDP */
    IS("tls", HEAD, "\x16\xfe\xfd\0\0\0\0\0"),
    IS("smtp", LINE, "EHLO "),
    IS("smtp", LINE, "HELO "),
    IS("smtp", LINE, "MAIL FROM:"),
    IS("smtp", WORD, "EHLO"),
    IS("smtp", WORD, "HELO"),
    IS("ftp", LINE, "USER "),
    IS("redis", WORD, "PING"),
    IS("redis", WORD, "INFO"),
    IS("memcached", WORD, "stats"),
    IS("memcached", WORD, "version"),
    IS("memcached", HEAD, "\0\0\0\0\0\1\0\0stats\r\n"),
    IS("asterisk", LINE, "Action: "),
    IS("asterisk", LINE, "Asterisk Call Manager/"),
    IS("vnc", LINE, "RFB 00"),
    IS("adb", HEAD, "CNXN\0\0\0\1"),
    IS("adb", HEAD, "CNXN\1\0\0\1"),
    IS("bittorrent", HEAD,
       "\x13"
       "BitTorrent protocol"),
    IS("bittorrent", HEAD, "d1:ad2:id20:"),
    IS("java-rmi", HEAD, "JRMI\0"),
    IS("ajp", ALL, "\x12\x34\0\1\x0a"),
    IS("x11", HEAD, "l\0\x0b\0\0\0\0\0\0\0\0\0"),
    IS("x11", HEAD, "B\0\0\x0b\0\0\0\0\0\0\0\0"),
    IS("postgresql", HEAD, "\0\0\0\x08\x04\xd2\x16\x2f"),
    IS("postgresql", HEAD, "\0\0\0\x08\x04\xd2\x16\x30"),
    IS("ntp", HEAD, "\x17\0\3\x2a\0\0\0\0"), /* asks for the list of clients */
    IS("ntp", HEAD, "\x16\2\0\1\0\0\0\0\0\0\0\0"),
    IS("dns", ALL, "\0\0\x10\0\0\0\0\0\0\0\0\0"), /* asks for the server's state */
    IS("dns", ALL, "\0\x0c\0\0\x10\0\0\0\0\0\0\0\0\0"),
    IS("smb", HEAD, "\x81\0\0\x44\x20"),
    /* what scanners send to hear which program answers, where nothing above fits */
    IS("scanner", ALL, "\r\n\r\n"),
    IS("scanner", WORD, "help"),
    IS("scanner", WORD, "quit"),
    IS("scanner", LINE, "MGLNDD_"),
    IS("scanner", LINE, "t3 1"),
    IS("scanner", LINE, "gkrellm "),
    IS("scanner", LINE, "fox a 1 "),
    IS("scanner", LINE, "< NTP/1"),
    IS("scanner", LINE, "SNQUERY: "),
    IS("scanner", HEAD, "DIST00000001ARGC"),
    IS("scanner", HEAD, "GIOP\1"),
    IS("scanner", HEAD, "TNMP\4\0\0\0"),
    IS("scanner", HEAD, "DmdT\0\0\0\x17"),
    IS("scanner", HEAD, ":\0\0\0/\0\0\0\2"),
    IS("scanner", HEAD, "\0Z\0\0\1\0\0\0\1"),
    IS("scanner", HEAD, "\1\0\0\xfd\xce\xfa\x0b\xb0"),
    IS("scanner", HEAD, "\0\0\0\x1f\0\0\0\0\0\0\0\x0cGetClassName"),
    IS("scanner", HEAD, "\0\0\0\x71\x6a\x81\x6e\x30\x81\x6b\xa1\3"),
    IS("scanner", HEAD, "\0\3\0\1\0\0\0\0\0\0\0\2\0\0\0\0"),
    IS("scanner", HEAD, "\x12\1\0\x34\0\0\0\0\0\0\x15\0\6\1"),
    IS("scanner", HEAD, "\1\xc2\0\0\0\4\0\0\xb6\1\0\0SQLDB2RA"),
    IS("scanner", HEAD, "c\0\0\0\0\0\0\0\0\0\0\0"),
    IS("scanner", HEAD, "\6\0\xff\7\0\0\0\0"),
    IS("scanner", HEAD, "\x1b%-12345X@PJL"),
    IS("scanner", HEAD, "\x5a\x47\0\0\0\5\0\x2b\x0e\1"),
    IS("scanner", ALL, "\1default\n"),
    IS("scanner", ALL, "\1\0\0\0\1\0\0\0\x08\x08"),
    IS("scanner", ALL, "\0\0\0\0\0\5\0\x2b\x0e\1\0"),
    IS("scanner", ALL, "\0\1\0\2\0\1\0"),
};

static bool is_blank(uint8_t byte)
{
    return byte == '\0' || byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* the first line, without its end; false when it has none yet */
static bool has_line(struct cursor bytes, bool complete, struct cursor *line)
{
    struct cursor c = bytes;
    *line = bytes;
    return cursor_until(&c, '\n', line) || complete || bytes.left > LINE_LIMIT;
}

static enum claim claim_literal(const struct literal *literal, struct cursor bytes, bool complete)
{
    size_t n = bytes.left < literal->length ? bytes.left : literal->length;
    bool is_text = literal->extent == LINE || literal->extent == WORD;
    struct cursor rest = bytes, line;
    if (n > 0 && (is_text ? strncasecmp((const char *)bytes.at, literal->bytes, n)
                          : memcmp(bytes.at, literal->bytes, n)) != 0)
        return CLAIM_NO;
    if (!cursor_skip(&rest, literal->length))
        return complete ? CLAIM_NO : CLAIM_MORE;
    if (literal->extent == HEAD)
        return CLAIM_CERTAIN;
    if (literal->extent == ALL) {
        enum claim whole = complete ? CLAIM_CERTAIN : CLAIM_MORE;
        return rest.left == 0 ? whole : CLAIM_NO;
    }
    if (literal->extent == WORD && cursor_trim(rest).left > 0)
        return CLAIM_NO;
    return has_line(bytes, complete, &line) ? CLAIM_CERTAIN : CLAIM_MORE;
}

/* Is this, or can it become, the word with a blank behind it of a request line? */
static bool may_be_method(struct cursor bytes)
{
    static const char *const methods[] = {
        "GET ",      "POST ",     "PUT ",      "HEAD ",     "OPTIONS ",  "DELETE ",   "PATCH ",
        "CONNECT ",  "TRACE ",    "PROPFIND ", "REPORT ",   "INVITE ",   "REGISTER ", "SUBSCRIBE ",
        "NOTIFY ",   "M-SEARCH ", "BYE ",      "ACK ",      "CANCEL ",   "MESSAGE ",  "INFO ",
        "DESCRIBE ", "SETUP ",    "PLAY ",     "TEARDOWN ", "ANNOUNCE ",
    };
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (cursor_may_start(bytes, methods[i], strlen(methods[i])))
            return true;
    }
    return false;
}

/* method, target, version: a request line that ends with the version */
static enum claim claim_request(struct cursor bytes, bool complete, const char *version)
{
    struct cursor line, word, last = { 0 };
    if (!may_be_method(bytes))
        return CLAIM_NO;
    if (!has_line(bytes, complete, &line))
        return CLAIM_MORE;
    for (line = cursor_trim(line); cursor_field(&line, ' ', &word);)
        last = word;
    return cursor_starts(last, version, strlen(version)) ? CLAIM_CERTAIN : CLAIM_NO;
}

/* "GET /path" without a version: cut off, or of the oldest kind. */
static bool is_bare_request(struct cursor bytes, bool complete)
{
    struct cursor line, method, target;
    if (!CURSOR_STARTS(bytes, "GET /") && !CURSOR_STARTS(bytes, "POST /") && !CURSOR_STARTS(bytes, "HEAD /"))
        return false;
    if (!has_line(bytes, complete, &line) || !cursor_field(&line, ' ', &method) ||
        !cursor_field(&line, ' ', &target))
        return false;
    return CURSOR_MAY_START(line, "HTTP/");
}

static enum claim claim_http(struct cursor bytes, bool complete)
{
    struct http_request request;
    enum claim claim = claim_request(bytes, complete, "HTTP/");
    if (claim == CLAIM_CERTAIN && bytes.left < MESSAGE_MAX &&
        http_parse(bytes, complete, &request) == HTTP_MORE)
        return CLAIM_MORE;
    return claim == CLAIM_NO && is_bare_request(bytes, complete) ? CLAIM_CERTAIN : claim;
}

static enum claim claim_sip(struct cursor bytes, bool complete)
{
    return claim_request(bytes, complete, "SIP/2.");
}

static enum claim claim_rtsp(struct cursor bytes, bool complete)
{
    return claim_request(bytes, complete, "RTSP/1.");
}

/* A server's greeting; smtp and ftp have the same number. */
static enum claim claim_greeting(struct cursor bytes, bool complete, const char *word)
{
    struct cursor line;
    size_t at;
    if (!CURSOR_MAY_START(bytes, "220 ") && !CURSOR_MAY_START(bytes, "220-"))
        return CLAIM_NO;
    if (!has_line(bytes, complete, &line))
        return CLAIM_MORE;
    return cursor_find_text(line, word, &at) ? CLAIM_CERTAIN : CLAIM_NO;
}

static enum claim claim_smtp(struct cursor bytes, bool complete)
{
    return claim_greeting(bytes, complete, "SMTP");
}

static enum claim claim_ftp(struct cursor bytes, bool complete)
{
    return claim_greeting(bytes, complete, "FTP");
}

/* "*count\r\n$length\r\n" */
static enum claim claim_redis(struct cursor bytes, bool complete)
{
    static const char marks[] = "*\r\n$\r\n";
    struct cursor c = bytes, digits;
    for (const char *mark = marks; *mark; mark++) {
        uint8_t byte;
        bool behind_digits = *mark == '\r' && c.left > 0;
        if (behind_digits && !cursor_digits(&c, 1, 9, &digits))
            return CLAIM_NO;
        if (!cursor_u8(&c, &byte))
            return complete ? CLAIM_NO : CLAIM_MORE;
        if (byte != (uint8_t)*mark)
            return CLAIM_NO;
    }
    return CLAIM_CERTAIN;
}

/* four hex digits that count the rest, "host:" */
static enum claim claim_adb(struct cursor bytes, bool complete)
{
    struct cursor c = bytes, digits;
    uint64_t length;
    bool is_short = bytes.left < 4;
    if (cursor_count_hex(bytes) < (is_short ? bytes.left : 4))
        return CLAIM_NO;
    if (is_short || !cursor_take(&c, 4, &digits) || !cursor_hex(digits, &length))
        return complete ? CLAIM_NO : CLAIM_MORE;
    if (!CURSOR_MAY_START(c, "host:") || c.left > length)
        return CLAIM_NO;
    if (c.left < length)
        return complete ? CLAIM_NO : CLAIM_MORE;
    return c.left >= 5 ? CLAIM_CERTAIN : CLAIM_NO;
}

/* The header alone: what stands behind it may be a tracker's. */
static enum claim claim_proxy(struct cursor bytes, bool complete)
{
    struct cursor c = bytes, line;
    if (!CURSOR_MAY_START(bytes, "PROXY TCP4 ") && !CURSOR_MAY_START(bytes, "PROXY TCP6 ") &&
        !CURSOR_MAY_START(bytes, "PROXY UNKNOWN"))
        return CLAIM_NO;
    if (!cursor_until(&c, '\n', &line))
        return bytes.left < 107 && !complete ? CLAIM_MORE : CLAIM_NO;
    return c.left == 0 && line.left > 12 ? CLAIM_CERTAIN : CLAIM_NO;
}

/* The binary header; its signature starts with line ends, which may have been taken off. */
static enum claim claim_proxy2(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    uint16_t length;
    if (CURSOR_STARTS(bytes, "\r\n\r\n") && !cursor_skip(&c, 4))
        return CLAIM_NO;
    if (!CURSOR_MAY_START(c, "\0\r\nQUIT\n"))
        return CLAIM_NO;
    if (!cursor_be16_at(c, 10, &length))
        return complete ? CLAIM_NO : CLAIM_MORE;
    if (c.left < 12u + length)
        return complete ? CLAIM_NO : CLAIM_MORE;
    return c.left == 12u + length ? CLAIM_CERTAIN : CLAIM_NO;
}

static enum claim claim_empty(struct cursor bytes, bool complete)
{
    for (size_t i = 0; i < bytes.left; i++) {
        if (!is_blank(cursor_byte(bytes, i)))
            return CLAIM_NO;
    }
    return complete || bytes.left >= EMPTY_LIMIT ? CLAIM_CERTAIN : CLAIM_MORE;
}

/* Some trackers keep the line open with one byte 7f or ff. */
static enum claim claim_one_byte(struct cursor bytes, bool complete)
{
    if (bytes.left != 1 || cursor_byte(bytes, 0) == 0x7f || cursor_byte(bytes, 0) == 0xff)
        return CLAIM_NO;
    return complete ? CLAIM_CERTAIN : CLAIM_MORE;
}

static const struct noise_kind texts[] = {
    { "http", claim_http },   { "sip", claim_sip },           { "rtsp", claim_rtsp },
    { "smtp", claim_smtp },   { "ftp", claim_ftp },           { "redis", claim_redis },
    { "adb", claim_adb },     { "proxy", claim_proxy },       { "proxy", claim_proxy2 },
    { "empty", claim_empty }, { "one-byte", claim_one_byte }, { 0 },
};

/* the best of a table; true when it is certain */
static bool ask(const struct noise_kind *kinds, struct cursor bytes, bool complete, enum claim *best,
                const char **kind)
{
    for (; kinds->name; kinds++) {
        enum claim claim = kinds->claim(bytes, complete);
        if (claim > *best)
            *best = claim;
        if (claim == CLAIM_CERTAIN) {
            *kind = kinds->name;
            return true;
        }
    }
    return false;
}

enum claim noise_match(struct cursor bytes, bool complete, const char **kind)
{
    enum claim best = CLAIM_NO;
    *kind = NULL;
    for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
        enum claim claim = claim_literal(&literals[i], bytes, complete);
        if (claim > best)
            best = claim;
        if (claim == CLAIM_CERTAIN) {
            *kind = literals[i].kind;
            return claim;
        }
    }
    if (!ask(texts, bytes, complete, &best, kind) && bytes.left > 0)
        (void)ask(noise_binary, bytes, complete, &best, kind);
    return best;
}

bool noise_is_lasting(const char *kind)
{
    return strcmp(kind, "empty") != 0 && strcmp(kind, "one-byte") != 0 && strcmp(kind, "proxy") != 0;
}
