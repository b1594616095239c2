/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of the matter of the server. */
#include "verdict/server_words.h"

enum { LIST_MAX = 120, SECOND = 1000000, YOUNG = 60 * SECOND };

/* "tcp 5023 (gt06)", or "tcp 5001-5020,5023" for many. */
static void put_ports(struct buffer *out, const struct server_subject *subject)
{
    char list[LIST_MAX];
    struct cursor name;
    buffer_printf(out, "%s ", transport_name(subject->transport));
    if (subject->set) {
        portset_write(subject->set, subject->transport, list, sizeof(list));
        buffer_put_text(out, list);
        return;
    }
    buffer_printf(out, "%u", subject->port);
    if (!ports_name(subject->ports, subject->port, &name))
        return;
    buffer_put_text(out, " (");
    buffer_put_cursor(out, name);
    buffer_put_u8(out, ')');
}

/* "python3 (process 77)" */
static void put_holder(struct buffer *out, const struct host_socket *socket)
{
    if (socket->program[0])
        buffer_printf(out, "%s (process %d)", socket->program, socket->process);
    else
        buffer_put_text(out, "another program");
}

/* A key of Traccar's configuration that begins with the protocol's name. */
static void put_key(struct buffer *out, const struct server_subject *subject, const char *key)
{
    struct cursor name;
    if (!subject->set && ports_name(subject->ports, subject->port, &name))
        buffer_put_cursor(out, name);
    else
        buffer_put_text(out, "PROTOCOL");
    buffer_printf(out, ".%s", key);
}

static void put_absent(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    const struct host_process *traccar = subject->process;
    buffer_printf(text, "Traccar runs (process %d", traccar->id);
    if (traccar->started != 0 && subject->time > traccar->started) {
        buffer_put_text(text, ", for ");
        wording_put_span(text, subject->time - traccar->started);
    }
    buffer_put_text(text, "), but nothing listens on ");
    put_ports(text, subject);
    buffer_put_u8(text, '.');
    if (traccar->started != 0 && subject->time - traccar->started < YOUNG)
        buffer_put_text(advice,
                        "It may still be opening its ports: wait a minute and look again. If it stays so: ");
    buffer_put_text(advice,
                    "Look in Traccar's log for a line about that port, written when it started; mend what it "
                    "says and restart Traccar.");
}

static void put_inside(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    char address[ENDPOINT_TEXT];
    struct endpoint local = subject->socket->local;
    local.port = 0;
    endpoint_write(&local, address);
    put_ports(text, subject);
    buffer_printf(text, " is open at %s only, so that no other host reaches it.", address);
    buffer_put_text(advice, "Take ");
    put_key(advice, subject, "address");
    buffer_put_text(advice,
                    " out of Traccar's conf/traccar.xml, or set it to an address of this host, and restart "
                    "Traccar.");
}

static void put_taken(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    put_holder(text, subject->socket);
    buffer_put_text(text, " holds ");
    put_ports(text, subject);
    buffer_put_text(text, ", so that Traccar cannot listen there.");
    buffer_put_text(advice, "Stop that program, or move it to another port, and restart Traccar. Or set ");
    put_key(advice, subject, "port");
    buffer_put_text(advice, " to a free port, and the devices too.");
}

/* It may still run, as it was started before somebody wrote that. */
static void put_broken(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    buffer_printf(text, "Traccar %s: its configuration is broken: %s.",
                  subject->process   ? "runs, but would not start again"
                  : subject->is_down ? "does not run"
                                     : "would not start",
                  subject->broken);
    buffer_put_text(advice, "Mend that (xmllint --noout FILE shows whether a file is sound), and "
                            "restart Traccar.");
}

static void put_down(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    if (subject->broken) {
        put_broken(text, advice, subject);
        return;
    }
    buffer_printf(text, "Traccar does not run%s: no process of it is seen, and none of its ports is its own.",
                  subject->is_container ? " in this container" : "");
    buffer_put_text(advice,
                    "Start it (sudo systemctl start traccar). If it ends again, the end of its log and "
                    "journalctl -u traccar say why.");
}

static void put_stuck(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    bool is_traccars = subject->is_traccars || !subject->socket;
    buffer_put_text(text, is_traccars ? "Traccar" : "");
    if (!is_traccars)
        put_holder(text, subject->socket);
    else if (subject->socket)
        buffer_printf(text, " (process %d)", subject->socket->process);
    buffer_put_text(text, " does not read what it is sent: on ");
    put_ports(text, subject);
    if (subject->count > 1)
        buffer_printf(text, " and %u other ports", subject->count - 1);
    buffer_printf(text, " %llu bytes wait", (unsigned long long)subject->bytes);
    if (subject->unread > 0)
        buffer_printf(text, ", in %u connection%s that nobody reads", subject->unread,
                      subject->unread > 1 ? "s" : "");
    if (subject->unaccepted > 0)
        buffer_printf(text, ", %u connection%s accepted by nobody", subject->unaccepted,
                      subject->unaccepted > 1 ? "s are" : " is");
    if (subject->longest > 0) {
        buffer_put_text(text, ", for up to ");
        wording_put_span(text, subject->longest);
    }
    buffer_put_u8(text, '.');
    buffer_put_text(advice,
                    is_traccars
                        ? "Restart Traccar. Before that, jstack and its process number show what it hangs "
                          "in; the last HEX in its log is what it was sent."
                        : "Restart that program.");
}

static void put_published(struct buffer *text, struct buffer *advice, const struct server_subject *subject)
{
    char tcp[LIST_MAX], udp[LIST_MAX];
    portset_write(subject->set, TRANSPORT_TCP, tcp, sizeof(tcp));
    portset_write(subject->set, TRANSPORT_UDP, udp, sizeof(udp));
    if (subject->tcp + subject->udp == 0)
        buffer_put_text(
            text, "Traccar runs in a container, and none of the ports that trackers send to is published.");
    else if (subject->udp == 0 && !tcp[0])
        buffer_put_text(
            text, "The container's ports are published for TCP only: what trackers send over UDP does not "
                  "come in.");
    else
        buffer_printf(text, "The container's ports are published in part: not tcp %s, not udp %s.",
                      tcp[0] ? tcp : "-", udp[0] ? udp : "-");
    buffer_put_text(advice,
                    "Publish 5000-5500:5000-5500 and 5000-5500:5000-5500/udp, and make the container anew.");
}

void server_words_put(struct server_words *words, const struct server_subject *subject)
{
    struct buffer *text = &words->text.text, *advice = &words->advice.text;
    wording_start(&words->text);
    wording_start(&words->advice);
    switch (subject->code) {
    case FINDING_NOT_LISTENING:
        if (subject->socket)
            put_inside(text, advice, subject);
        else
            put_absent(text, advice, subject);
        break;
    case FINDING_TAKEN_PORT:
        put_taken(text, advice, subject);
        break;
    case FINDING_TRACCAR_DOWN:
        put_down(text, advice, subject);
        break;
    case FINDING_TRACCAR_STUCK:
        put_stuck(text, advice, subject);
        break;
    default:
        put_published(text, advice, subject);
        break;
    }
}

const char *server_words_cleared(enum finding_code code)
{
    switch (code) {
    case FINDING_NOT_LISTENING:
        return "Traccar listens there now.";
    case FINDING_TAKEN_PORT:
        return "No other program holds it now.";
    case FINDING_TRACCAR_DOWN:
        return "Traccar runs.";
    case FINDING_TRACCAR_STUCK:
        return "What waited was read.";
    default:
        return "They are published now.";
    }
}
