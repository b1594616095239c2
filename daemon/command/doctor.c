/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch doctor: walks the six points of the troubleshooting guide once, on this host. Reads, and changes nothing. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "board/guide.h"
#include "command/assembly.h"
#include "command/examination.h"
#include "command/masked.h"
#include "command/premises.h"
#include "command/privilege.h"
#include "command/terminal.h"
#include "command/told.h"

enum {
    SECOND = 1000000,
    TAIL = 6 << 20 /* so much of the log is read */,
    PATIENCE = 1000000 /* µs for it */
};
enum { SETTLE = 30 * SECOND, MINUTE = 60 * SECOND };

struct doctor {
    struct settings settings;
    struct assembly *assembly;
    struct premises *premises;
    struct census *census;
    struct told *told; /* by the hexwatch that runs here */
    char log_path[PATH_LENGTH], log_unread[PATH_LENGTH + 96], traccar_unread[PATH_LENGTH + 96];
    char unseen[PATH_LENGTH + 256]; /* why no messages are known */
    bool is_cut;                    /* not all of the log was read */
    bool is_full;                   /* it does not go on, and its disk is full */
    int64_t log_time;               /* of its last line; 0: none */
};

static int64_t wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static void on_pass(void *context, int64_t now)
{
    assembly_tick(context, now);
}

/* Is there no room for another line of it, or for the next of its files? */
static bool is_disk_full(const char *path)
{
    struct statvfs disk;
    return statvfs(path, &disk) == 0 && disk.f_blocks > 0 &&
           (disk.f_bfree == 0 || (disk.f_files > 0 && disk.f_ffree == 0));
}

/* Opened as root, where it is; read as somebody else, because strangers write into it. */
static struct traccar_log *open_log(struct doctor *doctor)
{
    char error[PATH_LENGTH + 96];
    const char *reason = strerror(0);
    struct account account;
    struct stat status;
    traccar_log_path(doctor->settings.traccar, doctor->settings.folder, doctor->log_path,
                     sizeof(doctor->log_path));
    struct traccar_log *log =
        traccar_log_open(doctor->log_path, false, assembly_logbook(doctor->assembly), error, sizeof(error));
    bool is_file = stat(doctor->log_path, &status) != 0 || S_ISREG(status.st_mode);
    if (log && !is_file) {
        traccar_log_free(log);
        log = NULL;
        reason = "it is no file";
    } else if (!log)
        reason = errno == EACCES ? "only root can read it" : strerror(errno);
    bool is_safe = privilege_find(doctor->settings.user, &account, error, sizeof(error)) &&
                   privilege_drop(&account, error, sizeof(error));
    if (log && is_safe)
        return log;
    if (log)
        reason = "it is not read as root, and there is no other user to become";
    traccar_log_free(log);
    snprintf(doctor->log_unread, sizeof(doctor->log_unread), "Traccar's log %s: %s", doctor->log_path,
             reason);
    return NULL;
}

/* The last of Traccar's log, for as long as there is time. */
static void read_log(struct doctor *doctor)
{
    struct log_clock clock = { .pass = on_pass, .context = doctor->assembly };
    int64_t until = wall_now() + PATIENCE;
    struct stat status;
    struct traccar_log *log = open_log(doctor);
    if (!log)
        return;
    doctor->is_cut = stat(doctor->log_path, &status) == 0 && status.st_size > TAIL;
    traccar_log_last(log, TAIL);
    while (traccar_log_take(log, &clock)) {
        if (wall_now() > until) {
            doctor->is_cut = true;
            break;
        }
    }
    traccar_log_finish(log, &clock);
    doctor->log_time = traccar_log_time(log);
    traccar_log_free(log);
    if (until - PATIENCE - doctor->log_time > MINUTE && is_disk_full(doctor->log_path)) {
        doctor->is_full = true;
        snprintf(doctor->log_unread, sizeof(doctor->log_unread),
                 "Traccar's log %s: its disk is full, so that nothing more is written", doctor->log_path);
    }
}

