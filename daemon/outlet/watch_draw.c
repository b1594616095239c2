/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view's picture: the head that every view has, the key line, and between them the view's body (watch_body, watch_text,
 * watch_talk). */
#include <stdio.h>
#include <time.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"
#include "verdict/wording.h"

/* From so many columns on the first row has room for the page's address. */
enum { HEAD = 3, LINE = 512, WIDE = 110 };

void watch_put_count(struct buffer *out, uint64_t count)
{
    char digits[32];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    for (int i = 0; i < length; i++) {
        buffer_put_u8(out, (uint8_t)digits[i]);
        if (i + 1 < length && (length - 1 - i) % 3 == 0)
            buffer_put_u8(out, ',');
    }
}

void watch_put_meaning(struct buffer *out, enum meaning meaning, const char *words)
{
    style_begin(out, true, meaning);
    buffer_put_text(out, words);
    style_end(out, true, meaning);
}

void watch_put_rule(const struct watch_frame *frame, unsigned row, const char *words)
{
    unsigned used = 0;
    if (words[0]) {
        used = picture_put(frame->picture, row, 0, 3, MEANING_PLAIN, LOOK_TITLE, "-- ");
        used +=
            picture_put(frame->picture, row, used, frame->picture->columns, MEANING_PLAIN, LOOK_TITLE, words);
        used += picture_put(frame->picture, row, used, 1, MEANING_PLAIN, LOOK_TITLE, " ");
    }
    while (used < frame->picture->columns)
        used += picture_put(frame->picture, row, used, 1, MEANING_PLAIN, LOOK_TITLE, "-");
}

static void format_time(char *out, size_t size, const char *format, int64_t micros)
{
    time_t seconds = (time_t)(micros / SECOND);
    struct tm tm;
    if (!localtime_r(&seconds, &tm) || strftime(out, size, format, &tm) == 0)
        out[0] = '\0';
}

/* ---- the first row: who is asked, and whether it answers ---- */

static void put_source(const struct watch *watch, struct buffer *out, bool is_wide)
{
    char text[FIELD_TEXT];
    struct cursor status = watch_status(watch);
    buffer_put_text(out, "hexwatch  ");
    if (!watch->status)
        return;
    buffer_printf(out, "%s", field_text(status, "host", text));
    if (json_holds(status, "listen"))
        buffer_printf(out, "  listen %lld tcp %lld udp", field_number(status, "listen.tcp"),
                      field_number(status, "listen.udp"));
    if (field_text(status, "sniff", text)[0])
        buffer_printf(out, "  sniff %s", text);
    if (field_text(status, "log", text)[0])
        buffer_printf(out, "  log %s", text);
    if (is_wide && field_text(status, "page", text)[0])
        buffer_printf(out, "  page %s", text);
}

/* "! LOST daemon 14:26:11, trying again in 2 s". False: nothing is wrong with the connection. */
static bool put_trouble(const struct watch *watch, struct buffer *out, int64_t now)
{
    char since[16];
    format_time(since, sizeof(since), "%H:%M:%S", watch->link_since);
    int64_t left = watch->link_retry > now ? (watch->link_retry - now + SECOND - 1) / SECOND : 0;
    switch (watch->link) {
    case LINK_LOST:
        buffer_printf(out, "! LOST daemon %s, trying again ", since);
        if (left > 0)
            buffer_printf(out, "in %lld s", (long long)left);
        else
            buffer_put_text(out, "now");
        return true;
    case LINK_SILENT:
        buffer_printf(out, "! SILENT daemon since %s, waiting for it", since);
        return true;
    case LINK_ENDED:
        buffer_printf(out, "! ENDED intake %s; q leaves and shows its summary", since);
        return true;
    default:
        return false;
    }
}

static uint64_t came_meanwhile(const struct watch *watch)
{
    uint64_t all = watch_feed_messages(watch->feed) + watch_feed_missed(watch->feed);
    return all > watch->frozen_messages ? all - watch->frozen_messages : 0;
}

