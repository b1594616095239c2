/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch completion: what the shells complete, made of the tables of commands and options. Run by the build, which installs
 * what it prints. */
#include <signal.h>
#include <string.h>

#include "command/option.h"
#include "protocol/registry.h"
#include "verdict/wording.h"

/* What an option's value, or a command's operands, can be completed with. */
enum source { SOURCE_NONE, SOURCE_FILES, SOURCE_FOLDERS, SOURCE_INTERFACES, SOURCE_WORDS };

static enum source source_of(const char *value)
{
    if (strncmp(value, "FILE", 4) == 0)
        return SOURCE_FILES;
    if (strncmp(value, "DIR", 3) == 0)
        return SOURCE_FOLDERS;
    if (strcmp(value, "IFACE") == 0)
        return SOURCE_INTERFACES;
    bool has_words = strcmp(value, "NAME") == 0 || strcmp(value, "[NAME...]") == 0 ||
                     strcmp(value, "[CODE]") == 0 || strcmp(value, "[COMMAND]") == 0 ||
                     (value[0] >= 'a' && value[0] <= 'z');
    return has_words ? SOURCE_WORDS : SOURCE_NONE;
}

/* The words of such a value, with blanks between them. */
static void put_words(const char *value)
{
    if (strcmp(value, "[CODE]") == 0) {
        for (int code = 0; code < FINDING_CODES; code++)
            printf("%s%s", code > 0 ? " " : "", finding_name((enum finding_code)code));
    } else if (strcmp(value, "[COMMAND]") == 0) {
        for (size_t i = 0; commands_at(i); i++)
            printf("%s%s", i > 0 ? " " : "", commands_at(i)->name);
    } else if (strstr(value, "NAME")) {
        for (size_t i = 0; registry[i]; i++)
            printf("%s%s", i > 0 ? " " : "", registry[i]->name);
    } else {
        for (const char *at = value; *at; at++)
            putchar(*at == '|' ? ' ' : *at);
    }
}

/* The rows that a command takes, one after the other; starts with *index 0. */
static const struct option_row *next_row(const struct command *command, size_t *index)
{
    const struct option_row *row;
    while ((row = option_at((*index)++))) {
        if (option_is_taken(command, row))
            return row;
    }
    return NULL;
}

/* ---- bash ---- */

static void put_bash_source(const char *value, const char *indent)
{
    printf("%s", indent);
    switch (source_of(value)) {
    case SOURCE_FILES:
        printf("COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames\n");
        break;
    case SOURCE_FOLDERS:
        printf("COMPREPLY=($(compgen -d -- \"$cur\")); compopt -o filenames\n");
        break;
    case SOURCE_INTERFACES:
        printf("COMPREPLY=($(compgen -W \"any $(command ls /sys/class/net)\" -- \"$cur\"))\n");
        break;
    case SOURCE_WORDS:
        printf("COMPREPLY=($(compgen -W '");
        put_words(value);
        printf("' -- \"$cur\"))\n");
        break;
    default:
        printf(":\n");
    }
}

static void put_bash_command(const struct command *command)
{
    const struct option_row *row;
    printf("        %s)\n            case $prev in\n", command->name);
    for (size_t i = 0; (row = next_row(command, &i));) {
        if (!row->value)
            continue;
        printf("                ");
        if (row->letter)
            printf("-%c | ", row->letter);
        printf("--%s)\n", row->name);
        put_bash_source(row->value, "                    ");
        printf("                    return\n                    ;;\n");
    }
    printf("            esac\n            case $cur in\n                -*) COMPREPLY=($(compgen -W '");
    for (size_t i = 0; (row = next_row(command, &i));)
        printf("--%s ", row->name);
    printf("' -- \"$cur\")) ;;\n                *)\n");
    put_bash_source(command->operands, "                    ");
    printf("                    ;;\n            esac\n            ;;\n");
}

static void put_bash(void)
{
    printf("# bash completion for hexwatch, made by 'hexwatch completion bash'\n"
           "_hexwatch() {\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W '");
    put_words("[COMMAND]");
    printf(" --help --version' -- \"$cur\"))\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands_at(i); i++)
        put_bash_command(commands_at(i));
    printf("    esac\n}\ncomplete -F _hexwatch hexwatch\n");
}

/* ---- zsh ---- */

/* Text inside the single quotes of an _arguments specification. */
static void put_zsh_text(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '\'')
            printf("'\\''");
        else if (strchr("[]:\\", *at))
            printf("\\%c", *at);
        else
            putchar(*at);
    }
}

