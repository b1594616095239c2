/* SPDX-License-Identifier: Apache-2.0 */
/* Tells of the ports that another program held when Traccar started. Gets lines of Traccar's log from the judge. */
#include "verdict/conflict.h"

#include "verdict/wording.h"

/* More than so many are not told one by one: then Traccar runs twice. */
enum { SINGLE = 3 };

static struct subject subject_at(uint16_t port)
{
    struct who nobody = { .transport = TRANSPORT_TCP, .port = port };
    return subject_of(&nobody, "", port != 0);
}

static void raise(struct findings *findings, const struct ports *ports, const struct report_event *event,
                  uint16_t port)
{
    struct subject subject = subject_at(port);
    struct cursor name;
    struct wording text;
    if (finding_confirm(findings, FINDING_TAKEN_PORT, &subject, event->time))
        return;
    wording_start(&text);
    buffer_put_text(&text.text, "Traccar could not open ");
    if (port != 0)
        buffer_printf(&text.text, "port %u", port);
    else
        buffer_printf(&text.text, "%s of its ports", event->who.port != 0 ? "more" : "one");
    if (port != 0 && ports_name(ports, port, &name)) {
        buffer_put_text(&text.text, " (");
        buffer_put_cursor(&text.text, name);
        buffer_put_u8(&text.text, ')');
    }
    buffer_printf(&text.text, " when it started, because another program held %s.",
                  port != 0 || event->who.port == 0 ? "it" : "them");
    finding_raise(findings, FINDING_TAKEN_PORT, &subject,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_PROBLEM,
                      .who = { .transport = TRANSPORT_TCP, .port = port },
                      .device = "",
                      .protocol = port != 0 ? ports_owner(ports, port) : NULL,
                      .text = wording_end(&text),
                      .advice = "Stop that program ('sudo hexwatch doctor' names the port and who holds it; "
                                "where it is most of them, Traccar runs twice) and restart Traccar.",
                  });
}

void conflict_report(struct findings *findings, const struct ports *ports, const struct report_event *event)
{
    if (event->kind == REPORT_STARTED && findings_any(findings, FINDING_TAKEN_PORT))
        findings_forget(findings, FINDING_TAKEN_PORT, event->time + 1, event->time,
                        "Traccar has been started anew.");
    if (event->kind != REPORT_PORT_TAKEN)
        return;
    struct subject subject = subject_at(event->who.port);
    bool is_told = finding_is_raised(findings, FINDING_TAKEN_PORT, &subject);
    raise(findings, ports, event,
          is_told || findings_count(findings, FINDING_TAKEN_PORT) < SINGLE ? event->who.port : 0);
}

void conflict_message(struct findings *findings, const struct message_event *event)
{
    if (!event->is_logged || event->who.transport != TRANSPORT_TCP ||
        !findings_any(findings, FINDING_TAKEN_PORT))
        return;
    struct subject subject = subject_at(event->who.port);
    finding_clear(findings, FINDING_TAKEN_PORT, &subject, event->time, "Traccar hears devices there.");
}
