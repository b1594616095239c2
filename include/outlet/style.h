/* SPDX-License-Identifier: Apache-2.0 */
/* Colours by meaning, from the sixteen that every terminal has; the same marks and words everywhere. Colour alone never tells:
 * a word or a mark stands beside it. */
#ifndef OUTLET_STYLE_H
#define OUTLET_STYLE_H

#include "base/buffer.h"
#include "verdict/event.h"

enum meaning { MEANING_PLAIN, MEANING_OK, MEANING_WAITING, MEANING_PROBLEM, MEANING_UNKNOWN };

/* The colour's beginning and end; nothing for MEANING_PLAIN or without colours. */
void style_begin(struct buffer *out, bool is_coloured, enum meaning meaning);
void style_end(struct buffer *out, bool is_coloured, enum meaning meaning);

/* '+' ok, '~' waiting, '!' problem, '?' unknown */
char style_mark(enum meaning meaning);

/* Of a message's verdict, of its location, of a finding. */
enum meaning style_of_verdict(const struct identity *identity);
enum meaning style_of_location(enum location location);
enum meaning style_of_finding(const struct finding_event *event);

#endif
