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

enum job_kind { JOB_READ, JOB_WRITE, JOB_DROP };

struct job {
	STAILQ_ENTRY(job) entry; /* in side.waiting, at_work or ready */
	enum job_kind kind;
	uint32_t chunk;
	struct buffer *buffer; /* NULL for JOB_DROP */
	bool passes;           /* argument of disk_write */
	/* argument of disk_read and disk_write; NULL: it was answered */
	void *owner;
	int error;
};

STAILQ_HEAD(disk_jobs, job);

enum side_state { SIDE_WELL, SIDE_SLOW, SIDE_HANGS };

struct side {
	struct disk *disk;
	enum side_state state;
	/* when a job last ended; or when the first of the present jobs came */
	int64_t heard_ns;
	uint32_t owed; /* number of jobs that are not freed yet */
	pthread_t threads[DISK_THREADS];
	unsigned nthreads, most_threads;
	pthread_mutex_t lock;
	/* signalled when a job is put into `waiting', or `stop' is set */
	pthread_cond_t more;
	/* jobs that no thread has begun; guarded by lock */
	struct disk_jobs waiting;
	/* jobs that a thread works on; guarded by lock */
	struct disk_jobs at_work;
	/* jobs that have ended; guarded by lock */
	struct disk_jobs ready;
	/* number of threads without a job; guarded by lock */
	unsigned idle;
	bool stop; /* the threads are to end; guarded by lock */
};

struct disk {
	struct loop *loop;
	struct image *image;
	const struct disk_ops *ops;
	void *ctx;
	/* readable while `ready` of a side has jobs */
	struct loop_source source;
	struct loop_timer tick; /* set as long as there are jobs */
	struct side sides[DISK_SIDES];
};

static void
move(struct disk_jobs *from, struct disk_jobs *to, struct job *j)
{
	STAILQ_REMOVE(from, j, job, entry);
	STAILQ_INSERT_TAIL(to, j, entry);
}

/* Does the job, and returns 0 or an errno value. */
static int
do_job(struct store *s, const struct job *j)
{
	uint32_t len = manifest_chunk_len(store_manifest(s), j->chunk);
	int ret = 0;

	switch (j->kind) {
	case JOB_READ:
		ret = store_read(s, j->chunk, 0, j->buffer->data, len);
		break;
	case JOB_WRITE:
		ret = store_put_right(s, j->chunk, j->buffer->data);
		break;
	case JOB_DROP:
		store_evict(s, j->chunk);
		break;
	}
	return ret == 0 ? 0 : errno;
}

