/* SPDX-License-Identifier: Apache-2.0 */
/* Reads Traccar's configuration: Java properties in XML, with expat. Gives ports to command's settings. */
#include "intake/traccar.h"

#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ROOT_MAX = 64,
    ENTRIES_MAX = 2000,
    KEY_MAX = 96,
    VALUE_MAX = 1024,
    FILE_SIZE_MAX = 4 << 20,
    PATH_LENGTH = 2048
};

struct entry {
    char key[KEY_MAX];
    char value[VALUE_MAX];
    unsigned line;
    bool is_default;
};

struct traccar {
    struct entry *list; /* owned */
    size_t count;
    char path[PATH_LENGTH]; /* of the first file */
    char root[ROOT_MAX];    /* what stands before whole paths that it names */
    bool has_defaults;      /* a file of defaults was read: it holds all ports */
    char *
        environment; /* owned: of Traccar's process, NAME=VALUE with a NUL each; NULL: this program's stands for it */
    size_t environment_length;
};

/* One file being parsed. */
struct parse {
    struct traccar *traccar;
    XML_Parser parser;
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
        parse->entry.is_default = parse->is_default;
        parse->entry.line = (unsigned)XML_GetCurrentLineNumber(parse->parser);
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

/* What is no file is not read: a pipe that stands in its place would never end. One that is larger is not read in part. */
static char *read_file(const char *path, size_t *length)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), reason = 0;
    char *text = NULL;
    struct stat facts;
    if (descriptor < 0 || fstat(descriptor, &facts) != 0)
        reason = errno;
    else if (!S_ISREG(facts.st_mode))
        reason = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
    else if (facts.st_size > FILE_SIZE_MAX)
        reason = EFBIG;
    else if (!(text = malloc(FILE_SIZE_MAX)))
        reason = ENOMEM;
    *length = 0;
    for (ssize_t n = 1; text && n > 0 && *length<FILE_SIZE_MAX; *length += n> 0 ? (size_t)n : 0) {
        n = read(descriptor, text + *length, FILE_SIZE_MAX - *length);
        reason = n < 0 ? errno : 0;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (reason != 0) {
        free(text);
        text = NULL;
    }
    errno = reason;
    return text;
}

static bool parse_file(struct traccar *traccar, const char *path, bool is_default,
                       struct traccar_fault *fault)
{
    struct parse parse = { .traccar = traccar, .is_default = is_default };
    size_t length;
    char *text = read_file(path, &length);
    if (!text) {
        fault->is_forbidden = errno == EACCES;
        fault->mend = "Name the folder of a Traccar installation, or 'none'";
        snprintf(fault->what, sizeof(fault->what), "%.300s: %s", path,
                 errno == EINVAL ? "it is no file" : strerror(errno));
        return false;
    }
    XML_Parser parser = XML_ParserCreate(NULL);
    bool is_fine = parser != NULL;
    parse.parser = parser;
    if (is_fine) {
        XML_SetUserData(parser, &parse);
        XML_SetElementHandler(parser, on_start, on_end);
        XML_SetCharacterDataHandler(parser, on_text);
        is_fine = XML_Parse(parser, text, (int)length, 1) == XML_STATUS_OK;
        fault->mend = "Traccar itself would not start with it";
        if (!is_fine)
            snprintf(fault->what, sizeof(fault->what), "%.300s, line %lu: %s", path,
                     (unsigned long)XML_GetCurrentLineNumber(parser),
                     XML_ErrorString(XML_GetErrorCode(parser)));
        XML_ParserFree(parser);
    }
    free(text);
    return is_fine;
}

/* A path as the configuration has it: whole, or from the folder on. */
static void find_path(const struct traccar *traccar, const char *folder, const char *file, char *out,
                      size_t size)
{
    if (strncmp(file, "./", 2) == 0)
        file += 2;
    if (file[0] == '/')
        snprintf(out, size, "%s%.1023s", traccar ? traccar->root : "", file);
    else
        snprintf(out, size, "%.900s/%.1023s", folder, file);
}

struct traccar *traccar_read(const char *folder, const char *config, const char *root,
                             struct traccar_fault *fault)
{
    char path[PATH_LENGTH];
    struct traccar *traccar = calloc(1, sizeof(*traccar));
    *fault = (struct traccar_fault){ .what = "out of memory", .mend = "Free some and try again" };
    if (!traccar)
        return NULL;
    traccar->list = calloc(ENTRIES_MAX, sizeof(*traccar->list));
    snprintf(traccar->root, sizeof(traccar->root), "%s", root);
    snprintf(path, sizeof(path), config ? "%.0s%s" : "%s/conf/traccar.xml", folder, config ? config : "");
    memcpy(traccar->path, path, sizeof(path));
    if (!traccar->list || !parse_file(traccar, path, false, fault)) {
        traccar_free(traccar);
        return NULL;
    }
    const struct entry *more = find(traccar, "config.default");
    if (!more || more->value[0] == '\0')
        return traccar;
    find_path(traccar, folder, more->value, path, sizeof(path));
    traccar->has_defaults = parse_file(traccar, path, true, fault);
    if (traccar->has_defaults)
        return traccar;
    traccar_free(traccar);
    return NULL;
}

