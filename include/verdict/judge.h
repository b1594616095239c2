/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge: passes messages and connections on to the outlets and keeps what they mean over time. A finding is raised once
 * and cleared when it ends. Pure: facts come in, findings go out, `now` is an argument. Gets facts from session.
 */
#ifndef VERDICT_JUDGE_H
#define VERDICT_JUDGE_H

#include "verdict/event.h"
#include "verdict/expected.h"
#include "verdict/server.h"

struct judge_settings {
    size_t devices;         /* most devices kept; the oldest is evicted */
    size_t findings;        /* most findings kept */
    int64_t fix_wait;       /* µs without a valid location after which waiting-for-fix becomes no-fix */
    int64_t silent_wait;    /* µs a connection may say nothing before connected-silent */
    unsigned reconnects;    /* connections without data … */
    int64_t reconnect_span; /* … within so many µs that make reconnecting */
    uint16_t
        web_port; /* Traccar's web port when it is watched too: only trackers' messages are told of it; or 0 */
    bool is_joined; /* packets are watched and Traccar's log is read: what comes both ways counts once */
    const struct expected_device *expected; /* devices that somebody expects to hear of; borrowed */
    size_t expected_count;
    int64_t quiet;   /* µs without anything from other hosts that make nothing-received */
    int64_t lasting; /* µs that what is wrong with the server must have lasted */
    int64_t forget;  /* µs after which a finding that nothing has confirmed is over */
};

/* What the configuration says when nobody said anything. */
struct judge_settings judge_defaults(void);

struct judge;

/* publisher and ports are borrowed; NULL when memory is out. judge_free takes NULL. */
struct judge *judge_new(const struct judge_settings *settings, const struct ports *ports,
                        const struct publisher *publisher);
void judge_free(struct judge *judge);

void judge_message(struct judge *judge, const struct message_event *event);
/* The bytes so far of a message whose end has not come for long. They are kept, and come again as a message. */
void judge_unfinished(struct judge *judge, const struct message_event *event);
void judge_connection(struct judge *judge, const struct connection_event *event);

/* Traccar's own log says something of a device. */
void judge_report(struct judge *judge, const struct report_event *event);

/* A connection has been open and complete since `since` and never said anything. Called again and again: raised once. */
void judge_silence(struct judge *judge, const struct who *who, int64_t since, int64_t now);

/* What this host looks like now: once in some seconds. */
void judge_host(struct judge *judge, const struct server_facts *facts, int64_t now);

/* What can be told at once, without packets that show it over time: what the packet filter's rules do, and where this host can be
 * reached from. For doctor. */
void judge_examine(struct judge *judge, const struct ports *ports, const struct server_facts *facts,
                   int64_t now);

/* Clears what has not been seen for long. */
void judge_tick(struct judge *judge, int64_t now);

/* End of input: tells of the findings that are still raised when they last held. */
void judge_finish(struct judge *judge, int64_t now);

struct judge_losses {
    uint64_t devices, findings,
        visitors; /* evicted because of the caps; visitors: whose connections brought nothing */
};
struct judge_losses judge_losses(const struct judge *judge);

#endif