static void put_first_row(const struct watch_frame *frame)
{
    const struct watch *watch = frame->watch;
    struct picture *picture = frame->picture;
    char memory[LINE], clock[32], state[48] = "LIVE";
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    bool is_wrong = put_trouble(watch, &out, frame->now);
    enum meaning meaning = is_wrong ? MEANING_PROBLEM : MEANING_OK;
    if (!is_wrong)
        put_source(watch, &out, picture->columns >= WIDE);
    memory[out.length] = '\0';
    format_time(clock, sizeof(clock), "%a %H:%M:%S %z", frame->now);
    size_t length = strlen(clock);
    if (length > 2 && strcmp(clock + length - 2, "00") == 0)
        clock[length - 2] = '\0'; /* whole hours */
    if (watch->is_frozen) {
        struct buffer count = buffer_on(state, sizeof(state) - 1);
        buffer_put_text(&count, "FROZEN +");
        watch_put_count(&count, came_meanwhile(watch));
        state[count.length] = '\0';
        meaning = MEANING_WAITING;
    } else if (watch->link == LINK_STARTING) {
        strcpy(state, "CONNECTING");
        meaning = MEANING_WAITING;
    }
    unsigned width = (unsigned)(strlen(clock) + (is_wrong ? 1 : strlen(state) + 4));
    unsigned at = picture->columns > width ? picture->columns - width : 0;
    picture_put(picture, 0, 0, at > 1 ? at - 1 : 0, is_wrong ? MEANING_PROBLEM : MEANING_PLAIN,
                is_wrong ? LOOK_ALERT : LOOK_TITLE, memory);
    if (!is_wrong)
        picture_put(picture, 0, at, 40, meaning, watch->is_frozen ? LOOK_ALERT : LOOK_TITLE, state);
    picture_put(picture, 0, picture->columns - (unsigned)strlen(clock), 32, MEANING_PLAIN, LOOK_PLAIN, clock);
}

/* ---- the second: does data arrive, how do the devices stand ---- */

static void put_arrival(const struct watch *watch, struct buffer *out, int64_t now)
{
    static const char *const words[] = { [MEANING_PLAIN] = "",
                                         [MEANING_OK] = "+ RECEIVING",
                                         [MEANING_WAITING] = "~ WAITING",
                                         [MEANING_PROBLEM] = "! NOTHING ARRIVES",
                                         [MEANING_UNKNOWN] = "? UNKNOWN" };
    enum meaning meaning = field_meaning(watch_status(watch), "receiving");
    int64_t age = now > watch->last_message ? now - watch->last_message : 0;
    watch_put_meaning(out, meaning, words[meaning]);
    if (watch->last_message == 0) {
        buffer_put_text(out, "  no message so far");
        return;
    }
    buffer_put_text(out, "  last ");
    if (age < 10 * SECOND)
        buffer_printf(out, "%lld.%lld s", (long long)(age / SECOND),
                      (long long)(age % SECOND / (SECOND / 10)));
    else
        wording_put_age(out, age);
    buffer_put_text(out, " ago, ");
    watch_put_count(out, (uint64_t)field_number(watch_status(watch), "rate"));
    buffer_put_text(out, "/min");
}

/* is_short: marks in the place of the words. */
static void put_standings(const struct watch *watch, struct buffer *out, bool is_short)
{
    static const struct {
        enum meaning meaning;
        const char *word;
    } order[] = { { MEANING_PROBLEM, "problem" },
                  { MEANING_UNKNOWN, "unknown" },
                  { MEANING_WAITING, "waiting" },
                  { MEANING_OK, "ok" } };
    const struct watch_list *devices = watch->lists[WATCH_DEVICES];
    char memory[64];
    size_t all = watch_list_all(devices);
    bool is_first = true;
    buffer_put_text(out, "   ");
    watch_put_count(out, all);
    buffer_printf(out, " device%s%s", all == 1 ? "" : "s", all > 0 ? ":" : "");
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        struct buffer words = buffer_on(memory, sizeof(memory) - 1);
        if (watch_list_stand(devices, order[i].meaning) == 0)
            continue;
        if (is_short)
            buffer_printf(&words, "%c ", style_mark(order[i].meaning));
        watch_put_count(&words, watch_list_stand(devices, order[i].meaning));
        if (!is_short)
            buffer_printf(&words, " %s", order[i].word);
        memory[words.length] = '\0';
        buffer_put_text(out, is_first ? " " : "  ");
        is_first = false;
        watch_put_meaning(out, order[i].meaning, memory);
    }
}

