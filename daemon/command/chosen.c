/* SPDX-License-Identifier: Apache-2.0 */
/* --device, --peer, --protocol, --finding, --follow, -c, --for, --every, -w and what stands behind --. Used by settings. */
#include "command/chosen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/near.h"

enum { HOW = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, MODE = 0640 };

static bool fail(const char *command, const char *option, const char *error)
{
    command_fail("%s: --%s: %s.", command, option, error);
    return false;
}

static void add_words(struct settings *settings, const char *kind, const char *value)
{
    char *words = settings->chosen.words;
    size_t length = strlen(words), size = sizeof(settings->chosen.words);
    (void)snprintf(words + length, size - length, "%s%s %s", length > 0 ? ", " : "", kind, value);
}

static bool add_all(struct settings *settings, const char *command, const char *kind,
                    const struct words *words)
{
    char error[256];
    for (size_t i = 0; i < words->count; i++) {
        if (!filter_add(&settings->chosen.choice.filter, kind, words->list[i], error, sizeof(error)))
            return fail(command, kind, error);
        add_words(settings, kind, words->list[i]);
    }
    return true;
}

static bool know_protocols(const struct settings *settings, const char *command, const struct words *words)
{
    const struct protocol *const *protocols = settings_protocols(settings);
    for (size_t i = 0; i < words->count; i++) {
        struct near_search search = { .word = words->list[i] };
        bool is_known = false;
        for (size_t p = 0; protocols[p] && !is_known; p++) {
            is_known = strcasecmp(protocols[p]->name, words->list[i]) == 0 ||
                       (protocols[p]->alias && strcasecmp(protocols[p]->alias, words->list[i]) == 0);
            near_consider(&search, protocols[p]->name);
        }
        const char *near = near_found(&search);
        if (is_known)
            continue;
        command_fail("%s: --protocol %s: there is no such protocol.%s%s%s", command, words->list[i],
                     near ? " Did you mean " : " 'hexwatch protocols' lists them.", near ? near : "",
                     near ? "?" : "");
        return false;
    }
    return true;
}

/* "203.0.113.7:40312", "[2001:db8::1]:443": an address with a port. */
static bool read_peer(const char *text, struct endpoint *endpoint)
{
    const char *colon = strrchr(text, ':');
    bool is_v6 = text[0] == '[';
    if (!colon || (is_v6 && (colon == text || colon[-1] != ']')) || (!is_v6 && !strchr(text, '.')))
        return false;
    char *end;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || port == 0 || port > UINT16_MAX)
        return false;
    size_t skip = is_v6 ? 1 : 0;
    if (!endpoint_read(cursor_of(text + skip, (size_t)(colon - text) - 2 * skip), endpoint))
        return false;
    endpoint->port = (uint16_t)port;
    return true;
}

/* An address is a peer's, with a port one connection's; anything else is a device. */
static bool follow(struct settings *settings, const char *command, const char *whom)
{
    struct choice_settings *choice = &settings->chosen.choice;
    struct endpoint address;
    char error[256];
    settings->chosen.is_dump = true;
    if (read_peer(whom, &choice->only)) {
        add_words(settings, "peer", whom);
        return true;
    }
    const char *kind = endpoint_read(cursor_of_text(whom), &address) ? "peer" : "device";
    if (!filter_add(&choice->filter, kind, whom, error, sizeof(error)))
        return fail(command, "follow", error);
    add_words(settings, kind, whom);
    return true;
}

static bool join_expression(const struct options *options, const char *command, struct settings *settings)
{
    char *out = settings->chosen.expression;
    size_t length = 0, size = sizeof(settings->chosen.expression);
    for (size_t i = 0; options->expression[i]; i++) {
        int n = snprintf(out + length, size - length, "%s%s", i > 0 ? " " : "", options->expression[i]);
        length += n > 0 ? (size_t)n : 0;
        if (length < size)
            continue;
        command_fail("%s: the expression behind -- is longer than %zu characters. Give a shorter one.",
                     command, size - 1);
        return false;
    }
    return true;
}

bool chosen_read(const struct options *options, const char *command, struct settings *settings)
{
    struct filter *filter = &settings->chosen.choice.filter;
    if (!know_protocols(settings, command, &options->protocols) ||
        !add_all(settings, command, "device", &options->devices) ||
        !add_all(settings, command, "peer", &options->peers) ||
        !add_all(settings, command, "protocol", &options->protocols) ||
        !add_all(settings, command, "finding", &options->findings) ||
        (options->follow && !follow(settings, command, options->follow)) ||
        !join_expression(options, command, settings))
        return false;
    if (options->any_finding && filter->codes == 0) {
        filter->codes = (UINT64_C(1) << FINDING_CODES) - 1;
        add_words(settings, "any", "finding");
    }
    settings->chosen.choice.words = settings->chosen.words;
    settings->chosen.choice.limit = options->count;
    settings->chosen.span = options->span;
    settings->chosen.every = options->every;
    if (options->capture && strcmp(options->capture, "-") == 0) {
        command_fail(
            "%s: -w -: standard output has the lines. Name a file or a pipe, as -w >(wireshark -k -i -).",
            command);
        return false;
    }
    settings->chosen.file = options->capture;
    settings->chosen.fd = -1;
    return true;
}

/* A pipe is opened by two. */
static int open_file(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
        log_info("-w %s: waiting for somebody who reads it.", path);
    return open(path, HOW, MODE);
}

bool chosen_keep(const struct settings *settings, const struct keep_parts *parts, struct keep **keep,
                 char *error, size_t size)
{
    const char *path = settings->chosen.file;
    struct keep_settings file = { .fd = settings->chosen.fd,
                                  .path = path,
                                  .never = settings->judge.web_port };
    *keep = NULL;
    if (!path)
        return true;
    if (file.fd < 0)
        file.fd = open_file(path);
    if (file.fd < 0) {
        (void)snprintf(error, size, "-w %s: %s. Name a file that can be written", path, strerror(errno));
        return false;
    }
    (void)!ftruncate(file.fd, 0); /* what is no file keeps nothing */
    *keep = keep_new(&file, parts);
    return *keep != NULL;
}

bool chosen_open_file(const char *command, struct settings *settings)
{
    const char *path = settings->chosen.file;
    if (!path || settings->chosen.fd >= 0)
        return true;
    settings->chosen.fd = open_file(path);
    if (settings->chosen.fd >= 0)
        return true;
    command_fail("%s: -w %s: %s. Name a file that can be written.", command, path, strerror(errno));
    return false;
}
