/* SPDX-License-Identifier: Apache-2.0 */
/* Judges pastes in a thread. Gets them from web; the answers are wire/answer's. */
#include "outlet/web_identify.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include "outlet/web_clock.h"
#include "outlet/web_reply.h"
#include "verdict/hexline.h"
#include "wire/answer.h"

/* Pastes that wait at most; bytes of an answer from which on nothing is added. */
enum { WAITING = 8, ANSWER_MOST = 4 << 20, SECOND = 1000000 };

/* One paste. The thread has all of it but link and request. */
struct pasting {
    STAILQ_ENTRY(pasting) link;
    struct web_identify *identify;
    struct evhttp_request *request; /* NULL: who asked has gone */
    int64_t now;                    /* Unix seconds */
    struct answerer *answerer;
    struct evbuffer *answer;
    uint8_t *memory; /* ANSWER_MAX bytes */
    size_t records;
    bool is_cut;
    size_t length;
    uint8_t text[];
};

struct web_identify {
    const struct protocol *const *protocols;
    const struct ports *ports;
    STAILQ_HEAD(, pasting) queue; /* the first is being judged, if is_running */
    size_t count;
    bool is_running;
    pthread_t thread;
    int done[2]; /* a pipe: the thread has finished */
    struct event *on_done;
    uint64_t refused;
};

/* ---- the thread ---- */

/* The lines of `out` as elements of the array. */
static void add_records(struct pasting *pasting, const struct buffer *out)
{
    struct cursor rest = buffer_cursor(out), line;
    while (cursor_field(&rest, '\n', &line)) {
        if (line.left == 0)
            continue;
        evbuffer_add(pasting->answer, pasting->records > 0 ? ",\n" : "[\n", 2);
        evbuffer_add(pasting->answer, line.at, line.left);
        pasting->records++;
    }
}

static void add_error(struct pasting *pasting, unsigned line, const char *error)
{
    const struct hexline_form form = { .json = true };
    struct buffer out = buffer_on(pasting->memory, ANSWER_MAX);
    hexline_put_error(line, error, &form, &out);
    add_records(pasting, &out);
}

static void on_piece(void *context, const struct pasted *pasted)
{
    struct pasting *pasting = context;
    struct buffer out = buffer_on(pasting->memory, ANSWER_MAX);
    if (pasting->is_cut)
        return;
    if (evbuffer_get_length(pasting->answer) > ANSWER_MOST) {
        pasting->is_cut = true;
        add_error(pasting, pasted->line, "more is in it than is answered at once. Paste the rest alone.");
        return;
    }
    answer_piece(pasting->answerer, pasted, &out);
    add_records(pasting, &out);
}

static void on_left_out(void *context, unsigned line, const char *what)
{
    struct pasting *pasting = context;
    if (!pasting->is_cut)
        add_error(pasting, line, what);
}

/* False: memory is out. */
static bool judge(struct pasting *pasting)
{
    const struct ports *ports = pasting->identify->ports;
    const struct answer_form form = { .json = true, .worded = true, .now = pasting->now };
    struct detector *detector = detector_new(pasting->identify->protocols);
    struct paste *paste = detector ? paste_new(detector, ports) : NULL;
    pasting->answerer = detector ? answerer_new(detector, ports, &form) : NULL;
    pasting->memory = malloc(ANSWER_MAX);
    bool is_fine = paste && pasting->answerer && pasting->memory;
    if (is_fine) {
        (void)paste_read(paste, cursor_of(pasting->text, pasting->length),
                         &(struct paste_sink){ pasting, on_piece, on_left_out });
        if (pasting->records == 0) {
            char what[ANSWER_NOTHING];
            answer_nothing(cursor_of(pasting->text, pasting->length), what, sizeof(what));
            add_error(pasting, 1, what);
        }
        evbuffer_add(pasting->answer, "\n]\n", 3);
    }
    free(pasting->memory);
    answerer_free(pasting->answerer);
    paste_free(paste);
    detector_free(detector);
    return is_fine;
}

static void *run(void *context)
{
    struct pasting *pasting = context;
    int done = pasting->identify->done[1];
    if (!judge(pasting))
        evbuffer_drain(pasting->answer, evbuffer_get_length(pasting->answer));
    while (write(done, "", 1) <
           0) { /* a pipe that one at a time writes to has room; only a signal may come between */
    }
    return NULL;
}

/* ---- the loop ---- */

