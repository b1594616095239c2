/* SPDX-License-Identifier: Apache-2.0 */
/* The latest records in a ring of bytes, with a note on each for the filters. Hears the publisher, read by control and web. */
#include "outlet/feed.h"

#include <stdlib.h>

#include "outlet/events_json.h"

/* A record that does not fit before the end of the ring begins at its start. */
enum { ROOM = 4096, LOOKED_AT = 512 };

struct note {
    struct who who;
    const struct protocol *protocol;
    char device[DEVICE_MAX];
    int code; /* of a finding; -1: it is none */
    bool is_message;
    int64_t time;
    size_t at, length;
};

struct feed {
    struct sink sink;
    struct json_clock clock;
    uint64_t first, next; /* numbers: of the oldest that is kept, and of the next one to come */
    size_t head;          /* where the next one is written */
    uint64_t lost;
    struct note notes[FEED_RECORDS];
    uint8_t bytes[FEED_BYTES];
};

static struct note *note_of(struct feed *feed, uint64_t number)
{
    return &feed->notes[number % FEED_RECORDS];
}

/* Lets go of what stands in the way of `length` bytes at `at`. The oldest stands first behind the head. */
static void make_room(struct feed *feed, size_t at, size_t length)
{
    while (feed->first < feed->next) {
        const struct note *oldest = note_of(feed, feed->first);
        bool is_apart = oldest->at >= at + length || oldest->at + oldest->length <= at;
        if (is_apart && feed->next - feed->first < FEED_RECORDS)
            return;
        feed->first++;
    }
}

/* Memory for a record of at most so many bytes. NULL: that is more than is kept. */
static uint8_t *begin(struct feed *feed, size_t room)
{
    if (room > FEED_BYTES / 4) {
        feed->lost++;
        return NULL;
    }
    if (room > FEED_BYTES - feed->head) {
        make_room(feed, feed->head, FEED_BYTES - feed->head);
        feed->head = 0;
    }
    make_room(feed, feed->head, room);
    return feed->bytes + feed->head;
}

static void end(struct feed *feed, const struct buffer *out, struct note note)
{
    if (out->full || out->length == 0) {
        feed->lost++;
        return;
    }
    note.at = feed->head;
    note.length = out->length - 1; /* without the end of the line */
    *note_of(feed, feed->next++) = note;
    feed->head += out->length;
}

static struct note note_for(const struct who *who, const char *device, const struct protocol *protocol,
                            int64_t time)
{
    struct note note = { .who = *who, .protocol = protocol, .code = -1, .time = time };
    memcpy(note.device, device, strnlen(device, sizeof(note.device) - 1));
    return note;
}

static void on_message(void *context, const struct message_event *event)
{
    struct feed *feed = context;
    size_t room = 2 * event->bytes.left + ROOM;
    uint8_t *memory = begin(feed, room);
    if (!memory)
        return;
    struct buffer out = buffer_on(memory, room);
    json_put_message(&feed->clock, &out, event);
    struct note note = note_for(&event->who, event->device, event->protocol, event->time);
    note.is_message = true;
    end(feed, &out, note);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct feed *feed = context;
    struct buffer out = buffer_on(begin(feed, ROOM), ROOM);
    json_put_connection(&feed->clock, &out, event);
    end(feed, &out, note_for(&event->who, "", NULL, event->time));
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct feed *feed = context;
    struct buffer out = buffer_on(begin(feed, 2 * ROOM), 2 * ROOM);
    json_put_finding(&feed->clock, &out, event);
    struct note note = note_for(&event->who, event->device, event->protocol, event->time);
    note.code = (int)event->code;
    end(feed, &out, note);
}

struct feed *feed_new(void)
{
    struct feed *feed = calloc(1, sizeof(*feed));
    if (!feed)
        return NULL;
    feed->sink = (struct sink){
        .context = feed, .message = on_message, .connection = on_connection, .finding = on_finding
    };
    feed->first = feed->next = 1;
    return feed;
}

void feed_free(struct feed *feed)
{
    free(feed);
}

struct sink *feed_sink(struct feed *feed)
{
    return &feed->sink;
}

struct feed_place feed_end(const struct feed *feed)
{
    return (struct feed_place){ .next = feed->next };
}

static bool is_admitted(const struct note *note, const struct filter *filter)
{
    return filter_admits(filter, &note->who, note->device, note->protocol) &&
           (filter->codes == 0 ||
            (note->code >= 0 && filter_admits_code(filter, (enum finding_code)note->code)));
}

struct feed_place feed_before(const struct feed *feed, unsigned count, const struct filter *filter)
{
    uint64_t at = feed->next;
    for (uint64_t number = feed->next; count > 0 && number > feed->first; number--) {
        const struct note *note = &feed->notes[(number - 1) % FEED_RECORDS];
        if (!note->is_message || !is_admitted(note, filter))
            continue;
        at = number - 1;
        count--;
    }
    return (struct feed_place){ .next = at };
}

bool feed_has_more(const struct feed *feed, const struct feed_place *place)
{
    return place->next < feed->next;
}

enum feed_found feed_next(const struct feed *feed, struct feed_place *place, const struct filter *filter,
                          struct feed_record *record, uint64_t *missed)
{
    if (place->next < feed->first) {
        *missed = feed->first - place->next;
        place->next = feed->first;
        return FEED_GAP;
    }
    for (int i = 0; i < LOOKED_AT && place->next < feed->next; i++) {
        const struct note *note = &feed->notes[place->next % FEED_RECORDS];
        uint64_t number = place->next++;
        if (!is_admitted(note, filter))
            continue;
        *record = (struct feed_record){ .text = cursor_of(feed->bytes + note->at, note->length),
                                        .time = note->time,
                                        .is_message = note->is_message,
                                        .number = number };
        return FEED_RECORD;
    }
    return place->next < feed->next ? FEED_MORE : FEED_END;
}

uint64_t feed_passed(const struct feed *feed, const struct feed_place *place)
{
    return place->next < feed->first ? feed->first - place->next : 0;
}

uint64_t feed_lost(const struct feed *feed)
{
    return feed->lost;
}
