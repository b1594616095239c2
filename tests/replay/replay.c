/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays scenarios: replay FILE… . A scenario is a text: who sends what when, and what must be said of it, and nothing else. It is
 * played again and again: as if the packets were sniffed beside a Traccar, as if the program listened itself, and as if it read
 * Traccar's log; all must say the same. A new finding or a fault that was mended is one more file here; nothing else is edited.
 *
 *     # A tracker that was given the wrong port says goodbye.
 *     peer car 203.0.113.7:40000 tcp 5013      a peer, and the server's port that it sends to
 *     0s    car connects
 *     1s    car sends gt06:login               PROTOCOL:TYPE[:LOCATION] is the protocol's own sample; HEX and "text\r\n" too
 *           message car gt06 login 123456789012345 none wrong-port
 *           raised wrong-port 123456789012345 "Set the server port in the device to 5023"
 *     20m   car closes
 *
 * Lines before the first step set the scene:
 *     intake sniff|listen|log|both …  only these ways; both: sniffed, and the log is read too
 *     stores no                       log: this Traccar stores no position that it gets
 *     starts 2040-01-01T00:00:00Z     instead of 2026-02-01T08:00:00Z
 *     peer NAME ADDRESS:PORT tcp|udp SERVERPORT
 *     traccar PROTOCOL PORT           where this Traccar speaks it; PORT "off": it does not; "tls": on its usual port, over TLS
 *     portmap OUTSIDE INSIDE          a router passes this port on
 *     version 6.14                    of this Traccar; stands before the lines that say traccar
 *     traccar only PROTOCOL…          it speaks no others
 *     web PORT                        Traccar's web port is watched there (8082); 0: it is not
 *     expect ID [EVERY]               this device is expected, every so often
 *     never CODE…                     what this scenario is so near to that it must be seen not to be said
 *     fix_minutes, silent_seconds, message_seconds N    as in hexwatch.conf
 *
 * A step begins with its time, from the start (1h30m, 45s, 250ms) or from the step before (+5s). Until then, time passes:
 *     NAME connects                   from another port each time
 *     NAME sends BYTES… [by N]        one datagram; or a piece of a stream, in parts of N bytes
 *     NAME closes, NAME resets
 *     passes                          nothing happens
 *     ends                            so does the input
 *     host has ADDRESS, host gateway ADDRESS
 *     host runs [elsewhere], host starts, host ends    Traccar: since long, since now; elsewhere: in a network of its own
 *     host listens tcp|udp PORTS [at ADDRESS] [by PROGRAM], host leaves tcp|udp PORTS
 *     host unread tcp|udp PORT BYTES [SECONDS]         bytes that nobody reads
 *     host waits PORT COUNT           connections that nobody accepts
 *     host publishes tcp|udp PORTS    they are passed on to a container
 *     host hides                      programs of others cannot be seen
 *   sniff, log and both only:
 *     NAME receives BYTES…            from the server
 *   log and both only:
 *     log "TEXT"                      Traccar writes this line; {NAME} in it is the session of a peer
 *   sniff only:
 *     NAME loses N                    N bytes that the capture does not hold
 *     NAME knocks                     a SYN that nobody answers
 *     NAME is refused                 a SYN that is answered by RST; UDP: ICMP says that nobody is there
 *     NAME is half-open               a SYN whose answer is not acknowledged
 *
 * What follows a step must have been said since the step before it, in this order. Findings always, all of them; of messages,
 * answers and connections all of a kind, where one of this kind is listed:
 *     raised CODE DEVICE-or-ADDRESS ["part of its text or advice" …]
 *     cleared CODE DEVICE-or-ADDRESS […]
 *     message NAME PROTOCOL[|…] TYPE DEVICE LOCATION VERDICT       "-" where there is none
 *     answer NAME HEX                                              what was sent to the device
 *     connection NAME opened, connection NAME closed REASON, …
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/stage.h"
#include "replay/words.h"