/* What the hexwatch that runs here has seen, beside what is found now. */
static void listen_to(struct doctor *doctor, const struct host_facts *host)
{
    bool is_host_seen =
        doctor->settings.traccar && !host->sockets_unread && !host->owners_unread && !host->processes_unread;
    told_publish(doctor->told, assembly_board(doctor->assembly), assembly_publisher(doctor->assembly),
                 is_host_seen);
}

/* Without one the first points stand on Traccar's log alone, or on nothing. */
static void advise_to_watch(const struct doctor *doctor, struct guide *guide)
{
    static const size_t points[] = { 0, 3, 2, 4 };
    if (!told_missing(doctor->told))
        return;
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        struct guide_point *point = &guide->points[points[i]];
        if (point->state != STANDING_UNKNOWN && (points[i] == 2 || point->state != STANDING_WAITING))
            continue;
        snprintf(point->next, sizeof(point->next),
                 "Let 'sudo hexwatch sniff' run for some minutes, and run this again meanwhile: it sees what "
                 "arrives before the firewall does.");
        return; /* said once */
    }
}

static bool examine(struct doctor *doctor, struct guide *guide, char *error, size_t size)
{
    struct settings *settings = &doctor->settings;
    struct server_facts facts;
    snprintf(error, size, "out of memory");
    doctor->premises = premises_new(settings, assembly_ports(doctor->assembly), true);
    doctor->census = census_new(assembly_board(doctor->assembly));
    if (!doctor->census || !doctor->premises || !premises_look(doctor->premises, &facts))
        return false;
    if (settings->traccar || settings->unread[0])
        read_log(doctor);
    if (!settings->traccar)
        snprintf(doctor->traccar_unread, sizeof(doctor->traccar_unread), "%s",
                 premises_no_traccar(settings, facts.host->is_container));
    if (!settings->traccar && !settings->unread[0])
        snprintf(doctor->log_unread, sizeof(doctor->log_unread), "%s", doctor->traccar_unread);
    int64_t now = wall_now();
    assembly_host(doctor->assembly, &facts, now);
    assembly_examine(doctor->assembly, &facts, now);
    /* what the log shows is judged as it was when it ended: later nothing could be seen, which is not silence */
    if (doctor->log_time != 0)
        assembly_tick(doctor->assembly, now - doctor->log_time > SETTLE ? doctor->log_time + SETTLE : now);
    listen_to(doctor, facts.host);
    const char *log = doctor->log_unread[0] ? doctor->log_unread : NULL;
    const char *missing = told_missing(doctor->told);
    snprintf(doctor->unseen, sizeof(doctor->unseen), "%s%s%s", doctor->log_unread, missing ? "; " : "",
             missing ? missing : "");
    struct guide_evidence evidence = {
        .board = assembly_board(doctor->assembly),
        .counts = census_count_all(doctor->census, now),
        .host = &facts,
        .ports = guide_count_ports(&facts),
        .now = now,
        .stale = settings->judge.forget,
        .messages_unread = log ? doctor->unseen : NULL,
        .log_unread = log,
        .log_next = doctor->is_full ? "Make room on that disk ('df -h' and 'df -i' show which), "
                                      "and restart Traccar."
                                    : NULL,
        .handshakes_unread = missing ? missing : "packets are not watched",
        .rules_unread = premises_rules_unread(doctor->premises),
        .rules_fail = premises_rules_fail(doctor->premises),
        .traccar_next = premises_find_traccar(settings),
        .traccar_unread = doctor->traccar_unread[0] ? doctor->traccar_unread : NULL
    };
    told_outsiders(doctor->told, &evidence);
    guide_fill(guide, &evidence);
    told_merge(doctor->told, evidence.counts, settings->traccar != NULL, guide);
    advise_to_watch(doctor, guide);
    return true;
}

/* Whom the report may name. */
static void note_ids(const struct doctor *doctor, struct masked *masked)
{
    const struct board *board = assembly_board(doctor->assembly);
    const struct board_device *device = NULL;
    const struct board_finding *finding = NULL;
    while ((device = board_next_device(board, device)))
        masked_note(masked, device->device);
    for (int is_open = 0; is_open < 2; is_open++) {
        while ((finding = board_findings_next(board_findings(board), is_open, finding)))
            masked_note(masked, finding->event.device);
    }
}

