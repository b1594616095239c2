/* SPDX-License-Identifier: Apache-2.0 */
/* What a paste is in the middle of, and what its lines are offered to. Part of paste: nobody else includes this. */
#ifndef WIRE_PASTE_STATE_H
#define WIRE_PASTE_STATE_H

#include "wire/paste.h"
#include "wire/paste_claim.h"
#include "wire/paste_dump.h"
#include "wire/paste_line.h"
#include "wire/paste_port.h"

enum gathering {
    GATHER_NOTHING,
    GATHER_HEX,
    GATHER_LOG, /* the HEX of a line of the log, which may go on */
    GATHER_DUMP,
    GATHER_NUMBERS,
    GATHER_HTTP,
    GATHER_ADDRESS, /* of a request, which may go on */
    GATHER_TEXT     /* a message that is not at its end */
};

/* Lines of HEX that may be put together, at most; and what may be guessed in vain, in bytes that are looked at: a part of a
 * second. */
enum { PASTE_LINES = 256, PASTE_EFFORT = 6 << 20 };

/* What can be told alone: a line of HEX, or several where one ends inside a byte. */
struct hex_line {
    size_t start, hidden_digits, mended; /* what was gathered before it */
    unsigned line;
    bool is_cut, is_beheaded;
};

struct paste {
    struct paste_asker asker;
    size_t cost;                        /* of all claims */
    size_t effort;                      /* … of those that were guessed in vain */
    bool told_limit;                    /* … and that it has cost too much */
    struct hex_line lines[PASTE_LINES]; /* with GATHER_HEX */
    size_t line_count;
    const struct paste_sink *sink;
    enum gathering gathering;
    struct gathered gathered;
    struct pasted log;   /* with GATHER_LOG: all but its bytes */
    struct cursor block; /* with GATHER_DUMP and GATHER_NUMBERS: the lines */
    struct dump_row row; /* the latest */
    uint64_t dump_start; /* its first offset */
    uint64_t ends[2];    /* where the dumps of both sides of a conversation are */
    const char *source;
    unsigned line, began;   /* of this paste; where what is gathered began */
    struct paste_port port; /* told before the message, or by a line above */
    bool told_port;         /* … by a line of its own */
    bool tells_text;        /* the log's version writes printable data as text */
    size_t foreign;         /* characters of other scripts that were taken for ASCII's */
    size_t indent;          /* the least before a row of a dump */
    size_t pieces;
    uint8_t bytes[MESSAGE_MAX], hidden[MESSAGE_MAX], other[MESSAGE_MAX], other_hidden[MESSAGE_MAX];
};

/* A piece that began in this line, of the port that was told last. */
struct pasted paste_piece(const struct paste *paste, const char *source, unsigned line, struct cursor bytes);
/* The piece has the bytes that were gathered. */
void paste_add_gathered(struct pasted *pasted, const struct gathered *gathered);
/* Room to read HEX into that may be none. */
struct gathered paste_scratch(struct paste *paste);
/* Gives a piece to the sink; an empty one is none. */
void paste_tell(struct paste *paste, const struct pasted *pasted);
/* The same with bytes that were found by guessing, if they are a message. */
bool paste_tell_if(struct paste *paste, const char *source, struct cursor bytes, enum claim least);

/* Is it a port of Traccar's? For paste_find_port; the context are the ports. */
bool paste_knows_port(const void *ports, uint16_t port);

/* False: too much was tried in vain already, which is told once. */
bool paste_may_guess(struct paste *paste);

/* Something that goes on over several lines begins with this one; what is gathered is told. */
void paste_start(struct paste *paste, enum gathering gathering, const char *source);
void paste_finish(struct paste *paste);
/* … for blocks */
void paste_finish_dump(struct paste *paste);
void paste_finish_numbers(struct paste *paste);
/* … for addresses of requests */
void paste_finish_address(struct paste *paste);
/* … for lines of HEX: they are put together where that gives whole messages */
void paste_finish_hex(struct paste *paste);

/* Each takes a line, or says that it is not of its kind (false; nothing is changed but that what was gathered may be told). */
bool paste_take_log(struct paste *paste, struct cursor line);
bool paste_take_more_log(struct paste *paste, struct cursor line); /* the rest of a broken one */
bool paste_take_dump(struct paste *paste, struct cursor line);
bool paste_take_decimal(struct paste *paste, struct cursor line);
bool paste_take_http(struct paste *paste, struct cursor line);
bool paste_take_more_text(struct paste *paste, struct cursor line);
bool paste_take_address(struct paste *paste, struct cursor line);
bool paste_take_more_address(struct paste *paste, struct cursor line);
bool paste_take_text(struct paste *paste, struct cursor line);
bool paste_take_hexlike(struct paste *paste, struct cursor line);   /* text that can be read as HEX */
bool paste_take_heartbeat(struct paste *paste, struct cursor line); /* an IMEI and a semicolon */
bool paste_take_hex(struct paste *paste, struct cursor line);
/* HEX, text, or what only a protocol's claim can tell from something else. */
bool paste_take_message(struct paste *paste, struct cursor line);

#endif
