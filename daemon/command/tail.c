/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch tail: what happens at a running hexwatch, as the live commands show it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json_text.h"
#include "base/log.h"
#include "command/client.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "outlet/ask.h"
#include "outlet/events.h"
#include "outlet/record_read.h"

/* ms: how long lines may wait to be printed together, and how long Ctrl-C may wait. */
enum { PAUSE = 50 };

struct work {
    const struct options *options;
    struct client *client;
    struct writer *writer;
    struct screen *screen; /* NULL: no terminal */
    struct events *events; /* NULL: the lines are printed as they come */
    struct record_reader *reader;
    struct publisher publisher;
    uint64_t messages;
};

/* Ctrl-C and its like are held back, and looked for between two lines: what was shown is whole. */
static void hold_signals(sigset_t *held)
{
    sigemptyset(held);
    sigaddset(held, SIGINT);
    sigaddset(held, SIGTERM);
    sigprocmask(SIG_BLOCK, held, NULL);
}

static bool is_stopped(const sigset_t *held)
{
    return sigtimedwait(held, NULL, &(struct timespec){ 0 }) > 0;
}

static void show(struct work *work, struct cursor line)
{
    enum record_kind kind = record_read(work->reader, line);
    work->messages += kind == RECORD_MESSAGE;
    if (work->events && kind != RECORD_OTHER) {
        record_publish(work->reader, &work->publisher);
        return;
    }
    struct cursor missed;
    if (work->events && json_find(line, "lines", &missed) == JSON_NUMBER) {
        log_info("%.*s lines are missing here: they were not read in time.", (int)missed.left,
                 (const char *)missed.at);
        return;
    }
    struct buffer *out = writer_begin(work->writer, line.left + 1);
    buffer_put_cursor(out, line);
    buffer_put_u8(out, '\n');
    writer_end(work->writer);
}

static int follow(struct work *work, const char *name)
{
    struct cursor line;
    sigset_t held;
    hold_signals(&held);
    for (;;) {
        enum client_found found = client_next(work->client, PAUSE, &line);
        if (is_stopped(&held))
            return EXIT_DONE;
        if (found == CLIENT_RECORD) {
            show(work, line);
        } else if (found == CLIENT_PAUSE) {
            if (work->screen)
                screen_settle(work->screen);
            if (!writer_flush(work->writer))
                return command_unwritten(name);
        } else if (found == CLIENT_END) {
            log_info("that hexwatch has ended.");
            return EXIT_DONE;
        } else {
            return client_fail(name, found, line);
        }
        if (writer_error(work->writer) != 0)
            return writer_flush(work->writer) ? EXIT_DONE : command_unwritten(name);
        if (work->options->count > 0 && work->messages >= work->options->count)
            return EXIT_DONE;
    }
}

static bool make(struct work *work)
{
    const struct options *options = work->options;
    struct events_settings events = {
        .findings_only = options->quiet,
        .form = { .is_coloured = terminal_colours((enum color)options->color),
                  .is_ascii = terminal_is_ascii(),
                  .bytes = options->all_text  ? BYTES_TEXT
                           : options->all_hex ? BYTES_HEX
                                              : BYTES_AUTO,
                  .stamp = { .form = options->utc ? STAMP_UTC : (enum stamp_form)options->time } }
    };
    work->writer = writer_new(STDOUT_FILENO);
    work->reader = record_reader_new();
    if (!work->writer || !work->reader)
        return false;
    if (options->json)
        return true;
    const struct screen_settings screen = { .fd = STDOUT_FILENO,
                                            .is_coloured = events.form.is_coloured,
                                            .is_ascii = events.form.is_ascii };
    if (isatty(STDOUT_FILENO)) { /* lines are fitted into it, and nothing is held back */
        work->screen = screen_new(work->writer, NULL, &screen);
        if (!work->screen)
            return false;
    }
    work->events = events_new(&(struct events_parts){ work->writer, work->screen, NULL }, &events);
    if (work->events)
        publisher_add(&work->publisher, events_sink(work->events));
    return work->events != NULL;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct work work = { .options = &options };
    char memory[ASK_MAX + 1];
    struct buffer request = buffer_on(memory, sizeof(memory));
    int first, end, status = EXIT_WRONG;
    if (!options_read(argc, argv, &command_tail, &options, &first, &end))
        return EXIT_WRONG;
    if (first < end)
        return command_fail_operand(&command_tail, argv[first]);
    buffer_put_text(&request, "tail?last=10");
    if (!client_put_choices(argv[0], &options, &request))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    work.client = client_new(argv[0], &options);
    if (work.client && !make(&work))
        status = command_fail("tail: out of memory.");
    else if (work.client)
        status = client_ask(work.client, buffer_cursor(&request))
                     ? follow(&work, argv[0])
                     : client_fail(argv[0], CLIENT_LOST, cursor_of(NULL, 0));
    events_free(work.events);
    screen_free(work.screen);
    if (status == EXIT_DONE && !writer_flush(work.writer))
        status = command_unwritten(argv[0]);
    writer_free(work.writer);
    record_reader_free(work.reader);
    client_free(work.client);
    return status;
}

const struct command command_tail = {
    .name = "tail",
    .run = run,
    .brief = "what happens at the running hexwatch, as it happens",
    .operands = "",
    .options = "fqxACTUdpRPFngO",
    .examples = { { "hexwatch tail", "the last ten messages, then all that comes" },
                  { "hexwatch tail --device 123456789012345", "one device's conversation" },
                  { "hexwatch tail --port 5001 --peer 203.0.113.0/24", "who sends there from where" } },
    .about =
        "Follows the hexwatch that runs on this host (run, listen, sniff) over its control socket, in the "
        "lines of the live commands. It holds nothing up: who reads too slowly is told how many lines are "
        "missing. Ctrl-C ends it.\n",
};
