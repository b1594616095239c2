/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums that trackers compute. A right one is the best evidence there is of a protocol; a wrong one is no
 * reason to refuse (posted messages are edited by hand), it only lowers the certainty. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include "base/cursor.h"

uint16_t crc16_x25(struct cursor bytes);         /* 1021 reflected, init ffff, xorout ffff */
uint16_t crc16_ccitt_false(struct cursor bytes); /* 1021, init ffff */
uint16_t crc16_xmodem(struct cursor bytes);      /* 1021, init 0 */
uint16_t crc16_kermit(struct cursor bytes);      /* 1021 reflected, init 0 */
uint16_t crc16_modbus(struct cursor bytes);      /* 8005 reflected, init ffff */
uint16_t crc16_arc(struct cursor bytes);         /* 8005 reflected, init 0; also called IBM */

uint32_t crc32_ieee(struct cursor bytes);
uint32_t crc32_castagnoli(struct cursor bytes); /* CRC-32C */
/* The same over two parts with something between them that it does not cover. */
uint32_t crc32_castagnoli_of_two(struct cursor first, struct cursor second);

uint8_t crc8(struct cursor bytes, uint8_t polynomial, uint8_t init);

uint8_t sum_xor(struct cursor bytes);
uint8_t sum_8(struct cursor bytes);
uint16_t sum_16(struct cursor bytes);

/* The same by a name, for protocols that are described by a table. A value has as many bits as the name says. */
enum check {
    CHECK_NONE, /* always 0 */
    CHECK_XOR,
    CHECK_SUM_8,
    CHECK_SUM_8_NEGATED, /* two's complement: sum and check together are 0 */
    CHECK_SUM_16,
    CHECK_SUM_16_NEGATED,
    CHECK_CRC8_07_00, /* polynomial, init; not reflected */
    CHECK_CRC8_07_FF,
    CHECK_CRC8_31_FF,
    CHECK_CRC16_X25,
    CHECK_CRC16_CCITT_FALSE,
    CHECK_CRC16_XMODEM,
    CHECK_CRC16_KERMIT,
    CHECK_CRC16_MODBUS,
    CHECK_CRC16_ARC,
    CHECK_CRC32,
    CHECK_CRC32_CASTAGNOLI,
};

/* The check value that belongs to these bytes. */
uint32_t check_of(enum check kind, struct cursor covered);

/* The Luhn check digit (0-9) that belongs behind these ASCII digits. The bytes must be digits. */
unsigned luhn_digit(struct cursor digits);

/* Is the last of these ASCII digits their Luhn check digit, as in every IMEI? */
bool luhn_ok(struct cursor digits);

#endif
