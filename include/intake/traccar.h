/* SPDX-License-Identifier: Apache-2.0 */
/* An installed Traccar: which protocol listens on which port, as its conf/traccar.xml says (every version since 3). */
#ifndef INTAKE_TRACCAR_H
#define INTAKE_TRACCAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct traccar;

/* Where Traccar installs itself. */
#define TRACCAR_FOLDER "/opt/traccar"

/* Why a configuration cannot be read: with file and line, and the mend (static). Both without a full stop. */
struct traccar_fault {
    char what[400];
    const char *mend;
    bool is_forbidden; /* this program may not read it: what stands in it may be fine */
};

/* Reads the configuration (NULL: conf/traccar.xml in the folder) and the file that it names as config.default. `root` stands before whole
 * paths that it names: "", or where a container's files are seen. NULL: the fault says why. traccar_free takes NULL. */
struct traccar *traccar_read(const char *folder, const char *config, const char *root,
                             struct traccar_fault *fault);
void traccar_free(struct traccar *traccar);

/* The environment of its process, which counts before the files where they, or it, say so: NAME=VALUE with a NUL each, owned from now
 * on. Without it this program's own stands for it. */
void traccar_use_environment(struct traccar *traccar, char *block, size_t length);

/* Has a protocol that it listens for a port that is no number? Then Traccar does not start: `what` says where and which. */
bool traccar_has_bad_port(const struct traccar *traccar, const char *protocol, char *what, size_t size);

/* The port on which it listens for a protocol; 0 when it does not. `usual`: its default port, for versions that have no
 * file of defaults. */
uint16_t traccar_port(const struct traccar *traccar, const char *protocol, uint16_t usual);

/* Is the protocol one of protocols.enable, or is there no such list? */
bool traccar_is_enabled(const struct traccar *traccar, const char *protocol);

/* Does the configuration name every port itself (up to 6.1)? Then what it does not name is not listened to. */
bool traccar_names_all(const struct traccar *traccar);

/* The protocols that have a port in the files, one after the other from 0; false at the end. name is
 * borrowed and ends at a dot. */
bool traccar_named(const struct traccar *traccar, size_t index, const char **name, uint16_t *port);

/* The value of any key, or NULL. Borrowed. */
const char *traccar_value(const struct traccar *traccar, const char *key);
/* The same of "PROTOCOL.SUFFIX": address, timeout, … */
const char *traccar_of_protocol(const struct traccar *traccar, const char *protocol, const char *suffix);
/* Does it speak TLS on the protocol's port? Then what comes there cannot be read on the wire. */
bool traccar_has_tls(const struct traccar *traccar, const char *protocol);

/* Where it writes its log: as the configuration in `folder` says, which is relative to that. traccar may be NULL: as it usually is.
 * A file that is not there under its whole name is looked for in the folder's logs/: the installation may be a copy. */
void traccar_log_path(const struct traccar *traccar, const char *folder, char *out, size_t size);

/* Does it write to the console (systemd's journal, Docker's logs) and to no file? */
bool traccar_logs_to_console(const struct traccar *traccar);

uint16_t traccar_web_port(const struct traccar *traccar);

#endif
