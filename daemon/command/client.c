/* SPDX-License-Identifier: Apache-2.0 */
/* Speaks to the control socket of a running hexwatch. */
#include "command/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/json_text.h"
#include "command/asking.h"
#include "outlet/ask.h"

enum { LINE = 1 << 20, SHORT = 20 /* ms */ };

struct client {
    int fd;
    char path[CONTROL_PATH]; /* where it is connected to */
    size_t start, length;    /* of what was received and not yet taken */
    uint8_t bytes[LINE];
};

/* ---- finding it ---- */

/* Where the configuration says the socket is; the usual places where it says nothing. False: error says why not. */
static bool find_socket(const struct options *options, char out[static PATH_LENGTH], char *error, size_t size)
{
    struct settings *settings = calloc(1, sizeof(*settings));
    bool is_fine = settings != NULL;
    const char *path = options->config ? options->config : HEXWATCH_CONFIG;
    snprintf(error, size, "out of memory");
    if (options->socket && strlen(options->socket) < PATH_LENGTH) {
        strcpy(out, options->socket);
        free(settings);
        return true;
    }
    strcpy(out, AUTO);
    if (settings) {
        settings_init(settings);
        is_fine = settings_read_file(path, settings, error, size);
        if (is_fine)
            strcpy(out, settings->control.socket);
        settings_free(settings);
    }
    free(settings);
    /* the usual configuration may be missing, or not be this user's to read */
    return is_fine || !options->config;
}

/* patience: ms for one that hangs to take the connection; 0: as long as it takes. */
static int open_at(const char *path, int patience)
{
    const struct timeval limit = { .tv_sec = patience / 1000, .tv_usec = patience % 1000 * 1000 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static void say_missing(const char *wanted, const char *denied, char *error, size_t size)
{
    char path[CONTROL_PATH], places[2 * CONTROL_PATH + 8] = "";
    for (size_t i = 0; asking_place(wanted, i, path); i++) {
        strcat(places, i > 0 ? " and " : "");
        strcat(places, path);
    }
    if (denied[0])
        snprintf(
            error, size,
            "control socket %s: you may not ask there. Use sudo, or join the group that control.group names",
            denied);
    else if (!wanted[0])
        snprintf(error, size, "the configuration names no control socket (control.socket)");
    else
        snprintf(error, size,
                 "no hexwatch answers at %s. Start one (sudo systemctl start hexwatch, or hexwatch listen), "
                 "or name "
                 "its configuration with --config",
                 places[0] ? places : wanted);
}

/* Tries the places; false: none answers. denied: the one that may not be asked, "" where there is none. */
static bool try_places(struct client *client, const char *wanted, int patience, char denied[CONTROL_PATH])
{
    char path[CONTROL_PATH];
    denied[0] = '\0';
    for (size_t i = 0; client->fd < 0 && asking_place(wanted, i, path); i++) {
        client->fd = open_at(path, patience);
        strcpy(client->path, path);
        if (client->fd < 0 && errno == EACCES)
            strcpy(denied, path);
    }
    return client->fd >= 0;
}

struct client *client_find(const struct options *options, int patience, bool *is_denied)
{
    char wanted[PATH_LENGTH], denied[CONTROL_PATH] = "", error[512];
    struct client *client = calloc(1, sizeof(*client));
    *is_denied = false;
    if (!client)
        return NULL;
    client->fd = -1;
    if (find_socket(options, wanted, error, sizeof(error)) && try_places(client, wanted, patience, denied))
        return client;
    *is_denied = denied[0] != '\0';
    client_free(client);
    return NULL;
}

struct client *client_reach(const struct options *options, char *error, size_t size)
{
    char wanted[PATH_LENGTH], denied[CONTROL_PATH];
    struct client *client = calloc(1, sizeof(*client));
    snprintf(error, size, "out of memory");
    if (!client)
        return NULL;
    client->fd = -1;
    if (!find_socket(options, wanted, error, size)) {
        client_free(client);
        return NULL;
    }
    if (try_places(client, wanted, 0, denied))
        return client;
    say_missing(wanted, denied, error, size);
    client_free(client);
    return NULL;
}

struct client *client_new(const char *command, const struct options *options)
{
    char error[2048];
    struct client *client = client_reach(options, error, sizeof(error));
    if (!client)
        command_fail("%s: %s.", command, error);
    return client;
}

struct client *client_open(const char *path)
{
    struct client *client = calloc(1, sizeof(*client));
    if (!client || strlen(path) >= sizeof(client->path)) {
        free(client);
        return NULL;
    }
    strcpy(client->path, path);
    client->fd = open_at(path, SHORT);
    if (client->fd >= 0)
        return client;
    client_free(client);
    return NULL;
}

const char *client_path(const struct client *client)
{
    return client->path;
}

int client_fd(const struct client *client)
{
    return client->fd;
}

void client_free(struct client *client)
{
    if (!client)
        return;
    if (client->fd >= 0)
        close(client->fd);
    free(client);
}

/* ---- asking ---- */

static bool put_choice(const char *command, struct filter *filter, const char *name, const char *value,
                       struct buffer *request)
{
    char error[256];
    if (!filter_add(filter, name, value, error, sizeof(error))) {
        command_fail("%s: --%s: %s.", command, name, error);
        return false;
    }
    buffer_printf(request, "%c%s=", memchr(request->bytes, '?', request->length) ? '&' : '?', name);
    ask_put_value(request, value);
    return true;
}

bool client_put_choices(const char *command, const struct options *options, struct buffer *request)
{
    const struct {
        const char *name;
        const struct words *words;
    } kinds[] = { { "device", &options->devices },
                  { "peer", &options->peers },
                  { "port", &options->ports },
                  { "protocol", &options->protocols },
                  { "finding", &options->findings } };
    struct filter filter = { 0 };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (size_t j = 0; j < kinds[i].words->count; j++) {
            if (!put_choice(command, &filter, kinds[i].name, kinds[i].words->list[j], request))
                return false;
        }
    }
    if (!request->full && request->length <= ASK_MAX)
        return true;
    command_fail("%s: too much is chosen at once. Leave some out.", command);
    return false;
}

bool client_ask(struct client *client, struct cursor request)
{
    static const uint8_t end = '\n';
    const struct cursor parts[] = { request, cursor_of(&end, 1) };
    for (size_t i = 0; i < 2; i++) {
        struct cursor rest = parts[i];
        while (rest.left > 0) {
            ssize_t n = send(client->fd, rest.at, rest.left, MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0 || !cursor_skip(&rest, (size_t)n))
                return false;
        }
    }
    return true;
}

/* ---- the answer ---- */

/* False: none within the patience, or the connection is over (errno 0; EMSGSIZE: what comes are no records). */
static bool receive(struct client *client, int patience)
{
    struct pollfd peer = { .fd = client->fd, .events = POLLIN };
    if (client->start > 0) {
        memmove(client->bytes, client->bytes + client->start, client->length);
        client->start = 0;
    }
    if (client->length == LINE) { /* no record is so long */
        errno = EMSGSIZE;
        return false;
    }
    int ready = poll(&peer, 1, patience);
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
        errno = EAGAIN;
        return false;
    }
    ssize_t n = ready < 0 ? -1 : recv(client->fd, client->bytes + client->length, LINE - client->length, 0);
    if (n > 0) {
        client->length += (size_t)n;
        return true;
    }
    if (n == 0)
        errno = 0;
    return false;
}

