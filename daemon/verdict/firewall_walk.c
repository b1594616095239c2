/* SPDX-License-Identifier: Apache-2.0 */
/* Follows a tracker's first packet through the chains of a filter, as the kernel would, and the answer to it on its way out. Asked
 * by doctor and by reach. */
#include <string.h>

#include "verdict/firewall_kept.h"

enum {
    DEEPEST = 16,
    TCP = 6,
    UDP = 17,
    CHOSEN_PORTS = 1024 /* a tracker's own port is one of these or above */
};

enum truth { NO, PERHAPS, YES };

/* What is known of a mark: nothing as long as no rule sets it, because others may. */
struct mark {
    enum { MARK_UNSET, MARK_KNOWN, MARK_VAGUE } state;
    uint32_t value;
    bool is_for_port; /* the rule that set it tests the port */
};

struct walk {
    const struct firewall *firewall;
    struct firewall_packet packet;
    struct endpoint target; /* what it is for: zero where it is an address of this host */
    struct firewall_answer answer;
    bool is_answer;       /* it goes out, from the server's port to the peer */
    enum truth untracked; /* no connection is made of it */
    struct mark marks[2]; /* the packet's, and the connection's */
    const struct firewall_rule *perhaps_let_in, *unclear;
    struct firewall_answer perhaps_kept_out; /* chain and rule */
    unsigned steps; /* so many may be taken: chains that jump in circles are none of the kernel's */
};

static bool is_zero(const struct endpoint *endpoint)
{
    static const struct endpoint none;
    return endpoint_same_address(endpoint, &none);
}

/* A number in one of the ranges? */
static enum truth ask_number(const struct walk *walk, const struct kept_match *match, uint32_t number)
{
    for (size_t i = 0; i < match->value_count; i++) {
        const struct firewall_value *value = &walk->firewall->values[match->first_value + i];
        if (number >= value->first && number <= value->last)
            return YES;
    }
    return NO;
}

/* A tracker's own port: any of the high ones. */
static enum truth ask_own_port(const struct walk *walk, const struct kept_match *match)
{
    enum truth best = NO;
    for (size_t i = 0; i < match->value_count; i++) {
        const struct firewall_value *value = &walk->firewall->values[match->first_value + i];
        if (value->first <= CHOSEN_PORTS && value->last == UINT16_MAX)
            return YES;
        if (value->last >= CHOSEN_PORTS)
            best = PERHAPS;
    }
    return best;
}

/* A first packet has SYN alone, its answer SYN and ACK. */
static enum truth ask_flags(const struct walk *walk, const struct kept_match *match)
{
    uint32_t flags = walk->is_answer ? FLAG_SYN | FLAG_ACK : FLAG_SYN;
    for (size_t i = 0; i < match->value_count; i++) {
        const struct firewall_value *value = &walk->firewall->values[match->first_value + i];
        if ((flags & value->first) == value->last)
            return YES;
    }
    return NO;
}

/* Anybody is in a network of his own only perhaps. Of the other family is surely not. */
static enum truth ask_address(const struct walk *walk, const struct kept_match *match,
                              const struct endpoint *address)
{
    bool is_known = !is_zero(address), is_perhaps = false;
    for (size_t i = 0; i < match->value_count; i++) {
        const struct firewall_value *value = &walk->firewall->values[match->first_value + i];
        if (endpoint_is_v4(&value->network) == walk->packet.is_v6)
            continue;
        if (value->bits == 0 || (is_known && endpoint_is_within(address, &value->network, value->bits)))
            return YES;
        /* nobody outside has an address of loopback */
        is_perhaps = is_perhaps || (!is_known && endpoint_scope(&value->network) != SCOPE_LOOPBACK);
    }
    return is_perhaps ? PERHAPS : NO;
}

static enum truth ask_redirected(const struct walk *walk)
{
    return walk->answer.is_redirected ? YES : walk->answer.may_be_redirected ? PERHAPS : NO;
}

/* One of the states? */
static enum truth ask_state(const struct walk *walk, const struct kept_match *match)
{
    enum truth best = NO;
    for (size_t i = 0; i < match->value_count; i++) {
        uint32_t state = walk->firewall->values[match->first_value + i].first;
        enum truth one = NO;
        if (state == STATE_UNTRACKED)
            one = walk->untracked;
        else if (state == STATE_REDIRECTED)
            one = ask_redirected(walk);
        else if ((state == STATE_KNOWN) == walk->is_answer)
            one = (enum truth)(YES - walk->untracked);
        best = one > best ? one : best;
    }
    return best;
}

