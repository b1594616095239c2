/* SPDX-License-Identifier: Apache-2.0 */
/* Reads hexwatch.conf (libconfig) into settings. Every error says file and line; an unknown key is an error, so that a
 * misspelt one is not silently a default. */
#include <libconfig.h>
#include <stdio.h>
#include <string.h>

#include "command/settings.h"

enum { SECOND = 1000000 };

struct reader {
    const char *path;
    struct settings *settings;
    char *error;
    size_t size;
};

static bool fail(const struct reader *reader, const config_setting_t *setting, const char *what)
{
    const char *file = config_setting_source_file(setting); /* an included one has lines of its own */
    snprintf(reader->error, reader->size, "%s, line %u: %s: %s", file ? file : reader->path,
             config_setting_source_line(setting),
             config_setting_name(setting) ? config_setting_name(setting) : "?", what);
    return false;
}

static bool take_bool(const struct reader *reader, const config_setting_t *setting, bool *out)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return fail(reader, setting, "it is true or false, without quotes");
    *out = config_setting_get_bool(setting) != 0;
    return true;
}

static bool take_number(const struct reader *reader, const config_setting_t *setting, long long least,
                        long long most, long long *out)
{
    char what[96];
    int type = config_setting_type(setting);
    bool is_number = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    long long value = is_number ? config_setting_get_int64(setting) : 0;
    if (!is_number || value < least || value > most) {
        snprintf(what, sizeof(what), "it is a whole number of %lld to %lld, without quotes", least, most);
        return fail(reader, setting, what);
    }
    *out = value;
    return true;
}

static bool take_text(const struct reader *reader, const config_setting_t *setting, char *out, size_t size)
{
    char what[96];
    const char *text = config_setting_get_string(setting);
    if (!text)
        return fail(reader, setting, "it is a text in double quotes");
    if (strlen(text) >= size) {
        snprintf(what, sizeof(what), "it is longer than %zu characters", size - 1);
        return fail(reader, setting, what);
    }
    strcpy(out, text);
    return true;
}

static bool take_ports(const struct reader *reader, const config_setting_t *setting, struct portset *out)
{
    char text[1024], what[256];
    struct portset ports = { 0 };
    if (!take_text(reader, setting, text, sizeof(text)))
        return false;
    if (text[0] == '\0')
        return true; /* the default */
    if (!portset_parse(&ports, text, what, sizeof(what)))
        return fail(reader, setting, what);
    *out = ports;
    return true;
}

static bool is(const config_setting_t *setting, const char *name)
{
    return strcmp(config_setting_name(setting), name) == 0;
}

static bool unknown(const struct reader *reader, const config_setting_t *setting)
{
    return fail(reader, setting, "there is no such setting here. Compare with the commented hexwatch.conf");
}

static bool read_listen(const struct reader *reader, const config_setting_t *setting)
{
    struct settings *settings = reader->settings;
    long long number;
    if (is(setting, "enabled"))
        return take_bool(reader, setting, &settings->listen.on);
    if (is(setting, "ports"))
        return take_ports(reader, setting, &settings->listen.ports);
    if (is(setting, "address"))
        return take_text(reader, setting, settings->listen.address, sizeof(settings->listen.address));
    if (is(setting, "answer"))
        return take_bool(reader, setting, &settings->listen.answer);
    if (is(setting, "connections")) {
        if (!take_number(reader, setting, 0, 1000000, &number))
            return false;
        settings->listen.connections = (unsigned)number;
        return true;
    }
    if (is(setting, "idle")) {
        if (!take_number(reader, setting, 10, 86400, &number))
            return false;
        settings->listen.idle = (int)number;
        return true;
    }
    return unknown(reader, setting);
}

static bool read_sniff(const struct reader *reader, const config_setting_t *setting)
{
    struct settings *settings = reader->settings;
    if (is(setting, "enabled"))
        return take_bool(reader, setting, &settings->sniff.on);
    if (is(setting, "ports"))
        return take_ports(reader, setting, &settings->sniff.ports);
    if (is(setting, "interface"))
        return take_text(reader, setting, settings->sniff.interface, sizeof(settings->sniff.interface));
    return unknown(reader, setting);
}

