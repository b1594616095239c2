/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket as a file: made, given to who may ask, taken away. Part of control. */
#ifndef OUTLET_CONTROL_SOCKET_H
#define OUTLET_CONTROL_SOCKET_H

#include <sys/types.h>

#include "outlet/control.h"

struct control_socket {
    int fd; /* -1: none */
    char path[CONTROL_PATH];
    ino_t inode;
};

MUST_CHECK bool control_socket_open(struct control_socket *socket, const struct control_settings *settings,
                                    bool *is_taken, char *error, size_t size);
void control_socket_close(struct control_socket *socket);

#endif
