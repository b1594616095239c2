/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the answers to /api/… in pieces. Gets records from answer; called by web. */
#include "outlet/web_jobs.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <stdlib.h>

#include "outlet/web_clock.h"
#include "outlet/web_reply.h"

/* Answers made at once; bytes of one. µs as in control. */
enum { JOBS = 8, ANSWER_MOST = 64 << 20, BUDGET = 1000, SHARE = 4 };

/* An answer that is being made. */
struct job {
    struct web_jobs *jobs;
    size_t place;                   /* in jobs->list */
    struct evhttp_request *request; /* NULL: who asked has gone */
    struct answer *answer;
    struct evbuffer *body;
    size_t records;
    bool is_list;
};

struct web_jobs {
    struct event_base *base;
    struct event *pump;
    struct snapshot *snapshot;
    struct job *list[JOBS]; /* owned; NULL: free */
    size_t turn;            /* whose turn it is */
    uint64_t refused;
};

static void free_job(struct job *job)
{
    struct web_jobs *jobs = job->jobs;
    if (job->request && evhttp_request_get_connection(job->request))
        evhttp_connection_set_closecb(evhttp_request_get_connection(job->request), NULL, NULL);
    jobs->list[job->place] = NULL;
    answer_free(job->answer);
    evbuffer_free(job->body);
    free(job);
}

static void on_gone(struct evhttp_connection *connection, void *context)
{
    struct job *job = context;
    (void)connection;
    web_let_go(job->request);
    job->request = NULL;
}

static void end_job(struct job *job)
{
    struct evhttp_request *request = job->request;
    struct evbuffer *body = job->body;
    if (job->is_list)
        evbuffer_add_printf(body, job->records > 0 ? "\n]\n" : "[]\n");
    job->body = evbuffer_new();
    if (!job->body) { /* it is freed with the job: nothing is sent of it */
        job->body = body;
        free_job(job);
        return;
    }
    free_job(job);
    if (request)
        web_reply(request, "application/json", body);
    evbuffer_free(body);
}

/* Adds records until the time is up. False: it is done, one way or the other. */
static bool work_on(struct job *job, int64_t until)
{
    struct cursor record = { 0 };
    while (job->request && evbuffer_get_length(job->body) < ANSWER_MOST) {
        switch (answer_next(job->answer, web_wall(job->jobs->base), &record)) {
        case ANSWER_RECORD:
            if (job->is_list)
                evbuffer_add_printf(job->body, job->records > 0 ? ",\n" : "[\n");
            evbuffer_add(job->body, record.at, record.left);
            job->records++;
            break;
        case ANSWER_MORE:
            break;
        default:
            return false;
        }
        if (web_steady() > until)
            return true;
    }
    return false;
}

static void on_pump(evutil_socket_t fd, short what, void *context)
{
    struct web_jobs *jobs = context;
    int64_t start = web_steady(), until = start + BUDGET;
    size_t left = 0;
    (void)fd;
    (void)what;
    for (int i = 0; i < JOBS && web_steady() <= until; i++) {
        struct job *job = jobs->list[jobs->turn++ % JOBS];
        if (job && !work_on(job, until))
            end_job(job);
    }
    for (size_t i = 0; i < JOBS; i++)
        left += jobs->list[i] != NULL;
    const struct timeval rest = { .tv_usec = (suseconds_t)(SHARE * (web_steady() - start)) };
    if (left > 0)
        event_add(jobs->pump, &rest);
}

void web_jobs_start(struct web_jobs *jobs, struct evhttp_request *request, const struct ask *ask)
{
    static const struct timeval at_once = { 0 };
    size_t place = 0;
    while (place < JOBS && jobs->list[place])
        place++;
    struct job *job = place < JOBS ? calloc(1, sizeof(*job)) : NULL;
    if (job) {
        job->answer = answer_new(jobs->snapshot, ask);
        job->body = evbuffer_new();
    }
    if (!job || !job->answer || !job->body) {
        jobs->refused++;
        if (job) {
            answer_free(job->answer);
            if (job->body)
                evbuffer_free(job->body);
        }
        free(job);
        web_refuse(request, HTTP_SERVUNAVAIL, "Busy", "Too many ask at once. Try again in a second.");
        return;
    }
    job->jobs = jobs;
    job->request = request;
    job->is_list = ask->what != ASK_STATUS;
    job->place = place;
    jobs->list[place] = job;
    evhttp_connection_set_closecb(evhttp_request_get_connection(request), on_gone, job);
    if (!event_pending(jobs->pump, EV_TIMEOUT, NULL))
        event_add(jobs->pump, &at_once);
}

struct web_jobs *web_jobs_new(struct event_base *base, struct snapshot *snapshot)
{
    struct web_jobs *jobs = calloc(1, sizeof(*jobs));
    if (!jobs)
        return NULL;
    jobs->base = base;
    jobs->snapshot = snapshot;
    jobs->pump = evtimer_new(base, on_pump, jobs);
    if (jobs->pump)
        return jobs;
    free(jobs);
    return NULL;
}

void web_jobs_free(struct web_jobs *jobs)
{
    if (!jobs)
        return;
    for (size_t i = 0; i < JOBS; i++) {
        if (jobs->list[i])
            free_job(jobs->list[i]);
    }
    event_free(jobs->pump);
    free(jobs);
}

uint64_t web_jobs_refused(const struct web_jobs *jobs)
{
    return jobs->refused;
}
