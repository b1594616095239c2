/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of iptables as iptables-save writes them. Called by firewall. An option that is not known here makes its rule
 * uncertain. */
#include "intake/iptables.h"

#include <arpa/inet.h>
#include <string.h>

enum { WORD_MAX = 256, OPTION_MAX = 32 };

struct parser {
    struct firewall *firewall;
    enum firewall_kind kind;
    char table[FIREWALL_NAME];
    bool is_out_of_memory;
};

/* The next word of a line; a text in quotes without them. */
static bool next_word(struct cursor *line, struct cursor *word)
{
    struct cursor text = cursor_trim(*line);
    size_t length = 0;
    bool is_quoted = CURSOR_STARTS(text, "\"");
    if (text.left == 0)
        return false;
    if (is_quoted && !cursor_skip(&text, 1))
        return false;
    for (; length < text.left && text.at[length] != (is_quoted ? '"' : ' '); length++)
        length += is_quoted && text.at[length] == '\\' && length + 1 < text.left ? 1 : 0;
    *word = cursor_of(text.at, length);
    length += length < text.left ? 1 : 0;
    *line = cursor_of(text.at + length, text.left - length);
    return true;
}

static const char *family_of(const struct parser *parser)
{
    return parser->kind == FIREWALL_IP6TABLES || parser->kind == FIREWALL_IP6TABLES_LEGACY ? "ip6" : "ip";
}

/* ---- matches ---- */

static void add_match(struct parser *parser, enum firewall_field field, bool is_negated, struct cursor name)
{
    struct firewall_match match = { .field = field, .is_negated = is_negated };
    cursor_copy_text(name, match.name, sizeof(match.name));
    if (CURSOR_ENDS(name, "+") && name.left < sizeof(match.name))
        match.name[name.left - 1] = '*';
    if (!firewall_add_match(parser->firewall, &match))
        parser->is_out_of_memory = true;
}

/* Options that test what differs from sender to sender, or from time to time. */
static bool is_senders(struct cursor option)
{
    static const char *const heads[] = { "--limit",   "--hashlimit", "--connlimit", "--source-c", "--src-",
                                         "--time",    "--date",      "--uid-",      "--gid-",     "--mac-",
                                         "--ttl-",    "--hl-",       "--length",    "--quota",    "--rsource",
                                         "--second",  "--hit",       "--connbytes", "--reap",     "--month",
                                         "--physdev", "--tunnel",    "--week" };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        if (cursor_starts(option, heads[i], strlen(heads[i])))
            return true;
    }
    return cursor_is_one_of(option,
                            "--set --rcheck --update --remove --rttl --name --mask --string --hex-string "
                            "--algo --from --to --every --packet --probability --mode --invert "
                            "--validmark --loose --accept-local --ctstate --ctstatus --ctexpire "
                            "--ctorigsrc --pkt-type --dir --pol --cpu --realm --src-group --dscp "
                            "--dscp-class --tos --u32 --kerneltz --contiguous --genre");
}

static void add_uncertain(struct parser *parser, struct cursor option)
{
    add_match(parser, is_senders(option) ? FIELD_OTHER : FIELD_UNCLEAR, false, (struct cursor){ 0 });
}

static void add_value(struct parser *parser, const struct firewall_value *value)
{
    if (!firewall_add_value(parser->firewall, value))
        parser->is_out_of_memory = true;
}

static bool take_port(struct cursor text, uint32_t *port)
{
    uint64_t number;
    if (!cursor_number(text, &number) || number > UINT16_MAX)
        return false;
    *port = (uint32_t)number;
    return true;
}

/* "5023", "5001:5100", ":5100", "5001:"; several parted by commas */
static void take_ports(struct parser *parser, enum firewall_field field, struct cursor list, bool is_negated)
{
    struct cursor word, first;
    add_match(parser, field, is_negated, (struct cursor){ 0 });
    while (cursor_field(&list, ',', &word)) {
        struct firewall_value value = { .first = 0, .last = UINT16_MAX };
        bool is_range = cursor_until(&word, ':', &first);
        bool is_fine = is_range ? (first.left == 0 || take_port(first, &value.first)) &&
                                      (word.left == 0 || take_port(word, &value.last))
                                : take_port(word, &value.first) && take_port(word, &value.last);
        if (is_fine)
            add_value(parser, &value);
    }
}

