/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log on disk: every line is one write. Called by hexlog, in its thread where it has one. */
#include "outlet/hexlog_files.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/table.h"

enum { SECOND = 1000000, MINUTE = 60 * SECOND };

struct file_key {
    uint16_t port, transport;
};

struct file {
    int fd; /* plus one: 0 is a file that is not open */
    uint64_t size;
    int64_t retry; /* it could not be put aside: not to be tried again before */
};

struct hexlog_files {
    struct hexlog_files_settings settings;
    char *name; /* the folder's; owned */
    int folder; /* names are resolved from here, also after the root was left */
    struct table *open;
    struct log_limit limit;
    int64_t checked; /* when it was last looked whether the folder is still the one of that name */
    uint64_t lost;
};

static void close_file(void *context, const void *key, void *value)
{
    struct file *file = value;
    (void)context;
    (void)key;
    if (file->fd > 0)
        close(file->fd - 1);
}

/* At most so many files are open at once that an eighth of all descriptors is enough. */
static size_t files_at_once(const struct hexlog_files_settings *settings)
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

/* Root is left by now, and people ask as whom it runs. */
static void refuse(const char *folder, int code, char *error, size_t size)
{
    const struct passwd *user = code == ENOTDIR ? NULL : getpwuid(geteuid());
    snprintf(error, size, "HEX log folder %s cannot be written: %s. %s%.32s%s", folder, strerror(code),
             user ? "Let the user " : "", user ? user->pw_name : "",
             user ? ", as whom hexwatch runs, write to it, or name another" : "Name a folder");
}

