/* SPDX-License-Identifier: Apache-2.0 */
/* CRCs by tables of bytes, sums and Luhn. Used by the protocols. */
#include "base/checksum.h"

/* A CRC's table entry of a byte is the XOR of those of its bits: eight numbers say the whole table. */
#define ENTRY(n, a, b, c, d, e, f, g, h)                                                                  \
    (((n)&1 ? (a) : 0) ^ ((n)&2 ? (b) : 0) ^ ((n)&4 ? (c) : 0) ^ ((n)&8 ? (d) : 0) ^ ((n)&16 ? (e) : 0) ^ \
     ((n)&32 ? (f) : 0) ^ ((n)&64 ? (g) : 0) ^ ((n)&128 ? (h) : 0))
#define FOUR(entry, n) entry(n), entry((n) + 1), entry((n) + 2), entry((n) + 3)
#define SIXTEEN(entry, n) FOUR(entry, n), FOUR(entry, (n) + 4), FOUR(entry, (n) + 8), FOUR(entry, (n) + 12)
#define SIXTY_FOUR(entry, n) \
    SIXTEEN(entry, n), SIXTEEN(entry, (n) + 16), SIXTEEN(entry, (n) + 32), SIXTEEN(entry, (n) + 48)
#define TABLE(entry) \
    SIXTY_FOUR(entry, 0), SIXTY_FOUR(entry, 64), SIXTY_FOUR(entry, 128), SIXTY_FOUR(entry, 192)

#define FORWARD_1021(n) ENTRY(n, 0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48c4, 0x9188)
#define REFLECTED_1021(n) ENTRY(n, 0x1189, 0x2312, 0x4624, 0x8c48, 0x1081, 0x2102, 0x4204, 0x8408)
#define REFLECTED_8005(n) ENTRY(n, 0xc0c1, 0xc181, 0xc301, 0xc601, 0xcc01, 0xd801, 0xf001, 0xa001)
#define IEEE(n)                                                                                         \
    ENTRY(n, 0x77073096u, 0xee0e612cu, 0x076dc419u, 0x0edb8832u, 0x1db71064u, 0x3b6e20c8u, 0x76dc4190u, \
          0xedb88320u)
#define CASTAGNOLI(n)                                                                                   \
    ENTRY(n, 0xf26b8303u, 0xe13b70f7u, 0xc79a971fu, 0x8ad958cfu, 0x105ec76fu, 0x20bd8edeu, 0x417b1dbcu, \
          0x82f63b78u)

static const uint16_t forward_1021[256] = { TABLE(FORWARD_1021) };
static const uint16_t reflected_1021[256] = { TABLE(REFLECTED_1021) };
static const uint16_t reflected_8005[256] = { TABLE(REFLECTED_8005) };
static const uint32_t reflected_ieee[256] = { TABLE(IEEE) };
static const uint32_t reflected_castagnoli[256] = { TABLE(CASTAGNOLI) };

static uint16_t crc16_forward(struct cursor c, uint16_t crc)
{
    for (size_t i = 0; i < c.left; i++)
        crc = (uint16_t)(crc << 8 ^ forward_1021[(crc >> 8 ^ c.at[i]) & 255]);
    return crc;
}

static uint16_t crc16_reflected(struct cursor c, uint16_t crc, const uint16_t table[static 256])
{
    for (size_t i = 0; i < c.left; i++)
        crc = (uint16_t)(crc >> 8 ^ table[(crc ^ c.at[i]) & 255]);
    return crc;
}

/* The CRC of more bytes, where crc is that of those before: 0 of none. */
static uint32_t crc32_more(uint32_t crc, struct cursor c, const uint32_t table[static 256])
{
    crc = ~crc;
    for (size_t i = 0; i < c.left; i++)
        crc = crc >> 8 ^ table[(crc ^ c.at[i]) & 255];
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
    return crc32_more(0, bytes, reflected_ieee);
}

uint32_t crc32_castagnoli(struct cursor bytes)
{
    return crc32_more(0, bytes, reflected_castagnoli);
}

uint32_t crc32_castagnoli_of_two(struct cursor first, struct cursor second)
{
    return crc32_more(crc32_castagnoli(first), second, reflected_castagnoli);
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

uint32_t check_of(enum check kind, struct cursor covered)
{
    switch (kind) {
    case CHECK_NONE:
        return 0;
    case CHECK_XOR:
        return sum_xor(covered);
    case CHECK_SUM_8:
        return sum_8(covered);
    case CHECK_SUM_8_NEGATED:
        return (uint8_t)(0u - sum_8(covered));
    case CHECK_SUM_16:
        return sum_16(covered);
    case CHECK_SUM_16_NEGATED:
        return (uint16_t)(0u - sum_16(covered));
    case CHECK_CRC8_07_00:
        return crc8(covered, 0x07, 0x00);
    case CHECK_CRC8_07_FF:
        return crc8(covered, 0x07, 0xff);
    case CHECK_CRC8_31_FF:
        return crc8(covered, 0x31, 0xff);
    case CHECK_CRC16_X25:
        return crc16_x25(covered);
    case CHECK_CRC16_CCITT_FALSE:
        return crc16_ccitt_false(covered);
    case CHECK_CRC16_XMODEM:
        return crc16_xmodem(covered);
    case CHECK_CRC16_KERMIT:
        return crc16_kermit(covered);
    case CHECK_CRC16_MODBUS:
        return crc16_modbus(covered);
    case CHECK_CRC16_ARC:
        return crc16_arc(covered);
    case CHECK_CRC32:
        return crc32_ieee(covered);
    case CHECK_CRC32_CASTAGNOLI:
        return crc32_castagnoli(covered);
    }
    return 0;
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
