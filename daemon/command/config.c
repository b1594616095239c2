/* SPDX-License-Identifier: Apache-2.0 */
/* Reads hexwatch.conf (libconfig) into settings. Every error says file and line; an unknown key is an error, so that a
 * misspelt one is not silently a default. */
#include <libconfig.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "command/config_reader.h"

#define SECOND INT64_C(1000000)

enum kind {
    BOOL,
    NOT,    /* a bool whose false is the member's 1 */
    NUMBER, /* from least to most; the member holds it times unit */
    TEXT,
    ADDRESS, /* a numeric one, or "" */
    PORTS,   /* "" leaves the default */
    FORMAT,
    INTAKE
};

#define MEMBER(name) offsetof(struct settings, name), sizeof(((struct settings *)NULL)->name)

/* What may be set, and where it goes; two rows where one key sets two members. */
static const struct key {
    const char *group, *name;
    enum kind kind;
    size_t offset, size;
    int64_t least, most, unit;
} keys[] = {
    { "", "user", TEXT, MEMBER(user), 0, 0, 0 },
    { "", "protocols", TEXT, MEMBER(protocols), 0, 0, 0 },
    { "", "intake", INTAKE, MEMBER(intake), 0, 0, 0 },
    { "listen", "enabled", BOOL, MEMBER(listen.on), 0, 0, 0 },
    { "listen", "ports", PORTS, MEMBER(listen.ports), 0, 0, 0 },
    { "listen", "address", ADDRESS, MEMBER(listen.address), 0, 0, 0 },
    { "listen", "answer", BOOL, MEMBER(listen.answer), 0, 0, 0 },
    { "listen", "connections", NUMBER, MEMBER(listen.connections), 0, 1000000, 1 },
    { "listen", "idle", NUMBER, MEMBER(listen.idle), 10, 86400, 1 },
    { "sniff", "enabled", BOOL, MEMBER(sniff.on), 0, 0, 0 },
    { "sniff", "ports", PORTS, MEMBER(sniff.ports), 0, 0, 0 },
    { "sniff", "interface", TEXT, MEMBER(sniff.interface), 0, 0, 0 },
    { "log", "enabled", BOOL, MEMBER(log.on), 0, 0, 0 },
    { "log", "file", TEXT, MEMBER(log.file), 0, 0, 0 },
    { "hexlog", "folder", TEXT, MEMBER(hexlog.folder), 0, 0, 0 },
    { "hexlog", "size", NUMBER, MEMBER(hexlog.size), 4096, INT64_C(1) << 40, 1 },
    { "hexlog", "keep", NUMBER, MEMBER(hexlog.keep), 0, 99, 1 },
    { "history", "file", TEXT, MEMBER(history.file), 0, 0, 0 },
    { "history", "days", NUMBER, MEMBER(history.age), 1, 3650, 86400 * SECOND },
    { "history", "megabytes", NUMBER, MEMBER(history.bytes), 4, 1000000, 1 << 20 },
    { "history", "messages_per_device", NUMBER, MEMBER(history.messages), 10, 10000000, 1 },
    { "control", "socket", TEXT, MEMBER(control.socket), 0, 0, 0 },
    { "control", "group", TEXT, MEMBER(control.group), 0, 0, 0 },
    { "web", "address", ADDRESS, MEMBER(web.address), 0, 0, 0 },
    { "web", "port", NUMBER, MEMBER(web.port), 0, 65535, 1 },
    { "web", "token", TEXT, MEMBER(web.token), 0, 0, 0 },
    { "web", "hosts", TEXT, MEMBER(web.hosts), 0, 0, 0 },
    { "web", "proxy", BOOL, MEMBER(web.proxy), 0, 0, 0 },
    { "events", "format", FORMAT, MEMBER(json), 0, 0, 0 },
    { "events", "lines", NOT, MEMBER(output), 0, 0, 0 },
    { "findings", "fix_minutes", NUMBER, MEMBER(judge.fix_wait), 1, 1440, 60 * SECOND },
    { "findings", "silent_seconds", NUMBER, MEMBER(judge.silent_wait), 5, 86400, SECOND },
    { "findings", "forget_hours", NUMBER, MEMBER(judge.forget), 1, 720, 3600 * SECOND },
    { "limits", "sessions", NUMBER, MEMBER(peers), 16, 1000000, 1 },
    { "limits", "address_share", NUMBER, MEMBER(share), 1, 100, 1 },
    { "limits", "unfinished_bytes", NUMBER, MEMBER(session.unfinished), 65536, 1 << 30, 1 },
    { "limits", "devices", NUMBER, MEMBER(judge.devices), 16, 1000000, 1 },
    { "limits", "devices", NUMBER, MEMBER(judge.findings), 16, 1000000, 1 },
    { "limits", "message_seconds", NUMBER, MEMBER(session.message_wait), 1, 600, SECOND },
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

_Static_assert(OUTPUT_LINES == 0 && OUTPUT_SUMMARY == 1, "events.lines is their opposite");

bool settings_key(size_t index, const char **group, const char **name)
{
    if (index >= KEYS)
        return false;
    *group = keys[index].group;
    *name = keys[index].name;
    return true;
}

static void say_where(const struct config_reader *reader, const config_setting_t *setting)
{
    const char *file = config_setting_source_file(setting); /* an included one has lines of its own */
    snprintf(reader->error, reader->size, "%s, line %u: %s", file ? file : reader->path,
             config_setting_source_line(setting),
             config_setting_name(setting) ? config_setting_name(setting) : "?");
}

bool config_fail(const struct config_reader *reader, const config_setting_t *setting, const char *what)
{
    say_where(reader, setting);
    size_t length = strlen(reader->error);
    snprintf(reader->error + length, reader->size - length, ": %s", what);
    return false;
}

/* Into a member of any of the integer types. */
static void store(const struct config_reader *reader, const struct key *key, int64_t value)
{
    char *member = (char *)reader->settings + key->offset;
    if (key->size == sizeof(int64_t))
        memcpy(member, &value, sizeof(value));
    else if (key->size == sizeof(int32_t))
        memcpy(member, &(int32_t){ (int32_t)value }, sizeof(int32_t));
    else
        memcpy(member, &(bool){ value != 0 }, sizeof(bool));
}

static bool take_bool(const struct config_reader *reader, const struct key *key,
                      const config_setting_t *setting)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return config_fail(reader, setting, "it is true or false, without quotes");
    bool is_on = config_setting_get_bool(setting) != 0;
    store(reader, key, key->kind == NOT ? !is_on : is_on);
    return true;
}

