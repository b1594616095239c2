/* SPDX-License-Identifier: Apache-2.0 */
/* Writes frames as pcapng. Gets them from the tap, knows by the publisher's events which are shown. */
#include "outlet/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/table.h"

enum {
    SECOND = 1000000,
    FLOWS = 20000,
    PATIENCE = 30 * SECOND, /* how long frames wait to be wanted */
    WAITING_MAX = 32 << 20, /* bytes of frames that wait, at most */
    SECTION_HEADER = 0x0a0d0d0a,
    INTERFACE_DESCRIPTION = 1,
    ENHANCED_PACKET = 6,
    SNAPLEN = 262144
};

/* A side of a conversation: the tracker's address and the server's port. Zeroed before filling: compared bytewise. */
struct flow_key {
    uint8_t peer[16];
    uint16_t peer_port, port;
    uint32_t transport;
};

/* A frame that waits. Its bytes stand behind it. */
struct waiting {
    STAILQ_ENTRY(waiting) next;
    int64_t time;
    enum link_type link;
    size_t length, captured;
    struct flow_key keys[2]; /* either side may be the tracker's */
    uint8_t bytes[];
};

struct keep {
    struct sink sink;
    struct frame_sink frames;
    struct keep_settings settings;
    struct keep_parts parts;
    FILE *file;
    struct table *flows; /* those that are shown */
    STAILQ_HEAD(, waiting) waiting;
    size_t bytes;                    /* of all that wait */
    int interfaces[LINK_RAW_IP + 1]; /* by link type: its number in the file plus one; 0: none yet */
    int interface_count;
    uint64_t lost;
    bool is_broken;
    bool is_over; /* enough was shown; the frame that brought the last of it is kept */
};

/* ---- the file ---- */

static const uint16_t link_numbers[LINK_RAW_IP + 1] = {
    [LINK_ETHERNET] = 1, [LINK_LOOPBACK] = 0, [LINK_COOKED] = 113, [LINK_COOKED2] = 276, [LINK_RAW_IP] = 101,
};

static void put(struct keep *keep, const void *bytes, size_t length)
{
    if (length == 0 || fwrite(bytes, 1, length, keep->file) == length || keep->is_broken)
        return;
    keep->is_broken = true;
    log_error("%s: %s. No more packets are kept there. Free the disk and start again.", keep->settings.path,
              strerror(errno));
}

static void put_block(struct keep *keep, uint32_t type, const void *head, size_t head_length,
                      const void *bytes, size_t length)
{
    static const uint8_t zero[4] = { 0 };
    uint32_t padding = (uint32_t)(-length & 3);
    uint32_t total = (uint32_t)(12 + head_length + length) + padding;
    put(keep, &type, sizeof(type));
    put(keep, &total, sizeof(total));
    put(keep, head, head_length);
    put(keep, bytes, length);
    put(keep, zero, padding);
    put(keep, &total, sizeof(total));
}

/* Numbers stand in the order of this machine: the magic tells. */
static void put_section(struct keep *keep)
{
    const struct {
        uint32_t magic;
        uint16_t major, minor;
        uint32_t length[2]; /* not known */
    } head = { 0x1a2b3c4d, 1, 0, { UINT32_MAX, UINT32_MAX } };
    put_block(keep, SECTION_HEADER, &head, sizeof(head), NULL, 0);
}

/* The number of the interface with this link type. */
static uint32_t interface_of(struct keep *keep, enum link_type link)
{
    const struct {
        uint16_t link, unused;
        uint32_t snaplen;
    } head = { link_numbers[link], 0, SNAPLEN };
    if (keep->interfaces[link] == 0) {
        put_block(keep, INTERFACE_DESCRIPTION, &head, sizeof(head), NULL, 0);
        keep->interfaces[link] = ++keep->interface_count;
    }
    return (uint32_t)keep->interfaces[link] - 1;
}

static void put_frame(struct keep *keep, int64_t time, enum link_type link, size_t length,
                      struct cursor bytes)
{
    uint64_t micros = (uint64_t)time;
    struct {
        uint32_t interface, high, low, captured, length;
    } head = { interface_of(keep, link), (uint32_t)(micros >> 32), (uint32_t)micros, (uint32_t)bytes.left,
               (uint32_t)length };
    put_block(keep, ENHANCED_PACKET, &head, sizeof(head), bytes.at, bytes.left);
    keep->lost += keep->is_broken;
}

/* ---- whose a frame is ---- */

static struct flow_key key_of(enum transport transport, const struct endpoint *peer, uint16_t port)
{
    struct flow_key key;
    memset(&key, 0, sizeof(key));
    memcpy(key.peer, peer->address, sizeof(key.peer));
    key.peer_port = peer->port;
    key.port = port;
    key.transport = (uint32_t)transport;
    return key;
}

/* The pieces of a datagram have no ports: whose address is among those that are shown, its pieces are. */
static struct flow_key key_of_address(const struct endpoint *peer)
{
    const struct endpoint bare = endpoint_of_v6(peer->address, 0);
    return key_of(TRANSPORT_UDP, &bare, 0);
}

static void mark(struct keep *keep, const struct who *who)
{
    struct flow_key keys[2] = { key_of(who->transport, &who->peer, who->port), key_of_address(&who->peer) };
    if (!choice_is_shown(keep->parts.choice) && !choice_is_belated(keep->parts.choice))
        return;
    for (int i = 0; i < 2; i++) {
        if (!table_find(keep->flows, &keys[i]))
            (void)table_add(keep->flows, &keys[i]);
    }
}

static void on_message(void *context, const struct message_event *event)
{
    mark(context, &event->who);
}

