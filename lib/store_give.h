/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_give: makes a store that another user has left the router's. */
#ifndef VF_LIB_STORE_GIVE_H
#define VF_LIB_STORE_GIVE_H

#include "lib/run_as.h"

/* Gives the user the directory of a store, or of files that the router keeps
 * while the node runs, and what such a directory has below it by the store's
 * own names.  Only what root owns is given, or a user without a name: a system
 * that was installed anew may give the same name another number.  A file that
 * has a second name elsewhere stays as it is, and so do groups.  Returns 0, or
 * -1 and errno. */
int store_give(const struct run_as *u, const char *dir);

#endif