static bool take_number(const struct config_reader *reader, const struct key *key,
                        const config_setting_t *setting)
{
    char what[96];
    int type = config_setting_type(setting);
    bool is_number = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    int64_t value = is_number ? config_setting_get_int64(setting) : 0;
    if (!is_number || value < key->least || value > key->most) {
        snprintf(what, sizeof(what), "it is a whole number of %lld to %lld, without quotes",
                 (long long)key->least, (long long)key->most);
        return config_fail(reader, setting, what);
    }
    store(reader, key, value * key->unit);
    return true;
}

bool config_take_text(const struct config_reader *reader, const config_setting_t *setting, char *out,
                      size_t size)
{
    char what[96];
    const char *text = config_setting_get_string(setting);
    if (!text)
        return config_fail(reader, setting, "it is a text in double quotes");
    if (strlen(text) >= size) {
        snprintf(what, sizeof(what), "it is longer than %zu characters", size - 1);
        return config_fail(reader, setting, what);
    }
    strcpy(out, text);
    return true;
}

static bool take_address(const struct config_reader *reader, const struct key *key,
                         const config_setting_t *setting)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST }, *found;
    char *address = (char *)reader->settings + key->offset;
    if (!config_take_text(reader, setting, address, key->size))
        return false;
    if (address[0] == '\0')
        return true;
    if (getaddrinfo(address, NULL, &hints, &found) != 0)
        return config_fail(
            reader, setting,
            "it is no numeric address. Write one like 192.0.2.1 or 2001:db8::1, or \"\" for all");
    freeaddrinfo(found);
    return true;
}

static bool take_ports(const struct config_reader *reader, const struct key *key,
                       const config_setting_t *setting)
{
    char text[1024], what[256];
    struct portset ports = { 0 };
    if (!config_take_text(reader, setting, text, sizeof(text)))
        return false;
    if (text[0] == '\0')
        return true;
    if (!portset_parse(&ports, text, what, sizeof(what)))
        return config_fail(reader, setting, what);
    memcpy((char *)reader->settings + key->offset, &ports, sizeof(ports));
    return true;
}