static void take_network(struct parser *parser, enum firewall_field field, struct cursor text,
                         bool is_negated)
{
    char address[64];
    uint8_t v4[4], v6[16];
    uint64_t bits;
    struct cursor rest = text, head;
    bool has_bits = cursor_until(&rest, '/', &head);
    cursor_copy_text(has_bits ? head : text, address, sizeof(address));
    bool is_v4 = inet_pton(AF_INET, address, v4) == 1;
    bool is_fine = is_v4 || inet_pton(AF_INET6, address, v6) == 1;
    bits = is_v4 ? 32 : 128;
    if (!is_fine || (has_bits && (!cursor_number(rest, &bits) || bits > (is_v4 ? 32 : 128)))) {
        add_match(parser, FIELD_OTHER, false, (struct cursor){ 0 }); /* a mask with gaps */
        return;
    }
    add_match(parser, field, is_negated, (struct cursor){ 0 });
    add_value(parser,
              &(struct firewall_value){ .network = is_v4 ? endpoint_of_v4(v4, 0) : endpoint_of_v6(v6, 0),
                                        .bits = (unsigned)bits });
}

static void take_protocol(struct parser *parser, struct cursor name, bool is_negated)
{
    static const struct {
        const char *name;
        uint32_t number;
    } names[] = { { "tcp", 6 },        { "udp", 17 },    { "icmp", 1 },
                  { "ipv6-icmp", 58 }, { "icmpv6", 58 }, { "sctp", 132 } };
    uint64_t number = UINT32_MAX; /* of a name that is not known here: neither TCP nor UDP */
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(name, names[i].name))
            number = names[i].number;
    }
    if (number == UINT32_MAX && !cursor_number(name, &number))
        number = UINT32_MAX;
    add_match(parser, FIELD_PROTOCOL, is_negated, (struct cursor){ 0 });
    add_value(parser, &(struct firewall_value){ .first = (uint32_t)number, .last = (uint32_t)number });
}

static void add_state(struct parser *parser, enum firewall_state state)
{
    add_value(parser, &(struct firewall_value){ .first = state, .last = state });
}

static void take_states(struct parser *parser, struct cursor list, bool is_negated)
{
    struct cursor word;
    add_match(parser, FIELD_STATE, is_negated, (struct cursor){ 0 });
    while (cursor_field(&list, ',', &word)) {
        if (cursor_is(word, "NEW"))
            add_state(parser, STATE_NEW);
        else if (cursor_is(word, "ESTABLISHED"))
            add_state(parser, STATE_KNOWN);
        else if (cursor_is(word, "UNTRACKED"))
            add_state(parser, STATE_UNTRACKED);
        else if (cursor_is(word, "DNAT"))
            add_state(parser, STATE_REDIRECTED);
    }
}

static uint32_t flags_of(struct cursor list)
{
    struct cursor word;
    uint32_t flags = 0;
    while (cursor_field(&list, ',', &word))
        flags |= firewall_flag(word);
    return flags;
}

/* "FIN,SYN,RST,ACK SYN": of the first the second are set. */
static void take_flags(struct parser *parser, struct cursor *line, bool is_negated)
{
    struct cursor mask, set;
    if (!next_word(line, &mask) || !next_word(line, &set))
        return;
    add_match(parser, FIELD_FLAGS, is_negated, (struct cursor){ 0 });
    add_value(parser, &(struct firewall_value){ .first = flags_of(mask), .last = flags_of(set) });
}

/* "0x1", "0x1/0xff" */
static bool take_bits(struct cursor text, uint32_t *value, uint32_t *mask)
{
    struct cursor rest = text, head;
    uint64_t numbers[2] = { 0, UINT32_MAX };
    bool has_mask = cursor_until(&rest, '/', &head);
    struct cursor parts[2] = { has_mask ? head : text, rest };
    for (int i = 0; i < 1 + has_mask; i++) {
        bool is_hex = CURSOR_STARTS(parts[i], "0x") && cursor_skip(&parts[i], 2);
        if (!(is_hex ? cursor_hex(parts[i], &numbers[i]) : cursor_number(parts[i], &numbers[i])))
            return false;
    }
    *value = (uint32_t)numbers[0];
    *mask = (uint32_t)numbers[1];
    return true;
}

