/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal of the watch view (ncurses): shows pictures, gives keys. The only one that knows the library; where the program is
 * built without it there is no screen, and watch_screen_is_built says so. */
#ifndef COMMAND_WATCH_SCREEN_H
#define COMMAND_WATCH_SCREEN_H

#include "outlet/picture.h"

struct watch_screen;

bool watch_screen_is_built(void);

/* Takes the terminal on standard input and output. NULL: error says what is wrong and the mend. watch_screen_free gives it back
 * as it was, and takes NULL. */
struct watch_screen *watch_screen_new(bool is_coloured, char *error, size_t size);
void watch_screen_free(struct watch_screen *screen);

/* A picture as large as the terminal, to be drawn into. False: memory is out. */
MUST_CHECK bool watch_screen_start(struct watch_screen *screen, struct picture *picture);
void watch_screen_show(struct watch_screen *screen, const struct picture *picture);

/* The next key (outlet/watch_keys.h); 0: none for now. */
int watch_screen_key(struct watch_screen *screen);

/* The terminal has another size now; something else wrote on it. */
void watch_screen_resize(struct watch_screen *screen);
void watch_screen_redraw(struct watch_screen *screen);

/* The terminal is given back for a while (Ctrl-Z); redraw takes it again. */
void watch_screen_leave(struct watch_screen *screen);

/* Puts bytes on the terminal's clipboard (OSC 52). */
void watch_screen_copy(struct watch_screen *screen, struct cursor bytes);

#endif
