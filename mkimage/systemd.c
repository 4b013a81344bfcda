/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/systemd.h"

#include <sys/stat.h>

#include "lib/cleanup.h"
#include "mkimage/source_inside.h"

bool
systemd_is_in(const char *root)
{
	AUTO_FREE char *init =
	    inside_path(root, "usr/lib/systemd/systemd", S_IFREG);
	AUTO_FREE char *old = inside_path(root, "lib/systemd/systemd", S_IFREG);

	return init != NULL || old != NULL;
}

void
systemd_write_keys(FILE *to)
{
	fputs("[Unit]\n"
	      "Description=SSH host keys of this machine\n"
	      "ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key\n"
	      "Before=ssh.service sshd.service ssh.socket sshd.socket\n"
	      "\n"
	      "[Service]\n"
	      "Type=oneshot\n"
	      "RemainAfterExit=yes\n"
	      "ExecStart=/usr/bin/ssh-keygen -A\n",
	      to);
}
