/* SPDX-License-Identifier: Apache-2.0 */
/* Looks into Traccar's jar, which is a zip file, and into its log. Called by command's settings. */
#include "intake/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include "wire/logline.h"

/* The end of a zip file and its directory; what is longer is no jar of Traccar's. */
enum { END_MAX = 65536 + 22, DIRECTORY_MAX = 4 << 20, MANIFEST_MAX = 65536, LOG_PART = 256 * 1024 };

static const char manifest[] = "META-INF/MANIFEST.MF";

/* ---- the zip file ---- */

/* Reads some of a file into memory of its own; NULL: not there. The caller frees it. */
static uint8_t *read_part(FILE *file, long start, size_t length)
{
    uint8_t *part = malloc(length > 0 ? length : 1);
    if (part && fseek(file, start, SEEK_SET) == 0 && fread(part, 1, length, file) == length)
        return part;
    free(part);
    return NULL;
}

/* The end record: where the directory is. It stands in the last bytes, behind a comment that may be there. */
static bool find_directory(struct cursor end, uint32_t *start, uint32_t *length)
{
    static const char mark[] = "PK\5\6";
    for (size_t at = end.left >= 22 ? end.left - 22 + 1 : 0; at-- > 0;) {
        struct cursor rest = cursor_of(end.at + at, end.left - at);
        if (!cursor_starts(rest, mark, 4) || !cursor_skip(&rest, 12))
            continue;
        return cursor_le32(&rest, length) && cursor_le32(&rest, start);
    }
    return false;
}

struct entry {
    uint16_t method;
    uint32_t packed, whole, start;
};

/* One entry of the directory; false: the end, or nonsense. */
static bool take_entry(struct cursor *directory, struct cursor *name, struct entry *entry)
{
    uint16_t lengths[3];
    struct cursor skipped;
    if (!cursor_starts(*directory, "PK\1\2", 4) || !cursor_skip(directory, 10) ||
        !cursor_le16(directory, &entry->method) || !cursor_skip(directory, 8) ||
        !cursor_le32(directory, &entry->packed) || !cursor_le32(directory, &entry->whole) ||
        !cursor_le16(directory, &lengths[0]) || !cursor_le16(directory, &lengths[1]) ||
        !cursor_le16(directory, &lengths[2]) || !cursor_skip(directory, 8) ||
        !cursor_le32(directory, &entry->start))
        return false;
    return cursor_take(directory, lengths[0], name) && cursor_take(directory, lengths[1], &skipped) &&
           cursor_take(directory, lengths[2], &skipped);
}

static bool find_entry(struct cursor directory, const char *wanted, struct entry *entry)
{
    struct cursor name;
    while (take_entry(&directory, &name, entry)) {
        if (cursor_is(name, wanted))
            return entry->packed <= MANIFEST_MAX && entry->whole <= MANIFEST_MAX;
    }
    return false;
}

static bool unpack(const struct entry *entry, uint8_t *packed, uint8_t *out, size_t *length)
{
    *length = entry->whole;
    if (entry->method == 0) {
        memcpy(out, packed, entry->packed < entry->whole ? entry->packed : entry->whole);
        return entry->packed == entry->whole;
    }
#ifdef HAVE_ZLIB
    z_stream stream = {
        .next_in = packed, .avail_in = entry->packed, .next_out = out, .avail_out = entry->whole
    };
    if (entry->method != Z_DEFLATED || inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    bool is_whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    (void)inflateEnd(&stream);
    return is_whole;
#else
    return false;
#endif
}

/* The manifest's text, in memory that the caller frees; NULL: not there. */
static uint8_t *read_manifest(FILE *file, size_t *length)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return NULL;
    long size = ftell(file), tail = size < END_MAX ? size : END_MAX;
    uint32_t start = 0, extent = 0;
    struct entry entry = { .method = 0 };
    uint16_t name_length, extra;
    uint8_t *end = size > 0 ? read_part(file, size - tail, (size_t)tail) : NULL;
    bool is_found =
        end && find_directory(cursor_of(end, (size_t)tail), &start, &extent) && extent <= DIRECTORY_MAX;
    free(end);
    uint8_t *directory = is_found ? read_part(file, (long)start, extent) : NULL;
    is_found = directory && find_entry(cursor_of(directory, extent), manifest, &entry);
    free(directory);
    /* before the content its name stands once more, with lengths of its own */
    uint8_t *head = is_found ? read_part(file, (long)entry.start, 30) : NULL;
    is_found = head && cursor_le16_at(cursor_of(head, 30), 26, &name_length) &&
               cursor_le16_at(cursor_of(head, 30), 28, &extra);
    free(head);
    uint8_t *packed =
        is_found ? read_part(file, (long)entry.start + 30 + name_length + extra, entry.packed) : NULL;
    uint8_t *text = packed ? malloc(entry.whole > 0 ? entry.whole : 1) : NULL;
    if (text && !unpack(&entry, packed, text, length)) {
        free(text);
        text = NULL;
    }
    free(packed);
    return text;
}

/* ---- versions ---- */

/* "6.14.5", "3.9-SNAPSHOT": digits and a point first, no more than a word. */
static bool take_version(struct cursor word, char *out, size_t size)
{
    word = cursor_trim(word);
    size_t length = 0;
    while (length < word.left && (cursor_is_digit(word.at[length]) || word.at[length] == '.'))
        length++;
    if (length < 3 || length >= size || word.at[0] == '.')
        return false;
    cursor_copy_text(cursor_of(word.at, length), out, size);
    return true;
}

/* A pipe of that name would keep who opens it waiting. */
static FILE *open_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;
}

bool version_of_jar(const char *folder, char *out, size_t size)
{
    char path[1024];
    size_t length = 0;
    struct cursor line, key;
    bool is_found = false;
    snprintf(path, sizeof(path), "%s/tracker-server.jar", folder);
    FILE *file = open_file(path);
    uint8_t *text = file ? read_manifest(file, &length) : NULL;
    struct cursor rest = cursor_of(text, text ? length : 0);
    while (!is_found && cursor_field(&rest, '\n', &line))
        is_found = cursor_until(&line, ':', &key) && cursor_is(key, "Implementation-Version") &&
                   take_version(line, out, size);
    free(text);
    if (file)
        fclose(file);
    return is_found;
}

static bool look_through(FILE *file, long start, size_t length, char *out, size_t size)
{
    struct logline parsed;
    struct cursor line;
    bool is_found = false;
    uint8_t *part = read_part(file, start, length);
    struct cursor rest = cursor_of(part, part ? length : 0);
    while (cursor_field(&rest, '\n', &line)) {
        if (logline_parse(line, &parsed) && parsed.kind == LOGLINE_VERSION)
            is_found = take_version(parsed.detail, out, size) || is_found;
    }
    free(part);
    return is_found;
}

bool version_of_log(const char *path, char *out, size_t size)
{
    FILE *file = open_file(path);
    long length = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;
    long part = length < LOG_PART ? length : LOG_PART;
    bool is_found = length > 0 && (look_through(file, length - part, (size_t)part, out, size) ||
                                   look_through(file, 0, (size_t)part, out, size));
    if (file)
        fclose(file);
    return is_found;
}