static void on_connection(void *context, const struct connection_event *event)
{
    mark(context, &event->who);
}

static void on_finding(void *context, const struct finding_event *event)
{
    mark(context, &event->who);
}

/* ---- frames ---- */

static bool is_wanted(const struct keep *keep, const struct waiting *waiting)
{
    return table_find(keep->flows, &waiting->keys[0]) || table_find(keep->flows, &waiting->keys[1]);
}

/* Lets go of those at the front that are wanted, or have waited for long enough, or are too many. */
static void let_go(struct keep *keep, int64_t now, bool is_end)
{
    struct waiting *first;
    while ((first = STAILQ_FIRST(&keep->waiting))) {
        bool wanted = is_wanted(keep, first);
        bool is_due = is_end || now - first->time > PATIENCE || first->time - now > PATIENCE ||
                      keep->bytes > WAITING_MAX;
        if (!wanted && !is_due)
            return;
        if (wanted)
            put_frame(keep, first->time, first->link, first->length,
                      cursor_of(first->bytes, first->captured));
        STAILQ_REMOVE_HEAD(&keep->waiting, next);
        keep->bytes -= sizeof(*first) + first->captured;
        free(first);
    }
}

static void wait_for(struct keep *keep, const struct frame_event *frame, int64_t time)
{
    const struct packet *packet = frame->packet;
    struct waiting *waiting = malloc(sizeof(*waiting) + frame->bytes.left);
    if (!waiting) {
        keep->lost++;
        return;
    }
    *waiting = (struct waiting){
        .time = time, .link = frame->link, .length = frame->length, .captured = frame->bytes.left
    };
    if (frame->result == PACKET_FRAGMENT) {
        waiting->keys[0] = key_of_address(&packet->source);
        waiting->keys[1] = key_of_address(&packet->destination);
    } else {
        waiting->keys[0] = key_of(packet->transport, &packet->source, packet->destination.port);
        waiting->keys[1] = key_of(packet->transport, &packet->destination, packet->source.port);
    }
    memcpy(waiting->bytes, frame->bytes.at, frame->bytes.left);
    STAILQ_INSERT_TAIL(&keep->waiting, waiting, next);
    keep->bytes += sizeof(*waiting) + waiting->captured;
    let_go(keep, time, false);
}

/* Does it belong to a watched port, so that it may be shown? */
static bool is_watched(const struct keep *keep, const struct frame_event *frame)
{
    const struct packet *packet = frame->packet;
    const struct keep_settings *settings = &keep->settings;
    if (frame->result == PACKET_FRAGMENT)
        return true;
    if (frame->result != PACKET_OK && frame->result != PACKET_REFUSED)
        return false;
    uint16_t ports[2] = { packet->destination.port, packet->source.port };
    for (int i = 0; i < 2; i++) {
        bool is_never = settings->never != 0 && ports[i] == settings->never;
        if (!is_never && portset_has(keep->parts.watched, packet->transport, ports[i]))
            return true;
    }
    return false;
}

static void on_frame(void *context, const struct frame_event *frame)
{
    struct keep *keep = context;
    int64_t time = frame->time + *keep->parts.wall;
    if (keep->is_over || !is_watched(keep, frame))
        return;
    keep->is_over = choice_is_over(keep->parts.choice);
    if (choice_needs_words(keep->parts.choice))
        wait_for(keep, frame, time);
    else if (choice_has_peer(keep->parts.choice, &frame->packet->source) ||
             choice_has_peer(keep->parts.choice, &frame->packet->destination))
        put_frame(keep, time, frame->link, frame->length, frame->bytes);
}

struct keep *keep_new(const struct keep_settings *settings, const struct keep_parts *parts)
{
    struct keep *keep = calloc(1, sizeof(*keep));
    if (!keep)
        return NULL;
    keep->settings = *settings;
    keep->parts = *parts;
    STAILQ_INIT(&keep->waiting);
    keep->sink = (struct sink){
        .context = keep, .message = on_message, .connection = on_connection, .finding = on_finding
    };
    keep->frames = (struct frame_sink){ .context = keep, .frame = on_frame };
    keep->flows = table_new(FLOWS, sizeof(struct flow_key), sizeof(bool), NULL, NULL);
    keep->file = keep->flows ? fdopen(settings->fd, "wb") : NULL;
    if (!keep->file) {
        table_free(keep->flows);
        free(keep);
        return NULL;
    }
    put_section(keep);
    /* a file of no packets has a link type too, or some do not read it */
    (void)interface_of(keep, LINK_ETHERNET);
    return keep;
}

bool keep_finish(struct keep *keep)
{
    let_go(keep, INT64_MAX, true);
    if (fflush(keep->file) != 0 && !keep->is_broken) {
        keep->is_broken = true;
        log_error("%s: %s. Its end is missing. Free the disk and start again.", keep->settings.path,
                  strerror(errno));
    }
    return !keep->is_broken;
}

void keep_free(struct keep *keep)
{
    if (!keep)
        return;
    (void)keep_finish(keep);
    (void)fclose(keep->file);
    table_free(keep->flows);
    free(keep);
}

struct sink *keep_sink(struct keep *keep)
{
    return &keep->sink;
}

const struct frame_sink *keep_frames(struct keep *keep)
{
    return &keep->frames;
}

void keep_tick(struct keep *keep, int64_t now)
{
    let_go(keep, now + *keep->parts.wall, false);
    if (fflush(keep->file) != 0 && !keep->is_broken) {
        keep->is_broken = true;
        log_error("%s: %s. No more packets are kept there. Free the disk and start again.",
                  keep->settings.path, strerror(errno));
    }
}

uint64_t keep_lost(const struct keep *keep)
{
    return keep->lost;
}
