/* SPDX-License-Identifier: Apache-2.0 */
/* A writer into a file of memory, and what stands there. */
#ifndef TESTS_OUTLET_LINES_H
#define TESTS_OUTLET_LINES_H

#include "support/recorder.h"

#include <jansson.h>
#include <sys/mman.h>
#include <unistd.h>

#include "outlet/writer.h"

struct lines {
    int file;
    struct writer *writer;
    char *text;
};

static inline struct lines lines_new(void)
{
    struct lines lines = { .file = memfd_create("lines", MFD_CLOEXEC) };
    assert_true(lines.file >= 0);
    lines.writer = writer_new(lines.file);
    assert_non_null(lines.writer);
    return lines;
}

static inline void lines_free(struct lines *lines)
{
    writer_free(lines->writer);
    close(lines->file);
    free(lines->text);
}

/* What was written since the last time; good until the next time. */
static inline const char *lines_take(struct lines *lines)
{
    assert_true(writer_flush(lines->writer));
    off_t length = lseek(lines->file, 0, SEEK_END);
    assert_true(length >= 0);
    free(lines->text);
    lines->text = malloc((size_t)length + 1);
    assert_non_null(lines->text);
    assert_int_equal(pread(lines->file, lines->text, (size_t)length, 0), length);
    lines->text[length] = '\0';
    assert_int_equal(strlen(lines->text), length);
    assert_int_equal(ftruncate(lines->file, 0), 0);
    lseek(lines->file, 0, SEEK_SET);
    return lines->text;
}

/* The only line as a JSON object whose members are all different; the caller gives it back. */
static inline json_t *lines_take_object(struct lines *lines)
{
    const char *text = lines_take(lines);
    size_t length = strlen(text);
    json_error_t error;
    assert_true(length > 0 && strchr(text, '\n') == text + length - 1);
    for (const char *at = text; at < text + length - 1; at++)
        assert_in_range(*at, 0x20, 0x7e);
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        fail_msg("%s: %s", error.text, text);
    assert_true(json_is_object(object));
    return object;
}

static inline void has_text(const json_t *object, const char *name, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text)
        fail_msg("there is no text '%s'", name);
    assert_string_equal(text, expected);
}

static inline void has_number(const json_t *object, const char *name, json_int_t expected)
{
    const json_t *number = json_object_get(object, name);
    if (!json_is_integer(number))
        fail_msg("there is no number '%s'", name);
    assert_int_equal(json_integer_value(number), expected);
}

static inline void has_degrees(const json_t *object, const char *name, double expected)
{
    const json_t *number = json_object_get(object, name);
    if (!json_is_real(number))
        fail_msg("there is no '%s'", name);
    double off = json_real_value(number) - expected;
    assert_true(off < 1e-7 && off > -1e-7);
}

static inline void lacks(const json_t *object, const char *name)
{
    if (json_object_get(object, name))
        fail_msg("there is a member '%s'", name);
}

#endif
