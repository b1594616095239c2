/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch history: what was kept of earlier, from the history's file. Needs no running hexwatch. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/tty.h"
#include "command/history_open.h"
#include "command/history_show.h"
#include "command/terminal.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, RECORD = 4096, OVERVIEW = 20 /* findings and gaps in it */ };

struct work {
    const struct options *options;
    struct history_reader *reader;
    struct history_wanted wanted;
    struct filter filter;
    struct masking masking;
    struct writer *writer;
    struct history_show *show;
    enum history_format format;
    bool is_terminal;
    int day; /* of the row before, on a terminal */
    uint64_t shown;
    int64_t now;
};

static int64_t wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

/* ---- what is wanted ---- */

static bool add_choice(struct work *work, const char *name, const char *value)
{
    char error[256];
    if (filter_add(&work->filter, name, value, error, sizeof(error)))
        return true;
    command_fail("history: --%s: %s.", name, error);
    return false;
}

static bool add_words(struct work *work, const char *name, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (!add_choice(work, name, words->list[i]))
            return false;
    }
    return true;
}

static bool take_time(const struct work *work, const char *option, const char *text, int64_t *micros)
{
    if (!text || history_read_time(text, work->now, micros))
        return true;
    command_fail("history: --%s %s: that is no time. Use one like 2h, 2026-11-27 or \"2026-11-27 10:30\".",
                 option, text);
    return false;
}

/* The history finds devices and ports by itself; senders and protocols are told from each other only when rows are read. */
static bool is_of_what_is_kept(const struct work *work)
{
    return work->filter.peer_count + work->filter.protocol_count == 0;
}

static bool take_choices(struct work *work, int argc, char **argv, int first)
{
    const struct options *options = work->options;
    for (int i = first; i < argc; i++) {
        if (!add_choice(work, "device", argv[i]))
            return false;
    }
    if (!add_words(work, "device", &options->devices) || !add_words(work, "peer", &options->peers) ||
        !add_words(work, "port", &options->ports) || !add_words(work, "protocol", &options->protocols) ||
        !add_words(work, "finding", &options->findings))
        return false;
    bool is_of_findings = options->findings_only || options->any_finding || options->findings.count > 0;
    work->wanted =
        (struct history_wanted){ .until = INT64_MAX,
                                 .latest = !is_of_findings && is_of_what_is_kept(work) ? options->last : 0,
                                 .messages = !is_of_findings,
                                 .findings = !options->messages_only,
                                 .gaps = !options->messages_only && !is_of_findings,
                                 .filter = &work->filter };
    if (options->messages_only + options->findings_only + options->devices_only > 1) {
        command_fail(
            "history: --messages, --findings and --devices exclude each other. Leave all out to see both.");
        return false;
    }
    if (!take_time(work, "since", options->since, &work->wanted.since) ||
        !take_time(work, "until", options->until, &work->wanted.until))
        return false;
    if (work->wanted.since < work->wanted.until)
        return true;
    command_fail("history: --since %s is not before --until %s: nothing lies between them. Exchange them.",
                 options->since ? options->since : "1970-01-01", options->until);
    return false;
}

/* ---- devices ---- */

static void put_age(const struct work *work, struct grid *grid, int64_t time)
{
    char memory[32];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    if (time > 0)
        wording_put_age(&out, work->now - time);
    else
        buffer_put_u8(&out, '-');
    grid_put(grid, "%.*s", (int)out.length, memory);
}

static bool add_known(struct work *work, struct grid *grid, const struct history_known *known)
{
    struct mask *mask = work->masking.mask;
    char address[ENDPOINT_TEXT];
    struct buffer out = buffer_on(address, sizeof(address) - 1);
    const char *name = known->device;
    double lat = known->lat, lon = known->lon;
    if (!name[0] && mask)
        mask_text(mask, known->peer, &out);
    else if (!name[0])
        buffer_put_text(&out, known->peer);
    address[out.length] = '\0';
    if (!grid_row(grid, known->open > 0 ? MEANING_PROBLEM : MEANING_UNKNOWN))
        return false;
    grid_rank(grid, known->device[0] ? 0 : 1, known->last);
    grid_put(grid, "%s", name[0] ? mask ? mask_id(mask, name) : name : address);
    grid_put(grid, "%s", known->protocol[0] ? known->protocol : "-");
    grid_put(grid, "%s%u", known->service.transport == TRANSPORT_UDP ? "udp " : "", known->service.port);
    if (known->has_place && (!mask || mask_place(mask, &lat, &lon)))
        grid_put(grid, "%.4f %.4f", lat, lon);
    else
        grid_put(grid, "-");
    put_age(work, grid, known->first);
    put_age(work, grid, known->last);
    grid_put(grid, "%llu", (unsigned long long)known->messages);
    grid_put(grid, "%llu", (unsigned long long)known->kept);
    grid_put(grid, "%llu", (unsigned long long)known->open);
    return true;
}

static int unreadable(const struct work *work)
{
    return command_fail("%s.", history_reader_error(work->reader));
}