/* Without its colours. */
static unsigned columns_of(const struct buffer *text)
{
    unsigned columns = 0;
    bool is_style = false;
    for (size_t i = 0; i < text->length; i++) {
        is_style = is_style || text->bytes[i] == 0x1b;
        columns += !is_style;
        is_style = is_style && text->bytes[i] != 'm';
    }
    return columns;
}

static void put_second_row(const struct watch_frame *frame)
{
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory));
    if (!frame->watch->status)
        return;
    put_arrival(frame->watch, &out, frame->now);
    size_t arrival = out.length;
    put_standings(frame->watch, &out, false);
    if (columns_of(&out) > frame->picture->columns) {
        out.length = arrival;
        put_standings(frame->watch, &out, true);
    }
    picture_put_styled(frame->picture, 1, 0, frame->picture->columns, buffer_cursor(&out));
}

/* ---- the third: where one is ---- */

static void put_tabs(const struct watch_frame *frame)
{
    static const char *const names[] = { "Devices", "Ports", "Findings", "Feed", "Guide" };
    const struct watch *watch = frame->watch;
    enum watch_view view = watch->view >= VIEW_TALK ? watch->before : watch->view;
    long long open = field_number(watch_status(watch), "findings.problem") +
                     field_number(watch_status(watch), "findings.warning") +
                     field_number(watch_status(watch), "findings.info");
    unsigned at = 0;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char name[48];
        bool is_here = i == (unsigned)view;
        struct buffer words = buffer_on(name, sizeof(name) - 1);
        buffer_printf(&words, "%c%u %s", is_here ? '[' : ' ', i + 1, names[i]);
        if (i == VIEW_FINDINGS && open > 0) {
            buffer_put_u8(&words, ' ');
            watch_put_count(&words, (uint64_t)open);
        }
        buffer_put_u8(&words, is_here ? ']' : ' ');
        name[words.length] = '\0';
        at += picture_put(frame->picture, 2, at, 40, MEANING_PLAIN, is_here ? LOOK_TITLE : LOOK_PLAIN, name);
    }
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    const struct watch_list *list = watch_list_of(watch, watch->view);
    if (watch->view == VIEW_TALK || watch->view == VIEW_HELP)
        buffer_put_text(&out, watch->view == VIEW_HELP ? "help" : "one conversation");
    else if (watch->filter[0])
        buffer_printf(&out, "filter: %s", watch->filter);
    else
        buffer_put_text(&out, "filter: -");
    unsigned left = frame->picture->columns > at + 1 ? frame->picture->columns - at - 1 : 0;
    if (list && out.length + 16 <= left)
        buffer_printf(&out, "  sort: %s", watch_list_sort(list));
    memory[out.length] = '\0';
    unsigned width = out.length < left ? (unsigned)out.length : left;
    picture_put(frame->picture, 2, frame->picture->columns - width, width,
                watch->filter[0] ? MEANING_WAITING : MEANING_PLAIN, LOOK_PLAIN, memory);
}

/* ---- the last: keys, a prompt, a notice ---- */

static void put_keys(const struct watch_frame *frame, unsigned row)
{
    const struct watch *watch = frame->watch;
    const struct watch_binding *binding;
    unsigned at = 0;
    for (size_t i = 0; (binding = watch_binding_at(i)); i++) {
        const char *name = binding->name;
        if (!name || !(binding->views & 1U << watch->view))
            continue;
        if (binding->action == ACT_FILTER && watch->filter[0])
            name = "FILTERED";
        if (binding->action == ACT_FREEZE && watch->is_frozen)
            name = "go on";
        if (at + strlen(binding->label) + 1 + strlen(name) > frame->picture->columns)
            return;
        at += picture_put(frame->picture, row, at, 16, MEANING_PLAIN, LOOK_TITLE, binding->label) + 1;
        at += picture_put(frame->picture, row, at, 16, MEANING_PLAIN, LOOK_PLAIN, name) + 1;
    }
}

