/* SPDX-License-Identifier: Apache-2.0 */
/* Captured frames: from a pcap or pcapng file, and live from an interface. The only files that know libpcap. */
#ifndef INTAKE_CAPTURE_H
#define INTAKE_CAPTURE_H

#include "base/portset.h"
#include "wire/packet.h"

/* Who gets the frames. */
struct frame_handler {
    void *context;
    /* length: on the wire; frame.left may be less. now: the packet's time, microseconds since 1970. */
    void (*frame)(void *context, enum link_type link, struct cursor frame, size_t length, int64_t now);
};

struct capture;

/* Opens a file ("-": standard input). NULL: error says what, where and the mend. capture_free takes NULL. */
struct capture *capture_open_file(const char *path, char *error, size_t size);

/* Opens an interface ("any": all) for the packets of these ports, non-blocking. Needs root or CAP_NET_RAW. */
struct capture *capture_open_live(const char *interface, const struct portset *ports, char *error,
                                  size_t size);

void capture_free(struct capture *capture);

/* Hands over at most `most` frames (0: all there are to the end of the file). Returns how many, or -1: capture_error
 * says why. 0: none is waiting, or the end of the file. */
int capture_take(struct capture *capture, int most, const struct frame_handler *handler);
const char *capture_error(const struct capture *capture);

/* At the end, live: hands over what has come and the kernel still holds back; waits a tenth of a second for it. */
void capture_drain(struct capture *capture, const struct frame_handler *handler);

/* A descriptor that becomes readable when frames are waiting; live only. */
int capture_fd(const struct capture *capture);

/* Frames that the kernel or the interface dropped; live only. */
uint64_t capture_dropped(const struct capture *capture);

#endif
