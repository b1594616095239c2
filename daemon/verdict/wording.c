/* SPDX-License-Identifier: Apache-2.0 */
/* Names, severities and places in words. Called by the matters, which build their texts of them, and by the outlets. */
#include "verdict/wording.h"

enum { SECOND = 1000000 };

void wording_start(struct wording *wording)
{
    wording->text = buffer_on(wording->memory, sizeof(wording->memory) - 1);
}

const char *wording_end(struct wording *wording)
{
    wording->memory[wording->text.length] = '\0';
    return wording->memory;
}

void wording_put_subject(struct buffer *out, const struct who *who, const char *device)
{
    char peer[ENDPOINT_TEXT];
    if (device[0]) {
        buffer_printf(out, "Device %s", device);
        return;
    }
    endpoint_write(&who->peer, peer);
    buffer_printf(out, "The device at %s", peer);
}

void wording_put_address(struct buffer *out, const struct who *who)
{
    char text[ENDPOINT_TEXT];
    struct endpoint address = who->peer;
    address.port = 0;
    endpoint_write(&address, text);
    buffer_put_text(out, text);
}

void wording_put_candidates(struct buffer *out, const struct identity *identity)
{
    for (size_t i = 0; i < identity->candidate_count; i++)
        buffer_printf(out, "%s%s", i > 0 ? " or " : "", identity->candidates[i]->name);
}

void wording_put_port(struct buffer *out, const struct ports *ports, uint16_t port)
{
    struct cursor name;
    /* the log names a protocol that neither hexwatch nor this Traccar's version has */
    if (port == 0) {
        buffer_put_text(out, "a port that the log does not tell");
        return;
    }
    buffer_printf(out, "port %u", port);
    if (ports_name(ports, port, &name)) {
        buffer_put_text(out, ", where Traccar speaks ");
        buffer_put_cursor(out, name);
    } else if (port == ports_web(ports))
        buffer_put_text(out, ", Traccar's web port");
    else if (ports_is_unknown(ports, port))
        buffer_put_text(out, ", which belongs to another protocol");
    else
        buffer_put_text(out, ports_is_configured(ports) ? ", where this Traccar does not listen"
                                                        : ", where Traccar does not listen by default");
}

void wording_put_span(struct buffer *out, int64_t micros)
{
    long long seconds = micros / SECOND;
    if (seconds < 120)
        buffer_printf(out, "%lld second%s", seconds, seconds == 1 ? "" : "s");
    else if (seconds < 7200)
        buffer_printf(out, "%lld minutes", seconds / 60);
    else if (seconds >= 96 * 3600)
        buffer_printf(out, "%lld days", seconds / 86400);
    else
        buffer_printf(out, "%lld hours", seconds / 3600);
}

void wording_put_age(struct buffer *out, int64_t micros)
{
    long long seconds = micros / SECOND;
    if (seconds < 1)
        buffer_put_text(out, "now");
    else if (seconds < 60)
        buffer_printf(out, "%llds", seconds);
    else if (seconds < 3600)
        buffer_printf(out, "%lldm", seconds / 60);
    else if (seconds < 48 * 3600)
        buffer_printf(out, "%lldh", seconds / 3600);
    else
        buffer_printf(out, "%lldd", seconds / 86400);
}

const char *wording_kind(const char *kind)
{
    if (strcmp(kind, "scanner") == 0)
        return "a scanner's probe";
    if (strcmp(kind, "empty") == 0)
        return "an empty message";
    if (strcmp(kind, "proxy") == 0)
        return "a PROXY header with nothing behind it";
    if (strcmp(kind, "one-byte") == 0)
        return "a single byte";
    return kind;
}

const char *finding_name(enum finding_code code)
{
    static const char *const names[FINDING_CODES] = {
        [FINDING_WRONG_PORT] = "wrong-port",
        [FINDING_WAITING_FOR_FIX] = "waiting-for-fix",
        [FINDING_NO_FIX] = "no-fix",
        [FINDING_UNIDENTIFIED] = "unidentified",
        [FINDING_NOT_A_TRACKER] = "not-a-tracker",
        [FINDING_RECONNECTING] = "reconnecting",
        [FINDING_CONNECTED_SILENT] = "connected-silent",
        [FINDING_WRONG_TRANSPORT] = "wrong-transport",
        [FINDING_SWITCHED_OFF] = "switched-off",
        [FINDING_TRACCAR_DOWN] = "traccar-down",
        [FINDING_TRACCAR_STUCK] = "traccar-stuck",
        [FINDING_NOT_LISTENING] = "not-listening",
        [FINDING_TAKEN_PORT] = "taken-port",
        [FINDING_BEHIND_PROXY] = "behind-proxy",
        [FINDING_HALF_PUBLISHED] = "half-published",
        [FINDING_PRIVATE_ADDRESS] = "private-address",
        [FINDING_NOTHING_RECEIVED] = "nothing-received",
        [FINDING_REFUSED] = "refused",
        [FINDING_UDP_REFUSED] = "udp-refused",
        [FINDING_DROPPED] = "dropped",
        [FINDING_HALF_OPEN] = "half-open",
        [FINDING_UNKNOWN_DEVICE] = "unknown-device",
        [FINDING_FILTERED] = "filtered",
        [FINDING_DISABLED_DEVICE] = "disabled-device",
        [FINDING_NOT_DECODED] = "not-decoded",
        [FINDING_ZERO_COORDINATES] = "zero-coordinates",
        [FINDING_CLOCK_WRONG] = "clock-wrong",
        [FINDING_WRONG_WEB_PORT] = "wrong-web-port",
        [FINDING_NO_ANSWER] = "no-answer",
        [FINDING_SILENT] = "silent",
        [FINDING_DUPLICATE_ID] = "duplicate-id",
    };
    return names[code];
}

const char *connection_name(enum connection_state state)
{
    static const char *const names[CONNECTION_STATES] = { "opened", "closed", "refused", "unanswered",
                                                          "half-open" };
    return names[state];
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = { "info", "warning", "problem" };
    return names[severity];
}

const char *severity_word(enum severity severity)
{
    static const char *const words[] = { "NOTE", "WARNING", "PROBLEM" };
    return words[severity];
}
