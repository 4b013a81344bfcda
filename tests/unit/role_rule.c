/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the rule by which machines take and give up roles. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "vfield/role_rule.h"

#define MOST 12

/* Parses a claim "STATE PLACE MAC[!]" without blanks, such as "c2:9!".  STATE
 * is c(an), t(aking), h(olds) or b(locked); '!': the administrator has asked
 * that this machine get the role. */
static struct role_claim
claim(const char *text, uint8_t node)
{
	static const char states[] = "cthb";
	struct role_claim c = {.node.b = {node}};
	char state, asked = '\0';

	assert_true(sscanf(text, "%c%u:%hhu%c", &state, &c.place, &c.mac[5],
			   &asked) >= 3);
	c.state = strchr(states, state) - states;
	c.asked = asked == '!';
	return c;
}

static const struct row {
	const char *what, *self, *others[2];
	bool alone, asked_since;
	enum role_step step;
} rows[] = {
    {"alone in the room", "c1:5", {NULL}, false, false, ROLE_TAKE},
    {"a view that may lack some", "c1:5", {NULL}, true, false, ROLE_STAY},
    {"the first", "c1:5", {"c2:1"}, false, false, ROLE_TAKE},
    {"not it", "c3:1", {"c2:5"}, false, false, ROLE_STAY},
    {"a newcomer", "c4:1", {"h3:9"}, false, false, ROLE_STAY},
    {"first, and another takes it", "c1:1", {"t2:9"}, false, false, ROLE_STAY},
    {"the first is blocked", "c2:1", {"b1:9"}, false, false, ROLE_TAKE},
    {"two take it: the later", "t2:1", {"t1:9"}, false, false, ROLE_GIVE_UP},
    {"two take it: the first", "t1:9", {"t2:1"}, false, false, ROLE_STAY},
    {"taken meanwhile", "t1:1", {"h2:9"}, false, false, ROLE_GIVE_UP},
    {"halves meet: lower MAC", "h9:1", {"h1:9"}, false, false, ROLE_STAY},
    {"halves meet: higher", "h1:9", {"h9:1"}, false, false, ROLE_GIVE_UP},
    {"a holder alone", "h1:9", {NULL}, true, false, ROLE_STAY},
    {"a move", "h1:9", {"c4:1!", "c2:1"}, false, true, ROLE_GIVE_UP},
    {"a move before it was taken", "h1:9", {"c4:1!"}, false, false, ROLE_STAY},
    {"a move to one that cannot", "h1:9", {"b4:1!"}, false, true, ROLE_STAY},
    {"the asked goes first", "c4:9!", {"c1:1"}, false, true, ROLE_TAKE},
    {"before the others", "c1:1", {"c4:9!"}, false, true, ROLE_STAY},
    {"blocked", "b1:1", {NULL}, false, false, ROLE_STAY},
};

static void
table(void **state)
{
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows;
	     r++) {
		struct role_claim others[2];
		struct role_view v = {.self = claim(r->self, 1),
				      .others = others,
				      .alone = r->alone,
				      .asked_since = r->asked_since};

		for (; v.n < 2 && r->others[v.n] != NULL; v.n++)
			others[v.n] = claim(r->others[v.n], 2 + v.n);
		if (role_rule(&v) != r->step)
			fail_msg("%s: %d", r->what, role_rule(&v));
	}
}

/* Returns the view of machine number i, and fills in `others`, of which it has
 * all other machines. */
static struct role_view
view_of(const struct role_claim *all, size_t n, size_t i,
	struct role_claim *others)
{
	struct role_view v = {.self = all[i], .others = others};

	for (size_t j = 0; j < n; j++)
		if (j != i)
			others[v.n++] = all[j];
	return v;
}

/* Whatever states machines begin in, if they see each other one of them holds
 * the role in the end, and then nothing changes any more. */
static void
settles(void **state)
{
	struct role_claim all[MOST], others[MOST];
	uint32_t seed = 1;

	for (unsigned round = 0; round < 2000; round++) {
		size_t n = 1 + round % MOST, holders = 0;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			all[i] = (struct role_claim){
			    .node.b = {i},
			    .mac = {0, 0, 0, 0, seed >> 28, i},
			    .state = (seed >> 20) % 3,
			    .place = 1 + (seed >> 12) % n};
		}
		for (unsigned step = 0; step < 200; step++) {
			size_t i = (step + round) % n;
			struct role_view v = view_of(all, n, i, others);
			enum role_step s = role_rule(&v);

			if (s == ROLE_GIVE_UP) {
				all[i].state = PROTO_ROLE_CAN;
				all[i].place = role_rule_last(&v);
			} else if (s == ROLE_TAKE) {
				all[i].state = PROTO_ROLE_TAKING;
			} else if (all[i].state == PROTO_ROLE_TAKING) {
				all[i].state = PROTO_ROLE_HOLDS;
			}
		}
		for (size_t i = 0; i < n; i++)
			holders += all[i].state == PROTO_ROLE_HOLDS;
		assert_int_equal(holders, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(table),
	    cmocka_unit_test(settles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