static void take_mark(struct parser *parser, struct cursor *line, enum firewall_field field, bool is_negated)
{
    struct cursor word = { 0 };
    struct firewall_value value = { .bits = 0 };
    if (!next_word(line, &word) || !take_bits(word, &value.last, &value.first)) {
        add_uncertain(parser, word);
        return;
    }
    add_match(parser, field, is_negated, (struct cursor){ 0 });
    add_value(parser, &value);
}

/* A set of ipset, whose members iptables does not show: of senders, or of what all send to. */
static void take_set(struct parser *parser, struct cursor *line)
{
    struct cursor name, way, part;
    bool is_senders = true;
    if (!next_word(line, &name) || !next_word(line, &way))
        return;
    while (cursor_field(&way, ',', &part))
        is_senders = is_senders && cursor_is(part, "src");
    add_match(parser, is_senders ? FIELD_OTHER : FIELD_UNCLEAR, false, (struct cursor){ 0 });
}

/* Options with a value that say how, not whether; and the modules, whose options follow. */
static bool is_harmless(struct cursor option)
{
    return cursor_is_one_of(
        option, "-m --match --comment --reject-with --log-prefix --log-level --to-destination --to-ports "
                "--limit-burst --nflog-group --nflog-prefix");
}

/* ---- rules ---- */

/* "172.18.0.2", "172.18.0.2:5023" */
static void take_target(struct cursor text, struct endpoint *to)
{
    char address[64];
    uint8_t v4[4], v6[16];
    uint64_t port = 0;
    struct cursor rest = text, head = text;
    bool is_bracketed = CURSOR_STARTS(text, "[") && cursor_skip(&rest, 1) && cursor_until(&rest, ']', &head);
    if (is_bracketed)
        rest = rest.left > 0 ? cursor_of(rest.at + 1, rest.left - 1) : rest;
    else if (!cursor_until(&rest, ':', &head)) {
        head = text;
        rest = cursor_of(text.at, 0);
    }
    if (rest.left > 0 && (!cursor_number(rest, &port) || port > UINT16_MAX))
        port = 0; /* a range: the port cannot be told */
    cursor_copy_text(head, address, sizeof(address));
    if (inet_pton(AF_INET, address, v4) == 1)
        *to = endpoint_of_v4(v4, (uint16_t)port);
    else if (inet_pton(AF_INET6, address, v6) == 1)
        *to = endpoint_of_v6(v6, (uint16_t)port);
}

static void take_action(struct cursor name, bool is_goto, struct firewall_rule *rule)
{
    static const struct {
        const char *name;
        enum firewall_action action;
    } names[] = { { "ACCEPT", ACTION_ACCEPT }, { "DROP", ACTION_DROP },       { "REJECT", ACTION_REJECT },
                  { "RETURN", ACTION_RETURN }, { "DNAT", ACTION_REDIRECT },   { "REDIRECT", ACTION_REDIRECT },
                  { "LOG", ACTION_NONE },      { "NFLOG", ACTION_NONE },      { "MARK", ACTION_NONE },
                  { "CONNMARK", ACTION_NONE }, { "MASQUERADE", ACTION_NONE }, { "SNAT", ACTION_NONE },
                  { "NFQUEUE", ACTION_OTHER }, { "TPROXY", ACTION_OTHER },    { "SYNPROXY", ACTION_OTHER },
                  { "TARPIT", ACTION_OTHER },  { "CT", ACTION_NONE },         { "NOTRACK", ACTION_UNTRACK },
                  { "TCPMSS", ACTION_NONE },   { "SET", ACTION_NONE } };
    rule->action = is_goto ? ACTION_GOTO : ACTION_JUMP;
    cursor_copy_text(name, rule->target, sizeof(rule->target));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(name, names[i].name))
            rule->action = names[i].action;
    }
}

