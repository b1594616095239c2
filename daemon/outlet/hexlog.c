/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log on disk. Hears the publisher; every line is one write, so that a crash loses none that was told. */
#include "outlet/hexlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/table.h"
#include "outlet/events.h"

enum { LINE_MAX_BYTES = 2 * (MESSAGE_MAX + 1024), SECOND = 1000000 };

struct file_key {
    uint16_t port, transport;
};

struct file {
    int fd; /* plus one: 0 is a file that is not open */
    uint64_t size;
};

struct hexlog {
    struct hexlog_settings settings;
    int folder; /* names are resolved from here, also after the root was left */
    struct table *files;
    struct clock_text clock;
    struct log_limit limit;
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
        table_new(settings->files, sizeof(struct file_key), sizeof(struct file), close_file, NULL);
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
}

uint64_t hexlog_lost(const struct hexlog *hexlog)
{
    return hexlog->lost;
}

static void name_of(const struct file_key *key, char out[static 32])
{
    snprintf(out, 32, "%u-%s.log", key->port, transport_name((enum transport)key->transport));
}

/* NAME becomes NAME.1, NAME.1 becomes NAME.2, …; the last is deleted. */
static void rotate(const struct hexlog *hexlog, const struct file_key *key)
{
    char name[32], from[48], to[48];
    name_of(key, name);
    for (unsigned number = hexlog->settings.keep; number > 0; number--) {
        snprintf(to, sizeof(to), "%s.%u", name, number);
        snprintf(from, sizeof(from), number == 1 ? "%s" : "%s.%u", name, number - 1);
        (void)renameat(hexlog->folder, from, hexlog->folder, to);
    }
    if (hexlog->settings.keep == 0)
        (void)unlinkat(hexlog->folder, name, 0);
}

static bool open_file(const struct hexlog *hexlog, const struct file_key *key, struct file *file)
{
    char name[32];
    struct stat status;
    name_of(key, name);
    int fd = openat(hexlog->folder, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return false;
    file->fd = fd + 1;
    file->size = fstat(fd, &status) == 0 && status.st_size > 0 ? (uint64_t)status.st_size : 0;
    return true;
}

/* The file of a port with room for the line, or NULL: errno says why. */
static struct file *file_for(struct hexlog *hexlog, const struct file_key *key, size_t length)
{
    struct file *file = table_add(hexlog->files, key);
    if (!file)
        return NULL;
    if (file->fd == 0 && !open_file(hexlog, key, file))
        return NULL;
    if (file->size > 0 && file->size + length > hexlog->settings.size) {
        close(file->fd - 1);
        file->fd = 0;
        rotate(hexlog, key);
        if (!open_file(hexlog, key, file))
            return NULL;
    }
    return file;
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
    struct file *file = file_for(hexlog, &key, line.length);
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
                  hexlog->settings.folder, key.port, transport_name(event->who.transport), strerror(reason),
                  (unsigned long long)hexlog->lost);
}

struct sink hexlog_sink(struct hexlog *hexlog)
{
    return (struct sink){ .context = hexlog, .message = on_message };
}
