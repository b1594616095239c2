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

uint8_t crc8(struct cursor bytes, uint8_t polynomial, uint8_t init);

uint8_t sum_xor(struct cursor bytes);
uint8_t sum_8(struct cursor bytes);
uint16_t sum_16(struct cursor bytes);

/* The Luhn check digit (0-9) that belongs behind these ASCII digits. The bytes must be digits. */
unsigned luhn_digit(struct cursor digits);

/* Is the last of these ASCII digits their Luhn check digit, as in every IMEI? */
bool luhn_ok(struct cursor digits);

#endif
