/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys. Used by watch; another key is another row. */
#include "outlet/watch_keys.h"

enum {
    LISTS = 1 << VIEW_DEVICES | 1 << VIEW_PORTS | 1 << VIEW_FINDINGS,
    ROWS = LISTS | 1 << VIEW_FEED,
    ALL = (1 << VIEWS) - 1,
    NOT_HELP = ALL & ~(1 << VIEW_HELP),
    ABOVE = 1 << VIEW_TALK |
            1 << VIEW_HELP, /* what was opened over another view, to which q goes back, as in less and htop */
};

#define F(number) (PRESS_F1 + (number)-1)
#define CTRL(letter) ((letter)&0x1f)

static const struct watch_binding bindings[] = {
    { ACT_QUIT,
      "Quit",
      "q",
      { 'q', F(10), CTRL('C') },
      ALL & ~ABOVE,
      "q: ends the view; from this help and from a conversation it goes back. F10, Ctrl-C: end it at once" },
    { ACT_QUIT, "Quit", "F10", { F(10), CTRL('C') }, ABOVE, NULL },
    { ACT_HELP, "Help", "?", { '?', 'h', F(1) }, NOT_HELP, "?, h, F1: this help" },
    { ACT_OPEN,
      "open",
      "Enter",
      { PRESS_ENTER, 'l', PRESS_RIGHT },
      ROWS,
      "Enter: a device's or a message's conversation, with the bytes explained" },
    { ACT_BACK,
      "back",
      "q",
      { PRESS_ESC, PRESS_LEFT, PRESS_BACKSPACE, 'q' },
      ABOVE,
      "Esc: back; in a list: lets the row go, then the filter" },
    { ACT_SEARCH,
      "search",
      "/",
      { '/', F(3) },
      ROWS,
      "/, F3: jumps to the row with these words; n next, N back" },
    { ACT_FILTER,
      "filter",
      "\\",
      { '\\', F(4) },
      ROWS,
      "\\, F4: shows only rows with these words, in all views; empty: all" },
    { ACT_SORT, "sort", "s", { 's', F(6) }, LISTS, "s, F6: sorts by another column" },
    { ACT_FOLLOW,
      "follow",
      "f",
      { 'f', F(8) },
      ROWS,
      "f, F8: in a list the feed shows only this device (f again: all); in the feed: along with the newest" },
    { ACT_FREEZE,
      "freeze",
      "Space",
      { ' ', F(5) },
      NOT_HELP,
      "Space, F5: the picture stands still, nothing else does; the counter says what came" },
    { ACT_COPY,
      "copy",
      "c",
      { 'c', 'y' },
      ROWS | 1 << VIEW_TALK,
      "c, y: copies the id, the port, the finding or the HEX to your clipboard (OSC 52)" },
    { ACT_AGAIN, NULL, "n", { 'n' }, ROWS, NULL },
    { ACT_AGAIN_BACK, NULL, "N", { 'N' }, ROWS, NULL },
    { ACT_DEVICES,
      NULL,
      "1",
      { '1' },
      ALL,
      "1 2 3 4 5, Tab: devices, ports, findings, feed, guide; the next one" },
    { ACT_PORTS, NULL, "2", { '2' }, ALL, NULL },
    { ACT_FINDINGS, NULL, "3", { '3' }, ALL, NULL },
    { ACT_FEED, NULL, "4", { '4' }, ALL, NULL },
    { ACT_GUIDE, NULL, "5", { '5' }, ALL, NULL },
    { ACT_NEXT_VIEW, NULL, "Tab", { '\t' }, ALL, NULL },
    { ACT_LAST_VIEW, NULL, "Shift-Tab", { PRESS_BACK_TAB }, ALL, NULL },
    { ACT_UP,
      NULL,
      "k",
      { PRESS_UP, 'k', CTRL('P') },
      ALL,
      "arrows, j k: one row; PgUp and PgDn (b and Ctrl-F) a page, g and G to the ends" },
    { ACT_DOWN, NULL, "j", { PRESS_DOWN, 'j', CTRL('N') }, ALL, NULL },
    { ACT_PAGE_UP, NULL, "PgUp", { PRESS_PAGE_UP, 'b', CTRL('B') }, ALL, NULL },
    { ACT_PAGE_DOWN, NULL, "PgDn", { PRESS_PAGE_DOWN, CTRL('F') }, ALL, NULL },
    { ACT_FIRST, NULL, "g", { PRESS_HOME, 'g' }, ALL, NULL },
    { ACT_LAST, NULL, "G", { PRESS_END, 'G' }, ALL, NULL },
    { ACT_REDRAW,
      NULL,
      "Ctrl-L",
      { CTRL('L') },
      ALL,
      "Ctrl-L: draws anew, where something else wrote on the screen" },
};

const struct watch_binding *watch_binding_at(size_t index)
{
    return index < sizeof(bindings) / sizeof(bindings[0]) ? &bindings[index] : NULL;
}

enum watch_action watch_action_of(enum watch_view view, int key)
{
    const struct watch_binding *row;
    for (size_t i = 0; (row = watch_binding_at(i)); i++) {
        for (size_t j = 0; j < sizeof(row->keys) / sizeof(row->keys[0]) && row->keys[j] != 0; j++) {
            if (row->keys[j] == key && (row->views & 1U << view || row->action == ACT_BACK))
                return row->action;
        }
    }
    return ACT_NONE;
}
