/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* senders: remembers, for each member of the group from which frames have come
 * (this one included), which numbers stand for nodes in its frames, and which
 * version of the protocol it speaks.
 */
#ifndef VF_MEMBERSHIP_SENDERS_H
#define VF_MEMBERSHIP_SENDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct numbers;

struct sender {
	LIST_ENTRY(sender) entry;
	uint64_t member;
	/* the highest version that both `member` and this member speak */
	uint32_t spoken;
	struct numbers *numbers;
};

/* A struct of zeroes has no sender. */
struct senders {
	LIST_HEAD(, sender) all;
};

/* Returns the struct sender of the member; NULL: no frame has come from that
 * member yet. */
struct sender *senders_find(const struct senders *s, uint64_t member);
/* Returns the struct sender of the member, and makes it if there is none.
 * Returns NULL if there is no memory. */
struct sender *senders_make(struct senders *s, uint64_t member);
/* Free the struct sender of one member, or of all members. */
void senders_forget(struct senders *s, uint64_t member);
void senders_forget_all(struct senders *s);
/* Returns the highest version that all members of the group speak.  `members`
 * is their number: if frames have not come from all of them yet, returns
 * PROTO_LOWEST. */
uint32_t senders_spoken(const struct senders *s, size_t members);

#endif
