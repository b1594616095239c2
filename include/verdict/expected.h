/* SPDX-License-Identifier: Apache-2.0 */
/* A device that somebody expects to hear of, from the configuration. */
#ifndef VERDICT_EXPECTED_H
#define VERDICT_EXPECTED_H

#include "base/reading.h"

enum { EXPECTED_DEVICES = 1000 }; /* most that are taken */

struct expected_device {
    char id[DEVICE_MAX];
    int64_t every; /* µs between two messages, at most; 0: not said */
    uint16_t port; /* the server's; 0: any */
};

#endif
