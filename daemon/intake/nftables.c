/* SPDX-License-Identifier: Apache-2.0 */
/* The nftables ruleset as its own program writes it, with handles: tables, sets, chains and what rules do. Called by firewall. */
#include "intake/nftables.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "intake/nft_match.h"

struct block {
    struct nft_parser *parser;
    bool is_left_out; /* the table: dormant, or known from elsewhere */
    int chain;        /* its number; -1: not in one */
};

/* ---- what rules do ---- */

/* "172.18.0.2", "172.18.0.2:5023", "[2001:db8::2]:5023", ":5023" */
static bool take_target(struct cursor word, struct endpoint *to)
{
    char text[64];
    uint8_t v4[4], v6[16];
    uint64_t port = 0;
    struct cursor rest = word, address;
    bool is_bracketed =
        CURSOR_STARTS(word, "[") && cursor_skip(&rest, 1) && cursor_until(&rest, ']', &address);
    if (is_bracketed) {
        if (rest.left > 0 && !cursor_skip(&rest, 1))
            return false;
    } else if (!cursor_until(&rest, ':', &address)) {
        address = word;
        rest = cursor_of(word.at, 0);
    }
    if (rest.left > 0 && (!cursor_number(rest, &port) || port > UINT16_MAX))
        return false; /* IPv6 without brackets, or a range of ports */
    cursor_copy_text(address, text, sizeof(text));
    if (inet_pton(AF_INET, text, v4) == 1)
        *to = endpoint_of_v4(v4, (uint16_t)port);
    else if (inet_pton(AF_INET6, text, v6) == 1)
        *to = endpoint_of_v6(v6, (uint16_t)port);
    else if (address.left == 0)
        *to = (struct endpoint){ .port = (uint16_t)port };
    else
        return false;
    return true;
}

static void take_redirection(struct cursor *line, struct firewall_rule *rule)
{
    struct cursor word;
    (void)(nft_take(line, "ip") || nft_take(line, "ip6"));
    rule->action = ACTION_OTHER;
    if (!nft_take(line, "to")) {
        rule->action = ACTION_REDIRECT; /* to this host, on the same port */
        return;
    }
    if (nft_next(line, &word) && take_target(word, &rule->to))
        rule->action = ACTION_REDIRECT;
}

/* A verdict at the start of the line; false: there is none. */
static bool take_action(struct cursor *line, struct firewall_rule *rule)
{
    static const struct {
        const char *word;
        enum firewall_action action;
    } words[] = {
        { "accept", ACTION_ACCEPT }, { "drop", ACTION_DROP },     { "reject", ACTION_REJECT },
        { "return", ACTION_RETURN }, { "continue", ACTION_NONE }, { "jump", ACTION_JUMP },
        { "goto", ACTION_GOTO },     { "dnat", ACTION_REDIRECT }, { "redirect", ACTION_REDIRECT },
        { "queue", ACTION_OTHER },   { "tproxy", ACTION_OTHER },  { "notrack", ACTION_UNTRACK },
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct cursor name;
        if (!nft_take(line, words[i].word))
            continue;
        rule->action = words[i].action;
        if (rule->action == ACTION_REDIRECT)
            take_redirection(line, rule);
        else if ((rule->action == ACTION_JUMP || rule->action == ACTION_GOTO) && nft_next(line, &name))
            cursor_copy_text(name, rule->target, sizeof(rule->target));
        return true;
    }
    return false;
}

/* What stands behind "# handle" is taken off. */
static unsigned take_handle(struct cursor *line)
{
    static const char mark[] = "# handle ";
    uint64_t handle = 0;
    size_t at = line->left;
    while (at > 0 && !cursor_starts(cursor_of(line->at + at, line->left - at), mark, sizeof(mark) - 1))
        at--;
    if (at == 0)
        return 0;
    struct cursor number = cursor_of(line->at + at + sizeof(mark) - 1, line->left - at - sizeof(mark) + 1);
    *line = cursor_trim(cursor_of(line->at, at));
    return cursor_number(cursor_trim(number), &handle) ? (unsigned)handle : 0;
}

static void add_rule(struct nft_parser *parser, const struct firewall_rule *rule)
{
    if (!firewall_add_rule(parser->firewall, rule))
        parser->is_out_of_memory = true;
}

