/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* secrets: finds files that do not belong in an image, which a whole network
 * can read.
 *
 * A secret is known by its name, its content, or both: accounts' passwords,
 * private keys, keytabs, what VPNs and wireless networks keep, credentials for
 * clouds and servers.  Files of packages are public and not looked into: those
 * below /usr (but not /usr/local and /usr/lib/NetworkManager), /lib and /boot.
 *
 * Errors  a file that cannot be read is taken for no secret; running out of
 *         memory ends the program. */
#ifndef VF_MKIMAGE_SECRETS_H
#define VF_MKIMAGE_SECRETS_H

#include <stddef.h>
#include <stdint.h>

struct secret {
	char *path;
	/* noun for a message: "a private key" */
	const char *kind;
};

struct secrets {
	struct secret *all;
	size_t n;
};

/* Adds a regular file of `size` bytes to s if the file is a secret.  path is
 * the file's path from the source's root on; file is the path by which it can
 * be opened. */
void secrets_look(struct secrets *s, const char *path, const char *file,
		  uint64_t size);
void secrets_free(struct secrets *s);

/* Returns what kind of secret a file with this path and content is, or NULL if
 * it is none. */
const char *secret_kind(const char *path, const char *content, size_t len);

#endif
