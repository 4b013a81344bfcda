/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/fetch/disk.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include "lib/thread.h"
#include "router/image/image.h"

#define TICK_NS 100000000LL

struct job {
	STAILQ_ENTRY(job) entry; /* in disk.waiting, at_work or ready */
	uint32_t chunk;
	struct buffer *buffer;
	/* argument of disk_read; NULL: disk_cancel has answered the read */
	void *owner;
	int error;
};

STAILQ_HEAD(disk_jobs, job);

enum disk_state { DISK_WELL, DISK_SLOW, DISK_HANGS };

struct disk {
	struct loop *loop;
	struct image *image;
	const struct disk_ops *ops;
	void *ctx;
	struct loop_source source; /* readable while `ready` has jobs */
	struct loop_timer tick;    /* set as long as there are jobs */
	enum disk_state state;
	/* when a read last ended; or when the first of the present jobs came */
	int64_t heard_ns;
	uint32_t owed; /* number of jobs that are not freed yet */
	pthread_t threads[DISK_THREADS];
	unsigned nthreads;
	pthread_mutex_t lock;
	/* signalled when a job is put into `waiting`, or `stop` is set */
	pthread_cond_t more;
	/* jobs that no thread has begun; guarded by lock */
	struct disk_jobs waiting;
	/* jobs that a thread is reading; guarded by lock */
	struct disk_jobs at_work;
	/* jobs whose read has ended; guarded by lock */
	struct disk_jobs ready;
	/* number of threads without a job; guarded by lock */
	unsigned idle;
	bool stop; /* the threads are to end; guarded by lock */
};

static void
move(struct disk_jobs *from, struct disk_jobs *to, struct job *j)
{
	STAILQ_REMOVE(from, j, job, entry);
	STAILQ_INSERT_TAIL(to, j, entry);
}

static void
read_one(struct disk *d, struct job *j)
{
	uint32_t len = manifest_chunk_len(d->image->m, j->chunk);
	int ret;

	pthread_mutex_unlock(&d->lock);
	ret = store_read(d->image->store, j->chunk, 0, j->buffer->data, len);
	j->error = ret == 0 ? 0 : errno;
	pthread_mutex_lock(&d->lock);
}

