/* SPDX-License-Identifier: Apache-2.0 */
/* The sniffer: an interface that is watched, and found again by its name when it was gone (a modem that was unplugged, a bridge
 * that was made anew). Gets frames from capture, hands them to the tap. */
#ifndef INTAKE_SNIFFER_H
#define INTAKE_SNIFFER_H

#include "base/portset.h"

struct loop;
struct sniffer;
struct tap;

struct sniffer_settings {
    const char *interface;  /* "any": all */
    const char *expression; /* libpcap's; "": everything of the ports */
    const struct portset *ports;
    bool is_step_by_step; /* a frame a turn, so that it can be stopped behind any */
};

/* Opens the interface. All are borrowed. NULL: error says what, where and the mend. sniffer_free takes NULL. */
struct sniffer *sniffer_new(struct loop *loop, const struct sniffer_settings *settings, struct tap *tap,
                            char *error, size_t size);
void sniffer_free(struct sniffer *sniffer);

/* Call each second: looks whether what is gone is back, and tells of it. */
void sniffer_tick(struct sniffer *sniffer);

/* At the end: hands over what has come and the kernel still holds back; waits a tenth of a second for it. */
void sniffer_drain(struct sniffer *sniffer);

struct sniffer_losses {
    uint64_t dropped; /* frames that the kernel or the interface dropped */
    uint64_t seconds; /* in which the interface was gone */
    const char *gone; /* why it is gone now; NULL: it is not */
};
struct sniffer_losses sniffer_losses(const struct sniffer *sniffer);

#endif