enum { EXPECTED_MAX = 256, LINE_SIZE = 8192, NEVER_MAX = 16 };

static const int64_t usual_start = 1769932800 * INT64_C(1000000); /* 2026-02-01T08:00:00Z */

static const char *const kinds[NOTE_KINDS] = { "raised", "cleared", "message", "answer", "connection" };

static const char *const intakes[INTAKES] = { "sniff", "listen", "log", "both" };

struct expected {
    enum kind kind;
    unsigned line;
    char what[256];
    char parts[4][256];
    size_t part_count;
};

struct play {
    const char *path;
    unsigned line;
    enum intake intake;
    struct stage *stage;
    int64_t start;
    bool is_open, is_skipped, has_failed;
    unsigned step; /* its line */
    struct expected expected[EXPECTED_MAX];
    size_t expected_count;
    char never[NEVER_MAX][32];
    size_t never_count;
};

static bool fail(struct play *play, unsigned line, const char *what, const char *about)
{
    fprintf(stderr, "%s:%u: (%s) %s%s%s\n", play->path, line, intakes[play->intake], what, about ? ": " : "",
            about ? about : "");
    play->has_failed = true;
    return false;
}

/* ---- comparing ---- */

static bool has_parts(const struct expected *expected, const struct note *note)
{
    for (size_t i = 0; i < expected->part_count; i++) {
        if (!strstr(note->words, expected->parts[i]))
            return false;
    }
    return true;
}

static bool is_of(enum kind kind, bool findings, enum kind wanted)
{
    return findings ? kind <= NOTE_CLEARED : kind == wanted;
}

/* What was said of one kind (or of findings) and what should have been, one after the other. */
static void compare(struct play *play, bool findings, enum kind kind)
{
    size_t at = 0;
    char text[1400];
    for (size_t i = 0; i < play->stage->note_count; i++) {
        const struct note *note = &play->stage->notes[i];
        if (!is_of(note->kind, findings, kind))
            continue;
        while (at < play->expected_count && !is_of(play->expected[at].kind, findings, kind))
            at++;
        const struct expected *expected = at < play->expected_count ? &play->expected[at] : NULL;
        at++;
        if (expected && expected->kind == note->kind && strcmp(expected->what, note->what) == 0 &&
            has_parts(expected, note))
            continue;
        snprintf(text, sizeof(text), "%s %s%s%s", kinds[note->kind], note->what, note->words[0] ? "  # " : "",
                 note->words);
        fail(play, expected ? expected->line : play->step,
             expected ? "instead of this it was said" : "nobody expects", text);
        return;
    }
    for (; at < play->expected_count; at++) {
        if (is_of(play->expected[at].kind, findings, kind)) {
            fail(play, play->expected[at].line, "it was not said", play->expected[at].what);
            return;
        }
    }
}

/* The end of a step: what it brought is what is expected. */
static void settle(struct play *play)
{
    bool is_listed[NOTE_KINDS] = { false };
    for (size_t i = 0; i < play->stage->note_count * play->never_count; i++) {
        const struct note *note = &play->stage->notes[i / play->never_count];
        const char *code = play->never[i % play->never_count];
        if (note->kind == NOTE_RAISED && strncmp(note->what, code, strlen(code)) == 0 &&
            note->what[strlen(code)] == ' ')
            fail(play, play->step, "this must never be said", note->what);
    }
    for (size_t i = 0; i < play->expected_count; i++)
        is_listed[play->expected[i].kind] = true;
    compare(play, true, NOTE_RAISED);
    for (enum kind kind = NOTE_MESSAGE; kind < NOTE_KINDS; kind++) {
        if (is_listed[kind])
            compare(play, false, kind);
    }
    play->expected_count = play->stage->note_count = 0;
}

