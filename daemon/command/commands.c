/* SPDX-License-Identifier: Apache-2.0 */
/* The table of subcommands. Another command is another row; its struct stands in its own file. */
#include <string.h>

#include "base/near.h"
#include "command/command.h"

static const struct command *const commands[] = {
    &command_listen,    &command_sniff,  &command_read,     &command_log,  &command_identify,
    &command_protocols, &command_doctor, &command_probe,    &command_run,  &command_status,
    &command_devices,   &command_ports,  &command_findings, &command_tail, &command_watch,
    &command_history,   &command_bundle, &command_demo,     &command_help, &command_completion,
};

const struct command *commands_at(size_t index)
{
    return index < sizeof(commands) / sizeof(commands[0]) ? commands[index] : NULL;
}

const struct command *commands_find(const char *name)
{
    const struct command *command;
    for (size_t i = 0; (command = commands_at(i)); i++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

const char *commands_near(const char *name)
{
    struct near_search search = { .word = name };
    const struct command *command;
    for (size_t i = 0; (command = commands_at(i)); i++)
        near_consider(&search, command->name);
    return near_found(&search);
}
