/* SPDX-License-Identifier: Apache-2.0 */
/* Follows Traccar's log by name. Turned by command's live and log; gives lines to the logbook. */
#include "intake/traccar_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

enum { SECOND = 1000000, HOUR = 3600, QUARTER = 900, NEAR = 2, FAR = 14 * HOUR };
/* the longest line: a piece of a stream as HEX, with what stands before it */
enum { LONGEST = 2 * MESSAGE_MAX + 4096, ROOM = 2 * LONGEST, STEP = 64 * 1024, PATH_SIZE = 1024 };

struct traccar_log {
    char path[PATH_SIZE];
    struct logbook *logbook;
    int descriptor; /* -1: gone */
    bool is_input;  /* standard input */
    dev_t device;
    ino_t inode;
    bool is_skipping;     /* in a line that is too long */
    int64_t time;         /* of the last line, µs */
    int64_t shift;        /* seconds that who wrote the file is away from this host's time zone */
    int64_t hour, offset; /* what to add to local seconds of this hour to get Unix time */
    int64_t gone_since;
    int reason; /* errno when it went */
    struct traccar_log_losses losses;
    uint64_t known, odd; /* lines so far: of Traccar's log, and none of it */
    size_t length;
    uint8_t bytes[ROOM];
};

/* ---- time ---- */

/* What must be added to this local time, in seconds as if it were UTC, to get Unix time. */
static int64_t offset_at(int64_t local)
{
    struct calendar at = calendar_from_unix(local);
    struct tm parts = { .tm_year = (int)at.year - 1900,
                        .tm_mon = (int)at.month - 1,
                        .tm_mday = (int)at.day,
                        .tm_hour = (int)at.hour,
                        .tm_min = (int)at.minute,
                        .tm_sec = (int)at.second,
                        .tm_isdst = -1 };
    time_t unix_time = mktime(&parts);
    return unix_time == (time_t)-1 ? 0 : (int64_t)unix_time - local;
}

static int64_t time_of(struct traccar_log *log, int64_t local)
{
    int64_t hour = local / HOUR;
    if (hour != log->hour) {
        log->hour = hour;
        log->offset = offset_at(local);
    }
    return (local + log->offset + log->shift) * SECOND;
}

/* The file's time of change is that of its last line. Where the two differ by whole quarters of an hour, the log was written in
 * another time zone. */
static void learn_zone(struct traccar_log *log, const struct stat *status, struct cursor end)
{
    struct cursor line;
    struct logline parsed;
    int64_t last = 0;
    while (cursor_until(&end, '\n', &line)) {
        if (logline_parse(line, &parsed) && parsed.has_time)
            last = parsed.time;
    }
    int64_t away = last != 0 ? (int64_t)status->st_mtime - (last + offset_at(last)) : 0;
    int64_t quarters = (away + (away < 0 ? -QUARTER / 2 : QUARTER / 2)) / QUARTER * QUARTER;
    if (quarters != 0 && llabs(away - quarters) <= NEAR && llabs(quarters) <= FAR)
        log->shift = quarters;
}

static void look_at_end(struct traccar_log *log, const struct stat *status)
{
    off_t start = status->st_size > ROOM ? status->st_size - ROOM : 0;
    ssize_t length = pread(log->descriptor, log->bytes, ROOM, start);
    if (length > 0)
        learn_zone(log, status, cursor_of(log->bytes, (size_t)length));
}

/* ---- opening ---- */

