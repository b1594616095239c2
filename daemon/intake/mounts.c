/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the mounts of a container with those of this host. Called by installation. */
#include "intake/mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LIST_SIZE = 1 << 20, PATH_SIZE = 512 };

/* "36 35 98:0 /volumes/x /opt/traccar/logs rw,noatime …": of the device's folder `root`, seen at `place`. */
struct mount {
    struct cursor device, root, place;
};

static bool take_mount(struct cursor line, struct mount *out)
{
    struct cursor skipped;
    return cursor_until(&line, ' ', &skipped) && cursor_until(&line, ' ', &skipped) &&
           cursor_until(&line, ' ', &out->device) && cursor_until(&line, ' ', &out->root) &&
           cursor_until(&line, ' ', &out->place);
}

/* Is the path in the folder, or the folder itself? */
static bool is_in(struct cursor path, struct cursor folder)
{
    if (folder.left == 1)
        return true;
    return path.left >= folder.left && memcmp(path.at, folder.at, folder.left) == 0 &&
           (path.left == folder.left || path.at[folder.left] == '/');
}

/* What stands behind the folder in the path: "" or "/…". */
static struct cursor behind(struct cursor path, struct cursor folder)
{
    size_t skipped = folder.left == 1 ? 0 : folder.left;
    return cursor_of(path.at + skipped, path.left - skipped);
}

static int length_of(struct cursor part)
{
    return part.left == 1 ? 0 : (int)part.left; /* "/" before "/…" is nothing */
}

/* The innermost mount that holds the path; of two at one place the later one lies on top. */
static bool find_place(struct cursor list, struct cursor path, struct mount *out)
{
    struct cursor line;
    struct mount mount;
    bool is_found = false;
    while (cursor_field(&list, '\n', &line)) {
        if (!take_mount(line, &mount) || !is_in(path, mount.place) ||
            (is_found && mount.place.left < out->place.left))
            continue;
        *out = mount;
        is_found = true;
    }
    return is_found;
}

/* The mount of this device that shows most of the path on it. */
static bool find_root(struct cursor list, struct cursor device, struct cursor path, struct mount *out)
{
    struct cursor line;
    struct mount mount;
    bool is_found = false;
    while (cursor_field(&list, '\n', &line)) {
        if (!take_mount(line, &mount) || mount.device.left != device.left ||
            memcmp(mount.device.at, device.at, device.left) != 0 || !is_in(path, mount.root) ||
            (is_found && mount.root.left <= out->root.left))
            continue;
        *out = mount;
        is_found = true;
    }
    return is_found;
}

bool mounts_translate(struct cursor there, struct cursor here, const char *path, char *out, size_t size)
{
    struct mount inner = { { 0 } }, outer = { { 0 } };
    char whole[PATH_SIZE];
    if (!find_place(there, cursor_of_text(path), &inner))
        return false;
    struct cursor rest = behind(cursor_of_text(path), inner.place);
    int length = snprintf(whole, sizeof(whole), "%.*s%.*s", length_of(inner.root),
                          (const char *)inner.root.at, (int)rest.left, (const char *)rest.at);
    if (length < 0 || (size_t)length >= sizeof(whole) ||
        !find_root(here, inner.device, cursor_of_text(whole), &outer))
        return false;
    rest = behind(cursor_of_text(whole), outer.root);
    length = snprintf(out, size, "%.*s%.*s", length_of(outer.place), (const char *)outer.place.at,
                      (int)rest.left, (const char *)rest.at);
    return length > 0 && (size_t)length < size;
}

static struct cursor read_list(const char *path, uint8_t *memory)
{
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(memory, 1, LIST_SIZE, file) : 0;
    if (file)
        fclose(file);
    return cursor_of(memory, length);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool mounts_on_host(int process, const char *path, char *out, size_t size)
{
    char list[64], seen[PATH_SIZE];
    uint8_t *there = malloc(LIST_SIZE), *here = malloc(LIST_SIZE);
    snprintf(list, sizeof(list), "/proc/%d/mountinfo", process);
    snprintf(seen, sizeof(seen), "/proc/%d/root%.400s", process, path);
    bool is_found =
        there && here &&
        mounts_translate(read_list(list, there), read_list("/proc/self/mountinfo", here), path, out, size) &&
        is_same_file(seen, out);
    free(there);
    free(here);
    return is_found;
}