static void put_last_row(const struct watch_frame *frame)
{
    const struct watch *watch = frame->watch;
    unsigned row = frame->picture->rows - 1;
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    const struct watch_list *list = watch_list_of(watch, watch->view);
    if (watch->prompt == PROMPT_NONE && watch->notice_end > frame->now) {
        picture_put(frame->picture, row, 0, frame->picture->columns, MEANING_PLAIN, LOOK_TITLE,
                    watch->notice);
        return;
    }
    if (watch->prompt == PROMPT_NONE) {
        put_keys(frame, row);
        return;
    }
    buffer_printf(&out, "%s%s_", watch->prompt == PROMPT_SEARCH ? "search /" : "filter \\", watch->words);
    if (list && watch->prompt == PROMPT_FILTER) {
        buffer_put_text(&out, "   ");
        watch_put_count(&out, watch_list_count(list));
        buffer_put_text(&out, " of ");
        watch_put_count(&out, watch_list_all(list) - watch_list_quiet(list));
    }
    buffer_printf(&out, "   Enter keeps, Esc %s", watch->prompt == PROMPT_FILTER ? "shows all" : "ends");
    memory[out.length] = '\0';
    picture_put(frame->picture, row, 0, frame->picture->columns, MEANING_PLAIN, LOOK_TITLE, memory);
}

/* ---- all of it ---- */

static void put_too_small(const struct watch_frame *frame)
{
    char memory[96];
    struct buffer out = buffer_on(memory, sizeof(memory));
    snprintf(memory, sizeof(memory), "Too small: %ux%u.", frame->picture->columns, frame->picture->rows);
    picture_put(frame->picture, 0, 0, frame->picture->columns, MEANING_WAITING, LOOK_TITLE, memory);
    snprintf(memory, sizeof(memory), "Needs %dx%d; goes on by itself.", WATCH_COLUMNS, WATCH_LINES);
    picture_put(frame->picture, 1, 0, frame->picture->columns, MEANING_PLAIN, LOOK_PLAIN, memory);
    out.length = 0;
    if (frame->watch->status)
        put_arrival(frame->watch, &out, frame->now);
    picture_put_styled(frame->picture, 2, 0, frame->picture->columns, buffer_cursor(&out));
}

static void put_body(const struct watch_frame *frame)
{
    static void (*const bodies[VIEWS])(const struct watch_frame *) = { watch_put_devices,  watch_put_ports,
                                                                       watch_put_findings, watch_put_feed,
                                                                       watch_put_guide,    watch_put_talk,
                                                                       watch_put_help };
    if (!frame->watch->status && frame->watch->view != VIEW_HELP)
        return;
    bodies[frame->watch->view](frame);
}

void watch_draw(struct watch *watch, struct picture *picture, int64_t now)
{
    struct watch_frame frame = { watch, picture, HEAD,
                                 picture->rows > HEAD + 1 ? picture->rows - HEAD - 1 : 0, now };
    for (int i = 0; i < WATCH_KINDS; i++)
        watch_list_arrange(watch->lists[i], watch_is_held(watch, now), now);
    watch->is_changed = false;
    watch->drawn = now;
    if (picture->columns < WATCH_COLUMNS || picture->rows < WATCH_LINES) {
        put_too_small(&frame);
        return;
    }
    struct watch_frame body = frame; /* what stands still grows no older */
    body.now = watch->is_frozen ? watch->frozen : now;
    put_body(&body);
    put_second_row(&frame);
    put_tabs(&frame);
    if (watch->link == LINK_LOST || watch->link == LINK_ENDED) {
        for (unsigned row = 1; row + 1 < picture->rows; row++)
            picture_add_look(picture, row, 0, picture->columns, LOOK_OLD);
    }
    put_first_row(&frame);
    put_last_row(&frame);
}
