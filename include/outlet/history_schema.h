/* SPDX-License-Identifier: Apache-2.0 */
/* What the history's database looks like, for who writes it and who reads it. Times are µs since 1970. */
#ifndef OUTLET_HISTORY_SCHEMA_H
#define OUTLET_HISTORY_SCHEMA_H

/* In the file's head: "hexw", and the version of the tables below. */
enum { HISTORY_APPLICATION = 0x68657877, HISTORY_VERSION = 1 };

/*
 * A sender is a device by its id, or, as long as it has told none, the address it sends from (without its port) to a port.
 * message.record and finding.record are records of the live commands, as JSON. finding.cleared: 0 while it is open; of one that was
 * open when another run ended (finding.run is not meta's) nothing is known since. gap.lost: how many records are missing at least;
 * -1: nobody knows. meta: run (of who wrote last), alive (when), written (how many records of this run), clean (it ended well).
 */
#define HISTORY_SCHEMA                                                                              \
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"              \
    "CREATE TABLE sender (id INTEGER PRIMARY KEY, device TEXT NOT NULL, peer TEXT NOT NULL,"        \
    " transport INTEGER NOT NULL, port INTEGER NOT NULL, last_peer TEXT NOT NULL DEFAULT '',"       \
    " last_transport INTEGER NOT NULL DEFAULT 0, last_port INTEGER NOT NULL DEFAULT 0,"             \
    " protocol TEXT NOT NULL DEFAULT '', right_port INTEGER NOT NULL DEFAULT 0,"                    \
    " first INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0,"                           \
    " messages INTEGER NOT NULL DEFAULT 0, location INTEGER NOT NULL DEFAULT 0,"                    \
    " lat REAL, lon REAL, fix_arrived INTEGER, UNIQUE (device, peer, transport, port));"            \
    "CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER NOT NULL, time INTEGER NOT NULL," \
    " transport INTEGER NOT NULL, port INTEGER NOT NULL, record TEXT NOT NULL);"                    \
    "CREATE INDEX message_sender ON message (sender, time);"                                        \
    "CREATE INDEX message_time ON message (time);"                                                  \
    "CREATE TABLE finding (id INTEGER PRIMARY KEY, code TEXT NOT NULL, device TEXT NOT NULL,"       \
    " peer TEXT NOT NULL, transport INTEGER NOT NULL, port INTEGER NOT NULL, run INTEGER NOT NULL," \
    " time INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"                        \
    " cleared INTEGER NOT NULL DEFAULT 0, times INTEGER NOT NULL DEFAULT 1, record TEXT NOT NULL,"  \
    " over TEXT);"                                                                                  \
    "CREATE INDEX finding_subject ON finding (code, device, peer, transport, port);"                \
    "CREATE TABLE gap (id INTEGER PRIMARY KEY, start INTEGER NOT NULL, until INTEGER NOT NULL,"     \
    " reason TEXT NOT NULL, lost INTEGER NOT NULL);"

#endif
