/* SPDX-License-Identifier: Apache-2.0 */
/* protocols.d: the shipped example is right and its messages are recognised; a wrong stanza is told with file and line, and the
 * rest counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include "command/site_file.h"
#include "protocol/registry.h"
#include "verdict/conversation.h"

static size_t added(const struct site *site)
{
    size_t n = 0;
    while (site_protocols(site)[registry_count() + n])
        n++;
    return n;
}

static void expect(const struct site *site, uint16_t port, const char *text, const char *name)
{
    struct detector *detector = detector_new(site_protocols(site));
    struct ports *ports = ports_new(site_protocols(site));
    struct conversation conversation = { 0 };
    struct identity identity;
    struct service service = { TRANSPORT_TCP, port };
    assert_non_null(detector);
    assert_non_null(ports);
    assert_true(conversation_take(&conversation, detector, ports, &service, cursor_of_text(text), true, NULL,
                                  &identity));
    assert_int_equal(identity.candidate_count, 1);
    assert_string_equal(identity.candidates[0]->name, name);
    assert_int_equal(identity.verdict, VERDICT_OK);
    assert_string_equal(identity.device, "123456789012345");
    detector_free(detector);
    ports_free(ports);
}

static void the_example_works(void **state)
{
    char error[300] = "";
    (void)state;
    struct site *site = site_new();
    assert_non_null(site);
    assert_true(site_read_folder(site, HEXWATCH_SOURCE "/conf/protocols.d", false, error, sizeof(error)));
    assert_int_equal(added(site), 2);
    expect(site, 5901, "YT,123456789012345,010226,080910,A,4730.6000,N,01905.4000,E#", "yardtag");
    expect(site, 5902,
           "YARD,123456789012345,2026/02/01, 08:09:10, N, Lat:4730.6000, E, Lon:01905.4000, Spd:12.50\r\n",
           "yardclone");
    site_free(site);
}

/* what `text` as a file says on standard error; the number of protocols that it adds all the same */
static size_t read_text(const char *text, char *said, size_t size)
{
    char path[64];
    struct site *site = site_new();
    int file = memfd_create("protocols", 0), log = memfd_create("log", 0), before = dup(STDERR_FILENO);
    assert_non_null(site);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    fflush(stderr);
    dup2(log, STDERR_FILENO);
    (void)site_read_file(site, path);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    ssize_t n = pread(log, said, size - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    size_t count = added(site);
    close(file);
    close(log);
    close(before);
    site_free(site);
    return count;
}

#define GOOD "{ name = \"good\"; port = 5999; heads = [ \"GOOD\" ]; forms = ( { grammar = \"GOOD\"; } ); }"

static void told(const char *stanza, const char *where, const char *what)
{
    char text[2000], said[1000];
    snprintf(text, sizeof(text), "protocols = (\n%s,\n" GOOD "\n);\n", stanza);
    assert_int_equal(read_text(text, said, sizeof(said)), 1);
    if (!strstr(said, where) || !strstr(said, what))
        fail_msg("of '%s' it says '%s'", stanza, said);
}

static void a_wrong_stanza_is_told_and_the_rest_counts(void **state)
{
    (void)state;
    told("{ name = \"bad\"; port = 5998; heads = [ \"B\" ]; forms = ( { grammar = \"(\"; } ); }", "line 2",
         "missing closing parenthesis");
    told("{ name = \"bad\";\n port = 99999;\n}", "line 3", "port: it is a whole number of 1 to 65535");
    told("{ name = \"bad\";\n porte = 9;\n}", "line 3", "porte: there is no such key");
    told("{ name = 7; }", "line 2", "name: it is a text");
    told("{ name = \"bad\"; port = 5; heads = [ 7 ]; }", "line 2", "heads: each is a text");
    told("{ name = \"bad\"; transports = \"sctp\"; }", "line 2", "\"tcp,udp\"");
    told("{ name = \"bad\"; check = \"md5\"; }", "line 2", "check: it is xor");
    told("{ name = \"bad\"; forms = ( { type = \"a\"; } ); }", "line 2", "a form needs a grammar");
    told("{ name = \"bad\"; forms = ( { grammar = \"a\"; certainty = \"sure\"; } ); }", "line 2",
         "certain, likely or");
    told("{ name = \"bad\"; port = 5; heads = [ \"x\" ]; base = \"gtx\"; }", "line 2",
         "base: there is no such protocol");
    told("{ name = \"gt06\"; port = 5; heads = [ \"x\" ]; }", "line 2", "there is a protocol of this name");
    told("7", "line 2", "in braces");
}

static void a_broken_file_is_told(void **state)
{
    char said[1000];
    (void)state;
    assert_int_equal(read_text("protocols = (\n{ name = ;\n", said, sizeof(said)), 0);
    assert_non_null(strstr(said, "line 2: syntax error"));
    assert_int_equal(read_text("x = 1;\n", said, sizeof(said)), 0);
    assert_non_null(strstr(said, "there is no list"));
}

static void a_byte_order_mark_is_skipped(void **state)
{
    char said[1000];
    (void)state;
    assert_int_equal(read_text("\xef\xbb\xbfprotocols = (" GOOD ");\n", said, sizeof(said)), 1);
    assert_string_equal(said, "");
}

static void a_missing_folder(void **state)
{
    char error[300] = "";
    (void)state;
    struct site *site = site_new();
    assert_non_null(site);
    assert_true(site_read_folder(site, "/nowhere", true, error, sizeof(error)));
    assert_false(site_read_folder(site, "/nowhere", false, error, sizeof(error)));
    assert_string_equal(error, "protocols: /nowhere is no folder. Make it, or name another");
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_works),     cmocka_unit_test(a_wrong_stanza_is_told_and_the_rest_counts),
        cmocka_unit_test(a_broken_file_is_told), cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(a_missing_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
