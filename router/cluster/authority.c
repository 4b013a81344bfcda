/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/authority.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/regain.h"

#define LAST_TEXT 256

struct authority {
	struct words *words;
	char *kept[2]; /* paths of the two files in which words are saved */
	uint64_t refused;
	/* told[i]: a word that was refused for reason i (enum word_verdict) was
	 * logged; the last entry is for unsigned words */
	bool told[WORD_VERDICTS + 1];
	char last[LAST_TEXT];
};

static void
load(struct authority *a, const char *path)
{
	unsigned refused;

	if (words_load(a->words, path, time(NULL), &refused) == -1) {
		if (errno != ENOENT)
			log_warn("%s: %s", path, strerror(errno));
		return;
	}
	if (refused > 0)
		log_warn("%s: %u of the words there are not signed by the "
			 "trusted key, or are no more in force",
			 path, refused);
}

struct authority *
authority_new(const struct authority_setup *s)
{
	struct authority *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->words = words_new(s->trust);
	if (a->words == NULL) {
		free(a);
		return NULL;
	}
	if (s->trust == NULL)
		return a;
	a->kept[0] = path_in(s->run_dir, "words");
	a->kept[1] = path_in(s->store_dir, "words");
	for (int i = 0; i < 2; i++)
		load(a, a->kept[i]);
	if (s->first != NULL) {
		const uid_t user = regain_root();

		load(a, s->first);
		regain_end(user);
	}
	return a;
}

void
authority_free(struct authority *a)
{
	if (a == NULL)
		return;
	words_free(a->words);
	free(a->kept[0]);
	free(a->kept[1]);
	free(a);
}

const struct words *
authority_words(const struct authority *a)
{
	return a->words;
}

bool
authority_trusts(const struct authority *a)
{
	return words_trust(a->words) != NULL;
}

static void
refuse(struct authority *a, int kind, const char *from, const char *why)
{
	a->refused++;
	snprintf(a->last, sizeof a->last, "%s: %s", from, why);
	if (!a->told[kind])
		log_warn("%s: a word that is not taken: %s", from, why);
	a->told[kind] = true;
}

static void
save(const struct authority *a)
{
	for (int i = 0; i < 2; i++)
		if (words_save(a->words, a->kept[i]) == -1)
			log_warn("%s: %s", a->kept[i], strerror(errno));
}

static enum word_verdict
hear(struct authority *a, const uint8_t *buf, size_t len, const char *from,
     bool *news)
{
	enum word_verdict v = words_take(a->words, buf, len, time(NULL), news);

	if (v != WORD_GOOD && authority_trusts(a))
		refuse(a, v, from, word_verdict_text(v));
	if (*news)
		save(a);
	return v;
}

bool
authority_hear(struct authority *a, const uint8_t *buf, size_t len,
	       const char *from)
{
	bool news;

	(void)hear(a, buf, len, from, &news);
	return news;
}

const char *
authority_hear_text(struct authority *a, const char *digits, const char *from)
{
	uint8_t buf[WORD_MAX];
	size_t len = words_parse(digits, buf);
	enum word_verdict v;
	bool news;

	if (!authority_trusts(a))
		return "this node trusts no key: see --trust";
	v = hear(a, buf, len, from, &news);
	return v == WORD_GOOD ? NULL : word_verdict_text(v);
}

void
authority_unsigned(struct authority *a, const char *from)
{
	refuse(a, WORD_VERDICTS, from, "no key has signed it");
}

uint64_t
authority_refused(const struct authority *a, const char **last)
{
	*last = a->last;
	return a->refused;
}
