/* SPDX-License-Identifier: Apache-2.0 */
/* CRCs by nibble tables (small, const, fast enough), sums and Luhn. Used by the protocols. */
#include "base/checksum.h"

static const uint16_t forward_1021[16] = { 0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
                                           0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef };
static const uint16_t reflected_1021[16] = { 0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387,
                                             0x8408, 0x9489, 0xa50a, 0xb58b, 0xc60c, 0xd68d, 0xe70e, 0xf78f };
static const uint16_t reflected_8005[16] = { 0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401,
                                             0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01, 0x8801, 0x4400 };
static const uint32_t reflected_ieee[16] = { 0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                             0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                             0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                             0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c };
static const uint32_t reflected_castagnoli[16] = { 0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
                                                   0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
                                                   0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
                                                   0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75 };

static uint16_t crc16_forward(struct cursor c, uint16_t crc)
{
    for (size_t i = 0; i < c.left; i++) {
        crc = (uint16_t)(crc << 4 ^ forward_1021[(crc >> 12 ^ c.at[i] >> 4) & 15]);
        crc = (uint16_t)(crc << 4 ^ forward_1021[(crc >> 12 ^ c.at[i]) & 15]);
    }
    return crc;
}

static uint16_t crc16_reflected(struct cursor c, uint16_t crc, const uint16_t table[16])
{
    for (size_t i = 0; i < c.left; i++) {
        crc = (uint16_t)(crc >> 4 ^ table[(crc ^ c.at[i]) & 15]);
        crc = (uint16_t)(crc >> 4 ^ table[(crc ^ c.at[i] >> 4) & 15]);
    }
    return crc;
}

static uint32_t crc32_reflected(struct cursor c, const uint32_t table[16])
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < c.left; i++) {
        crc = crc >> 4 ^ table[(crc ^ c.at[i]) & 15];
        crc = crc >> 4 ^ table[(crc ^ (uint32_t)(c.at[i] >> 4)) & 15];
    }
    return ~crc;
}

uint16_t crc16_x25(struct cursor bytes)
{
    return (uint16_t)~crc16_reflected(bytes, 0xffff, reflected_1021);
}

uint16_t crc16_kermit(struct cursor bytes)
{
    return crc16_reflected(bytes, 0, reflected_1021);
}

uint16_t crc16_modbus(struct cursor bytes)
{
    return crc16_reflected(bytes, 0xffff, reflected_8005);
}

uint16_t crc16_arc(struct cursor bytes)
{
    return crc16_reflected(bytes, 0, reflected_8005);
}

uint16_t crc16_ccitt_false(struct cursor bytes)
{
    return crc16_forward(bytes, 0xffff);
}

uint16_t crc16_xmodem(struct cursor bytes)
{
    return crc16_forward(bytes, 0);
}

uint32_t crc32_ieee(struct cursor bytes)
{
    return crc32_reflected(bytes, reflected_ieee);
}

uint32_t crc32_castagnoli(struct cursor bytes)
{
    return crc32_reflected(bytes, reflected_castagnoli);
}

uint8_t crc8(struct cursor bytes, uint8_t polynomial, uint8_t init)
{
    uint8_t crc = init;
    for (size_t i = 0; i < bytes.left; i++) {
        crc ^= bytes.at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint8_t)(crc & 0x80 ? crc << 1 ^ polynomial : crc << 1);
    }
    return crc;
}

uint8_t sum_xor(struct cursor bytes)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < bytes.left; i++)
        sum ^= bytes.at[i];
    return sum;
}

uint8_t sum_8(struct cursor bytes)
{
    return (uint8_t)sum_16(bytes);
}

uint16_t sum_16(struct cursor bytes)
{
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.left; i++)
        sum += bytes.at[i];
    return (uint16_t)sum;
}

unsigned luhn_digit(struct cursor digits)
{
    unsigned sum = 0;
    for (size_t i = 0; i < digits.left; i++) {
        unsigned digit = (unsigned)(digits.at[digits.left - 1 - i] - '0') % 10;
        if (i % 2 == 0)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return (10 - sum % 10) % 10;
}

bool luhn_ok(struct cursor digits)
{
    if (digits.left < 2 || cursor_count_digits(digits) != digits.left)
        return false;
    struct cursor body = cursor_of(digits.at, digits.left - 1);
    return luhn_digit(body) == (unsigned)(digits.at[digits.left - 1] - '0');
}
