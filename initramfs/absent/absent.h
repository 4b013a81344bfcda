/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* absent: a library that is not in the initramfs.
 *
 * What programs link for the sake of something that no machine does which
 * boots from here would be fetched, unpacked, started and kept in memory by
 * all of them.  A file LIBRARY.c stands for such a library: it has the names
 * that the programs want, and answers those that they call all the same; who
 * calls another one is ended, and it is said why.
 */
#ifndef VF_INITRAMFS_ABSENT_ABSENT_H
#define VF_INITRAMFS_ABSENT_ABSENT_H

#include <stdio.h>
#include <stdlib.h>

static inline void __attribute__((noreturn)) absent(const char *name)
{
	fprintf(stderr, "%s: its library is not in the initramfs\n", name);
	abort();
}

#define ABSENT(name)                                                           \
	void name(void);                                                       \
	void name(void)                                                        \
	{                                                                      \
		absent(#name);                                                 \
	}

#endif
