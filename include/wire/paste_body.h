/* SPDX-License-Identifier: Apache-2.0 */
/* JSON and bodies of requests in a paste, as pages and people lay them out. Part of paste. */
#ifndef WIRE_PASTE_BODY_H
#define WIRE_PASTE_BODY_H

#include "wire/paste_claim.h"
#include "wire/paste_line.h"

/* An object that is laid out over several lines is put into one if a protocol claims it then. The ends of its lines move
 * behind it, so that the lines keep their numbers. */
void paste_join_objects(const struct paste_asker *asker, uint8_t *bytes, size_t length);

/* A request's header names the port that it was sent to, if it is not the web's: "Host: gps.example.org:5055". */
void paste_take_host(const struct gathered *request, struct pasted *pasted);

/* A request whose header is not all shown: its body's length is told to be the one that it has. What stands behind a body of
 * JSON is cut off. A request that says the right length stays as it is. */
void paste_mend_request(struct gathered *request);

#endif
