/* SPDX-License-Identifier: Apache-2.0 */
/* What people paste, in every dress: each is taken apart into the bytes that came, with port, peer and what is known of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hex.h"
#include "protocol/registry.h"
#include "wire/paste.h"

/* gt06: a login and a position; h02 and tk103 as text */
#define LOGIN "78780d01012345678901234500018cdd0d0a"
#define POSITION "78781f121a020108090ac90518e6b0020c529025142d01040100120034560002e3b20d0a"
#define H02 "*HQ,1234567890,V1,080910,A,4730.6000,N,01905.4000,E,000.00,000,010226,FFFFFBFF#"

struct want {
    const char *name, *text, *source;
    const char *hex; /* of all pieces, one after the other; NULL: the text H02 */
    unsigned port;
    size_t pieces, hidden;
};

static const struct want wants[] = {
    { "plain", LOGIN, "hex", LOGIN, 0, 1, 0 },
    { "upper case", "78780D01012345678901234500018CDD0D0A", "hex", LOGIN, 0, 1, 0 },
    { "blanks", "78 78 0d 01 01 23 45 67 89 01 23 45 00 01 8c dd 0d 0a", "hex", LOGIN, 0, 1, 0 },
    { "colons", "78:78:0d:01:01:23:45:67:89:01:23:45:00:01:8c:dd:0d:0a", "hex", LOGIN, 0, 1, 0 },
    { "dashes", "78-78-0D-01-01-23-45-67-89-01-23-45-00-01-8C-DD-0D-0A", "hex", LOGIN, 0, 1, 0 },
    { "0x, commas",
      "0x78, 0x78, 0x0d, 0x01, 0x01, 0x23, 0x45, 0x67, 0x89, 0x01, 0x23, 0x45, 0x00, 0x01, 0x8c, 0xdd, 0x0d, "
      "0x0a",
      "hex", LOGIN, 0, 1, 0 },
    { "0x without zeros", "0x78 0x78 0xd 0x1 0x1 0x23 0x45 0x67 0x89 0x1 0x23 0x45 0x0 0x1 0x8c 0xdd 0xd 0xa",
      "hex", LOGIN, 0, 1, 0 },
    { "one 0x", "0x" LOGIN, "hex", LOGIN, 0, 1, 0 },
    { "\\x", "\\x78\\x78\\x0d\\x01\\x01\\x23\\x45\\x67\\x89\\x01\\x23\\x45\\x00\\x01\\x8c\\xdd\\x0d\\x0a",
      "hex", LOGIN, 0, 1, 0 },
    { "python bytes",
      "b'\\x78\\x78\\x0d\\x01\\x01\\x23\\x45\\x67\\x89\\x01\\x23\\x45\\x00\\x01\\x8c\\xdd\\x0d\\x0a'", "hex",
      LOGIN, 0, 1, 0 },
    { "node buffer", "<Buffer 78 78 0d 01 01 23 45 67 89 01 23 45 00 01 8c dd 0d 0a>", "hex", LOGIN, 0, 1,
      0 },
    { "c array",
      "const uint8_t data[] = { 0x78, 0x78, 0x0d, 0x01, 0x01, 0x23, 0x45, 0x67, 0x89, 0x01, 0x23, 0x45, "
      "0x00, 0x01, 0x8c, 0xdd, 0x0d, 0x0a };",
      "hex", LOGIN, 0, 1, 0 },
    { "HEX: before", "HEX: " LOGIN, "hex", LOGIN, 0, 1, 0 },
    { "(HEX: )", "(HEX: " LOGIN ")", "hex", LOGIN, 0, 1, 0 },
    { "quoted", "\"" LOGIN "\"", "hex", LOGIN, 0, 1, 0 },
    { "in a code fence", "```\n" LOGIN "\n```\n", "hex", LOGIN, 0, 1, 0 },
    { "quoted mail", "> " LOGIN "\n", "hex", LOGIN, 0, 1, 0 },
    { "port before", "5023 " LOGIN, "hex", LOGIN, 5023, 1, 0 },
    { "tcp:port before", "tcp:5001 " LOGIN, "hex", LOGIN, 5001, 1, 0 },
    { "port in a line above", "my device is on port 5013\n" LOGIN "\n", "hex", LOGIN, 5013, 1, 0 },
    { "wrapped", "78780d0101234567\n8901234500018cdd\n0d0a\n", "hex", LOGIN, 0, 1, 0 },
    { "wrapped inside a byte", "78780d01012345678\n901234500018cdd0d\n0a\n", "hex", LOGIN, 0, 1, 0 },
    { "wrapped and set in", "    78 78 0d 01 01 23 45 67\n    89 01 23 45 00 01 8c dd\n    0d 0a\n", "hex",
      LOGIN, 0, 1, 0 },
    { "two on two lines", LOGIN "\n" POSITION "\n", "hex", LOGIN POSITION, 0, 2, 0 },
    { "two on one line", LOGIN POSITION, "hex", LOGIN POSITION, 0, 1, 0 },
    { "a blank line between", LOGIN "\n\n" POSITION "\n", "hex", LOGIN POSITION, 0, 2, 0 },
    { "half a message, then whole ones", "00000000000000550801000001\n" LOGIN "\n" POSITION "\n", "hex",
      "00000000000000550801000001" LOGIN POSITION, 0, 3, 0 },
    { "one that is wrapped among whole ones", LOGIN "\n78780d0101234567\n8901234500018cdd\n0d0a\n" POSITION,
      "hex", LOGIN LOGIN POSITION, 0, 3, 0 },
    { "parts of nothing, then one that is wrapped",
      "00000000000000550801000001\n78780d0101234567\n8901234500018cdd\n0d0a\n", "hex",
      "00000000000000550801000001" LOGIN, 0, 2, 0 },
    { "parts of nothing", "78780d0101234567\n78780d0101234567\n78780d0101234567\n", "hex",
      "78780d010123456778780d010123456778780d0101234567", 0, 3, 0 },
    { "log, half a message, then a whole one",
      "my device is on port 5023\n2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: "
      "78780d0101234567\n" LOGIN,
      NULL, "78780d0101234567" LOGIN, 5023, 2, 0 },
    { "byte order mark", "\xef\xbb\xbf" LOGIN, "hex", LOGIN, 0, 1, 0 },
    { "windows line ends", LOGIN "\r\n" POSITION "\r\n", "hex", LOGIN POSITION, 0, 2, 0 },
    { "no-break blanks",
      "78\xc2\xa0"
      "78\xc2\xa0"
      "0d01012345678901234500018cdd0d0a",
      "hex", LOGIN, 0, 1, 0 },
    { "letters for digits", "7878OdO1O1234567890l234500018cdd0d0a", "hex", LOGIN, 0, 1, 0 },
    { "hidden digits", "78780d010123456789*****500018cdd0d0a", "hex",
      "78780d010123456789000005"
      "00018cdd0d0a",
      0, 1, 5 },
    { "hidden by X", "78780d01012345678XXXXX4500018cdd0d0a", "hex",
      "78780d010123456780000045"
      "00018cdd0d0a",
      0, 1, 5 },
    { "cut by less", "78780d010123456789012345>", "hex", "78780d010123456789012345", 0, 1, 0 },
    { "cut by nano", "78780d010123456789012345$", "hex", "78780d010123456789012345", 0, 1, 0 },

    { "log 2.0", "2012-08-14 10:47:00 FINE: [5023 - 192.0.2.7] - (HEX: " LOGIN ")", "traccar-log", LOGIN,
      5023, 1, 0 },
    { "log 2.1",
      "2013-05-25 14:26:36 org.traccar.BasePipelineFactory$StandardLoggingHandler.log FINE: [5001 <- "
      "192.0.2.7] - (HEX: " LOGIN ")",
      "traccar-log", LOGIN, 5001, 1, 0 },
    { "log 2.4", "2013-12-20 17:29:21 DEBUG: [5023 <- 192.0.2.7] - HEX: " LOGIN, "traccar-log", LOGIN, 5023,
      1, 0 },
    { "log 2.12", "2015-04-01 10:00:00 DEBUG: [AADB1D79: 5005 <- 192.0.2.7] - HEX: " LOGIN, "traccar-log",
      LOGIN, 5005, 1, 0 },
    { "log 3.1", "2017-06-20 22:18:17 DEBUG: [3FC38EE1: 5001 < 192.0.2.7] HEX: " LOGIN, "traccar-log", LOGIN,
      5001, 1, 0 },
    { "log 4.1", "2019-02-14 09:34:02  INFO: [8f620617: 5031 < 192.0.2.7] HEX: " LOGIN, "traccar-log", LOGIN,
      5031, 1, 0 },
    { "log 4.4", "2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: " LOGIN, "traccar-log", LOGIN,
      5023, 1, 0 },
    { "log 5.0", "2023-02-14 19:24:16  INFO: [Tcd53c8bf: tk103 < 192.0.2.7] " LOGIN, "traccar-log", LOGIN,
      5002, 1, 0 },
    { "log 6.3, text", "2025-01-15 17:16:56  INFO: [T9c4cfd95: gt06 < 192.0.2.7] " H02, "traccar-log", NULL,
      5023, 1, 0 },
    { "log, escaped for a page", "2013-12-20 17:29:21 DEBUG: [5023 &lt;- 192.0.2.7] - HEX: " LOGIN,
      "traccar-log", LOGIN, 5023, 1, 0 },
    { "log without its time", "[3FC38EE1: 5001 < 192.0.2.7] HEX: " LOGIN, "traccar-log", LOGIN, 5001, 1, 0 },
    { "log behind a word", "traccar_1 | 2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: " LOGIN,
      "traccar-log", LOGIN, 5023, 1, 0 },
    { "log with other lines",
      "2026-02-01 08:09:10  INFO: [T1a2b3c4d] connected\n2026-02-01 08:09:10  INFO: [T1a2b3c4d: gt06 < "
      "192.0.2.7] " LOGIN "\n2026-02-01 08:09:10  WARN: Unknown device - 123456789012345 "
      "(192.0.2.7)\n2026-02-01 08:09:11  INFO: [T1a2b3c4d: gt06 < 192.0.2.7] " POSITION "\n",
      "traccar-log", LOGIN POSITION, 5023, 2, 0 },
    { "log, hidden digits",
      "2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: 78780d010123456789*****500018cdd0d0a",
      "traccar-log",
      "78780d010123456789000005"
      "00018cdd0d0a",
      5023, 1, 5 },
    { "log, cut", "2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: 78780d010123456789012345>",
      "traccar-log", "78780d010123456789012345", 5023, 1, 0 },

    { "xxd",
      "00000000: 7878 0d01 0123 4567 8901 2345 0001 8cdd  xx...#Eg..#E....\n00000010: 0d0a                   "
      "                  ..\n",
      "xxd", LOGIN, 0, 1, 0 },
    { "xxd, odd end",
      "00000000: 7878 0d01 0123 4567 8901 2345 0001 8cdd  xx...#Eg..#E....\n00000010: 0d                     "
      "                  .\n",
      "xxd", "78780d01012345678901234500018cdd0d", 0, 1, 0 },
    { "hexdump -C",
      "00000000  78 78 0d 01 01 23 45 67  89 01 23 45 00 01 8c dd  |xx...#Eg..#E....|\n00000010  0d 0a       "
      "                                      |..|\n00000012\n",
      "hexdump", LOGIN, 0, 1, 0 },
    { "hexdump", "0000000 7878 010d 2301 6745 0189 4523 0100 dd8c\n0000010 0a0d\n0000012\n", "hexdump", LOGIN,
      0, 1, 0 },
    { "od -x", "0000000 7878 010d 2301 6745 0189 4523 0100 dd8c\n0000020 0a0d\n0000022\n", "hexdump", LOGIN,
      0, 1, 0 },
    { "od -t x1", "0000000 78 78 0d 01 01 23 45 67 89 01 23 45 00 01 8c dd\n0000020 0d 0a\n0000022\n", "od",
      LOGIN, 0, 1, 0 },
    { "wireshark bytes",
      "0000   78 78 0d 01 01 23 45 67 89 01 23 45 00 01 8c dd   xx...#Eg..#E....\n0010   0d 0a               "
      "                              ..\n",
      "wireshark", LOGIN, 0, 1, 0 },
    { "tcpdump -x",
      "17:42:49.262881 IP 203.0.113.7.40312 > 198.51.100.2.5001: Flags [P.], length 18\n\t0x0000:  4500 003a "
      "0001 4000 4006 0000 cb00 7107\n\t0x0010:  c633 6402 9d78 1389 0000 0001 0000 0001\n\t0x0020:  5018 "
      "ffff 0000 0000 7878 0d01 0123 4567\n\t0x0030:  8901 2345 0001 8cdd 0d0a\n",
      "tcpdump", LOGIN, 5001, 1, 0 },
    { "tcpdump -X",
      "\t0x0000:  4500 003a 0001 4000 4006 0000 cb00 7107  E..:..@.@.....q.\n\t0x0010:  c633 6402 9d78 1389 "
      "0000 0001 0000 0001  .3d..x..........\n\t0x0020:  5018 ffff 0000 0000 7878 0d01 0123 4567  "
      "P.......xx...#Eg\n\t0x0030:  8901 2345 0001 8cdd 0d0a                 ..#E......\n",
      "tcpdump", LOGIN, 5001, 1, 0 },
    { "tcpdump -XX",
      "\t0x0000:  0200 0000 0001 0200 0000 0002 0800 4500  ..............E.\n\t0x0010:  003a 0001 4000 4006 "
      "0000 cb00 7107 c633  .:..@.@.....q..3\n\t0x0020:  6402 9d78 1389 0000 0001 0000 0001 5018  "
      "d..x..........P.\n\t0x0030:  ffff 0000 0000 7878 0d01 0123 4567 8901  ......xx...#Eg..\n\t0x0040:  "
      "2345 0001 8cdd 0d0a                      #E......\n",
      "tcpdump", LOGIN, 5001, 1, 0 },
    { "wireshark frame",
      "0000  02 00 00 00 00 01 02 00 00 00 00 02 08 00 45 00   ..............E.\n0010  00 3a 00 01 40 00 40 "
      "06 00 00 cb 00 71 07 c6 33   .:..@.@.....q..3\n0020  64 02 9d 78 13 89 00 00 00 01 00 00 00 01 50 18  "
      " d..x..........P.\n0030  ff ff 00 00 00 00 78 78 0d 01 01 23 45 67 89 01   ......xx...#Eg..\n0040  23 "
      "45 00 01 8c dd 0d 0a                           #E......\n",
      "wireshark", LOGIN, 5001, 1, 0 },

    { "text", H02, "text", NULL, 0, 1, 0 },
    { "text behind words", "my watch sends " H02, "text", NULL, 0, 1, 0 },
    { "text in quotes", "\"" H02 "\"", "text", NULL, 0, 1, 0 },
    { "text in backticks", "`" H02 "`", "text", NULL, 0, 1, 0 },
    { "text that could be HEX", "1010000001,20260201080910,19.090000,47.510000,12,45,120,7,2,1,0,12.6,0.000",
      "text",
      "313031303030303030312c32303236303230313038303931302c31392e3039303030302c34372e3531303030302c31322c3435"
      "2c3132302c372c322c312c302c31322e362c302e303030",
      0, 1, 0 },
    { "text of nothing but HEX", "800001011e0692001a00000000016e008027c40000090000000000012381", "text",
      "383030303031303131653036393230303161303030303030303030313665303038303237633430303030303930303030303030"
      "303030303132333831",
      0, 1, 0 },
    { "text that begins with a mail's mark", ">RPV29350-3345000-0706600000000012;ID=1234;*7C<", "text",
      "3e52505632393335302d333334353030302d303730363630303030303030303031323b49443d313233343b2a37433c", 0, 1,
      0 },
    { "the same in a mail", "> >RPV29350-3345000-0706600000000012;ID=1234;*7C<", "text",
      "3e52505632393335302d333334353030302d303730363630303030303030303031323b49443d313233343b2a37433c", 0, 1,
      0 },
    { "text whose separators could hide digits",
      "PA$900000000000123$D#260201#080910#1#+47.51000#+19.09000#12.50#45.1#120.0#3768#000#9#00#v1#B26$AP",
      "text",
      "504124393030303030303030303030313233244423323630323031233038303931302331232b34372e3531303030232b31392e"
      "30393030302331322e35302334352e31233132302e30233337363823303030233923303023763123423236244150",
      0, 1, 0 },
    { "two such behind each other",
      "*T57#F1#T900000001#010226#080910#4730.6000#N#01905.4000#E#+0.242,+0.109,-0.789#0.000#6.20000#A2#4.2#*"
      "T57#F1#T900000001#010226#080910#4730.6000#N#01905.4000#E#+0.242,+0.109,-0.789#0.000#6.20000#A2#4.2#",
      "text",
      "2a5435372346312354393030303030303031233031303232362330383039313023343733302e36303030234e2330313930352e"
      "343030302345232b302e3234322c2b302e3130392c2d302e37383923302e30303023362e323030303023413223342e32232a54"
      "35372346312354393030303030303031233031303232362330383039313023343733302e36303030234e2330313930352e3430"
      "30302345232b302e3234322c2b302e3130392c2d302e37383923302e30303023362e323030303023413223342e3223",
      0, 1, 0 },
    { "text, hidden digits",
      "*HQ,12345****0,V1,080910,A,4730.6000,N,01905.4000,E,000.00,000,010226,FFFFFBFF#", "text",
      "2a48512c313233343530303030302c56312c3038303931302c412c343733302e363030302c4e2c30313930352e343030302c45"
      "2c3030302e30302c3030302c3031303232362c464646464642464623",
      0, 1, 4 },
    { "nothing of a tracker", "hello, my tracker does not show\nwhat can I do?\n", "", "", 0, 0, 0 },
    { "an id alone is not HEX", "the id is 12345\n", "", "", 0, 0, 0 },
};

