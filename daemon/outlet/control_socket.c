/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the control socket. Called by control. */
#include "outlet/control_socket.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 256 };

static bool fail(char *error, size_t size, const char *path, const char *why)
{
    snprintf(error, size, "control socket %.150s: %s. Name another with control.socket, or \"\" for none",
             path, why);
    return false;
}

static int open_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Takes away what another hexwatch has left behind. False: there is something else, or somebody answers. */
static bool clear_place(const struct sockaddr_un *address, bool *is_taken, char *error, size_t size)
{
    struct stat status;
    const char *path = address->sun_path;
    if (lstat(path, &status) != 0)
        return errno == ENOENT || fail(error, size, path, strerror(errno));
    if (!S_ISSOCK(status.st_mode))
        return fail(error, size, path, "there is a file of that name");
    int fd = open_unix();
    bool answers =
        fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (answers) {
        if (is_taken)
            *is_taken = true;
        return fail(error, size, path, "another hexwatch answers there");
    }
    if (reason != ECONNREFUSED)
        return fail(error, size, path, strerror(reason));
    return unlink(path) == 0 || errno == ENOENT || fail(error, size, path, strerror(errno));
}

/* The folder is made where only it is missing; everybody may enter it, for the socket has its own owner. */
static void make_folder(const char *path)
{
    char copy[CONTROL_PATH];
    snprintf(copy, sizeof(copy), "%s", path);
    (void)mkdir(dirname(copy), 0755);
}

/* Owner and group as they are wanted; nobody else. A group of its own is given by who may give it. */
static bool give_away(const char *path, const struct control_settings *settings)
{
    if ((settings->owner != (uid_t)-1 || settings->group != (gid_t)-1) &&
        chown(path, settings->owner, settings->group) != 0)
        return false;
    return chmod(path, 0660) == 0;
}

bool control_socket_open(struct control_socket *socket, const struct control_settings *settings,
                         bool *is_taken, char *error, size_t size)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat status;
    socket->fd = -1;
    if (strlen(settings->path) >= sizeof(socket->path))
        return fail(error, size, settings->path, "the name is too long for a socket");
    strcpy(socket->path, settings->path);
    strcpy(address.sun_path, settings->path);
    make_folder(settings->path);
    if (!clear_place(&address, is_taken, error, size))
        return false;
    socket->fd = open_unix();
    mode_t mask = umask(0177); /* nobody comes in before it is given away */
    bool is_bound =
        socket->fd >= 0 && bind(socket->fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    int reason = errno;
    umask(mask);
    if (!is_bound) {
        control_socket_close(socket);
        return fail(error, size, settings->path, strerror(reason));
    }
    if (stat(settings->path, &status) == 0)
        socket->inode = status.st_ino;
    if (give_away(settings->path, settings) && listen(socket->fd, BACKLOG) == 0)
        return true;
    reason = errno;
    control_socket_close(socket);
    return fail(error, size, settings->path, strerror(reason));
}

void control_socket_close(struct control_socket *socket)
{
    struct stat status;
    if (socket->fd < 0)
        return;
    close(socket->fd);
    socket->fd = -1;
    /* somebody else's of that name stays; one that root made stays too where root was left, and is replaced the next time */
    if (socket->inode != 0 && lstat(socket->path, &status) == 0 && status.st_ino == socket->inode)
        (void)unlink(socket->path);
}
