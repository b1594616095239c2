/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the place of the history. Called by live and outlets, which keep it, and by the commands that read it. */
#include "command/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYSTEMS_FOLDER "/var/lib/hexwatch"
#define NAME "history.db"

void state_history(const struct settings *settings, char out[static PATH_LENGTH])
{
    const char *folder = getenv("STATE_DIRECTORY"); /* systemd's word for StateDirectory= */
    if (strcmp(settings->history.file, AUTO) != 0) {
        snprintf(out, PATH_LENGTH, "%s", settings->history.file);
        return;
    }
    if (!folder || folder[0] != '/')
        folder = SYSTEMS_FOLDER;
    int length = (int)strcspn(folder, ":");
    if (snprintf(out, PATH_LENGTH, "%.*s/" NAME, length, folder) >= PATH_LENGTH)
        out[0] = '\0';
}

void state_folder(const char *file, char out[static PATH_LENGTH])
{
    const char *slash = strrchr(file, '/');
    size_t length = slash ? (size_t)(slash - file) : 0;
    if (!slash)
        snprintf(out, PATH_LENGTH, ".");
    else
        snprintf(out, PATH_LENGTH, "%.*s", length > 0 ? (int)length : 1, file);
}