static void *
work(void *arg)
{
	const uint64_t one = 1;
	struct disk *d = arg;
	struct job *j;

	pthread_mutex_lock(&d->lock);
	while (!d->stop) {
		j = STAILQ_FIRST(&d->waiting);
		if (j == NULL) {
			d->idle++;
			pthread_cond_wait(&d->more, &d->lock);
			d->idle--;
			continue;
		}
		move(&d->waiting, &d->at_work, j);
		read_one(d, j);
		/* the write fails only if the eventfd's counter is at its
		 * maximum, and then the loop is woken anyway */
		if (write(d->source.fd, &one, sizeof one) == -1)
			assert(errno == EAGAIN);
		move(&d->at_work, &d->ready, j);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

static void
free_job(struct disk *d, struct job *j)
{
	d->owed--;
	buffer_put(j->buffer);
	free(j);
}

static void
set_state(struct disk *d, enum disk_state state)
{
	bool hung = d->state == DISK_HANGS, hangs = state == DISK_HANGS;

	d->state = state;
	if (hung != hangs)
		d->ops->hangs(d->ctx, d->image, hangs);
}

static struct disk_jobs
take(struct disk *d, struct disk_jobs *from)
{
	struct disk_jobs l = STAILQ_HEAD_INITIALIZER(l);

	pthread_mutex_lock(&d->lock);
	STAILQ_CONCAT(&l, from);
	pthread_mutex_unlock(&d->lock);
	return l;
}

static void
give_back(struct disk *d, struct disk_jobs *l)
{
	struct job *j;

	while ((j = STAILQ_FIRST(l)) != NULL) {
		STAILQ_REMOVE_HEAD(l, entry);
		if (j->owner != NULL)
			d->ops->done(d->ctx, j->owner, j->error);
		free_job(d, j);
	}
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct disk *d = ctx;
	struct disk_jobs ready;
	uint64_t count;

	(void)events;
	/* the eventfd is read before the jobs are taken, so that a job that is
	 * ready later makes it readable again */
	if (read(d->source.fd, &count, sizeof count) == -1)
		return;
	ready = take(d, &d->ready);
	if (STAILQ_EMPTY(&ready))
		return;
	d->heard_ns = loop_now_ns(d->loop);
	set_state(d, DISK_WELL);
	give_back(d, &ready);
}

void
disk_cancel(struct disk *d, int error)
{
	struct disk_jobs waiting = take(d, &d->waiting);
	void *owners[DISK_THREADS];
	struct job *j;
	unsigned n = 0;

	STAILQ_FOREACH(j, &waiting, entry)
	j->error = error;
	give_back(d, &waiting);
	pthread_mutex_lock(&d->lock);
	STAILQ_FOREACH(j, &d->at_work, entry)
	{
		if (j->owner != NULL)
			owners[n++] = j->owner;
		j->owner = NULL;
	}
	pthread_mutex_unlock(&d->lock);
	while (n > 0)
		d->ops->done(d->ctx, owners[--n], error);
}

static void
on_tick(void *ctx)
{
	struct disk *d = ctx;
	int64_t now = loop_now_ns(d->loop), silent_ns = now - d->heard_ns;

	if (d->owed == 0) {
		/* without jobs a disk is SLOW only if no thread could be
		 * started for those it had */
		set_state(d, DISK_WELL);
		return;
	}
	if (d->state == DISK_WELL && silent_ns > DISK_PATIENCE_NS) {
		set_state(d, DISK_SLOW); /* disk_read now fails */
		disk_cancel(d, ETIMEDOUT);
	}
	if (d->state == DISK_SLOW && silent_ns > DISK_HANGS_NS)
		set_state(d, DISK_HANGS);
	loop_timer_set(d->loop, &d->tick, now + TICK_NS);
}

/* Starts one more thread, if there are fewer than DISK_THREADS.  Called when no
 * thread is idle. */
static void
want_thread(struct disk *d)
{
	if (d->nthreads < DISK_THREADS &&
	    thread_start(&d->threads[d->nthreads], work, d) == 0)
		d->nthreads++;
}

int
disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner)
{
	struct job *j;
	bool busy;

	if (d->state != DISK_WELL)
		return -1;
	j = malloc(sizeof *j);
	if (j == NULL)
		return -1;
	*j = (struct job){
	    .chunk = chunk, .buffer = buffer_ref(b), .owner = owner};
	if (d->owed++ == 0) {
		d->heard_ns = loop_now_ns(d->loop);
		loop_timer_set(d->loop, &d->tick, d->heard_ns + TICK_NS);
	}
	pthread_mutex_lock(&d->lock);
	STAILQ_INSERT_TAIL(&d->waiting, j, entry);
	busy = d->idle == 0;
	pthread_cond_signal(&d->more);
	pthread_mutex_unlock(&d->lock);
	if (busy)
		want_thread(d);
	return 0;
}

static void
dispose(struct disk *d)
{
	int saved = errno;

	if (d->source.fd != -1)
		close(d->source.fd);
	pthread_cond_destroy(&d->more);
	pthread_mutex_destroy(&d->lock);
	free(d);
	errno = saved;
}

struct disk *
disk_new(struct loop *l, struct image *im, const struct disk_ops *ops,
	 void *ctx)
{
	struct disk *d = calloc(1, sizeof *d);

	if (d == NULL)
		return NULL;
	d->loop = l;
	d->image = im;
	d->ops = ops;
	d->ctx = ctx;
	d->tick.fire = on_tick;
	d->tick.ctx = d;
	STAILQ_INIT(&d->waiting);
	STAILQ_INIT(&d->at_work);
	STAILQ_INIT(&d->ready);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->more, NULL);
	d->source =
	    (struct loop_source){.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC),
				 .events = EPOLLIN,
				 .ready = on_ready,
				 .ctx = d};
	if (d->source.fd == -1 || loop_add(l, &d->source) == -1) {
		dispose(d);
		return NULL;
	}
	return d;
}

static void
drop(struct disk *d, struct disk_jobs *from)
{
	struct disk_jobs l = take(d, from);
	struct job *j;

	while ((j = STAILQ_FIRST(&l)) != NULL) {
		STAILQ_REMOVE_HEAD(&l, entry);
		free_job(d, j);
	}
}

/* Waits for all threads to end.  Returns false if one of them did not end
 * within DISK_PATIENCE_NS. */
static bool
join_threads(struct disk *d)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += DISK_PATIENCE_NS / 1000000000LL;
	for (; d->nthreads > 0; d->nthreads--)
		if (pthread_timedjoin_np(d->threads[d->nthreads - 1], NULL,
					 &until) != 0)
			return false;
	return true;
}

int
disk_free(struct disk *d)
{
	if (d == NULL)
		return 0;
	loop_timer_cancel(d->loop, &d->tick);
	loop_remove(d->loop, &d->source);
	drop(d, &d->waiting);
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_cond_broadcast(&d->more);
	pthread_mutex_unlock(&d->lock);
	if (d->state != DISK_WELL || !join_threads(d))
		return -1;
	drop(d, &d->ready);
	dispose(d);
	return 0;
}
