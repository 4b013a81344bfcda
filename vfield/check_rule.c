/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/check_rule.h"

#include <string.h>

/* Notes a repair.  Returns false if there were too many of late. */
static bool
may_repair(struct check_rule *r, int64_t now_ms)
{
	int64_t first = r->repairs_ms[0];

	if (first != 0 && now_ms - first < CHECK_REPAIRS_MS)
		return false;
	memmove(r->repairs_ms, r->repairs_ms + 1,
		sizeof r->repairs_ms - sizeof *r->repairs_ms);
	r->repairs_ms[CHECK_REPAIRS - 1] = now_ms;
	return true;
}

bool
check_rule_result(struct check_rule *r, bool good, bool can_repair,
		  int64_t now_ms)
{
	if (good) {
		r->state = CHECK_GOOD;
		return false;
	}
	switch (r->state) {
	case CHECK_GOOD:
		r->state = CHECK_DOUBTFUL;
		break;
	case CHECK_DOUBTFUL:
	case CHECK_BAD:
		r->state = can_repair && may_repair(r, now_ms) ? CHECK_BAD
							       : CHECK_GIVEN_UP;
		return r->state == CHECK_BAD;
	case CHECK_GIVEN_UP:
		break;
	}
	return false;
}

void
check_rule_again(struct check_rule *r)
{
	if (r->state == CHECK_GIVEN_UP)
		*r = (struct check_rule){.state = CHECK_DOUBTFUL};
}

int64_t
check_rule_next(const struct check_rule *r, int64_t every_ms, int64_t now_ms)
{
	bool soon = r->state == CHECK_DOUBTFUL || r->state == CHECK_BAD;

	return now_ms +
	       (soon && every_ms > CHECK_AGAIN_MS ? CHECK_AGAIN_MS : every_ms);
}

const char *
check_state_word(enum check_state s)
{
	static const char *const words[] = {
	    [CHECK_GOOD] = "good",
	    [CHECK_DOUBTFUL] = "bad once",
	    [CHECK_BAD] = "bad",
	    [CHECK_GIVEN_UP] = "given up",
	};

	return words[s];
}
