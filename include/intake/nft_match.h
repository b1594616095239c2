/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule of nftables tests. Part of nftables. */
#ifndef INTAKE_NFT_MATCH_H
#define INTAKE_NFT_MATCH_H

#include "intake/nft_value.h"

/* The connection's state is one of the list. */
void nft_match_states(struct nft_parser *parser, bool is_negated, struct cursor states);
/* "meta mark set …", "ct mark set …": what it makes of the mark. False: the line is not at such. */
bool nft_marking(struct cursor *line, struct firewall_rule *rule);

/* Takes one expression that is no verdict; at least one word. */
void nft_expression(struct nft_parser *parser, struct cursor *line);

#endif