static enum truth ask_interface(const struct walk *walk, const char *name)
{
    size_t length = strlen(name);
    const char *interface = walk->packet.interface;
    if (strcmp(name, "lo") == 0)
        return NO;
    if (!interface || !interface[0] || !name[0])
        return PERHAPS;
    bool is_head = length > 0 && name[length - 1] == '*';
    return (is_head ? strncmp(interface, name, length - 1) : strcmp(interface, name)) == 0 ? YES : NO;
}

static const struct mark *mark_of(const struct walk *walk, enum firewall_field field)
{
    return &walk->marks[field == FIELD_CONNECTION_MARK];
}

static enum truth ask_mark(const struct walk *walk, const struct kept_match *match)
{
    const struct mark *mark = mark_of(walk, match->match.field);
    if (mark->state != MARK_KNOWN)
        return PERHAPS;
    for (size_t i = 0; i < match->value_count; i++) {
        const struct firewall_value *value = &walk->firewall->values[match->first_value + i];
        if ((mark->value & value->first) == value->last)
            return YES;
    }
    return NO;
}

static enum truth ask_match(const struct walk *walk, const struct kept_match *match)
{
    enum truth truth = PERHAPS;
    bool is_out = walk->is_answer;
    switch (match->match.field) {
    case FIELD_PROTOCOL:
        truth = ask_number(walk, match, walk->packet.transport == TRANSPORT_TCP ? TCP : UDP);
        break;
    case FIELD_PORT:
        truth = is_out ? ask_own_port(walk, match) : ask_number(walk, match, walk->packet.port);
        break;
    case FIELD_FROM_PORT:
        truth = is_out ? ask_number(walk, match, walk->packet.port) : ask_own_port(walk, match);
        break;
    case FIELD_FAMILY:
        truth = ask_number(walk, match, walk->packet.is_v6 ? 6 : 4);
        break;
    case FIELD_SOURCE:
        truth = ask_address(walk, match, is_out ? &walk->target : &walk->packet.peer);
        break;
    case FIELD_TARGET:
        truth = ask_address(walk, match, is_out ? &walk->packet.peer : &walk->target);
        break;
    case FIELD_INTERFACE:
        truth = is_out ? NO : ask_interface(walk, match->match.name);
        break;
    case FIELD_OUT_INTERFACE:
        truth = is_out ? ask_interface(walk, match->match.name)
                       : PERHAPS; /* where it is passed on to is not known */
        break;
    case FIELD_FLAGS:
        truth = ask_flags(walk, match);
        break;
    case FIELD_REDIRECTED:
        truth = ask_redirected(walk);
        break;
    case FIELD_STATE:
        truth = ask_state(walk, match);
        break;
    case FIELD_MARK:
    case FIELD_CONNECTION_MARK:
        truth = ask_mark(walk, match);
        break;
    case FIELD_NEVER:
        truth = NO;
        break;
    case FIELD_OTHER:
    case FIELD_UNCLEAR:
        return PERHAPS;
    }
    return match->match.is_negated ? (enum truth)(YES - truth) : truth;
}

static enum truth ask_rule(const struct walk *walk, const struct kept_rule *rule)
{
    enum truth truth = YES;
    for (size_t i = 0; i < rule->match_count && truth != NO; i++) {
        enum truth one = ask_match(walk, &walk->firewall->matches[rule->first_match + i]);
        truth = one < truth ? one : truth;
    }
    return truth;
}

static bool is_mark(enum firewall_field field)
{
    return field == FIELD_MARK || field == FIELD_CONNECTION_MARK;
}

static bool tests_port(const struct firewall *firewall, const struct kept_rule *rule)
{
    for (size_t i = 0; i < rule->match_count; i++) {
        enum firewall_field field = firewall->matches[rule->first_match + i].match.field;
        if (field == FIELD_PORT || field == FIELD_FROM_PORT)
            return true;
    }
    return false;
}

/* Does what is not understood make it uncertain? */
static bool is_unclear(const struct walk *walk, const struct kept_rule *rule)
{
    for (size_t i = 0; i < rule->match_count; i++) {
        enum firewall_field field = walk->firewall->matches[rule->first_match + i].match.field;
        if (field == FIELD_UNCLEAR || (is_mark(field) && mark_of(walk, field)->state == MARK_VAGUE))
            return true;
    }
    return false;
}

