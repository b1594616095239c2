/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to /api/…, made in pieces, a few at a time, so that nothing else waits for them. Part of web. */
#ifndef OUTLET_WEB_JOBS_H
#define OUTLET_WEB_JOBS_H

#include "outlet/answer.h"

struct web_jobs;
struct event_base;
struct evhttp_request;

/* base and snapshot are borrowed. NULL when memory is out; web_jobs_free takes NULL. */
struct web_jobs *web_jobs_new(struct event_base *base, struct snapshot *snapshot);
void web_jobs_free(struct web_jobs *jobs);

/* Answers it, now or soon. */
void web_jobs_start(struct web_jobs *jobs, struct evhttp_request *request, const struct ask *ask);

/* Refused because too many were asked for at once. */
uint64_t web_jobs_refused(const struct web_jobs *jobs);

#endif
