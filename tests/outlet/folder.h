/* SPDX-License-Identifier: Apache-2.0 */
/* A HEX log in a folder of its own, and what stands in its files. */
#ifndef TESTS_OUTLET_FOLDER_H
#define TESTS_OUTLET_FOLDER_H

#include "support/recorder.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "outlet/hexlog.h"

/* A line of the port's file with the HEX of three bytes, and its length. */
#define LINE(direction, hex) "2026-02-01 08:09:10.000000 203.0.113.7:40001 " direction " " hex "\n"
enum { LINE_LENGTH = sizeof(LINE("<", "787801")) - 1 };

struct world {
    char base[64], folder[96];
    struct hexlog_settings settings;
    struct hexlog *hexlog;
    struct publisher publisher;
    char text[1 << 16];
};

static inline int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void start(struct world *world)
{
    char error[300] = "";
    world->publisher = (struct publisher){ 0 };
    world->hexlog = hexlog_new(&world->settings, error, sizeof(error));
    if (!world->hexlog)
        fail_msg("%s", error);
    publisher_add(&world->publisher, hexlog_sink(world->hexlog));
}

static inline struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    setenv("TZ", "UTC", 1);
    tzset();
    strcpy(world->base, "/tmp/hexlog-XXXXXX");
    assert_non_null(mkdtemp(world->base));
    snprintf(world->folder, sizeof(world->folder), "%s/hex", world->base);
    world->settings = hexlog_defaults();
    world->settings.files.folder = world->folder;
    return world;
}

static inline void world_free(struct world *world)
{
    hexlog_free(world->hexlog);
    hexlog_free(NULL);
    assert_int_equal(nftw(world->base, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(world);
}

static inline const char *path_of(const struct world *world, const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", world->folder, name);
    return path;
}

/* The text of a file, NULL when there is none. */
static inline const char *file_text(struct world *world, const char *name)
{
    int file = open(path_of(world, name), O_RDONLY);
    if (file < 0)
        return NULL;
    ssize_t n = read(file, world->text, sizeof(world->text) - 1);
    assert_true(n >= 0);
    world->text[n] = '\0';
    close(file);
    return world->text;
}

static inline void put_bytes(struct world *world, uint16_t port, struct cursor bytes)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, port), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.event.bytes = bytes;
    publish_message(&world->publisher, &fact.event);
}

/* One message of three bytes, of which the last is `number`. */
static inline void put(struct world *world, uint16_t port, unsigned number)
{
    put_bytes(world, port, cursor_of((uint8_t[]){ 0x78, 0x78, (uint8_t)number }, 3));
}

#endif