void traccar_free(struct traccar *traccar)
{
    if (!traccar)
        return;
    free(traccar->environment);
    free(traccar->list);
    free(traccar);
}

void traccar_use_environment(struct traccar *traccar, char *block, size_t length)
{
    free(traccar->environment);
    traccar->environment = block;
    traccar->environment_length = length;
}

/* ---- the environment ---- */

static const char *variable(const struct traccar *traccar, const char *name)
{
    size_t length = strlen(name);
    const char *value = NULL;
    if (!traccar->environment)
        return getenv(name);
    for (size_t at = 0; at < traccar->environment_length; at += strlen(traccar->environment + at) + 1) {
        const char *entry = traccar->environment + at;
        if (strncmp(entry, name, length) == 0 && entry[length] == '=')
            value = entry + length + 1;
    }
    return value;
}

/* "logger.decodeTextData" is LOGGER_DECODE_TEXT_DATA there. */
static void name_variable(const char *key, char *out, size_t size)
{
    size_t length = 0;
    for (const char *at = key; *at && length + 3 < size; at++) {
        if (isupper((unsigned char)*at))
            out[length++] = '_';
        out[length++] = *at == '.' ? '_' : (char)toupper((unsigned char)*at);
    }
    out[length] = '\0';
}

static bool has_environment(const struct traccar *traccar)
{
    const struct entry *wanted = find(traccar, "config.useEnvironmentVariables");
    const char *also = variable(traccar, "CONFIG_USE_ENVIRONMENT_VARIABLES");
    return (wanted && strcasecmp(wanted->value, "true") == 0) || (also && strcasecmp(also, "true") == 0);
}

/* ---- values ---- */

const char *traccar_value(const struct traccar *traccar, const char *key)
{
    char name[2 * KEY_MAX];
    if (has_environment(traccar)) {
        name_variable(key, name, sizeof(name));
        const char *value = variable(traccar, name);
        if (value && value[0])
            return value;
    }
    const struct entry *entry = find(traccar, key);
    return entry ? entry->value : NULL;
}

const char *traccar_of_protocol(const struct traccar *traccar, const char *protocol, const char *suffix)
{
    char key[KEY_MAX];
    snprintf(key, sizeof(key), "%.60s.%.30s", protocol, suffix);
    return traccar_value(traccar, key);
}

bool traccar_has_tls(const struct traccar *traccar, const char *protocol)
{
    const char *value = traccar_of_protocol(traccar, protocol, "ssl");
    return value && strcasecmp(value, "true") == 0;
}

/* Is the protocol one of protocols.enable, where that is set? Its list is parted by commas or blanks. */
bool traccar_is_enabled(const struct traccar *traccar, const char *protocol)
{
    const char *enabled = traccar_value(traccar, "protocols.enable");
    if (!enabled || enabled[0] == '\0')
        return true;
    size_t length = strlen(protocol);
    for (const char *at = enabled; *at;) {
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

uint16_t traccar_port(const struct traccar *traccar, const char *protocol, uint16_t usual)
{
    uint16_t port = 0;
    if (!traccar_is_enabled(traccar, protocol))
        return 0;
    const char *value = traccar_of_protocol(traccar, protocol, "port");
    if (value)
        return read_port(value, &port) ? port : 0;
    return traccar->has_defaults ? 0 : usual;
}

bool traccar_has_bad_port(const struct traccar *traccar, const char *protocol, char *what, size_t size)
{
    char key[KEY_MAX];
    const char *value = traccar_of_protocol(traccar, protocol, "port");
    if (!value || !traccar_is_enabled(traccar, protocol))
        return false;
    /* as Java reads numbers: nothing but digits behind the sign */
    const char *digits = value + (value[0] == '-' || value[0] == '+');
    size_t length = strspn(digits, "0123456789");
    if (length > 0 && digits[length] == '\0' && strtoll(value, NULL, 10) <= INT32_MAX &&
        strtoll(value, NULL, 10) >= INT32_MIN)
        return false;
    snprintf(key, sizeof(key), "%.60s.port", protocol);
    const struct entry *entry = find(traccar, key);
    const char *file = !entry || entry->value != value ? "its environment"
                       : entry->is_default             ? "its file of defaults"
                                                       : traccar->path;
    char line[24] = "";
    if (entry && entry->value == value)
        snprintf(line, sizeof(line), ", line %u", entry->line);
    snprintf(what, size, "%.200s%s: %s is '%.40s', which is no number", file, line, key, value);
    return true;
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

void traccar_log_path(const struct traccar *traccar, const char *folder, char *out, size_t size)
{
    const char *set = traccar ? traccar_value(traccar, "logger.file") : NULL;
    const char *file = set && set[0] ? set : "logs/tracker-server.log", *name = strrchr(file, '/');
    find_path(traccar, folder, file, out, size);
    if (file[0] == '/' && access(out, F_OK) != 0)
        snprintf(out, size, "%s/logs/%s", folder, name + 1);
}

bool traccar_logs_to_console(const struct traccar *traccar)
{
    const char *value = traccar_value(traccar, "logger.console");
    return value && strcasecmp(value, "true") == 0;
}

uint16_t traccar_web_port(const struct traccar *traccar)
{
    const char *value = traccar_value(traccar, "web.port");
    uint16_t port;
    return value && read_port(value, &port) ? port : 8082;
}