/* "--set-xmark 0x1/0xffffffff" (of these bits none stays, and the value's are turned), "--save-mark", "--restore-mark". */
static void take_marking(struct cursor option, struct cursor value, struct firewall_rule *rule)
{
    uint32_t mask = 0;
    bool is_mark = strcmp(rule->target, "MARK") == 0;
    if (!is_mark && strcmp(rule->target, "CONNMARK") != 0)
        return;
    if (cursor_is(option, "--set-xmark")) {
        rule->marking = take_bits(value, &rule->set, &mask) ? MARKS_BITS : MARKS_UNKNOWN;
        rule->keep = ~mask;
        rule->marks_connection = !is_mark;
    } else if (cursor_is_one_of(option, "--save-mark --restore-mark")) {
        rule->marking = MARKS_AS_THE_OTHER;
        rule->marks_connection = cursor_is(option, "--save-mark");
    } else if (cursor_is_one_of(option, "--nfmask --ctmask --mask") && !cursor_is(value, "0xffffffff")) {
        rule->marking = MARKS_UNKNOWN;
    }
}

/* What a rule does: -j, -g, and where to. */
static void take_verdict(struct cursor line, struct firewall_rule *rule)
{
    struct cursor word, value, copy = line;
    while (next_word(&copy, &word)) {
        bool is_goto = cursor_is(word, "-g");
        struct cursor rest = copy;
        if (cursor_is(word, "--notrack"))
            rule->action = ACTION_UNTRACK;
        if (!next_word(&rest, &value))
            value = (struct cursor){ 0 };
        take_marking(word, value, rule);
        if (is_goto || cursor_is(word, "-j"))
            take_action(value, is_goto, rule);
        else if (cursor_is(word, "--to-destination"))
            take_target(value, &rule->to);
        else if (cursor_is(word, "--to-ports")) {
            uint32_t port = 0;
            rule->to.port = take_port(value, &port) ? (uint16_t)port : 0;
        }
    }
}

/* Options whose value is tested. False: it is none of them. */
static bool take_known(struct parser *parser, struct cursor option, struct cursor *line, bool is_negated)
{
    struct cursor value, rest = *line;
    if (!next_word(&rest, &value))
        value = (struct cursor){ 0 };
    if (cursor_is(option, "-p"))
        take_protocol(parser, value, is_negated);
    else if (cursor_is_one_of(option, "--dport --dports --destination-port --destination-ports"))
        take_ports(parser, FIELD_PORT, value, is_negated);
    else if (cursor_is_one_of(option, "--sport --sports --source-port --source-ports"))
        take_ports(parser, FIELD_FROM_PORT, value, is_negated);
    else if (cursor_is(option, "-s"))
        take_network(parser, FIELD_SOURCE, value, is_negated);
    else if (cursor_is(option, "-d"))
        take_network(parser, FIELD_TARGET, value, is_negated);
    else if (cursor_is(option, "-i"))
        add_match(parser, FIELD_INTERFACE, is_negated, value);
    else if (cursor_is(option, "-o"))
        add_match(parser, FIELD_OUT_INTERFACE, is_negated, value);
    else if (cursor_is_one_of(option, "--ctstate --state"))
        take_states(parser, value, is_negated);
    else if (cursor_is(option, "--dst-type")) {
        /* all that is for this host is local, and nothing else */
        if (cursor_is(value, "LOCAL") == is_negated)
            add_match(parser, FIELD_NEVER, false, (struct cursor){ 0 });
    } else if (!is_harmless(option))
        return false;
    *line = rest;
    return true;
}

