/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule of nftables tests: packets, connections and marks. Called by nftables. */
#include "intake/nft_match.h"

static const struct {
    const char *words[2]; /* the second may be NULL */
    enum firewall_field field;
} heads[] = {
    { { "tcp", "sport" }, FIELD_FROM_PORT },   { { "udp", "sport" }, FIELD_FROM_PORT },
    { { "th", "sport" }, FIELD_FROM_PORT },    { { "tcp", "dport" }, FIELD_PORT },
    { { "udp", "dport" }, FIELD_PORT },        { { "th", "dport" }, FIELD_PORT },
    { { "meta", "l4proto" }, FIELD_PROTOCOL }, { { "ip", "protocol" }, FIELD_PROTOCOL },
    { { "ip6", "nexthdr" }, FIELD_PROTOCOL },  { { "ip", "saddr" }, FIELD_SOURCE },
    { { "ip6", "saddr" }, FIELD_SOURCE },      { { "ip", "daddr" }, FIELD_TARGET },
    { { "ip6", "daddr" }, FIELD_TARGET },      { { "meta", "nfproto" }, FIELD_FAMILY },
    { { "meta", "protocol" }, FIELD_FAMILY },  { { "l4proto", NULL }, FIELD_PROTOCOL },
};

/* "tcp dport" says TCP, too; "ip saddr" IPv4. */
static void add_number(struct nft_parser *parser, enum firewall_field field, uint32_t number)
{
    const struct firewall_value value = { .first = number, .last = number };
    nft_match(parser, field, false, (struct cursor){ 0 });
    if (!firewall_add_value(parser->firewall, &value))
        parser->is_out_of_memory = true;
}

void nft_match_states(struct nft_parser *parser, bool is_negated, struct cursor states)
{
    struct cursor word;
    nft_match(parser, FIELD_STATE, is_negated, (struct cursor){ 0 });
    while (cursor_field(&states, ',', &word)) {
        static const struct {
            const char *name;
            uint32_t state;
        } names[] = { { "new", STATE_NEW },
                      { "established", STATE_KNOWN },
                      { "untracked", STATE_UNTRACKED } };
        size_t i = 0;
        while (i < 3 && !cursor_is(cursor_trim(word), names[i].name))
            i++;
        if (i == 3)
            continue;
        uint32_t state = names[i].state;
        if (!firewall_add_value(parser->firewall, &(struct firewall_value){ .first = state, .last = state }))
            parser->is_out_of_memory = true;
    }
}

static bool take_state(struct nft_parser *parser, struct cursor *line)
{
    if (nft_take(line, "status")) {
        bool is_dnat = nft_take(line, "dnat");
        if (is_dnat)
            nft_match(parser, FIELD_REDIRECTED, false, (struct cursor){ 0 });
        return is_dnat;
    }
    if (!nft_take(line, "state"))
        return false;
    if (nft_map(parser, line, FIELD_STATE))
        return true;
    bool is_negated = nft_take(line, "!=");
    struct cursor text = cursor_trim(*line), list;
    size_t length = 0;
    if (cursor_is(nft_peek(text), "{")) {
        *line = text;
        if (!nft_braces(line, &list))
            return false;
    } else {
        while (length < text.left && text.at[length] != ' ')
            length++;
        list = cursor_of(text.at, length);
        *line = cursor_of(text.at + length, text.left - length);
    }
    nft_match_states(parser, is_negated, list);
    return true;
}

static void take_interface(struct nft_parser *parser, enum firewall_field field, struct cursor *line)
{
    if (nft_map(parser, line, field))
        return;
    bool is_negated = nft_take(line, "!=");
    struct cursor name, list;
    bool is_list = cursor_is(nft_peek(*line), "{") || CURSOR_STARTS(nft_peek(*line), "@");
    if (!is_list) {
        if (nft_next(line, &name))
            nft_match(parser, field, is_negated, name);
    } else if (!nft_list(parser, line, &list) || (!is_negated && parser->has_map)) {
        nft_uncertain(parser);
    } else if (is_negated) {
        while (nft_next(&list, &name))
            nft_match(parser, field, true, name);
    } else {
        parser->has_map = true;
        parser->has_verdicts = false;
        parser->map_fields[0] = field;
        parser->map_parts = 1;
        parser->map = list;
    }
}

/* Flags that commas part, up to the next blank. */
static uint32_t take_flag_list(struct cursor *line)
{
    struct cursor text = cursor_trim(*line), list, word;
    uint32_t flags = 0;
    size_t length = 0;
    while (length < text.left && text.at[length] != ' ')
        length++;
    list = cursor_of(text.at, length);
    *line = cursor_of(text.at + length, text.left - length);
    while (cursor_field(&list, ',', &word))
        flags |= firewall_flag(word);
    return flags;
}

