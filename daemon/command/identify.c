/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hexwatch identify: judges messages given as HEX, one a line or one an argument, and whatever else people paste.
 *
 * Lines of pure HEX are independent of each other and give one record each, as they come. Anything else is one paste: a log, a
 * dump, wrapped HEX, text. What it is, is decided by the first line; where that is no HEX, by whether anything is found in the
 * lines that are none.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "command/settings.h"
#include "outlet/writer.h"
#include "protocol/registry.h"
#include "verdict/hexline.h"
#include "wire/answer.h"

enum { INPUT_MAX = 64 << 20 };

struct job {
    struct detector *detector;
    struct ports *ports;
    struct writer *out;
    const struct options *options;
    struct hexline *hexline;
    struct paste *paste;
    struct answerer *answerer;
    unsigned line;
    bool failed, is_broken; /* is_broken: a line of HEX ended inside a message */
    struct buffer joined;   /* the bytes of all lines, as far as they have room; owned */
};

static struct hexline_form form_of(const struct job *job)
{
    return (struct hexline_form){ .json = job->options->json, .explain = job->options->explain };
}

static bool is_pure(struct job *job, struct cursor line)
{
    struct service service;
    struct cursor bytes;
    char error[128];
    return hexline_take(job->hexline, line, &service, &bytes, error, sizeof(error)) &&
           !paste_is_dressed(line) && !paste_is_stripped(job->paste, line);
}

/* Lines that are parts of one message: each is judged alone, and who gave them is told how to have them judged as one. */
static void join(struct job *job, struct cursor line)
{
    struct service service;
    struct cursor bytes;
    char error[128];
    if (job->options->json || job->joined.full ||
        !hexline_take(job->hexline, line, &service, &bytes, error, sizeof(error)))
        return;
    if (!job->joined.bytes)
        job->joined = (struct buffer){ .bytes = malloc(MESSAGE_MAX), .capacity = MESSAGE_MAX };
    if (!job->joined.bytes)
        return;
    buffer_put_cursor(&job->joined, bytes);
    job->is_broken = job->is_broken || !paste_is_messages(job->paste, bytes);
}

static void tell_broken(const struct job *job)
{
    if (job->line > 1 && job->is_broken && !job->joined.full &&
        paste_is_messages(job->paste, buffer_cursor(&job->joined)))
        log_info("identify: together these lines are whole messages. Add --paste to have them judged so.");
}

static void see_piece(void *context, const struct pasted *pasted)
{
    struct job *job = context;
    answer_piece(job->answerer, pasted, writer_begin(job->out, ANSWER_MAX));
    writer_end(job->out);
}

static void see_left_out(void *context, unsigned line, const char *what)
{
    struct job *job = context;
    struct hexline_form form = form_of(job);
    hexline_put_error(line, what, &form, writer_begin(job->out, HEXLINE_RECORD_MAX));
    writer_end(job->out);
    job->failed = true;
}

/* One line of HEX, one record; a line among them that is none may hold a message all the same. */
static void take_line(struct job *job, struct cursor line)
{
    struct hexline_form form = form_of(job);
    struct paste_sink sink = { job, see_piece, see_left_out };
    if (line.left <= 2 * MESSAGE_MAX && !is_pure(job, line) && cursor_trim(line).left > 0 &&
        paste_read(job->paste, line, &sink) > 0) {
        job->line++;
        return;
    }
    if (!hexline_identify(job->hexline, line, ++job->line, &form, writer_begin(job->out, HEXLINE_RECORD_MAX)))
        job->failed = true;
    writer_end(job->out);
}

/* One line of HEX, with all that is to be said of it. */
static void answer_line(struct job *job, struct cursor line)
{
    struct pasted pasted = {
        .source = "hex", .line = ++job->line, .has_transport = true, .conversation = job->line
    };
    char error[128];
    struct hexline_form form = form_of(job);
    struct buffer *out = writer_begin(job->out, ANSWER_MAX);
    if (hexline_take(job->hexline, line, &pasted.service, &pasted.bytes, error, sizeof(error))) {
        answer_piece(job->answerer, &pasted, out);
    } else {
        hexline_put_error(job->line, error, &form, out);
        job->failed = true;
    }
    writer_end(job->out);
}

static void take_paste(struct job *job, struct cursor text)
{
    struct paste_sink sink = { job, see_piece, see_left_out };
    (void)paste_read(job->paste, text, &sink);
    struct buffer *out = writer_begin(job->out, 4096);
    struct hexline_form form = form_of(job);
    answer_finish(job->answerer, out);
    if (answer_count(job->answerer) == 0) {
        char what[ANSWER_NOTHING];
        answer_nothing(text, what, sizeof(what));
        hexline_put_error(1, what, &form, out);
        job->failed = true;
    }
    writer_end(job->out);
}

