/* SPDX-License-Identifier: Apache-2.0 */
/* Check values of the CRC catalogue (over "123456789"), sums, and the check digit of IMEIs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/checksum.h"

static const struct cursor check = { (const uint8_t *)"123456789", 9 };

static void test_crc16(void **state)
{
    (void)state;
    assert_int_equal(crc16_x25(check), 0x906e);
    assert_int_equal(crc16_ccitt_false(check), 0x29b1);
    assert_int_equal(crc16_xmodem(check), 0x31c3);
    assert_int_equal(crc16_kermit(check), 0x2189);
    assert_int_equal(crc16_modbus(check), 0x4b37);
    assert_int_equal(crc16_arc(check), 0xbb3d);
}

static void test_crc32(void **state)
{
    (void)state;
    assert_int_equal(crc32_ieee(check), 0xcbf43926);
    assert_int_equal(crc32_castagnoli(check), 0xe3069283);
    for (size_t n = 0; n <= check.left; n++)
        assert_int_equal(
            crc32_castagnoli_of_two(cursor_of(check.at, n), cursor_of(check.at + n, check.left - n)),
            0xe3069283);
}

static void test_crc8(void **state)
{
    (void)state;
    assert_int_equal(crc8(check, 0x07, 0x00), 0xf4);
    assert_int_equal(crc8(check, 0x31, 0xff), 0xf7);
    assert_int_equal(crc8(check, 0x9b, 0x00), 0xea);
}

static void test_of_nothing(void **state)
{
    (void)state;
    struct cursor nothing = { 0 };
    assert_int_equal(crc16_x25(nothing), 0x0000);
    assert_int_equal(crc16_ccitt_false(nothing), 0xffff);
    assert_int_equal(crc16_xmodem(nothing), 0x0000);
    assert_int_equal(crc32_ieee(nothing), 0);
    assert_int_equal(crc8(nothing, 0x31, 0xff), 0xff);
    assert_int_equal(sum_xor(nothing), 0);
    assert_int_equal(sum_16(nothing), 0);
}

/* every byte value in every place must count */
static void test_every_bit_counts(void **state)
{
    (void)state;
    uint8_t bytes[64] = { 0 };
    struct cursor c = cursor_of(bytes, sizeof(bytes));
    uint16_t x25 = crc16_x25(c), arc = crc16_arc(c), xmodem = crc16_xmodem(c);
    uint32_t ieee = crc32_ieee(c), castagnoli = crc32_castagnoli(c);
    for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
        bytes[bit / 8] = (uint8_t)(1u << bit % 8);
        assert_true(crc16_x25(c) != x25 && crc16_arc(c) != arc && crc16_xmodem(c) != xmodem);
        assert_true(crc32_ieee(c) != ieee && crc32_castagnoli(c) != castagnoli);
        bytes[bit / 8] = 0;
    }
}

static void test_sums(void **state)
{
    (void)state;
    static uint8_t many[600];
    assert_int_equal(sum_xor(check), '1');
    assert_int_equal(sum_8(check), 0xdd);
    assert_int_equal(sum_16(check), 0x1dd);
    memset(many, 0xff, sizeof(many));
    assert_int_equal(sum_16(cursor_of(many, sizeof(many))), 600 * 255 % 65536);
    assert_int_equal(sum_8(cursor_of(many, sizeof(many))), 600 * 255 % 256);
}

static void test_by_name(void **state)
{
    (void)state;
    static const struct {
        enum check kind;
        uint32_t value;
    } cases[] = {
        { CHECK_NONE, 0 },
        { CHECK_XOR, '1' },
        { CHECK_SUM_8, 0xdd },
        { CHECK_SUM_8_NEGATED, 0x23 },
        { CHECK_SUM_16, 0x1dd },
        { CHECK_SUM_16_NEGATED, 0xfe23 },
        { CHECK_CRC8_07_00, 0xf4 },
        { CHECK_CRC8_07_FF, 0xfb },
        { CHECK_CRC8_31_FF, 0xf7 },
        { CHECK_CRC16_X25, 0x906e },
        { CHECK_CRC16_CCITT_FALSE, 0x29b1 },
        { CHECK_CRC16_XMODEM, 0x31c3 },
        { CHECK_CRC16_KERMIT, 0x2189 },
        { CHECK_CRC16_MODBUS, 0x4b37 },
        { CHECK_CRC16_ARC, 0xbb3d },
        { CHECK_CRC32, 0xcbf43926 },
        { CHECK_CRC32_CASTAGNOLI, 0xe3069283 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(check_of(cases[i].kind, check), cases[i].value);
    assert_int_equal(check_of(CHECK_SUM_8_NEGATED, cursor_of(NULL, 0)), 0);
}

static void test_luhn(void **state)
{
    (void)state;
    assert_int_equal(luhn_digit(cursor_of_text("7992739871")), 3);
    assert_int_equal(luhn_digit(cursor_of_text("49015420323751")), 8);
    assert_true(luhn_ok(cursor_of_text("490154203237518")));
    assert_false(luhn_ok(cursor_of_text("490154203237519")));
    assert_false(luhn_ok(cursor_of_text("490154203237581")));
    assert_false(luhn_ok(cursor_of_text("49015420323751x")) || luhn_ok(cursor_of_text("x90154203237518")));
    assert_false(luhn_ok(cursor_of_text("0")) || luhn_ok(cursor_of_text("")));
    assert_true(luhn_ok(cursor_of_text("00")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc16),
        cmocka_unit_test(test_crc32),
        cmocka_unit_test(test_crc8),
        cmocka_unit_test(test_of_nothing),
        cmocka_unit_test(test_every_bit_counts),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_luhn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
