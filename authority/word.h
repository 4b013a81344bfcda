/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* word: a signed statement of the administrator about the cluster.
 *
 * A word has a subject (such as "default"), an id to which it sets the subject
 * (such as that of an image), and a version.  Of all words on a subject the one
 * with the highest version is in force.  On the wire and on disk a word is
 * these bytes, big-endian:
 *
 *   1  format, 1
 *   1  length of the subject, then the subject, WORD_SUBJECT_MAX bytes at most
 *      of a-z0-9-
 *   8  version, from 1 to WORD_VERSION_MAX
 *   8  time, in seconds since 1970
 *   8  expiry, in seconds since 1970; 0: none
 *  32  id
 *   2  bytes of all fields, then the fields: each has 2 bytes of type, 2 bytes
 *      of length, and its data.  Types ascend; an unknown one is skipped
 *   2  bytes of the chain, then the chain: words that have no chain of their
 *      own, each after 2 bytes of length
 *  32  the public key of the signer
 *  64  the signature over WORD_CONTEXT, with its NUL, and all bytes above
 *
 * Chain    A word may be signed by another key than the trusted one.  Then the
 *          words of its chain lead, one after the other, from the trusted key
 *          to the key that has signed the word.  A word "key" says that the key
 *          in its id has taken the place of its signer.  A word "delegate"
 *          vouches for the key in its id, which may sign only words on the
 *          subjects in the field WORD_FIELD_SUBJECTS.  Words of the chain
 *          before the first that the trusted key has signed are skipped.
 * Depth    The number of words "key" in the chain, from the trusted key on.
 *          Once a word of some depth is known, words of less depth are refused
 *          (words.h).
 * Expiry   a word has expired when the clock is past `expiry`.  A clock that
 *          shows less than the word's own time is wrong, and by it no word
 *          expires.
 *
 * Pure.  nettle takes some 0.2 ms for a signature.
 */
#ifndef VF_AUTHORITY_WORD_H
#define VF_AUTHORITY_WORD_H

#include <sys/types.h>

#include "authority/key.h"
#include "lib/digest.h"

/* the most bytes that a word may have; a word without a chain has some 170 */
#define WORD_MAX 1024
#define WORD_SUBJECT_MAX 31
#define WORD_CHAIN_MAX 4 /* words in a chain */
#define WORD_VERSION_MAX (UINT64_MAX / 2)
#define WORD_CONTEXT "V-FIELD word"
/* type of the field that lists subjects, separated by commas */
#define WORD_FIELD_SUBJECTS 1
#define WORD_SUBJECTS_MAX 127

/* subject of the words whose id is that of the default image */
#define WORD_DEFAULT "default"
/* The subject of words whose id is that of the image with the cluster's site.
 */
#define WORD_SITE "site"
/* The subjects of words whose id is that of an image with a list of jobs
 * (site/jobs.h): all jobs, and repairs, which a restricted key may sign. */
#define WORD_JOBS "jobs"
#define WORD_REPAIR "repair"
#define WORD_KEY "key"
#define WORD_DELEGATE "delegate"

struct word {
	char subject[WORD_SUBJECT_MAX + 1];
	uint64_t version;
	uint64_t time_s, expires_s; /* seconds since 1970; expires_s 0: never */
	struct digest id;
	/* subjects in a word "delegate", separated by commas; empty in other
	 * words */
	char subjects[WORD_SUBJECTS_MAX + 1];
	struct key_public signer;
	/* the chain's bytes; points into the bytes from which the word was
	 * read */
	const uint8_t *chain;
	size_t nchain; /* bytes of chain */
};

enum word_verdict {
	WORD_GOOD,
	WORD_NONE, /* the bytes are no word */
	/* neither the trusted key nor a chain from it has signed the word */
	WORD_OTHER_KEY,
	WORD_FORGED,      /* a signature of the word or of its chain is wrong */
	WORD_NOT_ALLOWED, /* the signer may not sign words on this subject */
	WORD_EXPIRED,
	WORD_OLD_KEY, /* the signer's key was replaced by another */
	WORD_VERDICTS,
};

/* Returns a text for a message, such as "its signature is wrong". */
const char *word_verdict_text(enum word_verdict v);

bool word_subject_ok(const char *subject);
/* The subjects of words whose id is that of an image, which every node keeps
 * as long as the word is in force; NULL ends the list. */
extern const char *const word_image_subjects[];
/* Reads the bytes of a word into w; verifies no signature.  Returns 0, or -1
 * and EPROTO if the bytes are no word. */
int word_read(const uint8_t *buf, size_t len, struct word *w);
/* Writes the word w, with k's chain and signed by k, to buf, which has room for
 * len bytes.  Returns the number of bytes written; or -1 and EINVAL if w is not
 * valid or too long.
 */
ssize_t word_sign(const struct word *w, const struct key_pair *k, uint8_t *buf,
		  size_t len);
/* Checks that the bytes in buf are a word, that its chain leads from the key
 * `trust` to its signer, that all signatures are right, and that the word has
 * not expired.  If so, sets *w and *depth and returns WORD_GOOD; any other
 * value says why not. */
enum word_verdict word_check(const uint8_t *buf, size_t len,
			     const struct key_public *trust, uint64_t now_s,
			     struct word *w, unsigned *depth);
/* Appends a word to k's chain.  The word must have no chain of its own.
 * Returns 0, or -1 and EINVAL if the bytes are no such word or do not fit. */
int word_chain_add(struct key_pair *k, const uint8_t *buf, size_t len);

#endif
