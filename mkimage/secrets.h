/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* secrets: files that do not belong into an image that a whole network reads.
 *
 * Known by their names, their content, or both: accounts' passwords, private
 * keys, keytabs, what VPNs and wireless networks keep, credentials of clouds
 * and servers.  Files of packages, below /usr but not /usr/local, are public
 * and not looked into.
 *
 * Errors  a file that cannot be read is none; lack of memory ends the program.
 */
#ifndef VF_MKIMAGE_SECRETS_H
#define VF_MKIMAGE_SECRETS_H

#include <stddef.h>
#include <stdint.h>

struct secret {
	char *path;
	const char *kind; /* a noun, for a message */
};

struct secrets {
	struct secret *all;
	size_t n;
};

/* Adds a regular file if it is a secret; path: from the source's root on,
 * file: to open it by. */
void secrets_look(struct secrets *s, const char *path, const char *file,
		  uint64_t size);
void secrets_free(struct secrets *s);

/* The kind of secret that a file with this path and content is; NULL: none. */
const char *secret_kind(const char *path, const char *content, size_t len);

#endif
