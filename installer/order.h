/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* order: which modules an installation or a repair has, in their order, and
 * the executable of each.
 */
#ifndef VF_INSTALLER_ORDER_H
#define VF_INSTALLER_ORDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "installer/stamp.h"

#define ORDER_INSTALL                                                          \
	"init partition mount base packages configure data boot finalize"
#define ORDER_REPAIR "init mount configure boot finalize"

struct order {
	struct {
		char name[STAMP_WORD_MAX + 1];
		char path[PATH_MAX];
	} modules[STAMP_MODULES_MAX];
	size_t n;
};

/* Reads names divided by blanks or commas.  Returns 0; or -1, and points *why
 * to what is wrong. */
int order_parse(const char *text, struct order *o, const char **why);
/* Finds the executable of each module: DIR/NAME, where `modules` is DIR; else
 * the hook PLUGINS/NAME/install of a plugin, PLUGINS being each of the
 * `plugins` in turn, whose end is NULL.  Returns 0; or -1, and sets *missing to
 * the name of a module that is nowhere. */
int order_find(struct order *o, const char *modules, const char *const *plugins,
	       const char **missing);
/* Returns whether a module makes what lasts only until the machine restarts,
 * so that it is run again when a job goes on after a power cut. */
bool order_each_time(const char *module);

#endif
