/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member_inside: a member's two sides, towards its guests (member.c) and
 * towards its group (member_group.c), work on this.
 */
#ifndef VF_MEMBERSHIP_MEMBER_INSIDE_H
#define VF_MEMBERSHIP_MEMBER_INSIDE_H

#include "membership/claims.h"
#include "membership/guests.h"
#include "membership/member.h"
#include "membership/senders.h"
#include "membership/word_gate.h"

/* Drawn in member.h. */
enum group_state { SOLO, ALONE, JOINED };

struct member {
	struct loop *loop;
	struct table *mine, *view;
	struct leases *leases;
	struct word_gate gate;
	uint64_t words_group; /* the place among its words, for the group */
	struct guests *guests;
	const struct group_driver *driver;
	void *group; /* the driver's; NULL: solo */
	enum group_state state;
	int64_t joined_ns;
	bool boots; /* a boot service here is ready */
	/* the place in the boot services' queue; 0: none yet */
	uint32_t place;
	struct leases_reader leases_group;
	struct senders senders;
	size_t group_size;            /* members, this one too */
	struct table_reader outgoing; /* reads `mine` for the others */
	struct table_reader loopback; /* reads `mine` while there is no group */
	bool told_full;               /* the log has said that `view` is full */
	struct claims claims;
	int64_t insisted_ns; /* a node of ours was last said again */
	struct loop_timer tick;
};

/* The time in so many milliseconds. */
int64_t member_later(const struct member *m, int64_t ms);
/* There is something to say to the group. */
void member_spread(struct member *m);
/* This member knows what the others in its group know. */
bool member_settled(const struct member *m);

/* Calls from the group. */
extern const struct group_ops member_group_ops;
/* The loop has nothing to do: what was said here goes into the view, unless the
 * group brings it. */
void member_idle(void *ctx);
/* The group knows this node by an address, which is said for "any". */
void member_find_address(struct member *m);
/* NULL, or why the word is not taken. */
const char *member_hear_word(struct member *m, const uint8_t *word, size_t len);

#endif
