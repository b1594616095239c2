/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash against the vectors that its authors published (2-4), and against another implementation's (1-3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/siphash.h"

struct vector {
    size_t length; /* of the input, whose bytes are 0, 1, 2, … */
    uint64_t hash;
};

/* The authors' key: bytes 0 to 15. */
static const struct siphash_key key = { { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } };

static struct cursor input_of(size_t length)
{
    static uint8_t bytes[64];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)i;
    return cursor_of(bytes, length);
}

static void two_four_is_the_published_one(void **state)
{
    static const struct vector vectors[] = {
        { 0, 0x726fdb47dd0e0e31 },  { 1, 0x74f839c593dc67fd },  { 2, 0x0d6c8009d9a94f5a },
        { 3, 0x85676696d7fb7e2d },  { 4, 0xcf2794e0277187b7 },  { 5, 0x18765564cd99a68d },
        { 6, 0xcbc9466e58fee3ce },  { 7, 0xab0200f58b01d137 },  { 8, 0x93f5f5799a932462 },
        { 15, 0xa129ca6149be45e5 }, { 16, 0x3f2acc7f57c29bdb }, { 63, 0x958a324ceb064572 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        assert_int_equal(siphash_of_rounds(&key, input_of(vectors[i].length), 2, 4), vectors[i].hash);
}

/* Made with OpenSSL's SIPHASH, c-rounds 1 and d-rounds 3. */
static void one_three_is_what_others_make_of_it(void **state)
{
    static const struct vector vectors[] = {
        { 0, 0xabac0158050fc4dc },  { 1, 0xc9f49bf37d57ca93 },  { 7, 0xd3927d989bb11140 },
        { 8, 0x369095118d299a8e },  { 15, 0xd320d86d2a519956 }, { 16, 0xcc4fdd1a7d908b66 },
        { 63, 0x9d199062b7bbb3a8 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        assert_int_equal(siphash(&key, input_of(vectors[i].length)), vectors[i].hash);
}

static void another_key_gives_another_hash(void **state)
{
    const struct siphash_key other = { { key.words[0] ^ 1, key.words[1] } };
    (void)state;
    assert_true(siphash(&key, input_of(20)) != siphash(&other, input_of(20)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_four_is_the_published_one),
        cmocka_unit_test(one_three_is_what_others_make_of_it),
        cmocka_unit_test(another_key_gives_another_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
