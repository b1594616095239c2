/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log on disk. Hears the publisher; every line is one write, so that a crash loses none that was told. */
#include "outlet/hexlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/table.h"
#include "outlet/clock.h"

enum { LINE_MAX_BYTES = 2 * (MESSAGE_MAX + 1024), SECOND = 1000000, MINUTE = 60 * SECOND };

struct file_key {
    uint16_t port, transport;
};

struct file {
    int fd; /* plus one: 0 is a file that is not open */
    uint64_t size;
    int64_t retry; /* it could not be put aside: not to be tried again before */
};

struct hexlog {
    struct sink sink;
    struct hexlog_settings settings;
    int folder; /* names are resolved from here, also after the root was left */
    struct table *files;
    struct clock_text clock;
    struct log_limit limit;
    int64_t checked; /* when it was last looked whether the folder is still the one of that name */
    uint64_t lost;
    uint8_t line[LINE_MAX_BYTES];
};

struct hexlog_settings hexlog_defaults(void)
{
    return (struct hexlog_settings){ .size = 10 << 20, .keep = 4, .files = 256 };
}

static void close_file(void *context, const void *key, void *value)
{
    struct file *file = value;
    (void)context;
    (void)key;
    if (file->fd > 0)
        close(file->fd - 1);
}

/* At most so many files are open at once that an eighth of all descriptors is enough. */
static size_t files_at_once(const struct hexlog_settings *settings)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur / 8 >= settings->files)
        return settings->files;
    return limit.rlim_cur > 8 ? (size_t)limit.rlim_cur / 8 : 1;
}

