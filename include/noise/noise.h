/* SPDX-License-Identifier: Apache-2.0 */
/* Names what is no tracker's: browsers, TLS, SSH, scanners' probes. Asked only when no protocol claims the bytes surely. */
#ifndef NOISE_NOISE_H
#define NOISE_NOISE_H

#include "base/cursor.h"
#include "protocol/protocol.h"

/* CLAIM_CERTAIN with *kind (static, lower case: "http", "tls", "ssh", "rdp", "smb", "sip", "socks", "redis", "mqtt", "smtp",
 * "ftp", "scanner", "empty", "one-byte", …), CLAIM_MORE while the bytes may still become such, else CLAIM_NO.
 * `complete`: no more bytes will come; then never CLAIM_MORE. */
enum claim noise_match(struct cursor bytes, bool complete, const char **kind);

/* Does the kind tell who the peer is, so that it holds for all the peer sends? An empty message does not, nor does the
 * header of a proxy, behind which a tracker may stand. */
bool noise_is_lasting(const char *kind);

#endif
