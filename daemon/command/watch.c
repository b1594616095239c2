/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch watch: the live view on a full screen, of the daemon that runs, or of an intake of its own. Holds the loop: keys and
 * connections go in, pictures come out. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "command/client.h"
#include "command/terminal.h"
#include "command/watch_intake.h"
#include "command/watch_link.h"
#include "command/watch_screen.h"
#include "outlet/control.h"
#include "outlet/watch.h"

/* What comes is drawn five times a second at most, what is pressed at once. ms: how long to wait for an own intake before the
 * screen is taken, so that what it fails with stands where it is read. */
enum { REDRAW = 200000, SECOND = 1000000, START = 1500, STEP = 20 };

struct view {
    struct watch *watch;
    struct watch_screen *screen;
    struct watch_link_pair *link;
    struct watch_intake *intake; /* NULL: a daemon is watched */
    struct picture picture;
    int signals;
    bool is_over, is_gone; /* gone: there is no terminal any more */
    bool is_urgent;        /* a key was pressed: it is drawn at once */
    int64_t drawn;
};

static int64_t wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

/* ---- signals ---- */

static void list_signals(sigset_t *set)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT, SIGCHLD };
    sigemptyset(set);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaddset(set, numbers[i]);
}

/* Ctrl-Z: the terminal is given back, and this process stops as any other until it is to go on. */
static void stop(struct view *view)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    watch_screen_leave(view->screen);
    (void)raise(SIGTSTP); /* held back until here */
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    sigprocmask(SIG_BLOCK, &set, NULL);
    watch_screen_redraw(view->screen);
    view->is_urgent = true;
}

