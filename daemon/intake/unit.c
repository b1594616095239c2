/* SPDX-License-Identifier: Apache-2.0 */
/* Reads unit files as systemd does, as far as Traccar's go. Called by installation. */
#include "intake/unit.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "intake/processes.h"

enum { FILE_SIZE = 65536, WORD = 1024, COMMAND = 4096 };

static const char *const usual[] = { "/etc/systemd/system",           "/run/systemd/system",
                                     "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
                                     "/lib/systemd/system",           NULL };

/* The next word: quotes and backslashes are undone. False: there is none. */
static bool take_word(struct cursor *rest, char word[static WORD])
{
    size_t length = 0;
    uint8_t quote = 0, byte;
    *rest = cursor_trim(*rest);
    if (rest->left == 0)
        return false;
    while (cursor_u8(rest, &byte)) {
        if (!quote && (byte == ' ' || byte == '\t'))
            break;
        if (quote ? byte == quote : byte == '"' || byte == '\'') {
            quote = quote ? 0 : byte;
            continue;
        }
        if (byte == '\\' && !cursor_u8(rest, &byte))
            break;
        if (length + 1 < WORD)
            word[length++] = (char)byte;
    }
    word[length] = '\0';
    return true;
}

static void add_variable(struct unit *unit, const char *entry)
{
    size_t length = strlen(entry) + 1;
    if (!strchr(entry, '=') || unit->length + length > sizeof(unit->environment))
        return;
    memcpy(unit->environment + unit->length, entry, length);
    unit->length += length;
}

static void take_command(struct unit *unit, struct cursor value)
{
    char word[WORD], first[WORD] = "";
    uint8_t memory[COMMAND];
    struct buffer command = buffer_on(memory, sizeof(memory));
    while (value.left > 0 && strchr("-@:+!", value.at[0]) && cursor_skip(&value, 1))
        continue;
    while (take_word(&value, word)) {
        if (command.length == 0)
            memcpy(first, word, sizeof(first));
        buffer_put(&command, word, strlen(word) + 1);
    }
    const char *base = strrchr(first, '/');
    unit->is_traccar = processes_is_traccar(base ? base + 1 : first, buffer_cursor(&command), unit->config,
                                            sizeof(unit->config));
}

/* All of a file, the lines that end with a backslash joined with the next. */
static bool read_file(const char *path, uint8_t memory[static FILE_SIZE], struct cursor *out)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t length = fread(memory, 1, FILE_SIZE, file);
    fclose(file);
    for (size_t i = 0; i + 1 < length; i++) {
        if (memory[i] == '\\' && memory[i + 1] == '\n')
            memory[i] = memory[i + 1] = ' ';
    }
    *out = cursor_of(memory, length);
    return true;
}

static bool is_comment(struct cursor line)
{
    return line.left == 0 || line.at[0] == '#' || line.at[0] == ';';
}

static void take_variables(struct unit *unit, struct cursor path)
{
    char name[HOST_PATH], word[WORD];
    uint8_t *memory = malloc(FILE_SIZE);
    struct cursor rest, line;
    if (path.left > 0 && path.at[0] == '-' && !cursor_skip(&path, 1))
        path.left = 0;
    cursor_copy_text(path, name, sizeof(name));
    if (memory && read_file(name, memory, &rest)) {
        while (cursor_field(&rest, '\n', &line)) {
            line = cursor_trim(line);
            if (!is_comment(line) && take_word(&line, word))
                add_variable(unit, word);
        }
    }
    free(memory);
}

static void take_setting(struct unit *unit, struct cursor key, struct cursor value)
{
    char word[WORD];
    if (cursor_is(key, "WorkingDirectory")) {
        if (value.left > 0 && value.at[0] == '-' && !cursor_skip(&value, 1))
            return;
        if (!take_word(&value, word))
            word[0] = '\0';
        cursor_copy_text(cursor_of_text(word), unit->folder, sizeof(unit->folder));
    } else if (cursor_is(key, "ExecStart") && value.left > 0) {
        take_command(unit, value);
    } else if (cursor_is(key, "EnvironmentFile")) {
        take_variables(unit, value);
    } else if (cursor_is(key, "Environment")) {
        while (take_word(&value, word))
            add_variable(unit, word);
    }
}

static bool take_file(struct unit *unit, const char *path)
{
    uint8_t *memory = malloc(FILE_SIZE);
    struct cursor rest, line, key;
    bool is_read = memory && read_file(path, memory, &rest), is_service = false;
    while (is_read && cursor_field(&rest, '\n', &line)) {
        line = cursor_trim(line);
        if (is_comment(line))
            continue;
        if (line.at[0] == '[')
            is_service = cursor_is(line, "[Service]");
        else if (is_service && cursor_until(&line, '=', &key))
            take_setting(unit, cursor_trim(key), cursor_trim(line));
    }
    free(memory);
    return is_read;
}

/* Those of one folder in the order of their names. */
static void take_drop_ins(struct unit *unit, const char *folder, const char *name)
{
    char pattern[HOST_PATH];
    glob_t found;
    snprintf(pattern, sizeof(pattern), "%.150s/%.40s.d/*.conf", folder, name);
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            (void)take_file(unit, found.gl_pathv[i]);
    }
    globfree(&found);
}

bool unit_read(const char *const *folders, const char *name, struct unit *out)
{
    char path[HOST_PATH];
    bool is_found = false;
    *out = (struct unit){ .length = 0 };
    folders = folders ? folders : usual;
    for (size_t i = 0; folders[i] && !is_found; i++) {
        snprintf(path, sizeof(path), "%.150s/%.40s", folders[i], name);
        is_found = take_file(out, path);
    }
    for (size_t i = 0; is_found && folders[i]; i++)
        take_drop_ins(out, folders[i], name);
    return is_found;
}
