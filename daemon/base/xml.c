/* SPDX-License-Identifier: Apache-2.0 */
/* The XML view: tags are found by their name, and their quotes are respected. */
#include "base/xml.h"

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void skip_blanks(struct cursor *c)
{
    while (c->left > 0 && is_blank(c->at[0])) {
        if (!cursor_skip(c, 1))
            return;
    }
}

/* Takes the rest of a tag up to its '>', which may stand inside quotes too. */
static bool take_tag(struct cursor *xml, struct cursor *tag)
{
    struct cursor rest = *xml;
    uint8_t byte, quote = 0;
    while (cursor_u8(&rest, &byte)) {
        if (quote != 0) {
            if (byte == quote)
                quote = 0;
        } else if (byte == '"' || byte == '\'') {
            quote = byte;
        } else if (byte == '>') {
            return cursor_take(xml, xml->left - rest.left - 1, tag) && cursor_skip(xml, 1);
        }
    }
    return false;
}

/* Moves behind the first tag "<name …>" or "</name …>"; the attributes are what stands behind the name. `before` is what
 * stands before the tag. */
static bool find_tag(struct cursor *xml, const char *start, const char *name, struct cursor *before,
                     struct cursor *attributes)
{
    struct cursor rest = *xml;
    size_t at;
    while (cursor_find_text(rest, start, &at) && cursor_skip(&rest, at)) {
        size_t passed = xml->left - rest.left;
        if (!cursor_skip(&rest, strlen(start)))
            return false;
        if (!cursor_starts(rest, name, strlen(name)))
            continue;
        struct cursor behind = rest;
        if (!cursor_skip(&behind, strlen(name)) || behind.left == 0)
            return false;
        if (behind.at[0] != '>' && behind.at[0] != '/' && !is_blank(behind.at[0]))
            continue;
        if (!take_tag(&behind, attributes))
            return false;
        *before = cursor_of(xml->at, passed);
        *xml = behind;
        return true;
    }
    return false;
}

bool xml_next(struct cursor *xml, const char *element, struct cursor *text)
{
    struct cursor rest = *xml, before, attributes;
    if (!find_tag(&rest, "<", element, &before, &attributes))
        return false;
    if (CURSOR_ENDS(attributes, "/"))
        before = cursor_of(rest.at, 0);
    else if (!find_tag(&rest, "</", element, &before, &attributes))
        return false;
    *text = before;
    *xml = rest;
    return true;
}

bool xml_text(struct cursor xml, const char *element, struct cursor *text)
{
    return xml_next(&xml, element, text);
}

bool xml_attribute(struct cursor xml, const char *element, const char *attribute, struct cursor *value)
{
    struct cursor before, rest, name, text;
    if (!find_tag(&xml, "<", element, &before, &rest))
        return false;
    while (cursor_until(&rest, '=', &name)) {
        uint8_t quote;
        skip_blanks(&rest);
        if (!cursor_u8(&rest, &quote) || (quote != '"' && quote != '\'') ||
            !cursor_until(&rest, quote, &text))
            return false;
        if (cursor_is(cursor_trim(name), attribute)) {
            *value = text;
            return true;
        }
    }
    return false;
}