/* One run shows all that is wrong. */
static size_t faults;
#define FAIL(...)                 \
    do {                          \
        print_error(__VA_ARGS__); \
        print_error("\n");        \
        faults++;                 \
    } while (0)

struct seen {
    const struct want *want;
    char hex[4096];
    size_t hidden;
};

static void see(void *context, const struct pasted *pasted)
{
    struct seen *seen = context;
    size_t used = strlen(seen->hex);
    if (seen->want->source && strcmp(pasted->source, seen->want->source) != 0)
        FAIL("%s: understood as %s", seen->want->name, pasted->source);
    if (pasted->service.port != seen->want->port)
        FAIL("%s: port %u", seen->want->name, pasted->service.port);
    assert_true(used + 2 * pasted->bytes.left < sizeof(seen->hex));
    hex_write(pasted->bytes, seen->hex + used);
    seen->hex[used + 2 * pasted->bytes.left] = '\0';
    seen->hidden += pasted->hidden_digits;
}

static void every_dress(void **state)
{
    struct detector *detector = detector_new(registry);
    struct ports *ports = ports_new(registry);
    struct paste *paste = paste_new(detector, ports);
    (void)state;
    assert_non_null(paste);
    for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
        struct seen seen = { .want = &wants[i] };
        struct paste_sink sink = { &seen, see, NULL };
        char text[2 * sizeof(H02)] = "";
        hex_write(cursor_of_text(H02), text);
        const char *wanted = wants[i].hex ? wants[i].hex : text;
        size_t pieces = paste_read(paste, cursor_of_text(wants[i].text), &sink);
        if (strncmp(seen.hex, wanted, strlen(wanted)) != 0 || strlen(seen.hex) > strlen(wanted))
            FAIL("%s: %s, not %s", wants[i].name, seen.hex, wanted);
        if (pieces != wants[i].pieces || seen.hidden != wants[i].hidden)
            FAIL("%s: %zu pieces, %zu digits hidden", wants[i].name, pieces, seen.hidden);
    }
    assert_int_equal(faults, 0);
    paste_free(paste);
    ports_free(ports);
    detector_free(detector);
}