/* Makes the folder where it is missing. -1: errno says why not. */
static int open_folder(const char *folder)
{
    if (mkdir(folder, 0750) != 0 && errno != EEXIST)
        return -1;
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct hexlog *hexlog_new(const struct hexlog_settings *settings, char *error, size_t size)
{
    struct hexlog *hexlog = calloc(1, sizeof(*hexlog));
    if (!hexlog) {
        snprintf(error, size, "out of memory");
        return NULL;
    }
    hexlog->settings = *settings;
    hexlog->folder = -1;
    if (mkdir(settings->folder, 0750) != 0 && errno != EEXIST) {
        snprintf(error, size, "HEX log folder %s cannot be made: %s. Make it, or name another",
                 settings->folder, strerror(errno));
        hexlog_free(hexlog);
        return NULL;
    }
    hexlog->folder = open(settings->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (hexlog->folder < 0 || faccessat(hexlog->folder, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        snprintf(error, size,
                 "HEX log folder %s cannot be written: %s. Give it to this user, or name another",
                 settings->folder, strerror(errno));
        hexlog_free(hexlog);
        return NULL;
    }
    hexlog->files =
        table_new(files_at_once(settings), sizeof(struct file_key), sizeof(struct file), close_file, NULL);
    if (!hexlog->files) {
        snprintf(error, size, "out of memory");
        hexlog_free(hexlog);
        return NULL;
    }
    return hexlog;
}

void hexlog_free(struct hexlog *hexlog)
{
    if (!hexlog)
        return;
    table_free(hexlog->files);
    if (hexlog->folder >= 0)
        close(hexlog->folder);
    free(hexlog);
}

void hexlog_reopen(struct hexlog *hexlog)
{
    for (void *file = table_first(hexlog->files); file; file = table_first(hexlog->files))
        table_remove(hexlog->files, file);
    /* who has not the right to open it anew may still have it open */
    int folder = open_folder(hexlog->settings.folder);
    if (folder < 0)
        return;
    close(hexlog->folder);
    hexlog->folder = folder;
}

static bool is_same_folder(const struct hexlog *hexlog)
{
    struct stat open_one, named;
    return fstat(hexlog->folder, &open_one) == 0 && stat(hexlog->settings.folder, &named) == 0 &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

void hexlog_tick(struct hexlog *hexlog, int64_t now)
{
    if (now - hexlog->checked < MINUTE && now >= hexlog->checked)
        return;
    hexlog->checked = now;
    if (!is_same_folder(hexlog)) {
        hexlog_reopen(hexlog);
        return;
    }
    for (struct file *file = table_first(hexlog->files), *next; file; file = next) {
        struct stat status;
        next = table_next(hexlog->files, file);
        if (file->fd > 0 && fstat(file->fd - 1, &status) == 0 && status.st_nlink == 0)
            table_remove(hexlog->files, file); /* somebody has removed it */
    }
}

uint64_t hexlog_lost(const struct hexlog *hexlog)
{
    return hexlog->lost;
}

static void name_of(const struct file_key *key, char out[static 32])
{
    snprintf(out, 32, "%u-%s.log", key->port, transport_name((enum transport)key->transport));
}

/* NAME becomes NAME.1, NAME.1 becomes NAME.2, …; the last is deleted. False: NAME is still there, errno says why. */
static bool rotate(const struct hexlog *hexlog, const struct file_key *key)
{
    char name[32], from[48], to[48];
    bool is_gone = false;
    name_of(key, name);
    for (unsigned number = hexlog->settings.keep; number > 0; number--) {
        snprintf(to, sizeof(to), "%s.%u", name, number);
        snprintf(from, sizeof(from), number == 1 ? "%s" : "%s.%u", name, number - 1);
        is_gone = renameat(hexlog->folder, from, hexlog->folder, to) == 0;
    }
    return hexlog->settings.keep == 0 ? unlinkat(hexlog->folder, name, 0) == 0 : is_gone;
}

/* Others may write in the folder too: what they put under our name must neither lead elsewhere nor keep us waiting. */
static bool open_file(const struct hexlog *hexlog, const struct file_key *key, struct file *file)
{
    char name[32];
    struct stat status;
    name_of(key, name);
    int fd = openat(hexlog->folder, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                    0640);
    if (fd < 0)
        return false;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        errno = ENXIO; /* what a named pipe without a reader says */
        return false;
    }
    file->fd = fd + 1;
    file->size = status.st_size > 0 ? (uint64_t)status.st_size : 0;
    return true;
}

/* Puts a full file aside and begins a new one. False: errno says why not. */
static bool begin_new(const struct hexlog *hexlog, const struct file_key *key, struct file *file, int64_t now)
{
    if (now < file->retry && file->retry - now <= MINUTE) {
        errno = EEXIST;
        return false;
    }
    if (!rotate(hexlog, key)) {
        file->retry = now + MINUTE;
        return false;
    }
    close(file->fd - 1);
    file->fd = 0;
    return open_file(hexlog, key, file);
}

/* The file of a port with room for the line, or NULL: errno says why. */
static struct file *file_for(struct hexlog *hexlog, const struct file_key *key, size_t length, int64_t now)
{
    struct file *file = table_add(hexlog->files, key);
    if (!file)
        return NULL;
    if (file->fd == 0 && !open_file(hexlog, key, file))
        return NULL;
    bool is_full = file->size > 0 && file->size + length > hexlog->settings.size;
    return !is_full || begin_new(hexlog, key, file, now) ? file : NULL;
}

/* The start of a line that found no room: the next line would join it. */
static void take_back(struct file *file, ssize_t written)
{
    off_t end = lseek(file->fd - 1, 0, SEEK_CUR);
    if (end < written || ftruncate(file->fd - 1, end - written) != 0)
        file->size += (uint64_t)written;
}

static void on_message(void *context, const struct message_event *event)
{
    struct hexlog *hexlog = context;
    struct file_key key = { event->who.port, (uint16_t)event->who.transport };
    struct buffer line = buffer_on(hexlog->line, sizeof(hexlog->line));
    char peer[ENDPOINT_TEXT];
    clock_put(&hexlog->clock, &line, event->time);
    endpoint_write(&event->who.peer, peer);
    buffer_printf(&line, " %s %c ", peer, event->direction == DIRECTION_IN ? '<' : '>');
    buffer_put_hex(&line, event->bytes);
    buffer_put_u8(&line, '\n');
    struct file *file = file_for(hexlog, &key, line.length, event->time);
    ssize_t written = file ? write(file->fd - 1, line.bytes, line.length) : -1;
    if (written == (ssize_t)line.length) {
        file->size += line.length;
        return;
    }
    int reason = written < 0 ? errno : ENOSPC;
    if (written > 0)
        take_back(file, written);
    uint64_t suppressed;
    hexlog->lost++;
    if (log_allow(&hexlog->limit, event->time, 60 * (int64_t)SECOND, &suppressed))
        log_error("HEX log %s/%u-%s.log: %s; %llu lines are lost so far. Free the disk or check the folder.",
                  hexlog->settings.folder, key.port, transport_name(event->who.transport),
                  reason == ENXIO ? "it is no regular file" : strerror(reason),
                  (unsigned long long)hexlog->lost);
}

struct sink *hexlog_sink(struct hexlog *hexlog)
{
    hexlog->sink = (struct sink){ .context = hexlog, .message = on_message };
    return &hexlog->sink;
}
