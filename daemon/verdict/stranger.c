/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of strangers. Gets messages from the judge, gives findings to the table of findings. */
#include "verdict/stranger.h"

#include <stdlib.h>
#include <string.h>

#include "verdict/wording.h"

enum { SHOWN = 24 }; /* bytes in a finding's text */

struct stranger_matter {
    int64_t forget;
    const struct ports *ports;
    struct findings *findings;
};

struct stranger_matter *stranger_new(int64_t forget, const struct ports *ports, struct findings *findings)
{
    struct stranger_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    *matter = (struct stranger_matter){ .forget = forget, .ports = ports, .findings = findings };
    return matter;
}

void stranger_free(struct stranger_matter *matter)
{
    free(matter);
}

/* Somebody tried whether this server can be reached, and it can. Told once an address, whatever ports it tried. */
static void raise_reached(struct stranger_matter *matter, const struct message_event *event)
{
    struct subject subject = subject_of(&event->who, "", false);
    struct wording text;
    if (finding_has_sample(matter->findings, FINDING_NOT_A_TRACKER, &subject) &&
        finding_confirm(matter->findings, FINDING_NOT_A_TRACKER, &subject, event->time))
        return;
    /* where it tried other ports in vain, it was taken for a scanner, who has said nothing */
    finding_clear(matter->findings, FINDING_NOT_A_TRACKER, &subject, event->time, "It is 'hexwatch probe'.");
    wording_start(&text);
    buffer_put_text(&text.text, "Reached from ");
    wording_put_address(&text.text, &event->who);
    buffer_printf(&text.text, ": its 'hexwatch probe' came through to %s port %u.",
                  transport_name(event->who.transport), event->who.port);
    finding_raise(matter->findings, FINDING_NOT_A_TRACKER, &subject,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_INFO,
                      .who = event->who,
                      .device = "",
                      .sample = event->bytes,
                      .text = wording_end(&text),
                      .advice = "The table that it prints there says which other ports are open.",
                  });
}

/* What comes to a port of TLS is right, and cannot be looked into. */
static void raise_sealed(struct stranger_matter *matter, const struct message_event *event,
                         const struct subject *subject)
{
    struct wording text;
    struct cursor name;
    if (finding_confirm(matter->findings, FINDING_UNIDENTIFIED, subject, event->time))
        return;
    wording_start(&text);
    wording_put_address(&text.text, &event->who);
    buffer_printf(&text.text, " speaks TLS to port %u", event->who.port);
    if (ports_name(matter->ports, event->who.port, &name)) {
        buffer_put_text(&text.text, ", as this Traccar has it (");
        buffer_put_cursor(&text.text, name);
        buffer_put_text(&text.text, ".ssl)");
    }
    buffer_put_text(&text.text, ": what is inside cannot be seen here.");
    finding_raise(
        matter->findings, FINDING_UNIDENTIFIED, subject,
        (struct finding_event){
            .time = event->time,
            .severity = SEVERITY_INFO,
            .who = event->who,
            .device = "",
            .sample = event->bytes,
            .text = wording_end(&text),
            .advice =
                "Traccar's log has it in the clear: read that too (log in hexwatch.conf, or hexwatch log).",
        });
}

/* Who speaks TLS where none is expected may be a device all the same. */
static const char *advise_visitor(const struct stranger_matter *matter, const struct message_event *event,
                                  struct wording *memory)
{
    static const char usual[] = "Nothing is wrong with your devices: ports open to the internet get such "
                                "visits. Close unused ones.";
    struct cursor name;
    if (strcmp(event->identity->kind, "tls") != 0 || !ports_name(matter->ports, event->who.port, &name))
        return usual;
    wording_start(memory);
    if (cursor_is(name, "osmand")) {
        buffer_printf(&memory->text,
                      "%s If it is a phone's app, its server URL begins with http://, not https://.", usual);
        return wording_end(memory);
    }
    buffer_printf(&memory->text, "%s If it is a device of yours, switch its TLS off, or set ", usual);
    buffer_put_cursor(&memory->text, name);
    buffer_put_text(&memory->text, ".ssl to true in Traccar's conf/traccar.xml.");
    return wording_end(memory);
}

static void raise_no_tracker(struct stranger_matter *matter, const struct message_event *event,
                             const struct subject *subject)
{
    struct wording text, advice;
    wording_start(&text);
    wording_put_address(&text.text, &event->who);
    buffer_printf(&text.text, " sent %s to port %u: that is no tracker.", wording_kind(event->identity->kind),
                  event->who.port);
    finding_raise(matter->findings, FINDING_NOT_A_TRACKER, subject,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_INFO,
                      .who = event->who,
                      .device = "",
                      .sample = event->bytes,
                      .text = wording_end(&text),
                      .advice = advise_visitor(matter, event, &advice),
                  });
}

