/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a bundle. Called by bundle, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/json_text.h"
#include "base/library.h"
#include "base/log.h"
#include "command/bundle_parts.h"
#include "intake/library.h"
#include "outlet/ask.h"
#include "outlet/field.h"
#include "outlet/library.h"

/* ---- versions ---- */

static void put_system(struct bundle *bundle)
{
    struct utsname system;
    char line[256], name[256] = "";
    FILE *file = fopen("/etc/os-release", "re");
    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, "PRETTY_NAME=", 12) == 0)
            snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + 12 + (line[12] == '"'), "\"\n"),
                     line + 12 + (line[12] == '"'));
    }
    if (file)
        fclose(file);
    if (uname(&system) != 0)
        return;
    buffer_printf(&bundle->out, "system    %s, %s %s %s\n", name[0] ? name : "no /etc/os-release",
                  system.sysname, system.release, system.machine);
}

static void put_traccar(struct bundle *bundle)
{
    const struct settings *settings = &bundle->settings;
    if (!settings->traccar)
        bundle_say(bundle, "Traccar   none that can be read on this host");
    else
        bundle_say(bundle, "Traccar   %s%s in %s", settings->version[0] ? "version " : "",
                   settings->version[0] ? settings->version
                                        : "of a version that neither its jar nor its log tells this user",
                   settings->folder);
}

void bundle_put_versions(struct bundle *bundle)
{
    char base[256], intake[256], outlet[64], now[CALENDAR_TEXT];
    library_base(base, sizeof(base));
    library_intake(intake, sizeof(intake));
    library_outlet(outlet, sizeof(outlet));
    calendar_write((int64_t)time(NULL), -1, now);
    if (bundle->device)
        bundle_say(bundle, "hexwatch bundle: device %s, at %s", bundle->device, now);
    else
        bundle_say(bundle, "hexwatch bundle: port %s, at %s", bundle->ports, now);
    buffer_put_text(&bundle->out,
                    bundle->masking.mask
                        ? "Ids, places and public addresses are replaced (--mask); XX are hidden bytes.\n"
                        : "Nothing is masked: it names devices, places and addresses. --mask hides them.\n");
    bundle_title(bundle, "Versions");
    buffer_printf(&bundle->out, "hexwatch  " HEXWATCH_VERSION " (%s, %s, %s)\n", base, intake, outlet);
    put_system(bundle);
    put_traccar(bundle);
}

/* ---- what the running hexwatch says ---- */

/* Asks, and hands each record on. False: there is none to ask, or it did not answer. */
static bool ask(struct bundle *bundle, const char *what, const char *more,
                void (*take)(struct bundle *, struct cursor))
{
    char memory[ASK_MAX];
    struct buffer request = buffer_on(memory, sizeof(memory));
    struct cursor line;
    enum client_found found;
    if (!bundle->client)
        return false;
    buffer_put_text(&request, what);
    if (strcmp(what, "status") != 0) {
        buffer_printf(&request, "?%s=", bundle->device ? "device" : "port");
        ask_put_value(&request, bundle->device ? bundle->device : bundle->ports);
        buffer_put_text(&request, more);
    }
    if (!client_ask(bundle->client, buffer_cursor(&request)))
        return false;
    while ((found = client_next(bundle->client, 5000, &line)) == CLIENT_RECORD)
        take(bundle, line);
    if (found == CLIENT_END)
        return true;
    snprintf(bundle->client_error, sizeof(bundle->client_error), "it did not answer to the end");
    client_free(bundle->client);
    bundle->client = NULL;
    return false;
}

static void put_points(struct bundle *bundle, struct cursor record)
{
    struct cursor list, point;
    char state[FIELD_TEXT], title[FIELD_TEXT], facts[FIELD_TEXT], next[FIELD_TEXT];
    if (!json_find_list(record, "points", &list))
        return;
    while (json_next(&list, &point)) {
        bundle_say(bundle, "%c %lld %s: %s. %s", style_mark(field_meaning(point, "state")),
                   field_number(point, "point"), field_text(point, "title", title),
                   field_text(point, "state", state), field_text(point, "facts", facts));
        if (field_text(point, "next", next)[0])
            bundle_say(bundle, "    next: %s", next);
    }
}

static void take_status(struct bundle *bundle, struct cursor record)
{
    char answer[FIELD_TEXT], text[FIELD_TEXT], started[FIELD_TEXT];
    struct cursor lost;
    bundle_say(bundle, "%s", field_text(record, "answer", answer));
    bundle_say(bundle, "running hexwatch %s since %s; %lld messages so far",
               field_text(record, "version", text), field_text(record, "started", started),
               field_number(record, "messages"));
    put_points(bundle, record);
    if (json_find(record, "lost", &lost) == JSON_OBJECT && lost.left > 2)
        bundle_say(bundle, "lost so far: %.*s", (int)(lost.left - 2), (const char *)lost.at + 1);
    else
        bundle_say(bundle, "lost so far: nothing");
}

