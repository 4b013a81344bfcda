/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/kernel_version.h"

#include <ctype.h>
#include <string.h>

#define SEPARATORS "-+._~"

static bool
is_digit(char c)
{
	return isdigit((unsigned char)c) != 0;
}

/* Returns whether s begins with a mark of a release candidate: with "~", or
 * with "rc" and a digit, before which a separator may stand. */
static bool
is_before_release(const char *s)
{
	if (*s == '~')
		return true;
	s += *s == '-' || *s == '.' || *s == '_';
	return strncmp(s, "rc", 2) == 0 && is_digit(s[2]);
}

static int
compare_numbers(const char **a, const char **b)
{
	size_t la, lb;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	la = strspn(*a, "0123456789");
	lb = strspn(*b, "0123456789");
	if (la != lb)
		return la < lb ? -1 : 1;
	order = strncmp(*a, *b, la);
	*a += la;
	*b += lb;
	return order;
}

int
version_compare(const char *a, const char *b)
{
	/* true: the character before is a letter, so that "rc7" in "arc7" does
	 * not count */
	bool inside = false;

	for (;;) {
		bool early_a = !inside && is_before_release(a);
		bool early_b = !inside && is_before_release(b);

		if (early_a != early_b)
			return early_a ? -1 : 1;
		if (is_digit(*a) && is_digit(*b)) {
			int order = compare_numbers(&a, &b);

			if (order != 0)
				return order;
			inside = false;
			continue;
		}
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		if (*a == '\0')
			return 0;
		inside = isalpha((unsigned char)*a);
		a++;
		b++;
	}
}

bool
version_is_special(const char *version)
{
	static const char *const words[] = {
	    "cloud", "rt",  "debug",  "kvm", "virt", "aws", "azure",
	    "gcp",   "gke", "oracle", "ibm", "64k",  "xen",
	};
	size_t len;

	for (const char *s = version; *s != '\0'; s += len) {
		s += strspn(s, SEPARATORS);
		len = strcspn(s, SEPARATORS);
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (strlen(words[i]) == len &&
			    strncmp(s, words[i], len) == 0)
				return true;
	}
	return false;
}

const char *
version_flavour(const char *version)
{
	const char *dash = strrchr(version, '-');

	if (dash == NULL || is_digit(dash[1]))
		return "";
	return dash + 1;
}
