/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* word: a thing that the administrator has said about the cluster, signed.
 *
 * A word names a subject ("default", later the site and jobs), says by an id
 * what it is set to, and has a version: the newest of a subject is in force.
 * On the wire and on disk it is these bytes, big-endian:
 *
 *   1  format, 1
 *   1  length of the subject, which follows: 1 to WORD_SUBJECT_MAX of a-z0-9-
 *   8  version, from 1 to WORD_VERSION_MAX
 *   8  time, and 8 expiry, seconds since 1970; an expiry of 0 is none
 *  32  id
 *   2  bytes of fields, which follow: each 2 bytes of type, 2 of length, and
 *      its bytes.  Rising types; an unknown one is passed over
 *   2  bytes of the chain, which follows: words that have no chain, each after
 *      2 bytes of length
 *  32  the public key of who has signed it
 *  64  the signature over WORD_CONTEXT, its NUL too, and all bytes before
 *
 * Chain    A word leads from a key that is trusted to the one that has signed
 *          it.  "key" says that another key, its id, has taken the place of its
 *          signer.  "delegate" vouches for a key, its id, that may say only
 *          the subjects of the field WORD_FIELD_SUBJECTS.  What comes before
 *          the first word of the key that is trusted is passed over.
 * Depth    counts how often a key has taken another's place, from the trusted
 *          one on; who has seen a depth takes nothing of less (words.h).
 * Expiry   A clock that runs before the word's own time proves nothing.
 *
 * Pure, but for the arithmetic of nettle: some 0.2 ms a signature.
 */
#ifndef VF_AUTHORITY_WORD_H
#define VF_AUTHORITY_WORD_H

#include <sys/types.h>

#include "authority/key.h"
#include "lib/digest.h"

#define WORD_MAX 1024 /* bytes; a word without a chain takes some 170 */
#define WORD_SUBJECT_MAX 31
#define WORD_CHAIN_MAX 4 /* words */
#define WORD_VERSION_MAX (UINT64_MAX / 2)
#define WORD_CONTEXT "V-FIELD word"
#define WORD_FIELD_SUBJECTS 1 /* names, with commas between */
#define WORD_SUBJECTS_MAX 127

#define WORD_DEFAULT "default" /* id: the image that machines boot */
#define WORD_KEY "key"
#define WORD_DELEGATE "delegate"

struct word {
	char subject[WORD_SUBJECT_MAX + 1];
	uint64_t version;
	uint64_t time_s, expires_s; /* since 1970; expires_s 0: never */
	struct digest id;
	char subjects[WORD_SUBJECTS_MAX + 1]; /* a delegation's; else empty */
	struct key_public signer;
	const uint8_t *chain; /* in the bytes that were read */
	size_t nchain;        /* bytes */
};

enum word_verdict {
	WORD_GOOD,
	WORD_NONE,        /* these bytes are no word */
	WORD_OTHER_KEY,   /* no trusted key has signed it */
	WORD_FORGED,      /* a signature is wrong */
	WORD_NOT_ALLOWED, /* the key that has signed it may not say that */
	WORD_EXPIRED,
	WORD_OLD_KEY, /* another key has taken the place of its signer's */
	WORD_VERDICTS,
};

/* For a message: "a signature is wrong". */
const char *word_verdict_text(enum word_verdict v);

bool word_subject_ok(const char *subject);
/* Reads the bytes, and verifies nothing.  -1, EPROTO: no word. */
int word_read(const uint8_t *buf, size_t len, struct word *w);
/* The word's bytes, signed by the key, with its chain: their number, or -1,
 * EINVAL. */
ssize_t word_sign(const struct word *w, const struct key_pair *k, uint8_t *buf,
		  size_t len);
/* Is this a word that leads back to `trust`?  w and *depth are set if so. */
enum word_verdict word_check(const uint8_t *buf, size_t len,
			     const struct key_public *trust, uint64_t now_s,
			     struct word *w, unsigned *depth);
/* A word without a chain is put at the end of k's chain.  -1, EINVAL: there is
 * no room. */
int word_chain_add(struct key_pair *k, const uint8_t *buf, size_t len);

#endif
