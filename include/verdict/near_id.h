/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers that differ in what people get wrong when they write them down. Used by the matter of registration. */
#ifndef VERDICT_NEAR_ID_H
#define VERDICT_NEAR_ID_H

/* How a registered identifier differs from the one that a device sends, in words that follow "X is registered: ", static; NULL
 * where they are strangers, or the same. */
const char *near_id(const char *registered, const char *sent);

#endif
