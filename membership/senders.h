/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* senders: the members of the group, this one too, as those who send frames:
 * the numbers by which each of them calls nodes, and the version that it
 * speaks.
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
	uint32_t spoken; /* the version that it and this member speak */
	struct numbers *numbers;
};

/* {0} has nobody. */
struct senders {
	LIST_HEAD(, sender) all;
};

/* The member's; NULL: it was not heard yet. */
struct sender *senders_find(const struct senders *s, uint64_t member);
/* The same, made if need be; NULL: ENOMEM. */
struct sender *senders_make(struct senders *s, uint64_t member);
void senders_forget(struct senders *s, uint64_t member);
void senders_forget_all(struct senders *s);
/* The highest version that all of so many members speak; the lowest, if some
 * were not heard yet. */
uint32_t senders_spoken(const struct senders *s, size_t members);

#endif