/* One value of a map of verdicts, or of a list, is a rule of its own. */
static void add_mapped(struct nft_parser *parser, const struct firewall_rule *rule, size_t matches,
                       struct cursor key)
{
    add_rule(parser, rule);
    if (!firewall_repeat_matches(parser->firewall, matches))
        parser->is_out_of_memory = true;
    for (size_t i = 0; i < parser->map_parts; i++) {
        enum firewall_field field = parser->map_fields[i];
        struct cursor part = { 0 };
        if (!nft_next(&key, &part) || (i + 1 < parser->map_parts && !nft_take(&key, ".")))
            nft_uncertain(parser);
        else if (field == FIELD_INTERFACE || field == FIELD_OUT_INTERFACE)
            nft_match(parser, field, false, part);
        else if (field == FIELD_STATE)
            nft_match_states(parser, false, part);
        else
            nft_match_list(parser, field, false, part);
    }
}

static void add_map(struct nft_parser *parser, const struct firewall_rule *rule)
{
    size_t matches = firewall_matches(parser->firewall);
    struct cursor rest = parser->map, element, key;
    /* the rule as it stands does what its elements say, and nothing else */
    if (!parser->has_verdicts)
        nft_match(parser, FIELD_NEVER, false, (struct cursor){ 0 });
    while (cursor_field(&rest, ',', &element)) {
        struct firewall_rule mapped = *rule;
        struct cursor copy = element;
        size_t colon;
        if (!parser->has_verdicts) {
            if (nft_element(&copy, &key) && key.left > 0)
                add_mapped(parser, &mapped, matches, key);
            continue;
        }
        if (!cursor_find_text(element, " : ", &colon))
            continue;
        copy = cursor_of(element.at, colon);
        struct cursor words = cursor_of(element.at + colon + 3, element.left - colon - 3);
        if (nft_element(&copy, &key) && take_action(&words, &mapped))
            add_mapped(parser, &mapped, matches, key);
    }
}

static void take_rule(struct nft_parser *parser, int chain, struct cursor line)
{
    struct firewall_rule rule = { .chain = (unsigned)chain, .handle = take_handle(&line) };
    cursor_copy_text(line, rule.text, sizeof(rule.text));
    /* what it does stands behind what it tests: looked for first, because matches are added to a rule that is there */
    struct cursor rest = line, word;
    while (rest.left > 0 && !take_action(&rest, &rule)) {
        struct cursor inside;
        if (!nft_marking(&rest, &rule) && !nft_braces(&rest, &inside) && !nft_next(&rest, &word))
            break;
    }
    add_rule(parser, &rule);
    parser->has_map = parser->is_other = false;
    for (rest = line; rest.left > 0 && !parser->is_out_of_memory;) {
        struct firewall_rule same = rule;
        if (take_action(&rest, &same))
            break; /* what is behind it says how */
        nft_expression(parser, &rest);
        rest = cursor_trim(rest);
    }
    if (parser->has_map)
        add_map(parser, &rule);
}

/* ---- blocks ---- */

static int priority_of(struct cursor word)
{
    static const struct {
        const char *name;
        int number;
    } names[] = { { "raw", -300 }, { "mangle", -150 }, { "dstnat", -100 },
                  { "filter", 0 }, { "security", 50 }, { "srcnat", 100 } };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(word, names[i].name))
            return names[i].number;
    }
    bool is_negative = CURSOR_STARTS(word, "-");
    uint64_t number = 0;
    if (!cursor_number(is_negative ? cursor_of(word.at + 1, word.left - 1) : word, &number) ||
        number > INT16_MAX)
        return 0;
    return is_negative ? -(int)number : (int)number;
}

/* "type filter hook input priority filter + 10; policy drop;" */
static void take_hook(struct firewall_chain *chain, struct cursor line)
{
    struct cursor word, part;
    chain->policy = ACTION_ACCEPT;
    while (cursor_field(&line, ';', &part)) {
        while (nft_next(&part, &word)) {
            if (cursor_is(word, "type")) {
                chain->is_nat = nft_take(&part, "nat");
            } else if (cursor_is(word, "hook")) {
                chain->hook = nft_take(&part, "input")         ? HOOK_INPUT
                              : nft_take(&part, "prerouting")  ? HOOK_PREROUTING
                              : nft_take(&part, "forward")     ? HOOK_FORWARD
                              : nft_take(&part, "ingress")     ? HOOK_INGRESS
                              : nft_take(&part, "output")      ? HOOK_OUTPUT
                              : nft_take(&part, "postrouting") ? HOOK_POSTROUTING
                                                               : HOOK_NONE;
            } else if (cursor_is(word, "priority") && nft_next(&part, &word)) {
                chain->priority = priority_of(word);
                bool is_plus = nft_take(&part, "+"), is_minus = !is_plus && nft_take(&part, "-");
                if ((is_plus || is_minus) && nft_next(&part, &word))
                    chain->priority += (is_plus ? 1 : -1) * priority_of(word);
            } else if (cursor_is(word, "device") && nft_next(&part, &word)) {
                cursor_copy_text(word, chain->device, sizeof(chain->device));
            } else if (cursor_is(word, "policy")) {
                chain->policy = nft_take(&part, "drop") ? ACTION_DROP : ACTION_ACCEPT;
            }
        }
    }
}

