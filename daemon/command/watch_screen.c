/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures on a terminal, by ncurses. Called by watch. */
#include "command/watch_screen.h"

#ifdef HAVE_CURSES
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/tty.h"
#include "command/terminal.h"
#include "outlet/watch_keys.h"

enum {
    ESCAPE_WAIT = 25 /* ms in which the rest of a key's sequence comes */,
    FOLLOWED_PAIR = MEANING_UNKNOWN + 1
};

struct watch_screen {
    SCREEN *screen;
    bool is_coloured, is_ascii;
};

/* What a meaning looks like, with colours and without: never by brightness alone. */
static const struct {
    short colour;
    attr_t with, without;
} schemes[] = {
    [MEANING_PLAIN] = { -1, A_NORMAL, A_NORMAL },
    [MEANING_OK] = { COLOR_GREEN, A_NORMAL, A_NORMAL },
    [MEANING_WAITING] = { COLOR_YELLOW, A_NORMAL, A_UNDERLINE },
    [MEANING_PROBLEM] = { COLOR_RED, A_BOLD, A_BOLD },
    [MEANING_UNKNOWN] = { COLOR_MAGENTA, A_NORMAL, A_UNDERLINE },
};

bool watch_screen_is_built(void)
{
    return true;
}

/* Can other characters than ASCII be shown? A locale that says nothing of the charset counts as UTF-8, as everywhere here. */
static bool find_charset(void)
{
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return true;
    return !terminal_is_ascii() && setlocale(LC_CTYPE, "C.UTF-8") &&
           strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Terminals send some keys in one of two ways, and not always the one that their description says. */
static void define_keys(void)
{
    static const struct {
        const char *sequence;
        int code;
    } keys[] = { { "\033[A", KEY_UP },   { "\033OA", KEY_UP },    { "\033[B", KEY_DOWN },
                 { "\033OB", KEY_DOWN }, { "\033[C", KEY_RIGHT }, { "\033OC", KEY_RIGHT },
                 { "\033[D", KEY_LEFT }, { "\033OD", KEY_LEFT },  { "\033[H", KEY_HOME },
                 { "\033OH", KEY_HOME }, { "\033[1~", KEY_HOME }, { "\033[7~", KEY_HOME },
                 { "\033[F", KEY_END },  { "\033OF", KEY_END },   { "\033[4~", KEY_END },
                 { "\033[8~", KEY_END } };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        (void)define_key(keys[i].sequence, keys[i].code);
}

static void set_up(struct watch_screen *screen)
{
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(ESCAPE_WAIT);
    define_keys();
    curs_set(0);
    leaveok(stdscr, TRUE);
    signal(SIGTSTP, SIG_DFL); /* the command leaves the screen itself before it stops */
    screen->is_coloured =
        screen->is_coloured && has_colors() && start_color() == OK && use_default_colors() == OK;
    for (short i = MEANING_OK; screen->is_coloured && i <= MEANING_UNKNOWN; i++)
        init_pair(i, schemes[i].colour, -1);
    if (screen->is_coloured)
        init_pair(FOLLOWED_PAIR, COLOR_CYAN, -1);
}

/* Newer terminals that many servers have no description of do what an xterm does. */
static bool is_like_xterm(const char *kind)
{
    static const char *const kinds[] = { "xterm-",  "foot",    "alacritty", "kitty", "wezterm",
                                         "ghostty", "contour", "rio",       "tmux",  "st-" };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strncmp(kind, kinds[i], strlen(kinds[i])) == 0)
            return true;
    }
    return false;
}

struct watch_screen *watch_screen_new(bool is_coloured, char *error, size_t size)
{
    struct watch_screen *screen = calloc(1, sizeof(*screen));
    const char *kind = getenv("TERM");
    snprintf(error, size, "out of memory");
    if (!screen)
        return NULL;
    screen->is_ascii = !find_charset();
    screen->is_coloured = is_coloured;
    if (terminal_has_cursor())
        screen->screen = newterm(NULL, stdout, stdin);
    if (!screen->screen && kind && is_like_xterm(kind))
        screen->screen = newterm("xterm", stdout, stdin);
    if (!screen->screen) {
        snprintf(
            error, size,
            "the terminal '%s' is not known here (TERM), or cannot show a full screen. Set TERM=xterm, or "
            "use 'hexwatch status' and 'hexwatch tail'",
            kind ? kind : "");
        free(screen);
        return NULL;
    }
    set_term(screen->screen);
    set_up(screen);
    return screen;
}

void watch_screen_free(struct watch_screen *screen)
{
    if (!screen)
        return;
    endwin();
    delscreen(screen->screen);
    free(screen);
}

bool watch_screen_start(struct watch_screen *screen, struct picture *picture)
{
    int rows = getmaxy(stdscr), columns = getmaxx(stdscr);
    picture->is_ascii = screen->is_ascii;
    return picture_start(picture, columns > 0 ? (unsigned)columns : 0, rows > 0 ? (unsigned)rows : 0);
}