static void put_zsh_source(const char *value)
{
    switch (source_of(value)) {
    case SOURCE_FILES:
        printf("_files");
        break;
    case SOURCE_FOLDERS:
        printf("_files -/");
        break;
    case SOURCE_INTERFACES:
        printf("_net_interfaces");
        break;
    case SOURCE_WORDS:
        printf("(");
        put_words(value);
        printf(")");
        break;
    default:
        printf(" ");
    }
}

static void put_zsh_row(const struct option_row *row)
{
    char forms[2][40];
    snprintf(forms[0], sizeof(forms[0]), "--%s%s", row->name, row->kind == OPTION_CODES ? "=-" : "");
    snprintf(forms[1], sizeof(forms[1]), "-%c", row->letter);
    for (int i = 0; i < (row->letter ? 2 : 1); i++) {
        printf("                '*%s[", forms[i]);
        put_zsh_text(row->help);
        printf("]");
        if (row->value) {
            printf(":%s", row->kind == OPTION_CODES ? ":" : "");
            put_zsh_text(row->value);
            printf(":");
            put_zsh_source(row->value);
        }
        printf("' \\\n");
    }
}

static void put_zsh(void)
{
    const struct option_row *row;
    printf("#compdef hexwatch\n# made by 'hexwatch completion zsh'\n"
           "if (( CURRENT == 2 )); then\n    local -a commands=(\n");
    for (size_t i = 0; commands_at(i); i++) {
        printf("        '%s:", commands_at(i)->name);
        put_zsh_text(commands_at(i)->brief);
        printf("'\n");
    }
    printf("    )\n    _describe command commands\nelse\n"
           "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n");
    for (size_t i = 0; commands_at(i); i++) {
        printf("        %s)\n            _arguments -s \\\n", commands_at(i)->name);
        for (size_t j = 0; (row = next_row(commands_at(i), &j));)
            put_zsh_row(row);
        printf("                '*:");
        put_zsh_text(commands_at(i)->operands);
        printf(":");
        put_zsh_source(commands_at(i)->operands);
        printf("'\n            ;;\n");
    }
    printf("    esac\nfi\n");
}

/* ---- fish ---- */

static void put_fish_text(const char *text)
{
    for (const char *at = text; *at; at++)
        printf(*at == '\'' || *at == '\\' ? "\\%c" : "%c", *at);
}

static void put_fish_source(const char *value)
{
    switch (source_of(value)) {
    case SOURCE_FILES:
        printf(" -r -F");
        break;
    case SOURCE_FOLDERS:
        printf(" -x -a '(__fish_complete_directories)'");
        break;
    case SOURCE_INTERFACES:
        printf(" -x -a 'any (command ls /sys/class/net)'");
        break;
    case SOURCE_WORDS:
        printf(" -x -a '");
        put_words(value);
        printf("'");
        break;
    default:
        printf(" -x");
    }
}

static void put_fish_command(const struct command *command)
{
    const struct option_row *row;
    if (source_of(command->operands) != SOURCE_NONE) {
        printf("complete -c hexwatch -n '__fish_seen_subcommand_from %s'", command->name);
        put_fish_source(command->operands);
        printf("\n");
    }
    for (size_t i = 0; (row = next_row(command, &i));) {
        printf("complete -c hexwatch -n '__fish_seen_subcommand_from %s' -l %s", command->name, row->name);
        if (row->letter)
            printf(" -s %c", row->letter);
        if (row->value)
            put_fish_source(row->value);
        printf(" -d '");
        put_fish_text(row->help);
        printf("'\n");
    }
}

static void put_fish(void)
{
    printf("# fish completion for hexwatch, made by 'hexwatch completion fish'\ncomplete -c hexwatch -f\n");
    for (size_t i = 0; commands_at(i); i++) {
        printf("complete -c hexwatch -n __fish_use_subcommand -a %s -d '", commands_at(i)->name);
        put_fish_text(commands_at(i)->brief);
        printf("'\n");
    }
    for (size_t i = 0; commands_at(i); i++)
        put_fish_command(commands_at(i));
}

/* ---- the command ---- */

static int run_completion(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*put)(void);
    } shells[] = { { "bash", put_bash }, { "zsh", put_zsh }, { "fish", put_fish } };
    struct options options;
    int first, end;
    if (!options_read(argc, argv, &command_completion, &options, &first, &end))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; end - first == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(argv[first], shells[i].name) != 0)
            continue;
        shells[i].put();
        return command_printed("completion");
    }
    return command_fail("completion: name one shell: bash, zsh or fish.");
}

const struct command command_completion = {
    .name = "completion",
    .run = run_completion,
    .brief = "prints what bash, zsh or fish need to complete its words",
    .operands = "bash|zsh|fish",
    .options = "",
    .examples = { { "source <(hexwatch completion bash)", "completes in this shell from now on" } },
    .about =
        "Installing puts these where the shells look for them: this is for a program that was only built.\n",
};
