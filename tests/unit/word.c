/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of signed words (authority/word.h).  A word is taken only if every byte
 * of it is signed by the trusted key, or by a key for which the trusted key
 * vouches.  Of the words on one subject the newest is kept. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/key_lock.h"
#include "authority/lists.h"
#include "authority/words.h"

#define NOW 1700000000

static struct key_pair admin, other;

struct bytes {
	uint8_t b[WORD_MAX];
	size_t n;
};

static struct bytes
say(const struct key_pair *k, const char *subject, uint64_t version,
    const void *id, const char *subjects, uint64_t expires_s)
{
	struct word w = {
	    .version = version, .time_s = NOW, .expires_s = expires_s};
	struct bytes to;
	ssize_t n;

	strcpy(w.subject, subject);
	if (subjects != NULL)
		strcpy(w.subjects, subjects);
	memcpy(w.id.b, id, sizeof w.id.b);
	n = word_sign(&w, k, to.b, sizeof to.b);
	assert_true(n > 0);
	to.n = n;
	return to;
}

static const uint8_t image[32] = {1, 2, 3}, image2[32] = {1, 2, 4};

static enum word_verdict
verdict(const struct bytes *b, uint64_t now_s, unsigned *depth)
{
	struct word w;

	return word_check(b->b, b->n, &admin.pub, now_s, &w, depth);
}

/* The keys and the signature are those of RFC 8032, 7.1, TEST 2. */
static void
known_vector(void **state)
{
	static const char secret[] = "4ccd089b28ff96da9db6c346ec114e0f"
				     "5b8a319f35aba624da8cf6ed4fb8a6fb",
			  pub[] = "3d4017c3e843895a92b70aa74d1b7ebc"
				  "9c982ccf2ec4968cc0cd55f12af4660c";
	static const char *const halves[] = {
	    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"};
	uint8_t signature[KEY_SIGNATURE];
	struct key_public raw;
	struct key_pair k;
	char text[KEY_TEXT];

	assert_int_equal(key_parse(secret, &raw), 0);
	key_from_secret(&k, raw.b);
	assert_string_equal(key_text(&k.pub, text), pub);
	key_sign(&k, "\x72", 1, signature);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(key_parse(halves[i], &raw), 0);
		assert_memory_equal(signature + 32 * i, raw.b, 32);
	}
	assert_true(key_verify(&k.pub, "\x72", 1, signature));
	assert_false(key_verify(&k.pub, "\x73", 1, signature));
}

static void
every_byte_counts(void **state)
{
	struct bytes b = say(&admin, WORD_DEFAULT, 5, image, NULL, 0), bad;
	struct word w;
	unsigned depth = 9;

	assert_int_equal(verdict(&b, NOW, &depth), WORD_GOOD);
	assert_int_equal(depth, 0);
	assert_int_equal(word_read(b.b, b.n, &w), 0);
	assert_string_equal(w.subject, WORD_DEFAULT);
	assert_int_equal(w.version, 5);
	assert_int_equal(w.time_s, NOW);
	assert_memory_equal(w.id.b, image, sizeof image);
	for (size_t i = 0; i < b.n; i++) {
		bad = b;
		bad.b[i] ^= 0x40;
		assert_int_not_equal(verdict(&bad, NOW, &depth), WORD_GOOD);
		bad = b;
		bad.n = i;
		assert_int_equal(verdict(&bad, NOW, &depth), WORD_NONE);
	}
	bad = b;
	bad.n++;
	assert_int_equal(verdict(&bad, NOW, &depth), WORD_NONE);
	b = say(&other, WORD_DEFAULT, 5, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_OTHER_KEY);
}

static void
expires(void **state)
{
	struct bytes b = say(&admin, WORD_DEFAULT, 5, image, NULL, NOW + 10);
	unsigned depth;

	assert_int_equal(verdict(&b, NOW + 10, &depth), WORD_GOOD);
	assert_int_equal(verdict(&b, NOW + 11, &depth), WORD_EXPIRED);
	/* at time 0, as on a machine without a clock, no word has expired */
	assert_int_equal(verdict(&b, 0, &depth), WORD_GOOD);
}

