/* SPDX-License-Identifier: Apache-2.0 */
/* Two blocks of memory: the loop fills one while the thread empties the other. The lock is held to copy one event, or to change the
 * blocks; never while anything is written to a disk. */
#include "outlet/history_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { ALIGNMENT = 16, FIRST_ROOM = 64 * 1024 };

/* One event, then what it borrows. */
struct item {
    size_t size; /* with what stands behind it */
    enum history_entry_kind kind;
    union {
        struct message_event message;
        struct finding_event finding;
    };
    struct identity identity;
};

struct block {
    uint8_t *bytes; /* owned */
    size_t length, room;
};

struct history_queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct block in;
    size_t most;
    uint64_t seen;
    struct history_dropped dropped;
    bool is_closed;
    struct block out; /* these two are the thread's alone */
    size_t at;
};

struct history_queue *history_queue_new(size_t bytes)
{
    struct history_queue *queue = calloc(1, sizeof(*queue));
    pthread_condattr_t monotonic;
    if (!queue)
        return NULL;
    queue->most = bytes;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return queue;
}

void history_queue_free(struct history_queue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
    free(queue->in.bytes);
    free(queue->out.bytes);
    free(queue);
}

/* ---- the loop's side ---- */

static bool make_room(struct history_queue *queue, size_t size)
{
    struct block *in = &queue->in;
    if (size > queue->most - in->length)
        return false;
    if (size <= in->room - in->length)
        return true;
    size_t room = in->room ? in->room : FIRST_ROOM;
    while (room - in->length < size)
        room *= 2;
    uint8_t *larger = realloc(in->bytes, room);
    if (!larger)
        return false;
    in->bytes = larger;
    in->room = room;
    return true;
}

static void *place(uint8_t **at, const void *bytes, size_t length)
{
    void *copy = *at;
    if (length > 0)
        memcpy(copy, bytes, length);
    *at += length;
    return copy;
}

/* Strings and bytes are put behind the item; what points to them is set when it is read, because the block may move. */
static void put(struct history_queue *queue, const struct item *item, const struct cursor *parts,
                size_t count, int64_t time)
{
    size_t size = sizeof(*item);
    for (size_t i = 0; i < count; i++)
        size += parts[i].left;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    pthread_mutex_lock(&queue->lock);
    queue->seen++;
    if (make_room(queue, size)) {
        uint8_t *at = queue->in.bytes + queue->in.length;
        struct item *copy = place(&at, item, sizeof(*item));
        copy->size = size;
        for (size_t i = 0; i < count; i++)
            (void)place(&at, parts[i].at, parts[i].left);
        if (queue->in.length == 0)
            pthread_cond_signal(&queue->filled);
        queue->in.length += size;
    } else {
        if (queue->dropped.count++ == 0)
            queue->dropped.first = time;
        queue->dropped.last = time;
    }
    pthread_mutex_unlock(&queue->lock);
}

/* With its end. */
static struct cursor whole(const char *text)
{
    const char *known = text ? text : "";
    return cursor_of(known, strlen(known) + 1);
}

void history_queue_message(struct history_queue *queue, const struct message_event *event)
{
    struct item item = { .kind = HISTORY_MESSAGE, .message = *event };
    const struct cursor parts[] = { whole(event->device), event->bytes };
    if (event->identity)
        item.identity = *event->identity;
    put(queue, &item, parts, 2, event->time);
}

static void put_finding(struct history_queue *queue, enum history_entry_kind kind,
                        const struct finding_event *event, int64_t time)
{
    struct item item = { .kind = kind, .finding = *event };
    const struct cursor parts[] = { whole(event->device), whole(event->text), whole(event->advice),
                                    event->sample };
    put(queue, &item, parts, 4, time);
}

void history_queue_finding(struct history_queue *queue, const struct finding_event *event)
{
    put_finding(queue, HISTORY_FINDING, event, event->time);
}

void history_queue_confirmed(struct history_queue *queue, const struct finding_event *event)
{
    put_finding(queue, HISTORY_CONFIRMED, event, event->last);
}

void history_queue_close(struct history_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->is_closed = true;
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

/* ---- the thread's side ---- */

bool history_queue_wait(struct history_queue *queue, int patience)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += patience / 1000;
    until.tv_nsec += patience % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&queue->lock);
    int failure = 0;
    while (queue->in.length == 0 && !queue->is_closed && failure == 0)
        failure = pthread_cond_timedwait(&queue->filled, &queue->lock, &until);
    bool is_open = !queue->is_closed;
    pthread_mutex_unlock(&queue->lock);
    return is_open;
}

uint64_t history_queue_seen(struct history_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    uint64_t seen = queue->seen;
    pthread_mutex_unlock(&queue->lock);
    return seen;
}

void history_queue_take(struct history_queue *queue, struct history_dropped *dropped)
{
    pthread_mutex_lock(&queue->lock);
    struct block taken = queue->in;
    queue->in = queue->out;
    queue->in.length = 0;
    *dropped = queue->dropped;
    queue->dropped = (struct history_dropped){ 0 };
    pthread_mutex_unlock(&queue->lock);
    queue->out = taken;
    queue->at = 0;
}

void history_queue_rewind(struct history_queue *queue)
{
    queue->at = 0;
}

static void read_message(struct item *item, const uint8_t *behind)
{
    struct message_event *event = &item->message;
    event->device = (const char *)behind;
    event->bytes.at = behind + strlen(event->device) + 1;
    if (!event->identity)
        return;
    event->identity = &item->identity;
    item->identity.device = event->device;
    item->identity.bytes = event->bytes;
    item->identity.reading.marks = NULL;
}

static void read_finding(struct item *item, const uint8_t *behind)
{
    struct finding_event *event = &item->finding;
    event->device = (const char *)behind;
    event->text = event->device + strlen(event->device) + 1;
    event->advice = event->text + strlen(event->text) + 1;
    event->sample.at = (const uint8_t *)event->advice + strlen(event->advice) + 1;
}

bool history_queue_next(struct history_queue *queue, struct history_entry *entry)
{
    if (queue->at >= queue->out.length)
        return false;
    /* blocks come from malloc, and all sizes are multiples of what it aligns to */
    struct item *item = (void *)(queue->out.bytes + queue->at);
    const uint8_t *behind = (const uint8_t *)(item + 1);
    queue->at += item->size;
    *entry = (struct history_entry){ .kind = item->kind };
    if (item->kind == HISTORY_MESSAGE) {
        read_message(item, behind);
        entry->message = &item->message;
    } else {
        read_finding(item, behind);
        entry->finding = &item->finding;
    }
    return true;
}
