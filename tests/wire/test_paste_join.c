/* SPDX-License-Identifier: Apache-2.0 */
/* What mails, terminals and programs broke is whole again, lines keep their numbers, and what was whole stays as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/paste_join.h"
#include "wire/paste_letters.h"

static void mails(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "id=3D12&lat=3D48\n", "id=12&lat=48\n" },
        { "=D0=96 =3D\n", "\xd0\x96 =\n" },
        { "Content-Transfer-Encoding: quoted-printable\n\na =3C b\n",
          "Content-Transfer-Encoding: quoted-printable\n\na < b\n" },
        { "7878787878787878787878787878787878787878787878787878787878787878787878787878=\n0d0a\nmore\n",
          "78787878787878787878787878787878787878787878787878787878787878787878787878780d0a\v\nmore\n" },
        /* equals signs of messages, of base64, and none at all */
        { "?id=12&lat=48.2&lon=16.3\n", NULL },
        { "?id=3D12&lat=48.2\n", NULL },
        { "eHgNAQEjRWeJASNFAAGM3Q0K=\nmore\n", NULL },
        { "eHgNAQEjRWeJASNFAAGM3Q0K==\n", NULL },
        { "78780d01\n", NULL },
        { "=", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t memory[256];
        struct buffer out = buffer_on(memory, sizeof(memory));
        bool is_mail = paste_from_mail(cursor_of_text(cases[i][0]), &out);
        assert_int_equal(is_mail, cases[i][1] != NULL);
        assert_true(cursor_is(buffer_cursor(&out), is_mail ? cases[i][1] : ""));
    }
}

static void seams(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "FINE: [5001\n<- 192.0.2.7] - (HEX: 78\nmore", "FINE: [5001 <- 192.0.2.7] - (HEX: 78\v\nmore\n" },
        { "2026-02-01 08:09:10  INFO: [T1a2b3c4d: gt0\n6 < 203.0.113.7] 78",
          "2026-02-01 08:09:10  INFO: [T1a2b3c4d: gt06 < 203.0.113.7] 78\v\n" },
        { "(b'xx\\r'\n b'\\x01')", "(b'xx\\r\\x01')\v\n" },
        { "\"\\x78\" \\\n\"\\x79\"\n", "\"\\x78\\x79\"\v\n" },
        { "('*HQ,4'\n '112,V1#')\n", "('*HQ,4112,V1#')\v\n" },
        { "AAAAAAAAACMIAQAAAZwYP6RwAQnCcZAcu/zQAG4ALQkA\ne3s=\n",
          "AAAAAAAAACMIAQAAAZwYP6RwAQnCcZAcu/zQAG4ALQkAe3s=\v\n" },
        /* each for itself */
        { "[5001\nwords] 78", "[5001\nwords] 78\n" },
        { "\"78780d01\"\n\"78780d01\"\n", "\"78780d01\"\n\"78780d01\"\n" },
        { "b'xx\\r\\n'\nb'xx\\r\\n'\n", "b'xx\\r\\n'\nb'xx\\r\\n'\n" },
        { "AAAAAAAAACMIAQAAAZwYP6RwAQnCcZAcu/zQAG4ALQkA\nwhat is it?\n",
          "AAAAAAAAACMIAQAAAZwYP6RwAQnCcZAcu/zQAG4ALQkA\nwhat is it?\n" },
        { "", "" },
        { "\n\n", "\n\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length;
        uint8_t *joined = paste_join_lines(cursor_of_text(cases[i][0]), &length);
        assert_non_null(joined);
        assert_true(cursor_is(cursor_of(joined, length), cases[i][1]));
        free(joined);
    }
}

static void numbers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "1. ab\n2. cd\n", " ab\n cd\n" },
        { "  9\tab\n\n 10\tcd", "ab\n\ncd\n" },
        { "18422:ab\n18423:cd\n", "ab\ncd\n" },
        { "1. ab\n3. cd\n", "1. ab\n3. cd\n" },
        { "1. ab\n2) cd\n", "1. ab\n2) cd\n" },
        { "0000: 78\n0001: 78\n", "0000: 78\n0001: 78\n" },
        { "1. ab\n", "1. ab\n" },
        { "78 01\n79 02\n", "78 01\n79 02\n" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t text[64];
        size_t length = strlen(cases[i][0]);
        memcpy(text, cases[i][0], length);
        paste_unnumber(text, &length);
        struct cursor out = cursor_of(text, length);
        assert_int_equal(out.left > 0 && out.at[0] == ' ', cases[i][1][0] == ' ');
        assert_true(cursor_is(cursor_trim(out), cases[i][1] + strspn(cases[i][1], " ")) ||
                    cursor_is(out, cases[i][1]));
    }
}

static void letters(void **state)
{
    (void)state;
    static const struct {
        const char *text, *means;
        size_t taken;
    } cases[] = {
        { "78780d0\u0430", "78780d0a", 1 },
        { "*\u041dQ,\u0410,", "*HQ,A,", 2 },
        { "\u0667\u06f8\u096d\U0001d7fe", "7878", 4 },
        /* words and names of other languages */
        { "\u0421\u0430\u0440\u0430", "\u0421\u0430\u0440\u0430", 0 },
        { "\u0421\u0430\u0440\u04301", "\u0421\u0430\u0440\u04301", 0 },
        { "\u0436\u05d0\xff\xd0", "\u0436\u05d0\xff\xd0", 0 },
        { "", "", 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t text[64];
        size_t length = strlen(cases[i].text);
        memcpy(text, cases[i].text, length);
        assert_int_equal(paste_latin(text, &length), cases[i].taken);
        assert_true(cursor_is(cursor_of(text, length), cases[i].means));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mails),
        cmocka_unit_test(seams),
        cmocka_unit_test(numbers),
        cmocka_unit_test(letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
