/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that a boot profile is read as it was written, or refused if its text
 * is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/boot_profile.h"

#define NCHUNKS 100

static char *
with_digest(const char *lines)
{
	struct digest d = digest_of(lines, strlen(lines));
	char hex[DIGEST_HEX], *text;

	assert_int_not_equal(
	    asprintf(&text, "vfield-profile 1\nimage %064x\ndigest %s\n%s", 7,
		     digest_hex(&d, hex), lines),
	    -1);
	return text;
}

static struct profile *
parse(const char *text)
{
	const char *why;
	struct profile *p = profile_parse(text, strlen(text), NCHUNKS, &why);

	assert_true((p == NULL) == (why != NULL));
	return p;
}

static void
comes_back(void **state)
{
	static const uint32_t chunks[] = {17, 3, 4, 5, 99, 98, 0, 18, 19};
	struct digest image = {{1, 2, 3}};
	struct profile *p = profile_new(&image, NCHUNKS), *q;
	size_t len;
	char *text;

	memcpy(p->chunks, chunks, sizeof chunks);
	p->n = sizeof chunks / sizeof *chunks;
	text = profile_text(p, &len);
	assert_int_equal(strlen(text), len);
	assert_non_null(strstr(text, "\n17\n3-5\n99\n98\n0\n18-19\n"));
	q = parse(text);
	assert_non_null(q);
	assert_true(digest_equal(&q->image, &image));
	assert_int_equal(q->n, p->n);
	assert_memory_equal(q->chunks, chunks, sizeof chunks);
	/* a part of the text, and the text with one byte changed, are no
	 * profiles */
	for (size_t i = 0; i < len; i++) {
		const char *why;

		assert_null(profile_parse(text, i, NCHUNKS, &why));
		text[i] ^= 1;
		if (i < 17 || i > 17 + 6 + 64)
			assert_null(profile_parse(text, len, NCHUNKS, &why));
		text[i] ^= 1;
	}
	free(text);
	free(q);
	free(p);
}

static void
nothing_read(void **state)
{
	char *text = with_digest("");
	struct profile *p = parse(text);

	assert_non_null(p);
	assert_int_equal(p->n, 0);
	free(p);
	free(text);
}

static void
refused(void **state)
{
	static const char *const lines[] = {
	    "100\n",    "0-100\n", "5-4\n",        "1\n1\n",
	    "1-3\n2\n", "-1\n",    "1-\n",         "\n",
	    "1",        "1 \n",    " 1\n",         "1-2-3\n",
	    "0x1\n",    "1\r\n",   "4294967296\n", "18446744073709551616\n",
	    "1\n\n2\n", "one\n",   "1,2\n",        "99999999999999999999999\n",
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char *text = with_digest(lines[i]);

		assert_null(parse(text));
		free(text);
	}
	assert_null(parse(""));
	assert_null(parse("vfield-profile 2\n"));
}

static void
bounded(void **state)
{
	char *text = with_digest("0-65535\n"), *more = with_digest("0-65536\n");
	const char *why;
	struct profile *p = profile_parse(text, strlen(text), 1U << 21, &why);

	assert_non_null(p);
	assert_int_equal(p->n, PROFILE_CHUNKS_MAX);
	free(p);
	assert_null(profile_parse(more, strlen(more), 1U << 21, &why));
	assert_null(profile_parse(more, PROFILE_BYTES_MAX + 1, 1U << 21, &why));
	free(text);
	free(more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(nothing_read),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