static int print(const struct doctor *doctor, const struct options *options, const struct guide *guide,
                 int64_t began)
{
    struct masked masked;
    if (!masked_begin(options, &masked)) {
        masked_end(&masked);
        return command_fail("doctor: out of memory.");
    }
    note_ids(doctor, &masked);
    struct examination examination = {
        .guide = guide,
        .board = assembly_board(doctor->assembly),
        .traccar = doctor->settings.folder[0] ? doctor->settings.folder : NULL,
        .version =
            assembly_logbook(doctor->assembly) ? logbook_version(assembly_logbook(doctor->assembly)) : "",
        .log = doctor->log_unread[0] ? NULL : doctor->log_path,
        .is_cut = doctor->is_cut,
        .watched_since = told_missing(doctor->told) ? 0 : told_since(doctor->told),
        .now = wall_now(),
        .took = wall_now() - began,
    };
    char error[1200];
    struct history_reader *reader = history_open(options, error, sizeof(error));
    if (reader)
        examination.kept = history_reader_extent(reader);
    history_reader_close(reader);
    if (doctor->settings.json)
        examination_print_json(&examination);
    else
        examination_print_text(&examination, terminal_has_colours(&doctor->settings));
    masked_end(&masked);
    int status = command_printed("doctor");
    if (status != EXIT_DONE)
        return status;
    return guide->problems + guide->unknown > 0 ? EXIT_FOUND : EXIT_DONE;
}

static int command(int argc, char **argv)
{
    struct options options;
    struct doctor *doctor = calloc(1, sizeof(*doctor));
    struct guide guide;
    char error[512];
    int first, end, status = EXIT_WRONG;
    int64_t began = wall_now();
    if (!doctor)
        return command_fail("doctor: out of memory.");
    signal(SIGPIPE, SIG_IGN);
    if (!options_read(argc, argv, &command_doctor, &options, &first, &end)) {
        free(doctor);
        return EXIT_WRONG;
    }
    options.goes_on_broken = true;
    if (first < end)
        status = command_fail("doctor: '%s' is too much: it takes no operands. See 'hexwatch doctor --help'.",
                              argv[first]);
    else if (settings_from(&options, end, argv, end, &doctor->settings)) {
        doctor->settings.log.on = true;
        doctor->settings.log.beginning = doctor->settings.sniff.on = doctor->settings.listen.on = false;
        doctor->settings.output = OUTPUT_SUMMARY;
        doctor->settings.judge.lasting = 0; /* it looks once */
        doctor->assembly = assembly_new(&doctor->settings, error, sizeof(error));
        /* while this is root, if it is: then it may ask */
        doctor->told = doctor->assembly ? told_ask(&options) : NULL;
        if (doctor->told && examine(doctor, &guide, error, sizeof(error)))
            status = print(doctor, &options, &guide, began);
        else
            status = command_fail("doctor: %s.", error);
        told_free(doctor->told);
        census_free(doctor->census);
        assembly_free(doctor->assembly);
        premises_free(doctor->premises);
        settings_free(&doctor->settings);
    }
    free(doctor);
    return status;
}

const struct command command_doctor = {
    .name = "doctor",
    .run = command,
    .brief = "walks the troubleshooting guide's points on this host",
    .operands = "",
    .options = "fXCtgO",
    .examples = { { "sudo hexwatch doctor", "with what only root can see" },
                  { "hexwatch doctor --traccar /srv/traccar", "a Traccar in another folder" } },
    .about = "Answers the six points of Traccar's troubleshooting guide: does HEX arrive, is it decoded, is "
             "there a fix, does it "
             "get through, to the right ports, and are the ports open. For each: fine, or what is wrong, how "
             "that is known, and "
             "the next step. Reads Traccar's configuration and the end of its log, this host's sockets and "
             "programs, addresses "
             "and firewall rules, asks the hexwatch that runs here, if one does, for what it has seen, and "
             "changes "
             "nothing. What it may not read it says.\n"
             "The exit status is 0 when all is fine, and 1 when there is a problem or something could not be "
             "checked.\n",
};
