/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that text lines share. What comes from the network is HEX or escaped. */
#ifndef OUTLET_TEXT_H
#define OUTLET_TEXT_H

#include "base/buffer.h"
#include "verdict/talk.h"

/* "tcp 5023 " or nothing without a port */
void text_put_place(struct buffer *out, const struct place *place);

/* " gt06 login 123456789012345 certain ok": what a line says behind its HEX. count: messages in the HEX. */
void text_put_told(struct buffer *out, const struct told *told, unsigned count);

/* One line for each marked field of a message: offset, bytes, name. Nothing without marks. */
void text_put_fields(struct buffer *out, const struct told *told);

#endif