static void count_piece(void *context, const struct pasted *pasted)
{
    size_t *found = context;
    (void)pasted;
    (*found)++;
}

struct gain {
    const struct paste *paste;
    size_t others, whole; /* pieces that are no HEX; and that are messages to the last */
};

static void count_gain(void *context, const struct pasted *pasted)
{
    struct gain *gain = context;
    gain->others += strcmp(pasted->source, "hex") != 0;
    gain->whole += paste_is_messages(gain->paste, pasted->bytes);
}

/* Is anything found in the lines that are not pure HEX, or more in all of them together than in each of the others? */
static bool is_paste(struct job *job, struct cursor text)
{
    struct cursor rest = text, line;
    size_t found = 0, pure = 0, whole = 0;
    struct gain gain = { .paste = job->paste };
    struct buffer others = { .bytes = malloc(text.left + 1), .capacity = text.left + 1 };
    if (!others.bytes)
        return true;
    while (cursor_field(&rest, '\n', &line)) {
        struct service service;
        struct cursor bytes;
        char error[128];
        if (is_pure(job, line)) {
            pure++;
            whole += hexline_take(job->hexline, line, &service, &bytes, error, sizeof(error)) &&
                     paste_is_messages(job->paste, bytes);
            continue;
        }
        buffer_put_cursor(&others, line);
        buffer_put_u8(&others, '\n');
    }
    (void)paste_read(job->paste, buffer_cursor(&others), &(struct paste_sink){ &found, count_piece, NULL });
    bool is_told = paste_told_port(job->paste);
    free(others.bytes);
    if (found == 0 && pure > 0 && !is_told)
        (void)paste_read(job->paste, text, &(struct paste_sink){ &gain, count_gain, NULL });
    return found > 0 || pure == 0 || is_told || gain.others > 0 || gain.whole > whole;
}

/* "Login:" before the first message? */
static bool is_labelled(struct cursor text)
{
    struct cursor line;
    return cursor_field(&text, '\n', &line) && CURSOR_ENDS(cursor_trim(line), ":");
}

/* ---- standard input ---- */

static bool take_lines(struct job *job, char *first, ssize_t length, size_t size)
{
    char *line = first;
    for (ssize_t n = length; n >= 0; n = getline(&line, &size, stdin)) {
        if (n > 0) {
            join(job, cursor_of(line, (size_t)n));
            take_line(job, cursor_of(line, (size_t)n));
        }
        /* lines that stdio has read ahead are not seen as waiting: their records only come out sooner */
        if (writer_error(job->out) || (!command_is_input_waiting() && !writer_flush(job->out)))
            break;
    }
    free(line);
    return !ferror(stdin);
}

/* All the rest of the input behind what was read. NULL: memory is out, or it is too much; said. */
static char *read_all(char *text, size_t *length)
{
    size_t size = *length + 1;
    while (!feof(stdin) && !ferror(stdin)) {
        if (*length + 1 >= size) {
            size *= 2;
            char *more = size > INPUT_MAX ? NULL : realloc(text, size);
            if (!more) {
                command_fail("identify: standard input: more than %d MiB at once. Give a part of it.",
                             INPUT_MAX >> 20);
                free(text);
                return NULL;
            }
            text = more;
        }
        *length += fread(text + *length, 1, size - *length - 1, stdin);
    }
    return text;
}

static void take_text(struct job *job, struct cursor text)
{
    /* who reads the answer himself pasted it; scripts rely on a record a line, but for lines that only label others */
    if (job->options->paste || !job->options->json || is_labelled(text) || is_paste(job, text)) {
        take_paste(job, text);
        return;
    }
    struct cursor line;
    while (cursor_field(&text, '\n', &line))
        take_line(job, line);
}

/* False: it could not be read, and why was said. */
static bool take_input(struct job *job)
{
    char *first = NULL;
    size_t size = 0;
    /* somebody sits there: he is told what is waited for, and what he pastes is one thing */
    bool is_typed = isatty(STDIN_FILENO) && !job->options->json;
    if (is_typed)
        log_info("identify: paste it here, then press Ctrl-D at the start of a line.");
    ssize_t n = getline(&first, &size, stdin);
    if (n < 0) {
        bool is_fine = !ferror(stdin);
        free(first);
        if (!is_fine)
            command_fail("identify: standard input: %s. Give a readable file.", strerror(errno));
        else if (!job->options->json)
            log_info(
                "identify: standard input is empty. Paste HEX, lines of Traccar's log, a dump, or text.");
        return is_fine;
    }
    if (!job->options->paste && !is_typed && is_pure(job, cursor_of(first, (size_t)n))) {
        if (take_lines(job, first, n, size))
            return true;
        command_fail("identify: standard input: %s. Give a readable file.", strerror(errno));
        return false;
    }
    size_t length = (size_t)n;
    char *text = read_all(first, &length);
    if (!text)
        return false;
    take_text(job, cursor_of(text, length));
    free(text);
    return true;
}

