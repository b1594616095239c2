/* SPDX-License-Identifier: Apache-2.0 */
/* Moving about in the watch view: in lists, in the feed, in texts; and searching. Called by watch with keys. */
#include "outlet/watch_parts.h"

static void move_in_feed(struct watch *watch, struct watch_feed *feed, const struct watch_wish *wish, long by,
                         uint64_t *chosen)
{
    const struct feed_line *line = watch_feed_at(feed, *chosen), *next;
    if (line && !watch_feed_fits(line, wish))
        line = watch_feed_next(feed, line, wish, true);
    bool is_first = *chosen == 0 && watch->view == VIEW_FEED;
    for (long i = is_first ? 1 : 0; line && i < (by < 0 ? -by : by); i++) {
        next = watch_feed_next(feed, line, wish, by < 0);
        if (!next)
            break;
        line = next;
    }
    if (line)
        *chosen = line->number;
}

void watch_move(struct watch *watch, long by)
{
    struct watch_list *list = watch_list_of(watch, watch->view);
    struct watch_wish feed_wish = watch_wish_of(watch), talk_wish = watch_talk_wish(watch);
    if (list) {
        watch_list_move(list, by);
    } else if (watch->view == VIEW_FEED) {
        move_in_feed(watch, watch->feed, &feed_wish, by, &watch->feed_chosen);
    } else if (watch->view == VIEW_TALK && (by == 1 || by == -1)) {
        const struct feed_line *shown = watch_talk_shown(watch);
        watch->talk_chosen = shown ? shown->number : 0;
        move_in_feed(watch, watch->talk, &talk_wish, by, &watch->talk_chosen);
        watch->scroll = 0;
    } else {
        long to = (long)watch->scroll + by;
        watch->scroll = to < 0 ? 0 : (size_t)to; /* where the text ends, drawing it tells */
    }
}

void watch_search_again(struct watch *watch, bool is_here, bool is_back, int64_t now)
{
    struct watch_list *list = watch_list_of(watch, watch->view);
    bool is_found = false;
    if (!watch->search[0])
        return;
    if (list) {
        is_found = watch_list_search(list, watch->search, is_here, is_back);
    } else if (watch->view == VIEW_FEED) { /* from the newest backwards */
        struct watch_wish wish = { "", "", watch->search, false };
        const struct feed_line *line = watch_feed_at(watch->feed, watch->feed_chosen);
        if (line && !((is_here || !watch->feed_chosen) && watch_feed_fits(line, &wish)))
            line = watch_feed_next(watch->feed, line, &wish, !is_back);
        is_found = line != NULL;
        if (line)
            watch->feed_chosen = line->number;
    }
    if (!is_found)
        watch_notice(watch, now, "No row has '%s'.", watch->search);
}
