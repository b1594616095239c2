/* SPDX-License-Identifier: Apache-2.0 */
/* The stage of a scenario: the whole of core from frames or sessions to findings, with peers that act and a clock that is told
 * what time it is. Everything that is told is noted as text. */
#ifndef TESTS_REPLAY_STAGE_H
#define TESTS_REPLAY_STAGE_H

#include "protocol/registry.h"
#include "verdict/judge.h"
#include "wire/datagrams.h"
#include "wire/logbook.h"
#include "wire/session.h"
#include "wire/tap.h"

enum intake {
    INTAKE_SNIFF,  /* packets, through the tap */
    INTAKE_LISTEN, /* bytes of our own sockets, which are answered */
    INTAKE_LOG,    /* lines of Traccar's log */
    INTAKE_BOTH,   /* packets, and behind them the log */
    INTAKES
};

enum { NAME_MAX_LENGTH = 32, PEERS_MAX = 64, NOTES_MAX = 512, LINES_MAX = 256, LOG_LINE_MAX = 8192 };

struct peer {
    char name[NAME_MAX_LENGTH];
    struct endpoint endpoint; /* its port grows with each connection, as it does in life */
    enum transport transport;
    uint16_t port; /* the server's */
    bool has_connected;
    struct session *session; /* listen: open */
    uint32_t sent, received; /* sniff: sequence numbers of the next bytes */
    unsigned connections;    /* log: how many there were */
};

enum kind { NOTE_RAISED, NOTE_CLEARED, NOTE_MESSAGE, NOTE_ANSWER, NOTE_CONNECTION, NOTE_KINDS };

/* Something that was told: "wrong-port 123456789012345", and for a finding what it says. */
struct note {
    enum kind kind;
    int64_t time;
    char what[256];
    char words[1024];
};

struct stage {
    enum intake intake;
    struct judge_settings judging;
    struct session_settings session;
    struct peer peers[PEERS_MAX];
    size_t peer_count;
    int64_t now, next_tick;
    struct note notes[NOTES_MAX]; /* since they were last taken away */
    size_t note_count;

    struct ports *ports;
    struct detector *detector;
    struct publisher publisher;
    struct sink sink;
    struct judge *judge;
    struct sessions *sessions;
    struct datagrams *datagrams;
    struct portset watched;
    struct tap *tap;
    struct answers answers;
    struct logbook *logbook;
    struct expected_device expected[PEERS_MAX];
    bool stores; /* Traccar stores the positions that come to the right port, and says so in its log */
    struct {
        int64_t time;
        char *text;     /* owned */
    } lines[LINES_MAX]; /* of the log that are not read yet, the oldest first */
    size_t line_count;
    struct host_facts *host; /* owned; NULL: nothing is known of it */
    int64_t looked;          /* when the judge was shown it last */
};

/* A stage without actors, all settings as they come; NULL when memory is out. */
struct stage *stage_new(enum intake intake, int64_t now);
void stage_free(struct stage *stage);

/* Once the settings, ports and peers are set: builds the rest. */
MUST_CHECK bool stage_open(struct stage *stage);

/* Lets the time pass, second by second. */
void stage_pass(struct stage *stage, int64_t until);

/* What peers do. A false return: not on this intake, or not now. */
MUST_CHECK bool stage_connect(struct stage *stage, struct peer *peer);
MUST_CHECK bool stage_send(struct stage *stage, struct peer *peer, struct cursor bytes);
MUST_CHECK bool stage_lose(struct stage *stage, struct peer *peer, size_t bytes);
MUST_CHECK bool stage_receive(struct stage *stage, struct peer *peer, struct cursor bytes);
MUST_CHECK bool stage_close(struct stage *stage, struct peer *peer, bool is_reset);
/* SYN, and then: nothing, RST, SYN-ACK without an end. */
MUST_CHECK bool stage_knock(struct stage *stage, struct peer *peer, const char *answer);
void stage_end(struct stage *stage);

/* ---- host.c: the host itself ---- */

struct words;

/* Something changes there: "host VERB …", see replay.c. */
MUST_CHECK bool stage_host(struct stage *stage, const struct words *words);
/* Shows it to the judge, now and then. */
void stage_look(struct stage *stage);

/* ---- logged.c: Traccar's log ---- */

/* Is there a log on this intake? */
static inline bool stage_has_log(const struct stage *stage)
{
    return stage->intake == INTAKE_LOG || stage->intake == INTAKE_BOTH;
}

/* Writes a line; in it {NAME} is the session of that peer. */
MUST_CHECK bool stage_log(struct stage *stage, const char *message);
/* What a Traccar of today writes when a peer connects or is gone, and when bytes come or go. */
void stage_log_contact(struct stage *stage, struct peer *peer, bool is_begin);
void stage_log_bytes(struct stage *stage, const struct peer *peer, enum direction direction,
                     struct cursor bytes);
/* A message of the log was published: Traccar stores its position. */
void stage_log_position(struct stage *stage, const struct message_event *event);
/* Reads the lines that were written before this time. */
void stage_read_log(struct stage *stage, int64_t before);

#endif