static void *
work(void *arg)
{
	const uint64_t one = 1;
	struct side *s = arg;
	struct disk *d = s->disk;
	struct job *j;

	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		j = STAILQ_FIRST(&s->waiting);
		if (j == NULL) {
			s->idle++;
			pthread_cond_wait(&s->more, &s->lock);
			s->idle--;
			continue;
		}
		move(&s->waiting, &s->at_work, j);
		pthread_mutex_unlock(&s->lock);
		j->error = do_job(d->image->store, j);
		pthread_mutex_lock(&s->lock);
		/* the write fails only if the eventfd's counter is at its
		 * maximum, and then the loop is woken anyway */
		if (write(d->source.fd, &one, sizeof one) == -1)
			assert(errno == EAGAIN);
		move(&s->at_work, &s->ready, j);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void
free_job(struct side *s, struct job *j)
{
	s->owed--;
	buffer_put(j->buffer);
	free(j);
}

static void
set_state(struct side *s, enum side_state state)
{
	bool hung = s->state == SIDE_HANGS, hangs = state == SIDE_HANGS;
	struct disk *d = s->disk;

	s->state = state;
	if (hung != hangs)
		d->ops->hangs(d->ctx, d->image, s - d->sides, hangs);
}

static struct disk_jobs
take(struct side *s, struct disk_jobs *from)
{
	struct disk_jobs l = STAILQ_HEAD_INITIALIZER(l);

	pthread_mutex_lock(&s->lock);
	STAILQ_CONCAT(&l, from);
	pthread_mutex_unlock(&s->lock);
	return l;
}

static void
give_back(struct side *s, struct disk_jobs *l)
{
	struct disk *d = s->disk;
	struct job *j;

	while ((j = STAILQ_FIRST(l)) != NULL) {
		STAILQ_REMOVE_HEAD(l, entry);
		if (j->kind == JOB_WRITE)
			d->ops->written(d->ctx, d->image, j->chunk, j->passes,
					j->error);
		else if (j->kind == JOB_DROP)
			d->ops->dropped(d->ctx, d->image, j->chunk);
		if (j->owner != NULL)
			d->ops->done(d->ctx, j->owner, j->error);
		free_job(s, j);
	}
}

static void
side_ready(struct side *s)
{
	struct disk_jobs ready = take(s, &s->ready);

	if (STAILQ_EMPTY(&ready))
		return;
	s->heard_ns = loop_now_ns(s->disk->loop);
	set_state(s, SIDE_WELL);
	give_back(s, &ready);
}

static void
on_ready(void *ctx, uint32_t events)
{
	struct disk *d = ctx;
	uint64_t count;

	(void)events;
	/* the eventfd is read before the jobs are taken, so that a job that is
	 * ready later makes it readable again */
	if (read(d->source.fd, &count, sizeof count) == -1)
		return;
	for (int i = 0; i < DISK_SIDES; i++)
		side_ready(&d->sides[i]);
}

/* Takes the waiting jobs that somebody is to be answered, which drops are
 * not. */
static struct disk_jobs
take_owned(struct side *s)
{
	struct disk_jobs all = take(s, &s->waiting);
	struct disk_jobs owned = STAILQ_HEAD_INITIALIZER(owned);
	struct disk_jobs drops = STAILQ_HEAD_INITIALIZER(drops);
	struct job *j;

	while ((j = STAILQ_FIRST(&all)) != NULL)
		move(&all, j->kind == JOB_DROP ? &drops : &owned, j);
	pthread_mutex_lock(&s->lock);
	STAILQ_CONCAT(&drops, &s->waiting);
	STAILQ_CONCAT(&s->waiting, &drops);
	if (!STAILQ_EMPTY(&s->waiting))
		pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	return owned;
}

static void
side_cancel(struct side *s, int error)
{
	struct disk_jobs waiting = take_owned(s), ready = take(s, &s->ready);
	struct disk *d = s->disk;
	void *owners[DISK_THREADS];
	struct job *j;
	unsigned n = 0;

	STAILQ_FOREACH(j, &waiting, entry)
	j->error = error;
	give_back(s, &ready);
	give_back(s, &waiting);
	pthread_mutex_lock(&s->lock);
	STAILQ_FOREACH(j, &s->at_work, entry)
	{
		if (j->owner != NULL)
			owners[n++] = j->owner;
		j->owner = NULL;
	}
	pthread_mutex_unlock(&s->lock);
	while (n > 0)
		d->ops->done(d->ctx, owners[--n], error);
}

void
disk_cancel(struct disk *d, int error)
{
	for (int i = 0; i < DISK_SIDES; i++)
		side_cancel(&d->sides[i], error);
}

/* Starts one more thread, unless there are as many as the side may have.
 * Called when no thread is idle. */
static void
want_thread(struct side *s)
{
	if (s->nthreads < s->most_threads &&
	    thread_start(&s->threads[s->nthreads], work, s) == 0)
		s->nthreads++;
}

/* Returns true if the side has open jobs. */
static bool
side_tick(struct side *s, int64_t now)
{
	int64_t silent_ns = now - s->heard_ns;

	if (s->owed == 0) {
		/* without jobs a side is SLOW only if no thread could be
		 * started for those it had */
		set_state(s, SIDE_WELL);
		return false;
	}
	if (s->nthreads == 0)
		want_thread(s);
	if (s->state == SIDE_WELL && silent_ns > DISK_PATIENCE_NS) {
		set_state(s, SIDE_SLOW); /* new jobs are now refused */
		side_cancel(s, ETIMEDOUT);
	}
	if (s->state == SIDE_SLOW && silent_ns > DISK_HANGS_NS)
		set_state(s, SIDE_HANGS);
	return true;
}

static void
on_tick(void *ctx)
{
	struct disk *d = ctx;
	int64_t now = loop_now_ns(d->loop);
	bool more = false;

	for (int i = 0; i < DISK_SIDES; i++)
		more |= side_tick(&d->sides[i], now);
	if (more)
		loop_timer_set(d->loop, &d->tick, now + TICK_NS);
}

/* Gives a copy of *as to the side's threads. */
static int
begin(struct side *s, const struct job *as)
{
	struct loop *l = s->disk->loop;
	int64_t now = loop_now_ns(l);
	struct job *j;
	bool busy;

	if (s->state != SIDE_WELL)
		return -1;
	j = malloc(sizeof *j);
	if (j == NULL)
		return -1;
	*j = *as;
	if (j->buffer != NULL)
		buffer_ref(j->buffer);
	if (s->owed++ == 0)
		s->heard_ns = now;
	if (s->disk->tick.slot == 0)
		loop_timer_set(l, &s->disk->tick, now + TICK_NS);
	pthread_mutex_lock(&s->lock);
	STAILQ_INSERT_TAIL(&s->waiting, j, entry);
	busy = s->idle == 0;
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	if (busy)
		want_thread(s);
	return 0;
}

int
disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner)
{
	return begin(&d->sides[DISK_READS], &(struct job){.kind = JOB_READ,
							  .chunk = chunk,
							  .buffer = b,
							  .owner = owner});
}

