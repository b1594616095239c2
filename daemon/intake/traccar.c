/* SPDX-License-Identifier: Apache-2.0 */
/* Reads Traccar's configuration: Java properties in XML, with expat. Gives ports to command's settings. */
#include "intake/traccar.h"

#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENTRIES_MAX = 2000, KEY_MAX = 96, VALUE_MAX = 1024, FILE_SIZE_MAX = 4 << 20, PATH_LENGTH = 1024 };

struct entry {
    char key[KEY_MAX];
    char value[VALUE_MAX];
};

struct traccar {
    struct entry *list; /* owned */
    size_t count;
    bool has_defaults; /* a file of defaults was read: it holds all ports */
};

/* One file being parsed. */
struct parse {
    struct traccar *traccar;
    bool is_default; /* its entries yield to those that are there */
    bool is_inside;
    struct entry entry;
    size_t length;
};

static struct entry *find(const struct traccar *traccar, const char *key)
{
    for (size_t i = 0; i < traccar->count; i++) {
        if (strcmp(traccar->list[i].key, key) == 0)
            return &traccar->list[i];
    }
    return NULL;
}

static void on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct parse *parse = context;
    if (strcmp(name, "entry") != 0)
        return;
    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(attributes[i], "key") != 0 || strlen(attributes[i + 1]) >= KEY_MAX)
            continue;
        parse->is_inside = true;
        parse->length = 0;
        strcpy(parse->entry.key, attributes[i + 1]);
    }
}

static void on_text(void *context, const XML_Char *text, int length)
{
    struct parse *parse = context;
    size_t room = VALUE_MAX - 1 - parse->length, n = (size_t)length < room ? (size_t)length : room;
    if (!parse->is_inside)
        return;
    memcpy(parse->entry.value + parse->length, text, n);
    parse->length += n;
}

static void on_end(void *context, const XML_Char *name)
{
    struct parse *parse = context;
    if (!parse->is_inside || strcmp(name, "entry") != 0)
        return;
    parse->is_inside = false;
    parse->entry.value[parse->length] = '\0';
    struct entry *known = find(parse->traccar, parse->entry.key);
    if (known && parse->is_default)
        return;
    if (!known && parse->traccar->count < ENTRIES_MAX)
        known = &parse->traccar->list[parse->traccar->count++];
    if (known)
        *known = parse->entry; /* of two equal keys the last counts */
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "re");
    char *text = file ? malloc(FILE_SIZE_MAX) : NULL;
    if (text) {
        *length = fread(text, 1, FILE_SIZE_MAX, file);
        if (ferror(file)) {
            free(text);
            text = NULL;
        }
    }
    int reason = errno;
    if (file)
        fclose(file);
    errno = reason;
    return text;
}

static bool parse_file(struct traccar *traccar, const char *path, bool is_default, char *error, size_t size)
{
    struct parse parse = { .traccar = traccar, .is_default = is_default };
    size_t length;
    char *text = read_file(path, &length);
    if (!text) {
        snprintf(error, size, "%s: %s. Name the folder of a Traccar installation, or 'none'", path,
                 strerror(errno));
        return false;
    }
    XML_Parser parser = XML_ParserCreate(NULL);
    bool is_fine = parser != NULL;
    if (is_fine) {
        XML_SetUserData(parser, &parse);
        XML_SetElementHandler(parser, on_start, on_end);
        XML_SetCharacterDataHandler(parser, on_text);
        is_fine = XML_Parse(parser, text, (int)length, 1) == XML_STATUS_OK;
        if (!is_fine)
            snprintf(error, size, "%s, line %lu: %s. Traccar itself would not start with it", path,
                     (unsigned long)XML_GetCurrentLineNumber(parser),
                     XML_ErrorString(XML_GetErrorCode(parser)));
        XML_ParserFree(parser);
    }
    free(text);
    return is_fine;
}