struct hexlog_files *hexlog_files_new(const struct hexlog_files_settings *settings, char *error, size_t size)
{
    struct hexlog_files *files = calloc(1, sizeof(*files));
    if (!files) {
        snprintf(error, size, "out of memory");
        return NULL;
    }
    files->settings = *settings;
    files->folder = -1;
    files->name = strdup(settings->folder);
    if (!files->name) {
        snprintf(error, size, "out of memory");
        hexlog_files_free(files);
        return NULL;
    }
    if (mkdir(settings->folder, 0750) != 0 && errno != EEXIST) {
        snprintf(error, size, "HEX log folder %s cannot be made: %s. Make it, or name another",
                 settings->folder, strerror(errno));
        hexlog_files_free(files);
        return NULL;
    }
    files->folder = open(settings->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files->folder < 0 || faccessat(files->folder, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        refuse(settings->folder, errno, error, size);
        hexlog_files_free(files);
        return NULL;
    }
    files->open =
        table_new(files_at_once(settings), sizeof(struct file_key), sizeof(struct file), close_file, NULL);
    if (!files->open) {
        snprintf(error, size, "out of memory");
        hexlog_files_free(files);
        return NULL;
    }
    return files;
}

void hexlog_files_free(struct hexlog_files *files)
{
    if (!files)
        return;
    table_free(files->open);
    free(files->name);
    if (files->folder >= 0)
        close(files->folder);
    free(files);
}

void hexlog_files_reopen(struct hexlog_files *files)
{
    for (void *file = table_first(files->open); file; file = table_first(files->open))
        table_remove(files->open, file);
    /* who has not the right to open it anew may still have it open */
    int folder = open_folder(files->name);
    if (folder < 0)
        return;
    close(files->folder);
    files->folder = folder;
}

static bool is_same_folder(const struct hexlog_files *files)
{
    struct stat open_one, named;
    return fstat(files->folder, &open_one) == 0 && stat(files->name, &named) == 0 &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

void hexlog_files_tick(struct hexlog_files *files, int64_t now)
{
    if (now - files->checked < MINUTE && now >= files->checked)
        return;
    files->checked = now;
    if (!is_same_folder(files)) {
        hexlog_files_reopen(files);
        return;
    }
    for (struct file *file = table_first(files->open), *next; file; file = next) {
        struct stat status;
        next = table_next(files->open, file);
        if (file->fd > 0 && fstat(file->fd - 1, &status) == 0 && status.st_nlink == 0)
            table_remove(files->open, file); /* somebody has removed it */
    }
}

uint64_t hexlog_files_lost(const struct hexlog_files *files)
{
    return files->lost;
}

static void name_of(const struct file_key *key, char out[static 32])
{
    snprintf(out, 32, "%u-%s.log", key->port, transport_name((enum transport)key->transport));
}

/* NAME becomes NAME.1, NAME.1 becomes NAME.2, …; the last is deleted. False: NAME is still there, errno says why. */
static bool rotate(const struct hexlog_files *files, const struct file_key *key)
{
    char name[32], from[48], to[48];
    bool is_gone = false;
    name_of(key, name);
    for (unsigned number = files->settings.keep; number > 0; number--) {
        snprintf(to, sizeof(to), "%s.%u", name, number);
        snprintf(from, sizeof(from), number == 1 ? "%s" : "%s.%u", name, number - 1);
        is_gone = renameat(files->folder, from, files->folder, to) == 0;
    }
    return files->settings.keep == 0 ? unlinkat(files->folder, name, 0) == 0 : is_gone;
}

/* Others may write in the folder too: what they put under our name must neither lead elsewhere nor keep us waiting. */
static bool open_file(const struct hexlog_files *files, const struct file_key *key, struct file *file)
{
    char name[32];
    struct stat status;
    name_of(key, name);
    int fd = openat(files->folder, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
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
static bool begin_new(const struct hexlog_files *files, const struct file_key *key, struct file *file,
                      int64_t now)
{
    if (now < file->retry && file->retry - now <= MINUTE) {
        errno = EEXIST;
        return false;
    }
    if (!rotate(files, key)) {
        file->retry = now + MINUTE;
        return false;
    }
    close(file->fd - 1);
    file->fd = 0;
    return open_file(files, key, file);
}

/* The file of a port with room for the line, or NULL: errno says why. */
static struct file *file_for(struct hexlog_files *files, const struct file_key *key, size_t length,
                             int64_t now)
{
    struct file *file = table_add(files->open, key);
    if (!file)
        return NULL;
    if (file->fd == 0 && !open_file(files, key, file))
        return NULL;
    bool is_full = file->size > 0 && file->size + length > files->settings.size;
    return !is_full || begin_new(files, key, file, now) ? file : NULL;
}

/* The start of a line that found no room: the next line would join it. */
static void take_back(struct file *file, ssize_t written)
{
    off_t end = lseek(file->fd - 1, 0, SEEK_CUR);
    if (end < written || ftruncate(file->fd - 1, end - written) != 0)
        file->size += (uint64_t)written;
}

/* Now and then. */
static void tell(struct hexlog_files *files, const char *what, const char *why, const char *mend, int64_t now)
{
    uint64_t suppressed;
    if (log_allow(&files->limit, now, 60 * (int64_t)SECOND, &suppressed))
        log_error("HEX log %s%s: %s; %llu lines are lost so far. %s", files->name, what, why,
                  (unsigned long long)files->lost, mend);
}

void hexlog_files_put(struct hexlog_files *files, uint16_t port, enum transport transport, struct cursor line,
                      int64_t now)
{
    struct file_key key = { port, (uint16_t)transport };
    struct file *file = file_for(files, &key, line.left, now);
    ssize_t written = file ? write(file->fd - 1, line.at, line.left) : -1;
    if (written == (ssize_t)line.left) {
        file->size += line.left;
        return;
    }
    int reason = written < 0 ? errno : ENOSPC;
    char name[32], what[40];
    if (written > 0)
        take_back(file, written);
    files->lost++;
    name_of(&key, name);
    snprintf(what, sizeof(what), "/%s", name);
    tell(files, what, reason == ENXIO ? "it is no regular file" : strerror(reason),
         "Free the disk or check the folder.", now);
}

void hexlog_files_miss(struct hexlog_files *files, uint64_t count, int64_t now)
{
    files->lost += count;
    tell(files, "", "its disk is too slow, or did not answer for a while",
         "Look at the disk, or name a folder on another.", now);
}