static bool expect(struct play *play, enum kind kind, const struct words *words)
{
    if (!play->is_open || play->expected_count == EXPECTED_MAX)
        return fail(play, play->line, "it belongs behind a step", NULL);
    struct expected *expected = &play->expected[play->expected_count++];
    *expected = (struct expected){ .kind = kind, .line = play->line };
    struct buffer what = buffer_on(expected->what, sizeof(expected->what) - 1);
    for (size_t i = 1; i < words->count; i++) {
        if (words->list[i][0] != '"') {
            buffer_printf(&what, "%s%s", what.length > 0 ? " " : "", words->list[i]);
        } else if (expected->part_count < 4) {
            struct buffer part = buffer_on(expected->parts[expected->part_count++], 255);
            if (!words_bytes(words->list[i], false, &part))
                return fail(play, play->line, "this text cannot be read", words->list[i]);
        }
    }
    return true;
}

/* ---- the scene ---- */

static bool set_traccar(struct play *play, const char *name, const char *where)
{
    const struct protocol *protocol = registry_find(name);
    uint64_t port;
    if (protocol && strcmp(where, "off") == 0) {
        ports_switch_off(play->stage->ports, protocol, PORTS_NOT_ENABLED);
        return true;
    }
    if (protocol && strcmp(where, "tls") == 0) {
        ports_set_tls(play->stage->ports, protocol);
        return true;
    }
    if (!protocol || !words_number(where, UINT16_MAX, &port))
        return false;
    ports_move(play->stage->ports, protocol, (uint16_t)port);
    return true;
}

static bool set_only(struct play *play, const struct words *words)
{
    for (const struct protocol *const *protocol = registry; *protocol; protocol++) {
        bool is_named = false;
        for (size_t i = 2; i < words->count; i++)
            is_named = is_named || strcmp((*protocol)->name, words->list[i]) == 0;
        if (!is_named)
            ports_switch_off(play->stage->ports, *protocol, PORTS_NOT_ENABLED);
    }
    ports_take_back(play->stage->ports);
    return true;
}

static bool add_never(struct play *play, const struct words *words)
{
    for (size_t i = 1; i < words->count; i++) {
        if (play->never_count == NEVER_MAX)
            return false;
        snprintf(play->never[play->never_count++], sizeof(play->never[0]), "%s", words->list[i]);
    }
    return true;
}

static bool add_peer(struct play *play, const struct words *words)
{
    uint64_t port;
    struct peer *peer = &play->stage->peers[play->stage->peer_count];
    if (words->count != 5 || play->stage->peer_count == PEERS_MAX ||
        strlen(words->list[1]) >= NAME_MAX_LENGTH || !words_endpoint(words->list[2], &peer->endpoint) ||
        !words_number(words->list[4], UINT16_MAX, &port))
        return false;
    strcpy(peer->name, words->list[1]);
    peer->transport = strcmp(words->list[3], "udp") == 0 ? TRANSPORT_UDP : TRANSPORT_TCP;
    peer->port = (uint16_t)port;
    play->stage->peer_count++;
    return true;
}

static bool add_expected(struct play *play, const struct words *words)
{
    struct stage *stage = play->stage;
    struct expected_device *expected = &stage->expected[stage->judging.expected_count];
    if (words->count < 2 || words->count > 3 || stage->judging.expected_count == PEERS_MAX ||
        strlen(words->list[1]) >= sizeof(expected->id) ||
        (words->count == 3 && !words_duration(words->list[2], &expected->every)))
        return false;
    strcpy(expected->id, words->list[1]);
    stage->judging.expected = stage->expected;
    stage->judging.expected_count++;
    return true;
}

static bool set_number(struct play *play, const char *key, uint64_t number)
{
    struct stage *stage = play->stage;
    int64_t seconds = (int64_t)number * 1000000;
    if (strcmp(key, "fix_minutes") == 0)
        stage->judging.fix_wait = 60 * seconds;
    else if (strcmp(key, "silent_seconds") == 0)
        stage->judging.silent_wait = seconds;
    else if (strcmp(key, "message_seconds") == 0)
        stage->session.message_wait = seconds;
    else if (strcmp(key, "web") == 0)
        stage->judging.web_port = (uint16_t)number;
    else
        return false;
    return true;
}