/* ---- what is too much ---- */

struct sum {
    size_t bytes, pieces, most;
    unsigned left_out; /* the line; 0: nothing was */
    char what[256];
};

static void add(void *context, const struct pasted *pasted)
{
    struct sum *sum = context;
    sum->pieces++;
    sum->bytes += pasted->bytes.left;
    sum->most = pasted->bytes.left > sum->most ? pasted->bytes.left : sum->most;
}

static void note(void *context, unsigned line, const char *what)
{
    struct sum *sum = context;
    sum->left_out = line;
    snprintf(sum->what, sizeof(sum->what), "%s", what);
}

static struct sum read_lines(const char *line, size_t count, const char *end)
{
    struct detector *detector = detector_new(registry);
    struct ports *ports = ports_new(registry);
    struct paste *paste = paste_new(detector, ports);
    size_t length = strlen(line), room = count * (length + 1) + 2;
    char *text = calloc(1, room);
    struct sum sum = { 0 };
    assert_non_null(paste);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(end) * i + length * i, room - (length + strlen(end)) * i, "%s%s", line, end);
    (void)paste_read(paste, cursor_of_text(text), &(struct paste_sink){ &sum, add, note });
    free(text);
    paste_free(paste);
    ports_free(ports);
    detector_free(detector);
    return sum;
}

