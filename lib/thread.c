/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/thread.h"

#include <errno.h>
#include <signal.h>

/* bytes of a thread's stack; arbitrary: these threads nest few calls */
#define STACK (256U << 10)

int
thread_start(pthread_t *thread, void *(*work)(void *arg), void *arg)
{
	pthread_attr_t attr;
	sigset_t all, was;
	int error;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	error = pthread_create(thread, &attr, work, arg);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	pthread_attr_destroy(&attr);
	errno = error;
	return error == 0 ? 0 : -1;
}
