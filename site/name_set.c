/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/name_set.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NO_NAME UINT32_MAX
#define BUCKETS_FIRST 64

#define NEAR                                                                   \
	2 /* most letters in which a mistyped name may differ; arbitrary       \
	   */

struct name {
	/* index in `names` of the next name in the same bucket, or NO_NAME */
	uint32_t next;
	char text[NAME_MAX_BYTES];
};

struct name_set {
	struct name *names;
	size_t n, room; /* names in use, and allocated */
	/* index of the first name of each bucket, or NO_NAME; as many buckets
	 * as there is room for names, a power of two */
	uint32_t *buckets;
};

static size_t
bucket_of(const struct name_set *s, const char *name, size_t len)
{
	uint64_t hash = 14695981039346656037ULL; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 1099511628211ULL;
	return (hash ^ hash >> 32) & (s->room - 1);
}

static void
link_name(struct name_set *s, size_t i)
{
	const char *text = s->names[i].text;
	size_t b = bucket_of(s, text, strlen(text));

	s->names[i].next = s->buckets[b];
	s->buckets[b] = i;
}

static void
link_all(struct name_set *s)
{
	memset(s->buckets, 0xff, s->room * sizeof *s->buckets);
	for (size_t i = 0; i < s->n; i++)
		link_name(s, i);
}

static int
grow(struct name_set *s, size_t room)
{
	struct name *names = realloc(s->names, room * sizeof *names);
	uint32_t *buckets;

	if (names == NULL)
		return -1;
	s->names = names;
	buckets = realloc(s->buckets, room * sizeof *buckets);
	if (buckets == NULL)
		return -1;
	s->buckets = buckets;
	s->room = room;
	link_all(s);
	return 0;
}

struct name_set *
name_set_new(void)
{
	struct name_set *s = calloc(1, sizeof *s);

	if (s != NULL && grow(s, BUCKETS_FIRST) == -1) {
		name_set_free(s);
		return NULL;
	}
	return s;
}

void
name_set_free(struct name_set *s)
{
	if (s == NULL)
		return;
	free(s->names);
	free(s->buckets);
	free(s);
}

static ssize_t
find(const struct name_set *s, const char *name, size_t len)
{
	uint32_t i = s->buckets[bucket_of(s, name, len)];

	for (; i != NO_NAME; i = s->names[i].next)
		if (strncmp(s->names[i].text, name, len) == 0 &&
		    s->names[i].text[len] == '\0')
			return i;
	return -1;
}

int
name_set_add(struct name_set *s, const char *name, size_t len)
{
	assert(len < NAME_MAX_BYTES);
	if (find(s, name, len) != -1)
		return 0;
	if (s->n == NAME_SET_MAX) {
		errno = ENOSPC;
		return -1;
	}
	if (s->n == s->room && grow(s, 2 * s->room) == -1)
		return -1;
	memcpy(s->names[s->n].text, name, len);
	s->names[s->n].text[len] = '\0';
	link_name(s, s->n++);
	return 0;
}

int
name_set_plus(struct name_set *s, const struct name_set *other)
{
	for (size_t i = 0; i < other->n; i++) {
		const char *text = other->names[i].text;

		if (name_set_add(s, text, strlen(text)) == -1)
			return -1;
	}
	return 0;
}

void
name_set_minus(struct name_set *s, const struct name_set *other)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (name_set_find(other, s->names[i].text) == -1)
			s->names[kept++] = s->names[i];
	s->n = kept;
	link_all(s);
}

void
name_set_clear(struct name_set *s)
{
	s->n = 0;
	link_all(s);
}

size_t
name_set_count(const struct name_set *s)
{
	return s->n;
}

const char *
name_set_at(const struct name_set *s, size_t i)
{
	assert(i < s->n);
	return s->names[i].text;
}

ssize_t
name_set_find(const struct name_set *s, const char *name)
{
	size_t len = strlen(name);

	return len < NAME_MAX_BYTES ? find(s, name, len) : -1;
}

/* Returns in how many letters a and b differ, where an additional or a missing
 * letter counts as one (Levenshtein's distance). */
static unsigned
differ(const char *a, const char *b)
{
	unsigned row[NAME_MAX_BYTES];
	size_t len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		unsigned corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < len; j++) {
			unsigned least = corner + (a[i] != b[j]);

			corner = row[j + 1];
			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (corner + 1 < least)
				least = corner + 1;
			row[j + 1] = least;
		}
	}
	return row[len];
}

const char *
name_set_near(const struct name_set *s, const char *name)
{
	size_t len = strlen(name);
	/* a short name must have at least one letter in common with the other
	 */
	unsigned least = len <= NEAR ? len : NEAR + 1;
	const char *near = NULL;

	for (size_t i = 0; i < s->n; i++) {
		unsigned d = differ(name, s->names[i].text);

		if (d < least) {
			least = d;
			near = s->names[i].text;
		}
	}
	return near;
}
