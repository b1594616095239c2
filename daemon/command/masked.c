/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers standard output in memory, masks it line by line, and prints it. */
#include "command/masked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json_text.h"

enum { GROWTH = 4 /* a byte becomes at most so many */, ROOM = 4096 };

bool masked_begin(const struct options *options, struct masked *masked)
{
    *masked = (struct masked){ .paper = -1, .standard = -1, .is_json = options->json };
    if (!options->mask)
        return true;
    if (!masking_start(options, &masked->masking))
        return false;
    char host[64] = "";
    if (gethostname(host, sizeof(host) - 1) == 0 && strcmp(host, "localhost") != 0)
        masked_note(masked, host); /* it may be known who has it */
    fflush(stdout);
    masked->paper = memfd_create("masked", MFD_CLOEXEC);
    masked->standard = dup(STDOUT_FILENO);
    return masked->paper >= 0 && masked->standard >= 0 && dup2(masked->paper, STDOUT_FILENO) >= 0;
}

void masked_note(struct masked *masked, const char *id)
{
    if (masked->masking.mask && id[0])
        (void)mask_id(masked->masking.mask, id);
}

void masked_note_record(struct masked *masked, struct cursor record)
{
    struct cursor text;
    char id[DEVICE_MAX];
    if (!masked->masking.mask || !json_find_text(record, "device", &text) || text.left >= sizeof(id))
        return;
    memcpy(id, text.at, text.left);
    id[text.left] = '\0';
    masked_note(masked, id);
}

/* ---- JSON: texts are masked, and of numbers only places ---- */

/* The end of the text that begins with a quote. */
static const char *end_of_text(const char *at)
{
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1])
            at++;
    }
    return at;
}

/* "lat":1.2,"lon":3.4 — returns what is behind it, or NULL where it does not stand there. */
static const char *put_place(const struct masked *masked, const char *at, struct buffer *out)
{
    static const char lat_key[] = "\"lat\":", lon_key[] = ",\"lon\":";
    char *end;
    if (strncmp(at, lat_key, sizeof(lat_key) - 1) != 0)
        return NULL;
    double lat = strtod(at + sizeof(lat_key) - 1, &end);
    if (strncmp(end, lon_key, sizeof(lon_key) - 1) != 0)
        return NULL;
    double lon = strtod(end + sizeof(lon_key) - 1, &end);
    if (mask_place(masked->masking.mask, &lat, &lon))
        buffer_printf(out, "\"lat\":%.6f,\"lon\":%.6f", lat, lon);
    else
        buffer_put_text(out, "\"lat\":null,\"lon\":null");
    return end;
}

static void put_json(const struct masked *masked, const char *line, struct buffer *out)
{
    char text[ROOM];
    while (*line) {
        const char *behind = put_place(masked, line, out);
        if (behind) {
            line = behind;
            continue;
        }
        if (*line != '"') {
            buffer_put_u8(out, (unsigned char)*line++);
            continue;
        }
        const char *end = end_of_text(line);
        size_t length = (size_t)(end - line - 1);
        bool is_key = *end == '"' && end[1] == ':';
        buffer_put_u8(out, '"');
        if (is_key || length >= sizeof(text)) {
            for (size_t i = 0; i < length; i++)
                buffer_put_u8(out, is_key ? (unsigned char)line[1 + i] : 'X');
        } else {
            memcpy(text, line + 1, length);
            text[length] = '\0';
            mask_text(masked->masking.mask, text, out);
        }
        if (*end)
            buffer_put_u8(out, '"');
        line = *end ? end + 1 : end;
    }
}

static void put_lines(const struct masked *masked, char *text, size_t length)
{
    for (char *line = text, *end = text; line < text + length; line = end + 1) {
        end = memchr(line, '\n', (size_t)(text + length - line));
        if (!end)
            end = text + length; /* a NUL stands there */
        *end = '\0';
        size_t room = GROWTH * strlen(line) + ROOM;
        char *memory = malloc(room);
        struct buffer out = buffer_on(memory, memory ? room : 0);
        if (masked->is_json)
            put_json(masked, line, &out);
        else
            mask_text(masked->masking.mask, line, &out);
        fwrite(out.bytes, 1, out.length, stdout);
        putchar('\n');
        free(memory);
    }
}

void masked_end(struct masked *masked)
{
    if (masked->standard >= 0) {
        fflush(stdout);
        off_t size = lseek(masked->paper, 0, SEEK_END);
        char *text = size >= 0 ? malloc((size_t)size + 1) : NULL;
        ssize_t length = text ? pread(masked->paper, text, (size_t)size, 0) : -1;
        (void)dup2(masked->standard, STDOUT_FILENO);
        if (length > 0) {
            text[length] = '\0';
            put_lines(masked, text, (size_t)length);
        }
        free(text);
        close(masked->standard);
    }
    if (masked->paper >= 0)
        close(masked->paper);
    masking_end(&masked->masking);
    masked->paper = masked->standard = -1;
}
