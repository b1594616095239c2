/* SPDX-License-Identifier: Apache-2.0 */
/* Sums up what the board knows of a device or a port. Used by census, guide, and the outlets. */
#include "board/standing.h"

/* What findings mean here: their point of the guide (0: none, it is no trouble), and the next step in a few words. */
static const struct meaning {
    unsigned point;
    const char *step; /* NULL: there is none so short */
} meanings[FINDING_CODES] = {
    [FINDING_NOTHING_RECEIVED] = { 1, NULL },
    [FINDING_SILENT] = { 1, "is it switched on?" },
    [FINDING_DUPLICATE_ID] = { 1, "give it its own id" },
    [FINDING_UNKNOWN_DEVICE] = { 2, "register its id" },
    [FINDING_FILTERED] = { 2, "see the filter" },
    [FINDING_DISABLED_DEVICE] = { 2, "enable it" },
    [FINDING_NOT_DECODED] = { 2, "see Traccar's log" },
    [FINDING_NO_FIX] = { 3, "open sky" },
    [FINDING_WAITING_FOR_FIX] = { 3, "15 min is usual" },
    [FINDING_ZERO_COORDINATES] = { 3, "open sky" },
    [FINDING_CLOCK_WRONG] = { 3, "set its clock" },
    [FINDING_REFUSED] = { 4, "start a listener" },
    [FINDING_DROPPED] = { 4, "open the firewall" },
    [FINDING_HALF_OPEN] = { 4, "check the way back" },
    [FINDING_UDP_REFUSED] = { 4, "start a listener" },
    [FINDING_RECONNECTING] = { 4, "check its settings" },
    [FINDING_CONNECTED_SILENT] = { 4, "wait for data" },
    [FINDING_BEHIND_PROXY] = { 4, NULL },
    [FINDING_NO_ANSWER] = { 5, "look up its id" },
    [FINDING_UNIDENTIFIED] = { 5, "ask for help" },
    [FINDING_WRONG_PORT] = { 5, NULL },
    [FINDING_WRONG_TRANSPORT] = { 5, NULL },
    [FINDING_WRONG_WEB_PORT] = { 5, NULL },
    [FINDING_SWITCHED_OFF] = { 5, "switch it on" },
    [FINDING_TRACCAR_STUCK] = { 6, "restart Traccar" },
    [FINDING_NOT_LISTENING] = { 6, "start Traccar" },
    [FINDING_TAKEN_PORT] = { 6, "free the port" },
    [FINDING_TRACCAR_DOWN] = { 6, "start Traccar" },
    [FINDING_HALF_PUBLISHED] = { 6, "publish the ports" },
    [FINDING_PRIVATE_ADDRESS] = { 6, "forward the ports" },
};

const char *standing_name(enum standing standing)
{
    static const char *const names[STANDINGS] = { "ok", "waiting", "problem", "unknown" };
    return names[standing];
}

const char *condition_name(enum condition condition)
{
    static const char *const names[CONDITIONS] = { "located", "waiting", "no_fix", "silent", "unknown" };
    return names[condition];
}

const char *happening_name(enum happening happening)
{
    static const char *const names[] = { "nothing", "listening", "data", "wrong-protocol",
                                         "refused", "dropped",   "taken" };
    return names[happening];
}

bool standing_is_misplaced(enum finding_code code)
{
    return code == FINDING_WRONG_PORT || code == FINDING_WRONG_TRANSPORT || code == FINDING_WRONG_WEB_PORT ||
           code == FINDING_SWITCHED_OFF;
}

unsigned standing_point(enum finding_code code)
{
    return meanings[code].point;
}

static bool has(const struct board_open *open, enum finding_code code)
{
    return open && open->codes[code] > 0;
}

enum condition condition_of(const struct board_device *device, const struct board_open *open)
{
    if (has(open, FINDING_SILENT))
        return CONDITION_SILENT;
    if (has(open, FINDING_NO_FIX))
        return CONDITION_NO_FIX;
    if (has(open, FINDING_WAITING_FOR_FIX))
        return CONDITION_WAITING;
    if (device->location == LOCATION_VALID)
        return CONDITION_LOCATED;
    return device->location == LOCATION_UNKNOWN ? CONDITION_UNKNOWN : CONDITION_WAITING;
}

bool standing_is_device(const struct board_device *device)
{
    return device->device[0] || device->protocol || !device->kind;
}

enum standing standing_of_device(const struct board_device *device, const struct board_open *open)
{
    uint32_t faults = open ? open->severities[SEVERITY_PROBLEM] + open->severities[SEVERITY_WARNING] : 0;
    /* bytes that nobody knows are nothing that is known to be wrong */
    if (faults > 0 && (device->protocol || faults > open->codes[FINDING_UNIDENTIFIED]))
        return STANDING_PROBLEM;
    if (device->verdict != VERDICT_OK && device->verdict != VERDICT_NONE)
        return device->protocol ? STANDING_PROBLEM : STANDING_UNKNOWN;
    switch (condition_of(device, open)) {
    case CONDITION_LOCATED:
        return STANDING_OK;
    case CONDITION_WAITING:
        return STANDING_WAITING;
    case CONDITION_UNKNOWN:
        return STANDING_UNKNOWN;
    default:
        return STANDING_PROBLEM;
    }
}

enum happening happening_of(const struct board_port *row, const struct board_open *open, bool is_listened,
                            bool is_taken)
{
    if (has(open, FINDING_WRONG_PORT) || has(open, FINDING_WRONG_TRANSPORT) ||
        has(open, FINDING_SWITCHED_OFF) || has(open, FINDING_WRONG_WEB_PORT))
        return HAPPENED_WRONG_PROTOCOL;
    if (has(open, FINDING_REFUSED) || has(open, FINDING_UDP_REFUSED))
        return HAPPENED_REFUSED;
    if (has(open, FINDING_DROPPED) || has(open, FINDING_HALF_OPEN))
        return HAPPENED_DROPPED;
    if (row && row->messages > 0)
        return HAPPENED_DATA;
    if (is_taken)
        return HAPPENED_TAKEN;
    return is_listened ? HAPPENED_LISTENING : HAPPENED_NOTHING;
}

enum standing standing_of_port(enum happening happening, const struct board_port *row)
{
    static const enum standing standings[] = { STANDING_UNKNOWN, STANDING_WAITING, STANDING_OK,
                                               STANDING_PROBLEM, STANDING_PROBLEM, STANDING_PROBLEM,
                                               STANDING_PROBLEM };
    if (happening == HAPPENED_DATA && row && !row->protocols[0])
        return STANDING_UNKNOWN; /* whether it is at its right port cannot be told */
    return standings[happening];
}

void standing_put_step(struct buffer *out, const struct board_device *device, const struct board_open *open)
{
    if (device->verdict == VERDICT_WRONG_PORT && device->right_port != 0) {
        buffer_printf(out, "use port %u", device->right_port);
        return;
    }
    if (device->verdict == VERDICT_WRONG_TRANSPORT && device->protocol) {
        buffer_put_text(out, device->protocol->transports & OVER_TCP ? "use TCP" : "use UDP");
        return;
    }
    for (int code = 0; open && code < FINDING_CODES; code++) {
        if (open->codes[code] == 0 || !meanings[code].step)
            continue;
        buffer_put_text(out, meanings[code].step);
        return;
    }
}