static bool take_format(const struct config_reader *reader, const struct key *key,
                        const config_setting_t *setting)
{
    char text[16];
    if (!config_take_text(reader, setting, text, sizeof(text)))
        return false;
    if (strcmp(text, "text") != 0 && strcmp(text, "json") != 0)
        return config_fail(reader, setting, "it is \"text\" or \"json\"");
    store(reader, key, strcmp(text, "json") == 0);
    return true;
}

static bool take_intake(const struct config_reader *reader, const struct key *key,
                        const config_setting_t *setting)
{
    static const char *const words[] = { "auto", "listen", "sniff", "none" };
    char text[16];
    if (!config_take_text(reader, setting, text, sizeof(text)))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i]) != 0)
            continue;
        store(reader, key, (int64_t)i);
        return true;
    }
    return config_fail(reader, setting, "it is \"auto\", \"listen\", \"sniff\" or \"none\"");
}

static bool take(const struct config_reader *reader, const struct key *key, const config_setting_t *setting)
{
    switch (key->kind) {
    case BOOL:
    case NOT:
        return take_bool(reader, key, setting);
    case NUMBER:
        return take_number(reader, key, setting);
    case TEXT:
        return config_take_text(reader, setting, (char *)reader->settings + key->offset, key->size);
    case INTAKE:
        return take_intake(reader, key, setting);
    case ADDRESS:
        return take_address(reader, key, setting);
    case PORTS:
        return take_ports(reader, key, setting);
    default:
        return take_format(reader, key, setting);
    }
}

static bool fail_unknown(const struct config_reader *reader, const char *group,
                         const config_setting_t *setting)
{
    char what[160];
    struct near_search search = { .word = config_setting_name(setting) };
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].group, group) == 0)
            near_consider(&search, keys[i].name);
        if (group[0] == '\0')
            near_consider(&search, keys[i].group);
    }
    const char *near = near_found(&search);
    snprintf(what, sizeof(what),
             "there is no such setting here.%s%s%s Compare with the commented hexwatch.conf",
             near ? " Did you mean '" : "", near ? near : "", near ? "'?" : "");
    return config_fail(reader, setting, what);
}

/* One setting of a group, "" outside all. */
static bool read_setting(const struct config_reader *reader, const char *group,
                         const config_setting_t *setting)
{
    bool is_known = false;
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].group, group) != 0 || strcmp(keys[i].name, config_setting_name(setting)) != 0)
            continue;
        is_known = true;
        if (!take(reader, &keys[i], setting))
            return false;
    }
    return is_known || fail_unknown(reader, group, setting);
}

static bool is_group(const char *name)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].group, name) == 0)
            return true;
    }
    return false;
}

static bool read_outer(const struct config_reader *reader, const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    if (strcmp(name, "expect") == 0)
        return config_read_expected(reader, setting);
    if (strcmp(name, "portmap") == 0)
        return config_read_portmap(reader, setting);
    if (!is_group(name))
        return read_setting(reader, "", setting);
    if (!config_setting_is_group(setting))
        return config_fail(reader, setting, "it is a group: name = { … };");
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (!read_setting(reader, name, config_setting_get_elem(setting, (unsigned)i)))
            return false;
    }
    return true;
}

bool settings_read_file(const char *path, struct settings *settings, char *error, size_t size)
{
    struct config_reader reader = { path, settings, error, size };
    config_t config;
    FILE *file = command_open_text(path);
    if (!file) {
        snprintf(error, size, "%s: the file cannot be read. Name an existing one with -c", path);
        return false;
    }
    config_init(&config);
    bool is_fine = config_read(&config, file);
    fclose(file);
    if (!is_fine)
        snprintf(error, size, "%s, line %d: %s. A setting is name = value;",
                 config_error_file(&config) ? config_error_file(&config) : path, config_error_line(&config),
                 config_error_text(&config));
    const config_setting_t *root = is_fine ? config_root_setting(&config) : NULL;
    for (int i = 0; is_fine && i < config_setting_length(root); i++)
        is_fine = read_outer(&reader, config_setting_get_elem(root, (unsigned)i));
    config_destroy(&config);
    return is_fine;
}

void settings_where(const char *path, const char *key, char *out, size_t size)
{
    config_t config;
    FILE *file = command_open_text(path);
    config_init(&config);
    const config_setting_t *setting = file && config_read(&config, file) ? config_lookup(&config, key) : NULL;
    const struct config_reader reader = { path, NULL, out, size };
    if (setting)
        say_where(&reader, setting);
    else
        snprintf(out, size, "%s: %s", path, key);
    if (file)
        fclose(file);
    config_destroy(&config);
}
