/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked for, and what is chosen: read strictly, and told what is wrong. */
#include "support/recorder.h"

#include "outlet/ask.h"

static struct ask read_well(const char *line)
{
    struct ask ask;
    char error[256] = "";
    if (!ask_read(cursor_of_text(line), &ask, error, sizeof(error)))
        fail_msg("%s: %s", line, error);
    return ask;
}

static void refuses(const char *line, const char *word)
{
    struct ask ask;
    char error[256] = "";
    assert_false(ask_read(cursor_of_text(line), &ask, error, sizeof(error)));
    if (!strstr(error, word))
        fail_msg("%s: '%s' says nothing of '%s'", line, error, word);
}

static const struct protocol gt06 = { .name = "gt06" }, huabao = { .name = "jt808", .alias = "huabao" };

static bool admits(const struct ask *ask, unsigned host, uint16_t port, const char *device,
                   const struct protocol *protocol)
{
    struct who who = who_at(1, host, port);
    return filter_admits(&ask->filter, &who, device, protocol);
}

static void names(void **state)
{
    (void)state;
    for (int what = 0; what < ASK_KINDS; what++) {
        struct ask ask = read_well(ask_name((enum ask_what)what));
        assert_int_equal(ask.what, what);
        assert_int_equal(ask.filter.codes, 0);
        assert_true(filter_is_empty(&ask.filter));
        assert_true(admits(&ask, 1, 5023, "", NULL));
    }
    refuses("", "status");
    refuses("statu", "status");
    refuses("statusx", "status");
    refuses("?port=1", "status");
    refuses("devices foo", "status");
}

static void choices(void **state)
{
    (void)state;
    struct ask ask = read_well("devices?device=A%20B&device=C&port=5001-5010,udp:5023");
    assert_true(admits(&ask, 1, 5001, "A B", NULL));
    assert_true(admits(&ask, 1, 5010, "C", &gt06));
    assert_false(admits(&ask, 1, 5010, "D", &gt06));
    assert_false(admits(&ask, 1, 5010, "", &gt06));
    assert_false(admits(&ask, 1, 5011, "C", &gt06));
    assert_false(admits(&ask, 1, 5023, "C", &gt06)); /* who_at is TCP */
    assert_true(filter_admits_service(&ask.filter, &(struct service){ TRANSPORT_UDP, 5023 }));

    ask = read_well("tail?peer=203.0.113.8/29&last=7");
    assert_int_equal(ask.last, 7);
    assert_true(admits(&ask, 8, 1, "", NULL));
    assert_true(admits(&ask, 15, 1, "", NULL));
    assert_false(admits(&ask, 16, 1, "", NULL));
    ask = read_well("tail?peer=203.0.113.7");
    assert_true(admits(&ask, 7, 1, "", NULL));
    assert_false(admits(&ask, 6, 1, "", NULL));

    ask = read_well("messages?protocol=GT06&protocol=huabao");
    assert_true(admits(&ask, 1, 1, "", &gt06));
    assert_true(admits(&ask, 1, 1, "", &huabao));
    assert_false(admits(&ask, 1, 1, "", NULL));

    ask = read_well("findings?finding=no-fix&finding=wrong-port&open=1");
    assert_true(ask.open_only);
    assert_true(filter_admits_code(&ask.filter, FINDING_NO_FIX));
    assert_true(filter_admits_code(&ask.filter, FINDING_WRONG_PORT));
    assert_false(filter_admits_code(&ask.filter, FINDING_REFUSED));
}

static void what_is_wrong_is_said(void **state)
{
    char line[4096] = "devices?";
    (void)state;
    refuses("devices?port=5001x", "5001x");
    refuses("devices?port=", "port");
    refuses("devices?peer=host", "host");
    refuses("devices?peer=203.0.113.7/33", "203.0.113.7/33");
    refuses("devices?peer=203.0.113.7/", "203.0.113.7/");
    refuses("devices?peer=2001:db8::/129", "2001");
    refuses("devices?finding=foo", "foo");
    refuses("devices?foo=1", "foo");
    refuses("devices?foo", "foo");
    refuses("devices?device=%4", "percent");
    refuses("devices?device=%zz", "percent");
    refuses("devices?device=%0a", "percent");
    refuses("tail?last=1001", "last");
    refuses("tail?last=99999999999999999999", "last");
    refuses("tail?last=", "last");
    refuses("tail?last=-1", "last");
    refuses("findings?open=yes", "open");
    for (int i = 0; i < FILTER_MAX; i++)
        strcat(line, "device=A&");
    assert_int_equal(read_well(line).filter.device_count, FILTER_MAX);
    strcat(line, "device=A");
    refuses(line, "too often");
    strcpy(line, "devices?device=");
    memset(line + 15, 'a', 80);
    refuses(line, "longer");
    strcpy(line, "devices?port=");
    for (int i = 0; i < 40; i++)
        sprintf(line + strlen(line), "%d,", 1000 + 2 * i);
    line[strlen(line) - 1] = '\0';
    refuses(line, "too many");
}

static void what_is_written_is_read(void **state)
{
    static const char hard[] = "a b&c=d?e%f+g\"<\xc3\xa9>#/,:~";
    char memory[512];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    (void)state;
    buffer_put_text(&out, "devices?device=");
    ask_put_value(&out, hard);
    memory[out.length] = '\0';
    struct ask ask = read_well(memory);
    assert_string_equal(ask.filter.devices[0], hard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(choices),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