/* "chain input { # handle 1": the next line may hang it in. */
static void take_chain(struct block *block, struct cursor line, struct cursor next)
{
    struct nft_parser *parser = block->parser;
    struct firewall_chain chain = { .kind = FIREWALL_NFT, .hook = HOOK_NONE, .policy = ACTION_NONE };
    struct cursor name;
    if (!nft_next(&line, &name))
        return;
    cursor_copy_text(name, chain.name, sizeof(chain.name));
    memcpy(chain.family, parser->family, sizeof(chain.family));
    memcpy(chain.table, parser->table, sizeof(chain.table));
    if (cursor_is(nft_peek(next), "type"))
        take_hook(&chain, next);
    block->chain = (int)firewall_chains(parser->firewall);
    if (!firewall_add_chain(parser->firewall, &chain))
        parser->is_out_of_memory = true;
}

/* "set NAME { … elements = { … } }": moves behind it. */
static void take_set(struct nft_parser *parser, struct cursor line, struct cursor *text)
{
    struct cursor name, inside = { 0 }, part;
    struct nft_set *set = parser->set_count < NFT_SETS ? &parser->sets[parser->set_count] : NULL;
    size_t at;
    if (!nft_next(&line, &name))
        return;
    while (cursor_until(text, '\n', &part)) {
        if (cursor_is(cursor_trim(part), "}"))
            break;
        if (!cursor_find_text(part, "elements = {", &at))
            continue;
        /* its elements may take several lines */
        const uint8_t *start = part.at + at + strlen("elements = {");
        struct cursor rest = cursor_of(start, (size_t)(text->at + text->left - start));
        if (!cursor_until(&rest, '}', &inside))
            return;
        *text = rest;
    }
    if (!set)
        return;
    parser->set_count++;
    cursor_copy_text(name, set->name, sizeof(set->name));
    set->elements = inside;
}

bool nftables_parse(struct cursor text, bool is_terse, struct firewall *firewall,
                    bool (*is_other)(const void *context, const char *family, const char *table),
                    const void *context)
{
    struct nft_parser *parser = calloc(1, sizeof(*parser));
    struct block block = { .parser = parser, .chain = -1 };
    struct cursor line, word;
    if (!parser)
        return false;
    parser->firewall = firewall;
    while (!parser->is_out_of_memory && cursor_field(&text, '\n', &line)) {
        line = cursor_trim(line);
        if (line.left == 0 || CURSOR_STARTS(line, "#"))
            continue;
        if (CURSOR_STARTS(line, "}")) {
            block.chain = -1;
        } else if (block.chain >= 0) {
            if (!CURSOR_STARTS(line, "type ") && !CURSOR_STARTS(line, "comment ") && !block.is_left_out)
                take_rule(parser, block.chain, line);
        } else if (nft_take(&line, "table")) {
            if (nft_next(&line, &word))
                cursor_copy_text(word, parser->family, sizeof(parser->family));
            if (nft_next(&line, &word))
                cursor_copy_text(word, parser->table, sizeof(parser->table));
            parser->set_count = 0;
            block.is_left_out = is_other && is_other(context, parser->family, parser->table);
        } else if (nft_take(&line, "flags")) {
            /* the kernel passes over a dormant table */
            block.is_left_out = block.is_left_out || nft_take(&line, "dormant");
        } else if (nft_take(&line, "chain")) {
            struct cursor next = { 0 }, after = text;
            if (!cursor_field(&after, '\n', &next))
                break;
            if (block.is_left_out)
                block.chain = 0; /* its lines are passed over */
            else
                take_chain(&block, line, cursor_trim(next));
        } else if (nft_take(&line, "set") || nft_take(&line, "map")) {
            take_set(parser, line, &text);
            if (is_terse)
                parser->set_count = 0; /* its elements are not shown */
        }
    }
    bool is_fine = !parser->is_out_of_memory;
    free(parser);
    return is_fine;
}
