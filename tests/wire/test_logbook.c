/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of Traccar's log, and what sessions make of them: whichever version wrote them, the same messages. */
#include "wire/logbook.h"
#include "wire/peers.h"

#define LOGIN "78780d01012345678901234500018cdd0d0a"
#define TOLD_LOGIN "< " LOGIN " gt06 login 123456789012345 ok\n"
#define AT "2026-02-01 08:09:10 "

struct book {
    struct peers *peers;
    struct logbook *logbook;
};

static struct book book_new(bool is_quiet)
{
    struct logbook_settings settings = { .sessions = 100, .is_whole = true, .is_quiet = is_quiet };
    struct peers *peers = peers_new(NULL, NULL);
    struct book book = { peers, logbook_new(&settings, peers->sessions, peers->ports, peers->judge) };
    assert_non_null(book.logbook);
    return book;
}

static void book_free(struct book *book)
{
    logbook_free(book->logbook);
    peers_free(book->peers);
}

/* Each in a block of its exact size that is gone after the call. */
static void line(const struct book *book, const char *text)
{
    struct logline parsed;
    size_t length = strlen(text);
    char *block = malloc(length);
    assert_non_null(block);
    memcpy(block, text, length);
    assert_true(logline_parse(cursor_of(block, length), &parsed));
    logbook_line(book->logbook, &parsed, book->peers->now);
    free(block);
}

static void every_version_tells_the_same(void **state)
{
    static const char *const lines[] = {
        AT "FINE: [5023 - 203.0.113.7] - (HEX: 78780D01012345678901234500018CDD0D0A)",
        AT "org.traccar.BasePipelineFactory$StandardLoggingHandler.log FINE: [5023 <- 203.0.113.7] - "
           "(HEX: " LOGIN ")",
        AT "DEBUG: [5023 <- 203.0.113.7] - HEX: " LOGIN,
        AT "DEBUG: [AADB1D79: 5023 <- 203.0.113.7] - HEX: " LOGIN,
        AT "DEBUG: [3FC38EE1: 5023 < 203.0.113.7] HEX: " LOGIN,
        AT " INFO: [8f620617: 5023 < 203.0.113.7] HEX: " LOGIN,
        AT " INFO: [fac97f31: gt06 < 203.0.113.7] HEX: " LOGIN,
        AT " INFO: [Tcd53c8bf: gt06 < 203.0.113.7] " LOGIN,
    };
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct book book = book_new(false);
        line(&book, lines[i]);
        told_lines(book.peers, TOLD_LOGIN);
        assert_int_equal(logbook_counts(book.logbook).data, 1);
        book_free(&book);
    }
}

static void a_message_in_several_lines(void **state)
{
    struct book book = book_new(false);
    (void)state;
    line(&book, AT " INFO: [T00000001] connected");
    told_lines(book.peers, "");
    line(&book, AT " INFO: [T00000001: gt06 < 203.0.113.7] 78780d010123456789");
    line(&book, AT " INFO: [T00000002: gt06 < 203.0.113.8] " LOGIN);
    told_lines(book.peers, "opened\n" TOLD_LOGIN);
    line(&book, AT " INFO: [T00000001: gt06 < 203.0.113.7] 01234500018cdd0d0a" LOGIN);
    line(&book, AT " INFO: [T00000001: gt06 > 203.0.113.7] 787805010001d9dc0d0a");
    told_lines(book.peers, TOLD_LOGIN TOLD_LOGIN "> 787805010001d9dc0d0a gt06 123456789012345\n");
    line(&book, AT " INFO: [T00000001] disconnected");
    line(&book, AT " INFO: [T00000002] timed out");
    told_lines(book.peers, "closed closed in 36 out 10\nclosed timeout in 18 out 0\n");
    book_free(&book);
}

/* The same session id, and two devices. */
static void over_udp_the_address_counts_too(void **state)
{
    struct book book = book_new(false);
    (void)state;
    line(&book, AT " INFO: [U00000001: h02 < 203.0.113.7] "
                   "*HQ,4112345678,V1,080910,A,4730.6000,N,01905.4000,E,012.50,045,010226,FFFFFBFF#");
    line(&book, AT " INFO: [U00000001: h02 < 203.0.113.8] *HQ,4112345679,XT#");
    char *text = peers_take(book.peers);
    assert_non_null(strstr(text, " h02 position 4112345678 ok\n"));
    assert_null(strstr(text, "4112345678 unidentified"));
    free(text);
    assert_int_equal(sessions_count(book.peers->sessions), 2);
    book_free(&book);
}

