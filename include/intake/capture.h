/* SPDX-License-Identifier: Apache-2.0 */
/* Captured frames: from a pcap or pcapng file, and live from an interface. The only files that know libpcap. */
#ifndef INTAKE_CAPTURE_H
#define INTAKE_CAPTURE_H

#include "base/portset.h"
#include "wire/tap.h"

struct capture;
struct expression;

/* Opens a file ("-": standard input). NULL: error says what, where and the mend. capture_free takes NULL. */
struct capture *capture_open_file(const char *path, char *error, size_t size);

/* Opens an interface ("any": all) for the packets of these ports that fit a libpcap expression ("": all), non-blocking. Needs root
 * or CAP_NET_RAW. */
struct capture *capture_open_live(const char *interface, const struct portset *ports, const char *expression,
                                  char *error, size_t size);

/* Of a file only the frames that fit are handed over from now on. The expression is borrowed; NULL: all. */
void capture_choose(struct capture *capture, struct expression *expression);

/* Live: goes on with the interface that has this name now. No rights are needed for that: the socket is the one that was opened
 * before root was left. False: there is none, it is not up, or it is of another kind; try again later. */
MUST_CHECK bool capture_resume(struct capture *capture, const char *interface);

void capture_free(struct capture *capture);

/* Hands the tap at most `most` frames (0: all there are; live, at most some ten thousand). Returns how many, or -1: capture_error
 * says why. 0: none is waiting, or the end of the file. */
int capture_take(struct capture *capture, int most, struct tap *tap);
const char *capture_error(const struct capture *capture);

/* Live: the loop's time now, and what it lacks of the wall clock's, by which packets are stamped. They are handed over with the
 * loop's time, and never with one that lies far from it. */
void capture_set_clock(struct capture *capture, int64_t now, int64_t wall);

/* Live: waits for what the kernel still holds back, a tenth of a second. */
void capture_wait(struct capture *capture);

/* A descriptor that becomes readable when frames are waiting; live only. */
int capture_fd(const struct capture *capture);

/* Frames that the kernel or the interface dropped; live only. */
uint64_t capture_dropped(const struct capture *capture);

#endif
