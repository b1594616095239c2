/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch identify: judges messages given as HEX, one a line or one an argument. Prints one record for each, in order. */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "command/settings.h"
#include "outlet/record.h"
#include "outlet/text.h"
#include "outlet/writer.h"
#include "protocols/registry.h"

static const char usage[] =
    "usage: hexwatch identify [--format text|json] [--explain] [--traccar DIR|none] [HEX...]\n"
    "\n"
    "Names the protocol of messages given as HEX, reads device, place and time, and judges the port.\n"
    "Without HEX it takes one message a line from standard input.\n"
    "\n"
    "  [tcp:PORT |udp:PORT ]HEX   upper or lower case; blanks, ':' and 0x inside are fine\n"
    "  --explain                  shows which bytes are the id, the time, the fix flag\n"
    "\n"
    "  hexwatch identify 'tcp:5001 78780d01012345678901234500018cdd0d0a'\n";

struct job {
    struct identifier *identifier;
    struct ports *ports;
    struct writer *out;
    const struct options *options;
    unsigned line;
    bool failed;
    uint8_t bytes[MESSAGE_MAX];
};

/* Takes "tcp:PORT " or "udp:PORT " off the line. False: a port that is none. */
static bool take_place(struct cursor *line, struct place *place)
{
    struct cursor word, rest = *line;
    uint64_t port;
    *place = (struct place){ .transport = TRANSPORT_TCP };
    if (!CURSOR_STARTS(*line, "tcp:") && !CURSOR_STARTS(*line, "udp:"))
        return true;
    if (line->at[0] == 'u')
        place->transport = TRANSPORT_UDP;
    if (!cursor_skip(&rest, 4) || !cursor_digits(&rest, 1, 5, &word) || !cursor_number(word, &port) ||
        port == 0 || port > UINT16_MAX || rest.left == 0 || !isspace(rest.at[0]))
        return false;
    place->port = (uint16_t)port;
    *line = cursor_trim(rest);
    return true;
}

static void put_error(struct job *job, const char *error)
{
    job->failed = true;
    struct buffer *out = writer_begin(job->out, 512);
    if (job->options->json) {
        buffer_printf(out, "{\"event\":\"error\",\"line\":%u", job->line);
        record_put_member(out, "error", error);
        buffer_put_text(out, "}\n");
    } else {
        buffer_printf(out, "line %u: %s\n", job->line, error);
    }
    writer_end(job->out);
}

/* Adds what one more message of the line tells to what the line tells as a whole. */
static void merge(struct told *line, const struct told *message, const struct talk *talk)
{
    struct reading *best = &line->reading;
    const struct reading *next = &message->reading;
    if (message->candidate_count == 0)
        return;
    line->candidate_count = talk->known_count;
    memcpy(line->candidates, talk->known, sizeof(line->candidates));
    line->certainty = message->certainty > line->certainty ? message->certainty : line->certainty;
    line->right_port = message->right_port;
    if (line->verdict != VERDICT_OK)
        line->verdict = message->verdict;
    if (!best->device[0])
        memcpy(best->device, next->device, sizeof(best->device));
    bool is_newer = !next->has_time || (best->has_time && next->time >= best->time);
    if (next->location > best->location || (next->location == best->location && is_newer)) {
        best->location = next->location;
        best->has_coordinates = next->has_coordinates;
        best->lat = next->lat;
        best->lon = next->lon;
        best->has_time = next->has_time;
        best->time = next->time;
    }
}

static void put_head(struct job *job, struct buffer *out, const struct place *place, struct cursor bytes)
{
    buffer_put_text(out, "{\"event\":\"identity\",\"hex\":\"");
    buffer_put_hex(out, bytes);
    buffer_put_u8(out, '"');
    if (place->port != 0) {
        record_put_member(out, "transport", transport_name(place->transport));
        record_put_number(out, "port", place->port);
    }
    (void)job;
}

enum { LINE_MESSAGES = 64 };