static void
delegated(void **state)
{
	struct bytes vouch, b;
	struct key_pair k = other;
	unsigned depth;

	vouch = say(&admin, WORD_DELEGATE, 1, other.pub.b, "repair,jobs",
		    NOW + 100);
	assert_int_equal(word_chain_add(&k, vouch.b, vouch.n), 0);
	b = say(&k, "repair", 1, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_GOOD);
	assert_int_equal(verdict(&b, NOW + 101, &depth), WORD_EXPIRED);
	b = say(&k, "jobs", 1, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_GOOD);
	b = say(&k, WORD_DEFAULT, 1, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_NOT_ALLOWED);
	b = say(&k, "job", 1, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_NOT_ALLOWED);
	/* a restricted key can neither vouch for a key nor name a new one */
	b = say(&k, WORD_DELEGATE, 2, other.pub.b, WORD_DEFAULT, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_NOT_ALLOWED);
	b = say(&k, WORD_KEY, 2, other.pub.b, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_NOT_ALLOWED);
	/* a key cannot vouch for itself */
	k = other;
	vouch = say(&other, WORD_DELEGATE, 1, other.pub.b, WORD_DEFAULT, 0);
	assert_int_equal(word_chain_add(&k, vouch.b, vouch.n), 0);
	b = say(&k, WORD_DEFAULT, 1, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_OTHER_KEY);
}

static void
rotated(void **state)
{
	struct words *ws = words_new(&admin.pub);
	struct bytes step = say(&admin, WORD_KEY, 1, other.pub.b, NULL, 0), b;
	struct key_pair k = other;
	struct word w;
	unsigned depth;
	bool news;

	assert_int_equal(word_chain_add(&k, step.b, step.n), 0);
	b = say(&k, WORD_DEFAULT, 2, image, NULL, 0);
	assert_int_equal(verdict(&b, NOW, &depth), WORD_GOOD);
	assert_int_equal(depth, 1);
	/* For a machine that trusts the new key, the chain's word that names
	 * the new key does not count in `depth`. */
	assert_int_equal(word_check(b.b, b.n, &other.pub, NOW, &w, &depth),
			 WORD_GOOD);
	assert_int_equal(depth, 0);
	/* words of the old key are taken until the word that names the new key
	 * has come */
	b = say(&admin, WORD_DEFAULT, 1, image, NULL, 0);
	assert_int_equal(words_take(ws, b.b, b.n, NOW, &news), WORD_GOOD);
	assert_true(news);
	assert_int_equal(words_take(ws, step.b, step.n, NOW, &news), WORD_GOOD);
	b = say(&admin, WORD_DEFAULT, 3, image, NULL, 0);
	assert_int_equal(words_take(ws, b.b, b.n, NOW, &news), WORD_OLD_KEY);
	b = say(&k, WORD_DEFAULT, 2, image2, NULL, 0);
	assert_int_equal(words_take(ws, b.b, b.n, NOW, &news), WORD_GOOD);
	assert_true(news);
	words_free(ws);
}

