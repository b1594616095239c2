/* SPDX-License-Identifier: Apache-2.0 */
/* Finds Traccar's folder by its process, its unit and its usual place. Called by command's settings. */
#include "intake/installation.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake/mounts.h"
#include "intake/processes.h"
#include "intake/traccar.h"
#include "intake/unit.h"

#define UNIT "traccar.service"

enum { ENVIRONMENT_MAX = 1 << 20 };

static bool has_config(const struct installation *installation)
{
    return access(installation->config, R_OK) == 0;
}

/* Does whose process it is see other files under the same names? */
static bool is_apart(const struct host_process *process)
{
    char path[64];
    struct stat own, its;
    snprintf(path, sizeof(path), "/proc/%d/root/", process->id);
    if (process->id == 0 || stat("/", &own) != 0 || stat(path, &its) != 0)
        return process->is_elsewhere;
    return own.st_dev != its.st_dev || own.st_ino != its.st_ino;
}

/* Where a process was started, and the configuration that its command line names, as this program reaches them. */
static bool take_process(const struct host_process *process, struct installation *out)
{
    static const char usual[] = "/conf/traccar.xml";
    char folder[HOST_PATH];
    const char *config = process->config[0] ? process->config : "conf/traccar.xml", *root = out->root;
    *out = (struct installation){ .process = process->id };
    if (is_apart(process))
        snprintf(out->root, sizeof(out->root), "/proc/%d/root", process->id);
    strcpy(folder, process->folder);
    size_t length = strlen(config);
    bool is_usual = length > sizeof(usual) - 1 && strcmp(config + length - (sizeof(usual) - 1), usual) == 0;
    if (config[0] == '/' && is_usual)
        snprintf(folder, sizeof(folder), "%.*s", (int)(length - (sizeof(usual) - 1)), config);
    if (!folder[0])
        return false;
    snprintf(out->folder, sizeof(out->folder), "%s%s", root, folder);
    if (config[0] == '/')
        snprintf(out->config, sizeof(out->config), "%s%s", root, config);
    else
        snprintf(out->config, sizeof(out->config), "%s/%s", out->folder, config);
    return has_config(out);
}

static bool take_unit(struct installation *out)
{
    struct unit unit;
    if (!unit_read(NULL, UNIT, &unit) || !unit.is_traccar)
        return false;
    struct host_process process = { .id = 0 };
    memcpy(process.folder, unit.folder, sizeof(process.folder));
    memcpy(process.config, unit.config, sizeof(process.config));
    out->has_unit = take_process(&process, out);
    return out->has_unit;
}

static bool take_folder(const char *folder, struct installation *out)
{
    snprintf(out->folder, sizeof(out->folder), "%s", folder);
    snprintf(out->config, sizeof(out->config), "%s/conf/traccar.xml", folder);
    return has_config(out);
}

static bool is_same(const char *a, const char *b)
{
    char *real = realpath(a, NULL);
    bool is_one = real && strcmp(real, b) == 0;
    free(real);
    return is_one;
}

/* The first that runs and can be looked into; of a folder, the one that runs from there. */
static bool find_running(const struct host_facts *facts, const char *folder, struct installation *out)
{
    for (size_t i = 0; i < facts->traccar_count; i++) {
        const struct host_process *process = &facts->traccars[i];
        bool is_wanted = !folder || (!is_apart(process) && is_same(folder, process->folder));
        if (is_wanted && take_process(process, out))
            return true;
    }
    return false;
}

bool installation_find(const char *folder, struct installation *out)
{
    struct host_facts *facts = host_facts_new();
    struct installation running, unit = { .process = 0 };
    if (facts)
        processes_read(facts);
    bool is_running = facts && find_running(facts, folder, &running), has_unit = take_unit(&unit);
    bool is_any = facts && facts->traccar_count > 0;
    host_facts_free(facts);
    *out = (struct installation){ .process = 0 };
    bool is_found = true;
    if (is_running && !folder)
        *out = running;
    else if (has_unit && !folder)
        *out = unit;
    else
        is_found = take_folder(folder ? folder : TRACCAR_FOLDER, out);
    if (is_running)
        out->process = running.process;
    out->has_unit = has_unit && !out->root[0] && is_same(out->folder, unit.folder);
    if (!is_found && !is_any && !folder && unit.config[0]) {
        *out = unit;
        out->has_unit = true;
    }
    return is_found;
}

static char *read_environment(int process, size_t *length)
{
    char path[64];
    if (process == 0)
        return NULL;
    snprintf(path, sizeof(path), "/proc/%d/environ", process);
    FILE *file = fopen(path, "re");
    char *block = file ? malloc(ENVIRONMENT_MAX) : NULL;
    *length = block ? fread(block, 1, ENVIRONMENT_MAX - 1, file) : 0;
    if (file)
        fclose(file);
    if (*length > 0) {
        block[*length] = '\0'; /* one that was cut off ends, too */
        return block;
    }
    free(block);
    return NULL;
}

char *installation_environment(const struct installation *installation, size_t *length)
{
    struct unit unit;
    char *block = read_environment(installation->process, length);
    if (block || !installation->has_unit || !unit_read(NULL, UNIT, &unit))
        return block;
    *length = unit.length;
    block = malloc(UNIT_ENVIRONMENT + 1);
    if (block)
        memcpy(block, unit.environment, sizeof(unit.environment));
    return block;
}

void installation_settle_log(const struct installation *installation, char *path, size_t size)
{
    char found[2 * HOST_PATH];
    size_t length = strlen(installation->root);
    if (length > 0 && strncmp(path, installation->root, length) == 0 &&
        mounts_on_host(installation->process, path + length, found, sizeof(found)))
        snprintf(path, size, "%s", found);
}

bool installation_find_volume(char *path, size_t size)
{
    static const char *const places[] = {
        "/var/lib/docker/volumes/*/_data/tracker-server.log",
        "/var/lib/docker/volumes/*/_data/logs/tracker-server.log",
        "/var/lib/containers/storage/volumes/*/_data/tracker-server.log",
        "/var/lib/containers/storage/volumes/*/_data/logs/tracker-server.log",
    };
    struct stat status;
    time_t newest = 0;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        glob_t found;
        bool is_any = glob(places[i], 0, NULL, &found) == 0;
        for (size_t k = 0; is_any && k < found.gl_pathc; k++) {
            if (stat(found.gl_pathv[k], &status) != 0 || status.st_mtime <= newest)
                continue;
            newest = status.st_mtime;
            snprintf(path, size, "%s", found.gl_pathv[k]);
        }
        globfree(&found);
    }
    return newest != 0;
}
