/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster_key: reads and writes the cluster key, a secret of which all nodes of
 * a closed cluster have a copy, and derives keys from it.
 *
 * The file has a line of 64 hexadecimal digits for each key.  Usually there is
 * one; while a key is being replaced, there are two, the older one first.  A
 * node accepts both, and itself uses the first.  So the newer key must be added
 * on all nodes before the older one is removed on any.
 *
 * The cluster key itself is never used: for each use (CLUSTER_USE_...) another
 * key is derived from it.  Programs get only a file of derived keys, in the
 * form that nbdkit and GnuTLS want: lines IDENTITY:DIGITS.  The identity is
 * derived from the cluster key, too; it only tells which of two keys is
 * meant.
 *
 * Errors   a function that fails returns -1 and sets errno; EINVAL: the file is
 *          not as above; EPERM: other users may open it.
 */
#ifndef VF_AUTHORITY_CLUSTER_KEY_H
#define VF_AUTHORITY_CLUSTER_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/write_anew.h"

#define CLUSTER_KEY_FILE "/etc/vfield/cluster.key"
#define CLUSTER_KEY_BYTES 32
#define CLUSTER_KEYS_MAX 2
/* Bytes of an identity, with the NUL. */
#define CLUSTER_IDENTITY 24

/* Uses for which keys are derived: NBD between nodes, the member's frames, and
 * the packets of corosync. */
#define CLUSTER_USE_NBD "vfield nbd"
#define CLUSTER_USE_MEMBER "vfield member"
#define CLUSTER_USE_COROSYNC "vfield corosync"

struct cluster_key {
	uint8_t b[CLUSTER_KEY_BYTES];
};

struct cluster_keys {
	size_t n; /* 1 to CLUSTER_KEYS_MAX */
	struct cluster_key key[CLUSTER_KEYS_MAX];
};

/* Makes a key from the kernel's random numbers. */
int cluster_key_make(struct cluster_key *k);
/* Reads the file at path, or, if that is "-", the standard input. */
int cluster_keys_read(const char *path, struct cluster_keys *ks);
/* Writes the file at path anew, with mode 0400. */
int cluster_keys_write(const char *path, const struct cluster_keys *ks);

/* Derives from k, for the given use (CLUSTER_USE_...), len bytes, HKDF_MAX at
 * most. */
void cluster_key_derive(const struct cluster_key *k, const char *use,
			uint8_t *to, size_t len);
/* Writes the key's identity, NUL-terminated.  Returns `to`. */
char *cluster_key_identity(const struct cluster_key *k,
			   char to[CLUSTER_IDENTITY]);
/* Writes a file of the keys derived for the given use, which has the owner and
 * the mode of `as` from its beginning.  Whoever reads the file meanwhile gets
 * either the old one or the new one. */
int cluster_keys_write_for(const char *path, const struct cluster_keys *ks,
			   const char *use, const struct write_anew_as *as);

#endif