/* Since 6.3 what is printable stands as text: digits that a device sent as text are no HEX then. */
static void the_version_tells_what_text_is(void **state)
{
    struct book book = book_new(false);
    (void)state;
    line(&book, AT " INFO: [T00000001: gt06 < 203.0.113.7] 313233343536");
    told_lines(book.peers, "");
    line(&book, AT " INFO: [T00000001] disconnected");
    told_lines(book.peers, "< 313233343536 - unknown - unidentified\nclosed closed in 6 out 0\n");
    line(&book, AT " INFO: Version: 6.14.5");
    assert_string_equal(logbook_version(book.logbook), "6.14.5");
    line(&book, AT " INFO: [T00000002: gt06 < 203.0.113.7] 313233");
    line(&book, AT " INFO: [T00000002] disconnected");
    told_lines(book.peers, "< 333133323333 - unknown - unidentified\nclosed closed in 6 out 0\n");
    book_free(&book);
}

static void a_port_comes_from_the_protocols_name(void **state)
{
    struct book book = book_new(false);
    const struct protocol *gt06 = registry_find("gt06");
    (void)state;
    ports_move(book.peers->ports, gt06, 6023);
    line(&book, AT " INFO: [T00000001: gt06 < 203.0.113.7] " LOGIN);
    told_lines(book.peers, TOLD_LOGIN);
    line(&book, AT " INFO: [T00000002: h02 < 203.0.113.7] " LOGIN);
    told_lines(book.peers, "< " LOGIN " gt06 login 123456789012345 wrong-port\n");
    line(&book, AT " INFO: [T00000003: neverheardof < null] " LOGIN);
    told_lines(book.peers, "< " LOGIN " gt06 login 123456789012345 -\n");
    book_free(&book);
}

static void a_restart_ends_all(void **state)
{
    struct book book = book_new(false);
    (void)state;
    line(&book, AT " INFO: [T00000001: gt06 < 203.0.113.7] " LOGIN);
    line(&book, AT " INFO: Starting server...");
    told_lines(book.peers, TOLD_LOGIN "closed server restarted in 18 out 0\n");
    book_free(&book);
}

/* Where packets are seen too, connections are told of by them. */
static void quiet_tells_no_connection(void **state)
{
    struct book book = book_new(true);
    (void)state;
    line(&book, AT " INFO: [T00000001] connected");
    line(&book, AT " INFO: [T00000001: gt06 < 203.0.113.7] " LOGIN);
    line(&book, AT " INFO: [T00000001] disconnected");
    told_lines(book.peers, TOLD_LOGIN);
    book_free(&book);
}

static void what_is_wrong_is_counted(void **state)
{
    struct book book = book_new(false);
    char text[64];
    (void)state;
    line(&book, AT "DEBUG: [3FC38EE1: 5023 < 203.0.113.7] HEX: 787");
    logbook_odd_line(book.logbook);
    line(&book, AT " INFO: [T00000001] logging throttled");
    for (unsigned i = 0; i < 101; i++) {
        snprintf(text, sizeof(text), AT " INFO: [T%08x: gt06 < 203.0.113.7] 78", i);
        line(&book, text);
    }
    struct logbook_counts counts = logbook_counts(book.logbook);
    assert_int_equal(counts.bad, 1);
    assert_int_equal(counts.odd, 1);
    assert_int_equal(counts.throttled, 1);
    assert_int_equal(counts.forgotten, 1);
    assert_int_equal(sessions_count(book.peers->sessions), 100);
    told_lines(book.peers, "< 78 - unknown - not-a-tracker one-byte\nclosed forgotten in 1 out 0\n");
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_tells_the_same),
        cmocka_unit_test(a_message_in_several_lines),
        cmocka_unit_test(over_udp_the_address_counts_too),
        cmocka_unit_test(the_version_tells_what_text_is),
        cmocka_unit_test(a_port_comes_from_the_protocols_name),
        cmocka_unit_test(a_restart_ends_all),
        cmocka_unit_test(quiet_tells_no_connection),
        cmocka_unit_test(what_is_wrong_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
