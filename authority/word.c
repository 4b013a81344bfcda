/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/word.h"

#include <errno.h>
#include <string.h>

#include "lib/codec.h"

#define FORMAT 1
#define TEXT_MAX (sizeof WORD_CONTEXT + WORD_MAX)

const char *const word_image_subjects[] = {WORD_DEFAULT, WORD_SITE, WORD_JOBS,
					   WORD_REPAIR, NULL};

const char *
word_verdict_text(enum word_verdict v)
{
	static const char *const texts[WORD_VERDICTS] = {
	    [WORD_GOOD] = "it is good",
	    [WORD_NONE] = "it is no word",
	    [WORD_OTHER_KEY] = "the key that is trusted has not signed it",
	    [WORD_FORGED] = "its signature is wrong",
	    [WORD_NOT_ALLOWED] = "the key that has signed it may not say it",
	    [WORD_EXPIRED] = "it has expired",
	    [WORD_OLD_KEY] = "another key has taken the place of its key",
	};

	return texts[v];
}

bool
word_subject_ok(const char *subject)
{
	size_t n = strspn(subject, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n >= 1 && n <= WORD_SUBJECT_MAX && subject[n] == '\0';
}

static void
read_subject(struct reader *r, struct word *w)
{
	uint8_t len = read_u8(r);

	if (len > WORD_SUBJECT_MAX) {
		r->failed = true;
		return;
	}
	read_bytes(r, w->subject, len);
	if (!word_subject_ok(w->subject) || strlen(w->subject) != len)
		r->failed = true;
}

/* Returns true if list consists of valid subjects, separated by commas. */
static bool
subjects_ok(const char *list)
{
	char one[WORD_SUBJECT_MAX + 1];
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (n >= sizeof one)
			return false;
		memcpy(one, list, n);
		one[n] = '\0';
		if (!word_subject_ok(one))
			return false;
		if (list[n] == '\0')
			return true;
	}
}

static void
read_subjects(struct reader *r, struct word *w, uint16_t len)
{
	if (len > WORD_SUBJECTS_MAX) {
		r->failed = true;
		return;
	}
	read_bytes(r, w->subjects, len);
	if (strlen(w->subjects) != len || !subjects_ok(w->subjects))
		r->failed = true;
}

static void
read_fields(struct reader *r, struct word *w)
{
	uint16_t len = read_u16(r);
	const uint8_t *fields = read_view(r, len);
	struct reader f = reader_init(fields, fields != NULL ? len : 0);
	int last = 0;

	while (f.left > 0 && !f.failed) {
		int type = read_u16(&f);
		uint16_t n = read_u16(&f);

		f.failed |= type <= last;
		last = type;
		if (type == WORD_FIELD_SUBJECTS)
			read_subjects(&f, w, n);
		else
			read_view(&f, n);
	}
	r->failed |= f.failed;
}

/* Reads the bytes of a word into w.  Returns the place of the signature in buf;
 * NULL: the bytes are no word. */
static const uint8_t *
read_word(const uint8_t *buf, size_t len, struct word *w)
{
	struct reader r = reader_init(buf, len);
	const uint8_t *signature;
	uint16_t nchain;

	memset(w, 0, sizeof *w);
	if (len > WORD_MAX || read_u8(&r) != FORMAT)
		return NULL;
	read_subject(&r, w);
	w->version = read_u64(&r);
	w->time_s = read_u64(&r);
	w->expires_s = read_u64(&r);
	read_bytes(&r, w->id.b, sizeof w->id.b);
	read_fields(&r, w);
	nchain = read_u16(&r);
	w->chain = read_view(&r, nchain);
	w->nchain = nchain;
	read_bytes(&r, w->signer.b, sizeof w->signer.b);
	signature = read_view(&r, KEY_SIGNATURE);
	if (!reader_done(&r) || w->version == 0 ||
	    w->version > WORD_VERSION_MAX)
		return NULL;
	return signature;
}

int
word_read(const uint8_t *buf, size_t len, struct word *w)
{
	if (read_word(buf, len, w) != NULL)
		return 0;
	errno = EPROTO;
	return -1;
}

/* Writes to text the bytes that a word's signature signs: WORD_CONTEXT and the
 * first len bytes of the word.  Returns how many bytes these are. */
static size_t
signed_text(const uint8_t *buf, size_t len, uint8_t text[TEXT_MAX])
{
	memcpy(text, WORD_CONTEXT, sizeof WORD_CONTEXT);
	memcpy(text + sizeof WORD_CONTEXT, buf, len);
	return sizeof WORD_CONTEXT + len;
}

