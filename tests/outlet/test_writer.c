/* SPDX-License-Identifier: Apache-2.0 */
/* The buffered writer: everything in order, and what happens when nobody takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outlet/writer.h"

static void put(struct writer *writer, const char *text)
{
    buffer_put_text(writer_begin(writer, strlen(text)), text);
    writer_end(writer);
}

/* A line of n bytes, of which each is the one it should be at its place in the output. */
static void put_many(struct writer *writer, size_t n, uint64_t *position)
{
    struct buffer *out = writer_begin(writer, n);
    for (size_t i = 0; i < n; i++)
        buffer_put_u8(out, (unsigned)((*position)++ % 251));
    writer_end(writer);
}

static void expect_file(int file, const char *expected)
{
    char text[256];
    ssize_t n = pread(file, text, sizeof(text) - 1, 0);
    assert_true(n >= 0);
    text[n] = '\0';
    assert_string_equal(text, expected);
}

static void lines_come_when_they_are_flushed(void **state)
{
    (void)state;
    int file = memfd_create("out", MFD_CLOEXEC);
    struct writer *writer = writer_new(file);
    assert_non_null(writer);
    put(writer, "one\n");
    put(writer, "two\n");
    expect_file(file, "");
    assert_true(writer_flush(writer));
    expect_file(file, "one\ntwo\n");
    assert_true(writer_flush(writer));
    put(writer, "three\n");
    writer_free(writer);
    writer_free(NULL);
    expect_file(file, "one\ntwo\nthree\n");
    assert_true(fcntl(file, F_GETFD) >= 0); /* it was only borrowed */
    close(file);
}

/* Much more than it buffers, in lines of every size up to the largest. */
static void much_comes_whole_and_in_order(void **state)
{
    static const size_t sizes[] = {
        1, 100, 70000, WRITER_LINE_MAX, 4096, WRITER_LINE_MAX - 1, WRITER_LINE_MAX, 7
    };
    (void)state;
    int file = memfd_create("out", MFD_CLOEXEC);
    struct writer *writer = writer_new(file);
    assert_non_null(writer);
    uint64_t position = 0;
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            put_many(writer, sizes[i], &position);
    }
    writer_free(writer);
    uint8_t *bytes = malloc(position + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(file, bytes, position + 1, 0), position);
    for (uint64_t i = 0; i < position; i++) {
        if (bytes[i] != i % 251)
            fail_msg("byte %llu is %u", (unsigned long long)i, bytes[i]);
    }
    free(bytes);
    close(file);
}

static void a_full_disk_is_told_once_and_counted(void **state)
{
    (void)state;
    int file = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    struct writer *writer = writer_new(file);
    assert_non_null(writer);
    assert_true(writer_flush(writer)); /* nothing to write is no failure */
    put(writer, "one\n");
    assert_int_equal(writer_error(writer), 0);
    errno = 0;
    assert_false(writer_flush(writer));
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(writer_error(writer), ENOSPC);
    assert_int_equal(writer_lost(writer), 4);
    uint64_t position = 0;
    for (unsigned i = 0; i < 8; i++)
        put_many(writer, WRITER_LINE_MAX, &position);
    errno = 0;
    assert_false(writer_flush(writer));
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(writer_lost(writer), 4 + position);
    writer_free(writer);
    close(file);
}

static void a_closed_pipe_does_not_kill(void **state)
{
    (void)state;
    int ends[2];
    char text[8];
    assert_int_equal(pipe(ends), 0);
    signal(SIGPIPE, SIG_IGN);
    struct writer *writer = writer_new(ends[1]);
    assert_non_null(writer);
    put(writer, "one\n");
    assert_true(writer_flush(writer));
    assert_int_equal(read(ends[0], text, sizeof(text)), 4);
    close(ends[0]);
    put(writer, "three\n");
    assert_false(writer_flush(writer));
    assert_int_equal(writer_error(writer), EPIPE);
    assert_int_equal(writer_lost(writer), 6);
    writer_free(writer);
    close(ends[1]);
}

/* Lines that cannot go out must not be sent later as if nothing were missing. */
static void what_comes_after_a_failure_is_not_written(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), file = memfd_create("out", MFD_CLOEXEC),
        fd = dup(full);
    struct writer *writer = writer_new(fd);
    assert_non_null(writer);
    put(writer, "one\n");
    assert_false(writer_flush(writer));
    assert_true(dup2(file, fd) >= 0);
    put(writer, "two\n");
    assert_false(writer_flush(writer));
    assert_int_equal(writer_lost(writer), 8);
    writer_free(writer);
    expect_file(file, "");
    close(fd);
    close(file);
    close(full);
}

/* A child reads the pipe to its end, and says whether all of it came. */
static pid_t start_reader(int ends[2], uint64_t expected)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    uint8_t bytes[1000];
    uint64_t position = 0;
    bool is_fine = true;
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], bytes, sizeof(bytes))) > 0;) {
        for (ssize_t i = 0; i < n; i++)
            is_fine = is_fine && bytes[i] == position++ % 251;
    }
    _exit(is_fine && position == expected ? 0 : 1);
}

/* A pipe that somebody made non-blocking, and that takes far less than comes. */
static void a_slow_reader_gets_everything(void **state)
{
    (void)state;
    int ends[2], status = -1;
    enum { ALL = 4 * WRITER_LINE_MAX };
    assert_int_equal(pipe(ends), 0);
    pid_t child = start_reader(ends, ALL);
    assert_true(child > 0);
    close(ends[0]);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    struct writer *writer = writer_new(ends[1]);
    assert_non_null(writer);
    uint64_t position = 0;
    while (position < ALL)
        put_many(writer, 65536, &position);
    assert_true(writer_flush(writer));
    assert_int_equal(writer_lost(writer), 0);
    writer_free(writer);
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_when_they_are_flushed),
        cmocka_unit_test(much_comes_whole_and_in_order),
        cmocka_unit_test(a_full_disk_is_told_once_and_counted),
        cmocka_unit_test(a_closed_pipe_does_not_kill),
        cmocka_unit_test(what_comes_after_a_failure_is_not_written),
        cmocka_unit_test(a_slow_reader_gets_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
