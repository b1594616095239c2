/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal. Asked by events before every line; draws what stays below them. */
#include "outlet/screen.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"
#include "base/tty.h"
#include "outlet/style.h"
#include "verdict/wording.h"

enum {
    SECOND = 1000000,
    WIDTH = 80,
    HEIGHT = 24,      /* where the terminal does not say */
    RATE = 5,         /* lines a second that can be read */
    BURST = 24,       /* so many at once, after a pause */
    DEVICES = 4096,   /* of which it is known what was shown last */
    STAYING_MAX = 12, /* rows that stay, at most */
    FOOT_ROOM = 8192
};

/* Zeroed before filling: compared bytewise. */
struct shown_key {
    char device[DEVICE_MAX];
    uint64_t flow; /* where no id is known */
};

/* The line that was last shown of a device, and what has come since. */
struct shown {
    const struct protocol *protocol;
    enum verdict verdict;
    enum location location; /* of the last message that told whether there is a fix */
    int64_t time;           /* 0: none was shown yet */
    uint64_t waiting;       /* messages since, not shown */
};

struct screen {
    struct writer *writer;
    const struct board *board;
    struct screen_settings settings;
    unsigned width, height;
    struct table *shown;
    double tokens;
    int64_t refilled;
    uint64_t hidden;
    bool is_drawn;
    unsigned age;   /* seconds since the start */
    unsigned quiet; /* and since the last message of a device */
};

static void look_up_size(struct screen *screen)
{
    unsigned columns = 0, rows = 0;
    bool is_told = tty_size(screen->settings.fd, &columns, &rows);
    screen->width = is_told && columns > 0 ? columns : WIDTH;
    screen->height = is_told && rows > 0 ? rows : HEIGHT;
}

struct screen *screen_new(struct writer *writer, const struct board *board,
                          const struct screen_settings *settings)
{
    struct screen *screen = calloc(1, sizeof(*screen));
    if (!screen)
        return NULL;
    screen->writer = writer;
    screen->board = board;
    screen->settings = *settings;
    screen->tokens = BURST;
    screen->shown = table_new(DEVICES, sizeof(struct shown_key), sizeof(struct shown), NULL, NULL);
    if (!screen->shown) {
        free(screen);
        return NULL;
    }
    look_up_size(screen);
    return screen;
}

void screen_free(struct screen *screen)
{
    if (!screen)
        return;
    screen_wipe(screen);
    table_free(screen->shown);
    free(screen);
}

unsigned screen_width(const struct screen *screen)
{
    return screen->width;
}

uint64_t screen_hidden(const struct screen *screen)
{
    return screen->hidden;
}

/* ---- which lines are shown ---- */

/* Takes a token where more than `reserve` are left. */
static bool take_token(struct screen *screen, int64_t now, double reserve)
{
    int64_t passed = now - screen->refilled;
    if (passed > 0 && screen->refilled != 0)
        screen->tokens += (double)passed * RATE / SECOND;
    if (screen->tokens > BURST)
        screen->tokens = BURST;
    screen->refilled = now;
    if (screen->tokens < reserve + 1)
        return false;
    screen->tokens -= 1;
    return true;
}

/* Where the last shown line of the message's device is noted; NULL: memory is out. */
static struct shown *shown_of(const struct screen *screen, const struct message_event *event)
{
    struct shown_key key;
    memset(&key, 0, sizeof(key));
    if (event->device[0])
        memcpy(key.device, event->device, strnlen(event->device, sizeof(key.device) - 1));
    else
        key.flow = event->who.flow;
    return table_add(screen->shown, &key);
}

static bool tells_of_fix(const struct identity *identity)
{
    return identity->reading.location == LOCATION_VALID || identity->reading.location == LOCATION_INVALID;
}

static bool is_news(const struct shown *shown, const struct identity *identity)
{
    return shown->time == 0 || shown->verdict != identity->verdict ||
           (tells_of_fix(identity) && shown->location != identity->reading.location) ||
           (identity->candidate_count > 0 && shown->protocol != identity->candidates[0]);
}

static void note(struct shown *shown, const struct identity *identity, int64_t now)
{
    shown->protocol = identity->candidate_count > 0 ? identity->candidates[0] : NULL;
    shown->verdict = identity->verdict;
    if (tells_of_fix(identity))
        shown->location = identity->reading.location;
    shown->time = now;
    shown->waiting = 0;
}

/* Where not all can be shown, everybody's turn comes once. */
static bool is_its_turn(const struct screen *screen, const struct shown *shown, int64_t now)
{
    int64_t round = (int64_t)table_count(screen->shown) * SECOND / RATE;
    bool is_pressed = screen->tokens < BURST * 0.75;
    return !is_pressed || now - shown->time >= round || now < shown->time;
}

void screen_count(struct screen *screen)
{
    screen->quiet = 0;
}

bool screen_admits_other(struct screen *screen, int64_t now)
{
    return !screen->settings.is_live || take_token(screen, now, BURST * 0.75);
}

bool screen_admits(struct screen *screen, const struct message_event *event, uint64_t *folded)
{
    *folded = 1;
    if (!screen->settings.is_live)
        return true;
    if (!event->identity) {
        bool is_shown = screen_admits_other(screen, event->time);
        screen->hidden += !is_shown;
        return is_shown;
    }
    struct shown *shown = shown_of(screen, event);
    bool is_new = !shown || is_news(shown, event->identity);
    if (!(is_new || is_its_turn(screen, shown, event->time)) ||
        !take_token(screen, event->time, is_new ? 0 : BURST * 0.5)) {
        screen->hidden++;
        if (shown)
            shown->waiting++;
        return false;
    }
    if (shown) {
        *folded += shown->waiting;
        note(shown, event->identity, event->time);
    }
    return true;
}