static int list_devices(struct work *work)
{
    static const char *const titles[] = { "DEVICE", "PROTOCOL",  "PORT",  "LAST PLACE", " FIRST",
                                          " LAST",  " MESSAGES", " KEPT", " OPEN",      NULL };
    struct grid *grid = grid_new(titles, SIZE_MAX);
    struct history_known known;
    enum history_found found = HISTORY_END;
    char record[RECORD], *text = NULL;
    size_t length = 0;
    FILE *gathered = open_memstream(&text, &length); /* who reads slowly must not hold the file */
    bool is_fine = grid && gathered && history_reader_ask_known(work->reader, &work->filter);
    while (is_fine && (found = history_reader_next_known(work->reader, &known)) == HISTORY_ROW) {
        struct buffer out = buffer_on(record, sizeof(record));
        if (work->format == HISTORY_JSON) {
            history_show_put_known(work->show, &known, &out);
            fprintf(gathered, "%.*s\n", (int)out.length, record);
        } else {
            is_fine = add_known(work, grid, &known);
        }
    }
    if (is_fine && work->format != HISTORY_JSON && grid_count(grid) > 0)
        terminal_print(grid, terminal_colours((enum color)work->options->color));
    else if (is_fine && work->format != HISTORY_JSON)
        puts("Nobody that fits was ever heard.");
    if (gathered)
        fclose(gathered);
    if (is_fine && length > 0)
        fwrite(text, 1, length, stdout);
    free(text);
    grid_free(grid);
    return is_fine && found != HISTORY_UNREADABLE ? EXIT_DONE : unreadable(work);
}

/* ---- rows ---- */

/* Lines that are fitted into a terminal have no date: a new day is told. */
static void tell_day(struct work *work, int64_t time)
{
    time_t when = (time_t)(time / SECOND);
    struct tm parts;
    bool is_utc = work->options->utc || work->options->time == STAMP_UTC;
    if (!work->is_terminal || !(is_utc ? gmtime_r(&when, &parts) : localtime_r(&when, &parts)) ||
        parts.tm_year * 400 + parts.tm_yday == work->day)
        return;
    work->day = parts.tm_year * 400 + parts.tm_yday;
    char text[64];
    strftime(text, sizeof(text), "-- %A, %Y-%m-%d --\n", &parts);
    buffer_put_text(writer_begin(work->writer, sizeof(text)), text);
    writer_end(work->writer);
}

/* How many rows there are of what is wanted, before any is shown. */
static uint64_t count_rows(struct work *work)
{
    struct history_row row;
    uint64_t count = 0;
    if (!history_reader_ask(work->reader, &work->wanted))
        return 0;
    while (history_reader_next(work->reader, &row) == HISTORY_ROW)
        count++;
    return count;
}

/* One of those of which --last says how many: messages, or findings where there are only these. */
static bool is_counted(const struct work *work, const struct history_row *row)
{
    bool is_message = row->kind == HISTORY_ROW_MESSAGE;
    return is_message == work->wanted.messages && row->kind != HISTORY_ROW_GAP &&
           history_show_admits(work->show, row);
}

/* Where the history cannot find the latest by itself: how many that fit come before them. */
static uint64_t count_earlier(struct work *work)
{
    struct history_row row;
    uint64_t count = 0, last = work->options->last;
    if (last == 0 || work->wanted.latest > 0 || !history_reader_ask(work->reader, &work->wanted))
        return 0;
    while (history_reader_next(work->reader, &row) == HISTORY_ROW)
        count += is_counted(work, &row);
    return count > last ? count - last : 0;
}

/* But for the first so many. */
static int list_rows(struct work *work, uint64_t passed_over)
{
    struct history_row row;
    enum history_found found = HISTORY_UNREADABLE;
    uint64_t earlier = count_earlier(work);
    if (work->format == HISTORY_CSV)
        history_show_head(work->show);
    if (history_reader_ask(work->reader, &work->wanted)) {
        while ((found = history_reader_next(work->reader, &row)) == HISTORY_ROW) {
            if (passed_over > 0) {
                passed_over--;
                continue;
            }
            if (earlier > 0) {
                earlier -= is_counted(work, &row);
                continue;
            }
            tell_day(work, row.time);
            work->shown += history_show_row(work->show, &row);
            if (writer_error(work->writer) != 0)
                break;
        }
    }
    if (!writer_flush(work->writer))
        return command_unwritten("history");
    if (found == HISTORY_UNREADABLE)
        return unreadable(work);
    if (work->shown == 0 && work->format == HISTORY_TEXT)
        puts("Nothing that fits was kept. 'hexwatch history' says what there is, and since when.");
    return EXIT_DONE;
}

