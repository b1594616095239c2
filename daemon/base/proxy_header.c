/* SPDX-License-Identifier: Apache-2.0 */
/* Reads PROXY headers, by the specification of haproxy. Called by conversation. */
#include "base/proxy_header.h"

enum { TEXT_MAX = 107, FIXED = 16, TCP4 = 0x11, UDP4 = 0x12, TCP6 = 0x21, UDP6 = 0x22 };

static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";

static bool take_word(struct cursor *line, struct cursor *word)
{
    return cursor_field(line, ' ', word);
}

/* "TCP4 198.51.100.7 203.0.113.1 40312 5023"; false: it tells no sender. */
static bool read_source(struct cursor line, struct endpoint *source)
{
    struct cursor family, from, to, port;
    uint64_t number;
    if (!take_word(&line, &family) || !(cursor_is(family, "TCP4") || cursor_is(family, "TCP6")) ||
        !take_word(&line, &from) || !take_word(&line, &to) || !take_word(&line, &port) ||
        !cursor_number(port, &number) || number > UINT16_MAX || !endpoint_read(from, source))
        return false;
    source->port = (uint16_t)number;
    return true;
}

static enum proxy_state read_text(struct cursor bytes, struct proxy_header *out)
{
    struct cursor line = bytes;
    size_t end;
    if (bytes.left > TEXT_MAX)
        line.left = TEXT_MAX;
    if (!cursor_find(line, '\n', &end))
        return bytes.left < TEXT_MAX ? PROXY_MORE : PROXY_NO;
    if (end == 0 || bytes.at[end - 1] != '\r' || !cursor_skip(&line, 6))
        return PROXY_NO;
    line.left = end - 1 - 6;
    out->length = end + 1;
    if (!read_source(line, &out->source))
        out->source = (struct endpoint){ .port = 0 };
    return PROXY_FOUND;
}

static void read_addresses(uint8_t family, struct cursor rest, struct endpoint *source)
{
    bool is_v4 = family == TCP4 || family == UDP4, is_v6 = family == TCP6 || family == UDP6;
    size_t width = is_v4 ? 4 : 16;
    uint16_t port;
    /* both addresses, then both ports */
    if ((!is_v4 && !is_v6) || rest.left < 2 * width + 4 || !cursor_be16_at(rest, 2 * width, &port))
        return;
    *source = is_v4 ? endpoint_of_v4(rest.at, port) : endpoint_of_v6(rest.at, port);
}

static enum proxy_state read_binary(struct cursor bytes, struct proxy_header *out)
{
    uint16_t length;
    struct cursor rest;
    if (bytes.left < FIXED)
        return PROXY_MORE;
    uint8_t command = bytes.at[12], family = bytes.at[13];
    if (command >> 4 != 2 || !cursor_be16_at(bytes, 14, &length) || FIXED + length > PROXY_HEADER_MAX)
        return PROXY_NO;
    if (!cursor_slice(bytes, FIXED, length, &rest))
        return PROXY_MORE;
    out->length = FIXED + length;
    if ((command & 15) == 1) /* else the proxy itself looks whether somebody is there */
        read_addresses(family, rest, &out->source);
    return PROXY_FOUND;
}

enum proxy_state proxy_header_read(struct cursor bytes, struct proxy_header *out)
{
    *out = (struct proxy_header){ .length = 0 };
    if (bytes.left == 0)
        return PROXY_NO;
    if (cursor_may_start(bytes, signature, sizeof(signature) - 1))
        return read_binary(bytes, out);
    if (CURSOR_MAY_START(bytes, "PROXY "))
        return read_text(bytes, out);
    return PROXY_NO;
}
