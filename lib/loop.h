/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* loop: epoll, timers and signals of a thread.
 *
 * Sources and timers are embedded in what they belong to; the loop only
 * points at them.  Removing one, also from inside a callback of any other,
 * is safe: it is not called after.
 * Times are CLOCK_MONOTONIC nanoseconds.
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
	uint32_t events;                           /* EPOLL* */
	void (*ready)(void *ctx, uint32_t events); /* level-triggered */
	void *ctx;
	bool added;
};

struct loop_timer {
	int64_t due_ns;
	void (*fire)(void *ctx);
	void *ctx;
	size_t slot; /* the loop's; 0: not set */
};

struct loop *loop_new(void);
void loop_free(struct loop *l);

int loop_add(struct loop *l, struct loop_source *s);
int loop_set_events(struct loop *l, struct loop_source *s, uint32_t events);
/* Forgets a source, before its fd is closed. */
void loop_remove(struct loop *l, struct loop_source *s);

/* Timers fire once; setting one that is set moves it.  Memory is allocated only
 * when more timers are set than ever before. */
void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t due_ns);
void loop_timer_cancel(struct loop *l, struct loop_timer *t);

/* The idle callback comes once after each round of events, before the loop
 * waits again. */
void loop_set_idle(struct loop *l, void (*idle)(void *ctx), void *ctx);

/* Blocks the signals and has `got` called for each, from the loop. */
int loop_signals(struct loop *l, const sigset_t *set,
		 void (*got)(void *ctx, int signo), void *ctx);

/* The time at which this round began. */
int64_t loop_now_ns(const struct loop *l);
int64_t clock_now_ns(void);

#define NS_PER_MS INT64_C(1000000)

/* Runs until loop_stop; -1 and errno if epoll fails. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

#endif