static void
newest_stays(void **state)
{
	struct words *a = words_new(&admin.pub), *b = words_new(&admin.pub);
	struct bytes w1 = say(&admin, WORD_DEFAULT, 1, image, NULL, 0),
		     w2 = say(&admin, WORD_DEFAULT, 2, image, NULL, 0),
		     w2b = say(&admin, WORD_DEFAULT, 2, image2, NULL, 0),
		     site = say(&admin, "site", 1, image, NULL, 0);
	const struct bytes *order[] = {&w1, &w2, &w2b, &site};
	uint64_t from = 0;
	size_t len;
	bool news;

	for (int i = 0; i < 4; i++) {
		words_take(a, order[i]->b, order[i]->n, NOW, &news);
		assert_true(news);
		words_take(b, order[3 - i]->b, order[3 - i]->n, NOW, &news);
		assert_int_equal(news, i < 2);
	}
	for (int i = 0; i < 2; i++) {
		const struct word *w = words_get(i == 0 ? a : b, WORD_DEFAULT);

		assert_int_equal(w->version, 2);
		assert_memory_equal(w->id.b, image2, sizeof image2);
		assert_non_null(words_get(i == 0 ? a : b, "site"));
	}
	assert_non_null(words_next(a, &from, &len));
	assert_int_equal(len, w2b.n);
	assert_non_null(words_next(a, &from, &len));
	assert_null(words_next(a, &from, &len));
	words_free(a);
	words_free(b);
	/* without a trusted key no word is taken */
	a = words_new(NULL);
	assert_int_equal(words_take(a, w1.b, w1.n, NOW, &news), WORD_OTHER_KEY);
	assert_null(words_get(a, WORD_DEFAULT));
	words_free(a);
}

/* Cuts the file at path, byte by byte, and checks that the key in dir cannot be
 * read before the file is gone. */
/* A locked key that was made with Python's hashlib and cryptography. */
static void
locked(void **state)
{
	static const char text[] = "locked 1 9 000102030405060708090a0b0c0d0e0f"
				   " 000102030405060708090a0b "
				   "3b457933efcc81ccb689c24f374ba42b"
				   "2919c6a4e789c9ad6d4eb5cec1540560"
				   "42443d6d04d5146dee1e16dcb0176f91";
	uint8_t secret[KEY_BYTES];
	char again[KEY_LOCK_TEXT], bad[KEY_LOCK_TEXT + 1];
	struct key_public want;
	struct key_lock l;

	assert_true(key_lock_is(text));
	assert_int_equal(key_lock_parse(text, &l), 0);
	assert_string_equal(key_lock_text(&l, again), text);
	assert_int_equal(key_unlock(&l, "correct horse", secret), 0);
	assert_int_equal(key_parse("4ccd089b28ff96da9db6c346ec114e0f"
				   "5b8a319f35aba624da8cf6ed4fb8a6fb",
				   &want),
			 0);
	assert_memory_equal(secret, want.b, sizeof secret);
	assert_int_equal(key_unlock(&l, "correct cow", secret), -1);
	assert_int_equal(errno, EKEYREJECTED);
	for (size_t i = 0; i <= strlen(text); i++) {
		/* the text is cut off, and then has a character too many */
		snprintf(bad, sizeof bad, "%.*s%s", (int)i, text,
			 i == strlen(text) ? "0" : "");
		assert_int_equal(key_lock_parse(bad, &l), -1);
	}
	assert_int_equal(key_lock_parse("locked 1 10000001 00 00 00", &l), -1);
}

static void
check_cut_off(const char *dir, const char *path)
{
	struct key_pair k;
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	for (off_t len = st.st_size - 1; len >= 0; len--) {
		assert_int_equal(truncate(path, len), 0);
		memset(&k, 0, sizeof k);
		assert_int_equal(key_read(dir, &k), -1);
		assert_int_equal(errno, EINVAL);
	}
	unlink(path);
	assert_int_equal(key_read(dir, &k), 0);
}