/* ---- arguments ---- */

/* Short arguments are the bytes of one message: identify 78 78 0d 01. */
static bool are_pieces(struct job *job, int argc, char **argv)
{
    bool has_short = false;
    for (int i = 0; i < argc; i++) {
        has_short = has_short || strlen(argv[i]) < 8;
        if (!is_pure(job, cursor_of_text(argv[i])) && strcmp(argv[i], ",") != 0)
            return false;
    }
    return argc > 1 && has_short;
}

static void take_arguments(struct job *job, int argc, char **argv)
{
    size_t length = 1;
    for (int i = 0; i < argc; i++)
        length += strlen(argv[i]) + 1;
    struct buffer lines = { .bytes = malloc(length), .capacity = length };
    if (!lines.bytes) {
        job->failed = true;
        return;
    }
    bool is_one = are_pieces(job, argc, argv);
    for (int i = 0; i < argc; i++) {
        buffer_put_text(&lines, argv[i]);
        buffer_put_u8(&lines, is_one ? ' ' : '\n');
    }
    bool is_all_pure = true;
    for (int i = 0; i < argc; i++)
        is_all_pure = is_all_pure && is_pure(job, cursor_of_text(argv[i]));
    if (job->options->paste || is_one || (!is_all_pure && is_paste(job, buffer_cursor(&lines)))) {
        take_paste(job, buffer_cursor(&lines));
    } else {
        for (int i = 0; i < argc; i++) {
            if (job->options->json)
                take_line(job, cursor_of_text(argv[i]));
            else
                answer_line(job, cursor_of_text(argv[i]));
        }
    }
    free(lines.bytes);
}

static bool prepare(struct job *job, const struct settings *settings)
{
    struct answer_form form = { .json = job->options->json,
                                .explain = job->options->explain,
                                .now = (int64_t)time(NULL) };
    job->detector = detector_new(settings_protocols(settings));
    job->ports = settings_ports(settings);
    job->out = writer_new(STDOUT_FILENO);
    if (!job->detector || !job->ports || !job->out)
        return false;
    job->hexline = hexline_new(job->detector, job->ports);
    job->paste = paste_new(job->detector, job->ports);
    job->answerer = answerer_new(job->detector, job->ports, &form);
    return job->hexline && job->paste && job->answerer;
}

static int take_all(struct job *job, int argc, char **argv)
{
    if (argc == 0 && !take_input(job))
        return EXIT_WRONG;
    if (argc > 0)
        take_arguments(job, argc, argv);
    if (!writer_flush(job->out))
        return command_unwritten("identify");
    tell_broken(job);
    return job->failed ? EXIT_WRONG : EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first, end;
    if (!options_read(argc, argv, &command_identify, &options, &first, &end) ||
        !settings_from(&options, end, argv, end, &settings))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    struct job job = { .options = &options };
    int status = prepare(&job, &settings) ? take_all(&job, end - first, argv + first)
                                          : command_fail("identify: out of memory. Free some and try again.");
    free(job.joined.bytes);
    answerer_free(job.answerer);
    paste_free(job.paste);
    hexline_free(job.hexline);
    writer_free(job.out);
    ports_free(job.ports);
    settings_free(&settings);
    detector_free(job.detector);
    return status;
}

const struct command command_identify = {
    .name = "identify",
    .run = run,
    .brief = "judges messages given as HEX, as log lines, or as dumps",
    .operands = "[HEX...]",
    .options = "fSEct",
    .examples = { { "hexwatch identify '5001 78780d01012345678901234500018cdd0d0a'",
                    "what is this message, and is 5001 its port?" },
                  { "hexwatch identify --explain "
                    "'*HQ,1234567890,V1,080910,A,4730.6000,N,01905.4000,E,0.00,0,010226,FFFFFFFF#'",
                    "which bytes of it are the id, the time, the place" },
                  { "hexwatch identify < what-somebody-posted.txt", "everything in it, in order" } },
    .about = "Names the protocol of messages, reads device, place and time, and judges the port. Takes HEX "
             "in any dress, lines of Traccar's log "
             "of any version, dumps of tcpdump, Wireshark, xxd, hexdump and od, and text. Without HEX it "
             "reads standard input: lines of pure "
             "HEX give one record each, anything else is one paste.\n"
             "A port before the HEX ('5001 ', 'tcp:5001 ', 'udp:5001 ') is judged too.\n",
};
