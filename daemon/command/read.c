/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch read: a pcap or pcapng file, told as if it happened now. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "command/assembly.h"

static const char usage[] =
    "usage: hexwatch read [--format text|json] [--summary] [--hexlog DIR] [--traccar DIR|none] [-c FILE] "
    "FILE [PORTS]\n"
    "\n"
    "Shows what trackers sent in a capture (pcap or pcapng, '-' = standard input): HEX, protocol, device, "
    "verdict.\n"
    "PORTS: server ports, like 5001-5100,udp:5013. Default: Traccar's, 5001-5267 and 8082.\n"
    "\n"
    "  tcpdump -i any -w trackers.pcap portrange 5001-5267      makes such a file\n"
    "  hexwatch read --summary trackers.pcap\n";

enum { FRAMES = 4096 };

/* From a file in large steps; from standard input, which may be a tcpdump at work, as they come. */
static int take_all(struct assembly *assembly, struct capture *capture, bool is_input)
{
    struct frame_handler frames = assembly_frames(assembly);
    int taken;
    do {
        taken = capture_take(capture, is_input ? 1 : FRAMES, &frames);
        if ((!is_input || !command_is_input_waiting()) && !assembly_flush(assembly))
            break;
    } while (taken > 0);
    return taken;
}

static int read_all(struct assembly *assembly, struct capture *capture, const char *path)
{
    bool is_input = strcmp(path, "-") == 0;
    int taken = take_all(assembly, capture, is_input);
    /* what came before a broken end counts all the same */
    bool is_written = assembly_finish(assembly, 0, NULL, assembly_packet_time(assembly));
    int reason = errno;
    if (taken < 0)
        return command_fail("read: %s: %s. It is damaged from here on; what was before it is shown.",
                            is_input ? "standard input" : path, capture_error(capture));
    if (!is_written)
        return command_fail("read: standard output: %s. Free the disk, or keep the reader open.",
                            strerror(reason));
    return EXIT_DONE;
}

int command_read(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    char error[512];
    int first;
    if (!options_read(argc, argv, "fsctx", usage, &options, &first))
        return EXIT_WRONG;
    if (first >= argc)
        return command_fail("read: no FILE is given. Name a capture file, or - for standard input.");
    if (!settings_from(&options, argc, argv, first + 1, &settings))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    struct capture *capture = capture_open_file(argv[first], error, sizeof(error));
    if (!capture) {
        settings_free(&settings);
        return command_fail("read: %s.", error);
    }
    struct assembly *assembly = assembly_new(&settings, error, sizeof(error));
    bool is_ready = assembly && assembly_open_logs(assembly, error, sizeof(error));
    int status = is_ready ? read_all(assembly, capture, argv[first]) : command_fail("read: %s.", error);
    assembly_free(assembly);
    capture_free(capture);
    settings_free(&settings);
    return status;
}
