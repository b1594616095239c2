/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view's pictures, of a real board's answers: what stands where at 80x24 and 200x50, and what keys change. */
#include "outlet/known.h"

#include <time.h>

#include "outlet/watch.h"

#define AT (NOON + SECONDS(4))

struct scene {
    struct known *known;
    struct watch *watch;
    struct picture picture;
    int64_t now;
    char text[65536];
};

static struct scene *scene_new(void)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    assert_non_null(scene);
    scene->known = known_new(2000);
    scene->watch = watch_new();
    assert_non_null(scene->watch);
    scene->now = AT;
    setenv("TZ", "UTC", 1);
    tzset();
    snapshot_tick(scene->known->snapshot, NOON);
    watch_set_link(scene->watch, LINK_LIVE, scene->now, 0);
    return scene;
}

static void scene_free(struct scene *scene)
{
    watch_free(scene->watch);
    picture_free(&scene->picture);
    known_free(scene->known);
    free(scene);
}

/* Asks what it wants to know until it knows it. */
static void answer_all(struct scene *scene)
{
    enum watch_asked asked;
    char memory[ASK_MAX], error[256];
    struct buffer request = buffer_on(memory, sizeof(memory));
    scene->now += SECONDS(3);
    while (watch_next_ask(scene->watch, scene->now, &asked, &request)) {
        struct ask ask;
        struct cursor record = { 0 };
        enum answer_step step;
        assert_true(ask_read(buffer_cursor(&request), &ask, error, sizeof(error)));
        struct answer *answer = answer_new(scene->known->snapshot, &ask);
        while ((step = answer_next(answer, scene->now, &record)) != ANSWER_END) {
            if (step == ANSWER_RECORD)
                watch_take(scene->watch, asked, record);
        }
        answer_free(answer);
        watch_answered(scene->watch, asked, scene->now);
        request.length = 0;
    }
}

/* What has come to the feed so far, as tail tells it. */
static void follow_all(struct scene *scene)
{
    struct ask ask;
    char error[256];
    struct cursor record = { 0 };
    assert_true(ask_read(cursor_of_text("tail?last=1000"), &ask, error, sizeof(error)));
    struct answer *answer = answer_new(scene->known->snapshot, &ask);
    enum answer_step step;
    while ((step = answer_next(answer, scene->now, &record)) != ANSWER_WAIT) {
        if (step == ANSWER_RECORD)
            watch_follow(scene->watch, record, scene->now);
    }
    answer_free(answer);
}

static const char *draw(struct scene *scene, unsigned columns, unsigned rows)
{
    struct buffer out = buffer_on(scene->text, sizeof(scene->text) - 1);
    assert_true(picture_start(&scene->picture, columns, rows));
    watch_draw(scene->watch, &scene->picture, scene->now);
    picture_write(&scene->picture, &out);
    scene->text[out.length] = '\0';
    return scene->text;
}

/* One row of what was drawn last. */
static const char *row_of(struct scene *scene, unsigned row)
{
    static char line[512];
    const char *at = scene->text;
    for (; row > 0 && at; row--)
        at = strchr(at, '\n') + 1;
    snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
    return line;
}

static void shows(struct scene *scene, const char *words)
{
    draw(scene, 80, 24);
    if (!strstr(scene->text, words))
        fail_msg("'%s' does not stand in\n%s", words, scene->text);
}

static void hides(struct scene *scene, const char *words)
{
    draw(scene, 80, 24);
    if (strstr(scene->text, words))
        fail_msg("'%s' stands in\n%s", words, scene->text);
}

static void press(struct scene *scene, const char *keys)
{
    for (; *keys; keys++)
        assert_int_equal(watch_press(scene->watch, *keys, scene->now), EFFECT_NONE);
}

/* Is the row with these words the chosen one, and no other? */
static void is_chosen(struct scene *scene, const char *words)
{
    draw(scene, 80, 24);
    for (unsigned row = 0; row < 24; row++) {
        bool has_look = (scene->picture.cells[(size_t)row * 80].look & LOOK_SELECTED) != 0;
        bool is_meant = strstr(row_of(scene, row), words) != NULL && row > 3 && row < 15;
        if (has_look != is_meant)
            fail_msg("row %u: '%s', '%s'", row, row_of(scene, row), words);
    }
}

