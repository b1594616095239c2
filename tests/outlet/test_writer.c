/* SPDX-License-Identifier: Apache-2.0 */
/* The buffered writer: everything in order, and what happens when nobody takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outlet/writer.h"

static void put(struct writer *writer, const char *text)
{
    buffer_put_text(writer_begin(writer, strlen(text)), text);
    writer_end(writer);
}

/* A line of n bytes, of which each is the one it should be at its place in the output. */
static void put_many(struct writer *writer, size_t n, size_t *position)
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
    size_t position = 0;
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            put_many(writer, sizes[i], &position);
    }
    writer_free(writer);
    uint8_t *bytes = malloc((size_t)position + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(file, bytes, (size_t)position + 1, 0), position);
    for (size_t i = 0; i < position; i++) {
        if (bytes[i] != i % 251)
            fail_msg("byte %zu is %u", i, bytes[i]);
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
    size_t position = 0;
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
    size_t position = 0;
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
    size_t position = 0;
    while (position < ALL)
        put_many(writer, 65536, &position);
    assert_true(writer_flush(writer));
    assert_int_equal(writer_lost(writer), 0);
    writer_free(writer);
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static uint64_t bytes_in(int fd)
{
    uint8_t bytes[4096];
    uint64_t all = 0;
    for (ssize_t n; (n = read(fd, bytes, sizeof(bytes))) > 0;)
        all += (uint64_t)n;
    return all;
}

static void put_numbered(struct writer *writer, unsigned number)
{
    char line[1000];
    memset(line, ' ', sizeof(line));
    line[snprintf(line, sizeof(line), "%u", number)] = ' ';
    line[sizeof(line) - 1] = '\n';
    buffer_put(writer_begin(writer, sizeof(line)), line, sizeof(line));
    writer_end(writer);
}

/* Reads all there is of a non-blocking pipe into memory. */
static size_t drain(int fd, char *out, size_t size)
{
    size_t length = 0;
    for (ssize_t n; length < size && (n = read(fd, out + length, size - length)) > 0;)
        length += (size_t)n;
    return length;
}

/* The pipe's other end, which the shell may hold too, still blocks; and what comes out are whole lines in order with one gap. */
static void a_reader_that_stalls_is_not_waited_for(void **state)
{
    enum { LINES = 10000 };
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    struct writer *writer = writer_new(ends[1]);
    assert_non_null(writer);
    assert_true(writer_never_wait(writer));
    for (unsigned number = 0; number < LINES; number++)
        put_numbered(writer, number);
    assert_true(writer_flush(writer));
    assert_true(writer_pending(writer) >= 0);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    uint64_t dropped = writer_dropped(writer);
    assert_in_range(dropped, LINES - WRITER_QUEUE / 1000 - 70, LINES - WRITER_QUEUE / 1000);
    assert_int_equal(writer_gap(writer), 0); /* it is not over */
    char *text = malloc(LINES * 1000);
    size_t length = 0;
    assert_non_null(text);
    do {
        length += drain(ends[0], text + length, LINES * 1000 - length);
        assert_true(writer_flush(writer));
    } while (writer_pending(writer) >= 0);
    assert_int_equal(writer_gap(writer), dropped);
    assert_int_equal(writer_gap(writer), 0); /* told once */
    put_numbered(writer, LINES);
    for (unsigned i = 0; i < 2; i++) {
        length += drain(ends[0], text + length, LINES * 1000 - length);
        assert_true(writer_flush(writer));
    }
    length += drain(ends[0], text + length, LINES * 1000 - length);
    assert_int_equal(length, (LINES - dropped + 1) * 1000);
    for (size_t i = 0; i < LINES - dropped; i++) {
        assert_int_equal(strtoul(text + i * 1000, NULL, 10), i);
        assert_int_equal(text[i * 1000 + 999], '\n');
    }
    assert_int_equal(strtoul(text + length - 1000, NULL, 10), LINES);
    assert_int_equal(writer_lost(writer), 0);
    free(text);
    writer_free(writer);
    close(ends[0]);
    close(ends[1]);
}

/* The last words wait for a while, and no longer. */
static void the_end_waits_for_a_while(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct writer *writer = writer_new(ends[1]);
    assert_true(writer && writer_never_wait(writer));
    for (unsigned number = 0; number < 200; number++)
        put_numbered(writer, number);
    writer_wait_until(writer, 50000);
    put(writer, "the last word\n");
    errno = 0;
    assert_false(writer_flush(writer)); /* nobody reads */
    assert_int_equal(errno, ETIMEDOUT);
    assert_true(writer_lost(writer) > 0);
    writer_free(writer);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_true(bytes_in(ends[0]) > 0);
    close(ends[0]);
    close(ends[1]);
}

static void sockets_and_files_are_not_waited_for_either(void **state)
{
    (void)state;
    int ends[2], file = memfd_create("out", MFD_CLOEXEC);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct writer *writer = writer_new(ends[1]), *other = writer_new(file);
    assert_true(writer && writer_never_wait(writer) && other && writer_never_wait(other));
    for (unsigned number = 0; number < 10000; number++) {
        put_numbered(writer, number);
        put_numbered(other, number);
    }
    assert_true(writer_dropped(writer) > 4000);
    assert_true(writer_flush(other));
    assert_int_equal(writer_dropped(other), 0);
    assert_int_equal(lseek(file, 0, SEEK_END), 10000000);
    signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    writer_free(writer);
    writer_free(other);
    close(ends[1]);
    close(file);
}

/* One that is longer than it said, and than there is room for, does not spoil those beside it. */
static void a_line_that_does_not_fit_goes_as_a_whole(void **state)
{
    (void)state;
    int file = memfd_create("out", MFD_CLOEXEC);
    struct writer *writer = writer_new(file);
    assert_non_null(writer);
    put(writer, "one\n");
    size_t position = 0;
    put_many(writer, 3 * WRITER_LINE_MAX, &position);
    put(writer, "two\n");
    assert_true(writer_flush(writer));
    expect_file(file, "one\ntwo\n");
    assert_int_equal(writer_dropped(writer), 1);
    assert_int_equal(writer_gap(writer), 1);
    writer_free(writer);
    close(file);
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
        cmocka_unit_test(a_reader_that_stalls_is_not_waited_for),
        cmocka_unit_test(the_end_waits_for_a_while),
        cmocka_unit_test(sockets_and_files_are_not_waited_for_either),
        cmocka_unit_test(a_line_that_does_not_fit_goes_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
