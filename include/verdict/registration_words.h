/* SPDX-License-Identifier: Apache-2.0 */
/* What the matter of registration knows of a device, and its findings in words. Part of registration. */
#ifndef VERDICT_REGISTRATION_WORDS_H
#define VERDICT_REGISTRATION_WORDS_H

#include "verdict/finding.h"
#include "verdict/wording.h"

enum { ERROR_KEPT = 160, IDS_KEPT = 128, FILTERS_KEPT = 64 };

/* A device, or an address whose device is not known yet. */
struct registered {
    bool is_registered, is_unknown, is_seen; /* Traccar knows it; does not; messages of it were seen */
    struct who who;
    const struct protocol *protocol;
    enum verdict verdict; /* of the last message */
    const char *type;     /* its kind */
    const char
        *refused;     /* unknown: the kind of message after which Traccar said so; NULL: that was not seen */
    bool is_answered; /* the last message was */
    bool is_answered_anyway; /* Traccar answers this kind of message to whom it does not know, too */
    int64_t stored;          /* when a position was last stored; 0: none was */
    /* since a position was last stored: */
    struct {
        unsigned count, answers; /* messages with a valid location; answers of the server to them */
        int64_t since;
    } waiting;
    struct {
        unsigned count;
        int64_t since, last;
        char text[ERROR_KEPT];
    } failed;
    struct {
        unsigned count;
        int64_t since;
        char by[FILTERS_KEPT];
    } filtered;
    char ids[IDS_KEPT]; /* unknown: all that it gave */
    size_t sample_length;
    uint8_t sample[FINDING_SAMPLE]; /* of the first message that waits */
};

/* Each puts what is to be said into text and advice; device: its id, "" when unknown. */
void registration_word_unknown(const struct registered *state, const char *device, const char *near,
                               struct wording *text, struct wording *advice);
void registration_word_disabled(const struct registered *state, const char *device, struct cursor detail,
                                struct wording *text, struct wording *advice);
void registration_word_filtered(const struct registered *state, const char *device, struct wording *text,
                                struct wording *advice);
void registration_word_not_decoded(const struct registered *state, const char *device,
                                   const struct ports *ports, int64_t now, struct wording *text,
                                   struct wording *advice);

#endif