static void ten_devices(struct scene *scene)
{
    struct known *known = scene->known;
    known_message(known, 1, 5001, "gt06", LOCATION_NONE, "868120145233604", VERDICT_WRONG_PORT);
    known_message(known, 2, 5013, "h02", LOCATION_INVALID, "0355170040", VERDICT_OK);
    known_message(known, 3, 5023, "gt06", LOCATION_INVALID, "866104027581339", VERDICT_OK);
    known_message(known, 4, 5027, "teltonika", LOCATION_NONE, "359710049066124", VERDICT_OK);
    known_message(known, 5, 5093, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    known_message(known, 6, 5027, "teltonika", LOCATION_VALID, "353115070881290", VERDICT_OK);
    known_message(known, 7, 5027, "teltonika", LOCATION_VALID, "352093081452257", VERDICT_OK);
    known_message(known, 8, 5023, "gt06", LOCATION_VALID, "867330024511082", VERDICT_OK);
    known_message(known, 9, 5093, "watch", LOCATION_VALID, "9170020631", VERDICT_OK);
    known_message(known, 10, 5055, "osmand", LOCATION_VALID, "van-7", VERDICT_OK);
    known_finding(known, FINDING_WRONG_PORT, SEVERITY_PROBLEM, 1, 5001, "868120145233604", true);
    known_finding(known, FINDING_NO_FIX, SEVERITY_WARNING, 2, 5013, "0355170040", true);
    answer_all(scene);
    follow_all(scene);
}

/* All rows but the first, which names this host. */
static void looks(struct scene *scene, unsigned columns, unsigned rows, const char *const *expected)
{
    draw(scene, columns, rows);
    for (unsigned i = 0; i < rows - 1; i++) {
        if (!expected[i] || strcmp(row_of(scene, i + 1), expected[i]) != 0)
            fail_msg("row %u is '%s', not '%s', in\n%s", i + 1, row_of(scene, i + 1),
                     expected[i] ? expected[i] : "", scene->text);
    }
}

static const char *const small[] = {
    "+ RECEIVING  last 7.0 s ago, 10/min   10 devices: ! 2  ? 1  ~ 2  + 5",
    "[1 Devices] 2 Ports  3 Findings 2  4 Feed  5 Guide        filter: -  sort: state",
    "  DEVICE          PROTOCOL  PORT     LOCATION         SEEN /MIN  NEXT STEP",
    "! 868120145233604 gt06      5001     waiting 7s         7s    1  use port 5023",
    "! 0355170040      h02       5013     no fix 7s          7s    1  open sky",
    "? 203.0.113.5     -         5093     unknown            7s    1",
    "~ 359710049066124 teltonika 5027     waiting 7s         7s    1",
    "~ 866104027581339 gt06      5023     waiting 7s         7s    1",
    "+ 352093081452257 teltonika 5027     47.5100 19.0900    7s    1",
    "+ 353115070881290 teltonika 5027     47.5100 19.0900    7s    1",
    "+ 867330024511082 gt06      5023     47.5100 19.0900    7s    1",
    "+ 9170020631      watch     5093     47.5100 19.0900    7s    1",
    "+ van-7           osmand    5055     47.5100 19.0900    7s    1",
    "-- 10 devices; 2 open findings -------------------------------------------------",
    "! wrong-port  What is so.                                                     7s",
    "  next: What to do.",
    "~ no-fix  What is so.                                                         7s",
    "  next: What to do.",
    "-- feed 10/min, all but answers shown, 0 missed --------------------------------",
    "08:09:10 tcp 5055 van-7           < osmand position, 0.0000 0.0000, ok | 787801",
    "08:09:10 ! PROBLEM wrong-port: What is so.",
    "08:09:10 ~ WARNING no-fix: What is so.",
    "q Quit ? Help Enter open / search \\ filter s sort f follow Space freeze c copy",
    NULL,
};

static const char *const large[] = {
    "+ RECEIVING  last 7.0 s ago, 10/min   10 devices: 2 problem  1 unknown  2 waiting  5 ok",
    "[1 Devices] 2 Ports  3 Findings 2  4 Feed  5 Guide                                        "
    "                                                                                        fi"
    "lter: -  sort: state",
    "  DEVICE                 PROTOCOL     PORT     LOCATION           SEEN  /MIN  10 MINUTES M"
    "ESSAGES  FROM                       NEXT STEP",
    "! 868120145233604        gt06         5001     waiting 7s           7s     1           █  "
    "      1  203.0.113.1:40001          use port 5023",
    "! 0355170040             h02          5013     no fix 7s            7s     1           █  "
    "      1  203.0.113.2:40002          open sky",
    "? 203.0.113.5            -            5093     unknown              7s     1           █  "
    "      1  203.0.113.5:40005",
    "~ 359710049066124        teltonika    5027     waiting 7s           7s     1           █  "
    "      1  203.0.113.4:40004",
    "~ 866104027581339        gt06         5023     waiting 7s           7s     1           █  "
    "      1  203.0.113.3:40003",
    "+ 352093081452257        teltonika    5027     47.5100 19.0900      7s     1           █  "
    "      1  203.0.113.7:40007",
    "+ 353115070881290        teltonika    5027     47.5100 19.0900      7s     1           █  "
    "      1  203.0.113.6:40006",
    "+ 867330024511082        gt06         5023     47.5100 19.0900      7s     1           █  "
    "      1  203.0.113.8:40008",
    "+ 9170020631             watch        5093     47.5100 19.0900      7s     1           █  "
    "      1  203.0.113.9:40009",
    "+ van-7                  osmand       5055     47.5100 19.0900      7s     1           █  "
    "      1  203.0.113.10:40010",
    "-- 10 devices; 2 open findings -----------------------------------------------------------"
    "------------------------------------------------------------------------------------------"
    "--------------------",
    "! wrong-port  What is so.                                                                 "
    "                                                                                          "
    "                  7s",
    "  next: What to do.",
    "~ no-fix  What is so.                                                                     "
    "                                                                                          "
    "                  7s",
    "  next: What to do.",
    "-- guide (5 tells all) -------------------------------------------------------------------"
    "------------------------------------------------------------------------------------------"
    "--------------------",
    "+ 1 ok       HEX arrives    9 devices on 6 ports, last message 7 seconds ago",
    "? 2 unknown  Decoded        not looked at yet",
    "! 3 problem  Fix            5 of 9 have a place, 1 with a wrong one or none",
    "+ 4 ok       Gets through   devices got in from 9 public addresses",
    "! 5 problem  Right ports    1 of 9 devices: wrong-port at tcp 5001",
    "? 6 unknown  Ports open     this host is not looked at",
    "-- feed 10/min, all but answers shown, 0 missed ------------------------------------------"
    "------------------------------------------------------------------------------------------"
    "--------------------",
    "08:09:10.000 tcp 5001 203.0.113.1:40001     < gt06 position, device 868120145233604, no lo"
    "cation, WRONG PORT: use 5023 | 787801",
    "08:09:10.000 tcp 5013 203.0.113.2:40002     < h02 position, device 0355170040, no fix, ok "
    "| 787801",
    "08:09:10.000 tcp 5023 203.0.113.3:40003     < gt06 position, device 866104027581339, no fi"
    "x, ok | 787801",
    "08:09:10.000 tcp 5027 203.0.113.4:40004     < teltonika position, device 359710049066124, "
    "no location, ok | 787801",
    "08:09:10.000 tcp 5093 203.0.113.5:40005     < unidentified | 787801",
    "08:09:10.000 tcp 5027 203.0.113.6:40006     < teltonika position, device 353115070881290, "
    "0.000000 0.000000, ok | 787801",
    "08:09:10.000 tcp 5027 203.0.113.7:40007     < teltonika position, device 352093081452257, "
    "0.000000 0.000000, ok | 787801",
    "08:09:10.000 tcp 5023 203.0.113.8:40008     < gt06 position, device 867330024511082, 0.000"
    "000 0.000000, ok | 787801",
    "08:09:10.000 tcp 5093 203.0.113.9:40009     < watch position, device 9170020631, 0.000000 "
    "0.000000, ok | 787801",
    "08:09:10.000 tcp 5055 203.0.113.10:40010    < osmand position, device van-7, 0.000000 0.00"
    "0000, ok | 787801",
    "08:09:10.000 ! PROBLEM wrong-port: What is so.",
    "08:09:10.000 ~ WARNING no-fix: What is so.",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "q Quit ? Help Enter open / search \\ filter s sort f follow Space freeze c copy",
    NULL,
};

static void test_ten_devices(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    looks(scene, 80, 24, small);
    looks(scene, 200, 50, large);
    /* the first row: who it is, LIVE, and the time, which ends at the edge */
    draw(scene, 80, 24);
    assert_memory_equal(row_of(scene, 0), "hexwatch  ", 10);
    assert_string_equal(row_of(scene, 0) + 56, "LIVE    Sun 08:09:17 +00");
    scene_free(scene);
}

/* At every size there is a picture, its last row says the keys, and no pane is cut in the middle of nothing. */
static void test_sizes(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    for (unsigned columns = 1; columns <= 240; columns += 7) {
        for (unsigned rows = 1; rows <= 60; rows += 3) {
            for (const char *view = "12345?"; *view; view++) {
                press(scene, (char[]){ *view, '\0' });
                draw(scene, columns, rows);
                if (columns >= WATCH_COLUMNS && rows >= WATCH_LINES)
                    assert_memory_equal(row_of(scene, rows - 1), *view == '?' ? "F10 Quit" : "q Quit", 6);
                else if (columns >= 30 && rows >= 2)
                    assert_memory_equal(row_of(scene, 1), "Needs 64x12", 11);
                press(scene, "1");
            }
        }
    }
    draw(scene, 63, 24);
    assert_string_equal(row_of(scene, 0), "Too small: 63x24.");
    scene_free(scene);
}

static void test_empty(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    assert_non_null(strstr(draw(scene, 80, 24), "LIVE"));
    answer_all(scene);
    shows(scene, "No device so far.");
    shows(scene, "No message has come since hexwatch started");
    shows(scene, "next: ");
    shows(scene, "0 devices");
    watch_say(scene->watch, cursor_of_text("hexwatch: Enter in the tracker the server"), scene->now);
    watch_say(scene->watch, cursor_of_text("hexwatch:   203.0.113.5      public"), scene->now);
    shows(scene,
          "  The intake of this view says:\n    Enter in the tracker the server\n    203.0.113.5 public\n");
    press(scene, "4");
    shows(scene, "Nothing has come since this view was opened.");
    press(scene, "3");
    shows(scene, "Nothing was found so far");
    press(scene, "jkgGnN s c");
    shows(scene, "Choose a row first");
    scene_free(scene);
}

static void test_filter(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    press(scene, "\\TELT");
    shows(scene, "filter \\TELT_   3 of 10");
    hides(scene, "+ van-7");
    press(scene, "\n");
    shows(scene, "3 of 10 devices (filter: telt)");
    shows(scene, "\\ FILTERED");
    shows(scene, "only 'telt'");
    hides(scene, "wrong-port"); /* of another device */
    press(scene, "\\\x1b");
    shows(scene, "+ van-7");
    press(scene, "\\nobody\n");
    shows(scene, "No device has these words");
    assert_int_equal(watch_press(scene->watch, PRESS_ESC, scene->now), EFFECT_NONE);
    shows(scene, "10 devices");
    scene_free(scene);
}

static void test_search(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    press(scene, "/0604"); /* the beginning of nobody */
    shows(scene, "search /0604_");
    press(scene, "\x7f\x7f\x7f\x7f");
    press(scene, "1290\n");
    is_chosen(scene, "353115070881290");
    press(scene, "/nobody\n");
    shows(scene, "No row has 'nobody'.");
    is_chosen(scene, "353115070881290");
    press(scene, "/gt06\n");
    is_chosen(scene, "867330024511082");
    press(scene, "n");
    is_chosen(scene, "868120145233604"); /* round the end */
    press(scene, "N");
    is_chosen(scene, "867330024511082");
    /* each letter begins where the search began, and Esc goes back there */
    press(scene, "/van");
    is_chosen(scene, "van-7");
    press(scene, "\x1b");
    is_chosen(scene, "867330024511082");
    scene_free(scene);
}

static void test_freeze(void **state)
{
    struct scene *scene = scene_new();
    struct known *known = scene->known;
    (void)state;
    ten_devices(scene);
    press(scene, " ");
    shows(scene, "FROZEN +0");
    for (int i = 0; i < 5; i++)
        known_message(known, 11, 5023, "gt06", LOCATION_VALID, "861111111111111", VERDICT_OK);
    struct ask ask;
    char error[256];
    struct cursor record = { 0 };
    assert_true(ask_read(cursor_of_text("tail?last=5"), &ask, error, sizeof(error)));
    struct answer *answer = answer_new(known->snapshot, &ask);
    while (answer_next(answer, scene->now, &record) == ANSWER_RECORD)
        watch_follow(scene->watch, record, scene->now);
    answer_free(answer);
    answer_all(scene);
    shows(scene, "FROZEN +5");
    shows(scene, "15/min"); /* the head goes on */
    hides(scene, "861111111111111");
    shows(scene, "Space go on");
    assert_null(strstr(draw(scene, 80, 24), "no fix 10s")); /* what stands still grows no older */
    press(scene, "j");
    is_chosen(scene, "868120145233604"); /* but one may move about in it */
    press(scene, " ");
    answer_all(scene);
    shows(scene, "861111111111111");
    shows(scene, "LIVE");
    scene_free(scene);
}

static void test_follow(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    press(scene, "f");
    shows(scene, "Choose a row first");
    press(scene, "/van\nf");
    shows(scene, "only van-7 (f: all)");
    hides(scene, "08:09:10 ! PROBLEM");
    press(scene, "f");
    shows(scene, "all but answers shown");
    shows(scene, "08:09:10 ! PROBLEM");
    scene_free(scene);
}

static void test_feed(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    press(scene, "4");
    shows(scene, "feed 10/min, all shown, 0 missed --");
    press(scene, "k"); /* the newest is chosen, and it stands still */
    shows(scene, "standing still, 0 newer");
    press(scene, "g");
    known_message(scene->known, 12, 5023, "gt06", LOCATION_VALID, "862222222222222", VERDICT_OK);
    watch_follow(
        scene->watch,
        cursor_of_text("{\"event\":\"message\",\"time\":\"2026-02-01T08:09:12Z\",\"flow\":12,\"transport\":"
                       "\"tcp\",\"port\":5023,\"peer\":\"203.0.113.12:40012\",\"direction\":\"in\",\"hex\":"
                       "\"787801\",\"device\":\"862222222222222\"}"),
        scene->now);
    shows(scene, "standing still, 1 newer (G)");
    assert_int_equal(watch_press(scene->watch, 'c', scene->now), EFFECT_COPY);
    assert_true(cursor_is(watch_copied(scene->watch), "787801"));
    press(scene, "G");
    shows(scene, "all shown, 0 missed --");
    shows(scene, "862222222222222");
    /* what was missed is said where it is missing, and counted */
    watch_follow(scene->watch,
                 cursor_of_text("{\"event\":\"lost\",\"time\":\"2026-02-01T08:09:13Z\",\"lines\":1234}"),
                 scene->now);
    shows(scene, "-- 1234 lines are missing here: they came too fast --");
    shows(scene, ", not all shown, 1,234 missed");
    /* of a later version, or broken */
    watch_follow(scene->watch, cursor_of_text("{\"event\":\"weather\",\"sky\":\"blue\"}"), scene->now);
    shows(scene, "-- a record that this version does not know: weather --");
    watch_follow(scene->watch, cursor_of_text("{\"event\":\"message\",\"hex\":\"zz"), scene->now);
    watch_follow(scene->watch, cursor_of_text(""), scene->now);
    shows(scene, "-- a record that this version does not know: message --");
    scene_free(scene);
}

static void test_talk(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    draw(scene, 80, 24);
    press(scene, "/8681\n\n");
    shows(scene, "Its messages are being asked for.");
    answer_all(scene);
    shows(scene, "conversation of 868120145233604: 1 messages");
    shows(scene, "gt06 position");
    shows(scene, "WRONG PORT");
    shows(scene, "78 78 01");
    /* told again, it is not there twice */
    answer_all(scene);
    answer_all(scene);
    shows(scene, ": 1 messages");
    assert_int_equal(watch_press(scene->watch, 'c', scene->now), EFFECT_COPY);
    assert_true(cursor_is(watch_copied(scene->watch), "787801"));
    assert_int_equal(watch_press(scene->watch, PRESS_ESC, scene->now), EFFECT_NONE);
    is_chosen(scene, "868120145233604");
    /* a sender without an id too */
    press(scene, "/203.0.113.5\n\n");
    answer_all(scene);
    shows(scene, "conversation of 203.0.113.5: 1 messages");
    shows(scene, "unidentified");
    scene_free(scene);
}

/* A sender without an id connects anew again and again, each time from another port: it is the same row all the same. */
static void test_nameless(void **state)
{
    struct scene *scene = scene_new();
    struct fact fact;
    (void)state;
    ten_devices(scene);
    known_message(scene->known, 5, 5023, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    known_finding(scene->known, FINDING_UNIDENTIFIED, SEVERITY_PROBLEM, 5, 5093, "", true);
    answer_all(scene);
    press(scene, "\\5093\n"); /* the one row of that address and port, and a device's */
    draw(scene, 80, 24);
    assert_non_null(strstr(row_of(scene, 4), "? 203.0.113.5 "));
    /* nothing is chosen: the first that is seen is opened */
    press(scene, "\n");
    answer_all(scene);
    shows(scene, "conversation of 203.0.113.5: 1 messages");
    assert_int_equal(watch_press(scene->watch, PRESS_ESC, scene->now), EFFECT_NONE);
    is_chosen(scene, "? 203.0.113.5 ");
    for (uint64_t flow = 77; flow < 80; flow++) {
        fact_make(&fact, who_at(flow, 5, 5093), NOON + SECONDS(1), NULL, "", LOCATION_UNKNOWN, "");
        publish_message(&scene->known->publisher, &fact.event);
        answer_all(scene);
        press(scene, "k"); /* rows keep their order for a while */
        is_chosen(scene, "? 203.0.113.5 ");
        assert_non_null(strstr(row_of(scene, 4), "? 203.0.113.5 "));
    }
    press(scene, "\n");
    answer_all(scene);
    shows(scene, "conversation of 203.0.113.5: 4 messages");
    scene_free(scene);
}

static void test_lost(void **state)
{
    struct scene *scene = scene_new();
    (void)state;
    ten_devices(scene);
    watch_set_link(scene->watch, LINK_LOST, scene->now, scene->now + SECONDS(2));
    draw(scene, 80, 24);
    assert_memory_equal(row_of(scene, 0), "! LOST daemon 08:09:17, trying again in 2 s  ", 45);
    shows(scene, "van-7"); /* the last picture stays, */
    for (size_t i = 80; i < (size_t)23 * 80; i++)
        assert_true(scene->picture.cells[i].look & LOOK_OLD); /* dimmed */
    scene->now += SECONDS(60);
    watch_set_link(scene->watch, LINK_LIVE, scene->now, 0);
    answer_all(scene);
    shows(scene, "LIVE");
    press(scene, "4");
    shows(scene, "-- 08:09:17 to 08:10:17 nothing was heard of the daemon --");
    watch_set_link(scene->watch, LINK_SILENT, scene->now, 0);
    shows(scene, "! SILENT daemon since ");
    watch_set_link(scene->watch, LINK_ENDED, scene->now, 0);
    shows(scene, "! ENDED intake ");
    scene_free(scene);
}

static void test_help_and_guide(void **state)
{
    struct scene *scene = scene_new();
    const struct watch_binding *binding;
    (void)state;
    ten_devices(scene);
    press(scene, "5");
    shows(scene, "Yes, this server receives data.");
    shows(scene, " 5  ! problem  Right ports");
    watch_say(scene->watch, cursor_of_text("hexwatch: tcp port 5023 is taken by java\033[0m"), scene->now);
    shows(scene, "hexwatch: tcp port 5023 is taken by java.[0m"); /* in the place of the keys, for a while */
    for (int i = 0; i < 10; i++)
        assert_int_equal(watch_press(scene->watch, PRESS_PAGE_DOWN, scene->now), EFFECT_NONE);
    shows(scene, "    tcp port 5023 is taken by java.[0m");
    press(scene, "?");
    draw(scene, 80, 24);
    shows(scene, "more lines: PgDn");
    /* whatever a key does, the help says, somewhere */
    static char all[1 << 16];
    draw(scene, 200, 200);
    snprintf(all, sizeof(all), "%s", scene->text);
    for (size_t i = 0; (binding = watch_binding_at(i)); i++) {
        char start[16]; /* long ones are broken into lines */
        if (!binding->help)
            continue;
        snprintf(start, sizeof(start), "%s", strchr(binding->help, ':') + 2);
        assert_non_null(strstr(all, start));
    }
    draw(scene, 80, 24);
    for (int i = 0; i < 10; i++)
        assert_int_equal(watch_press(scene->watch, PRESS_PAGE_DOWN, scene->now), EFFECT_NONE);
    shows(scene, "The daemon waits for nobody.");
    hides(scene, "more lines: PgDn");
    assert_int_equal(watch_press(scene->watch, PRESS_ESC, scene->now), EFFECT_NONE);
    shows(scene, "[5 Guide]");
    assert_int_equal(watch_press(scene->watch, 'q', scene->now), EFFECT_QUIT);
    scene_free(scene);
}

static void test_ports(void **state)
{
    struct scene *scene = scene_new();
    struct portset listened = { 0 };
    (void)state;
    portset_add(&listened, TRANSPORT_TCP, 5001, 5267);
    snapshot_set_intakes(
        scene->known->snapshot,
        &(struct snapshot_intakes){ .listened = &listened, .page = "http://127.0.0.1:8085/" });
    ten_devices(scene);
    known_message(scene->known, 11, 5003, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    press(scene, "2");
    shows(scene, "The ports are being asked for.");
    answer_all(scene);
    shows(scene, "! 5001     gps103     wrong-protocol");
    shows(scene, "? 5003     gl100      data");
    shows(scene, "7 ports; nothing came to 260 more");
    shows(scene, "5001  !o?ooooooo oo+ooooooo oo+ooo+ooo");
    shows(scene, "o listens  + data  ? unknown  ! wrong  x refused  # dropped  @ taken  . nothing");
    press(scene, "j\n"); /* who sends there */
    shows(scene, "filter: tcp 5001");
    shows(scene, "868120145233604");
    hides(scene, "van-7 ");
    press(scene, "5");
    shows(scene, "The same in a browser: http://127.0.0.1:8085/");
    scene_free(scene);
}

/* Whatever keys come, in whatever order, at whatever size. */
static void test_any_keys(void **state)
{
    static const int others[] = { PRESS_ENTER,     PRESS_ESC,     PRESS_BACKSPACE, PRESS_UP,   PRESS_DOWN,
                                  PRESS_PAGE_DOWN, PRESS_PAGE_UP, PRESS_HOME,      PRESS_END,  PRESS_BACK_TAB,
                                  PRESS_F1 + 4,    PRESS_F1 + 3,  PRESS_LEFT,      PRESS_RIGHT };
    struct scene *scene = scene_new();
    uint32_t dice = 12345;
    (void)state;
    ten_devices(scene);
    for (int i = 0; i < 20000; i++) {
        dice = dice * 1664525 + 1013904223;
        unsigned pick = dice >> 16;
        int key = pick % 3 == 0 ? others[pick / 3 % (sizeof(others) / sizeof(others[0]))]
                                : 1 + (int)(pick / 3 % 126);
        (void)watch_press(scene->watch, key, scene->now);
        if (i % 50 == 0) {
            known_message(scene->known, 1 + pick % 30, 5023, "gt06", LOCATION_VALID, "", VERDICT_OK);
            answer_all(scene);
            draw(scene, 20 + pick % 200, 5 + pick % 60);
        }
    }
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_devices),    cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_empty),          cmocka_unit_test(test_filter),
        cmocka_unit_test(test_search),         cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_follow),         cmocka_unit_test(test_feed),
        cmocka_unit_test(test_talk),           cmocka_unit_test(test_nameless),
        cmocka_unit_test(test_help_and_guide), cmocka_unit_test(test_lost),
        cmocka_unit_test(test_ports),          cmocka_unit_test(test_any_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