/* ---- what stays ---- */

void screen_wipe(struct screen *screen)
{
    if (!screen->is_drawn)
        return;
    screen->is_drawn = false;
    buffer_put_text(writer_begin(screen->writer, 16), "\r\033[J");
    writer_end(screen->writer);
}

/* "1,204" */
static void put_count(struct buffer *out, uint64_t count)
{
    char digits[32];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    for (int i = 0; i < length; i++) {
        buffer_put_u8(out, (uint8_t)digits[i]);
        if (i + 1 < length && (length - 1 - i) % 3 == 0)
            buffer_put_u8(out, ',');
    }
}

static void put_age(struct buffer *out, unsigned seconds)
{
    if (seconds < 60)
        buffer_printf(out, "%us", seconds);
    else if (seconds < 3600)
        buffer_printf(out, "%um", seconds / 60);
    else
        buffer_printf(out, "%uh", seconds / 3600);
}

/* The first row: does data arrive, and what of it is not shown. */
static void put_state(const struct screen *screen, struct buffer *out)
{
    const struct board_counts *counts = board_counts(screen->board);
    size_t devices = board_count_devices(screen->board);
    if (counts->messages == 0) {
        buffer_put_text(out, " waiting: nothing has come yet, for ");
        put_age(out, screen->age);
        return;
    }
    buffer_put_text(out, " receiving, last ");
    put_age(out, screen->quiet);
    buffer_printf(out, " ago  %zu device%s  ", devices, devices == 1 ? "" : "s");
    put_count(out, rate_per_minute(&counts->rate, counts->last_message + screen->quiet * (int64_t)SECOND));
    buffer_put_text(out, "/min");
    if (screen->hidden > 0) {
        buffer_put_text(out, ", not shown: ");
        put_count(out, screen->hidden);
    }
}

/* One row; text is what buffer holds. */
static void put_row(const struct screen *screen, struct buffer *out, enum meaning meaning,
                    struct buffer *text)
{
    struct line_form form = { .width = screen->width, .is_ascii = screen->settings.is_ascii };
    size_t columns = screen->width > 2 ? screen->width - 2 : 0;
    text->bytes[text->length] = '\0';
    buffer_put_u8(out, '\n');
    style_begin(out, screen->settings.is_coloured, meaning);
    buffer_put_u8(out, (uint8_t)style_mark(meaning));
    style_end(out, screen->settings.is_coloured, meaning);
    (void)line_put_cut(&form, out, (const char *)text->bytes, columns);
}

static void put_finding_row(const struct screen *screen, struct buffer *out,
                            const struct board_finding *finding)
{
    const struct finding_event *event = &finding->event;
    char memory[WORDING_MAX + 128];
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    buffer_printf(&text, " %s ", finding_name(event->code));
    if (event->device[0])
        buffer_put_text(&text, event->device);
    else
        wording_put_address(&text, &event->who);
    buffer_printf(&text, ": %s", event->advice);
    put_row(screen, out, style_of_finding(event), &text);
}

/* The open findings, the worst first, in so many rows. Returns how many rows were used. */
static unsigned put_findings(const struct screen *screen, struct buffer *out, unsigned rows)
{
    const struct board_findings *findings = board_findings(screen->board);
    size_t count = board_findings_count(findings, true), shown = 0;
    size_t most = count > rows ? rows - 1 : count;
    for (int severity = SEVERITY_PROBLEM; severity >= SEVERITY_INFO && shown < most; severity--) {
        const struct board_finding *finding = NULL;
        while (shown < most && (finding = board_findings_next(findings, true, finding))) {
            if ((int)finding->event.severity != severity)
                continue;
            put_finding_row(screen, out, finding);
            shown++;
        }
    }
    if (shown == count)
        return (unsigned)shown;
    char memory[80];
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    buffer_printf(&text, " and %zu more findings: the summary lists them", count - shown);
    put_row(screen, out, MEANING_PLAIN, &text);
    return (unsigned)shown + 1;
}

static void draw(struct screen *screen)
{
    char memory[256];
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    unsigned rows = screen->height / 4;
    struct buffer *out = writer_begin(screen->writer, FOOT_ROOM);
    put_state(screen, &text);
    put_row(screen, out, board_counts(screen->board)->messages > 0 ? MEANING_OK : MEANING_WAITING, &text);
    if (rows < 1)
        rows = 1;
    unsigned used = 1 + put_findings(screen, out, rows < STAYING_MAX ? rows : STAYING_MAX);
    buffer_printf(out, "\r\033[%uA", used);
    writer_end(screen->writer);
    screen->is_drawn = true;
}

void screen_settle(struct screen *screen)
{
    if (screen->settings.is_live && screen->settings.has_cursor && !screen->is_drawn)
        draw(screen);
    else if (!screen->is_drawn)
        look_up_size(screen);
}

void screen_tick(struct screen *screen)
{
    screen->age++;
    screen->quiet++;
    look_up_size(screen);
    screen_wipe(screen);
    screen_settle(screen);
}
