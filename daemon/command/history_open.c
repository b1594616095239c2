/* SPDX-License-Identifier: Apache-2.0 */
/* Beginnings of the commands history and bundle. */
#include "command/history_open.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "command/state.h"
#include "protocol/registry.h"
#include "verdict/ports.h"

enum { SECOND = 1000000 };

struct history_reader *history_open(const struct options *options, char *error, size_t size)
{
    char path[PATH_LENGTH];
    struct settings *settings = calloc(1, sizeof(*settings));
    const char *config = options->config ? options->config : HEXWATCH_CONFIG;
    snprintf(error, size, "out of memory");
    if (!settings)
        return NULL;
    settings_init(settings);
    bool is_fine = options->history || settings_read_file(config, settings, error, size);
    state_history(settings, path);
    settings_free(settings);
    free(settings);
    /* the usual configuration may be missing, or not be this user's to read */
    if (!is_fine && options->config)
        return NULL;
    if (options->history || path[0])
        return history_reader_open(options->history ? options->history : path, error, size);
    snprintf(error, size, "%s keeps no history (history.file). Name a file there, or with --history", config);
    return NULL;
}

bool history_read_time(const char *text, int64_t now, int64_t *micros)
{
    static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S",
                                         "%Y-%m-%dT%H:%M:%S" };
    int64_t span, seconds;
    if (options_read_span(text, &span)) {
        *micros = now - span;
        return true;
    }
    if (strchr(text, 'Z') && calendar_read_iso(cursor_of_text(text), &seconds)) {
        *micros = seconds * SECOND;
        return true;
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm parts = { .tm_isdst = -1 };
        const char *end = strptime(text, forms[i], &parts);
        if (!end || *end != '\0')
            continue;
        parts.tm_isdst = -1;
        time_t when = mktime(&parts);
        *micros = (int64_t)when * SECOND;
        return when != (time_t)-1;
    }
    return false;
}

bool masking_start(const struct options *options, struct masking *masking)
{
    *masking = (struct masking){ 0 };
    if (!options->mask)
        return true;
    masking->detector = detector_new(registry);
    masking->ports = ports_new(registry);
    if (masking->detector && masking->ports)
        masking->mask = mask_new(masking->detector, masking->ports, options->keep_unknown);
    if (masking->mask)
        return true;
    masking_end(masking);
    return false;
}

void masking_end(struct masking *masking)
{
    mask_free(masking->mask);
    ports_free(masking->ports);
    detector_free(masking->detector);
    *masking = (struct masking){ 0 };
}

void masking_tell(const struct masking *masking, const struct options *options)
{
    if (!masking->mask)
        return;
    struct mask_counts counts = mask_counts(masking->mask);
    if (counts.unknown > 0 && options->keep_unknown)
        log_warning(
            "%llu messages that no protocol claims are shown as they came: they may hold an id or a place.",
            (unsigned long long)counts.unknown);
    else if (counts.unknown > 0)
        log_info("of %llu messages that no protocol claims nearly all bytes are hidden. --keep-unknown shows "
                 "them, "
                 "with what they may hold.",
                 (unsigned long long)counts.unknown);
}
