/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/order.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
is_there(const struct order *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->modules[i].name, name) == 0)
			return true;
	return false;
}

int
order_parse(const char *text, struct order *o, const char **why)
{
	*o = (struct order){0};
	while (*(text += strspn(text, " \t,")) != '\0') {
		size_t len = strcspn(text, " \t,");
		char name[STAMP_WORD_MAX + 1] = "";

		if (len <= STAMP_WORD_MAX)
			memcpy(name, text, len);
		if (!stamp_word_ok(name))
			*why = "no name of a module";
		else if (is_there(o, name))
			*why = "a module twice";
		else if (o->n == STAMP_MODULES_MAX)
			*why = "too many modules";
		else
			*why = NULL;
		if (*why != NULL)
			return -1;
		strcpy(o->modules[o->n++].name, name);
		text += len;
	}
	*why = "no module";
	return o->n > 0 ? 0 : -1;
}

static bool
find(char path[PATH_MAX], const char *name, const char *modules,
     const char *const *plugins)
{
	snprintf(path, PATH_MAX, "%s/%s", modules, name);
	if (access(path, X_OK) == 0)
		return true;
	for (; *plugins != NULL; plugins++) {
		snprintf(path, PATH_MAX, "%s/%s/install", *plugins, name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

int
order_find(struct order *o, const char *modules, const char *const *plugins,
	   const char **missing)
{
	for (size_t i = 0; i < o->n; i++) {
		*missing = o->modules[i].name;
		if (!find(o->modules[i].path, *missing, modules, plugins))
			return -1;
	}
	return 0;
}

bool
order_each_time(const char *module)
{
	return strcmp(module, "init") == 0 || strcmp(module, "mount") == 0;
}
