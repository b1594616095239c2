/* SPDX-License-Identifier: Apache-2.0 */
/* Finds encoders, writes their ids, and what they share. */
#include "demo/encoder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "demo/encoders.h"

enum { IMEI = 15 };

const struct encoder *encoder_at(size_t index)
{
    const struct encoder *list = text_encoders;
    for (; list->protocol && index > 0; list++, index--)
        ;
    if (list->protocol)
        return list;
    for (list = binary_encoders; list->protocol && index > 0; list++, index--)
        ;
    return list->protocol ? list : NULL;
}

const struct encoder *encoder_find(const char *protocol)
{
    const struct encoder *encoder;
    for (size_t i = 0; (encoder = encoder_at(i)); i++) {
        if (strcmp(encoder->protocol, protocol) == 0)
            return encoder;
    }
    return NULL;
}

void encoder_write_id(const struct encoder *encoder, unsigned index, char out[static ENCODER_ID])
{
    bool is_imei = encoder->digits == IMEI;
    int rest = (int)encoder->digits - 1 - is_imei;
    snprintf(out, ENCODER_ID, "9%0*u", rest, index);
    if (!is_imei)
        return;
    out[IMEI - 1] = (char)('0' + luhn_digit(cursor_of(out, IMEI - 1)));
    out[IMEI] = '\0';
}

void encode_put_minutes(struct buffer *out, double degrees, int digits)
{
    long all = lround(fabs(degrees) * 600000);
    buffer_printf(out, "%0*ld%02ld.%04ld", digits, all / 600000, all % 600000 / 10000, all % 10000);
}

void encode_put_bcd(struct buffer *out, const char *digits)
{
    size_t length = strlen(digits);
    unsigned byte = 0;
    for (size_t i = 0; i < length; i++) {
        byte = (byte << 4 | (unsigned)(digits[i] - '0')) & 0xff;
        if ((length - i) % 2 == 1)
            buffer_put_u8(out, byte);
    }
}

int64_t encode_scale(double degrees, double scale)
{
    return llround(degrees * scale);
}
