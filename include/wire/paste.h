/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people paste when they ask for help: HEX in any dress, Traccar's log lines of any version, dumps of tcpdump, Wireshark,
 * xxd, hexdump and od, the text of text protocols; wrapped, cut at the screen's edge, with digits hidden, escaped for a page.
 * Takes such a text apart into the bytes that came to a server. Pure: text in, pieces out. Used by `identify` and the page.
 */
#ifndef WIRE_PASTE_H
#define WIRE_PASTE_H

#include "verdict/conversation.h"

/* One piece: what one line of a log, one dump or one text holds; often one message, sometimes several or a part of one. All is
 * borrowed for the call. */
struct pasted {
    const char *
        source; /* "hex", "traccar-log", "tcpdump", "wireshark", "xxd", "hexdump", "od", "text", "http", "string",
                      "decimal", "base64" */
    unsigned line;               /* where it begins in the paste, from 1 */
    struct service service;      /* port 0: the paste does not tell it */
    bool has_transport;          /* it tells the transport, too */
    const struct protocol *told; /* the protocol that Traccar's log names, or NULL */
    struct cursor peer;          /* as it stands in the log; empty where nothing tells it */
    bool is_out;                 /* the server's side of it */
    uint64_t conversation;       /* pieces of one conversation have the same number */
    struct cursor bytes;
    /* Digits that were hidden (by '*', 'X' or '#') and are zero in the bytes: two flags a byte, 1 the low, 2 the high digit. NULL
     * when none was. */
    const uint8_t *hidden;
    size_t hidden_digits;
    size_t mended;    /* letters that were taken for digits: O for 0, l and I for 1 */
    size_t foreign;   /* characters of other scripts in the paste that were taken for ASCII's */
    bool is_cut;      /* cut at the edge of a screen: more belonged to it */
    bool is_beheaded; /* "...0d01": its beginning is missing */
    size_t lost;      /* bytes behind these that had no room */
};

struct paste;

/* detector and ports are borrowed. NULL when memory is out; paste_free takes NULL. */
struct paste *paste_new(struct detector *detector, const struct ports *ports);
void paste_free(struct paste *paste);

struct paste_sink {
    void *context;
    void (*piece)(void *context, const struct pasted *pasted);
    /* What was left out from this line on, why, and what to do; NULL: nobody wants to know. */
    void (*left_out)(void *context, unsigned line, const char *what);
};

/* Takes the text apart; every piece is told in order. Returns how many there were. */
size_t paste_read(struct paste *paste, struct cursor text, const struct paste_sink *sink);

/* Was the port of messages told in a line of its own, in what was read last? */
bool paste_told_port(const struct paste *paste);
/* May the line be read as HEX, and is not: a row of a dump, or a port and a message in a form of their own? */
bool paste_is_dressed(struct cursor line);
/* Is the line a message whose bytes were printed without their first zeros, "78 78 D 1"? */
bool paste_is_stripped(struct paste *paste, struct cursor line);
/* Is the line 15 digits and nothing else: an id, and no HEX? */
bool paste_is_imei(struct cursor line);
/* Is it a number as spreadsheets spoil long ones, "1.23457E+14"? */
bool paste_is_rounded(struct cursor text);
/* Are the bytes messages to the last, with nothing missing? */
bool paste_is_messages(const struct paste *paste, struct cursor bytes);

#endif