/* A record has no control characters, as they stand in UTF-8; who sends some must not reach the terminal with them. */
static void disarm(uint8_t *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_upper = line[i] == 0xc2 && i + 1 < length && line[i + 1] >= 0x80 && line[i + 1] <= 0x9f;
        if (line[i] < ' ' || line[i] == 0x7f || is_upper)
            line[i] = '?';
        if (is_upper)
            line[++i] = '?';
    }
}

static bool take_line(struct client *client, struct cursor *line)
{
    struct cursor all = cursor_of(client->bytes + client->start, client->length);
    size_t end;
    if (!cursor_find(all, '\n', &end))
        return false;
    disarm(client->bytes + client->start, end);
    *line = cursor_of(all.at, end);
    client->start += end + 1;
    client->length -= end + 1;
    return true;
}

static bool is_event(struct cursor line, const char *event)
{
    struct cursor text;
    return json_find_text(line, "event", &text) && text.left == strlen(event) &&
           memcmp(text.at, event, text.left) == 0;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A line that comes byte by byte takes no more of the patience than one that does not come. */
enum client_found client_next(struct client *client, int patience, struct cursor *line)
{
    int64_t until = patience > 0 ? now_ms() + patience : 0;
    int left = patience;
    while (!take_line(client, line)) {
        if (!receive(client, left))
            return errno == EAGAIN ? CLIENT_PAUSE : CLIENT_LOST;
        left = patience > 0 ? (int)(until - now_ms()) : patience;
        if (patience > 0 && left <= 0)
            left = 0; /* what is there already is still taken */
    }
    if (is_event(*line, "end") || is_event(*line, "bye"))
        return CLIENT_END;
    return is_event(*line, "error") ? CLIENT_ERROR : CLIENT_RECORD;
}

int client_fail(const char *command, enum client_found found, struct cursor line)
{
    char text[512];
    struct cursor why;
    if (found != CLIENT_ERROR || !json_find_text(line, "error", &why))
        return command_fail("%s: the connection to the running hexwatch broke. See whether it still runs.",
                            command);
    why = json_unescape(why, text, sizeof(text) - 1);
    return command_fail("%s: the running hexwatch says: %.*s.", command, (int)why.left, (const char *)why.at);
}
