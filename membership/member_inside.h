/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member_inside: the state of a member, shared by member.c, which deals with
 * its guests, and member_group.c, which deals with its group.
 */
#ifndef VF_MEMBERSHIP_MEMBER_INSIDE_H
#define VF_MEMBERSHIP_MEMBER_INSIDE_H

#include "membership/claims.h"
#include "membership/guests.h"
#include "membership/member.h"
#include "membership/senders.h"
#include "membership/word_gate.h"

/* A member's states towards its group, drawn in member.h. */
enum group_state { SOLO, ALONE, JOINED };

struct member {
	struct loop *loop;
	struct table *mine, *view;
	struct leases *leases;
	struct word_gate gate;
	/* number (words_next) of the last word of gate.words that the group was
	 * sent */
	uint64_t words_group;
	struct guests *guests;
	const struct group_driver *driver;
	/* the value that driver->open has returned; NULL if SOLO */
	void *group;
	enum group_state state;
	int64_t joined_ns;
	bool boots; /* true: a boot service on this node is ready */
	/* place of this node's boot service in the turn queue; 0: none */
	uint32_t place;
	struct leases_reader leases_group;
	struct senders senders;
	/* number of members in the group, this one included */
	size_t group_size;
	struct table_reader outgoing; /* reads `mine`, for the group */
	/* reads `mine` into `view` in SOLO and ALONE */
	struct table_reader loopback;
	bool told_full; /* true: `view` was logged as full */
	struct claims claims;
	/* when insist last announced a node of `mine` again */
	int64_t insisted_ns;
	struct loop_timer tick;
};

/* Returns the loop's time in ns plus ms milliseconds. */
int64_t member_later(const struct member *m, int64_t ms);
/* Called when there may be frames to send: asks the group to take them; does
 * nothing unless JOINED. */
void member_spread(struct member *m);
/* Returns true if this member has been in its group for long enough to know
 * what the other members know, or is solo. */
bool member_settled(const struct member *m);

/* The functions of a member that the group calls. */
extern const struct group_ops member_group_ops;
/* Called by the loop once a round: in the states SOLO and ALONE copies the
 * changes of `mine` to `view`. */
void member_idle(void *ctx);
/* Asks the group for this node's address, unless it is known, and announces
 * with it the nodes that listen on "any". */
void member_find_address(struct member *m);
/* Returns true if the guest `owner`, which speaks for the node here, has to
 * give it up to one that has shown the node's key, and is there: `owner` has
 * shown none, has the same addresses, or is silent; or there is none. */
bool member_gives_way(const struct member *m, uint64_t owner,
		      const struct node_id *id,
		      const struct proto_claimant *at);
/* Checks a signed word, and hands it on if it is right and new.  Returns NULL,
 * or the reason why the word is not taken. */
const char *member_hear_word(struct member *m, const uint8_t *word, size_t len);

#endif