/* "(fin | syn | rst | ack)" */
static uint32_t take_flag_sum(struct cursor *line)
{
    struct cursor word, text = cursor_trim(*line);
    uint32_t flags = 0;
    bool is_end = !CURSOR_STARTS(text, "(") || !cursor_skip(&text, 1);
    while (!is_end && nft_next(&text, &word)) {
        is_end = CURSOR_ENDS(word, ")");
        flags |= firewall_flag(cursor_of(word.at, word.left - is_end));
    }
    *line = text;
    return flags;
}

/* "syn", "!= syn", "== syn", "syn / fin,syn,rst,ack", "! syn", "& (fin | syn | rst | ack) == syn"; what stands otherwise is not understood. */
static void take_flags(struct nft_parser *parser, struct cursor *line)
{
    uint32_t mask = nft_take(line, "&") ? take_flag_sum(line) : 0;
    bool is_none = nft_take(line, "!"), is_negated = nft_take(line, "!="),
         is_whole = nft_take(line, "==") || is_negated;
    uint32_t set = take_flag_list(line);
    if (nft_take(line, "/"))
        mask = take_flag_list(line);
    bool is_any = mask == 0 && !is_whole; /* of several, as "not none of them" */
    if (is_any) {
        mask = set;
        set = 0;
        is_negated = !is_none;
    } else if (mask == 0) {
        mask = FLAG_ALL;
    }
    if (mask == 0) {
        nft_uncertain(parser); /* a number, or a list */
        return;
    }
    nft_match(parser, FIELD_FLAGS, is_negated, (struct cursor){ 0 });
    if (!firewall_add_value(parser->firewall, &(struct firewall_value){ .first = mask, .last = set }))
        parser->is_out_of_memory = true;
}

/* What is tested, where it is one of the table's. */
static bool take_head(struct nft_parser *parser, struct cursor *line, enum firewall_field *field)
{
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct cursor rest = *line;
        if (!nft_take(&rest, heads[i].words[0]) || (heads[i].words[1] && !nft_take(&rest, heads[i].words[1])))
            continue;
        *line = rest;
        *field = heads[i].field;
        if (strcmp(heads[i].words[0], "tcp") == 0 || strcmp(heads[i].words[0], "udp") == 0)
            add_number(parser, FIELD_PROTOCOL, heads[i].words[0][0] == 't' ? 6 : 17);
        else if (strncmp(heads[i].words[0], "ip", 2) == 0)
            add_number(parser, FIELD_FAMILY, strcmp(heads[i].words[0], "ip6") == 0 ? 6 : 4);
        return true;
    }
    return false;
}

static bool take_known(struct nft_parser *parser, struct cursor *line)
{
    enum firewall_field fields[NFT_PARTS];
    size_t parts = 1;
    if (!take_head(parser, line, &fields[0]))
        return false;
    for (; nft_take(line, "."); parts++) {
        if (parts == NFT_PARTS || !take_head(parser, line, &fields[parts])) {
            nft_uncertain(parser);
            return true;
        }
    }
    if (parts > 1)
        nft_together(parser, line, fields, parts);
    else
        nft_values(parser, line, fields[0]);
    return true;
}

/* What changes nothing of who may pass. */
static bool take_harmless(struct cursor *line)
{
    struct cursor word;
    if (nft_take(line, "counter")) {
        if (nft_take(line, "name"))
            return nft_next(line, &word);
        if (nft_take(line, "packets"))
            (void)(nft_next(line, &word) && nft_take(line, "bytes") && nft_next(line, &word));
        return true;
    }
    if (nft_take(line, "comment"))
        return nft_next(line, &word);
    if (!nft_take(line, "log"))
        return false;
    while (nft_take(line, "prefix") || nft_take(line, "level") || nft_take(line, "flags") ||
           nft_take(line, "group") || nft_take(line, "snaplen") || nft_take(line, "queue-threshold")) {
        if (!nft_next(line, &word))
            break;
    }
    return true;
}

/* "icmp type echo-request": whatever it tests, it is neither TCP nor UDP. */
static bool take_other_protocol(struct nft_parser *parser, struct cursor *line)
{
    static const struct {
        const char *name;
        uint32_t number;
    } names[] = {
        { "icmp", 1 }, { "icmpv6", 58 }, { "igmp", 2 }, { "sctp", 132 }, { "esp", 50 }, { "ah", 51 }
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!nft_take(line, names[i].name))
            continue;
        add_number(parser, FIELD_PROTOCOL, names[i].number);
        return true;
    }
    return false;
}

/* ---- marks ---- */