static void set_mark(struct walk *walk, const struct kept_rule *kept, bool is_sure)
{
    const struct firewall_rule *rule = &kept->rule;
    struct mark *mark = &walk->marks[rule->marks_connection];
    bool is_for_port = mark->is_for_port || tests_port(walk->firewall, kept);
    if (rule->marking == MARKS_NOTHING)
        return;
    if (rule->marking == MARKS_AS_THE_OTHER)
        *mark = walk->marks[!rule->marks_connection];
    bool is_known = rule->marking == MARKS_AS_THE_OTHER ||
                    (rule->marking == MARKS_BITS && (rule->keep == 0 || mark->state != MARK_VAGUE));
    if (!is_sure || !is_known)
        mark->state = MARK_VAGUE;
    else if (rule->marking == MARKS_BITS)
        *mark = (struct mark){ MARK_KNOWN, (mark->value & rule->keep) ^ rule->set, is_for_port };
}

enum fate { GOES_ON, LET_IN, KEPT_OUT };

static enum fate keep_out(struct walk *walk, const struct firewall_chain *chain,
                          const struct firewall_rule *rule, bool is_rejected, bool is_sure)
{
    struct firewall_answer *answer = is_sure ? &walk->answer : &walk->perhaps_kept_out;
    if (is_sure || !answer->chain) {
        answer->chain = chain;
        answer->rule = rule;
        answer->is_answer = walk->is_answer;
        answer->is_rejected = is_rejected && !walk->is_answer; /* who waits outside hears nothing of it */
    }
    return is_sure ? KEPT_OUT : GOES_ON;
}

static enum fate let_in(struct walk *walk, const struct firewall_rule *rule, bool is_sure)
{
    if (!is_sure && !walk->perhaps_let_in)
        walk->perhaps_let_in = rule;
    return is_sure ? LET_IN : GOES_ON;
}

static enum fate redirect(struct walk *walk, const struct firewall_rule *rule, bool is_sure)
{
    if (!is_sure && walk->answer.may_be_redirected)
        return GOES_ON;
    walk->answer.is_redirected = is_sure;
    walk->answer.may_be_redirected = !is_sure;
    walk->answer.redirection = rule;
    walk->answer.redirection_chain = &walk->firewall->chains[rule->chain];
    walk->answer.to = rule->to;
    if (rule->to.port == 0)
        walk->answer.to.port = walk->packet.port;
    return is_sure ? LET_IN : GOES_ON;
}

static enum fate walk_chain(struct walk *walk, unsigned number, unsigned depth, bool is_sure);

static enum fate jump(struct walk *walk, const struct firewall_chain *chain, const struct firewall_rule *rule,
                      unsigned depth, bool is_sure)
{
    int target = firewall_find_chain(walk->firewall, chain->kind, chain->family, chain->table, rule->target);
    if (target < 0 || depth == DEEPEST)
        return let_in(walk, rule, false); /* a target that is not known here may do anything */
    return walk_chain(walk, (unsigned)target, depth + 1, is_sure);
}

/* The fate that a chain decides; GOES_ON: none, or it returns. `is_sure`: the packet comes here in any case. */
static enum fate walk_chain(struct walk *walk, unsigned number, unsigned depth, bool is_sure)
{
    const struct firewall_chain *chain = &walk->firewall->chains[number];
    for (size_t i = 0; i < walk->firewall->rule_count; i++) {
        const struct kept_rule *kept = &walk->firewall->rules[i];
        if (kept->rule.chain != number)
            continue;
        enum truth truth = walk->steps > 0 ? ask_rule(walk, kept) : NO;
        bool is_taken = is_sure && truth == YES;
        enum fate fate = GOES_ON;
        if (truth == NO)
            continue;
        walk->steps--;
        set_mark(walk, kept, is_taken);
        if (truth == PERHAPS && !walk->unclear && kept->rule.action != ACTION_NONE && is_unclear(walk, kept))
            walk->unclear = &kept->rule;
        switch (kept->rule.action) {
        case ACTION_ACCEPT:
            fate = let_in(walk, &kept->rule, is_taken);
            break;
        case ACTION_DROP:
        case ACTION_REJECT:
            fate = keep_out(walk, chain, &kept->rule, kept->rule.action == ACTION_REJECT, is_taken);
            break;
        case ACTION_REDIRECT:
            fate = redirect(walk, &kept->rule, is_taken);
            break;
        case ACTION_JUMP:
        case ACTION_GOTO:
            fate = jump(walk, chain, &kept->rule, depth, is_taken);
            break;
        case ACTION_OTHER:
            fate = let_in(walk, &kept->rule, false);
            break;
        case ACTION_UNTRACK:
            walk->untracked = is_taken ? YES : walk->untracked == YES ? YES : PERHAPS;
            break;
        case ACTION_RETURN:
        case ACTION_NONE:
            break;
        }
        if (fate != GOES_ON)
            return fate;
        bool is_over = kept->rule.action == ACTION_RETURN || kept->rule.action == ACTION_GOTO;
        if (is_over && truth == YES)
            return GOES_ON;
    }
    return GOES_ON;
}

