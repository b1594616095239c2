/* SPDX-License-Identifier: Apache-2.0 */
/* Tells of proxies whose header stands before the trackers' bytes. Gets messages from the judge. */
#include "verdict/proxied.h"

#include "verdict/wording.h"

static void raise(struct findings *findings, const struct message_event *event, const struct subject *subject)
{
    static const struct endpoint nobody;
    char said[ENDPOINT_TEXT];
    struct wording text;
    wording_start(&text);
    wording_put_address(&text.text, &event->who);
    buffer_printf(&text.text, " puts a PROXY header before what it sends to port %u", event->who.port);
    if (!endpoint_same(event->identity->says, &nobody)) {
        (void)endpoint_write(event->identity->says, said);
        buffer_printf(&text.text, " (it says that the sender is %s)", said);
    }
    buffer_put_text(
        &text.text,
        ". Traccar cannot read that: it takes it for the device's own bytes, and decodes nothing.");
    finding_raise(findings, FINDING_BEHIND_PROXY, subject,
                  (struct finding_event){
                      .time = event->time,
                      .severity = SEVERITY_PROBLEM,
                      .who = event->who,
                      .device = "",
                      .sample = event->bytes,
                      .protocol = event->protocol,
                      .text = wording_end(&text),
                      .advice =
                          "Have the proxy pass the bytes on as they are: in haproxy take send-proxy (or "
                          "send-proxy-v2) off the server's line, in nginx's stream remove proxy_protocol on.",
                  });
}

void proxied_tick(struct findings *findings, int64_t before, int64_t now)
{
    findings_forget(findings, FINDING_BEHIND_PROXY, before, now, "Nothing has come from there any more.");
}

void proxied_message(struct findings *findings, const struct message_event *event)
{
    struct subject subject = subject_of(&event->who, "", true);
    if (!event->identity->says) {
        if (findings_any(findings, FINDING_BEHIND_PROXY))
            finding_clear(findings, FINDING_BEHIND_PROXY, &subject, event->time,
                          "It sends no PROXY header any more.");
        return;
    }
    if (event->identity->candidate_count > 0 &&
        !finding_confirm(findings, FINDING_BEHIND_PROXY, &subject, event->time))
        raise(findings, event, &subject);
}
