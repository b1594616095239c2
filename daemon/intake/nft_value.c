/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a rule of nftables, and the values that it compares with. Called by nftables and nft_match. What is not understood makes
 * a rule uncertain, so that nothing is blamed for what it may not do. */
#include "intake/nft_value.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- words ---- */

/* The next word of a line: a text in quotes, a brace, or what stands between blanks, without the comma behind it. */
bool nft_next(struct cursor *line, struct cursor *word)
{
    struct cursor text = cursor_trim(*line);
    size_t length = 0;
    if (text.left == 0)
        return false;
    if (text.at[0] == '"') {
        for (length = 1; length < text.left && text.at[length] != '"'; length++)
            ;
        *word = cursor_of(text.at + 1, length - 1);
        length += length < text.left ? 1 : 0;
    } else {
        while (length < text.left && text.at[length] != ' ' && text.at[length] != '\t' &&
               text.at[length] != ',')
            length++;
        *word = cursor_of(text.at, length);
    }
    length += length < text.left && text.at[length] == ',' ? 1 : 0;
    *line = cursor_of(text.at + length, text.left - length);
    return true;
}

/* The next word without taking it. */
struct cursor nft_peek(struct cursor line)
{
    struct cursor word = { 0 };
    return nft_next(&line, &word) ? word : (struct cursor){ 0 };
}

bool nft_take(struct cursor *line, const char *word)
{
    struct cursor rest = *line, found;
    /* a text in quotes is no word of the language */
    if (CURSOR_STARTS(cursor_trim(*line), "\"") || !nft_next(&rest, &found) || !cursor_is(found, word))
        return false;
    *line = rest;
    return true;
}

/* What stands between braces, which the line is at; moves behind them. */
bool nft_braces(struct cursor *line, struct cursor *inside)
{
    size_t end;
    if (!nft_take(line, "{") || !cursor_find(*line, '}', &end))
        return false;
    *inside = cursor_of(line->at, end);
    return cursor_skip(line, end + 1);
}

/* ---- values ---- */

bool nft_number(struct cursor word, uint32_t *out)
{
    static const struct {
        const char *name;
        uint32_t number;
    } names[] = { { "tcp", 6 },    { "udp", 17 }, { "icmp", 1 }, { "icmpv6", 58 }, { "ipv6-icmp", 58 },
                  { "sctp", 132 }, { "ipv4", 4 }, { "ip", 4 },   { "ipv6", 6 },    { "ip6", 6 } };
    uint64_t number;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(word, names[i].name)) {
            *out = names[i].number;
            return true;
        }
    }
    bool is_hex = CURSOR_STARTS(word, "0x") && cursor_skip(&word, 2);
    if (!(is_hex ? cursor_hex(word, &number) : cursor_number(word, &number)) || number > UINT32_MAX)
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool take_address(struct cursor word, struct firewall_value *value)
{
    char text[64];
    uint8_t v4[4], v6[16];
    struct cursor rest = word, address;
    uint64_t bits = 0;
    bool has_bits = cursor_until(&rest, '/', &address);
    cursor_copy_text(has_bits ? address : word, text, sizeof(text));
    bool is_v4 = inet_pton(AF_INET, text, v4) == 1;
    if (!is_v4 && inet_pton(AF_INET6, text, v6) != 1)
        return false;
    if (has_bits && (!cursor_number(rest, &bits) || bits > (is_v4 ? 32 : 128)))
        return false;
    value->network = is_v4 ? endpoint_of_v4(v4, 0) : endpoint_of_v6(v6, 0);
    value->bits = has_bits ? (unsigned)bits : is_v4 ? 32 : 128;
    return true;
}

/* One value: 5023, 5001-5100, tcp, 192.0.2.0/24. False: it is of another kind. */
static bool take_value(enum firewall_field field, struct cursor word, struct firewall_value *value)
{
    struct cursor rest = word, first;
    *value = (struct firewall_value){ .first = 0 };
    if (field == FIELD_SOURCE || field == FIELD_TARGET)
        return take_address(word, value);
    if (!cursor_until(&rest, '-', &first))
        return nft_number(word, &value->first) && nft_number(word, &value->last);
    return nft_number(first, &value->first) && nft_number(rest, &value->last);
}

static const struct nft_set *find_set(const struct nft_parser *parser, struct cursor name)
{
    for (size_t i = 0; i < parser->set_count; i++) {
        if (cursor_is(name, parser->sets[i].name))
            return &parser->sets[i];
    }
    return NULL;
}

