/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines to events. Used by the commands that ask a running hexwatch. */
#include "outlet/record_read.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/json_text.h"
#include "protocol/registry.h"
#include "verdict/wording.h"

enum { NAME = 64, TEXT = 1024, SECOND = 1000000 };

/* A protocol of a site's own, which this program does not know: only its name counts. */
struct stranger {
    struct protocol protocol;
    char name[NAME];
};

struct record_reader {
    enum record_kind kind;
    struct identity identity;
    struct message_event message;
    struct connection_event connection;
    struct finding_event finding;
    struct endpoint says;
    struct stranger strangers[CANDIDATES_MAX + 1];
    size_t stranger_count;
    char device[DEVICE_MAX], type[NAME], kind_text[NAME], reason[NAME], text[TEXT], advice[TEXT];
    uint8_t bytes[MESSAGE_MAX];
};

struct record_reader *record_reader_new(void)
{
    return calloc(1, sizeof(struct record_reader));
}

void record_reader_free(struct record_reader *reader)
{
    free(reader);
}

/* ---- values ---- */

/* A text's value, "" where there is none. False: there is none. */
static bool take_text(struct cursor line, const char *path, char *out, size_t size)
{
    struct cursor text;
    out[0] = '\0';
    if (!json_find_text(line, path, &text))
        return false;
    text = json_unescape(text, out, size - 1);
    size_t length = text.left < size - 1 ? text.left : size - 1;
    memmove(out, text.at, length);
    out[length] = '\0';
    return true;
}

static uint64_t take_number(struct cursor line, const char *path)
{
    int64_t number;
    return json_find_int64(line, path, &number) && number > 0 ? (uint64_t)number : 0;
}

int64_t record_time(struct cursor text)
{
    int64_t seconds;
    unsigned micros = 0, scale = SECOND;
    size_t dot;
    if (!calendar_read_iso(text, &seconds))
        return 0;
    if (cursor_find(text, '.', &dot)) {
        for (size_t i = dot + 1; i < text.left && text.at[i] >= '0' && text.at[i] <= '9' && scale > 1; i++) {
            scale /= 10;
            micros += (unsigned)(text.at[i] - '0') * scale;
        }
    }
    return seconds * SECOND + micros;
}

static int64_t take_time(struct cursor line, const char *path)
{
    struct cursor text;
    return json_find_text(line, path, &text) ? record_time(text) : 0;
}

/* Which of the names it is; -1: none. */
static int take_word(struct cursor line, const char *path, const char *(*name)(int index), int count)
{
    char word[NAME];
    if (!take_text(line, path, word, sizeof(word)))
        return -1;
    for (int i = 0; i < count; i++) {
        if (name(i) && strcmp(name(i), word) == 0)
            return i;
    }
    return -1;
}

static const char *name_of_claim(int index)
{
    return claim_name((enum claim)index);
}

static const char *name_of_verdict(int index)
{
    return verdict_name((enum verdict)index);
}

static const char *name_of_location(int index)
{
    static const char *const names[] = { "unknown", "none", "invalid", "valid" };
    return names[index];
}

static const char *name_of_connection(int index)
{
    return connection_name((enum connection_state)index);
}

static const char *name_of_finding(int index)
{
    return finding_name((enum finding_code)index);
}

static const char *name_of_severity(int index)
{
    return severity_name((enum severity)index);
}

static const struct protocol *protocol_named(struct record_reader *reader, const char *name)
{
    const struct protocol *known = registry_find(name);
    if (known || !name[0])
        return known;
    for (size_t i = 0; i < reader->stranger_count; i++) {
        if (strcmp(reader->strangers[i].name, name) == 0)
            return &reader->strangers[i].protocol;
    }
    if (reader->stranger_count == CANDIDATES_MAX + 1)
        return NULL;
    struct stranger *stranger = &reader->strangers[reader->stranger_count++];
    memset(stranger, 0, sizeof(*stranger));
    memcpy(stranger->name, name, strnlen(name, NAME - 1));
    stranger->protocol.name = stranger->name;
    return &stranger->protocol;
}

