/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch log: Traccar's own log, told as if it happened now; with --follow, it does. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "command/assembly.h"
#include "command/pace.h"
#include "intake/loop.h"
#include "intake/traccar_log.h"
#include "intake/turns.h"
#include "intake/version.h"

enum { LAST = 8192 }; /* bytes */

struct work {
    struct assembly *assembly;
    struct loop *loop;
    struct turn turn;
    struct log_clock clock;
    struct pace pace;
    struct traccar_log *log;
    char **files; /* the present one, and those behind it */
    size_t count;
    const char *hint;    /* what to do where the log that was looked for is not there */
    const char *foreign; /* a file without one line of a log; NULL: none is */
    bool is_from_end;    /* only its last lines, and what is added */
    bool follow, is_done, is_written;
    int status;
    int64_t time; /* of what was read, or of the last tick */
    struct traccar_log_losses losses;
};

static void on_pass(void *context, int64_t now)
{
    struct work *work = context;
    work->time = now;
    assembly_tick(work->assembly, now);
    if (pace_is_due(&work->pace, now))
        assembly_sum_up(work->assembly, &(struct intake_losses){ .log = work->losses }, now);
    work->is_done = work->is_done || pace_is_over(&work->pace, now);
}

static int64_t wall_of(const struct work *work)
{
    return loop_now(work->loop) + loop_wall(work->loop);
}

static void close_file(struct work *work)
{
    if (!work->log)
        return;
    traccar_log_finish(work->log, &work->clock);
    if (traccar_log_is_foreign(work->log) && !work->follow)
        work->foreign = work->files[0];
    struct traccar_log_losses losses = traccar_log_losses(work->log, wall_of(work));
    work->losses.cut += losses.cut;
    work->losses.seconds += losses.seconds;
    if (traccar_log_time(work->log) > work->time)
        work->time = traccar_log_time(work->log);
    traccar_log_free(work->log);
    work->log = NULL;
}

/* Opens the first of the files that are left. */
static void open_file(struct work *work)
{
    char error[512];
    if (work->count == 0) {
        work->is_done = true;
        return;
    }
    work->log =
        traccar_log_open(work->files[0], false, assembly_logbook(work->assembly), error, sizeof(error));
    if (work->log && work->is_from_end)
        traccar_log_last(work->log, LAST);
    if (work->log) {
        turns_want(loop_turns(work->loop), &work->turn);
        return;
    }
    work->status = command_fail("log: %s.%s", error, work->hint ? work->hint : "");
    work->is_done = true;
}

/* All of the present file was read: it is followed, or the next one is due. */
static void end_file(struct work *work)
{
    if (work->follow && work->count == 1 && strcmp(work->files[0], "-") != 0)
        return;
    close_file(work);
    work->files++;
    work->count--;
    open_file(work);
}

static bool is_input(const struct work *work)
{
    return work->log && strcmp(work->files[0], "-") == 0;
}

static void on_step(void *context)
{
    struct work *work = context;
    if (is_input(work) && !command_is_input_waiting())
        return; /* it is looked at again each second, and as soon as it can be read */
    if (traccar_log_take(work->log, &work->clock))
        turns_want(loop_turns(work->loop), &work->turn);
    else
        end_file(work);
}

static void on_input(void *context, int descriptor)
{
    struct work *work = context;
    (void)descriptor;
    if (is_input(work))
        turns_want(loop_turns(work->loop), &work->turn);
}

static void on_tick(void *context, int number)
{
    struct work *work = context;
    (void)number;
    if (!work->follow || work->count != 1 || work->turn.is_waiting || is_input(work))
        return;
    int64_t now = wall_of(work);
    traccar_log_look(work->log, &work->clock, now);
    turns_want(loop_turns(work->loop), &work->turn);
    /* time passes without lines, too */
    if (now > work->time)
        on_pass(work, now);
}

static void on_signal(void *context, int number)
{
    struct work *work = context;
    if (number == SIGHUP)
        assembly_reopen(work->assembly);
    else
        work->is_done = true;
}

static bool has_input(const struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        if (strcmp(work->files[i], "-") == 0)
            return true;
    }
    return false;
}

/* A pipe can be waited for; a file cannot, and need not. */
static bool watch_input(struct work *work)
{
    struct stat status;
    if (!has_input(work) || fstat(STDIN_FILENO, &status) != 0 || S_ISREG(status.st_mode))
        return true;
    return loop_on_readable(work->loop, STDIN_FILENO, on_input, work);
}