static void free_pasting(struct pasting *pasting)
{
    if (pasting->request && evhttp_request_get_connection(pasting->request))
        evhttp_connection_set_closecb(evhttp_request_get_connection(pasting->request), NULL, NULL);
    if (pasting->answer)
        evbuffer_free(pasting->answer);
    free(pasting);
}

static void on_gone(struct evhttp_connection *connection, void *context)
{
    struct pasting *pasting = context;
    (void)connection;
    web_let_go(pasting->request);
    pasting->request = NULL;
}

static void refuse(struct web_identify *identify, struct evhttp_request *request)
{
    identify->refused++;
    web_refuse(request, HTTP_SERVUNAVAIL, "Busy", "Too many ask at once. Try again in a second.");
}

/* The thread leaves signals to the loop. */
static bool start_thread(struct web_identify *identify, struct pasting *pasting)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(&identify->thread, NULL, run, pasting) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started;
}

static struct pasting *take_first(struct web_identify *identify)
{
    struct pasting *pasting = STAILQ_FIRST(&identify->queue);
    if (pasting) {
        STAILQ_REMOVE_HEAD(&identify->queue, link);
        identify->count--;
    }
    return pasting;
}

/* The next one, as long as one who asked is still there. */
static void go_on(struct web_identify *identify)
{
    struct pasting *pasting;
    while (!identify->is_running && (pasting = STAILQ_FIRST(&identify->queue))) {
        identify->is_running = pasting->request && start_thread(identify, pasting);
        if (identify->is_running)
            return;
        (void)take_first(identify);
        struct evhttp_request *request = pasting->request;
        free_pasting(pasting);
        if (request)
            refuse(identify, request);
    }
}

static void on_done(evutil_socket_t fd, short what, void *context)
{
    struct web_identify *identify = context;
    char byte;
    (void)what;
    if (!identify->is_running || read(fd, &byte, 1) != 1)
        return;
    pthread_join(identify->thread, NULL);
    identify->is_running = false;
    struct pasting *pasting = take_first(identify);
    struct evhttp_request *request = pasting->request;
    struct evbuffer *answer = pasting->answer;
    pasting->answer = NULL;
    free_pasting(pasting);
    if (request && evbuffer_get_length(answer) > 0)
        web_reply(request, "application/json", answer);
    else if (request)
        refuse(identify, request);
    evbuffer_free(answer);
    go_on(identify);
}

void web_identify_start(struct web_identify *identify, struct evhttp_request *request)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(request);
    size_t length = evbuffer_get_length(body);
    if (length == 0 || length > WEB_PASTE) {
        web_refuse(request, HTTP_BADREQUEST, "Bad Request",
                   "Send what is to be identified as the body, 64 KiB at most.");
        return;
    }
    struct pasting *pasting = identify->count < WAITING ? calloc(1, sizeof(*pasting) + length) : NULL;
    if (pasting)
        pasting->answer = evbuffer_new();
    if (!pasting || !pasting->answer) {
        free(pasting);
        refuse(identify, request);
        return;
    }
    pasting->identify = identify;
    pasting->request = request;
    pasting->now = (int64_t)time(NULL);
    pasting->length = length;
    evbuffer_remove(body, pasting->text, length);
    evhttp_connection_set_closecb(evhttp_request_get_connection(request), on_gone, pasting);
    STAILQ_INSERT_TAIL(&identify->queue, pasting, link);
    identify->count++;
    go_on(identify);
}

struct web_identify *web_identify_new(struct event_base *base, const struct protocol *const *protocols,
                                      const struct ports *ports)
{
    struct web_identify *identify = calloc(1, sizeof(*identify));
    if (!identify)
        return NULL;
    STAILQ_INIT(&identify->queue);
    identify->protocols = protocols;
    identify->ports = ports;
    if (pipe2(identify->done, O_CLOEXEC) != 0) {
        free(identify);
        return NULL;
    }
    identify->on_done = event_new(base, identify->done[0], EV_READ | EV_PERSIST, on_done, identify);
    if (identify->on_done && event_add(identify->on_done, NULL) == 0)
        return identify;
    web_identify_free(identify);
    return NULL;
}

void web_identify_free(struct web_identify *identify)
{
    struct pasting *pasting;
    if (!identify)
        return;
    if (identify->is_running)
        pthread_join(identify->thread, NULL);
    while ((pasting = take_first(identify)))
        free_pasting(pasting);
    if (identify->on_done)
        event_free(identify->on_done);
    close(identify->done[0]);
    close(identify->done[1]);
    free(identify);
}

uint64_t web_identify_refused(const struct web_identify *identify)
{
    return identify->refused;
}
