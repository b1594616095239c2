/* SPDX-License-Identifier: Apache-2.0 */
/* The child process of `hexwatch watch listen` and `watch sniff`. Called by watch, which shows what it says. */
#include "command/watch_intake.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/tty.h"
#include "command/asking.h"
#include "command/command.h"
#include "command/privilege.h"
#include "command/terminal.h"
#include "outlet/control.h"

/* ms: how long it may take to end before it is killed. */
enum { PATIENCE = 10000, LINE = 1024, PRINTED_MAX = 4 << 20, ARGUMENTS_MAX = 256 };

#define SELF "/proc/self/exe"

struct watch_intake {
    pid_t pid;          /* 0: it is over, and waited for */
    int errors, output; /* pipes; -1: at its end */
    int status;
    char folder[CONTROL_PATH], socket[CONTROL_PATH];
    char line[LINE];
    size_t start, length; /* of line: what was read and not yet taken */
    char *printed;        /* owned */
    size_t printed_length;
};

/* ---- starting ---- */

/* In the child: what it is to be. Only what may be called between fork and exec. program: its file's name, which others see as
 * that of the process; where that file is no longer there, this process still has it. */
static void become(pid_t parent, int errors, int output, const char *program, char **argv)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* Ctrl-C and Ctrl-Z are the view's; the end of the view, even by force, is the child's too */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getppid() == parent && nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
        dup2(output, STDOUT_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0) {
        execv(program, argv);
        execv(SELF, argv);
    }
    _exit(EXIT_WRONG);
}

/* The usual place, so that others can ask it as well; a folder of its own where that is another hexwatch's. */
static bool make_place(struct watch_intake *intake, const struct account *account, char *error, size_t size)
{
    if (asking_free_place(intake->socket))
        return true;
    const char *run = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR"), *base = "/tmp";
    if (run && run[0] == '/' && !account->is_needed && access(run, W_OK) == 0)
        base = run;
    else if (temporary && temporary[0] == '/')
        base = temporary;
    int length = snprintf(intake->folder, sizeof(intake->folder), "%s/hexwatch-XXXXXX", base);
    if (length < 0 || (size_t)length + sizeof("/control.sock") > sizeof(intake->socket))
        snprintf(intake->folder, sizeof(intake->folder), "/tmp/hexwatch-XXXXXX");
    if (!mkdtemp(intake->folder)) {
        snprintf(error, size, "no folder can be made for its control socket, %s: %s. Make room there",
                 intake->folder, strerror(errno));
        intake->folder[0] = '\0';
        return false;
    }
    snprintf(intake->socket, sizeof(intake->socket), "%.80s/control.sock", intake->folder);
    /* both the child and this process will be that user */
    if (account->is_needed && chown(intake->folder, account->user, account->group) != 0) {
        snprintf(error, size, "%s cannot be given to user %s: %s", intake->folder, account->name,
                 strerror(errno));
        return false;
    }
    return true;
}