void bundle_put_status(struct bundle *bundle)
{
    bundle_title(bundle, "Does the server receive data?");
    if (!ask(bundle, "status", "", take_status))
        bundle_say(bundle, "not included: %s.", bundle->client_error);
}

static const char *or_dash(const char *text)
{
    return text[0] ? text : "-";
}

static void take_device(struct bundle *bundle, struct cursor record)
{
    char a[FIELD_TEXT], b[FIELD_TEXT], c[FIELD_TEXT], d[FIELD_TEXT], last[FIELD_TEXT];
    const char *device = field_text(record, "device", a);
    double lat, lon;
    bundle->known++;
    if (bundle->masking.mask && device[0])
        (void)mask_id(bundle->masking.mask, device);
    bundle_say(bundle, "device %s: %s, at %s port %lld from %s", or_dash(device),
               or_dash(field_text(record, "protocol", b)), field_text(record, "transport", c),
               field_number(record, "port"), field_text(record, "peer", d));
    if (field_number(record, "right_port") > 0)
        bundle_say(bundle, "    right port: %lld; verdict: %s", field_number(record, "right_port"),
                   or_dash(field_text(record, "verdict", b)));
    bundle_say(bundle, "    state: %s (%s); location: %s; %lld messages, first %s, last %s",
               field_text(record, "state", a), field_text(record, "condition", b),
               field_text(record, "location", c), field_number(record, "messages"),
               or_dash(field_text(record, "first", d)), or_dash(field_text(record, "last", last)));
    if (json_find_number(record, "lat", &lat) && json_find_number(record, "lon", &lon))
        bundle_say(bundle, "    last place: %.6f %.6f", lat, lon);
}

static void take_port(struct bundle *bundle, struct cursor record)
{
    char a[FIELD_TEXT], b[FIELD_TEXT], c[FIELD_TEXT], holder[FIELD_TEXT];
    bundle_say(bundle, "%s %lld: %s; Traccar speaks %s there; %lld messages of %lld devices%s%s",
               field_text(record, "transport", a), field_number(record, "port"),
               field_text(record, "happened", b), or_dash(field_text(record, "protocol", c)),
               field_number(record, "messages"), field_number(record, "devices"),
               json_holds(record, "holder") ? "; held by " : "", field_text(record, "holder", holder));
}

static void put_known(struct bundle *bundle)
{
    struct history_known known;
    char first[CALENDAR_TEXT], last[CALENDAR_TEXT];
    unsigned count = 0;
    if (!history_reader_ask_known(bundle->reader, &bundle->filter))
        return;
    while (count < BUNDLE_FINDINGS && history_reader_next_known(bundle->reader, &known) == HISTORY_ROW) {
        if (bundle->masking.mask && known.device[0])
            (void)mask_id(bundle->masking.mask, known.device);
        calendar_write(known.first / 1000000, -1, first);
        calendar_write(known.last / 1000000, -1, last);
        bundle_say(bundle, "kept: %s: %s at %s port %u, right port %u, %llu messages, first %s, last %s",
                   known.device[0] ? known.device : known.peer, or_dash(known.protocol),
                   transport_name(known.service.transport), known.service.port, known.right_port,
                   (unsigned long long)known.messages, first, known.last ? last : "-");
        count++;
    }
    bundle->known += count;
}

/* A slip in the id would give a text that looks like an answer. */
static void tell_unknown(struct bundle *bundle)
{
    bundle_say(bundle, "nobody with this id was heard, as far as is known here");
    log_info(
        "bundle: nobody with the id %s was heard. 'hexwatch devices' and 'hexwatch history' list those who "
        "were.",
        bundle->device);
}

/* The port as this Traccar has it. */
static void put_service(struct bundle *bundle, uint16_t port)
{
    struct ports *ports = settings_ports(&bundle->settings);
    struct cursor name;
    if (ports && ports_name(ports, port, &name))
        bundle_say(bundle, "port %u: %.*s, by %s", port, (int)name.left, (const char *)name.at,
                   bundle->settings.traccar ? "this Traccar's configuration" : "Traccar's usual ports");
    ports_free(ports);
}

