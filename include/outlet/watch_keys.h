/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view's keys as a table: what is pressed, what the key line says and what the help explains come from it alone. */
#ifndef OUTLET_WATCH_KEYS_H
#define OUTLET_WATCH_KEYS_H

#include <stddef.h>

enum watch_view {
    VIEW_DEVICES,
    VIEW_PORTS,
    VIEW_FINDINGS,
    VIEW_FEED,
    VIEW_GUIDE,
    VIEW_TALK,
    VIEW_HELP,
    VIEWS
};

/* Keys are ASCII characters, or these. */
enum watch_key {
    PRESS_ENTER = '\n',
    PRESS_ESC = 0x1b,
    PRESS_BACKSPACE = 0x7f,
    PRESS_UP = 0x100,
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_HOME,
    PRESS_END,
    PRESS_BACK_TAB,
    PRESS_F1, /* F2 to F10 behind it */
    PRESS_F10 = PRESS_F1 + 9,
};

enum watch_action {
    ACT_NONE,
    ACT_QUIT,
    ACT_HELP,
    ACT_OPEN,
    ACT_BACK,
    ACT_SEARCH,
    ACT_FILTER,
    ACT_SORT,
    ACT_FOLLOW,
    ACT_FREEZE,
    ACT_COPY,
    ACT_AGAIN,
    ACT_AGAIN_BACK,
    ACT_UP,
    ACT_DOWN,
    ACT_PAGE_UP,
    ACT_PAGE_DOWN,
    ACT_FIRST,
    ACT_LAST,
    ACT_NEXT_VIEW,
    ACT_LAST_VIEW,
    ACT_DEVICES,
    ACT_PORTS,
    ACT_FINDINGS,
    ACT_FEED,
    ACT_GUIDE,
    ACT_REDRAW,
};

struct watch_binding {
    enum watch_action action;
    const char *name;  /* on the key line; NULL: it has no room there */
    const char *label; /* how the keys are called: "q F10" */
    int keys[4];       /* ended by 0 */
    unsigned views;    /* bits of those where it does something */
    const char *help;
};

/* The rows from 0; NULL at the end. */
const struct watch_binding *watch_binding_at(size_t index);

enum watch_action watch_action_of(enum watch_view view, int key);

#endif
