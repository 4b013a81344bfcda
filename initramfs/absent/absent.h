/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* absent: stands in for a library that is not in the initramfs.
 *
 * Some programs are linked with libraries whose functions no machine needs that
 * boots from the initramfs.  Every machine would have to fetch such a library,
 * unpack it and keep it in memory.  Instead a file LIBRARY.c stands in for it,
 * and defines all symbols that the programs need.  Functions that a program
 * calls at each start do nothing; a call of any other function ends the program
 * with a message. */
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
