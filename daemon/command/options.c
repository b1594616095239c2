/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the command line by the table of options. Used by all subcommands. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "command/help.h"
#include "command/option.h"
#include "verdict/wording.h"

enum { ROWS_MAX = 64, FIRST_ROW = 256 /* above every letter */, SECOND = 1000000 };

/* ---- values ---- */

bool options_read_span(const char *text, int64_t *span)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 } };
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (end == text || text[0] < '0' || text[0] > '9' || errno != 0 || number == 0 || number > 1000000000)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        *span = (int64_t)number * units[i].seconds * SECOND;
        return true;
    }
    return false;
}

static bool read_count(const char *text, uint64_t *count)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *count = number;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && number > 0;
}

/* The index of a value among "a|b|c", or -1. */
static int choose(const char *choices, const char *value)
{
    int index = 0;
    for (const char *at = choices; *at; index++) {
        size_t length = strcspn(at, "|");
        if (strlen(value) == length && memcmp(at, value, length) == 0)
            return index;
        at += length + (at[length] == '|');
    }
    return -1;
}

/* "text or json", "auto, always or never" */
static void write_choices(const char *choices, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (const char *at = choices; *at && length + 1 < size;) {
        size_t part = strcspn(at, "|");
        bool is_last_comma = at[part] == '|' && !strchr(at + part + 1, '|');
        int n = snprintf(out + length, size - length, "%.*s%s", (int)part, at,
                         is_last_comma     ? " or "
                         : at[part] == '|' ? ", "
                                           : "");
        length += n > 0 ? (size_t)n : 0;
        at += part + (at[part] == '|');
    }
}

static bool fail_value(const char *command, const struct option_row *row, const char *value)
{
    char form[] = "-x", choices[128];
    const char *name = form;
    form[1] = row->letter;
    char name_text[40];
    snprintf(name_text, sizeof(name_text), "--%s", row->name);
    if (!row->letter)
        name = name_text;
    switch (row->kind) {
    case OPTION_CHOICE:
        write_choices(row->value, choices, sizeof(choices));
        command_fail("%s: %s %s: there is no such %s. Use %s.", command, name, value, row->name, choices);
        break;
    case OPTION_COUNT:
        command_fail("%s: %s %s: that is no number%s", command, name, value,
                     row->letter == 'c' ? " of messages. The configuration is named with --config FILE."
                                        : ", 1 or more.");
        break;
    case OPTION_SPAN:
        command_fail("%s: %s %s: that is no time. Use one like 30s, 10m or 2h.", command, name, value);
        break;
    default:
        command_fail("%s: %s is given more than %d times. Leave some out.", command, name, WORDS_MAX);
        break;
    }
    return false;
}

static bool add_word(struct words *words, const char *value)
{
    if (words->count == WORDS_MAX)
        return false;
    words->list[words->count++] = value;
    return true;
}

static bool is_code(const char *word)
{
    for (int code = 0; word && code < FINDING_CODES; code++) {
        if (strcmp(finding_name((enum finding_code)code), word) == 0)
            return true;
    }
    return false;
}

/* The code that somebody may have meant, or NULL: the word is something else. */
static const char *near_code(const char *word)
{
    struct near_search search = { .word = word };
    for (int code = 0; code < FINDING_CODES; code++)
        near_consider(&search, finding_name((enum finding_code)code));
    return near_found(&search);
}

/* One option into the structure; false when its value is wrong. */
static bool take(struct options *options, const struct option_row *row, char *value)
{
    void *member = (char *)options + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_TEXT:
        *(const char **)member = value;
        return true;
    case OPTION_CHOICE:
        return (*(int *)member = choose(row->value, value)) >= 0;
    case OPTION_COUNT:
        return read_count(value, member);
    case OPTION_SPAN:
        return options_read_span(value, member);
    case OPTION_CODES:
        options->any_finding = options->any_finding || !value;
        return !value || add_word(member, value);
    default:
        return add_word(member, value);
    }
}

/* ---- words ---- */

/* The rows as getopt wants them, those that the command takes first. */
struct forms {
    struct option longs[ROWS_MAX + 1];
    char shorts[2 * ROWS_MAX + 3];
};

static void add_form(struct forms *forms, size_t *count, size_t index)
{
    const struct option_row *row = option_at(index);
    int takes = row->kind == OPTION_CODES ? optional_argument : row->value ? required_argument : no_argument;
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(forms->longs[i].name, row->name) == 0)
            return;
    }
    forms->longs[(*count)++] = (struct option){ row->name, takes, NULL, FIRST_ROW + (int)index };
    if (!row->letter || strchr(forms->shorts, row->letter))
        return;
    size_t length = strlen(forms->shorts);
    forms->shorts[length++] = row->letter;
    if (row->value)
        forms->shorts[length++] = ':';
    forms->shorts[length] = '\0';
}

