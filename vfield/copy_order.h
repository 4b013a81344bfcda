/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_order: the command by which `vfield copy` has another machine fetch the
 * image.
 *
 * It is run as RSH... HOST ORDER, as rsync runs its -e: RSH is split at blanks,
 * and ORDER is one argument, a command line for the shell of the other machine
 * in which each word is quoted.
 */
#ifndef VF_VFIELD_COPY_ORDER_H
#define VF_VFIELD_COPY_ORDER_H

#include <stdbool.h>

/* Never asks for a password, since nobody could answer for forty machines. */
#define COPY_RSH_DEFAULT "ssh -T -o BatchMode=yes -o ConnectTimeout=10"

struct copy_order {
	const char *image; /* id, in hexadecimal digits */
	const char *path;  /* the file on the other machines */
	unsigned mode;     /* permissions of that file */
	bool wipe;         /* a device that is not blank is overwritten */
	bool force;        /* a file that is there is replaced */
};

/* Returns the words as a command line for a shell, for free(); NULL: there is
 * no memory.  words ends with NULL. */
char *copy_order_quote(const char *const words[]);
/* Returns the command line of `vfield fetch`, for free(), or NULL. */
char *copy_order_text(const struct copy_order *o);
/* Returns the arguments for execvp, with copies of their texts, for
 * copy_order_free_args.  NULL and errno: ENOMEM; EINVAL: rsh has no word, or
 * too many. */
char **copy_order_args(const char *rsh, const char *host, const char *order);
void copy_order_free_args(char **args);

#endif
