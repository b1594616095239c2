/* SPDX-License-Identifier: Apache-2.0 */
/* Writes another id or number over one that stands in the bytes of a message, in the way it stands there. Part of mask. */
#ifndef VERDICT_MASK_FIELD_H
#define VERDICT_MASK_FIELD_H

#include "base/cursor.h"

/* The ways there are, by number from 0. Each returns false where the old value does not stand in the field in this way, or the new
 * one finds no room; then nothing was changed. */
enum { MASK_ID_WAYS = 12, MASK_DEGREE_WAYS = 10 };

MUST_CHECK bool mask_field_id(unsigned way, uint8_t *field, size_t length, const char *old,
                              const char *other);
MUST_CHECK bool mask_field_degrees(unsigned way, uint8_t *field, size_t length, double old, double other);

/* Where an id stands in the bytes, as text, as decimals of four bits each, as HEX digits of its text, or as a number of bytes;
 * hides it by setting hidden[i] for each of its bytes. Short ids (less than four characters) stand anywhere, and are passed over. */
void mask_field_hide_id(const uint8_t *bytes, size_t length, const char *id, uint8_t *hidden);

#endif
