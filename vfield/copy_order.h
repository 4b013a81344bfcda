/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_order: writes the command by which `vfield copy` has another machine
 * fetch the image.
 *
 * The command is RSH... HOST ORDER, as rsync runs its -e: RSH is split at
 * blanks, and ORDER is one argument, a command line for the shell of the other
 * machine in which each word is quoted. */
#ifndef VF_VFIELD_COPY_ORDER_H
#define VF_VFIELD_COPY_ORDER_H

#include <stdbool.h>

/* ssh must not ask for a password, since nobody could type one for forty
 * machines. */
#define COPY_RSH_DEFAULT "ssh -T -o BatchMode=yes -o ConnectTimeout=10"

struct copy_order {
	const char *image; /* the image's id, in hexadecimal digits */
	const char *path;  /* the file on the other machines */
	unsigned mode;     /* permissions of that file */
	/* true: a device is overwritten even if it is not blank */
	bool wipe;
	bool force; /* true: an existing file is replaced */
};

/* Returns the words as a command line for a shell, for free(); NULL: there is
 * no memory.  words ends with NULL. */
char *copy_order_quote(const char *const words[]);
/* Returns the command line of `vfield fetch` for the order o, for free(); NULL:
 * there is no memory. */
char *copy_order_text(const struct copy_order *o);
/* Splits rsh at blanks, and returns its words, host and order as arguments for
 * execvp, to be freed by copy_order_free_args.  Returns NULL and sets errno on
 * failure: ENOMEM, or EINVAL: rsh has no word, or too many. */
char **copy_order_args(const char *rsh, const char *host, const char *order);
void copy_order_free_args(char **args);

#endif
