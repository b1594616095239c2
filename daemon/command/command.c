/* SPDX-License-Identifier: Apache-2.0 */
/* What the subcommands share: error lines, standard input and output, texts to read. */
#include "command/command.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* One line, whatever was given or answered: no control character reaches the terminal. */
static void disarm(char *line)
{
    for (uint8_t *at = (uint8_t *)line; *at; at++) {
        bool is_upper = at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f;
        if (*at < ' ' || *at == 0x7f || is_upper)
            *at = '?';
        if (is_upper)
            *++at = '?';
    }
}

int command_fail(const char *format, ...)
{
    char line[1100] = "hexwatch: ";
    size_t head = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line + head, sizeof(line) - head, format, arguments);
    va_end(arguments);
    disarm(line);
    log_say(line);
    return EXIT_WRONG;
}

int command_fail_operand(const struct command *command, const char *word)
{
    bool is_port = strlen(word) <= 5 && strspn(word, "0123456789") == strlen(word);
    const char *name = is_port && strchr(command->options, 'R') ? "port"
                       : strchr(command->options, 'd')          ? "device"
                                                                : NULL;
    if (name)
        return command_fail("%s: '%s' is too much. Did you mean --%s %s?", command->name, word, name, word);
    return command_fail("%s: '%s' is too much. See 'hexwatch %s --help'.", command->name, word,
                        command->name);
}

int command_unwritten(const char *command)
{
    if (errno == EPIPE)
        return EXIT_DONE;
    if (errno == ETIMEDOUT)
        return command_fail("%s: standard output: what was said last was not read in time, and is lost.",
                            command);
    return command_fail("%s: standard output: %s. Free the disk, or keep the reader open.", command,
                        strerror(errno));
}

/* libconfig does not know it. */
static void skip_byte_order_mark(FILE *file)
{
    int first = getc(file);
    bool is_mark = first == 0xef && getc(file) == 0xbb && getc(file) == 0xbf;
    if (!is_mark && first != EOF)
        (void)ungetc(first, file); /* with 0xef in front it is a syntax error, whatever was skipped */
}

FILE *command_open_text(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    if (fstat(fileno(file), &status) == 0 && !S_ISDIR(status.st_mode)) {
        skip_byte_order_mark(file);
        return file;
    }
    fclose(file);
    errno = EISDIR;
    return NULL;
}

int command_printed(const char *command)
{
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_DONE : command_unwritten(command);
}

bool command_is_input_waiting(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    return poll(&input, 1, 0) != 0;
}
