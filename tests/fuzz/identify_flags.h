/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte of an input of fuzz_identify; the seeds are written with it. */
#ifndef TESTS_FUZZ_IDENTIFY_FLAGS_H
#define TESTS_FUZZ_IDENTIFY_FLAGS_H

enum {
    FLAG_DATAGRAM = 1,
    FLAG_COMPLETE = 2,
    FLAG_PORT_SHIFT = 2 /* above: where the bytes come in */
};

enum { CHOICE_NO_PORT, CHOICE_UNKNOWN_OWNER, CHOICE_FOREIGN, CHOICE_RIGHT, CHOICE_OF_REGISTRY };

#endif
