/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* loop: runs a thread's event loop: calls back for file descriptors (epoll),
 * timers and signals.
 *
 * A struct loop_source or loop_timer is embedded in the struct that it belongs
 * to; the loop only points at it.  It can be removed at any time, even from
 * within the callback of another, and is not called after that.  Times are
 * nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef VF_LIB_LOOP_H
#define VF_LIB_LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;

struct loop_source {
	int fd;
	uint32_t events; /* the events to wait for: EPOLLIN and others */
	/* called while one of `events` is pending at fd (level-triggered) */
	void (*ready)(void *ctx, uint32_t events);
	void *ctx;
	bool added;
};

struct loop_timer {
	int64_t due_ns;
	void (*fire)(void *ctx);
	void *ctx;
	/* index of the timer in the loop's heap; 0: the timer is not set */
	size_t slot;
};

struct loop *loop_new(void);
void loop_free(struct loop *l);

int loop_add(struct loop *l, struct loop_source *s);
int loop_set_events(struct loop *l, struct loop_source *s, uint32_t events);
/* Removes a source from the loop.  Must be called before the source's fd is
 * closed. */
void loop_remove(struct loop *l, struct loop_source *s);

/* Sets a timer, which fires once at due_ns; a timer that is set already is
 * moved to that time.  Memory is allocated only when more timers are set than
 * ever before. */
void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t due_ns);
void loop_timer_cancel(struct loop *l, struct loop_timer *t);

/* Sets the idle callback, which is called once after each round of events,
 * before the loop waits again. */
void loop_set_idle(struct loop *l, void (*idle)(void *ctx), void *ctx);

/* Blocks the signals in set, and calls `got` from the loop for each signal that
 * arrives.  Returns 0, or -1 and errno. */
int loop_signals(struct loop *l, const sigset_t *set,
		 void (*got)(void *ctx, int signo), void *ctx);

/* Returns the time at which the present round of events began. */
int64_t loop_now_ns(const struct loop *l);
int64_t clock_now_ns(void);

#define NS_PER_MS INT64_C(1000000)

/* Runs the loop until loop_stop is called.  Returns 0, or -1 and errno if epoll
 * fails. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

#endif
