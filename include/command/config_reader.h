/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of hexwatch.conf share. Between config and config_lists alone. */
#ifndef COMMAND_CONFIG_READER_H
#define COMMAND_CONFIG_READER_H

#include <libconfig.h>

#include "command/settings.h"

struct config_reader {
    const char *path;
    struct settings *settings;
    char *error;
    size_t size;
};

/* False; the error says where the setting stands, and what is wrong with it. */
bool config_fail(const struct config_reader *reader, const config_setting_t *setting, const char *what);

/* A text in quotes; false: it is none, or too long, and the error says so. */
MUST_CHECK bool config_take_text(const struct config_reader *reader, const config_setting_t *setting,
                                 char *out, size_t size);

/* The lists `expect` and `portmap`. */
MUST_CHECK bool config_read_expected(const struct config_reader *reader, const config_setting_t *list);
MUST_CHECK bool config_read_portmap(const struct config_reader *reader, const config_setting_t *list);

#endif