/* Nothing is chosen, and people read it: what there is, rather than all of it. */
static int tell_overview(struct work *work)
{
    struct history_extent extent = history_reader_extent(work->reader);
    char memory[64];
    struct buffer age = buffer_on(memory, sizeof(memory) - 1);
    if (extent.messages == 0) {
        puts("No message was kept so far.");
    } else {
        wording_put_age(&age, work->now - extent.first);
        printf("%llu messages are kept, the first of %.*s", (unsigned long long)extent.messages,
               (int)age.length, memory);
        age.length = 0;
        wording_put_age(&age, work->now - extent.last);
        printf(", the last of %.*s; %.1f MB.\n", (int)age.length, memory, (double)extent.bytes / 1e6);
    }
    int status = list_devices(work);
    if (status != EXIT_DONE)
        return status;
    work->wanted.messages = false;
    uint64_t count = count_rows(work), earlier = count > OVERVIEW ? count - OVERVIEW : 0;
    if (count == 0)
        puts("\nNo finding was kept, and no time is missing.");
    else
        puts("\nFindings, and times that were not recorded:");
    if (earlier > 0)
        printf("(%llu earlier ones: --findings)\n", (unsigned long long)earlier);
    fflush(stdout);
    work->shown = 1;
    status = list_rows(work, earlier);
    if (status == EXIT_DONE)
        puts("\nMessages: hexwatch history DEVICE, or --messages, --since 2h, --port 5023, --format "
             "json|csv.");
    return status;
}

static bool is_chosen(const struct work *work)
{
    const struct options *options = work->options;
    return !filter_is_empty(&work->filter) || work->filter.codes || options->since || options->until ||
           options->messages_only || options->findings_only || options->any_finding || options->last > 0;
}

static bool make(struct work *work)
{
    const struct options *options = work->options;
    unsigned width = 0, rows;
    if (!work->is_terminal || !tty_size(STDOUT_FILENO, &width, &rows))
        width = work->is_terminal ? 80 : 0;
    work->writer = writer_new(STDOUT_FILENO);
    struct history_show_parts parts = {
        .writer = work->writer,
        .filter = &work->filter,
        .format = work->format,
        .form = { .width = width,
                  .is_coloured = terminal_colours((enum color)options->color),
                  .is_ascii = terminal_is_ascii(),
                  .bytes = options->all_text  ? BYTES_TEXT
                           : options->all_hex ? BYTES_HEX
                                              : BYTES_AUTO,
                  .stamp = { .form = options->utc ? STAMP_UTC : (enum stamp_form)options->time } }
    };
    if (!work->writer || !masking_start(options, &work->masking))
        return false;
    parts.mask = work->masking.mask;
    work->show = history_show_new(&parts);
    return work->show != NULL;
}

static int go(struct work *work)
{
    char error[1024];
    work->reader = history_open(work->options, error, sizeof(error));
    if (!work->reader)
        return command_fail("%s.", error);
    if (!make(work))
        return command_fail("history: out of memory.");
    int status;
    if (work->options->devices_only)
        status = work->format == HISTORY_CSV
                     ? command_fail("history: --devices comes as text or json. Leave --format csv out.")
                     : list_devices(work);
    else if (work->format == HISTORY_TEXT && !is_chosen(work))
        status = tell_overview(work);
    else
        status = list_rows(work, 0);
    int printed = status == EXIT_DONE ? command_printed("history") : status;
    masking_tell(&work->masking, work->options);
    return printed;
}

static int run(int argc, char **argv)
{
    struct options options;
    int first, end, status = EXIT_WRONG;
    if (!options_read(argc, argv, &command_history, &options, &first, &end))
        return EXIT_WRONG;
    struct work *work = calloc(1, sizeof(*work));
    if (!work)
        return command_fail("history: out of memory.");
    signal(SIGPIPE, SIG_IGN);
    work->options = &options;
    work->format = (enum history_format)options.format;
    work->now = wall_now();
    work->is_terminal = work->format == HISTORY_TEXT && isatty(STDOUT_FILENO);
    if (take_choices(work, end, argv, first))
        status = go(work);
    history_show_free(work->show);
    masking_end(&work->masking);
    writer_free(work->writer);
    history_reader_close(work->reader);
    free(work);
    return status;
}

const struct command command_history = {
    .name = "history",
    .run = run,
    .brief = "what was kept: devices, messages and findings of earlier",
    .operands = "[DEVICE...]",
    .options = "zaumjVlIXYxACTUdpRPFg",
    .examples = { { "hexwatch history", "who was heard, what was found, what is missing" },
                  { "hexwatch history 123456789012345 --since 2h", "one device's messages and findings" },
                  { "hexwatch history --port 5023 --since 2026-11-27 --format csv", "for a spreadsheet" },
                  { "hexwatch history 123456789012345 --mask", "so that it can be posted" } },
    .about =
        "Reads what 'hexwatch run' keeps in its history (history.file in the configuration), also while "
        "it runs: devices, their latest messages and their findings, and the times of which something is "
        "missing. Without a choice text gives an overview, JSON and CSV give all.\n"
        "With --mask every id becomes another one, the same throughout; places are moved by a hidden "
        "distance; public addresses are replaced; and so inside the HEX, where what cannot be replaced is "
        "hidden (XX). A right check digit of an IMEI becomes another right one. What looks harmless may "
        "still tell something to who knows you: read it before you post it.\n",
};
