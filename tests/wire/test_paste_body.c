/* SPDX-License-Identifier: Apache-2.0 */
/* Text in a paste: JSON over several lines, requests without the length of their body, messages in
 * sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/registry.h"
#include "wire/paste.h"

#define OBJECT "{\"_type\":\"location\",\"tid\":\"7v\",\"lat\":47.51,\"lon\":19.09,\"tst\":1769933350}"
#define OWN                                                                                               \
    "{\"location\":{\"timestamp\":\"2026-02-01T08:09:10Z\",\"coords\":{\"latitude\":47.51,\"longitude\":" \
    "19.09}},\"device_id\":\"7\"}"

#define ALIVE "ST300ALV;123456"
#define SHORT "#SD#010226;080910;4730.6000;N;01905.4000;E;0;0;300;7"
#define TAIP ">RPV29350+4751000+0190900000000012;ID=1234<"
#define V680 \
    "#123456789012345##1#0000#AUT#01#41000000000000#1905.4000,E,4730.6000,N,0.00,0.00#010226#080910.000##"

static const struct {
    const char *text, *found; /* the only piece */
    unsigned line;            /* where it began */
} wants[] = {
    { "the broker has\n" OBJECT "\nand no place", OBJECT, 2 },
    { "curl -d '" OBJECT "' http://gps.example.org:5144", OBJECT, 1 },
    { "see:\n{\n  \"_type\": \"location\",\n  \"tid\": \"7v\",\n  \"lat\": 47.51,\n  \"lon\": 19.09,\n"
      "  \"tst\": 1769933350\n}\nwhich port?",
      "{ \"_type\": \"location\", \"tid\": \"7v\", \"lat\": 47.51, \"lon\": 19.09, \"tst\": 1769933350}", 2 },
    { "POST / HTTP/1.1\nContent-Type: application/json\n\n" OWN "\nit is not shown",
      "POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 111\r\n\r\n" OWN, 1 },
    /* the length is not the one of what is shown */
    { "POST / HTTP/1.1\nContent-Length: 7\nContent-Type: application/json\n\n" OWN,
      "POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 111\r\n\r\n" OWN, 1 },
    { "POST / HTTP/1.1\nContent-Type: application/json\nContent-Length: 000000000000000000000000007\n\n" OWN,
      "POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 111\r\n\r\n" OWN, 1 },
    { "POST / HTTP/1.1\nHost: gps.example.org\n\nid=7&lat=47.51&lon=19.09&timestamp=1769933350\nwhy?",
      "POST / HTTP/1.1\r\nHost: gps.example.org\r\nContent-Length: 45\r\n\r\n"
      "id=7&lat=47.51&lon=19.09&timestamp=1769933350",
      1 },
    /* what only the end of its line ends */
    { "it sends " ALIVE " and ends", ALIVE, 1 },
    { "it sends `" ALIVE "`, \"nothing\" else", ALIVE, 1 },
    { "the server got: " ALIVE ".", ALIVE, 1 },
    { "{\"data\": \"" ALIVE "\"}", ALIVE, 1 },
    { "```\n" ALIVE "\n```", ALIVE, 2 },
    { "<b>" ALIVE "<CR><LF></b>", ALIVE, 1 },
    { "echo '" ALIVE "' | nc gps.example.org 5011", ALIVE, 1 },
    { "it sends " SHORT " to me", SHORT, 1 },
    { SHORT "\nWhat does it say?", SHORT, 1 },
    { "The client: " SHORT, SHORT, 1 },
    { "see `" TAIP "` above", TAIP, 1 },
    { "b'" TAIP "'", TAIP, 1 },
    { "data = \"" TAIP "\"", TAIP, 1 },
    /* an id of any letters begins behind the words */
    { "my tracker sends bus7_R01272028,010226,080910.00,06,4730.60000,N,01905.40000,E,0.3,,1,1.2,1.2",
      "bus7_R01272028,010226,080910.00,06,4730.60000,N,01905.40000,E,0.3,,1,1.2,1.2", 1 },
    /* a message with blanks and odd bytes is not cut */
    { "$FRVER,1,1,Some Tracker 1.0*00", "$FRVER,1,1,Some Tracker 1.0*00", 1 },
    { "b'1010000001,20260201080910,19.09,47.51,0,0,0,9,2'", "1010000001,20260201080910,19.09,47.51,0,0,0,9,2",
      1 },
    { "data = '1010000001,20260201080910,19.09,47.51,0,0,0,9,2';",
      "1010000001,20260201080910,19.09,47.51,0,0,0,9,2", 1 },
    { "b'TEST01#0=123,20=0;0;0,A=47.51,B=19.09*ED'", "TEST01#0=123,20=0;0;0,A=47.51,B=19.09*ED", 1 },
    /* no HEX with hidden digits */
    { "12:34:56 " V680, V680, 1 },
    { "Received: \"123456789012345;\"", "123456789012345;", 1 },
    { "##,imei:123456789012345,A;", "##,imei:123456789012345,A;", 1 },
};

struct found {
    size_t pieces, length;
    unsigned line;
    char text[512];
};

static void keep(void *context, const struct pasted *pasted)
{
    struct found *found = context;
    found->pieces++;
    found->line = pasted->line;
    found->length = pasted->bytes.left < sizeof(found->text) ? pasted->bytes.left : sizeof(found->text) - 1;
    memcpy(found->text, pasted->bytes.at, found->length);
    found->text[found->length] = '\0';
}

static void every_body(void **state)
{
    (void)state;
    struct detector *detector = detector_new(registry);
    struct ports *table = ports_new(registry);
    struct paste *paste = paste_new(detector, table);
    for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
        struct found found = { 0 };
        const struct paste_sink sink = { .context = &found, .piece = keep };
        paste_read(paste, cursor_of_text(wants[i].text), &sink);
        if (found.pieces != 1 || found.line != wants[i].line)
            print_error("%s: %zu pieces, line %u\n", wants[i].text, found.pieces, found.line);
        assert_int_equal(found.pieces, 1);
        assert_int_equal(found.line, wants[i].line);
        assert_string_equal(found.text, wants[i].found);
    }
    paste_free(paste);
    ports_free(table);
    detector_free(detector);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_body) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
