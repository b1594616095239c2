/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch status, devices, ports and findings: what a running hexwatch knows, as text or as it says it (JSON lines). */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_text.h"
#include "command/ask_text.h"
#include "command/client.h"
#include "command/masked.h"
#include "command/terminal.h"
#include "outlet/ask.h"

/* How one of the commands shows the answer. */
struct form {
    bool (*take)(struct ask_text *text, struct cursor record);
    void (*end)(struct ask_text *text); /* NULL: nothing is left to print */
};

static int64_t wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int take_answer(struct client *client, const char *name, const struct form *form,
                       struct ask_text *text, struct masked *masked)
{
    struct cursor line;
    enum client_found found;
    while ((found = client_next(client, -1, &line)) == CLIENT_RECORD) {
        struct cursor event;
        if (!json_find_text(line, "event", &event))
            return command_fail(
                "%s: what answers at %s is no hexwatch. Name the socket of one with --socket.", name,
                client_path(client));
        masked_note_record(masked, line);
        if (!form)
            printf("%.*s\n", (int)line.left, (const char *)line.at);
        else if (!form->take(text, line))
            return command_fail("%s: out of memory. Choose less, or use --format json.", name);
    }
    if (found != CLIENT_END)
        return client_fail(name, found, line);
    if (form && form->end)
        form->end(text);
    return EXIT_DONE;
}

static int run(int argc, char **argv, const struct command *command, const struct form *form)
{
    struct options options;
    struct masked masked = { .paper = -1, .standard = -1 };
    int first, end;
    char memory[ASK_MAX + 1];
    struct buffer request = buffer_on(memory, sizeof(memory));
    if (!options_read(argc, argv, command, &options, &first, &end))
        return EXIT_WRONG;
    if (first < end)
        return command_fail_operand(command, argv[first]);
    buffer_put_text(&request, command->name);
    if (!client_put_choices(argv[0], &options, &request))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    struct client *client = client_new(argv[0], &options);
    if (client && !masked_begin(&options, &masked)) {
        client_free(client);
        masked_end(&masked);
        return command_fail("%s: out of memory.", argv[0]);
    }
    struct ask_text *text = client ? calloc(1, sizeof(*text)) : NULL;
    int status = EXIT_WRONG;
    if (text) {
        text->is_coloured = terminal_colours((enum color)options.color);
        text->is_chosen = strlen(command->name) < request.length;
        text->now = wall_now();
        status = client_ask(client, buffer_cursor(&request))
                     ? take_answer(client, argv[0], options.json ? NULL : form, text, &masked)
                     : client_fail(argv[0], CLIENT_LOST, cursor_of(NULL, 0));
        ask_text_clear(text);
    }
    free(text);
    client_free(client);
    masked_end(&masked);
    int printed = command_printed(argv[0]);
    return status == EXIT_DONE ? printed : status;
}

static int run_status(int argc, char **argv)
{
    return run(argc, argv, &command_status, &(struct form){ ask_text_status, NULL });
}

static int run_devices(int argc, char **argv)
{
    return run(argc, argv, &command_devices, &(struct form){ ask_text_device, ask_text_end_devices });
}

static int run_ports(int argc, char **argv)
{
    return run(argc, argv, &command_ports, &(struct form){ ask_text_port, ask_text_end_ports });
}

static int run_findings(int argc, char **argv)
{
    return run(argc, argv, &command_findings, &(struct form){ ask_text_finding, ask_text_end_findings });
}

const struct command command_status = {
    .name = "status",
    .run = run_status,
    .brief = "does the server receive data? the guide's six points",
    .operands = "",
    .options = "fXCgO",
    .examples = { { "hexwatch status", "the answer first, then the six points, each with its next step" },
                  { "watch -n 5 hexwatch status", "again and again" } },
    .about =
        "Asks the hexwatch that runs on this host (run, listen, sniff) over its control socket. What was "
        "not seen is 'unknown', never 'no'; 'hexwatch doctor' looks at the host too.\n",
};

const struct command command_devices = {
    .name = "devices",
    .run = run_devices,
    .brief = "the devices that the running hexwatch knows",
    .operands = "",
    .options = "fXCdpRPFgO",
    .examples = { { "hexwatch devices", "those with trouble first" },
                  { "hexwatch devices --port 5001", "those that send to 5001" },
                  { "hexwatch devices --finding no-fix", "those without a fix" } },
    .about =
        "One row a device: + ok, ~ waiting, ! problem, ? unknown; protocol, port, place, when it was seen "
        "last, how many messages a minute, the next step. A sender that has told no id stands with its "
        "address.\n",
};

const struct command command_ports = {
    .name = "ports",
    .run = run_ports,
    .brief = "the ports of the running hexwatch, and what came there",
    .operands = "",
    .options = "fXCRFgO",
    .examples = { { "hexwatch ports", "those where something happened; then those where nothing did" },
                  { "hexwatch ports --port 5001-5030 --format json", "each of them as a record" } },
    .about =
        "One row a port: what happened there (data, wrong-protocol, refused, dropped, taken), what Traccar "
        "speaks there, and what was spoken.\n",
};

const struct command command_findings = {
    .name = "findings",
    .run = run_findings,
    .brief = "what the running hexwatch has found, and what to do",
    .operands = "",
    .options = "fXCdpRPFgO",
    .examples = { { "hexwatch findings", "what is open, the worst first, then what is over" },
                  { "hexwatch findings --device 123456789012345", "of one device" } },
    .about = "Each finding with what it says and what to do.\n",
};