static int run(struct work *work)
{
    if (!loop_on_signal(work->loop, SIGINT, on_signal, work) ||
        !loop_on_signal(work->loop, SIGTERM, on_signal, work) ||
        !loop_on_signal(work->loop, SIGHUP, on_signal, work) ||
        !loop_each_second(work->loop, on_tick, work) || !watch_input(work))
        return command_fail("log: out of memory.");
    open_file(work);
    work->is_written = true;
    while (!work->is_done && work->is_written && !assembly_is_over(work->assembly)) {
        if (!loop_turn(work->loop))
            break;
        work->is_written = assembly_flush(work->assembly);
    }
    if (work->log && !work->follow && work->is_written && work->count > 0)
        assembly_break_off(work->assembly, "it was told to stop before the end of the log");
    close_file(work);
    if (work->status != EXIT_DONE)
        return work->status;
    struct intake_losses losses = { .log = work->losses };
    work->is_written = assembly_finish(work->assembly, &losses, work->time) && work->is_written;
    if (work->foreign && work->is_written)
        return command_fail(
            "log: %s: none of its lines is one of Traccar's log. Name logs/tracker-server.log; a part of it "
            "that somebody posted is for hexwatch identify < FILE.",
            work->foreign);
    return work->is_written ? EXIT_DONE : command_unwritten("log");
}

/* FILE…, or where the installed Traccar writes. */
static void find_files(struct work *work, int argc, char **argv, int first, const struct settings *settings,
                       bool is_looked_for, char *found, char **only)
{
    work->files = argv + first;
    work->count = (size_t)(argc - first);
    if (first < argc)
        return;
    strcpy(found, settings->log.file);
    *only = found;
    work->files = only;
    work->count = 1;
    work->is_from_end = work->follow;
    if (!settings->traccar && is_looked_for)
        work->hint =
            " No Traccar was found on this host: none runs, and there is neither a traccar.service nor "
            "/opt/traccar, or they are hidden from this user";
    else if (settings->traccar && traccar_logs_to_console(settings->traccar))
        work->hint = " Traccar logs to the console: journalctl -u traccar -o cat | hexwatch log -";
}

static int command(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    char error[512], found[PATH_LENGTH], *only;
    int first, end;
    if (!options_read(argc, argv, &command_log, &options, &first, &end) ||
        !settings_from(&options, end, argv, end, &settings))
        return EXIT_WRONG;
    settings.log.on = true;
    settings.log.beginning = end < argc || !options.goes_on;
    settings.sniff.on = settings.listen.on = settings.judge.is_joined = false;
    signal(SIGPIPE, SIG_IGN);
    struct work work = { .follow = options.goes_on,
                         .pace = { .span = settings.chosen.span, .every = settings.chosen.every } };
    work.turn = (struct turn){ .step = on_step, .context = &work };
    work.clock = (struct log_clock){ .pass = on_pass, .context = &work };
    find_files(&work, end, argv, first, &settings, !options.traccar, found, &only);
    /* another Traccar's log says of which version it is */
    if (!settings.traccar && !version_of_log(work.files[0], settings.version, sizeof(settings.version)))
        settings.version[0] = '\0';
    snprintf(error, sizeof(error), "out of memory");
    work.loop = loop_new();
    work.assembly = work.loop ? assembly_new(&settings, error, sizeof(error)) : NULL;
    bool is_ready = work.assembly && assembly_open_logs(work.assembly, error, sizeof(error));
    int status = is_ready ? run(&work) : command_fail("log: %s.", error);
    assembly_free(work.assembly);
    loop_free(work.loop);
    settings_free(&settings);
    return status;
}

const struct command command_log = {
    .name = "log",
    .run = command,
    .brief = "the same on Traccar's own log",
    .operands = "[FILE...]",
    .options = "fsqxACTUdpPFnoeGLtg",
    .examples = { { "hexwatch log --summary", "what the installed Traccar wrote today" },
                  { "hexwatch log --follow", "the last lines of it, and what it writes from now on" },
                  { "hexwatch log tracker-server.log.20260131 tracker-server.log", "two days" },
                  { "journalctl -u traccar -o cat | hexwatch log -", "where it logs to the console" } },
    .about =
        "Reads Traccar's own log, of any version since 2.0 (- is standard input): HEX, protocol, device, and "
        "what became of it: which devices Traccar does not know, filters away or has disabled, and what it "
        "could not decode. Without FILE it is the log of the installed Traccar, as its conf/traccar.xml "
        "says: of the one that runs (in a container, too, for root), of systemd's traccar.service, or of "
        "/opt/traccar. A log is read from its beginning; with --follow and without FILE from its last lines "
        "on. "
        "The log tells no tracker's port: a peer is an address alone.\n",
};
