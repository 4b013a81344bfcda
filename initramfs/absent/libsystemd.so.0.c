/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libsystemd: vfield, corosync and libdbus are linked with it.  Before systemd
 * runs nobody has to be told that a program is ready, and there is no journal;
 * the programs' messages go to the kernel's log. */
#include "initramfs/absent/absent.h"

int sd_notify(int unset, const char *state);
int sd_notifyf(int unset, const char *format, ...);
int sd_journal_send(const char *format, ...);

int
sd_notify(int unset, const char *state)
{
	return 0;
}

int
sd_notifyf(int unset, const char *format, ...)
{
	return 0;
}

int
sd_journal_send(const char *format, ...)
{
	return 0;
}

ABSENT(sd_listen_fds)
ABSENT(sd_is_socket)