static bool read_hexlog(const struct reader *reader, const config_setting_t *setting)
{
    struct settings *settings = reader->settings;
    long long number;
    if (is(setting, "folder"))
        return take_text(reader, setting, settings->hexlog.folder, sizeof(settings->hexlog.folder));
    if (is(setting, "size")) {
        if (!take_number(reader, setting, 4096, 1LL << 40, &number))
            return false;
        settings->hexlog.size = (uint64_t)number;
        return true;
    }
    if (is(setting, "keep")) {
        if (!take_number(reader, setting, 0, 99, &number))
            return false;
        settings->hexlog.keep = (unsigned)number;
        return true;
    }
    return unknown(reader, setting);
}

static bool read_events(const struct reader *reader, const config_setting_t *setting)
{
    char text[16];
    if (is(setting, "format")) {
        if (!take_text(reader, setting, text, sizeof(text)))
            return false;
        if (strcmp(text, "text") != 0 && strcmp(text, "json") != 0)
            return fail(reader, setting, "it is \"text\" or \"json\"");
        reader->settings->json = strcmp(text, "json") == 0;
        return true;
    }
    if (is(setting, "lines")) {
        bool on;
        if (!take_bool(reader, setting, &on))
            return false;
        reader->settings->output = on ? OUTPUT_LINES : OUTPUT_SUMMARY;
        return true;
    }
    return unknown(reader, setting);
}

static bool read_findings(const struct reader *reader, const config_setting_t *setting)
{
    struct judge_settings *judge = &reader->settings->judge;
    long long number;
    if (is(setting, "fix_minutes")) {
        if (!take_number(reader, setting, 1, 1440, &number))
            return false;
        judge->fix_wait = number * 60 * SECOND;
        return true;
    }
    if (is(setting, "silent_seconds")) {
        if (!take_number(reader, setting, 5, 86400, &number))
            return false;
        judge->silent_wait = number * SECOND;
        return true;
    }
    return unknown(reader, setting);
}

static bool read_limits(const struct reader *reader, const config_setting_t *setting)
{
    struct settings *settings = reader->settings;
    long long number;
    if (is(setting, "sessions")) {
        if (!take_number(reader, setting, 16, 1000000, &number))
            return false;
        settings->session.sessions = (size_t)number;
        return true;
    }
    if (is(setting, "devices")) {
        if (!take_number(reader, setting, 16, 1000000, &number))
            return false;
        settings->judge.devices = settings->judge.findings = (size_t)number;
        return true;
    }
    if (is(setting, "message_seconds")) {
        if (!take_number(reader, setting, 1, 600, &number))
            return false;
        settings->session.message_wait = number * SECOND;
        return true;
    }
    return unknown(reader, setting);
}

static const struct group_reader {
    const char *name;
    bool (*read)(const struct reader *reader, const config_setting_t *setting);
} groups[] = {
    { "listen", read_listen }, { "sniff", read_sniff },       { "hexlog", read_hexlog },
    { "events", read_events }, { "findings", read_findings }, { "limits", read_limits },
};

static bool read_group(const struct reader *reader, const config_setting_t *setting)
{
    if (is(setting, "user"))
        return take_text(reader, setting, reader->settings->user, sizeof(reader->settings->user));
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (!is(setting, groups[i].name))
            continue;
        if (!config_setting_is_group(setting))
            return fail(reader, setting, "it is a group: name = { … };");
        for (int k = 0; k < config_setting_length(setting); k++) {
            if (!groups[i].read(reader, config_setting_get_elem(setting, (unsigned)k)))
                return false;
        }
        return true;
    }
    return unknown(reader, setting);
}

bool settings_read_file(const char *path, struct settings *settings, char *error, size_t size)
{
    struct reader reader = { path, settings, error, size };
    config_t config;
    bool is_fine = true;
    config_init(&config);
    if (!config_read_file(&config, path)) {
        if (config_error_type(&config) == CONFIG_ERR_FILE_IO)
            snprintf(error, size, "%s: the file cannot be read. Name an existing one with -c", path);
        else
            snprintf(error, size, "%s, line %d: %s. A setting is name = value;",
                     config_error_file(&config) ? config_error_file(&config) : path,
                     config_error_line(&config), config_error_text(&config));
        is_fine = false;
    }
    const config_setting_t *root = is_fine ? config_root_setting(&config) : NULL;
    for (int i = 0; is_fine && i < config_setting_length(root); i++)
        is_fine = read_group(&reader, config_setting_get_elem(root, (unsigned)i));
    config_destroy(&config);
    return is_fine;
}
