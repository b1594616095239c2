/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of hexwatch bundle, for the files it consists of. */
#ifndef COMMAND_BUNDLE_PARTS_H
#define COMMAND_BUNDLE_PARTS_H

#include "command/client.h"
#include "command/history_open.h"
#include "outlet/record_read.h"

/* Small enough for every forum and mail. */
enum { BUNDLE_MOST = 64 * 1024 - 1, BUNDLE_MESSAGES = 24, BUNDLE_FINDINGS = 16, BUNDLE_BYTES = 640 };

struct bundle {
    const struct options *options;
    struct settings settings;
    struct masking masking;
    struct client *client;         /* NULL: client_error says why */
    struct history_reader *reader; /* NULL: reader_error says why */
    char client_error[2048], reader_error[1200];
    const char *device;   /* whom it is about; NULL: a port */
    char ports[64];       /* "tcp:5023" */
    struct filter filter; /* the same */
    struct portset services;
    struct record_reader *records;
    struct publisher publisher;
    struct sink sink;
    struct line_form form;
    size_t known;                        /* devices of this id, running or kept */
    size_t messages, findings, left_out; /* in it so far; left out for lack of room */
    bool is_stale;                       /* of the finding that is shown */
    struct buffer out;
    char memory[BUNDLE_MOST];
};

/* A line, masked where that is wanted; wrapped at a sensible width. */
void bundle_say(struct bundle *bundle, const char *format, ...) PRINTF_LIKE(2, 3);
void bundle_title(struct bundle *bundle, const char *title);

/* Each a part of it. */
void bundle_put_versions(struct bundle *bundle);
void bundle_put_status(struct bundle *bundle);
void bundle_put_subject(struct bundle *bundle);
void bundle_put_findings(struct bundle *bundle);
void bundle_put_messages(struct bundle *bundle);
void bundle_put_ending(struct bundle *bundle);

#endif
