/* SPDX-License-Identifier: Apache-2.0 */
/* The size of a terminal, asked of a pseudo-terminal; and the program's own lines on one, broken between words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/tty.h"

/* Both ends of a pseudo-terminal of this size. */
static void open_both(int *master, int *slave, unsigned short columns, unsigned short rows)
{
    struct winsize size = { .ws_col = columns, .ws_row = rows };
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
    *slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
    assert_true(*slave >= 0);
    assert_int_equal(ioctl(*slave, TIOCSWINSZ, &size), 0);
}

static void sizes(void **state)
{
    (void)state;
    int master, slave, pipes[2];
    unsigned columns = 7, rows = 7;
    open_both(&master, &slave, 132, 50);
    assert_true(tty_size(slave, &columns, &rows));
    assert_int_equal(columns, 132);
    assert_int_equal(rows, 50);
    assert_int_equal(pipe(pipes), 0);
    assert_false(tty_size(pipes[1], &columns, &rows));
    assert_false(tty_size(-1, &columns, &rows));
    close(pipes[0]);
    close(pipes[1]);
    close(master);
    close(slave);
}

/* What stands on a terminal of so many columns after log_say. */
static const char *said(const char *line, unsigned short columns, const char *kind)
{
    static char text[4096];
    int master, slave, before = dup(STDERR_FILENO);
    open_both(&master, &slave, columns, 24);
    if (kind)
        setenv("TERM", kind, 1);
    else
        unsetenv("TERM");
    assert_true(dup2(slave, STDERR_FILENO) >= 0);
    log_say(line);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    ssize_t n = read(master, text, sizeof(text) - 1);
    assert_true(n >= 0);
    text[n] = '\0';
    close(before);
    close(master);
    close(slave);
    return text;
}

static void lines_fit(void **state)
{
    (void)state;
    assert_string_equal(said("hexwatch: one two three", 80, "xterm"), "hexwatch: one two three\033[K\r\n");
    assert_string_equal(said("hexwatch: one two three", 20, "xterm"),
                        "hexwatch: one two\033[K\r\n  three\033[K\r\n");
    assert_string_equal(said("hexwatch: one two three", 8, "xterm"),
                        "hexwatch:\033[K\r\n  one\033[K\r\n  two\033[K\r\n  three\033[K\r\n");
    assert_string_equal(said("hexwatch: one two three", 8, "dumb"), "hexwatch: one two three\r\n");
    assert_string_equal(said("hexwatch: one two three", 8, NULL), "hexwatch: one two three\r\n");
    char large[3000];
    memset(large, 'x', sizeof(large));
    for (size_t i = 0; i < sizeof(large); i += 2)
        large[i] = ' ';
    large[sizeof(large) - 1] = '\0';
    (void)said(large, 2, "xterm"); /* cut somewhere, and that is all */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(lines_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