/* False: errno says why. */
static bool open_file(struct traccar_log *log, struct stat *status)
{
    int descriptor = open(log->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    if (fstat(descriptor, status) != 0 || S_ISDIR(status->st_mode)) {
        int reason = S_ISDIR(status->st_mode) ? EISDIR : errno;
        close(descriptor);
        errno = reason;
        return false;
    }
    log->descriptor = descriptor;
    log->device = status->st_dev;
    log->inode = status->st_ino;
    return true;
}

/* Somebody may name the folder of the log, or of the whole installation. */
static void find_path(const char *path, char out[static PATH_SIZE])
{
    static const char *const names[] = { "tracker-server.log", "logs/tracker-server.log" };
    struct stat status;
    snprintf(out, PATH_SIZE, "%s", path);
    for (size_t i = 0; i < 2 && stat(path, &status) == 0 && S_ISDIR(status.st_mode); i++) {
        snprintf(out, PATH_SIZE, "%s/%s", path, names[i]);
        if (access(out, F_OK) == 0)
            return;
        snprintf(out, PATH_SIZE, "%s", path);
    }
}

struct traccar_log *traccar_log_open(const char *path, bool from_end, struct logbook *logbook, char *error,
                                     size_t size)
{
    struct stat status = { 0 };
    struct traccar_log *log = malloc(sizeof(*log));
    snprintf(error, size, "out of memory");
    if (!log)
        return NULL;
    memset(log, 0, offsetof(struct traccar_log, bytes));
    find_path(path, log->path);
    log->logbook = logbook;
    log->hour = INT64_MIN;
    log->is_input = strcmp(path, "-") == 0;
    log->descriptor = STDIN_FILENO;
    if (log->is_input)
        return log;
    if (!open_file(log, &status)) {
        snprintf(error, size, "%s: %s. Name Traccar's log, as logs/tracker-server.log", path,
                 strerror(errno));
        free(log);
        return NULL;
    }
    look_at_end(log, &status);
    if (from_end)
        (void)lseek(log->descriptor, 0, SEEK_END);
    return log;
}

void traccar_log_last(struct traccar_log *log, size_t bytes)
{
    off_t end = log->is_input ? -1 : lseek(log->descriptor, 0, SEEK_END);
    if (end < 0)
        return;
    off_t start = end > (off_t)bytes ? end - (off_t)bytes : 0;
    (void)lseek(log->descriptor, start, SEEK_SET);
    log->is_skipping = start > 0;
    log->length = 0;
}

void traccar_log_free(struct traccar_log *log)
{
    if (!log)
        return;
    if (!log->is_input && log->descriptor >= 0)
        close(log->descriptor);
    free(log);
}

/* ---- lines ---- */

static void take_line(struct traccar_log *log, struct cursor line, const struct log_clock *clock)
{
    struct logline parsed;
    if (!logline_parse(line, &parsed)) {
        logbook_odd_line(log->logbook);
        log->odd++;
        return;
    }
    log->known++;
    int64_t own = parsed.has_time ? time_of(log, parsed.time) : log->time, before = log->time;
    if (clock->now == 0 && own > log->time)
        log->time = own; /* a clock that is set back, as in autumn, stands still for a while */
    if (clock->now == 0 && clock->pass && log->time / SECOND != before / SECOND)
        clock->pass(clock->context, log->time);
    logbook_line(log->logbook, &parsed, clock->now != 0 ? clock->now : log->time);
}

static void drop(struct traccar_log *log, size_t n)
{
    log->length -= n;
    memmove(log->bytes, log->bytes + n, log->length);
}

static void take_lines(struct traccar_log *log, const struct log_clock *clock)
{
    struct cursor rest = cursor_of(log->bytes, log->length), line;
    while (cursor_until(&rest, '\n', &line)) {
        if (!log->is_skipping)
            take_line(log, line, clock);
        log->is_skipping = false;
    }
    drop(log, log->length - rest.left);
    if (log->length < LONGEST)
        return;
    log->losses.cut += log->is_skipping ? 0 : 1;
    log->is_skipping = true;
    log->length = 0;
}

static void lose(struct traccar_log *log, int reason)
{
    log->reason = reason;
    if (!log->is_input)
        close(log->descriptor);
    log->descriptor = -1;
}

bool traccar_log_take(struct traccar_log *log, const struct log_clock *clock)
{
    if (log->descriptor < 0)
        return false;
    size_t room = ROOM - log->length;
    ssize_t length = read(log->descriptor, log->bytes + log->length, room < STEP ? room : STEP);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return errno == EINTR;
    if (length < 0)
        lose(log, errno);
    if (length <= 0)
        return false;
    log->length += (size_t)length;
    take_lines(log, clock);
    return true;
}

void traccar_log_finish(struct traccar_log *log, const struct log_clock *clock)
{
    if (log->length > 0 && !log->is_skipping)
        take_line(log, cursor_of(log->bytes, log->length), clock);
    log->length = 0;
}

/* ---- another file under the same name ---- */

/* The rest of the old file, then the new one from its beginning. */
static void change(struct traccar_log *log, const struct log_clock *clock)
{
    struct stat status;
    while (traccar_log_take(log, clock))
        continue;
    traccar_log_finish(log, clock);
    log->is_skipping = false;
    if (log->descriptor >= 0)
        lose(log, 0);
    if (!open_file(log, &status))
        log->reason = errno;
}

static bool is_other(const struct traccar_log *log, const struct stat *status)
{
    if (log->descriptor < 0 || status->st_dev != log->device || status->st_ino != log->inode)
        return true;
    /* emptied in its place */
    return status->st_size < lseek(log->descriptor, 0, SEEK_CUR);
}

void traccar_log_look(struct traccar_log *log, const struct log_clock *clock, int64_t now)
{
    struct stat status;
    if (log->is_input)
        return;
    /* a file that has lost its name may still be written to: it is read on until another one has the name */
    bool is_there = stat(log->path, &status) == 0;
    if (!is_there)
        log->reason = errno;
    else if (is_other(log, &status))
        change(log, clock);
    bool is_gone = !is_there || log->descriptor < 0;
    if (is_gone && log->gone_since == 0) {
        log_warning("%s: %s. It is read again when it is back.", log->path, strerror(log->reason));
        log->gone_since = now;
    } else if (!is_gone && log->gone_since != 0) {
        log_info("%s is back.", log->path);
        log->losses.seconds += (uint64_t)(now - log->gone_since) / SECOND;
        log->gone_since = 0;
    }
}

int64_t traccar_log_time(const struct traccar_log *log)
{
    return log->time;
}

bool traccar_log_is_foreign(const struct traccar_log *log)
{
    return log->known == 0 && log->odd > 0;
}

struct traccar_log_losses traccar_log_losses(const struct traccar_log *log, int64_t now)
{
    struct traccar_log_losses losses = log->losses;
    if (log->gone_since != 0)
        losses.seconds += (uint64_t)(now - log->gone_since) / SECOND;
    if (log->gone_since != 0 || log->descriptor < 0)
        losses.gone = strerror(log->reason);
    return losses;
}
