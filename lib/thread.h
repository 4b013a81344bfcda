/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* thread: a thread that works for a loop.  Signals stay the loop's, and the
 * stack is small, since a router's memory is locked. */
#ifndef VF_LIB_THREAD_H
#define VF_LIB_THREAD_H

#include <pthread.h>

/* 0, or -1 and errno. */
int thread_start(pthread_t *thread, void *(*work)(void *arg), void *arg);

#endif