/* However many lines there are: no byte of HEX is gone without a word. */
static void no_line_is_swallowed(void **state)
{
    static const char part[] = "78780d0101234567", odd[] = "0fedcba98765432100112233445566778899";
    (void)state;
    struct sum sum = read_lines(part, 20000, "\n");
    assert_int_equal(sum.pieces, 20000);
    assert_int_equal(sum.bytes, 20000 * 8);
    sum = read_lines(odd, 20000, "\n");
    assert_int_equal(sum.bytes, 20000 * 18);
    assert_true(sum.most < MESSAGE_MAX);
    /* messages one behind the other, wrapped */
    sum = read_lines(LOGIN POSITION LOGIN, 4000, "\n");
    assert_int_equal(sum.bytes, 4000 * (2 * 18 + 36));
    assert_int_equal(sum.left_out, 0);
    /* one line of more than a message can be */
    sum = read_lines(LOGIN, 5000, "");
    assert_int_equal(sum.bytes, MESSAGE_MAX);
    assert_int_equal(sum.left_out, 1);
    assert_non_null(strstr(sum.what, "24464 of them are left out"));
}

/* What is no message is searched up to a limit, and that is told once. */
static void the_limit_of_searching_is_told(void **state)
{
    (void)state;
    struct sum sum =
        read_lines("the tracker (of my car) does not show [on the map], what can I do?", 100, "\n");
    assert_int_equal(sum.left_out, 0);
    sum = read_lines("the tracker (of my car) does not show [on the map], what can I do?", 20000, "\n");
    assert_true(sum.left_out > 500);
    assert_non_null(strstr(sum.what, "Give the rest alone"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dress),
        cmocka_unit_test(no_line_is_swallowed),
        cmocka_unit_test(the_limit_of_searching_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