static bool take_endpoint(struct cursor line, const char *name, struct endpoint *peer)
{
    struct cursor text, address, port;
    uint32_t number = 0;
    size_t colon = 0;
    if (!json_find_text(line, name, &text))
        return false;
    if (endpoint_read(text, peer)) /* an address without a port */
        return true;
    for (size_t i = 0; i < text.left; i++) {
        if (text.at[i] == ':')
            colon = i;
    }
    if (!cursor_slice(text, 0, colon, &address) ||
        !cursor_slice(text, colon + 1, text.left - colon - 1, &port))
        return false;
    if (address.left > 2 && address.at[0] == '[')
        address = cursor_of(address.at + 1, address.left - 2);
    for (size_t i = 0; i < port.left && number < 65536; i++)
        number = number * 10 + (uint32_t)(port.at[i] - '0');
    if (!endpoint_read(address, peer))
        return false;
    peer->port = (uint16_t)number;
    return true;
}

static bool take_who(struct cursor line, struct who *who)
{
    char transport[NAME];
    *who = (struct who){ .flow = take_number(line, "flow"), .port = (uint16_t)take_number(line, "port") };
    bool has_transport = take_text(line, "transport", transport, sizeof(transport));
    who->transport = strcmp(transport, "udp") == 0 ? TRANSPORT_UDP : TRANSPORT_TCP;
    return has_transport && take_endpoint(line, "peer", &who->peer);
}

/* ---- records ---- */

static void take_candidates(struct record_reader *reader, struct cursor line)
{
    struct identity *identity = &reader->identity;
    struct cursor list, element;
    char name[NAME];
    if (!json_find_list(line, "candidates", &list))
        return;
    while (identity->candidate_count < CANDIDATES_MAX && json_next(&list, &element)) {
        /* a text with its quotes */
        if (element.left < 2 || element.left - 2 >= sizeof(name))
            continue;
        memcpy(name, element.at + 1, element.left - 2);
        name[element.left - 2] = '\0';
        const struct protocol *protocol = protocol_named(reader, name);
        if (protocol)
            identity->candidates[identity->candidate_count++] = protocol;
    }
}

static void take_place(struct record_reader *reader, struct cursor line)
{
    struct reading *reading = &reader->identity.reading;
    int location = take_word(line, "location", name_of_location, LOCATION_VALID + 1);
    reading->location = location < 0 ? LOCATION_UNKNOWN : (enum location)location;
    reading->has_coordinates =
        json_find_number(line, "lat", &reading->lat) && json_find_number(line, "lon", &reading->lon);
    int64_t time = take_time(line, "fix_time");
    reading->has_time = json_holds(line, "fix_time");
    reading->time = time / SECOND;
}

static void take_identity(struct record_reader *reader, struct cursor line)
{
    struct identity *identity = &reader->identity;
    identity->bytes = reader->message.bytes;
    reading_start(&identity->reading, identity->bytes, NULL);
    take_candidates(reader, line);
    int claim = take_word(line, "certainty", name_of_claim, CLAIM_CERTAIN + 1);
    identity->certainty = claim < 0 ? CLAIM_NO : (enum claim)claim;
    int verdict = take_word(line, "verdict", name_of_verdict, VERDICT_WRONG_TRANSPORT + 1);
    identity->verdict = verdict < 0 ? VERDICT_NONE : (enum verdict)verdict;
    identity->right_port = (uint16_t)take_number(line, "right_port");
    if (take_text(line, "kind", reader->kind_text, NAME))
        identity->kind = reader->kind_text;
    identity->device = reader->device;
    take_text(line, "messages.0.type", reader->type, NAME);
    identity->reading.type = reader->type;
    take_text(line, "messages.0.device", identity->reading.device, DEVICE_MAX);
    reader->says = (struct endpoint){ .port = 0 };
    identity->says = json_holds(line, "says") ? &reader->says : NULL;
    if (identity->says && !take_endpoint(line, "says", &reader->says))
        reader->says.port = 0; /* it names nobody */
    take_place(reader, line);
}

