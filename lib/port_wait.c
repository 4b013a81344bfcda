/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/port_wait.h"

#include <errno.h>
#include <unistd.h>

#define STEP_MS 50

int
port_wait(int (*try)(const void *arg), const void *arg)
{
	int error = try(arg);

	for (int ms = 0; error == EADDRINUSE && ms < PORT_WAIT_MS;
	     ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		error = try(arg);
	}
	return error;
}
