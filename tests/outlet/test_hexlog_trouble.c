/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log when the disk says no: it never stops the program, and every lost line is counted. */
#include "outlet/folder.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* What hexlog_new says of a folder that will not do. */
static const char *refusal(struct world *world, const char *folder)
{
    world->settings.files.folder = folder;
    world->text[0] = '\0';
    assert_null(hexlog_new(&world->settings, world->text, 400));
    return world->text;
}

static void a_folder_that_cannot_be_made(void **state)
{
    (void)state;
    struct world *world = world_new();
    char folder[128], expected[400];
    snprintf(folder, sizeof(folder), "%s/no/such", world->base);
    snprintf(expected, sizeof(expected),
             "HEX log folder %s cannot be made: No such file or directory. Make it, or name another", folder);
    assert_string_equal(refusal(world, folder), expected);
    world_free(world);
}

static void a_folder_that_is_none(void **state)
{
    (void)state;
    struct world *world = world_new();
    char expected[400];
    int file = open(world->folder, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    close(file);
    snprintf(expected, sizeof(expected),
             "HEX log folder %s cannot be written: Not a directory. Name a folder", world->folder);
    assert_string_equal(refusal(world, world->folder), expected);
    world_free(world);
}

/* Another user's folder. Root may write anywhere, so a child tries that is nobody. */
static void a_folder_that_may_not_be_written(void **state)
{
    (void)state;
    struct world *world = world_new();
    char expected[400];
    int status = -1;
    const struct passwd *user = getpwuid(geteuid() == 0 ? 65534 : geteuid());
    assert_non_null(user);
    snprintf(expected, sizeof(expected),
             "HEX log folder %s cannot be written: Permission denied. Let the user %s, as whom hexwatch "
             "runs, write to "
             "it, or name another",
             world->folder, user->pw_name);
    assert_int_equal(chmod(world->base, 0755), 0);
    assert_int_equal(mkdir(world->folder, 0755), 0);
    assert_int_equal(chmod(world->folder, 0555), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        world->settings.files.folder = world->folder;
        _exit(!hexlog_new(&world->settings, world->text, 400) && strcmp(world->text, expected) == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    world_free(world);
}

/* Runs out of a limit while `numbers` lines are put, and gives it back. */
static void put_under_limit(struct world *world, int what, rlim_t most, unsigned first, unsigned last)
{
    struct rlimit before, limited;
    assert_int_equal(getrlimit((__rlimit_resource_t)what, &before), 0);
    limited = before;
    limited.rlim_cur = most;
    assert_int_equal(setrlimit((__rlimit_resource_t)what, &limited), 0);
    for (unsigned number = first; number <= last; number++)
        put(world, 5023, number);
    assert_int_equal(setrlimit((__rlimit_resource_t)what, &before), 0);
}

/* What is said on standard error meanwhile stands in world->text. */
struct silence {
    int file, before;
};

static struct silence silence_begin(void)
{
    struct silence silence = { memfd_create("stderr", MFD_CLOEXEC), dup(STDERR_FILENO) };
    assert_true(silence.file >= 0 && silence.before >= 0);
    fflush(stderr);
    assert_true(dup2(silence.file, STDERR_FILENO) >= 0);
    return silence;
}

static const char *silence_end(struct world *world, struct silence silence)
{
    fflush(stderr);
    assert_true(dup2(silence.before, STDERR_FILENO) >= 0);
    ssize_t n = pread(silence.file, world->text, sizeof(world->text) - 1, 0);
    assert_true(n >= 0);
    world->text[n] = '\0';
    close(silence.file);
    close(silence.before);
    return world->text;
}

/* The disk has room for two lines and a bit: a line's start must not stand there, as the next would join it. */
static void a_full_disk_loses_whole_lines(void **state)
{
    (void)state;
    struct world *world = world_new();
    signal(SIGXFSZ, SIG_IGN);
    start(world);
    struct silence silence = silence_begin();
    put_under_limit(world, RLIMIT_FSIZE, 2 * LINE_LENGTH + 20, 1, 6);
    (void)silence_end(world, silence);
    assert_int_equal(hexlog_lost(world->hexlog), 4);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787801") LINE("<", "787802"));
    put(world, 5023, 7);
    assert_string_equal(file_text(world, "5023-tcp.log"),
                        LINE("<", "787801") LINE("<", "787802") LINE("<", "787807"));
    assert_int_equal(hexlog_lost(world->hexlog), 4);
    world_free(world);
}

static void it_is_said_once_a_minute(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    assert_int_equal(mkdir(path_of(world, "5023-tcp.log"), 0700), 0);
    struct silence silence = silence_begin();
    for (unsigned number = 0; number < 100; number++)
        put(world, 5023, number);
    const char *said = silence_end(world, silence);
    assert_int_equal(hexlog_lost(world->hexlog), 100);
    const char *end = strchr(said, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_non_null(strstr(said, world->folder));
    assert_non_null(strstr(said, "/5023-tcp.log: Is a directory; 1 lines are lost so far."));
    world_free(world);
}

/* Who may write there must not make us write elsewhere. */
static void a_link_is_not_followed(void **state)
{
    (void)state;
    struct world *world = world_new();
    char target[128];
    struct stat status;
    start(world);
    snprintf(target, sizeof(target), "%s/target", world->base);
    assert_int_equal(symlink(target, path_of(world, "5023-tcp.log")), 0);
    assert_int_equal(symlink("/dev/full", path_of(world, "5013-tcp.log")), 0);
    struct silence silence = silence_begin();
    put(world, 5023, 1);
    put(world, 5013, 1);
    (void)silence_end(world, silence);
    assert_int_equal(hexlog_lost(world->hexlog), 2);
    assert_int_equal(lstat(target, &status), -1);
    world_free(world);
}

static void the_folder_is_gone(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    assert_int_equal(rmdir(world->folder), 0);
    struct silence silence = silence_begin();
    put(world, 5023, 1);
    put(world, 5013, 2);
    const char *said = silence_end(world, silence);
    assert_non_null(strstr(said, "No such file or directory"));
    assert_int_equal(hexlog_lost(world->hexlog), 2);
    world_free(world);
}

/* A pipe that nobody reads would stop everything, and one that somebody reads is no log. */
static void a_named_pipe_is_not_written_to(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    assert_int_equal(mkfifo(path_of(world, "5023-tcp.log"), 0600), 0);
    assert_int_equal(mkfifo(path_of(world, "5013-tcp.log"), 0600), 0);
    int reader = open(path_of(world, "5013-tcp.log"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    struct silence silence = silence_begin();
    put(world, 5023, 1);
    put(world, 5013, 1);
    const char *said = silence_end(world, silence);
    assert_non_null(strstr(said, "5023-tcp.log: it is no regular file; 1 lines are lost so far."));
    assert_int_equal(hexlog_lost(world->hexlog), 2);
    close(reader);
    world_free(world);
}

/* The bound holds, what is there is kept, and it is tried again later. */
static void a_full_file_that_cannot_be_put_aside(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.files.size = 2 * LINE_LENGTH;
    world->settings.files.keep = 1;
    start(world);
    assert_int_equal(mkdir(path_of(world, "5023-tcp.log.1"), 0700), 0);
    struct silence silence = silence_begin();
    for (unsigned number = 1; number <= 5; number++)
        put(world, 5023, number);
    const char *said = silence_end(world, silence);
    assert_non_null(strstr(said, "5023-tcp.log: Is a directory; 1 lines are lost so far."));
    assert_int_equal(hexlog_lost(world->hexlog), 3);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787801") LINE("<", "787802"));
    assert_int_equal(rmdir(path_of(world, "5023-tcp.log.1")), 0);
    put(world, 5023, 6);
    assert_int_equal(hexlog_lost(world->hexlog), 4); /* not yet again */
    world_free(world);
}

/* Somebody removes the folder and makes it again: its name counts. */
static void a_folder_that_is_made_again(void **state)
{
    (void)state;
    for (int how = 0; how < 2; how++) {
        struct world *world = world_new();
        start(world);
        hexlog_tick(world->hexlog, NOON);
        put(world, 5023, 1);
        char old[128];
        snprintf(old, sizeof(old), "%s/old", world->base);
        assert_int_equal(rename(world->folder, old), 0);
        assert_int_equal(mkdir(world->folder, 0700), 0);
        if (how == 0)
            hexlog_reopen(world->hexlog);
        else
            hexlog_tick(world->hexlog, NOON + SECONDS(60));
        put(world, 5023, 2);
        assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787802"));
        /* and one that is only removed is made */
        assert_int_equal(remove(path_of(world, "5023-tcp.log")), 0);
        assert_int_equal(rmdir(world->folder), 0);
        hexlog_tick(world->hexlog, NOON + SECONDS(120));
        put(world, 5023, 3);
        assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787803"));
        assert_int_equal(hexlog_lost(world->hexlog), 0);
        world_free(world);
    }
}

static void a_file_that_is_removed_is_made_again(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    hexlog_tick(world->hexlog, NOON);
    put(world, 5023, 1);
    assert_int_equal(remove(path_of(world, "5023-tcp.log")), 0);
    hexlog_tick(world->hexlog, NOON + SECONDS(59));
    hexlog_tick(world->hexlog, NOON + SECONDS(60));
    put(world, 5023, 2);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787802"));
    world_free(world);
}

static void no_file_descriptor_is_left(void **state)
{
    (void)state;
    struct world *world = world_new();
    start(world);
    struct silence silence = silence_begin();
    int next = dup(STDIN_FILENO);
    assert_true(next >= 0);
    close(next);
    put_under_limit(world, RLIMIT_NOFILE, (rlim_t)next, 1, 3);
    const char *said = silence_end(world, silence);
    assert_non_null(strstr(said, strerror(EMFILE)));
    assert_int_equal(hexlog_lost(world->hexlog), 3);
    put(world, 5023, 4);
    assert_string_equal(file_text(world, "5023-tcp.log"), LINE("<", "787804"));
    assert_int_equal(hexlog_lost(world->hexlog), 3);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_that_cannot_be_made),
        cmocka_unit_test(a_folder_that_is_none),
        cmocka_unit_test(a_folder_that_may_not_be_written),
        cmocka_unit_test(a_full_disk_loses_whole_lines),
        cmocka_unit_test(it_is_said_once_a_minute),
        cmocka_unit_test(a_link_is_not_followed),
        cmocka_unit_test(the_folder_is_gone),
        cmocka_unit_test(a_named_pipe_is_not_written_to),
        cmocka_unit_test(a_full_file_that_cannot_be_put_aside),
        cmocka_unit_test(a_folder_that_is_made_again),
        cmocka_unit_test(a_file_that_is_removed_is_made_again),
        cmocka_unit_test(no_file_descriptor_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
