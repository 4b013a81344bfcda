/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hkdf: derives keys from a key, by HKDF with SHA-256 (RFC 5869).
 *
 * Pure.  nettle has a function for each of the two steps of the RFC; this
 * module does both.
 */
#ifndef VF_AUTHORITY_HKDF_H
#define VF_AUTHORITY_HKDF_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes that can be derived: 255 times the bytes of a hash. */
#define HKDF_MAX (255 * 32)

/* A sequence of bytes that is an input of HKDF. */
struct hkdf_input {
	const void *b;
	size_t len;
};

/* Derives `len` bytes, HKDF_MAX at most, from the secret, for the purpose that
 * `info` names, and writes them to `to`. */
void hkdf_sha256(struct hkdf_input secret, struct hkdf_input salt,
		 struct hkdf_input info, uint8_t *to, size_t len);

#endif