void bundle_put_subject(struct bundle *bundle)
{
    uint16_t first, last;
    bundle_title(bundle, bundle->device ? "The device" : "The port");
    bool is_asked = ask(bundle, "devices", "", take_device);
    if (!is_asked)
        bundle_say(bundle, "what the running hexwatch knows of it is not included: %s.",
                   bundle->client_error);
    if (!bundle->device)
        (void)ask(bundle, "ports", "", take_port);
    for (int transport = TRANSPORT_TCP; !bundle->device && transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        if (portset_next(&bundle->services, (enum transport)transport, &from, &first, &last)) {
            put_service(bundle, first);
            break;
        }
    }
    if (bundle->reader)
        put_known(bundle);
    if (bundle->device && bundle->known == 0 && (is_asked || bundle->reader))
        tell_unknown(bundle);
}

/* ---- findings and messages ---- */

static void take_record(struct bundle *bundle, struct cursor record)
{
    bundle->is_stale = false;
    if (record_read(bundle->records, record) != RECORD_OTHER)
        record_publish(bundle->records, &bundle->publisher);
}

static void put_rows(struct bundle *bundle, bool messages)
{
    struct history_wanted wanted = { .until = INT64_MAX,
                                     .messages = messages,
                                     .findings = !messages,
                                     .latest = messages ? BUNDLE_MESSAGES : 0,
                                     .filter = &bundle->filter };
    struct history_row row;
    if (!history_reader_ask(bundle->reader, &wanted))
        return;
    while (history_reader_next(bundle->reader, &row) == HISTORY_ROW) {
        bundle->is_stale = row.is_stale;
        if (record_read(bundle->records, row.record) != RECORD_OTHER)
            record_publish(bundle->records, &bundle->publisher);
    }
}

void bundle_put_findings(struct bundle *bundle)
{
    bundle_title(bundle, "Findings");
    bool is_asked = ask(bundle, "findings", "", take_record);
    if (!is_asked && bundle->reader)
        put_rows(bundle, false);
    if (!is_asked && !bundle->reader)
        bundle_say(bundle, "not included: %s; %s.", bundle->client_error, bundle->reader_error);
    else if (bundle->findings == 0 && !is_asked)
        bundle_say(bundle, "none in the history; those of a running hexwatch are not included: %s.",
                   bundle->client_error);
    else if (bundle->findings == 0)
        bundle_say(bundle, "none");
    else if (bundle->findings == BUNDLE_FINDINGS)
        bundle_say(bundle, "(there may be more: 'hexwatch findings' lists all)");
}

void bundle_put_messages(struct bundle *bundle)
{
    char more[32];
    bundle_title(bundle, "The latest messages (UTC; < from the device, > from the server)");
    if (bundle->reader)
        put_rows(bundle, true);
    else
        bundle_say(bundle, "the history is not included: %s.", bundle->reader_error);
    snprintf(more, sizeof(more), "&last=%d", BUNDLE_MESSAGES);
    bool is_asked = bundle->messages > 0 || ask(bundle, "messages", more, take_record);
    if (bundle->messages == 0)
        bundle_say(bundle, is_asked ? "none was seen" : "not included: %s.", bundle->client_error);
    if (bundle->left_out > 0)
        bundle_say(bundle, "%zu more found no room here.", bundle->left_out);
}

/* ---- the end ---- */

static void put_gaps(struct bundle *bundle)
{
    struct history_wanted wanted = { .until = INT64_MAX, .gaps = true };
    struct history_row row;
    char from[CALENDAR_TEXT], until[CALENDAR_TEXT];
    unsigned count = 0;
    if (!bundle->reader || !history_reader_ask(bundle->reader, &wanted))
        return;
    while (count < BUNDLE_FINDINGS && history_reader_next(bundle->reader, &row) == HISTORY_ROW) {
        calendar_write(row.start / 1000000, -1, from);
        calendar_write(row.time / 1000000, -1, until);
        bundle_say(bundle, "%s to %s: not recorded: %.*s, %lld records lost", from, until,
                   (int)row.record.left, (const char *)row.record.at, (long long)row.lost);
        count++;
    }
    if (count == 0)
        bundle_say(bundle, "no gap is known");
}

void bundle_put_ending(struct bundle *bundle)
{
    bundle_title(bundle, "What is missing in the history");
    if (bundle->reader)
        put_gaps(bundle);
    else
        bundle_say(bundle, "not included: %s.", bundle->reader_error);
    bundle_title(bundle, "What to post, and where");
    buffer_put_text(
        &bundle->out,
        "Traccar's forum: https://www.traccar.org/forums/ (search for the protocol or the device first).\n"
        "A maintainer asks for:\n"
        "  1. the device: maker, model, firmware, and the maker's protocol description if there is one\n"
        "  2. Traccar's version, and the port the device is set to\n"
        "  3. the HEX above, of both directions, as text and not as a picture\n"
        "  4. what you see in Traccar, and what you expected: at which place the device was at that time\n"
        "  5. the id that is registered in Traccar, and the one above (with --mask: whether they are the "
        "same)\n"
        "Read this text once more before you post it.\n");
}
