/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to a running hexwatch: finds its control socket, asks (outlet/ask.h), takes the answer line by line. Used by the
 * commands that ask. */
#ifndef COMMAND_CLIENT_H
#define COMMAND_CLIENT_H

#include "base/buffer.h"
#include "command/command.h"

struct client;

/* Connects to the socket that the configuration names, or to that in the usual places. NULL: a line was printed. client_free
 * takes NULL. */
struct client *client_new(const char *command, const struct options *options);
/* The same without printing: error says what is wrong and the mend. */
struct client *client_reach(const struct options *options, char *error, size_t size);
void client_free(struct client *client);

/* The same without a word: NULL where none answers, within `patience` ms; *is_denied: there is one, but it may not be asked. */
struct client *client_find(const struct options *options, int patience, bool *is_denied);

/* Connects to this socket, without a word: NULL where nobody answers there. */
struct client *client_open(const char *path);
/* Where it is connected to; what to wait at for more. */
const char *client_path(const struct client *client);
int client_fd(const struct client *client);

/* Appends the choices of the command line to a request that is being built: "devices" becomes "devices?port=5023". False: they
 * are wrong, a line was printed. */
MUST_CHECK bool client_put_choices(const char *command, const struct options *options,
                                   struct buffer *request);

/* Asks: a line without its end. False: it could not be sent. */
MUST_CHECK bool client_ask(struct client *client, struct cursor request);

enum client_found {
    CLIENT_RECORD, /* *line is the next one, without its end, valid until the next call */
    CLIENT_END,    /* the answer is over, or the other side has said good-bye */
    CLIENT_ERROR,  /* it refuses to answer: *line says why */
    CLIENT_LOST,   /* the connection broke */
    CLIENT_PAUSE   /* none for now (client_next with a patience) */
};

/* Waits for a line, at most so many ms (-1: as long as it takes). */
enum client_found client_next(struct client *client, int patience, struct cursor *line);

/* Prints why there is no answer; the exit status. */
int client_fail(const char *command, enum client_found found, struct cursor line);

#endif