static void make_forms(const struct command *command, struct forms *forms)
{
    size_t count = 0;
    *forms = (struct forms){ .shorts = ":" };
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; option_at(i) && i < ROWS_MAX; i++) {
            if (option_is_taken(command, option_at(i)) == (round == 0))
                add_form(forms, &count, i);
        }
    }
}

static const struct option_row *row_of(const struct command *command, int value)
{
    if (value >= FIRST_ROW)
        return option_at((size_t)(value - FIRST_ROW));
    const struct option_row *other = NULL, *row;
    for (size_t i = 0; (row = option_at(i)); i++) {
        if (row->letter != value)
            continue;
        if (option_is_taken(command, row))
            return row;
        other = row;
    }
    return other;
}

/* getopt has met an option that it does not know, or one with a value that takes none. `word` is where it stands, but for a
 * short one, which may be the first of several in a word. */
static void fail_unknown(const struct command *command, const char *word)
{
    const char *value = strchr(word, '='), *name = command->name;
    if (optopt != 0 && optopt < FIRST_ROW) {
        command_fail("%s: unknown option -%c. See 'hexwatch %s --help'.", name, optopt, name);
        return;
    }
    if (optopt != 0 && value) {
        command_fail("%s: %.*s takes no value. See 'hexwatch %s --help'.", name, (int)(value - word), word,
                     name);
        return;
    }
    char text[NEAR_MAX + 1];
    snprintf(text, sizeof(text), "%.*s", (int)strcspn(word + 2, "="), word + 2);
    struct near_search search = { .word = text };
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(i)); i++) {
        if (option_is_taken(command, row))
            near_consider(&search, row->name);
    }
    const char *near = near_found(&search);
    command_fail("%s: unknown option %s.%s%s%s See 'hexwatch %s --help'.", name, word,
                 near ? " Did you mean --" : "", near ? near : "", near ? "?" : "", name);
}

/* Words behind -- are an expression where the command takes one: they are put aside, and the rest ends there. */
static bool put_expression_aside(int *argc, char **argv, const struct command *command,
                                 struct options *options)
{
    int end = 1;
    while (end < *argc && strcmp(argv[end], "--") != 0)
        end++;
    if (!command->has_expression || end == *argc)
        return true;
    size_t count = 0, room = sizeof(options->expression) / sizeof(options->expression[0]) - 1;
    for (int i = end + 1; i < *argc; i++) {
        if (count == room) {
            command_fail("%s: the expression behind -- has more than %zu words. Put it in quotes.",
                         command->name, room);
            return false;
        }
        options->expression[count++] = argv[i];
    }
    *argc = end;
    return true;
}

static void fail_stranger(const char *command, const struct option_row *row)
{
    command_fail("%s: --%s does not belong to this command. See 'hexwatch %s --help'.", command, row->name,
                 command);
}

static bool take_next(int letter, int argc, char **argv, const struct command *command,
                      struct options *options)
{
    const char *name = command->name;
    if (letter == ':') {
        const struct option_row *row = row_of(command, optopt);
        if (row && !option_is_taken(command, row))
            fail_stranger(name, row);
        else
            command_fail("%s: %s needs a value. See 'hexwatch %s --help'.", name, argv[optind - 1], name);
        return false;
    }
    if (letter == '?') {
        fail_unknown(command, argv[optind - 1]);
        return false;
    }
    const struct option_row *row = row_of(command, letter);
    if (row->kind == OPTION_HELP)
        exit(help_print(command));
    if (row->kind == OPTION_VERSION)
        exit(help_print_version());
    if (!option_is_taken(command, row)) {
        fail_stranger(name, row);
        return false;
    }
    char *value = optarg;
    if (row->kind == OPTION_CODES && !value && optind < argc && is_code(argv[optind]))
        value = argv[optind++];
    const char *near = row->kind == OPTION_CODES && !value && optind < argc ? near_code(argv[optind]) : NULL;
    if (near) {
        command_fail("%s: --finding %s: there is no such finding. Did you mean %s?", name, argv[optind],
                     near);
        return false;
    }
    if (row->kind == OPTION_CODES && value && !is_code(value)) {
        command_fail("%s: --finding=%s: there is no such finding. The manual page lists them.", name, value);
        return false;
    }
    return take(options, row, value) || fail_value(name, row, value);
}

bool options_read(int argc, char **argv, const struct command *command, struct options *options, int *first,
                  int *end)
{
    struct forms forms;
    *options = (struct options){ 0 };
    opterr = 0;
    optind = 1;
    make_forms(command, &forms);
    if (!put_expression_aside(&argc, argv, command, options))
        return false;
    int letter;
    while ((letter = getopt_long(argc, argv, forms.shorts, forms.longs, NULL)) != -1) {
        if (!take_next(letter, argc, argv, command, options))
            return false;
    }
    options->json = options->format == 1;
    *first = optind;
    *end = argc;
    return true;
}
