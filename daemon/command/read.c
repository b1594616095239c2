/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch read: pcap and pcapng files, one after the other, told as if it happened now. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/assembly.h"
#include "command/pace.h"
#include "intake/capture.h"
#include "intake/expression.h"

enum { FRAMES = 4096 };

struct work {
    struct assembly *assembly;
    struct expression *expression; /* NULL: none */
    struct pace pace;
    bool is_step_by_step; /* it may end, or sum up, behind any frame */
    bool is_over, is_written;
    int status;
};

static const struct intake_losses no_losses;

static int64_t time_of(const struct work *work)
{
    return tap_time(assembly_tap(work->assembly));
}

/* Is it over, or is a summary due? */
static void look_at_time(struct work *work)
{
    int64_t now = time_of(work);
    if (pace_is_due(&work->pace, now))
        assembly_sum_up(work->assembly, &no_losses, now);
    work->is_over = assembly_is_over(work->assembly) || pace_is_over(&work->pace, now);
}

/* From a file in large steps; from standard input, which may be a tcpdump at work, as they come. */
static int take_all(struct work *work, struct capture *capture, bool is_input)
{
    int taken;
    do {
        taken = capture_take(capture, is_input || work->is_step_by_step ? 1 : FRAMES,
                             assembly_tap(work->assembly));
        if (work->is_step_by_step)
            look_at_time(work);
        if (!is_input || !command_is_input_waiting())
            work->is_written = assembly_flush(work->assembly);
    } while (taken > 0 && work->is_written && !work->is_over);
    return taken;
}

static void read_file(struct work *work, const char *path)
{
    char error[512];
    bool is_input = strcmp(path, "-") == 0;
    struct capture *capture = capture_open_file(path, error, sizeof(error));
    if (!capture) {
        work->status = command_fail("read: %s.", error);
        assembly_break_off(work->assembly, error);
        return;
    }
    capture_choose(capture, work->expression);
    /* what came before a broken end counts all the same */
    if (take_all(work, capture, is_input) < 0) {
        assembly_break_off(work->assembly, capture_error(capture));
        work->status = command_fail("read: %s: %s. It is damaged from here on; what was before it is shown.",
                                    is_input ? "standard input" : path, capture_error(capture));
    }
    capture_free(capture);
}

static int read_all(struct work *work, char **files, int count)
{
    work->is_written = true;
    for (int i = 0; i < count && work->is_written && !work->is_over; i++)
        read_file(work, files[i]);
    work->is_written = assembly_finish(work->assembly, &no_losses, time_of(work)) && work->is_written;
    if (work->status != EXIT_DONE)
        return work->status;
    if (!work->is_written)
        return command_unwritten("read");
    return assembly_is_kept(work->assembly) ? EXIT_DONE : EXIT_WRONG;
}

/* Is it PORTS, not a FILE? */
static bool is_ports(const char *operand)
{
    size_t digits = strspn(operand, "0123456789,-:tcpud");
    return operand[digits] == '\0' && strpbrk(operand, "0123456789") && access(operand, F_OK) != 0;
}

/* The files stand first, and PORTS behind them. Returns how many files there are; -1: a line was printed. */
static int count_files(char **operands, int count)
{
    char error[512];
    int files = 0;
    while (files < count && !is_ports(operands[files]))
        files++;
    if (files == 0) {
        command_fail("read: no FILE is given. Name a capture file, or - for standard input.");
        return -1;
    }
    for (int i = 0; i < files; i++) {
        struct stat status;
        /* before anything is shown: that all are there. What is no file, but a pipe, cannot be looked at beforehand */
        if (strcmp(operands[i], "-") == 0 || (stat(operands[i], &status) == 0 && S_ISFIFO(status.st_mode)))
            continue;
        struct capture *capture = capture_open_file(operands[i], error, sizeof(error));
        if (!capture) {
            command_fail("read: %s.", error);
            return -1;
        }
        capture_free(capture);
    }
    return files;
}

static int go(struct settings *settings, char **files, int count)
{
    char error[512];
    struct work work = { .pace = { .span = settings->chosen.span, .every = settings->chosen.every },
                         .is_step_by_step = settings->chosen.choice.limit > 0 || settings->chosen.span > 0 ||
                                            settings->chosen.every > 0 };
    if (settings->chosen.expression[0]) {
        work.expression = expression_new(settings->chosen.expression, error, sizeof(error));
        if (!work.expression)
            return command_fail("read: %s.", error);
    }
    work.assembly = assembly_new(settings, error, sizeof(error));
    bool is_ready = work.assembly && assembly_open_logs(work.assembly, error, sizeof(error));
    int status = is_ready ? read_all(&work, files, count) : command_fail("read: %s.", error);
    assembly_free(work.assembly);
    expression_free(work.expression);
    return status;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first, end;
    if (!options_read(argc, argv, &command_read, &options, &first, &end))
        return EXIT_WRONG;
    int files = count_files(argv + first, end - first);
    if (files < 0 || !settings_from(&options, end, argv, first + files, &settings))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    int status = go(&settings, argv + first, files);
    settings_free(&settings);
    return status;
}

const struct command command_read = {
    .name = "read",
    .run = run,
    .brief = "the same on a pcap or pcapng file",
    .operands = "FILE... [PORTS] [-- EXPRESSION]",
    .options = "fsqxACTUdpPFWnoewLtg",
    .has_expression = true,
    .examples = { { "tcpdump -i any -w trackers.pcap portrange 5001-5267", "makes such a file" },
                  { "hexwatch read trackers.pcap", "every message in it" },
                  { "hexwatch read --summary trackers.pcap", "which devices, what is wrong" },
                  { "hexwatch read --follow 123456789012345 trackers.pcap", "one device, text beside HEX" },
                  { "hexwatch read monday.pcap tuesday.pcap 5023 -- host 198.51.100.2",
                    "two files, and of them one port and host" },
                  { "ssh server tcpdump -U -w - portrange 5001-5267 | hexwatch read -", "as it comes" } },
    .about = "Shows what trackers sent in a capture (pcap or pcapng, - is standard input): HEX, protocol, "
             "device, verdict.\n"
             "PORTS: server ports, like 5001-5100,udp:5013. Default: Traccar's, 5001-5267 and its web port "
             "8082.\n",
};
