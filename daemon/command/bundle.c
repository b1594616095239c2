/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch bundle: one text with all that a support request needs, from the running hexwatch and from its history. What it cannot
 * have it says, with the reason. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "command/bundle_parts.h"
#include "command/wrap.h"

enum { LINE = 4096, WIDTH = 100 };

/* ---- lines ---- */

void bundle_say(struct bundle *bundle, const char *format, ...)
{
    char line[LINE], masked[LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (bundle->masking.mask) {
        struct buffer text = buffer_on(masked, sizeof(masked) - 1);
        mask_text(bundle->masking.mask, line, &text);
        masked[text.length] = '\0';
    }
    wrap_put(&bundle->out, bundle->masking.mask ? masked : line, WIDTH, 2);
}

void bundle_title(struct bundle *bundle, const char *title)
{
    buffer_printf(&bundle->out, "\n== %s ==\n", title);
}

/* ---- messages and findings ---- */

static void on_message(void *context, const struct message_event *event)
{
    struct bundle *bundle = context;
    struct message_event shown = *event, masked;
    if (!filter_admits(&bundle->filter, &event->who, event->device, event->protocol))
        return;
    bundle->messages++;
    if (bundle->masking.mask) {
        mask_message(bundle->masking.mask, event, &masked);
        shown = masked;
    }
    size_t length = shown.bytes.left;
    if (length > BUNDLE_BYTES)
        shown.bytes.left = BUNDLE_BYTES;
    struct buffer before = bundle->out;
    line_put_message(&bundle->form, &bundle->out, &shown, 1);
    if (length > BUNDLE_BYTES)
        buffer_printf(&bundle->out, "    … %zu bytes more of this one\n", length - BUNDLE_BYTES);
    if (bundle->out.full) {
        bundle->out = before;
        bundle->left_out++;
    }
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct bundle *bundle = context;
    struct finding_event masked;
    if (!filter_admits(&bundle->filter, &event->who, event->device, event->protocol) ||
        bundle->findings == BUNDLE_FINDINGS)
        return;
    bundle->findings++;
    if (bundle->masking.mask) {
        mask_finding(bundle->masking.mask, event, &masked);
        event = &masked;
    }
    struct buffer line = buffer_on((char[LINE]){ 0 }, LINE - 1);
    line_put_finding(&bundle->form, &line, event);
    if (line.length > 0)
        line.bytes[line.length - 1] = '\0'; /* wrap_put ends it */
    wrap_put(&bundle->out, (const char *)line.bytes, WIDTH, 2);
    if (event->count > 1)
        buffer_printf(&bundle->out, "    it showed %llu times\n", (unsigned long long)event->count);
    if (bundle->is_stale)
        buffer_put_text(&bundle->out, "    (open when that hexwatch ended; nothing is known of it since)\n");
}

/* ---- whom it is about ---- */

/* A number that is a port is one, unless --device says otherwise. */
static bool take_subject(struct bundle *bundle, int argc, char **argv, int first)
{
    const struct options *options = bundle->options;
    size_t count = (size_t)(argc - first) + options->devices.count + options->ports.count;
    char error[256];
    if (count != 1) {
        command_fail(
            "bundle: name one device or one port. 'hexwatch devices' and 'hexwatch ports' list them.");
        return false;
    }
    const char *word = first < argc             ? argv[first]
                       : options->devices.count ? options->devices.list[0]
                                                : options->ports.list[0];
    bool is_port =
        options->ports.count > 0 || (options->devices.count == 0 && strlen(word) < sizeof(bundle->ports) &&
                                     portset_parse(&bundle->services, word, error, sizeof(error)));
    if (is_port)
        snprintf(bundle->ports, sizeof(bundle->ports), "%s", word);
    else
        bundle->device = word;
    if (filter_add(&bundle->filter, is_port ? "port" : "device", word, error, sizeof(error)))
        return true;
    command_fail("bundle: %s.", error);
    return false;
}

/* Without a Traccar that can be read the usual ports count. */
static bool take_settings(struct bundle *bundle, char **argv)
{
    struct options plain = *bundle->options;
    if (settings_from(&plain, 0, argv, 0, &bundle->settings))
        return true;
    plain.traccar = "none";
    plain.config = NULL;
    return !bundle->options->traccar && !bundle->options->config &&
           settings_from(&plain, 0, argv, 0, &bundle->settings);
}

static bool make(struct bundle *bundle)
{
    bundle->out = buffer_on(bundle->memory, sizeof(bundle->memory));
    bundle->form = (struct line_form){ .bytes = BYTES_HEX, .stamp = { .form = STAMP_UTC } };
    bundle->sink = (struct sink){ .context = bundle, .message = on_message, .finding = on_finding };
    publisher_add(&bundle->publisher, &bundle->sink);
    bundle->records = record_reader_new();
    if (!bundle->records || !masking_start(bundle->options, &bundle->masking))
        return false;
    if (bundle->masking.mask && bundle->device)
        (void)mask_id(bundle->masking.mask, bundle->device); /* known from now on, in texts too */
    bundle->client = client_reach(bundle->options, bundle->client_error, sizeof(bundle->client_error));
    bundle->reader = history_open(bundle->options, bundle->reader_error, sizeof(bundle->reader_error));
    return true;
}

/* ---- the whole ---- */

static int fail_at(const char *path, int reason)
{
    return command_fail("bundle: %s: %s. Name another file with -o.", path, strerror(reason));
}

static int write_out(const struct bundle *bundle, int fd)
{
    const char *path = bundle->options->output;
    struct cursor rest = buffer_cursor(&bundle->out);
    bool is_fine = !path || ftruncate(fd, 0) == 0 || errno == EINVAL; /* a pipe has no length */
    while (is_fine && rest.left > 0) {
        ssize_t n = write(fd, rest.at, rest.left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || !cursor_skip(&rest, (size_t)n))
            break;
    }
    int reason = errno;
    is_fine = is_fine && rest.left == 0;
    if (path && close(fd) != 0)
        is_fine = false;
    errno = reason;
    if (!is_fine)
        return path ? fail_at(path, reason) : command_unwritten("bundle");
    if (path)
        log_info("%s: %zu bytes. Read it before you post it%s.", path, bundle->out.length,
                 bundle->masking.mask ? "" : ": it names devices, places and addresses, which --mask hides");
    masking_tell(&bundle->masking, bundle->options);
    return EXIT_DONE;
}

static int go(struct bundle *bundle)
{
    const char *path = bundle->options->output;
    /* for the owner alone: whoever wants to post it does so himself. Opened first: root becomes the history's owner to read it */
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : STDOUT_FILENO;
    if (fd < 0)
        return fail_at(path, errno);
    if (!make(bundle))
        return command_fail("bundle: out of memory.");
    bundle_put_versions(bundle);
    bundle_put_status(bundle);
    bundle_put_subject(bundle);
    bundle_put_findings(bundle);
    size_t room = bundle->out.capacity;
    bundle->out.capacity -= 4096; /* the ending has its place */
    bundle_put_messages(bundle);
    bundle->out.capacity = room;
    bundle->out.full = false;
    bundle_put_ending(bundle);
    return write_out(bundle, fd);
}

static int run(int argc, char **argv)
{
    struct options options;
    int first, end, status = EXIT_WRONG;
    if (!options_read(argc, argv, &command_bundle, &options, &first, &end))
        return EXIT_WRONG;
    struct bundle *bundle = calloc(1, sizeof(*bundle));
    if (!bundle)
        return command_fail("bundle: out of memory.");
    signal(SIGPIPE, SIG_IGN);
    bundle->options = &options;
    if (take_subject(bundle, end, argv, first) && take_settings(bundle, argv)) {
        status = go(bundle);
        settings_free(&bundle->settings);
    }
    client_free(bundle->client);
    history_reader_close(bundle->reader);
    record_reader_free(bundle->records);
    masking_end(&bundle->masking);
    free(bundle);
    return status;
}

const struct command command_bundle = {
    .name = "bundle",
    .run = run,
    .brief = "all that a support request needs, in one text file",
    .operands = "DEVICE|PORT",
    .options = "dRXYbtgIO",
    .examples = { { "hexwatch bundle 123456789012345 --mask -o help.txt", "about one device, to be posted" },
                  { "hexwatch bundle 5023 --mask", "about one port" },
                  { "hexwatch bundle --device 5023", "a device whose id looks like a port" } },
    .about =
        "Puts versions, the guide's six points, what is known of the device or port, the findings, the "
        "latest messages in HEX of both directions, what was lost, and where to ask into one text of less "
        "than 64 KiB. It asks the running hexwatch and reads its history; without them it says what it "
        "could not have.\n"
        "With --mask ids, places and public addresses are replaced, the same throughout, also inside the "
        "HEX. Read it before you post it.\n",
};
