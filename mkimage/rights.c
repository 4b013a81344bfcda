/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/rights.h"

#include <acl/libacl.h>
#include <stddef.h>
#include <sys/acl.h>

#define ALL 7U

/* The rights in an ACL, each as three bits.  `users` has the rights that all
 * named users have, `groups` those that all named groups have. */
struct classes {
	unsigned group, mask, users, groups;
	bool named_users, named_groups;
};

static unsigned
bits_of(acl_entry_t e)
{
	acl_permset_t set;

	if (acl_get_permset(e, &set) == -1)
		return 0;
	return (acl_get_perm(set, ACL_READ) == 1 ? 4 : 0) |
	       (acl_get_perm(set, ACL_WRITE) == 1 ? 2 : 0) |
	       (acl_get_perm(set, ACL_EXECUTE) == 1 ? 1 : 0);
}

static void
add_entry(acl_entry_t e, struct classes *c)
{
	acl_tag_t tag;

	if (acl_get_tag_type(e, &tag) == -1)
		return;
	switch (tag) {
	case ACL_GROUP_OBJ:
		c->group = bits_of(e);
		break;
	case ACL_MASK:
		c->mask = bits_of(e);
		break;
	case ACL_USER:
		c->users &= bits_of(e);
		c->named_users = true;
		break;
	case ACL_GROUP:
		c->groups &= bits_of(e);
		c->named_groups = true;
		break;
	}
}

/* Returns the rights in the file's ACL.  An ACL that cannot be read counts as
 * one that denies everything to the group and to some user. */
static struct classes
classes_of(const char *file)
{
	acl_t acl = acl_get_file(file, ACL_TYPE_ACCESS);
	struct classes c = {.mask = ALL, .users = ALL, .groups = ALL};
	acl_entry_t e;

	if (acl == NULL)
		return (struct classes){.named_users = true};
	for (int got = acl_get_entry(acl, ACL_FIRST_ENTRY, &e); got == 1;
	     got = acl_get_entry(acl, ACL_NEXT_ENTRY, &e))
		add_entry(e, &c);
	acl_free(acl);
	return c;
}

bool
rights_without_acl(const char *file, const struct stat *st, mode_t *mode)
{
	unsigned users, groups, others;
	struct classes c;

	*mode = st->st_mode & 07777;
	if (S_ISLNK(st->st_mode) || acl_extended_file_nofollow(file) != 1)
		return false;
	c = classes_of(file);
	users = c.named_users ? c.users & c.mask : ALL;
	groups = c.named_groups ? c.groups & c.mask : ALL;
	others = *mode & users & groups & ALL;
	*mode = (*mode & ~077U) | (c.group & c.mask & users) << 3 | others;
	return true;
}
