/* SPDX-License-Identifier: Apache-2.0 */
/* Watches one interface over its comings and goings. Turned by the loop; made by command's live. */
#include "intake/sniffer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "intake/capture.h"
#include "intake/loop.h"

enum { FRAMES = 256, SECOND = 1000000 };

struct sniffer {
    struct loop *loop;
    const char *interface;
    int step; /* frames a turn, at most */
    struct tap *tap;
    struct capture *capture;
    bool is_gone;
    int64_t gone_since;
    uint64_t seconds; /* of the times it was gone that are over */
    uint64_t drops_told;
};

/* The interface's times are the wall clock's. */
static int take(struct sniffer *sniffer, int most)
{
    capture_set_clock(sniffer->capture, loop_now(sniffer->loop), loop_wall(sniffer->loop));
    return capture_take(sniffer->capture, most, sniffer->tap);
}

static void lose(struct sniffer *sniffer)
{
    log_error("interface %s: %s. It is watched again when it is back.", sniffer->interface,
              capture_error(sniffer->capture));
    loop_forget(sniffer->loop, capture_fd(sniffer->capture));
    sniffer->is_gone = true;
    sniffer->gone_since = loop_now(sniffer->loop);
}

static void on_frames(void *context, int descriptor)
{
    struct sniffer *sniffer = context;
    (void)descriptor;
    if (!sniffer->is_gone && take(sniffer, sniffer->step) < 0)
        lose(sniffer);
}

struct sniffer *sniffer_new(struct loop *loop, const struct sniffer_settings *settings, struct tap *tap,
                            char *error, size_t size)
{
    struct sniffer *sniffer = calloc(1, sizeof(*sniffer));
    snprintf(error, size, "out of memory");
    if (!sniffer)
        return NULL;
    *sniffer = (struct sniffer){ .loop = loop,
                                 .interface = settings->interface,
                                 .step = settings->is_step_by_step ? 1 : FRAMES,
                                 .tap = tap };
    sniffer->capture =
        capture_open_live(settings->interface, settings->ports, settings->expression, error, size);
    if (sniffer->capture && loop_on_readable(loop, capture_fd(sniffer->capture), on_frames, sniffer))
        return sniffer;
    if (sniffer->capture)
        snprintf(error, size, "out of memory");
    sniffer_free(sniffer);
    return NULL;
}

void sniffer_free(struct sniffer *sniffer)
{
    if (!sniffer)
        return;
    if (sniffer->capture)
        loop_forget(sniffer->loop, capture_fd(sniffer->capture));
    capture_free(sniffer->capture);
    free(sniffer);
}

static void tell_drops(struct sniffer *sniffer)
{
    uint64_t drops = sniffer_losses(sniffer).dropped;
    if (drops <= sniffer->drops_told)
        return;
    log_warning("the kernel dropped %llu packets so far: this machine is too slow for this traffic. Name "
                "fewer PORTS.",
                (unsigned long long)drops);
    sniffer->drops_told = drops * 2;
}

/* Told when it went; each second it is tried again. */
static void come_back(struct sniffer *sniffer)
{
    if (!capture_resume(sniffer->capture, sniffer->interface) ||
        !loop_on_readable(sniffer->loop, capture_fd(sniffer->capture), on_frames, sniffer))
        return;
    uint64_t seconds = (uint64_t)(loop_now(sniffer->loop) - sniffer->gone_since + SECOND - 1) / SECOND;
    sniffer->is_gone = false;
    sniffer->seconds += seconds;
    log_info("interface %s is back: nothing was seen of it for %llu s.", sniffer->interface,
             (unsigned long long)seconds);
}

void sniffer_tick(struct sniffer *sniffer)
{
    if (sniffer->is_gone)
        come_back(sniffer);
    /* packets may wait in the kernel without waking the loop on some interfaces */
    on_frames(sniffer, -1);
    tell_drops(sniffer);
}

void sniffer_drain(struct sniffer *sniffer)
{
    capture_wait(sniffer->capture);
    (void)take(sniffer, 0);
}

struct sniffer_losses sniffer_losses(const struct sniffer *sniffer)
{
    uint64_t seconds = sniffer->seconds;
    if (sniffer->is_gone)
        seconds += (uint64_t)(loop_now(sniffer->loop) - sniffer->gone_since) / SECOND;
    return (struct sniffer_losses){ .dropped = capture_dropped(sniffer->capture),
                                    .seconds = seconds,
                                    .gone = sniffer->is_gone ? capture_error(sniffer->capture) : NULL };
}