/* "0x00000001", "meta mark | 0x00000001", "ct mark", "mark and 0xff or 0x1"; what is none of these is not known. */
bool nft_marking(struct cursor *line, struct firewall_rule *rule)
{
    struct cursor rest = *line, word;
    uint32_t number;
    bool is_connection = nft_take(&rest, "ct");
    if ((!is_connection && !nft_take(&rest, "meta")) || !nft_take(&rest, "mark") || !nft_take(&rest, "set"))
        return false;
    /* a rule that sets both is rare: then neither is known */
    rule->marking = rule->marking == MARKS_NOTHING ? MARKS_BITS : MARKS_UNKNOWN;
    rule->marks_connection = is_connection;
    rule->keep = UINT32_MAX;
    rule->set = 0;
    bool is_ct = nft_take(&rest, "ct");
    (void)nft_take(&rest, "meta");
    if (!nft_take(&rest, "mark")) {
        rule->keep = 0;
        if (!nft_next(&rest, &word) || !nft_number(word, &rule->set))
            rule->marking = MARKS_UNKNOWN;
    }
    bool is_other = rule->keep != 0 && is_ct != is_connection;
    for (;;) {
        bool is_or = nft_take(&rest, "|") || nft_take(&rest, "or");
        bool is_and = !is_or && (nft_take(&rest, "&") || nft_take(&rest, "and"));
        bool is_xor = !is_or && !is_and && (nft_take(&rest, "^") || nft_take(&rest, "xor"));
        if (!is_or && !is_and && !is_xor)
            break;
        if (is_other || !nft_next(&rest, &word) || !nft_number(word, &number)) {
            rule->marking = MARKS_UNKNOWN;
            break;
        }
        rule->keep &= is_or ? ~number : is_and ? number : UINT32_MAX;
        rule->set = is_or ? rule->set | number : is_and ? rule->set & number : rule->set ^ number;
    }
    if (is_other && rule->marking == MARKS_BITS)
        rule->marking = MARKS_AS_THE_OTHER;
    *line = rest;
    return true;
}

/* "0x1", "!= 0x1", "{ 0x1, 0x2 }", "& 0xff == 0x1" */
static void take_mark(struct nft_parser *parser, struct cursor *line, enum firewall_field field)
{
    struct cursor word, list = { 0 };
    uint32_t mask = UINT32_MAX, number;
    bool has_mask = nft_take(line, "&") || nft_take(line, "and");
    if (has_mask && (!nft_next(line, &word) || !nft_number(word, &mask))) {
        nft_uncertain(parser);
        return;
    }
    bool is_negated = nft_take(line, "!=");
    (void)nft_take(line, "==");
    if (cursor_is(nft_peek(*line), "{") ? !nft_braces(line, &list) : !nft_next(line, &list))
        return;
    for (struct cursor rest = list; nft_element(&rest, &word);) {
        if (!nft_number(word, &number)) {
            nft_uncertain(parser);
            return;
        }
    }
    nft_match(parser, field, is_negated, (struct cursor){ 0 });
    while (nft_element(&list, &word)) {
        if (nft_number(word, &number) &&
            !firewall_add_value(parser->firewall, &(struct firewall_value){ .first = mask, .last = number }))
            parser->is_out_of_memory = true;
    }
}

static bool take_known_mark(struct nft_parser *parser, struct cursor *line)
{
    struct cursor rest = *line;
    bool is_connection = nft_take(&rest, "ct");
    if ((!is_connection && !nft_take(&rest, "meta")) || !nft_take(&rest, "mark"))
        return false;
    *line = rest;
    take_mark(parser, line, is_connection ? FIELD_CONNECTION_MARK : FIELD_MARK);
    return true;
}

/* ---- all ---- */

/* Words after which stands what is another for each sender, or changes with time. */
static bool is_senders(struct cursor word)
{
    return cursor_is_one_of(word,
                            "limit quota ct fib rt socket osf numgen symhash jhash ether time hour day "
                            "skuid skgid cgroup length rtclassid pkttype cpu random dscp ttl hoplimit "
                            "ecn id frag-off option window sequence ackseq doff iiftype iifgroup iifkind "
                            "ipsec frag exthdr hbh mh dst");
}

void nft_expression(struct nft_parser *parser, struct cursor *line)
{
    struct cursor word;
    struct firewall_rule marked = { 0 };
    if (nft_marking(line, &marked) || take_known_mark(parser, line))
        return;
    if (take_harmless(line) || take_known(parser, line) || take_other_protocol(parser, line))
        return;
    struct cursor rest = *line;
    if ((nft_take(&rest, "ct") && take_state(parser, &rest)) ||
        (nft_take(&rest, "fib") && nft_take(&rest, "daddr") && nft_take(&rest, "type") &&
         nft_take(&rest, "local"))) {
        *line = rest; /* all that is for this host is local */
    } else if (nft_take(line, "iifname") || nft_take(line, "iif")) {
        take_interface(parser, FIELD_INTERFACE, line);
    } else if (nft_take(line, "oifname") || nft_take(line, "oif")) {
        take_interface(parser, FIELD_OUT_INTERFACE, line);
    } else if (nft_take(&rest, "tcp") && nft_take(&rest, "flags")) {
        *line = rest;
        add_number(parser, FIELD_PROTOCOL, 6);
        take_flags(parser, line);
    } else if (nft_next(line, &word)) {
        /* the words behind it say more of the same */
        parser->is_other = parser->is_other || is_senders(word) ||
                           (cursor_is_one_of(word, "meta ip ip6 tcp") && is_senders(nft_peek(*line)));
        nft_uncertain(parser);
    }
}
