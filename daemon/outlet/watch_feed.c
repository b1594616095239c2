/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of records. Filled by watch with what the daemon tells, read by watch_draw and watch_talk. */
#include "outlet/watch_feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "outlet/field.h"
#include "outlet/watch_row.h"

struct watch_feed {
    struct feed_line lines[FEED_LINES]; /* by number modulo FEED_LINES */
    uint64_t first, next;               /* numbers: the oldest that is kept, and the coming one */
    size_t bytes;
    uint64_t messages, missed;
};

struct watch_feed *watch_feed_new(void)
{
    struct watch_feed *feed = calloc(1, sizeof(*feed));
    if (feed)
        feed->first = feed->next = 1;
    return feed;
}

static struct feed_line *line_of(const struct watch_feed *feed, uint64_t number)
{
    return (struct feed_line *)&feed->lines[number % FEED_LINES];
}

static void drop_oldest(struct watch_feed *feed)
{
    struct feed_line *line = line_of(feed, feed->first++);
    feed->bytes -= line->length;
    free(line->record);
    line->record = NULL;
    line->number = 0;
}

void watch_feed_clear(struct watch_feed *feed)
{
    while (feed->first < feed->next)
        drop_oldest(feed);
    feed->messages = feed->missed = 0;
}

void watch_feed_free(struct watch_feed *feed)
{
    if (!feed)
        return;
    watch_feed_clear(feed);
    free(feed);
}

static void add_words(struct feed_line *line, const char *words)
{
    size_t length = strlen(line->words);
    snprintf(line->words + length, sizeof(line->words) - length, " %.*s", FEED_WORDS, words);
}

static void read_record(struct feed_line *line, struct cursor record)
{
    static const char *const paths[] = { "protocol", "type",      "messages.0.type", "verdict",
                                         "location", "direction", "state",           "code",
                                         "peer",     "device" };
    char text[FIELD_TEXT];
    line->time = field_time(record, "time");
    line->is_message = field_is(record, "event", "message");
    line->is_answer = field_is(record, "direction", "out");
    snprintf(line->device, sizeof(line->device), "%.*s", FEED_WHO - 1, field_text(record, "device", text));
    field_address(record, line->peer, sizeof(line->peer));
    field_text(record, "transport", text);
    snprintf(line->words, sizeof(line->words), "%.3s %lld", text, field_number(record, "port"));
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (field_text(record, paths[i], text)[0])
            add_words(line, text);
    }
    watch_lower(line->words);
}

void watch_feed_add(struct watch_feed *feed, struct cursor record)
{
    uint8_t *copy = record.left <= FEED_BYTES ? malloc(record.left + 1) : NULL;
    if (!copy) {
        feed->missed++;
        return;
    }
    while (feed->next - feed->first >= FEED_LINES ||
           (feed->first < feed->next && feed->bytes + record.left > FEED_BYTES))
        drop_oldest(feed);
    struct feed_line *line = line_of(feed, feed->next);
    memset(line, 0, sizeof(*line));
    memcpy(copy, record.at, record.left);
    line->number = feed->next++;
    line->record = copy;
    line->length = record.left;
    feed->bytes += record.left;
    read_record(line, record);
    feed->messages += line->is_message;
    if (field_is(record, "event", "lost")) {
        long long missed = field_number(record, "lines");
        feed->missed += missed > 0 ? (uint64_t)missed : 0;
    }
}

void watch_feed_add_gap(struct watch_feed *feed, int64_t time, const char *words)
{
    char memory[FIELD_TEXT];
    int length = snprintf(memory, sizeof(memory), "{\"event\":\"gap\",\"text\":\"%s\"}", words);
    if (length <= 0 || (size_t)length >= sizeof(memory))
        return;
    watch_feed_add(feed, cursor_of(memory, (size_t)length));
    line_of(feed, feed->next - 1)->time = time;
}

uint64_t watch_feed_messages(const struct watch_feed *feed)
{
    return feed->messages;
}

uint64_t watch_feed_missed(const struct watch_feed *feed)
{
    return feed->missed;
}

const struct feed_line *watch_feed_at(const struct watch_feed *feed, uint64_t number)
{
    if (feed->first == feed->next)
        return NULL;
    if (number == 0 || number >= feed->next)
        number = feed->next - 1;
    return line_of(feed, number > feed->first ? number : feed->first);
}

bool watch_feed_fits(const struct feed_line *line, const struct watch_wish *wish)
{
    bool is_gap = line->device[0] == '\0' && line->peer[0] == '\0' && !line->is_message;
    if (is_gap)
        return !wish->words[0];
    if (wish->without_answers && line->is_answer)
        return false;
    if (wish->device[0] && strcmp(wish->device, line->device) != 0)
        return false;
    if (wish->peer[0] && strcmp(wish->peer, line->peer) != 0)
        return false;
    return !wish->words[0] || strstr(line->words, wish->words) != NULL;
}

const struct feed_line *watch_feed_next(const struct watch_feed *feed, const struct feed_line *line,
                                        const struct watch_wish *wish, bool is_back)
{
    uint64_t number = line->number;
    for (;;) {
        number += is_back ? UINT64_MAX : 1;
        if (number < feed->first || number >= feed->next)
            return NULL;
        if (watch_feed_fits(line_of(feed, number), wish))
            return line_of(feed, number);
    }
}

size_t watch_feed_window(const struct watch_feed *feed, uint64_t last, const struct watch_wish *wish,
                         size_t rows, const struct feed_line **lines)
{
    size_t count = 0;
    const struct feed_line *line = watch_feed_at(feed, last);
    if (line && !watch_feed_fits(line, wish))
        line = watch_feed_next(feed, line, wish, true);
    for (; line && count < rows; line = watch_feed_next(feed, line, wish, true))
        lines[count++] = line;
    for (size_t i = 0; i < count / 2; i++) {
        const struct feed_line *other = lines[i];
        lines[i] = lines[count - 1 - i];
        lines[count - 1 - i] = other;
    }
    return count;
}
