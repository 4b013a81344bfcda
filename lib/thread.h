/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* thread: starts a thread that works for a loop.  The thread blocks all
 * signals, which the loop receives; its stack is small, since a router's memory
 * is locked. */
#ifndef VF_LIB_THREAD_H
#define VF_LIB_THREAD_H

#include <pthread.h>

/* Starts a thread that calls work(arg).  Returns 0, or -1 and errno. */
int thread_start(pthread_t *thread, void *(*work)(void *arg), void *arg);

#endif
