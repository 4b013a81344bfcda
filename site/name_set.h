/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* name_set: keeps names of machines, each once, in the order in which they were
 * added.
 *
 * Limits   NAME_SET_MAX names, each of NAME_MAX_BYTES bytes with its NUL.
 * Errors   -1 and errno: ENOSPC: the set is full; ENOMEM. */
#ifndef VF_SITE_NAME_SET_H
#define VF_SITE_NAME_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define NAME_SET_MAX 8192
/* bytes of a name: a label of a host name (RFC 1123), and a NUL */
#define NAME_MAX_BYTES 64

struct name_set;

/* Returns an empty set, or NULL and ENOMEM. */
struct name_set *name_set_new(void);
void name_set_free(struct name_set *s);

/* Adds the first `len` bytes of `name`, unless the set has that name.  Returns
 * 0, or -1 and errno. */
int name_set_add(struct name_set *s, const char *name, size_t len);
/* Adds to s all names of `other`.  Returns 0, or -1 and errno. */
int name_set_plus(struct name_set *s, const struct name_set *other);
/* Removes from s all names of `other`, which must be another set. */
void name_set_minus(struct name_set *s, const struct name_set *other);
void name_set_clear(struct name_set *s);

size_t name_set_count(const struct name_set *s);
/* Returns the name of index i, which must be less than name_set_count(). */
const char *name_set_at(const struct name_set *s, size_t i);
/* Returns the index of the name, or -1 if the set does not have it. */
ssize_t name_set_find(const struct name_set *s, const char *name);
/* Returns the name in the set that a person who typed `name` may have meant:
 * the one that differs least, in one or two letters; of several, the first.
 * NULL: there is none. */
const char *name_set_near(const struct name_set *s, const char *name);

#endif
