/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/fetch/hasher.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/thread.h"

STAILQ_HEAD(jobs, hash_job);

struct hasher {
	struct loop *loop;
	struct loop_source source; /* readable while `ready` has jobs */
	void (*done)(void *ctx, struct hash_job *j);
	void *ctx;
	size_t open; /* number of jobs for which `done` was not called yet */
	pthread_t thread;
	pthread_mutex_t lock;
	/* signalled when a job is put into `waiting`, or `stop` is set */
	pthread_cond_t more;
	pthread_cond_t finished; /* signalled when a job is in `ready` */
	/* jobs that the thread has not begun; guarded by lock */
	struct jobs waiting;
	struct jobs ready; /* jobs that are hashed; guarded by lock */
	bool stop;         /* the thread is to end; guarded by lock */
};

/* Hashes the bytes of j; unless `other` is NULL, also those of `other`, which
 * are as many: two at once take less time than one after the other. */
static void
hash(struct hash_job *j, struct hash_job *other)
{
	struct digest d[2];

	if (other == NULL) {
		d[0] = digest_of(j->data, j->len);
	} else {
		digest_of_two(j->data, other->data, j->len, d);
		other->right = digest_equal(&d[1], other->wanted);
	}
	j->right = digest_equal(&d[0], j->wanted);
}

static void
give_back(struct hasher *h, struct hash_job *j)
{
	const uint64_t one = 1;

	/* the write fails only if the eventfd's counter is at its maximum, and
	 * then the loop is woken anyway */
	if (STAILQ_EMPTY(&h->ready) &&
	    write(h->source.fd, &one, sizeof one) == -1)
		assert(errno == EAGAIN);
	STAILQ_INSERT_TAIL(&h->ready, j, entry);
	pthread_cond_signal(&h->finished);
}

static struct hash_job *
take_waiting(struct hasher *h)
{
	struct hash_job *j = STAILQ_FIRST(&h->waiting);

	if (j != NULL)
		STAILQ_REMOVE_HEAD(&h->waiting, entry);
	return j;
}

static void *
work(void *arg)
{
	struct hasher *h = arg;
	struct hash_job *j, *other;

	pthread_mutex_lock(&h->lock);
	while (!h->stop) {
		j = take_waiting(h);
		if (j == NULL) {
			pthread_cond_wait(&h->more, &h->lock);
			continue;
		}
		other = STAILQ_FIRST(&h->waiting);
		if (other != NULL && other->len == j->len)
			take_waiting(h);
		else
			other = NULL;
		pthread_mutex_unlock(&h->lock);
		hash(j, other);
		pthread_mutex_lock(&h->lock);
		give_back(h, j);
		if (other != NULL)
			give_back(h, other);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void
take_ready(struct hasher *h)
{
	struct jobs ready = STAILQ_HEAD_INITIALIZER(ready);
	struct hash_job *j;

	pthread_mutex_lock(&h->lock);
	STAILQ_CONCAT(&ready, &h->ready);
	pthread_mutex_unlock(&h->lock);
	while ((j = STAILQ_FIRST(&ready)) != NULL) {
		STAILQ_REMOVE_HEAD(&ready, entry);
		h->open--;
		h->done(h->ctx, j);
	}
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct hasher *h = ctx;
	uint64_t count;

	/* the eventfd is read before the jobs are taken, so that a job that is
	 * ready later makes it readable again */
	if (read(h->source.fd, &count, sizeof count) == -1)
		return;
	take_ready(h);
}

static void
dispose(struct hasher *h)
{
	int saved = errno;

	if (h->source.fd != -1)
		close(h->source.fd);
	pthread_cond_destroy(&h->more);
	pthread_cond_destroy(&h->finished);
	pthread_mutex_destroy(&h->lock);
	free(h);
	errno = saved;
}

struct hasher *
hasher_new(struct loop *l, void (*done)(void *ctx, struct hash_job *j),
	   void *ctx)
{
	struct hasher *h;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		errno = ENOTSUP;
		return NULL;
	}
	h = calloc(1, sizeof *h);
	if (h == NULL)
		return NULL;
	h->loop = l;
	h->done = done;
	h->ctx = ctx;
	STAILQ_INIT(&h->waiting);
	STAILQ_INIT(&h->ready);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->more, NULL);
	pthread_cond_init(&h->finished, NULL);
	h->source =
	    (struct loop_source){.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC),
				 .events = EPOLLIN,
				 .ready = on_ready,
				 .ctx = h};
	if (h->source.fd == -1 || loop_add(l, &h->source) == -1) {
		dispose(h);
		return NULL;
	}
	if (thread_start(&h->thread, work, h) == -1) {
		loop_remove(l, &h->source);
		dispose(h);
		return NULL;
	}
	return h;
}

void
hasher_free(struct hasher *h)
{
	if (h == NULL)
		return;
	assert(h->open == 0);
	pthread_mutex_lock(&h->lock);
	h->stop = true;
	pthread_cond_signal(&h->more);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	loop_remove(h->loop, &h->source);
	dispose(h);
}

void
hasher_start(struct hasher *h, struct hash_job *j)
{
	h->open++;
	pthread_mutex_lock(&h->lock);
	if (STAILQ_EMPTY(&h->waiting))
		pthread_cond_signal(&h->more);
	STAILQ_INSERT_TAIL(&h->waiting, j, entry);
	pthread_mutex_unlock(&h->lock);
}

void
hasher_finish(struct hasher *h)
{
	while (h->open > 0) {
		pthread_mutex_lock(&h->lock);
		while (STAILQ_EMPTY(&h->ready))
			pthread_cond_wait(&h->finished, &h->lock);
		pthread_mutex_unlock(&h->lock);
		take_ready(h);
	}
}
