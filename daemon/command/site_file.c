/* SPDX-License-Identifier: Apache-2.0 */
/* Reads protocols.d (libconfig) into the site's protocols. A stanza that is wrong never stops the others. */
#include "command/site_file.h"

#include <errno.h>
#include <glob.h>
#include <libconfig.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "command/command.h"

enum { HEADS_MAX = 32, ERROR_MAX = 256, PATH_MAX_LENGTH = 600 };

/* The members of a stanza and of a form; anything else is a slip of the pen. */
static const char *const stanza_keys[] = { "name",  "base",   "port",    "transports", "heads",
                                           "ends",  "end",    "longest", "weak_heads", "shape",
                                           "check", "answer", "example", "forms",      NULL };
static const char *const form_keys[] = { "type", "grammar", "valid",     "always_valid",
                                         "zone", "answer",  "certainty", NULL };

static const struct {
    const char *name;
    enum check check;
} checks[] = {
    { "none", CHECK_NONE },
    { "xor", CHECK_XOR },
    { "sum", CHECK_SUM_8 },
    { "crc16-x25", CHECK_CRC16_X25 },
    { "crc16-ccitt-false", CHECK_CRC16_CCITT_FALSE },
    { "crc16-xmodem", CHECK_CRC16_XMODEM },
    { "crc16-kermit", CHECK_CRC16_KERMIT },
    { "crc16-modbus", CHECK_CRC16_MODBUS },
    { "crc16-arc", CHECK_CRC16_ARC },
};

struct stanza_reader {
    char *error;                /* ERROR_MAX bytes */
    const config_setting_t *at; /* what is wrong */
};

static bool fail(struct stanza_reader *reader, const config_setting_t *at, const char *what)
{
    reader->at = at;
    snprintf(reader->error, ERROR_MAX, "%s: %s",
             config_setting_name(at) ? config_setting_name(at) : "protocol", what);
    return false;
}

static bool check_keys(struct stanza_reader *reader, const config_setting_t *group, const char *const *keys)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        const char *const *key = keys;
        while (*key && strcmp(*key, config_setting_name(member)) != 0)
            key++;
        if (!*key)
            return fail(reader, member, "there is no such key here. Compare with the example in protocols.d");
    }
    return true;
}

/* The text of a member, NULL without it. */
static bool take_text(struct stanza_reader *reader, const config_setting_t *group, const char *name,
                      const char **out)
{
    const config_setting_t *member = config_setting_get_member(group, name);
    if (!member)
        return true;
    *out = config_setting_get_string(member);
    return *out || fail(reader, member, "it is a text in double quotes");
}

static bool take_number(struct stanza_reader *reader, const config_setting_t *group, const char *name,
                        int least, int most, int *out)
{
    const config_setting_t *member = config_setting_get_member(group, name);
    char what[80];
    if (!member)
        return true;
    *out = config_setting_get_int(member);
    if (config_setting_type(member) == CONFIG_TYPE_INT && *out >= least && *out <= most)
        return true;
    snprintf(what, sizeof(what), "it is a whole number of %d to %d", least, most);
    return fail(reader, member, what);
}

static bool take_bool(struct stanza_reader *reader, const config_setting_t *group, const char *name,
                      bool *out)
{
    const config_setting_t *member = config_setting_get_member(group, name);
    if (!member)
        return true;
    *out = config_setting_get_bool(member);
    return config_setting_type(member) == CONFIG_TYPE_BOOL ||
           fail(reader, member, "it is true or false, without quotes");
}

static bool take_transports(struct stanza_reader *reader, const config_setting_t *stanza,
                            struct site_stanza *out)
{
    const char *text = NULL;
    if (!take_text(reader, stanza, "transports", &text))
        return false;
    if (!text)
        return true;
    out->transports = strcmp(text, "tcp") == 0                                       ? OVER_TCP
                      : strcmp(text, "udp") == 0                                     ? OVER_UDP
                      : strcmp(text, "tcp,udp") == 0 || strcmp(text, "udp,tcp") == 0 ? OVER_TCP | OVER_UDP
                                                                                     : 0;
    return out->transports || fail(reader, config_setting_get_member(stanza, "transports"),
                                   "it is \"tcp\", \"udp\" or \"tcp,udp\"");
}

static bool take_check(struct stanza_reader *reader, const config_setting_t *stanza,
                       struct text_protocol *out)
{
    const char *text = NULL;
    if (!take_text(reader, stanza, "check", &text))
        return false;
    for (size_t i = 0; text && i < sizeof(checks) / sizeof(checks[0]); i++) {
        if (strcmp(text, checks[i].name) == 0) {
            out->check = checks[i].check;
            return true;
        }
    }
    return !text || fail(reader, config_setting_get_member(stanza, "check"),
                         "it is xor, sum, or crc16-x25, -ccitt-false, -xmodem, -kermit, -modbus, -arc");
}

static bool take_heads(struct stanza_reader *reader, const config_setting_t *stanza,
                       struct head heads[static HEADS_MAX + 1])
{
    const config_setting_t *list = config_setting_get_member(stanza, "heads");
    int n = list ? config_setting_length(list) : 0;
    if (n > HEADS_MAX)
        return fail(reader, list, "at most 32");
    for (int i = 0; i < n; i++) {
        const char *text = config_setting_get_string_elem(list, i);
        if (!text)
            return fail(reader, list, "each is a text in double quotes; \\x24 writes a byte");
        heads[i] = (struct head){ text, strlen(text) };
    }
    return true;
}

