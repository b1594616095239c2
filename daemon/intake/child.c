/* SPDX-License-Identifier: Apache-2.0 */
/* Another program's output, within a time. Called by firewall. */
#include "intake/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_MAX = 16 << 20, CHUNK = 65536 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool start(const char *path, const char *const *arguments, int out, pid_t *child)
{
    static char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    bool is_fine =
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawn(child, path, &actions, NULL, (char *const *)(uintptr_t)arguments, environment) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return is_fine;
}

/* Reads up to the end. False: it came too late, or there is no end of it. */
static bool read_all(int fd, int64_t until, char **text, size_t *length)
{
    for (;;) {
        struct pollfd waiting = { .fd = fd, .events = POLLIN };
        int64_t left = until - now_ms();
        char *more = *length < OUTPUT_MAX ? realloc(*text, *length + CHUNK + 1) : NULL;
        if (!more)
            return false;
        *text = more; /* at once: what it was before is gone */
        if (left <= 0 || poll(&waiting, 1, (int)left) <= 0)
            return false;
        ssize_t n = read(fd, more + *length, CHUNK);
        if (n <= 0)
            return n == 0;
        *length += (size_t)n;
    }
}

enum child_result child_run(const char *const *paths, const char *const *arguments, int most, char **text,
                            size_t *length)
{
    int pipes[2], status = 0;
    pid_t child;
    *text = NULL;
    *length = 0;
    while (*paths && access(*paths, X_OK) != 0)
        paths++;
    if (!*paths)
        return CHILD_MISSING;
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return CHILD_FAILED;
    bool is_started = start(*paths, arguments, pipes[1], &child);
    close(pipes[1]);
    bool is_whole = is_started && read_all(pipes[0], now_ms() + most, text, length);
    close(pipes[0]);
    if (is_started && !is_whole)
        (void)kill(child, SIGKILL);
    while (is_started && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (is_whole && status == 0) {
        (*text)[*length] = '\0';
        return CHILD_DONE;
    }
    free(*text);
    *text = NULL;
    return is_started && !is_whole ? CHILD_LATE : CHILD_FAILED;
}
