/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a packet filter, and what they do to a tracker's first packet. Pure: intake fills it from nftables or iptables,
 * doctor and the matter of reachability ask. What a rule tests and this does not know makes its answer "perhaps", never "no".
 */
#ifndef VERDICT_FIREWALL_H
#define VERDICT_FIREWALL_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/cursor.h"
#include "base/net.h"

enum { FIREWALL_NAME = 32, FIREWALL_TEXT = 200 };

/* Whom a chain belongs to: nftables, or one of the two iptables, or of the older two, whose tables are beside and of the same names. */
enum firewall_kind {
    FIREWALL_NFT,
    FIREWALL_IPTABLES,
    FIREWALL_IP6TABLES,
    FIREWALL_IPTABLES_LEGACY,
    FIREWALL_IP6TABLES_LEGACY
};

/* Where a chain is hung in; others are only jumped to. */
enum firewall_hook {
    HOOK_NONE,
    HOOK_INGRESS,
    HOOK_PREROUTING,
    HOOK_INPUT,
    HOOK_FORWARD,
    HOOK_OUTPUT,
    HOOK_POSTROUTING
};

enum firewall_field {
    FIELD_PROTOCOL,      /* 6: TCP, 17: UDP */
    FIELD_PORT,          /* that it is for: the server's, of the answer the tracker's */
    FIELD_FROM_PORT,     /* that it is from */
    FIELD_SOURCE,        /* the sender's address */
    FIELD_TARGET,        /* the address that it is for */
    FIELD_INTERFACE,     /* it comes in by this */
    FIELD_OUT_INTERFACE, /* it goes out by this */
    FIELD_FLAGS,         /* TCP's: of those in the value's first, those in its last are set */
    FIELD_FAMILY,        /* 4 or 6 */
    FIELD_STATE,         /* the connection's, one of enum firewall_state */
    FIELD_REDIRECTED,    /* it was sent on to another address or port before */
    FIELD_NEVER,         /* what no first packet is: a fragment, one without SYN */
    FIELD_MARK,          /* the packet's mark: of the bits in the value's first, those in its last are set */
    FIELD_CONNECTION_MARK,
    FIELD_OTHER,  /* what differs from sender to sender, or from time to time */
    FIELD_UNCLEAR /* what is not understood: it may hold for everybody */
};

/* States that a first packet, or the answer to it, may have. */
enum firewall_state { STATE_NEW, STATE_KNOWN, STATE_UNTRACKED, STATE_REDIRECTED };

/* TCP's flags, as they stand in its head. */
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_PSH = 8, FLAG_ACK = 16, FLAG_URG = 32, FLAG_ALL = 63 };
/* The flag of a name, in capitals or not; "all": all; 0: it is none. */
uint32_t firewall_flag(struct cursor name);

enum firewall_action {
    ACTION_NONE,
    ACTION_UNTRACK, /* and goes on */
    ACTION_ACCEPT,
    ACTION_DROP,
    ACTION_REJECT,
    ACTION_RETURN,
    ACTION_JUMP,
    ACTION_GOTO,
    ACTION_REDIRECT, /* DNAT, or to another port of this host */
    ACTION_OTHER     /* into a queue or elsewhere: what happens there cannot be told */
};

/* What a rule makes of a mark: (the mark & keep) ^ set. */
enum firewall_marking { MARKS_NOTHING, MARKS_BITS, MARKS_AS_THE_OTHER, MARKS_UNKNOWN };

struct firewall;

/* A base chain has a hook; its policy is an accept or a drop. Chains of one table are found by their name. */
struct firewall_chain {
    enum firewall_kind kind;
    char family[8]; /* "ip", "ip6", "inet", "netdev"; iptables: "ip", "ip6" */
    char table[FIREWALL_NAME], name[FIREWALL_NAME];
    enum firewall_hook hook;
    char device[16]; /* HOOK_INGRESS: whose packets it sees; "": of several */
    bool is_nat;
    int priority;
    enum firewall_action policy;
};

struct firewall_rule {
    unsigned chain; /* its number */
    enum firewall_action action;
    char target[FIREWALL_NAME]; /* of a jump */
    struct endpoint to;         /* of a redirection: what stays as it is is zero */
    enum firewall_marking marking;
    bool marks_connection;    /* and not the packet */
    uint32_t keep, set;       /* MARKS_BITS */
    unsigned handle;          /* nftables' number; 0: none */
    char text[FIREWALL_TEXT]; /* as its program shows it */
};

struct firewall_match {
    enum firewall_field field;
    bool is_negated;
    char name[16]; /* FIELD_INTERFACE; a '*' at the end stands for more */
};

/* One of the values of a match, any of which does. */
struct firewall_value {
    uint32_t first, last; /* FIELD_PROTOCOL, FIELD_PORT, FIELD_FAMILY, FIELD_STATE, FIELD_FLAGS, FIELD_MARK */
    struct endpoint network; /* FIELD_SOURCE, FIELD_TARGET */
    unsigned bits;
};

struct firewall *firewall_new(void);
void firewall_free(struct firewall *firewall);

/* Each adds to what was added last; false when memory is out. A chain's number is its place, from 0. */
MUST_CHECK bool firewall_add_chain(struct firewall *firewall, const struct firewall_chain *chain);
MUST_CHECK bool firewall_add_rule(struct firewall *firewall, const struct firewall_rule *rule);
MUST_CHECK bool firewall_add_match(struct firewall *firewall, const struct firewall_match *match);
MUST_CHECK bool firewall_add_value(struct firewall *firewall, const struct firewall_value *value);

/* The same matches as the rule before, up to its `count`th: for what stands in one rule and is several. */
MUST_CHECK bool firewall_repeat_matches(struct firewall *firewall, size_t count);
/* How many matches the last rule has. */
size_t firewall_matches(const struct firewall *firewall);
/* The number of a chain; -1: there is none. */
int firewall_find_chain(const struct firewall *firewall, enum firewall_kind kind, const char *family,
                        const char *table, const char *name);
size_t firewall_chains(const struct firewall *firewall);

/* The first packet of a tracker. */
struct firewall_packet {
    enum transport transport;
    uint16_t port;
    bool is_v6;
    struct endpoint peer;  /* all zero: anybody outside */
    const char *interface; /* it comes in by; NULL or "": not known */
};

enum gate {
    GATE_OPEN,
    GATE_PARTLY, /* it depends on what is not known here: the sender, or a limit */
    GATE_CLOSED
};

struct firewall_answer {
    enum gate gate;
    const struct firewall_chain *chain;  /* where it was closed (or partly); NULL: nowhere. Borrowed */
    const struct firewall_rule *rule;    /* by which; NULL: by the chain's policy. Borrowed */
    const struct firewall_rule *let_in;  /* GATE_PARTLY: closed but for whom this rule lets in. Borrowed */
    const struct firewall_rule *unclear; /* GATE_PARTLY: because this one is not understood; NULL. Borrowed */
    bool names_port;                     /* the rule tests the port: it was made for it */
    bool is_answer;                      /* it is let in, and the answer to it is not let out */
    bool is_rejected;                    /* with an answer, not in silence */
    bool is_redirected;                  /* to `to`, whose address is zero where it stays this host's */
    const struct firewall_rule *redirection; /* by which; NULL: it is not. Borrowed, as the next */
    const struct firewall_chain *redirection_chain;
    bool may_be_redirected; /* perhaps, to `to` */
    struct endpoint to;
};

struct firewall_answer firewall_ask(const struct firewall *firewall, const struct firewall_packet *packet);

#endif
