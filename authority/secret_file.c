/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/secret_file.h"

#include <errno.h>
#include <sys/stat.h>

#include "lib/cleanup.h"

FILE *
secret_open(const char *path)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	struct stat st;

	if (f == NULL || fstat(fileno(f), &st) == -1)
		return NULL;
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		errno = EPERM;
		return NULL;
	}
	return TAKE_PTR(f);
}