/* The phone app for looking at the map, and a browser, ask for this of Traccar's web port, and nobody else does. */
static bool is_web_app(const struct message_event *event)
{
    return CURSOR_STARTS(event->bytes, "GET /api/session") ||
           CURSOR_STARTS(event->bytes, "POST /api/session") ||
           CURSOR_STARTS(event->bytes, "GET /api/server") || CURSOR_STARTS(event->bytes, "GET /api/socket");
}

static void raise_web_app(struct stranger_matter *matter, const struct message_event *event,
                          const struct subject *subject)
{
    struct wording text, advice;
    if (finding_confirm(matter->findings, FINDING_WRONG_WEB_PORT, subject, event->time))
        return;
    wording_start(&text);
    wording_start(&advice);
    wording_put_address(&text.text, &event->who);
    buffer_put_text(&text.text, " looks for Traccar's web interface on ");
    wording_put_port(&text.text, matter->ports, event->who.port);
    buffer_put_u8(&text.text, '.');
    uint16_t outside = ports_outside(matter->ports, ports_web(matter->ports));
    buffer_printf(&advice.text, "In the app or the browser use port %u.",
                  outside != 0 ? outside : ports_web(matter->ports));
    finding_raise(matter->findings, FINDING_WRONG_WEB_PORT, subject,
                  (struct finding_event){ .time = event->time,
                                          .severity = SEVERITY_WARNING,
                                          .who = event->who,
                                          .device = "",
                                          .right_port = ports_web(matter->ports),
                                          .text = wording_end(&text),
                                          .advice = wording_end(&advice) });
}

/* On such a port the bytes may be just right. */
static void put_not_known_yet(const struct stranger_matter *matter, uint16_t port, struct buffer *out)
{
    struct cursor name;
    bool is_named = ports_name(matter->ports, port, &name);
    buffer_printf(out, "%u is Traccar's ", port);
    if (is_named)
        buffer_put_cursor(out, name);
    else
        buffer_put_text(out, "port for a protocol");
    buffer_put_text(
        out, ", which hexwatch does not recognise yet: look at Traccar's log whether Traccar decodes it.");
}

static void raise_unidentified(struct stranger_matter *matter, const struct message_event *event,
                               const struct subject *subject)
{
    struct wording text, advice;
    struct cursor bytes = event->bytes;
    wording_start(&text);
    wording_put_address(&text.text, &event->who);
    buffer_put_text(&text.text, " sends bytes of no known protocol to ");
    wording_put_port(&text.text, matter->ports, event->who.port);
    buffer_put_text(&text.text, ": ");
    buffer_put_hex(&text.text, cursor_of(bytes.at, bytes.left < SHOWN ? bytes.left : SHOWN));
    buffer_put_text(&text.text, bytes.left > SHOWN ? "..." : ".");
    wording_start(&advice);
    if (ports_is_unknown(matter->ports, event->who.port))
        put_not_known_yet(matter, event->who.port, &advice.text);
    else
        buffer_put_text(&advice.text,
                        "If this is your device, ask its seller for the protocol, and show this "
                        "HEX in the Traccar forum.");
    finding_raise(matter->findings, FINDING_UNIDENTIFIED, subject,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_WARNING,
                      .who = event->who,
                      .device = "",
                      .sample = event->bytes,
                      .text = wording_end(&text),
                      .advice = wording_end(&advice),
                  });
}

void stranger_message(struct stranger_matter *matter, const struct message_event *event)
{
    enum verdict verdict = event->identity->verdict;
    /* a piece that a known conversation does not explain is no stranger's; nor is one that is not all that was sent */
    bool is_piece = event->protocol || event->lost > 0 || event->is_cut;
    bool is_unidentified = verdict == VERDICT_UNIDENTIFIED && !is_piece;
    if (verdict != VERDICT_NOT_A_TRACKER && !is_unidentified)
        return;
    if (!is_unidentified && strcmp(event->identity->kind, "hexwatch-probe") == 0) {
        raise_reached(matter, event);
        return;
    }
    enum finding_code code = is_unidentified ? FINDING_UNIDENTIFIED : FINDING_NOT_A_TRACKER;
    struct subject subject = subject_of(&event->who, "", true);
    if (is_unidentified && event->identity->kind) {
        raise_sealed(matter, event, &subject);
        return;
    }
    if (!is_unidentified && is_web_app(event)) {
        raise_web_app(matter, event, &subject);
        return;
    }
    if (finding_confirm(matter->findings, code, &subject, event->time))
        return;
    if (is_unidentified)
        raise_unidentified(matter, event, &subject);
    else
        raise_no_tracker(matter, event, &subject);
}

void stranger_tick(struct stranger_matter *matter, int64_t now)
{
    int64_t before = now - matter->forget;
    findings_forget(matter->findings, FINDING_NOT_A_TRACKER, before, now, "It has not come again.");
    findings_forget(matter->findings, FINDING_UNIDENTIFIED, before, now, "It has not come again.");
}