int
disk_write(struct disk *d, uint32_t chunk, struct buffer *b, bool passes,
	   void *owner)
{
	return begin(&d->sides[DISK_WRITES], &(struct job){.kind = JOB_WRITE,
							   .chunk = chunk,
							   .buffer = b,
							   .passes = passes,
							   .owner = owner});
}

int
disk_drop(struct disk *d, uint32_t chunk)
{
	return begin(&d->sides[DISK_WRITES],
		     &(struct job){.kind = JOB_DROP, .chunk = chunk});
}

int64_t
disk_hangs_ns(const struct disk *d, enum disk_side side)
{
	const struct side *s = &d->sides[side];

	return s->state == SIDE_HANGS ? loop_now_ns(d->loop) - s->heard_ns : 0;
}

bool
disk_is_well(const struct disk *d)
{
	return d->sides[DISK_READS].state == SIDE_WELL &&
	       d->sides[DISK_WRITES].state == SIDE_WELL;
}

static void
dispose(struct disk *d)
{
	int saved = errno;

	if (d->source.fd != -1)
		close(d->source.fd);
	for (int i = 0; i < DISK_SIDES; i++) {
		pthread_cond_destroy(&d->sides[i].more);
		pthread_mutex_destroy(&d->sides[i].lock);
	}
	free(d);
	errno = saved;
}

static void
side_init(struct side *s, struct disk *d, unsigned most_threads)
{
	s->disk = d;
	s->most_threads = most_threads;
	STAILQ_INIT(&s->waiting);
	STAILQ_INIT(&s->at_work);
	STAILQ_INIT(&s->ready);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
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
	side_init(&d->sides[DISK_READS], d, DISK_THREADS);
	side_init(&d->sides[DISK_WRITES], d, 1);
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
drop_all(struct side *s, struct disk_jobs *from)
{
	struct disk_jobs l = take(s, from);
	struct job *j;

	while ((j = STAILQ_FIRST(&l)) != NULL) {
		STAILQ_REMOVE_HEAD(&l, entry);
		free_job(s, j);
	}
}

/* Waits until all threads of the side have ended.  Returns false if one of them
 * has not by the time `until`. */
static bool
join_threads(struct side *s, const struct timespec *until)
{
	for (; s->nthreads > 0; s->nthreads--)
		if (pthread_timedjoin_np(s->threads[s->nthreads - 1], NULL,
					 until) != 0)
			return false;
	return true;
}

static void
side_stop(struct side *s)
{
	drop_all(s, &s->waiting);
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->lock);
}

int
disk_free(struct disk *d)
{
	struct timespec until;

	if (d == NULL)
		return 0;
	loop_timer_cancel(d->loop, &d->tick);
	loop_remove(d->loop, &d->source);
	for (int i = 0; i < DISK_SIDES; i++)
		side_stop(&d->sides[i]);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += DISK_PATIENCE_NS / 1000000000LL;
	for (int i = 0; i < DISK_SIDES; i++)
		if (d->sides[i].state != SIDE_WELL ||
		    !join_threads(&d->sides[i], &until))
			return -1;
	for (int i = 0; i < DISK_SIDES; i++)
		drop_all(&d->sides[i], &d->sides[i].ready);
	dispose(d);
	return 0;
}