static void take_signals(struct view *view)
{
    struct signalfd_siginfo info;
    while (read(view->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        switch (info.ssi_signo) {
        case SIGWINCH:
            watch_screen_resize(view->screen);
            view->is_urgent = true;
            break;
        case SIGTSTP:
            stop(view);
            break;
        case SIGCONT:
            watch_screen_redraw(view->screen);
            view->is_urgent = true;
            break;
        case SIGCHLD:
            break;
        case SIGHUP:
            view->is_gone = true;
            /* fall through */
        default:
            view->is_over = true;
            break;
        }
    }
}

/* ---- one turn ---- */

static void take_keys(struct view *view, int64_t now)
{
    int key;
    while (!view->is_over && (key = watch_screen_key(view->screen)) != 0) {
        view->is_urgent = true;
        switch (watch_press(view->watch, key, now)) {
        case EFFECT_QUIT:
            view->is_over = true;
            break;
        case EFFECT_COPY:
            watch_screen_copy(view->screen, watch_copied(view->watch));
            break;
        case EFFECT_REDRAW:
            watch_screen_redraw(view->screen);
            break;
        default:
            break;
        }
    }
}

static void hear_intake(struct view *view, int64_t now)
{
    struct cursor line;
    if (!view->intake)
        return;
    while (watch_intake_next(view->intake, &line)) {
        /* that it waits, and how it ends, is the view's to say */
        if (!CURSOR_STARTS(line, "hexwatch: Waiting for "))
            watch_say(view->watch, line, now);
    }
    if (!watch_intake_is_over(view->intake))
        return;
    if (watch_link_was_live(view->link))
        watch_set_link(view->watch, LINK_ENDED, now, 0);
    else
        view->is_over = true; /* it never came up: what it said is printed */
}

static void draw(struct view *view, int64_t now)
{
    bool is_due = now - view->drawn >= REDRAW || now < view->drawn;
    if (!view->is_urgent && !(is_due && watch_is_changed(view->watch, now)))
        return;
    if (!watch_screen_start(view->screen, &view->picture))
        return;
    watch_draw(view->watch, &view->picture, now);
    watch_screen_show(view->screen, &view->picture);
    view->drawn = now;
    view->is_urgent = false;
}

static void turn(struct view *view, bool has_more)
{
    struct pollfd fds[5] = { { .fd = STDIN_FILENO, .events = POLLIN },
                             { .fd = view->signals, .events = POLLIN },
                             { .fd = view->intake ? watch_intake_fd(view->intake) : -1, .events = POLLIN } };
    size_t count = 3 + watch_link_poll(view->link, fds + 3);
    (void)poll(fds, (nfds_t)count, has_more ? 0 : REDRAW / 2000);
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        view->is_over = view->is_gone = true;
}

static void run_view(struct view *view)
{
    bool has_more = false;
    view->is_urgent = true;
    while (!view->is_over) {
        int64_t now = wall_now();
        take_signals(view);
        take_keys(view, now);
        hear_intake(view, now);
        draw(view, now);
        if (view->is_over)
            break;
        turn(view, has_more);
        has_more = watch_link_work(view->link, wall_now());
    }
}

/* ---- beginning and end ---- */

/* An own intake needs a moment; what it fails with is said before the screen is taken. */
static void await_intake(struct view *view)
{
    for (int waited = 0; view->intake && !view->is_over && waited < START; waited += STEP) {
        (void)watch_link_work(view->link, wall_now());
        hear_intake(view, wall_now());
        if (watch_link_was_live(view->link))
            return;
        (void)poll(NULL, 0, STEP);
    }
}

static void print_lines(struct watch_intake *intake)
{
    struct cursor line;
    while (watch_intake_next(intake, &line))
        fprintf(stderr, "%.*s\n", (int)line.left, (const char *)line.at);
}

/* What the intake says last, and its exit status. */
static int end_intake(struct view *view)
{
    int status = watch_intake_end(view->intake);
    struct cursor printed = watch_intake_printed(view->intake);
    if (view->is_gone)
        return status;
    print_lines(view->intake);
    if (printed.left > 0)
        (void)fwrite(printed.at, 1, printed.left, stdout);
    return fflush(stdout) == 0 ? status : EXIT_WRONG;
}

/* Where the running daemon is asked; the connection is only to find out. False: a line was printed. */
static bool find_daemon(const struct options *options, char path[static CONTROL_PATH])
{
    struct client *client = client_new("watch", options);
    if (client)
        snprintf(path, CONTROL_PATH, "%s", client_path(client));
    client_free(client);
    return client != NULL;
}

/* What the intake has said so far, and nobody has been shown. */
static void print_said(struct watch *watch)
{
    char memory[16384];
    struct buffer said = buffer_on(memory, sizeof(memory));
    watch_put_said(watch, &said);
    (void)fwrite(said.bytes, 1, said.length, stderr);
}

static int show(struct view *view, const struct options *options)
{
    char error[256];
    sigset_t set;
    list_signals(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    view->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (view->signals < 0)
        return command_fail("watch: %s. Try again.", strerror(errno));
    await_intake(view);
    if (!view->is_over) {
        print_said(
            view->watch); /* where the page is, which ports are taken: it stands there again afterwards */
        view->screen = watch_screen_new(terminal_colours((enum color)options->color), error, sizeof(error));
        if (!view->screen)
            return command_fail("watch: %s.", error);
        run_view(view);
        watch_screen_free(view->screen);
        view->screen = NULL;
    }
    return EXIT_DONE;
}

static int run_with(struct view *view, const struct options *options, const char *path)
{
    int status = EXIT_WRONG;
    view->watch = watch_new();
    view->link = view->watch ? watch_link_new(path, view->watch) : NULL;
    view->signals = -1;
    if (view->link)
        status = show(view, options);
    else
        command_fail("watch: out of memory. Free some and try again.");
    if (view->intake) {
        if (view->watch && !view->is_gone)
            print_said(view->watch);
        int ended = end_intake(view);
        status = status == EXIT_DONE ? ended : status;
        watch_intake_free(view->intake);
    }
    if (view->signals >= 0)
        close(view->signals);
    watch_link_free(view->link);
    watch_free(view->watch);
    picture_free(&view->picture);
    return status;
}

/* Where the words of an own intake begin: "listen", "sniff" or "demo" behind the view's own options. argc: there is none. */
static int find_intake(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool is_value = strcmp(argv[i - 1], "--socket") == 0 || strcmp(argv[i - 1], "--config") == 0 ||
                        strcmp(argv[i - 1], "--color") == 0;
        if (!is_value &&
            (strcmp(argv[i], "listen") == 0 || strcmp(argv[i], "sniff") == 0 || strcmp(argv[i], "demo") == 0))
            return i;
    }
    return argc;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct view view = { .watch = NULL };
    char path[CONTROL_PATH], error[512];
    int first, end, intake = find_intake(argc, argv);
    if (!options_read(intake, argv, &command_watch, &options, &first, &end))
        return EXIT_WRONG;
    if (first < end)
        return command_fail(
            "watch: '%s' is too much: only listen, sniff or demo may stand there. See 'hexwatch "
            "watch --help'.",
            argv[first]);
    if (!watch_screen_is_built())
        return command_fail(
            "watch: this hexwatch was built without ncurses. Install libncurses-dev and build it "
            "again, or use 'hexwatch status' and 'hexwatch tail'.");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return command_fail(
            "watch: it needs a terminal on standard input and output. Use 'hexwatch status' and "
            "'hexwatch tail' elsewhere.");
    signal(SIGPIPE, SIG_IGN);
    if (intake == argc) {
        if (!find_daemon(&options, path))
            return EXIT_WRONG;
        return run_with(&view, &options, path);
    }
    view.intake = watch_intake_start(argc - intake, argv + intake,
                                     terminal_colours((enum color)options.color), error, sizeof(error));
    if (!view.intake)
        return command_fail("watch %s: %s.", argv[intake], error);
    return run_with(&view, &options, watch_intake_socket(view.intake));
}

const struct command command_watch = {
    .name = "watch",
    .run = run,
    .brief = "the live view on a full screen",
    .operands = "[listen|sniff|demo ...]",
    .options = "CgO",
    .examples = { { "hexwatch watch", "of the hexwatch that runs here (run, listen, sniff)" },
                  { "hexwatch watch listen", "binds Traccar's ports itself, as 'hexwatch listen' does" },
                  { "hexwatch watch demo",
                    "with simulated trackers: see everything without owning a device" },
                  { "sudo hexwatch watch sniff -i eth0 5023",
                    "watches beside a Traccar, as 'hexwatch sniff' does" } },
    .about =
        "Devices with what to do next, ports, findings, what comes at this moment, the guide's six points, "
        "and "
        "each conversation with its bytes explained. Attached to a running hexwatch it only looks, and comes "
        "back by itself when that is started anew.\n"
        "With listen, sniff or demo, and all their options, it has an intake of its own, which ends with it "
        "and "
        "whose "
        "summary is printed then.\n"
        "? tells the keys. The mouse is left to the terminal, for marking and copying. Below 64 columns or "
        "12 lines "
        "there is no room.\n",
};