static bool take_form(struct stanza_reader *reader, const config_setting_t *group, struct text_form *form)
{
    const char *certainty = NULL;
    if (!config_setting_is_group(group))
        return fail(reader, group, "each form stands in braces");
    if (!check_keys(reader, group, form_keys) || !take_text(reader, group, "type", &form->type) ||
        !take_text(reader, group, "grammar", &form->grammar.regex) ||
        !take_text(reader, group, "valid", &form->valid) ||
        !take_bool(reader, group, "always_valid", &form->always_valid) ||
        !take_number(reader, group, "zone", -840, 840, &form->zone) ||
        !take_text(reader, group, "answer", &form->answer) ||
        !take_text(reader, group, "certainty", &certainty))
        return false;
    if (!form->grammar.regex)
        return fail(reader, group, "a form needs a grammar");
    if (certainty && strcmp(certainty, "likely") == 0)
        form->claim = CLAIM_LIKELY;
    else if (certainty && strcmp(certainty, "possible") == 0)
        form->claim = CLAIM_POSSIBLE;
    else if (certainty && strcmp(certainty, "certain") != 0)
        return fail(reader, config_setting_get_member(group, "certainty"),
                    "it is certain, likely or possible");
    return true;
}

static bool take_forms(struct stanza_reader *reader, const config_setting_t *stanza,
                       struct text_protocol *text)
{
    const config_setting_t *list = config_setting_get_member(stanza, "forms");
    int n = list ? config_setting_length(list) : 0;
    if (n >= TEXT_FORMS_MAX)
        return fail(reader, list, "too many forms");
    for (int i = 0; i < n; i++) {
        if (!take_form(reader, config_setting_get_elem(list, (unsigned)i), &text->forms[i]))
            return false;
    }
    return true;
}

static bool take_stanza(struct stanza_reader *reader, struct site *site, const config_setting_t *group)
{
    struct head heads[HEADS_MAX + 1] = { { NULL, 0 } };
    struct site_stanza stanza = { .heads = heads };
    struct text_protocol *text = &stanza.text;
    int port = 0, longest = 0;
    if (!config_setting_is_group(group))
        return fail(reader, group, "each protocol stands in braces");
    if (!check_keys(reader, group, stanza_keys) || !take_text(reader, group, "name", &stanza.name) ||
        !take_text(reader, group, "base", &stanza.base) ||
        !take_number(reader, group, "port", 1, 65535, &port) || !take_transports(reader, group, &stanza) ||
        !take_heads(reader, group, heads) || !take_text(reader, group, "ends", &text->ends) ||
        !take_text(reader, group, "end", &text->end) ||
        !take_number(reader, group, "longest", 1, MESSAGE_MAX, &longest) ||
        !take_bool(reader, group, "weak_heads", &text->weak_heads) ||
        !take_text(reader, group, "shape", &text->shape.regex) || !take_check(reader, group, text) ||
        !take_text(reader, group, "answer", &text->answer) ||
        !take_text(reader, group, "example", &stanza.example) || !take_forms(reader, group, text))
        return false;
    stanza.port = (uint16_t)port;
    text->longest = (size_t)longest;
    reader->at = group;
    return site_add(site, &stanza, reader->error, ERROR_MAX);
}

static int read_list(struct site *site, const char *path, const config_t *config)
{
    const config_setting_t *list = config_lookup(config, "protocols");
    int refused = 0;
    if (!list || !config_setting_is_list(list)) {
        log_warning("%s: there is no list 'protocols = ( … );' in it. The file is left out.", path);
        return -1;
    }
    for (int i = 0; i < config_setting_length(list); i++) {
        char error[ERROR_MAX] = "";
        struct stanza_reader reader = { error, NULL };
        if (take_stanza(&reader, site, config_setting_get_elem(list, (unsigned)i)))
            continue;
        log_warning("%s, line %u: %s. This protocol is left out.", path,
                    config_setting_source_line(reader.at), error);
        refused++;
    }
    return refused;
}

int site_read_file(struct site *site, const char *path)
{
    config_t config;
    FILE *file = command_open_text(path);
    if (!file) {
        log_warning("%s: %s. The file is left out.", path, strerror(errno));
        return -1;
    }
    config_init(&config);
    int refused = -1;
    if (config_read(&config, file))
        refused = read_list(site, path, &config);
    else
        log_warning("%s, line %d: %s. The file is left out.", path, config_error_line(&config),
                    config_error_text(&config));
    config_destroy(&config);
    fclose(file);
    return refused;
}

bool site_read_folder(struct site *site, const char *folder, bool is_optional, char *error, size_t size)
{
    char pattern[PATH_MAX_LENGTH];
    struct stat is;
    glob_t found;
    if (stat(folder, &is) != 0 || !S_ISDIR(is.st_mode)) {
        snprintf(error, size, "protocols: %s is no folder. Make it, or name another", folder);
        return is_optional;
    }
    if (snprintf(pattern, sizeof(pattern), "%s/*.conf", folder) >= (int)sizeof(pattern)) {
        snprintf(error, size, "protocols: the folder's name is too long");
        return false;
    }
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            (void)site_read_file(site, found.gl_pathv[i]);
        globfree(&found);
    }
    return true;
}