struct traccar *traccar_read(const char *folder, char *error, size_t size)
{
    char path[PATH_LENGTH];
    struct traccar *traccar = calloc(1, sizeof(*traccar));
    snprintf(error, size, "out of memory");
    if (!traccar)
        return NULL;
    traccar->list = calloc(ENTRIES_MAX, sizeof(*traccar->list));
    snprintf(path, sizeof(path), "%s/conf/traccar.xml", folder);
    if (!traccar->list || !parse_file(traccar, path, false, error, size)) {
        traccar_free(traccar);
        return NULL;
    }
    const struct entry *more = find(traccar, "config.default");
    if (!more || more->value[0] == '\0')
        return traccar;
    snprintf(path, sizeof(path), more->value[0] == '/' ? "%.0s%s" : "%s/%s", folder, more->value);
    traccar->has_defaults = parse_file(traccar, path, true, error, size);
    if (traccar->has_defaults)
        return traccar;
    traccar_free(traccar);
    return NULL;
}

void traccar_free(struct traccar *traccar)
{
    if (!traccar)
        return;
    free(traccar->list);
    free(traccar);
}

/* Is the protocol one of protocols.enable, where that is set? Its list is parted by commas or blanks. */
static bool is_enabled(const struct traccar *traccar, const char *protocol)
{
    const struct entry *enabled = find(traccar, "protocols.enable");
    if (!enabled || enabled->value[0] == '\0')
        return true;
    size_t length = strlen(protocol);
    for (const char *at = enabled->value; *at;) {
        size_t word = strcspn(at, ", \t\r\n");
        if (word == length && strncmp(at, protocol, length) == 0)
            return true;
        at += word;
        at += strspn(at, ", \t\r\n");
    }
    return false;
}

static bool read_port(const char *value, uint16_t *port)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);
    if (end == value || *end != '\0' || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* Where the environment counts, "gt06.port" is GT06_PORT there. */
static bool environment_port(const struct traccar *traccar, const char *protocol, uint16_t *port)
{
    const struct entry *wanted = find(traccar, "config.useEnvironmentVariables");
    const char *also = getenv("CONFIG_USE_ENVIRONMENT_VARIABLES");
    char name[KEY_MAX];
    size_t length = 0;
    if (!(wanted && strcasecmp(wanted->value, "true") == 0) && !(also && strcasecmp(also, "true") == 0))
        return false;
    for (; protocol[length] && length < sizeof(name) - 6; length++)
        name[length] = (char)toupper((unsigned char)protocol[length]);
    strcpy(name + length, "_PORT");
    const char *value = getenv(name);
    return value && value[0] && read_port(value, port);
}

uint16_t traccar_port(const struct traccar *traccar, const char *protocol, uint16_t usual)
{
    char key[KEY_MAX];
    uint16_t port = 0;
    if (!is_enabled(traccar, protocol))
        return 0;
    if (environment_port(traccar, protocol, &port))
        return port;
    snprintf(key, sizeof(key), "%.80s.port", protocol);
    const struct entry *entry = find(traccar, key);
    if (entry)
        return read_port(entry->value, &port) ? port : 0;
    return traccar->has_defaults ? 0 : usual;
}

bool traccar_names_all(const struct traccar *traccar)
{
    return traccar->has_defaults;
}

bool traccar_named(const struct traccar *traccar, size_t index, const char **name, uint16_t *port)
{
    static const char suffix[] = ".port";
    size_t seen = 0;
    for (size_t i = 0; i < traccar->count; i++) {
        const char *key = traccar->list[i].key, *dot = strchr(key, '.');
        if (!dot || strcmp(dot, suffix) != 0 || strncmp(key, "web.", 4) == 0 || seen++ < index)
            continue;
        if (!read_port(traccar->list[i].value, port))
            *port = 0;
        *name = key;
        return true;
    }
    return false;
}

uint16_t traccar_web_port(const struct traccar *traccar)
{
    const struct entry *entry = find(traccar, "web.port");
    uint16_t port;
    return entry && read_port(entry->value, &port) ? port : 8082;
}
