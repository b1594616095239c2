/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses what a tracker says, and where it is. Asked by intake's caller. */
#include "demo/tracker.h"

#include <math.h>
#include <string.h>

enum { HEARTBEAT_EACH = 4, LOGINS_MAX = 3, ROLL = 1024 * 7 * 86400 };

static const double RADIUS = 0.02; /* degrees: some two kilometres */
static const double FULL = 6.283185307179586;
/* so many times a day, which makes some 50 km/h; at midnight it is where it began */
static const double CIRCLES = 86;

void tracker_init(struct tracker *tracker, const struct role *role, unsigned index)
{
    *tracker = (struct tracker){ .role = role, .index = index };
    tracker->encoder = role->protocol ? encoder_find(role->protocol) : NULL;
    if (tracker->encoder)
        encoder_write_id(tracker->encoder, index, tracker->id);
}

void tracker_connect(struct tracker *tracker)
{
    tracker->step = tracker->said = tracker->refused = 0;
}

static void place(const struct tracker *tracker, int64_t now, struct telling *telling)
{
    /* each is somewhere else on its circle */
    double angle = fmod((double)(now % 86400) / 86400 * CIRCLES * FULL + tracker->index * 2.4, FULL);
    const struct role *role = tracker->role;
    telling->lat = role->lat + RADIUS * sin(angle);
    telling->lon = role->lon + RADIUS * cos(angle) / cos(role->lat * FULL / 360);
    telling->speed = 50;
    telling->course = (unsigned)fmod(720 - angle * 360 / FULL, 360);
    if (role->traits & TRAIT_AT_ZERO)
        telling->lat = telling->lon = 0;
}

static bool has_fix(const struct tracker *tracker, int64_t now, double speed)
{
    return !(tracker->role->traits & TRAIT_NO_FIX) ||
           (double)(now - tracker->begun) * speed >= tracker->role->fix_after;
}

static enum phrase next_phrase(const struct tracker *tracker)
{
    if (tracker->step < tracker->encoder->logins)
        return PHRASE_LOGIN;
    return tracker->encoder->has_heartbeat && tracker->said % HEARTBEAT_EACH == HEARTBEAT_EACH - 1
               ? PHRASE_HEARTBEAT
               : PHRASE_POSITION;
}

bool tracker_say(struct tracker *tracker, int64_t now, double speed, struct buffer *out)
{
    const struct role *role = tracker->role;
    if (tracker->begun == 0)
        tracker->begun = now;
    if (!tracker->encoder) {
        buffer_put(out, role->raw, role->raw_length);
        return true;
    }
    struct telling telling = { .id = tracker->id,
                               .step = tracker->step,
                               .serial = tracker->serial++,
                               .time = role->traits & TRAIT_ROLLED ? now - ROLL : now,
                               .has_fix = has_fix(tracker, now, speed) };
    enum phrase phrase = next_phrase(tracker);
    place(tracker, now, &telling);
    tracker->encoder->put(phrase, &telling, out);
    bool waits = tracker->encoder->answered >> phrase & 1 && !(role->traits & TRAIT_WRONG_UDP);
    if (phrase != PHRASE_LOGIN)
        tracker->said++;
    else if (!waits)
        tracker->step++;
    return waits;
}

void tracker_hear(struct tracker *tracker, bool is_answered)
{
    if (!tracker->encoder || tracker->step >= tracker->encoder->logins)
        return;
    /* most go on with their positions some day, answered or not */
    bool is_tired = ++tracker->refused >= LOGINS_MAX && !(tracker->role->traits & TRAIT_UNHEARD);
    if (!is_answered && !is_tired)
        return;
    tracker->step++;
    tracker->refused = 0;
}
