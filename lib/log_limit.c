/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/log_limit.h"

#include <ctype.h>
#include <string.h>

/* Returns the FNV-1a hash of the line, in which each number counts as one '#'.
 */
static uint64_t
key_of(const char *line, size_t len)
{
	uint64_t key = 0xcbf29ce484222325ULL;
	bool in_number = false;

	for (size_t i = 0; i < len; i++) {
		bool digit = isdigit((unsigned char)line[i]);

		if (digit && in_number)
			continue;
		in_number = digit;
		key ^= digit ? '#' : (unsigned char)line[i];
		key *= 0x100000001b3ULL;
	}
	return key;
}

static struct log_kind *
kind_of(struct log_limit *l, const char *line, size_t len)
{
	uint64_t key = key_of(line, len);
	struct log_kind *k;

	for (unsigned i = 0; i < l->n; i++)
		if (l->kinds[i].key == key)
			return &l->kinds[i];
	if (l->n == LOG_LIMIT_KINDS)
		return &l->kinds[LOG_LIMIT_KINDS];
	k = &l->kinds[l->n++];
	k->key = key;
	return k;
}

bool
log_limit_may(struct log_limit *l, const char *line, size_t len)
{
	struct log_kind *k = kind_of(l, line, len);
	size_t n = len < LOG_LIMIT_TEXT - 1 ? len : LOG_LIMIT_TEXT - 1;

	if (k->said < LOG_LIMIT_LINES) {
		k->said++;
		return true;
	}
	if (k->unsaid++ == 0) {
		memcpy(k->text, line, n);
		k->text[n] = '\0';
	}
	return false;
}

void
log_limit_tick(struct log_limit *l, int64_t now_s,
	       void (*say)(void *ctx, uint64_t unsaid, const char *text),
	       void *ctx)
{
	if (l->began_s == 0)
		l->began_s = now_s;
	if (now_s - l->began_s < LOG_LIMIT_S)
		return;
	for (unsigned i = 0; i <= LOG_LIMIT_KINDS; i++)
		if (l->kinds[i].unsaid > 0)
			say(ctx, l->kinds[i].unsaid, l->kinds[i].text);
	*l = (struct log_limit){.began_s = now_s};
}
