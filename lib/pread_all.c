/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/pread_all.h"

#include <errno.h>
#include <unistd.h>

int
pread_all(int fd, uint8_t *buf, size_t len, off_t at)
{
	while (len > 0) {
		ssize_t n = pread(fd, buf, len, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0) {
			errno = ENODATA;
			return -1;
		}
		buf += n;
		len -= n;
		at += n;
	}
	return 0;
}