static bool start(struct watch_intake *intake, int argc, char **argv, bool is_coloured, char *error,
                  size_t size)
{
    int errors[2] = { -1, -1 }, output[2] = { -1, -1 };
    char *arguments[ARGUMENTS_MAX + 8] = { (char *)"hexwatch",
                                           argv[0],
                                           (char *)"--summary",
                                           (char *)"--socket",
                                           intake->socket,
                                           (char *)"--color",
                                           is_coloured ? (char *)"always" : (char *)"never" };
    size_t count = 7;
    unsigned columns = 0, rows = 0;
    char width[16], program[PATH_MAX] = "";
    ssize_t length = readlink(SELF, program, sizeof(program) - 1);
    program[length > 0 ? length : 0] = '\0';
    if (tty_size(STDOUT_FILENO, &columns, &rows) && snprintf(width, sizeof(width), "%u", columns) > 0)
        (void)setenv(TERMINAL_COLUMNS, width, 1); /* this process prints what it writes */
    if (argc > ARGUMENTS_MAX) {
        snprintf(error, size, "more than %d arguments. Leave some out", ARGUMENTS_MAX);
        return false;
    }
    for (int i = 1; i < argc; i++)
        arguments[count++] = argv[i];
    if (pipe2(errors, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0) {
        pid_t parent = getpid();
        intake->pid = fork();
        if (intake->pid == 0)
            become(parent, errors[1], output[1], program, arguments);
    }
    snprintf(error, size, "it cannot be started: %s", strerror(errno));
    intake->errors = errors[0];
    intake->output = output[0];
    if (errors[1] >= 0)
        close(errors[1]);
    if (output[1] >= 0)
        close(output[1]);
    if (intake->pid > 0)
        return true;
    intake->pid = 0;
    return false;
}

struct watch_intake *watch_intake_start(int argc, char **argv, bool is_coloured, char *error, size_t size)
{
    struct watch_intake *intake = calloc(1, sizeof(*intake));
    struct account account;
    snprintf(error, size, "out of memory");
    if (!intake)
        return NULL;
    intake->errors = intake->output = -1;
    intake->status = EXIT_WRONG;
    if (privilege_find("", &account, error, size) && make_place(intake, &account, error, size) &&
        start(intake, argc, argv, is_coloured, error, size) && privilege_drop(&account, error, size) &&
        fcntl(intake->errors, F_SETFL, O_NONBLOCK) == 0 && fcntl(intake->output, F_SETFL, O_NONBLOCK) == 0)
        return intake;
    watch_intake_free(intake);
    return NULL;
}

const char *watch_intake_socket(const struct watch_intake *intake)
{
    return intake->socket;
}

/* ---- what it says ---- */

int watch_intake_fd(const struct watch_intake *intake)
{
    return intake->errors;
}

static bool take_line(struct watch_intake *intake, bool is_last, struct cursor *line)
{
    struct cursor all = cursor_of(intake->line + intake->start, intake->length);
    size_t end;
    bool is_whole = cursor_find(all, '\n', &end);
    if (!is_whole && (all.left == 0 || !(is_last || all.left == LINE)))
        return false;
    *line = cursor_part(all, 0, is_whole ? end : all.left);
    size_t used = line->left + is_whole;
    intake->start += used;
    intake->length -= used;
    return true;
}

bool watch_intake_next(struct watch_intake *intake, struct cursor *line)
{
    while (!take_line(intake, intake->errors < 0, line)) {
        if (intake->errors < 0)
            return false;
        memmove(intake->line, intake->line + intake->start, intake->length);
        intake->start = 0;
        ssize_t n = read(intake->errors, intake->line + intake->length, LINE - intake->length);
        if (n > 0) {
            intake->length += (size_t)n;
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        close(intake->errors);
        intake->errors = -1;
    }
    return true;
}

/* What it prints, up to a bound that no summary comes near; more is read and let go, so that it never waits. */
static void take_printed(struct watch_intake *intake)
{
    char some[4096];
    while (intake->output >= 0) {
        ssize_t n = read(intake->output, some, sizeof(some));
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            close(intake->output);
            intake->output = -1;
            return;
        }
        char *more = intake->printed_length + (size_t)n <= PRINTED_MAX
                         ? realloc(intake->printed, intake->printed_length + (size_t)n)
                         : NULL;
        if (!more)
            continue;
        memcpy(more + intake->printed_length, some, (size_t)n);
        intake->printed = more;
        intake->printed_length += (size_t)n;
    }
}

struct cursor watch_intake_printed(const struct watch_intake *intake)
{
    return cursor_of(intake->printed, intake->printed_length);
}

/* ---- its end ---- */

bool watch_intake_is_over(struct watch_intake *intake)
{
    int status = 0;
    take_printed(intake);
    if (intake->pid == 0)
        return true;
    pid_t found = waitpid(intake->pid, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR))
        return false;
    if (found == intake->pid)
        intake->status = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_WRONG;
    intake->pid = 0;
    return true;
}

int watch_intake_end(struct watch_intake *intake)
{
    /* as long as it is root still, and this process is not, it cannot be told: again and again then */
    for (int waited = 0; !watch_intake_is_over(intake); waited += 20) {
        if (waited % 200 == 0)
            (void)kill(intake->pid, waited < PATIENCE ? SIGINT : SIGKILL);
        struct pollfd more[] = { { .fd = intake->output, .events = POLLIN } };
        (void)poll(more, intake->output >= 0, 20);
    }
    take_printed(intake);
    return intake->status;
}

void watch_intake_free(struct watch_intake *intake)
{
    if (!intake)
        return;
    (void)watch_intake_end(intake);
    if (intake->errors >= 0)
        close(intake->errors);
    if (intake->output >= 0)
        close(intake->output);
    if (intake->folder[0]) {
        (void)unlink(intake->socket);
        (void)rmdir(intake->folder);
    }
    free(intake->printed);
    free(intake);
}
