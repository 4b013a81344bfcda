/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "initramfs/vital.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/write_all.h"

void
become_vital(void)
{
	AUTO_CLOSE int fd =
	    open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write_all(fd, "-1000", 5) == -1)
		log_warn("may be killed when memory is short: %s",
			 strerror(errno));
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == -1)
		log_warn("memory is not locked: %s", strerror(errno));
}