static void
files(void **state)
{
	char dir[] = "/tmp/word.XXXXXX", path[64];
	struct words *a = words_new(&admin.pub), *b = words_new(&admin.pub),
		     *c = words_new(&other.pub);
	struct bytes w = say(&admin, WORD_DEFAULT, 7, image, NULL, 0);
	char in[64];
	struct key_pair k;
	unsigned refused;
	struct stat st;
	bool news;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/words", dir);
	words_take(a, w.b, w.n, NOW, &news);
	assert_int_equal(words_save(a, path), 0);
	assert_int_equal(words_load(b, path, NOW, &refused), 1);
	assert_int_equal(refused, 0);
	assert_int_equal(words_get(b, WORD_DEFAULT)->version, 7);
	assert_int_equal(words_load(c, path, NOW, &refused), 0);
	assert_int_equal(refused, 1);
	words_free(a);
	words_free(b);
	words_free(c);
	unlink(path);
	/* keys are written to files and read again */
	k = other;
	assert_int_equal(word_chain_add(&k, w.b, w.n), 0);
	snprintf(path, sizeof path, "%s/k", dir);
	assert_int_equal(key_write(path, &k, false), 0);
	assert_int_equal(key_write(path, &admin, false), -1);
	assert_int_equal(errno, EEXIST);
	memset(&k, 0, sizeof k);
	assert_int_equal(key_read(path, &k), 0);
	assert_true(key_equal(&k.pub, &other.pub));
	assert_int_equal(k.nchain, w.n + 2);
	snprintf(path, sizeof path, "%s/k/key.chain", dir);
	snprintf(in, sizeof in, "%s/k", dir);
	check_cut_off(in, path);
	assert_int_equal(key_write(in, &admin, true), 0);
	snprintf(path, sizeof path, "%s/k/key.old", dir);
	assert_int_equal(key_read(path, &k), 0);
	assert_true(key_equal(&k.pub, &other.pub));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* a private key that others may read is refused */
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(key_read(path, &k), -1);
	assert_int_equal(errno, EPERM);
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = {"key", "key.old", "key.pub",
						    "key.chain"};

		snprintf(path, sizeof path, "%s/k/%s", dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/k", dir);
	rmdir(path);
	assert_int_equal(rmdir(dir), 0);
}

/* A list is superseded by a newer word on its subject alone, and no image that
 * merely has a similar name, or more bytes than a list. */
static void
superseded_lists(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
		bool old;
	} images[] = {
	    {"jobs-1796089978", 200, true},
	    {"jobs-1796089980", 200, false},
	    {"jobs-1796089981", 200, false},
	    {"repair-1796089978", 200, false},
	    {"jobs-1796089978", LISTS_BYTES_MAX + 1, false},
	    {"jobs-2", 200, false},
	    {"jobs-01796089978", 200, false},
	    {"jobs-1796089978a", 200, false},
	    {"jobs-", 200, false},
	    {"jobs", 200, false},
	};
	struct bytes b = say(&admin, "jobs", 1796089980, image, NULL, 0);
	struct words *ws = words_new(&admin.pub);
	struct digest said, another;
	char name[LISTS_NAME_MAX];
	bool news;

	(void)state;
	memcpy(said.b, image, sizeof said.b);
	memcpy(another.b, image2, sizeof another.b);
	assert_false(lists_superseded(ws, images[0].name, 200, &another));
	assert_int_equal(words_take(ws, b.b, b.n, NOW, &news), WORD_GOOD);
	for (size_t i = 0; i < sizeof images / sizeof *images; i++)
		assert_int_equal(lists_superseded(ws, images[i].name,
						  images[i].size, &another),
				 images[i].old);
	assert_false(lists_superseded(ws, images[0].name, 200, &said));
	words_free(ws);
	assert_string_equal(lists_name(name, "repair", UINT64_MAX),
			    "repair-18446744073709551615");
	assert_true(lists_version(name, "repair") == UINT64_MAX);
	assert_true(lists_version(name, "jobs") == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_vector),
					   cmocka_unit_test(every_byte_counts),
					   cmocka_unit_test(expires),
					   cmocka_unit_test(delegated),
					   cmocka_unit_test(rotated),
					   cmocka_unit_test(newest_stays),
					   cmocka_unit_test(locked),
					   cmocka_unit_test(files),
					   cmocka_unit_test(superseded_lists)};

	if (key_make(&admin) == -1 || key_make(&other) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