static enum record_kind take_message(struct record_reader *reader, struct cursor line, enum record_kind kind)
{
    struct message_event *event = &reader->message;
    char word[NAME];
    struct cursor hex;
    size_t length, bad;
    *event = (struct message_event){ .time = take_time(line, "time") };
    memset(&reader->identity, 0, sizeof(reader->identity));
    if (!take_who(line, &event->who) || !json_find_text(line, "hex", &hex) ||
        !hex_read(hex, reader->bytes, sizeof(reader->bytes), &length, &bad))
        return RECORD_OTHER;
    event->arrived = event->time;
    event->bytes = cursor_of(reader->bytes, length);
    event->lost = (size_t)take_number(line, "lost");
    take_text(line, "direction", word, sizeof(word));
    event->direction = strcmp(word, "out") == 0 ? DIRECTION_OUT : DIRECTION_IN;
    take_text(line, "device", reader->device, sizeof(reader->device));
    event->device = reader->device;
    take_text(line, "protocol", word, sizeof(word));
    event->protocol = protocol_named(reader, word);
    if (json_holds(line, "certainty")) {
        take_identity(reader, line);
        event->identity = &reader->identity;
    }
    return kind;
}

static enum record_kind take_connection(struct record_reader *reader, struct cursor line)
{
    struct connection_event *event = &reader->connection;
    *event = (struct connection_event){ .time = take_time(line, "time") };
    int state = take_word(line, "state", name_of_connection, CONNECTION_STATES);
    if (state < 0 || !take_who(line, &event->who))
        return RECORD_OTHER;
    event->state = (enum connection_state)state;
    if (take_text(line, "reason", reader->reason, sizeof(reader->reason)))
        event->reason = reader->reason;
    event->bytes_in = take_number(line, "bytes_in");
    event->bytes_out = take_number(line, "bytes_out");
    return RECORD_CONNECTION;
}

static enum record_kind take_finding(struct record_reader *reader, struct cursor line)
{
    struct finding_event *event = &reader->finding;
    char word[NAME];
    *event = (struct finding_event){ .time = take_time(line, "time") };
    int code = take_word(line, "code", name_of_finding, FINDING_CODES);
    int severity = take_word(line, "severity", name_of_severity, SEVERITY_PROBLEM + 1);
    bool has_who = take_who(line, &event->who);
    /* what is said of the server itself concerns no port, or no peer */
    if (code < 0 || severity < 0 || (!has_who && json_holds(line, "peer")))
        return RECORD_OTHER;
    event->first = take_time(line, "first");
    event->last = take_time(line, "last");
    event->count = take_number(line, "count");
    event->code = (enum finding_code)code;
    event->severity = (enum severity)severity;
    take_text(line, "state", word, sizeof(word));
    event->raised = strcmp(word, "raised") == 0;
    event->right_port = (uint16_t)take_number(line, "right_port");
    take_text(line, "device", reader->device, sizeof(reader->device));
    event->device = reader->device;
    take_text(line, "protocol", word, sizeof(word));
    event->protocol = protocol_named(reader, word);
    size_t length = 0, bad;
    struct cursor hex;
    if (json_find_text(line, "sample", &hex) &&
        hex_read(hex, reader->bytes, sizeof(reader->bytes), &length, &bad))
        event->sample = cursor_of(reader->bytes, length);
    take_text(line, "text", reader->text, sizeof(reader->text));
    event->text = reader->text;
    take_text(line, "advice", reader->advice, sizeof(reader->advice));
    event->advice = reader->advice;
    return RECORD_FINDING;
}

enum record_kind record_read(struct record_reader *reader, struct cursor line)
{
    char event[NAME];
    reader->stranger_count = 0;
    take_text(line, "event", event, sizeof(event));
    reader->kind = RECORD_OTHER;
    if (strcmp(event, "message") == 0)
        reader->kind = take_message(reader, line, RECORD_MESSAGE);
    else if (strcmp(event, "unfinished") == 0)
        reader->kind = take_message(reader, line, RECORD_UNFINISHED);
    else if (strcmp(event, "connection") == 0)
        reader->kind = take_connection(reader, line);
    else if (strcmp(event, "finding") == 0)
        reader->kind = take_finding(reader, line);
    return reader->kind;
}

void record_publish(const struct record_reader *reader, const struct publisher *publisher)
{
    if (reader->kind == RECORD_MESSAGE)
        publish_message(publisher, &reader->message);
    else if (reader->kind == RECORD_UNFINISHED)
        publish_unfinished(publisher, &reader->message);
    else if (reader->kind == RECORD_CONNECTION)
        publish_connection(publisher, &reader->connection);
    else if (reader->kind == RECORD_FINDING)
        publish_finding(publisher, &reader->finding);
}