static void judge(struct job *job, const struct place *place, struct cursor bytes)
{
    struct talk talk = { 0 };
    struct told line, message;
    struct marks marks;
    uint8_t list_memory[16384];
    struct buffer list = buffer_on(list_memory, sizeof(list_memory));
    struct buffer lines = { 0 };
    uint8_t lines_memory[32768];
    lines = buffer_on(lines_memory, sizeof(lines_memory));
    struct cursor rest = bytes;
    unsigned count = 0;
    /* what is beyond LINE_MESSAGES messages adds nothing to a verdict on one line */
    while (count < LINE_MESSAGES && talk_take(&talk, job->identifier, job->ports, place, rest, true,
                                              job->options->explain ? &marks : NULL, &message)) {
        if (count == 0)
            line = message;
        else
            merge(&line, &message, &talk);
        size_t written = list.length;
        if (count > 0)
            buffer_put_u8(&list, ',');
        record_put_message(&list, &message);
        if (list.full) {
            list.length = written;
            break;
        }
        text_put_fields(&lines, &message);
        count++;
        if (!cursor_skip(&rest, message.bytes.left))
            break;
    }
    if (count == 0) {
        put_error(job, "there is no message in it. Give HEX digits, two a byte.");
        return;
    }
    line.device = talk.device;
    struct buffer *out = writer_begin(job->out, WRITER_LINE_MAX);
    if (job->options->json) {
        put_head(job, out, place, bytes);
        record_put_identity(out, &line);
        buffer_put_text(out, ",\"messages\":[");
        buffer_put_cursor(out, buffer_cursor(&list));
        buffer_put_text(out, "]}\n");
    } else {
        text_put_place(out, place);
        buffer_put_hex(out, bytes);
        text_put_told(out, &line, count);
        buffer_put_u8(out, '\n');
        if (job->options->explain)
            buffer_put_cursor(out, buffer_cursor(&lines));
    }
    writer_end(job->out);
}

static void take_line(struct job *job, struct cursor line)
{
    struct place place;
    size_t length, bad;
    char error[128];
    job->line++;
    line = cursor_trim(line);
    if (!take_place(&line, &place)) {
        put_error(
            job,
            "the port is none. Write tcp:PORT or udp:PORT with a port of 1 to 65535, a blank, then HEX.");
        return;
    }
    if (!hex_read(line, job->bytes, sizeof(job->bytes), &length, &bad)) {
        if (bad != SIZE_MAX)
            snprintf(error, sizeof(error), "character %zu of the HEX is no hex digit. Give 0-9 and a-f only.",
                     bad + 1);
        else
            snprintf(error, sizeof(error), "%s",
                     line.left / 2 >= sizeof(job->bytes)
                         ? "it is longer than 65536 bytes. Give one message a line."
                         : "a digit is missing: two make a byte. Copy the whole HEX.");
        put_error(job, error);
        return;
    }
    judge(job, &place, cursor_of(job->bytes, length));
}

static bool take_input(struct job *job)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&line, &size, stdin)) >= 0) {
        if (n > 0)
            take_line(job, cursor_of(line, (size_t)n));
        /* lines that stdio has read ahead are not seen as waiting: their records only come out sooner */
        if (writer_error(job->out) || (!command_is_input_waiting() && !writer_flush(job->out)))
            break;
    }
    bool is_fine = !ferror(stdin);
    free(line);
    return is_fine;
}

int command_identify(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first;
    if (!options_read(argc, argv, "fet", usage, &options, &first) ||
        !settings_from(&options, argc, argv, argc, &settings))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    struct job *job = calloc(1, sizeof(*job));
    if (!job) {
        settings_free(&settings);
        return command_fail("identify: out of memory. Free some and try again.");
    }
    job->options = &options;
    job->identifier = identifier_new(registry);
    job->ports = settings_ports(&settings);
    job->out = writer_new(STDOUT_FILENO);
    int status = EXIT_WRONG;
    if (!job->identifier || !job->ports || !job->out) {
        command_fail("identify: out of memory. Free some and try again.");
        goto done;
    }
    bool is_read = true;
    for (int i = first; i < argc; i++)
        take_line(job, cursor_of_text(argv[i]));
    if (first == argc)
        is_read = take_input(job);
    if (!is_read)
        command_fail("identify: standard input: %s. Give a readable file.", strerror(errno));
    else if (!writer_flush(job->out))
        command_fail("identify: standard output: %s. Free the disk or keep the reader open.",
                     strerror(errno));
    else
        status = job->failed ? EXIT_WRONG : EXIT_DONE;
done:
    writer_free(job->out);
    ports_free(job->ports);
    settings_free(&settings);
    identifier_free(job->identifier);
    free(job);
    return status;
}
