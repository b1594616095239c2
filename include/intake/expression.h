/* SPDX-License-Identifier: Apache-2.0 */
/* A libpcap expression ("host 198.51.100.2 and not port 5055") for the frames of files, whatever link types they mix. */
#ifndef INTAKE_EXPRESSION_H
#define INTAKE_EXPRESSION_H

#include "base/cursor.h"

struct expression;

/* NULL: error says what is wrong with it, as libpcap says it. expression_free takes NULL. */
struct expression *expression_new(const char *text, char *error, size_t size);
void expression_free(struct expression *expression);

/* Does a frame fit? type: its link type as libpcap numbers them; length: on the wire. One of a link type for which the expression
 * makes no sense does not, and that is told once. */
bool expression_fits(struct expression *expression, int type, struct cursor frame, size_t length);

#endif