static bool has_family(const struct firewall_chain *chain, bool is_v6)
{
    return strcmp(chain->family, "inet") == 0 || strcmp(chain->family, "netdev") == 0 ||
           strcmp(chain->family, is_v6 ? "ip6" : "ip") == 0;
}

/* The next base chain of a hook behind (priority, number), in the order in which the kernel asks them; -1 at the end. */
static int next_chain(const struct walk *walk, enum firewall_hook hook, bool is_nat, int after)
{
    const struct firewall *firewall = walk->firewall;
    int best = -1;
    for (int i = 0; i < (int)firewall->chain_count; i++) {
        const struct firewall_chain *chain = &firewall->chains[i];
        if (chain->hook != hook || chain->is_nat != is_nat || !has_family(chain, walk->packet.is_v6))
            continue;
        bool is_behind = after < 0 || chain->priority > firewall->chains[after].priority ||
                         (chain->priority == firewall->chains[after].priority && i > after);
        if (is_behind && (best < 0 || chain->priority < firewall->chains[best].priority))
            best = i;
    }
    return best;
}

/* Every base chain must let it in; of those that redirect the first that does is the last asked. */
static bool passes(struct walk *walk, enum firewall_hook hook, bool is_nat)
{
    for (int number = -1; (number = next_chain(walk, hook, is_nat, number)) >= 0;) {
        const struct firewall_chain *chain = &walk->firewall->chains[number];
        walk->perhaps_let_in = NULL; /* by this one */
        enum truth truth = hook == HOOK_INGRESS ? ask_interface(walk, chain->device) : YES;
        if (truth == NO)
            continue;
        enum fate fate = walk_chain(walk, (unsigned)number, 0, truth == YES);
        if (fate == GOES_ON && chain->policy == ACTION_DROP)
            fate = keep_out(walk, chain, NULL, false, truth == YES);
        if (fate == KEPT_OUT)
            return false;
        if (walk->answer.is_redirected && is_nat)
            break;
    }
    return true;
}

/* In, and the answer out. */
static bool gets_through(struct walk *walk)
{
    if (!passes(walk, HOOK_INGRESS, false) || !passes(walk, HOOK_PREROUTING, false) ||
        !passes(walk, HOOK_PREROUTING, true))
        return false;
    if (walk->answer.is_redirected) {
        walk->packet.port = walk->answer.to.port;
        walk->target = walk->answer.to;
    }
    bool is_forwarded = walk->answer.is_redirected && !is_zero(&walk->target);
    if (!passes(walk, is_forwarded ? HOOK_FORWARD : HOOK_INPUT, false))
        return false;
    /* what is answered elsewhere, or not at all, is not followed */
    if (is_forwarded || walk->packet.transport != TRANSPORT_TCP)
        return true;
    walk->is_answer = true;
    return passes(walk, HOOK_OUTPUT, false) && passes(walk, HOOK_POSTROUTING, false);
}

/* Was the rule made for the port? It tests it, or a mark that another set which does. */
static bool names_port(const struct walk *walk, const struct firewall_rule *rule)
{
    const struct kept_rule *kept = (const struct kept_rule *)rule; /* its first member */
    for (size_t i = 0; rule && i < kept->match_count; i++) {
        enum firewall_field field = walk->firewall->matches[kept->first_match + i].match.field;
        if (is_mark(field) && mark_of(walk, field)->is_for_port)
            return true;
    }
    return rule && tests_port(walk->firewall, kept);
}

struct firewall_answer firewall_ask(const struct firewall *firewall, const struct firewall_packet *packet)
{
    struct walk walk = { .firewall = firewall, .packet = *packet, .steps = 4 * RULES_MAX };
    bool is_in = gets_through(&walk);
    struct firewall_answer *answer = &walk.answer;
    if (!is_in) {
        answer->gate = walk.perhaps_let_in || answer->may_be_redirected ? GATE_PARTLY : GATE_CLOSED;
        answer->let_in = walk.perhaps_let_in;
    } else if (walk.perhaps_kept_out.chain) {
        answer->gate = GATE_PARTLY;
        answer->chain = walk.perhaps_kept_out.chain;
        answer->rule = walk.perhaps_kept_out.rule;
        answer->is_rejected = walk.perhaps_kept_out.is_rejected;
        answer->is_answer = walk.perhaps_kept_out.is_answer;
    }
    answer->unclear = answer->gate == GATE_PARTLY ? walk.unclear : NULL;
    answer->names_port = names_port(&walk, answer->let_in ? answer->let_in : answer->rule);
    return *answer;
}
