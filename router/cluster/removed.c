/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/removed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/codec.h"
#include "lib/write_anew.h"
#include "membership/wire/proto_field.h"

_Static_assert(REMOVED_MAX *REMOVED_WORD_BYTES + PROTO_FIELD_HEAD <=
		   PROTO_FIELDS_MAX,
	       "all words fit into a NODE");

static struct removed_word *
find(const struct removed *r, const struct digest *image)
{
	for (unsigned i = 0; i < r->n; i++)
		if (digest_equal(&r->words[i].image, image))
			return (struct removed_word *)&r->words[i];
	return NULL;
}

bool
removed_has(const struct removed *r, const struct digest *image)
{
	const struct removed_word *w = find(r, image);

	return w != NULL && w->version % 2 == 1;
}

/* Puts the word w before all others, in place of the word on the same image.
 * If there is no such word, and no room, the last word is dropped. */
static void
put(struct removed *r, struct removed_word w)
{
	struct removed_word *at = find(r, &w.image);

	if (at == NULL && r->n < REMOVED_MAX)
		at = &r->words[r->n++];
	else if (at == NULL)
		at = &r->words[REMOVED_MAX - 1];
	memmove(r->words + 1, r->words, (char *)at - (char *)r->words);
	r->words[0] = w;
}

bool
removed_say(struct removed *r, const struct digest *image, bool gone)
{
	const struct removed_word *was = find(r, image);
	uint64_t version = was != NULL ? was->version : 0;

	if ((version % 2 == 1) == gone)
		return false;
	put(r, (struct removed_word){*image, version + 1});
	return true;
}

static bool
hear(struct removed *r, const struct removed_word *w)
{
	const struct removed_word *was = find(r, &w->image);

	if (w->version == 0 || w->version > REMOVED_VERSION_MAX ||
	    (was != NULL && was->version >= w->version))
		return false;
	put(r, *w);
	return true;
}

bool
removed_hear(struct removed *r, const struct proto_node *n)
{
	struct removed_word words[REMOVED_MAX];
	const uint8_t *data;
	size_t len, count;
	struct reader in;
	bool news = false;

	data = proto_field_get(n, PROTO_FIELD_REMOVED, &len);
	count = data != NULL ? len / REMOVED_WORD_BYTES : 0;
	if (count > REMOVED_MAX)
		count = REMOVED_MAX;
	in = reader_init(data, count * REMOVED_WORD_BYTES);
	for (size_t i = 0; i < count; i++) {
		words[i].version = read_u64(&in);
		read_bytes(&in, words[i].image.b, sizeof words[i].image.b);
	}
	/* hear puts each word before all others, so the newest, which comes
	 * first in n, is taken last */
	while (count-- > 0)
		news |= hear(r, &words[count]);
	return news;
}

void
removed_describe(const struct removed *r, struct proto_node *n)
{
	uint8_t data[REMOVED_MAX * REMOVED_WORD_BYTES];
	struct writer w = writer_init(data, sizeof data);

	for (unsigned i = 0; i < r->n; i++) {
		write_u64(&w, r->words[i].version);
		write_bytes(&w, r->words[i].image.b,
			    sizeof r->words[i].image.b);
	}
	proto_field_set(n, PROTO_FIELD_REMOVED, data, w.wrote);
}

static void
print(FILE *to, const void *ctx)
{
	const struct removed *r = ctx;
	char hex[DIGEST_HEX];

	for (unsigned i = r->n; i-- > 0;)
		fprintf(to, "%" PRIu64 " %s\n", r->words[i].version,
			digest_hex(&r->words[i].image, hex));
}

int
removed_save(const struct removed *r, const char *path)
{
	return write_anew(path, print, r);
}

void
removed_load(struct removed *r, const char *path)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	struct removed_word w;
	char hex[DIGEST_HEX];

	while (f != NULL && fscanf(f, "%" SCNu64 " %64s", &w.version, hex) == 2)
		if (digest_parse(hex, strlen(hex), &w.image) == 0)
			(void)hear(r, &w);
}
