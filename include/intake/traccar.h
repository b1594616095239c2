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

/* Reads DIR/conf/traccar.xml, the file that it names as config.default, and the environment where it says so. NULL: error says
 * what is wrong, with file and line, and the mend. traccar_free takes NULL. */
struct traccar *traccar_read(const char *folder, char *error, size_t size);
void traccar_free(struct traccar *traccar);

/* The port on which it listens for a protocol; 0 when it does not. `usual`: its default port, for versions that have no
 * file of defaults. */
uint16_t traccar_port(const struct traccar *traccar, const char *protocol, uint16_t usual);

/* Does the configuration name every port itself (up to 6.1)? Then what it does not name is not listened to. */
bool traccar_names_all(const struct traccar *traccar);

/* The protocols that have a port in the files, one after the other from 0; false at the end. name is borrowed. */
bool traccar_named(const struct traccar *traccar, size_t index, const char **name, uint16_t *port);

uint16_t traccar_web_port(const struct traccar *traccar);

#endif
