/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/removed_images.h"

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

/* Returns true if word a counts as newer than word b, at every node. */
static bool
is_newer(const struct removed_word *a, const struct removed_word *b)
{
	if (a->version != b->version)
		return a->version > b->version;
	return memcmp(a->image.b, b->image.b, sizeof a->image.b) > 0;
}

/* Puts the word in its place by age, instead of the word on the same image, or,
 * if there is no room, of the oldest word.  Returns false if the word itself is
 * older than all others and there is no room for it. */
static bool
put(struct removed *r, struct removed_word w)
{
	struct removed_word *at = find(r, &w.image);
	unsigned i;

	if (at == NULL && r->n < REMOVED_MAX)
		at = &r->words[r->n++];
	else if (at == NULL)
		at = &r->words[REMOVED_MAX - 1];
	if (at->version != 0 && !digest_equal(&at->image, &w.image) &&
	    !is_newer(&w, at))
		return false;
	for (i = at - r->words; i > 0 && is_newer(&w, &r->words[i - 1]); i--)
		r->words[i] = r->words[i - 1];
	r->words[i] = w;
	return true;
}

/* Returns the version of a new word of this node: greater than those of all
 * words here, so that every node takes it for the newest. */
static uint64_t
next_version(const struct removed *r, uint64_t was, bool gone)
{
	uint64_t next = was;

	if (r->n > 0 && r->words[0].version > next &&
	    r->words[0].version < REMOVED_VERSION_MAX - 2)
		next = r->words[0].version;
	next++;
	return (next % 2 == 1) == gone ? next : next + 1;
}

bool
removed_say(struct removed *r, const struct digest *image, bool gone)
{
	const struct removed_word *was = find(r, image);
	uint64_t version = was != NULL ? was->version : 0;

	if ((version % 2 == 1) == gone)
		return false;
	return put(
	    r, (struct removed_word){*image, next_version(r, version, gone)});
}

static bool
hear(struct removed *r, const struct removed_word *w)
{
	const struct removed_word *was = find(r, &w->image);

	if (w->version == 0 || w->version > REMOVED_VERSION_MAX ||
	    (was != NULL && was->version >= w->version))
		return false;
	return put(r, *w);
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
