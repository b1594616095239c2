/* SPDX-License-Identifier: Apache-2.0 */
/* Copies events for the history's thread, and makes them whole again there. Called by history. */
#include "outlet/history_queue.h"

/* One event, then what it borrows. */
struct item {
    enum history_entry_kind kind;
    union {
        struct message_event message;
        struct finding_event finding;
    };
    struct identity identity;
};

/* With its end. */
static struct cursor whole(const char *text)
{
    const char *known = text ? text : "";
    return cursor_of(known, strlen(known) + 1);
}

/* Strings and bytes are put behind the item; what points to them is set when it is read, because a copy lies elsewhere. */
void history_queue_message(struct handover *queue, const struct message_event *event)
{
    struct item item = { .kind = HISTORY_MESSAGE, .message = *event };
    const struct cursor parts[] = { cursor_of(&item, sizeof(item)), whole(event->device), event->bytes };
    if (event->identity)
        item.identity = *event->identity;
    handover_put(queue, parts, 3, event->time);
}

static void put_finding(struct handover *queue, enum history_entry_kind kind,
                        const struct finding_event *event, int64_t time)
{
    struct item item = { .kind = kind, .finding = *event };
    const struct cursor parts[] = { cursor_of(&item, sizeof(item)), whole(event->device), whole(event->text),
                                    whole(event->advice), event->sample };
    handover_put(queue, parts, 5, time);
}

void history_queue_finding(struct handover *queue, const struct finding_event *event)
{
    put_finding(queue, HISTORY_FINDING, event, event->time);
}

void history_queue_confirmed(struct handover *queue, const struct finding_event *event)
{
    put_finding(queue, HISTORY_CONFIRMED, event, event->last);
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

bool history_queue_next(struct handover *queue, struct history_entry *entry)
{
    struct item *item = handover_next(queue);
    if (!item)
        return false;
    const uint8_t *behind = (const uint8_t *)(item + 1);
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