static void look_of(const struct watch_screen *screen, const struct picture_cell *cell, attr_t *attributes,
                    short *pair)
{
    unsigned look = cell->look;
    *attributes = screen->is_coloured ? schemes[cell->meaning].with : schemes[cell->meaning].without;
    *pair = screen->is_coloured ? cell->meaning : 0;
    if (look & LOOK_TITLE)
        *attributes |= A_BOLD;
    if (look & LOOK_FOLLOWED) {
        *attributes |= A_UNDERLINE;
        *pair = screen->is_coloured && *pair == 0 ? FOLLOWED_PAIR : *pair;
    }
    if (look & LOOK_OLD)
        *attributes |= A_DIM;
    if (look & LOOK_ALERT)
        *attributes |= A_REVERSE | A_BOLD;
    if (look & LOOK_SELECTED)
        *attributes |= A_REVERSE;
}

void watch_screen_show(struct watch_screen *screen, const struct picture *picture)
{
    for (unsigned row = 0; row < picture->rows; row++) {
        for (unsigned column = 0; column < picture->columns; column++) {
            const struct picture_cell *cell = &picture->cells[(size_t)row * picture->columns + column];
            const wchar_t text[] = { cell->character ? cell->character : L' ', L'\0' };
            attr_t attributes;
            short pair;
            cchar_t character;
            look_of(screen, cell, &attributes, &pair);
            /* the corner cannot be written without moving on: that it fails there is no fault */
            if (setcchar(&character, text, attributes, pair, NULL) == OK)
                (void)mvadd_wch((int)row, (int)column, &character);
        }
    }
    refresh();
}

int watch_screen_key(struct watch_screen *screen)
{
    static const struct {
        int code, key;
    } keys[] = { { KEY_UP, PRESS_UP },       { KEY_DOWN, PRESS_DOWN },     { KEY_LEFT, PRESS_LEFT },
                 { KEY_RIGHT, PRESS_RIGHT }, { KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
                 { KEY_HOME, PRESS_HOME },   { KEY_END, PRESS_END },       { KEY_BTAB, PRESS_BACK_TAB },
                 { KEY_ENTER, PRESS_ENTER }, { '\r', PRESS_ENTER },        { KEY_BACKSPACE, PRESS_BACKSPACE },
                 { '\b', PRESS_BACKSPACE } };
    (void)screen;
    for (;;) {
        int code = getch();
        if (code == ERR)
            return 0;
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            if (code == keys[i].code)
                return keys[i].key;
        }
        if (code >= KEY_F(1) && code <= KEY_F(10))
            return PRESS_F1 + (code - KEY_F(1));
        if (code > 0 && code <= 0x7f)
            return code;
        /* what no key of ours is, is passed over */
    }
}

void watch_screen_resize(struct watch_screen *screen)
{
    unsigned columns = 0, rows = 0;
    (void)screen;
    if (tty_size(STDOUT_FILENO, &columns, &rows) && columns > 0 && rows > 0)
        resizeterm((int)rows, (int)columns);
    clearok(stdscr, TRUE);
}

void watch_screen_redraw(struct watch_screen *screen)
{
    watch_screen_resize(screen);
    curs_set(0);
    refresh();
}

void watch_screen_leave(struct watch_screen *screen)
{
    (void)screen;
    endwin();
    fflush(stdout);
}

void watch_screen_copy(struct watch_screen *screen, struct cursor bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t byte;
    (void)screen;
    fputs("\033]52;c;", stdout);
    while (bytes.left > 0) {
        uint32_t three = 0;
        unsigned count = 0;
        for (; count < 3 && cursor_u8(&bytes, &byte); count++)
            three |= (uint32_t)byte << (16 - 8 * count);
        for (unsigned i = 0; i < 4; i++)
            fputc(i <= count ? digits[three >> (18 - 6 * i) & 0x3f] : '=', stdout);
    }
    fputc('\a', stdout);
    fflush(stdout);
}

#else

bool watch_screen_is_built(void)
{
    return false;
}

struct watch_screen *watch_screen_new(bool is_coloured, char *error, size_t size)
{
    (void)is_coloured, (void)error, (void)size;
    return NULL;
}

void watch_screen_free(struct watch_screen *screen)
{
    (void)screen;
}

bool watch_screen_start(struct watch_screen *screen, struct picture *picture)
{
    (void)screen, (void)picture;
    return false;
}

void watch_screen_show(struct watch_screen *screen, const struct picture *picture)
{
    (void)screen, (void)picture;
}

int watch_screen_key(struct watch_screen *screen)
{
    (void)screen;
    return 0;
}

void watch_screen_resize(struct watch_screen *screen)
{
    (void)screen;
}

void watch_screen_redraw(struct watch_screen *screen)
{
    (void)screen;
}

void watch_screen_leave(struct watch_screen *screen)
{
    (void)screen;
}

void watch_screen_copy(struct watch_screen *screen, struct cursor bytes)
{
    (void)screen, (void)bytes;
}

#endif
