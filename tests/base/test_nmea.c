/* SPDX-License-Identifier: Apache-2.0 */
/* Coordinates and checksums of NMEA 0183. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nmea.h"

static bool reads_as(const char *text, double expected)
{
    double degrees = 1000;
    return nmea_degrees(cursor_of_text(text), &degrees) && degrees - expected < 1e-9 &&
           expected - degrees < 1e-9;
}

static void test_degrees(void **state)
{
    (void)state;
    assert_true(reads_as("4730.6000", 47.51));
    assert_true(reads_as("01905.4000", 19 + 5.4 / 60));
    assert_true(reads_as("18000.0000", 180));
    assert_true(reads_as("4730", 47.5));
    assert_true(reads_as("30.6", 0.51));
    assert_true(reads_as("0000.0000", 0));
    assert_true(reads_as("00000.0", 0));
}

static void test_no_degrees(void **state)
{
    (void)state;
    static const char *const texts[] = { "",         "-4730.6",    "+4730.6",  "47a30.6",
                                         "18000.01", "99999999.9", "100000.0", "9999999999999999999999999",
                                         ".",        "N",          "4730,6",   "40000.0" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        double degrees = 7;
        if (nmea_degrees(cursor_of_text(texts[i]), &degrees))
            fail_msg("'%s' is taken for %f degrees", texts[i], degrees);
        assert_true(degrees == 7);
    }
}

static void test_degrees_of_number(void **state)
{
    (void)state;
    double degrees = nmea_degrees_of(47306000);
    assert_true(degrees > 47.5099999 && degrees < 47.5100001);
    degrees = nmea_degrees_of(179599999);
    assert_true(degrees > 179.9999 && degrees < 180);
}

static void test_bcd(void **state)
{
    (void)state;
    double degrees = 7;
    assert_false(nmea_bcd(cursor_of("\x04\x73\x06", 3), &degrees));
    assert_false(nmea_bcd(cursor_of("\x04\x73\x06\x0a", 4), &degrees));
    assert_false(nmea_bcd(cursor_of("\x18\x00\x00\x01", 4), &degrees));
    assert_true(degrees == 7);
    assert_true(nmea_bcd(cursor_of("\x04\x73\x06\x00", 4), &degrees));
    assert_true(degrees > 47.5099999 && degrees < 47.5100001);
    assert_true(nmea_bcd(cursor_of("\x87\x03\x96\x00", 4), &degrees));
    assert_true(degrees < -70.6599999 && degrees > -70.6600001);
    assert_true(nmea_bcd(cursor_of("\x18\x00\x00\x00", 4), &degrees));
    assert_true(degrees == 180);
}

static void test_sign(void **state)
{
    (void)state;
    assert_int_equal(nmea_sign(cursor_of_text("S")), -1);
    assert_int_equal(nmea_sign(cursor_of_text("w")), -1);
    assert_int_equal(nmea_sign(cursor_of_text("N")), 1);
    assert_int_equal(nmea_sign(cursor_of_text("")), 1);
    assert_int_equal(nmea_sign(cursor_of_text("SW")), 1);
}

static void test_checksum(void **state)
{
    (void)state;
    assert_int_equal(nmea_checksum(cursor_of_text("GPTXT,HELLO*21")), NMEA_RIGHT);
    assert_int_equal(nmea_checksum(cursor_of_text("a*61")), NMEA_RIGHT);
    assert_int_equal(nmea_checksum(cursor_of_text("j*6a\r\n")), NMEA_RIGHT);
    assert_int_equal(nmea_checksum(cursor_of_text("j*6A")), NMEA_RIGHT);
    assert_int_equal(nmea_checksum(cursor_of_text("j*6b")), NMEA_WRONG);
    assert_int_equal(nmea_checksum(cursor_of_text("*00")), NMEA_RIGHT);
    assert_int_equal(nmea_checksum(cursor_of_text("j")), NMEA_NONE);
    assert_int_equal(nmea_checksum(cursor_of_text("j*")), NMEA_NONE);
    assert_int_equal(nmea_checksum(cursor_of_text("j*6")), NMEA_NONE);
    assert_int_equal(nmea_checksum(cursor_of_text("j*6x")), NMEA_NONE);
}

static void packed_is(const char *text, unsigned digits, double wanted)
{
    double degrees = 0;
    assert_true(nmea_packed(cursor_of_text(text), digits, &degrees));
    assert_true(degrees - wanted < 1e-9 && wanted - degrees < 1e-9);
}

static void test_packed(void **state)
{
    double degrees;
    (void)state;
    packed_is("4730600", 2, 47.51);
    packed_is("47306000", 2, 47.51);
    packed_is("4730.6", 2, 47.51);
    packed_is("019054000", 3, 19.09);
    packed_is("-0704", 2, -7 - 4 / 60.0);
    packed_is("4730", 2, 47.5);
    assert_false(nmea_packed(cursor_of_text("473"), 2, &degrees));
    assert_false(nmea_packed(cursor_of_text("4730x"), 2, &degrees));
    assert_false(nmea_packed(cursor_of_text("20000"), 3, &degrees));
    assert_false(nmea_packed(cursor_of_text("-"), 2, &degrees));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_no_degrees),
        cmocka_unit_test(test_degrees_of_number),
        cmocka_unit_test(test_bcd),
        cmocka_unit_test(test_sign),
        cmocka_unit_test(test_checksum),
        cmocka_unit_test(test_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
