/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses from the feed. Called by web_events. */
#include "outlet/web_messages.h"

#include <event2/buffer.h>

/* Messages a second, and at once; bytes at once, and of one record. */
enum { MESSAGES = 20, BYTES_MOST = 64 << 10, MESSAGE_MOST = 32 << 10 };
/* µs */
enum { SECOND = 1000000, PACE = 45000 };

/* The newest of what was seen. */
struct newest {
    struct cursor rows[MESSAGES];
    size_t count, room; /* room: how many are wanted */
    uint64_t seen;
};

static void note(struct newest *newest, struct cursor row)
{
    newest->seen++;
    if (row.left <= MESSAGE_MOST && newest->room > 0)
        newest->rows[newest->count++ % newest->room] = row;
}

/* Returns how many were put. */
static size_t put(const struct newest *newest, bool tells_skipped, struct evbuffer *out)
{
    size_t kept = newest->count < newest->room ? newest->count : newest->room, bytes = 0, shown = 0;
    while (shown < kept) {
        bytes += newest->rows[(newest->count - shown - 1) % newest->room].left;
        if (bytes > BYTES_MOST)
            break;
        shown++;
    }
    evbuffer_add_printf(out, "{\"rows\":[");
    for (size_t i = newest->count - shown; i < newest->count; i++) {
        struct cursor row = newest->rows[i % newest->room];
        if (i > newest->count - shown)
            evbuffer_add(out, ",", 1);
        evbuffer_add(out, row.at, row.left);
    }
    evbuffer_add_printf(out, "],\"skipped\":%llu}",
                        tells_skipped ? (unsigned long long)(newest->seen - shown) : 0);
    return shown;
}

void web_messages_start(struct web_messages *messages, const struct feed *feed)
{
    *messages = (struct web_messages){ .place = feed_end(feed) };
}

bool web_messages_put(struct web_messages *messages, const struct feed *feed, const struct filter *filter,
                      int64_t now, struct evbuffer *out)
{
    struct newest newest = { 0 };
    struct feed_record record;
    enum feed_found found;
    uint64_t missed = 0;
    if (now < messages->due || !feed_has_more(feed, &messages->place))
        return false;
    if (messages->since < now - SECOND)
        messages->since = now - SECOND;
    newest.room = (size_t)((now - messages->since) * MESSAGES / SECOND);
    if (newest.room == 0)
        return false;
    messages->due = now + PACE;
    while ((found = feed_next(feed, &messages->place, filter, &record, &missed)) != FEED_END) {
        if (found == FEED_GAP)
            newest.seen += missed; /* whoever's they were */
        else if (found == FEED_RECORD && record.is_message)
            note(&newest, record.text);
    }
    if (newest.seen == 0)
        return false;
    messages->since += (int64_t)put(&newest, true, out) * SECOND / MESSAGES;
    return true;
}

void web_messages_put_last(const struct web_messages *messages, const struct feed *feed,
                           const struct filter *filter, struct evbuffer *out)
{
    struct feed_place place = feed_before(feed, MESSAGES, filter);
    struct newest newest = { .room = MESSAGES };
    struct feed_record record;
    enum feed_found found;
    uint64_t missed;
    while (place.next < messages->place.next &&
           (found = feed_next(feed, &place, filter, &record, &missed)) != FEED_END) {
        if (found == FEED_RECORD && record.is_message && record.number < messages->place.next)
            note(&newest, record.text);
    }
    (void)put(&newest, false, out);
}
