/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster_key: the secret of which all nodes of a closed cluster have a copy.
 *
 * The file has a line of 64 hexadecimal digits for each key: one, or, while a
 * key is replaced, the older and the newer one.  A node accepts both, and
 * itself uses the first.  So the newer key is added everywhere before the older
 * one is retired anywhere.
 *
 * No key is used itself: for each use another one is derived from it
 * (CLUSTER_USE_...), and programs are given a file of derived keys alone, as
 * nbdkit and GnuTLS want it: lines IDENTITY:DIGITS.  The identity is derived
 * from the key too; it tells two keys apart, and nothing else of them.
 *
 * Errors   a function that fails returns -1 and sets errno; EINVAL: the file is
 *          not as above; EPERM: other users may open it.
 */
#ifndef VF_AUTHORITY_CLUSTER_KEY_H
#define VF_AUTHORITY_CLUSTER_KEY_H

#include <stddef.h>
#include <stdint.h>

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

/* Derives len bytes, HKDF_MAX at most, for a use, one of CLUSTER_USE_.... */
void cluster_key_derive(const struct cluster_key *k, const char *use,
			uint8_t *to, size_t len);
/* Writes the key's identity, NUL-terminated.  Returns `to`. */
char *cluster_key_identity(const struct cluster_key *k,
			   char to[CLUSTER_IDENTITY]);
/* Writes the file of the keys derived for a use, with mode 0600.  A reader of
 * the file sees the old or the new one, never a part. */
int cluster_keys_write_for(const char *path, const struct cluster_keys *ks,
			   const char *use);

#endif
