/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define RSH_WORDS_MAX 61
/* How many arguments there are beside the words of RSH: the host, the order,
 * and the final NULL. */
#define OTHER_WORDS 3

/* Writes word to `to`, in single quotes; a quote in the word becomes '\''. */
static void
quote(FILE *to, const char *word)
{
	fputc('\'', to);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	fputc('\'', to);
}

char *
copy_order_quote(const char *const words[])
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return NULL;
	for (size_t i = 0; words[i] != NULL; i++) {
		if (i > 0)
			fputc(' ', to);
		quote(to, words[i]);
	}
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

char *
copy_order_text(const struct copy_order *o)
{
	char mode[16];
	const char *words[16] = {"vfield", "fetch", "--json", "--ordered",
				 "--wait", "30",    "--mode", mode};
	size_t n = 8;

	snprintf(mode, sizeof mode, "%o", o->mode);
	if (o->force)
		words[n++] = "--force";
	if (o->wipe)
		words[n++] = "--wipe";
	words[n++] = "--";
	words[n++] = o->image;
	words[n++] = o->path;
	return copy_order_quote(words);
}

char **
copy_order_args(const char *rsh, const char *host, const char *order)
{
	char **args = calloc(RSH_WORDS_MAX + OTHER_WORDS, sizeof *args);
	AUTO_FREE char *copy = strdup(rsh);
	char *rest = copy, *word;
	size_t n = 0;
	bool good = args != NULL && copy != NULL;

	while (good && (word = strsep(&rest, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		good = n < RSH_WORDS_MAX && (args[n++] = strdup(word)) != NULL;
	}
	errno = n == 0 || n == RSH_WORDS_MAX ? EINVAL : ENOMEM;
	good = good && n > 0 && (args[n++] = strdup(host)) != NULL &&
	       (args[n++] = strdup(order)) != NULL;
	if (good)
		return args;
	copy_order_free_args(args);
	return NULL;
}

void
copy_order_free_args(char **args)
{
	for (size_t i = 0; args != NULL && args[i] != NULL; i++)
		free(args[i]);
	free(args);
}