static bool choose_intakes(struct play *play, const struct words *words)
{
    play->is_skipped = true;
    for (size_t i = 1; i < words->count; i++) {
        enum intake intake = 0;
        while (intake < INTAKES && strcmp(intakes[intake], words->list[i]) != 0)
            intake++;
        if (intake == INTAKES)
            return fail(play, play->line, "sniff, listen, log or both", words->list[i]);
        play->is_skipped = play->is_skipped && intake != play->intake;
    }
    return true;
}

static bool set_scene(struct play *play, const struct words *words)
{
    const char *key = words->list[0], *value = words->count > 1 ? words->list[1] : "";
    uint64_t number;
    int64_t start;
    if (strcmp(key, "peer") == 0)
        return add_peer(play, words);
    if (strcmp(key, "expect") == 0)
        return add_expected(play, words);
    if (strcmp(key, "intake") == 0)
        return choose_intakes(play, words);
    if (strcmp(key, "stores") == 0 && strcmp(value, "no") == 0) {
        play->stage->stores = false;
        return true;
    }
    if (strcmp(key, "starts") == 0 && calendar_read_iso(cursor_of_text(value), &start)) {
        play->start = play->stage->now = play->stage->next_tick = start * 1000000;
        return true;
    }
    if (strcmp(key, "version") == 0 && words->count == 2) {
        ports_set_version(play->stage->ports, value);
        return true;
    }
    if (strcmp(key, "portmap") == 0 && words->count == 3) {
        uint64_t inside;
        if (!words_number(value, UINT16_MAX, &number) || !words_number(words->list[2], UINT16_MAX, &inside))
            return false;
        ports_map(play->stage->ports, &(struct port_mapping){ (uint16_t)number, (uint16_t)inside });
        return true;
    }
    if (strcmp(key, "never") == 0)
        return add_never(play, words);
    if (strcmp(key, "traccar") == 0 && strcmp(value, "only") == 0)
        return set_only(play, words);
    if (strcmp(key, "traccar") == 0 && words->count == 3)
        return set_traccar(play, value, words->list[2]);
    return words->count == 2 && words_number(value, 1000000, &number) && set_number(play, key, number);
}

/* ---- steps ---- */

static struct peer *find_peer(struct play *play, const char *name)
{
    for (size_t i = 0; i < play->stage->peer_count; i++) {
        if (strcmp(play->stage->peers[i].name, name) == 0)
            return &play->stage->peers[i];
    }
    return NULL;
}

/* BYTES… [by N], from the third word on */
static bool exchange(struct play *play, struct peer *peer, const struct words *words, bool is_sent)
{
    static uint8_t memory[4 * MESSAGE_MAX];
    struct buffer bytes = buffer_on(memory, sizeof(memory));
    uint64_t part = sizeof(memory);
    size_t count = words->count;
    if (count > 4 && strcmp(words->list[count - 2], "by") == 0) {
        if (!words_number(words->list[count - 1], sizeof(memory), &part) || part == 0)
            return false;
        count -= 2;
    }
    for (size_t i = 3; i < count; i++) {
        if (!words_bytes(words->list[i], peer->transport == TRANSPORT_UDP, &bytes))
            return fail(play, play->line, "these bytes cannot be read", words->list[i]);
    }
    struct cursor rest = buffer_cursor(&bytes), piece;
    do {
        size_t n = rest.left < part ? rest.left : (size_t)part;
        piece = cursor_of(rest.at, n);
        if (!(is_sent ? stage_send(play->stage, peer, piece) : stage_receive(play->stage, peer, piece)))
            return false;
    } while (cursor_skip(&rest, piece.left) && rest.left > 0);
    return true;
}