static void take_matches(struct parser *parser, struct cursor line)
{
    struct cursor option;
    bool is_negated = false, is_connection = false;
    while (!parser->is_out_of_memory && next_word(&line, &option)) {
        /* both have the same options */
        is_connection = is_connection || cursor_is(option, "connmark");
        if (cursor_is(option, "!")) {
            is_negated = true;
            continue;
        }
        if (cursor_is_one_of(option, "-j -g"))
            return; /* behind it stands how */
        if (cursor_is(option, "-f")) {
            if (!is_negated)
                add_match(parser, FIELD_NEVER, false, (struct cursor){ 0 });
        } else if (cursor_is(option, "--tcp-flags")) {
            take_flags(parser, &line, is_negated);
        } else if (cursor_is(option, "--mark")) {
            take_mark(parser, &line, is_connection ? FIELD_CONNECTION_MARK : FIELD_MARK, is_negated);
        } else if (cursor_is(option, "--match-set")) {
            take_set(parser, &line);
        } else if (cursor_is(option, "--syn")) {
            add_match(parser, FIELD_FLAGS, is_negated, (struct cursor){ 0 });
            add_value(parser, &(struct firewall_value){ .first = FLAG_FIN | FLAG_SYN | FLAG_RST | FLAG_ACK,
                                                        .last = FLAG_SYN });
        } else if (!take_known(parser, option, &line, is_negated) && CURSOR_STARTS(option, "-")) {
            add_uncertain(parser, option);
        }
        is_negated = false;
    }
}

/* "-A INPUT -p tcp -m tcp --dport 5023 -j DROP" */
static void take_rule(struct parser *parser, struct cursor line)
{
    struct cursor whole = line, name;
    char chain[FIREWALL_NAME];
    struct firewall_rule rule = { .action = ACTION_NONE };
    if (!next_word(&line, &name) || !next_word(&line, &name))
        return;
    cursor_copy_text(name, chain, sizeof(chain));
    int number = firewall_find_chain(parser->firewall, parser->kind, family_of(parser), parser->table, chain);
    if (number < 0)
        return;
    rule.chain = (unsigned)number;
    cursor_copy_text(whole, rule.text, sizeof(rule.text));
    take_verdict(line, &rule);
    if (!firewall_add_rule(parser->firewall, &rule))
        parser->is_out_of_memory = true;
    else
        take_matches(parser, line);
}

/* ":INPUT DROP [0:0]"; a chain without a policy has "-". */
static void take_chain(struct parser *parser, struct cursor line)
{
    static const struct {
        const char *table;
        int priority;
    } priorities[] = {
        { "raw", -300 }, { "mangle", -150 }, { "nat", -100 }, { "filter", 0 }, { "security", 50 }
    };
    struct firewall_chain chain = { .kind = parser->kind, .policy = ACTION_NONE };
    struct cursor name, policy;
    if (!cursor_skip(&line, 1) || !next_word(&line, &name) || !next_word(&line, &policy))
        return;
    cursor_copy_text(name, chain.name, sizeof(chain.name));
    memcpy(chain.table, parser->table, sizeof(chain.table));
    strcpy(chain.family, family_of(parser));
    chain.is_nat = strcmp(parser->table, "nat") == 0;
    if (!cursor_is(policy, "-")) {
        chain.policy = cursor_is(policy, "DROP") ? ACTION_DROP : ACTION_ACCEPT;
        chain.hook = cursor_is(name, "INPUT")         ? HOOK_INPUT
                     : cursor_is(name, "PREROUTING")  ? HOOK_PREROUTING
                     : cursor_is(name, "FORWARD")     ? HOOK_FORWARD
                     : cursor_is(name, "OUTPUT")      ? HOOK_OUTPUT
                     : cursor_is(name, "POSTROUTING") ? HOOK_POSTROUTING
                                                      : HOOK_NONE;
    }
    for (size_t i = 0; i < sizeof(priorities) / sizeof(priorities[0]); i++) {
        if (strcmp(priorities[i].table, parser->table) == 0)
            chain.priority = priorities[i].priority;
    }
    if (!firewall_add_chain(parser->firewall, &chain))
        parser->is_out_of_memory = true;
}

bool iptables_parse(struct cursor text, enum firewall_kind kind, struct firewall *firewall)
{
    struct parser parser = { .firewall = firewall, .kind = kind };
    struct cursor line;
    while (!parser.is_out_of_memory && cursor_field(&text, '\n', &line)) {
        line = cursor_trim(line);
        if (CURSOR_STARTS(line, "*"))
            cursor_copy_text(cursor_of(line.at + 1, line.left - 1), parser.table, sizeof(parser.table));
        else if (CURSOR_STARTS(line, ":"))
            take_chain(&parser, line);
        else if (CURSOR_STARTS(line, "-A "))
            take_rule(&parser, line);
    }
    return !parser.is_out_of_memory;
}