ssize_t
word_sign(const struct word *w, const struct key_pair *k, uint8_t *buf,
	  size_t len)
{
	struct writer o = writer_init(buf, len < WORD_MAX ? len : WORD_MAX);
	uint8_t text[TEXT_MAX], signature[KEY_SIGNATURE];
	size_t n = strlen(w->subjects);
	struct word again;

	write_u8(&o, FORMAT);
	write_u8(&o, strlen(w->subject));
	write_bytes(&o, w->subject, strlen(w->subject));
	write_u64(&o, w->version);
	write_u64(&o, w->time_s);
	write_u64(&o, w->expires_s);
	write_bytes(&o, w->id.b, sizeof w->id.b);
	write_u16(&o, n > 0 ? 4 + n : 0);
	if (n > 0) {
		write_u16(&o, WORD_FIELD_SUBJECTS);
		write_u16(&o, n);
		write_bytes(&o, w->subjects, n);
	}
	write_u16(&o, k->nchain);
	write_bytes(&o, k->chain, k->nchain);
	write_bytes(&o, k->pub.b, sizeof k->pub.b);
	if (!o.failed) {
		n = signed_text(buf, o.wrote, text);
		key_sign(k, text, n, signature);
		write_bytes(&o, signature, sizeof signature);
	}
	if (!o.failed && word_read(buf, o.wrote, &again) == 0)
		return o.wrote;
	errno = EINVAL;
	return -1;
}

/* A walk along the chain of a word, from the trusted key to the signer. */
struct walk {
	struct key_public key; /* the key that must have signed the next word */
	/* subjects on which `key` may sign words; empty: all */
	char subjects[WORD_SUBJECTS_MAX + 1];
	unsigned depth;
	bool begun;
	uint64_t now_s;
};

static bool
names(const char *list, const char *subject)
{
	size_t n = strlen(subject);

	for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
		if (strncmp(list, subject, n) == 0 &&
		    (list[n] == ',' || list[n] == '\0'))
			return true;
	return false;
}

/* Returns true if the key a->key may sign words on the subject.  A restricted
 * key can never vouch for another key. */
static bool
allowed(const struct walk *a, const char *subject)
{
	if (a->subjects[0] == '\0')
		return true;
	return strcmp(subject, WORD_KEY) != 0 &&
	       strcmp(subject, WORD_DELEGATE) != 0 &&
	       names(a->subjects, subject);
}

static enum word_verdict
check_one(const struct walk *a, const uint8_t *buf, size_t len, struct word *w)
{
	const uint8_t *signature = read_word(buf, len, w);
	uint8_t text[TEXT_MAX];
	size_t n;

	if (signature == NULL)
		return WORD_NONE;
	if (!key_equal(&w->signer, &a->key))
		return WORD_OTHER_KEY;
	if (!allowed(a, w->subject))
		return WORD_NOT_ALLOWED;
	if (w->expires_s != 0 && a->now_s > w->expires_s)
		return WORD_EXPIRED;
	n = signed_text(buf, signature - buf, text);
	return key_verify(&w->signer, text, n, signature) ? WORD_GOOD
							  : WORD_FORGED;
}

/* Checks the next word of the chain, the bytes in buf, and makes the key in
 * that word's id the key of the walk. */
static enum word_verdict
step(struct walk *a, const uint8_t *buf, size_t len)
{
	struct word w;
	enum word_verdict v = check_one(a, buf, len, &w);

	if (v == WORD_OTHER_KEY && !a->begun)
		return WORD_GOOD;
	if (v != WORD_GOOD)
		return v;
	if (w.nchain > 0)
		return WORD_NONE;
	if (strcmp(w.subject, WORD_KEY) == 0)
		a->depth++;
	else if (strcmp(w.subject, WORD_DELEGATE) == 0 && w.subjects[0] != '\0')
		memcpy(a->subjects, w.subjects, sizeof a->subjects);
	else
		return WORD_NONE;
	memcpy(a->key.b, w.id.b, sizeof a->key.b);
	a->begun = true;
	return WORD_GOOD;
}

static enum word_verdict
follow(struct walk *a, const uint8_t *chain, size_t len)
{
	struct reader r = reader_init(chain, len);
	enum word_verdict v = WORD_GOOD;

	for (int i = 0; v == WORD_GOOD && r.left > 0; i++) {
		uint16_t n = read_u16(&r);
		const uint8_t *one = read_view(&r, n);

		if (one == NULL || i == WORD_CHAIN_MAX)
			return WORD_NONE;
		v = step(a, one, n);
	}
	return r.failed ? WORD_NONE : v;
}

enum word_verdict
word_check(const uint8_t *buf, size_t len, const struct key_public *trust,
	   uint64_t now_s, struct word *w, unsigned *depth)
{
	struct walk a = {.key = *trust, .now_s = now_s};
	enum word_verdict v;

	if (word_read(buf, len, w) == -1)
		return WORD_NONE;
	v = follow(&a, w->chain, w->nchain);
	if (v == WORD_GOOD)
		v = check_one(&a, buf, len, w);
	if (v == WORD_GOOD)
		*depth = a.depth;
	return v;
}

int
word_chain_add(struct key_pair *k, const uint8_t *buf, size_t len)
{
	struct writer o =
	    writer_init(k->chain + k->nchain, sizeof k->chain - k->nchain);
	struct word w;

	if (word_read(buf, len, &w) == 0 && w.nchain == 0) {
		write_u16(&o, len);
		write_bytes(&o, buf, len);
		if (!o.failed) {
			k->nchain += o.wrote;
			return 0;
		}
	}
	errno = EINVAL;
	return -1;
}