static bool act(struct play *play, const struct words *words)
{
    struct stage *stage = play->stage;
    struct peer *peer = find_peer(play, words->list[1]);
    const char *verb = words->count > 2 ? words->list[2] : "", *more = words->count > 3 ? words->list[3] : "";
    uint64_t number;
    if (!peer && words->count == 2 && strcmp(words->list[1], "passes") == 0)
        return true;
    if (!peer && words->count == 2 && strcmp(words->list[1], "ends") == 0) {
        stage_end(stage);
        return true;
    }
    if (!peer && strcmp(words->list[1], "host") == 0)
        return stage_host(stage, words);
    if (!peer && words->count == 3 && strcmp(words->list[1], "log") == 0 && verb[0] == '"')
        return stage_log(stage, verb + 1);
    if (!peer)
        return fail(play, play->line, "nobody has this name", words->list[1]);
    if (strcmp(verb, "connects") == 0)
        return stage_connect(stage, peer);
    if (strcmp(verb, "sends") == 0 || strcmp(verb, "receives") == 0)
        return exchange(play, peer, words, verb[0] == 's');
    if (strcmp(verb, "closes") == 0 || strcmp(verb, "resets") == 0)
        return stage_close(stage, peer, verb[0] == 'r');
    if (strcmp(verb, "loses") == 0)
        return words_number(more, 1 << 20, &number) && stage_lose(stage, peer, (size_t)number);
    if (strcmp(verb, "knocks") == 0)
        return stage_knock(stage, peer, "");
    return strcmp(verb, "is") == 0 && stage_knock(stage, peer, more);
}

static bool step(struct play *play, const struct words *words)
{
    const char *word = words->list[0];
    int64_t time;
    bool is_relative = word[0] == '+';
    if (!words_duration(word + (is_relative ? 1 : 0), &time) || words->count < 2)
        return fail(play, play->line, "this is no line of a scenario", word);
    if (!play->is_open && !stage_open(play->stage))
        return fail(play, play->line, "out of memory", NULL);
    if (play->is_open)
        settle(play);
    play->is_open = true;
    play->step = play->line;
    time += is_relative ? play->stage->now : play->start;
    if (time < play->stage->now)
        return fail(play, play->line, "time runs backwards", word);
    stage_pass(play->stage, time);
    return act(play, words) || (!play->has_failed && fail(play, play->line, "this cannot be done", NULL));
}

static bool take_line(struct play *play, char *line)
{
    struct words words;
    if (!words_cut(line, &words))
        return fail(play, play->line, "this line cannot be read", NULL);
    if (words.count == 0)
        return true;
    for (enum kind kind = 0; kind < NOTE_KINDS; kind++) {
        if (strcmp(words.list[0], kinds[kind]) == 0)
            return expect(play, kind, &words);
    }
    if (words.list[0][0] == '+' || (words.list[0][0] >= '0' && words.list[0][0] <= '9'))
        return step(play, &words);
    if (play->is_open)
        return fail(play, play->line, "this is no line of a scenario", words.list[0]);
    return set_scene(play, &words) || fail(play, play->line, "this cannot be set", words.list[0]);
}

static bool play_file(const char *path, enum intake intake)
{
    static struct play play;
    char line[LINE_SIZE];
    FILE *file = fopen(path, "r");
    play = (struct play){ .path = path, .intake = intake, .start = usual_start };
    play.stage = stage_new(intake, usual_start);
    if (!file || !play.stage) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    while (!play.is_skipped && fgets(line, sizeof(line), file)) {
        play.line++;
        if (!take_line(&play, line))
            break;
    }
    if (play.is_open && !play.has_failed)
        settle(&play);
    if (!play.is_open && !play.is_skipped)
        fail(&play, play.line, "nothing happens in it", NULL);
    stage_free(play.stage);
    fclose(file);
    return !play.has_failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        bool is_fine = true;
        for (enum intake intake = 0; intake < INTAKES; intake++)
            is_fine = play_file(argv[i], intake) && is_fine;
        failed += is_fine ? 0 : 1;
    }
    printf("%d scenarios, %d failed\n", argc - 1, failed);
    return failed == 0 && argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