void nft_match(struct nft_parser *parser, enum firewall_field field, bool is_negated, struct cursor name)
{
    struct firewall_match match = { .field = field, .is_negated = is_negated };
    cursor_copy_text(name, match.name, sizeof(match.name));
    if (!firewall_add_match(parser->firewall, &match))
        parser->is_out_of_memory = true;
}

void nft_uncertain(struct nft_parser *parser)
{
    nft_match(parser, parser->is_other ? FIELD_OTHER : FIELD_UNCLEAR, false, (struct cursor){ 0 });
}

bool nft_element(struct cursor *list, struct cursor *value)
{
    struct cursor element, word;
    if (!cursor_field(list, ',', &element))
        return false;
    element = cursor_trim(element);
    *value = element;
    while (nft_next(&element, &word)) {
        if (!cursor_is_one_of(word, "timeout expires counter comment"))
            continue;
        *value = cursor_trim(cursor_of(value->at, (size_t)(word.at - value->at)));
        break;
    }
    return true;
}

static bool is_understood(enum firewall_field field, struct cursor list)
{
    struct cursor word;
    struct firewall_value value;
    while (nft_element(&list, &word)) {
        if (word.left > 0 && !take_value(field, word, &value))
            return false;
    }
    return true;
}

void nft_match_list(struct nft_parser *parser, enum firewall_field field, bool is_negated, struct cursor list)
{
    struct cursor word;
    struct firewall_value value;
    if (!is_understood(field, list)) {
        if (field == FIELD_SOURCE)
            nft_match(parser, FIELD_OTHER, false, (struct cursor){ 0 });
        else
            nft_uncertain(parser);
        return;
    }
    nft_match(parser, field, is_negated, (struct cursor){ 0 });
    while (nft_element(&list, &word)) {
        if (take_value(field, word, &value) && !firewall_add_value(parser->firewall, &value))
            parser->is_out_of_memory = true;
    }
}

bool nft_list(const struct nft_parser *parser, struct cursor *line, struct cursor *list)
{
    struct cursor name;
    const struct nft_set *set = NULL;
    if (cursor_is(nft_peek(*line), "{"))
        return nft_braces(line, list);
    if (nft_next(line, &name) && CURSOR_STARTS(name, "@"))
        set = find_set(parser, cursor_of(name.at + 1, name.left - 1));
    if (set)
        *list = set->elements;
    return set != NULL;
}

bool nft_map(struct nft_parser *parser, struct cursor *line, enum firewall_field field)
{
    if (!nft_take(line, "vmap"))
        return false;
    parser->has_map = parser->has_verdicts = true;
    parser->map_fields[0] = field;
    parser->map_parts = 1;
    parser->map = (struct cursor){ 0 };
    if (!nft_list(parser, line, &parser->map))
        nft_uncertain(parser);
    return true;
}

enum { TOGETHER_MAX = 1024 /* elements of such a list that are looked at one by one */ };

void nft_together(struct nft_parser *parser, struct cursor *line, const enum firewall_field *fields,
                  size_t parts)
{
    struct cursor list = { 0 }, rest, value;
    bool has_verdicts = nft_take(line, "vmap"), is_negated = !has_verdicts && nft_take(line, "!=");
    bool is_known = nft_list(parser, line, &list);
    size_t count = 0;
    for (rest = list; nft_element(&rest, &value);)
        count++;
    if (is_negated || !is_known || count > TOGETHER_MAX || parser->has_map) {
        nft_uncertain(parser);
        return;
    }
    parser->has_map = true;
    parser->has_verdicts = has_verdicts;
    memcpy(parser->map_fields, fields, parts * sizeof(*fields));
    parser->map_parts = parts;
    parser->map = list;
}

void nft_values(struct nft_parser *parser, struct cursor *line, enum firewall_field field)
{
    if (nft_map(parser, line, field))
        return;
    bool is_negated = nft_take(line, "!=");
    struct cursor word = { 0 }, list;
    (void)(nft_take(line, "==") || nft_take(line, "in"));
    if (cursor_is(nft_peek(*line), "{")) {
        if (!nft_braces(line, &list))
            return;
    } else if (!nft_next(line, &word)) {
        return;
    } else if (CURSOR_STARTS(word, "@")) {
        const struct nft_set *set = find_set(parser, cursor_of(word.at + 1, word.left - 1));
        list = set ? set->elements : word; /* which nobody understands */
    } else {
        list = word;
    }
    nft_match_list(parser, field, is_negated, list);
}
