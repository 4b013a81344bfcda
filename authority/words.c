/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/hex.h"
#include "lib/write_anew.h"

struct held {
	/* the word parsed from `bytes`; its chain points into `bytes` */
	struct word word;
	/* the word's number, counted in the order in which words were taken; 0:
	 * this struct is free */
	uint64_t change;
	size_t len;
	uint8_t bytes[WORD_MAX];
};

struct words {
	bool trusts;
	struct key_public trust;
	unsigned depth; /* words whose depth (word.h) is less are refused */
	uint64_t change;
	struct held all[WORDS_MAX];
};

struct words *
words_new(const struct key_public *trust)
{
	struct words *ws = calloc(1, sizeof *ws);

	if (ws != NULL && trust != NULL) {
		ws->trusts = true;
		ws->trust = *trust;
	}
	return ws;
}

void
words_free(struct words *ws)
{
	free(ws);
}

const struct key_public *
words_trust(const struct words *ws)
{
	return ws->trusts ? &ws->trust : NULL;
}

static struct held *
find(const struct words *ws, const char *subject)
{
	for (size_t i = 0; i < WORDS_MAX; i++)
		if (ws->all[i].change != 0 &&
		    strcmp(ws->all[i].word.subject, subject) == 0)
			return (struct held *)&ws->all[i];
	return NULL;
}

static struct held *
room(struct words *ws)
{
	for (size_t i = 0; i < WORDS_MAX; i++)
		if (ws->all[i].change == 0)
			return &ws->all[i];
	return NULL;
}

static bool
newer(const struct word *a, const struct word *b)
{
	if (a->version != b->version)
		return a->version > b->version;
	return memcmp(a->id.b, b->id.b, sizeof a->id.b) > 0;
}

static void
put(struct words *ws, struct held *h, const uint8_t *buf, size_t len)
{
	h->change = ++ws->change;
	h->len = len;
	memcpy(h->bytes, buf, len);
	(void)word_read(h->bytes, len, &h->word);
}

enum word_verdict
words_take(struct words *ws, const uint8_t *buf, size_t len, uint64_t now_s,
	   bool *news)
{
	struct word w;
	struct held *h;
	enum word_verdict v;
	unsigned depth;

	*news = false;
	if (word_read(buf, len, &w) == -1)
		return WORD_NONE;
	if (!ws->trusts)
		return WORD_OTHER_KEY;
	h = find(ws, w.subject);
	if (h != NULL && !newer(&w, &h->word))
		return WORD_GOOD;
	v = word_check(buf, len, &ws->trust, now_s, &w, &depth);
	if (v != WORD_GOOD)
		return v;
	if (depth < ws->depth)
		return WORD_OLD_KEY;
	if (h == NULL)
		h = room(ws);
	if (h == NULL)
		return WORD_NOT_ALLOWED;
	ws->depth = depth + (strcmp(w.subject, WORD_KEY) == 0);
	put(ws, h, buf, len);
	*news = true;
	return WORD_GOOD;
}

const struct word *
words_get(const struct words *ws, const char *subject)
{
	const struct held *h = find(ws, subject);

	return h != NULL ? &h->word : NULL;
}

const uint8_t *
words_next(const struct words *ws, uint64_t *from, size_t *len)
{
	const struct held *next = NULL;

	for (size_t i = 0; i < WORDS_MAX; i++)
		if (ws->all[i].change > *from &&
		    (next == NULL || ws->all[i].change < next->change))
			next = &ws->all[i];
	if (next == NULL)
		return NULL;
	*from = next->change;
	*len = next->len;
	return next->bytes;
}

/* Functions for files of words. */

static void
print_words(FILE *f, const void *ctx)
{
	const struct words *ws = ctx;
	char digits[2 * WORD_MAX + 1];
	const uint8_t *bytes;
	uint64_t from = 0;
	size_t len;

	while ((bytes = words_next(ws, &from, &len)) != NULL) {
		hex_write(bytes, len, digits);
		fprintf(f, "%s\n", digits);
	}
}

int
words_save(const struct words *ws, const char *path)
{
	return write_anew(path, print_words, ws);
}

size_t
words_parse(const char *line, uint8_t buf[WORD_MAX])
{
	size_t digits = strspn(line, "0123456789abcdefABCDEF");

	if (digits % 2 != 0 || digits / 2 > WORD_MAX ||
	    line[digits + strspn(line + digits, "\r\n")] != '\0' ||
	    !hex_read(line, buf, digits / 2))
		return 0;
	return digits / 2;
}

int
words_load(struct words *ws, const char *path, uint64_t now_s,
	   unsigned *refused)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[2 * WORD_MAX + 3];
	uint8_t buf[WORD_MAX];
	int taken = 0;
	bool news;

	*refused = 0;
	if (f == NULL)
		return -1;
	while (fgets(line, sizeof line, f) != NULL) {
		size_t len = words_parse(line, buf);

		if (line[0] == '\n' || line[0] == '#')
			continue;
		if (words_take(ws, buf, len, now_s, &news) == WORD_GOOD)
			taken++;
		else
			++*refused;
	}
	return ferror(f) ? -1 : taken;
}
