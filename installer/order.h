/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* order: lists the modules of an installation or a repair, in their order, with
 * the executable of each. */
#ifndef VF_INSTALLER_ORDER_H
#define VF_INSTALLER_ORDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "installer/stamp.h"

#define ORDER_INSTALL                                                          \
	"init partition mount base packages configure data boot finalize"
#define ORDER_REPAIR "init mount configure boot finalize"
/* The same where the disk keeps the image's chunks, and no system. */
#define ORDER_REPLICA "init partition mount base boot finalize"
#define ORDER_REPAIR_REPLICA "init mount base boot finalize"

struct order {
	struct {
		char name[STAMP_WORD_MAX + 1];
		char path[PATH_MAX];
	} modules[STAMP_MODULES_MAX];
	size_t n;
};

/* Reads into o the names in `text`, which are separated by blanks or commas.
 * Returns 0; or -1, and points *why to a text that says what is wrong. */
int order_parse(const char *text, struct order *o, const char **why);
/* Finds the executable of each module NAME: `modules`/NAME, or else the first
 * of the hooks DIR/NAME/install of a plugin, where DIR is each of the
 * directories in `plugins`, whose end is NULL.  Returns 0; or -1, and sets
 * *missing to the name of a module that has none. */
int order_find(struct order *o, const char *modules, const char *const *plugins,
	       const char **missing);
/* Returns true if what the module makes lasts only until the machine restarts,
 * so that the module must run again when a job goes on after a power cut. */
bool order_each_time(const char *module);

#endif
