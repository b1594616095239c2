/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a rule of nftables, and the values that it compares with. Part of nftables. */
#ifndef INTAKE_NFT_VALUE_H
#define INTAKE_NFT_VALUE_H

#include "base/cursor.h"
#include "verdict/firewall.h"

enum { NFT_SETS = 256, NFT_PARTS = 4 /* of a key, as in "tcp . 5023" */ };

/* A named set of the table: where its elements stand. */
struct nft_set {
    char name[FIREWALL_NAME];
    struct cursor elements;
};

struct nft_parser {
    struct firewall *firewall; /* borrowed */
    char family[8], table[FIREWALL_NAME];
    struct nft_set sets[NFT_SETS];
    size_t set_count;
    bool is_out_of_memory;
    bool is_other; /* what the rule tests differs from sender to sender, or from time to time */
    /* the map of verdicts that the rule looks into, or the list of several things together */
    bool has_map, has_verdicts;
    enum firewall_field map_fields[NFT_PARTS]; /* by what; FIELD_STATE: by the connection's state */
    size_t map_parts;
    struct cursor map; /* empty: not known */
};

/* The next word of a line: a text in quotes (without them), a brace, or what stands between blanks, without the comma behind it. */
MUST_CHECK bool nft_next(struct cursor *line, struct cursor *word);
/* Takes the word if it is the next. */
bool nft_take(struct cursor *line, const char *word);
/* The next word, which stays; empty at the end. */
struct cursor nft_peek(struct cursor line);
/* Takes what stands between braces, if they are next. */
bool nft_braces(struct cursor *line, struct cursor *inside);

/* The next element of a list: its value, with what stands behind it (its counter, its time) left out. False: there is none, or what
 * stands behind is not understood, and then the value is empty. */
bool nft_element(struct cursor *list, struct cursor *value);

/* Adds a match to the last rule. */
void nft_match(struct nft_parser *parser, enum firewall_field field, bool is_negated, struct cursor name);
/* The same with the values of a list, any of which does; where one of them is not understood, it cannot be told. */
void nft_match_list(struct nft_parser *parser, enum firewall_field field, bool is_negated,
                    struct cursor list);
/* The rule tests something that is not understood. */
void nft_uncertain(struct nft_parser *parser);

/* A number, also in HEX, or the name of a protocol or family. */
MUST_CHECK bool nft_number(struct cursor word, uint32_t *out);
/* Takes what stands in braces, or names a set whose elements these are. False: it is not known. */
MUST_CHECK bool nft_list(const struct nft_parser *parser, struct cursor *line, struct cursor *list);
/* "vmap { 22 : accept }": what is done depends on the value. False: the line is not at such. */
MUST_CHECK bool nft_map(struct nft_parser *parser, struct cursor *line, enum firewall_field field);
/* "meta l4proto . th dport { tcp . 5023, udp . 5013 }": several things together, of which `fields` have been taken. */
void nft_together(struct nft_parser *parser, struct cursor *line, const enum firewall_field *fields,
                  size_t parts);
/* "5023", "!= 5023", "{ 5001, 5010-5020 }", "@name", or a map: takes the values and adds the match. */
void nft_values(struct nft_parser *parser, struct cursor *line, enum firewall_field field);

#endif
