/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define ROUND_EVENTS 64
/* the longest wait for events: an hour; arbitrary */
#define WAIT_MAX_MS 3600000

struct loop {
	int epoll_fd;
	bool stopped;
	int64_t now_ns;

	struct epoll_event round[ROUND_EVENTS];
	int nround;

	/* heap[0] is not used; the earliest timer is heap[1] */
	struct loop_timer **heap;
	size_t ntimers, room;

	void (*idle)(void *ctx);
	void *idle_ctx;

	struct loop_source signals;
	void (*got)(void *ctx, int signo);
	void *got_ctx;
};

int64_t
clock_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

struct loop *
loop_new(void)
{
	struct loop *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd == -1) {
		free(l);
		return NULL;
	}
	l->signals.fd = -1;
	l->now_ns = clock_now_ns();
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	if (l->signals.fd != -1)
		close(l->signals.fd);
	close(l->epoll_fd);
	free(l->heap);
	free(l);
}

int
loop_add(struct loop *l, struct loop_source *s)
{
	struct epoll_event e = {.events = s->events, .data.ptr = s};

	assert(!s->added);
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &e) == -1)
		return -1;
	s->added = true;
	return 0;
}

int
loop_set_events(struct loop *l, struct loop_source *s, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = s};

	assert(s->added);
	if (events == s->events)
		return 0;
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, s->fd, &e) == -1)
		return -1;
	s->events = events;
	return 0;
}

void
loop_remove(struct loop *l, struct loop_source *s)
{
	if (!s->added)
		return;
	epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
	s->added = false;
	/* Drops the source's events that this round has not delivered yet. */
	for (int i = 0; i < l->nround; i++)
		if (l->round[i].data.ptr == s)
			l->round[i].data.ptr = NULL;
}

static void
place(struct loop *l, size_t slot, struct loop_timer *t)
{
	l->heap[slot] = t;
	t->slot = slot;
}

/* Puts t into the heap at `slot`, which is free, and moves it from there to its
 * place. */
static void
sift(struct loop *l, size_t slot, struct loop_timer *t)
{
	while (slot > 1 && l->heap[slot / 2]->due_ns > t->due_ns) {
		place(l, slot, l->heap[slot / 2]);
		slot /= 2;
	}
	for (;;) {
		size_t child = 2 * slot;

		if (child + 1 <= l->ntimers &&
		    l->heap[child + 1]->due_ns < l->heap[child]->due_ns)
			child++;
		if (child > l->ntimers || l->heap[child]->due_ns >= t->due_ns)
			break;
		place(l, slot, l->heap[child]);
		slot = child;
	}
	place(l, slot, t);
}

static void
make_room(struct loop *l)
{
	size_t room = l->room ? 2 * l->room : 64;

	if (l->ntimers + 1 < l->room)
		return;
	l->heap = reallocarray(l->heap, room, sizeof *l->heap);
	if (l->heap == NULL)
		abort(); /* a daemon cannot work without its timers */
	l->room = room;
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, int64_t due_ns)
{
	t->due_ns = due_ns;
	if (t->slot != 0) {
		sift(l, t->slot, t);
		return;
	}
	make_room(l);
	l->ntimers++;
	sift(l, l->ntimers, t);
}

void
loop_timer_cancel(struct loop *l, struct loop_timer *t)
{
	struct loop_timer *last;
	size_t slot = t->slot;

	if (slot == 0)
		return;
	t->slot = 0;
	last = l->heap[l->ntimers--];
	if (last != t)
		sift(l, slot, last);
}

void
loop_set_idle(struct loop *l, void (*idle)(void *ctx), void *ctx)
{
	l->idle = idle;
	l->idle_ctx = ctx;
}

static void
signals_ready(void *ctx, uint32_t events)
{
	struct loop *l = ctx;
	struct signalfd_siginfo info;

	while (read(l->signals.fd, &info, sizeof info) == sizeof info)
		l->got(l->got_ctx, info.ssi_signo);
}

int
loop_signals(struct loop *l, const sigset_t *set,
	     void (*got)(void *ctx, int signo), void *ctx)
{
	int fd;

	if (sigprocmask(SIG_BLOCK, set, NULL) == -1)
		return -1;
	l->got = got;
	l->got_ctx = ctx;
	fd = signalfd(l->signals.fd, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd == -1 || l->signals.added)
		return fd == -1 ? -1 : 0;
	l->signals = (struct loop_source){
	    .fd = fd, .events = EPOLLIN, .ready = signals_ready, .ctx = l};
	return loop_add(l, &l->signals);
}

int64_t
loop_now_ns(const struct loop *l)
{
	return l->now_ns;
}

static int
wait_ms(const struct loop *l)
{
	int64_t ns;

	if (l->ntimers == 0)
		return -1;
	ns = l->heap[1]->due_ns - clock_now_ns();
	if (ns <= 0)
		return 0;
	if (ns > (int64_t)WAIT_MAX_MS * NS_PER_MS)
		return WAIT_MAX_MS;
	return (ns + NS_PER_MS - 1) / NS_PER_MS;
}

static void
deliver(struct loop *l)
{
	for (int i = 0; i < l->nround; i++) {
		struct loop_source *s = l->round[i].data.ptr;

		if (s != NULL)
			s->ready(s->ctx, l->round[i].events);
	}
	l->nround = 0;
}

/* Fires the timers that are due, at most as many as are set at the beginning: a
 * timer that sets itself anew for a time that has passed fires again in the
 * next round. */
static void
fire_timers(struct loop *l)
{
	size_t most = l->ntimers;

	while (most-- > 0 && l->ntimers > 0 &&
	       l->heap[1]->due_ns <= l->now_ns) {
		struct loop_timer *t = l->heap[1];

		loop_timer_cancel(l, t);
		t->fire(t->ctx);
	}
}

/* Delivers events before it fires timers: if this process has been held up, an
 * answer that has arrived meanwhile must be seen before the time-out that waits
 * for it. */
int
loop_run(struct loop *l)
{
	l->stopped = false;
	while (!l->stopped) {
		int n;

		if (l->idle != NULL)
			l->idle(l->idle_ctx);
		if (l->stopped)
			break;
		n = epoll_wait(l->epoll_fd, l->round, ROUND_EVENTS, wait_ms(l));
		if (n == -1 && errno != EINTR)
			return -1;
		l->now_ns = clock_now_ns();
		l->nround = n > 0 ? n : 0;
		deliver(l);
		fire_timers(l);
	}
	return 0;
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
}
