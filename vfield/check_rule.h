/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* check_rule: when what a plugin looks after on a machine is repaired, and when
 * that is given up.
 *
 *   GOOD <--good-- any state
 *   GOOD --bad--> DOUBTFUL --bad--> BAD, and a repair is wanted
 *   BAD --bad--> BAD, and another repair; after CHECK_REPAIRS of them within
 *   CHECK_REPAIRS_MS: GIVEN_UP, in which nothing more is repaired
 *
 * A plugin without a hook `repair` is GIVEN_UP when it would be BAD.  A check
 * that is good ends each state; a new site has GIVEN_UP tried again.
 *
 * Pure.  Times are milliseconds of the monotonic clock.
 */
#ifndef VF_VFIELD_CHECK_RULE_H
#define VF_VFIELD_CHECK_RULE_H

#include <stdbool.h>
#include <stdint.h>

/* Both as the design has them: repairs that have not helped by then will not.
 */
#define CHECK_REPAIRS 3
#define CHECK_REPAIRS_MS 600000
/* Milliseconds until what is not good is looked at again; chosen: a service
 * that was restarted is up. */
#define CHECK_AGAIN_MS 5000

enum check_state { CHECK_GOOD, CHECK_DOUBTFUL, CHECK_BAD, CHECK_GIVEN_UP };

struct check_rule {
	enum check_state state;
	/* when the last repairs were wanted; 0: none was */
	int64_t repairs_ms[CHECK_REPAIRS];
};

/* Takes the result of a check.  Returns whether a repair is wanted; can_repair
 * says whether there is one. */
bool check_rule_result(struct check_rule *r, bool good, bool can_repair,
		       int64_t now_ms);
/* Takes note that the machine has a new site. */
void check_rule_again(struct check_rule *r);
/* Returns when the next check is due after one that ended at now_ms, if checks
 * are every_ms apart. */
int64_t check_rule_next(const struct check_rule *r, int64_t every_ms,
			int64_t now_ms);
/* Returns a word for the state, such as "given up". */
const char *check_state_word(enum check_state s);

#endif
