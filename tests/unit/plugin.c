/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "site/facts.h"
#include "site/plugin.h"

static struct plugin *
parsed(const char *text, char why[PLUGIN_WHY])
{
	struct plugin *p = plugin_new("dir/nfs", "nfs", why);

	assert_non_null(p);
	if (plugin_parse(p, text, strlen(text), why) == 0)
		return p;
	plugin_free(p);
	return NULL;
}

static void
whole_file(void **state)
{
	char why[PLUGIN_WHY];
	struct plugin *p = parsed("; a comment\n"
				  "description = homes  ; for all\n"
				  "packages = nfs-common, nfs-kernel-server\n"
				  "needs = names users\n"
				  "role = nfs\n"
				  "every = 60\n"
				  "[settings]\n"
				  "share = home   ; \"Name of the share?\"\n"
				  "options =\n",
				  why);
	const struct plugin_setting *s;

	assert_non_null(p);
	assert_string_equal(p->description, "homes");
	assert_int_equal(p->npackages, 2);
	assert_string_equal(p->packages[1], "nfs-kernel-server");
	assert_true(plugin_needs(p, "users"));
	assert_false(plugin_needs(p, "user"));
	assert_string_equal(p->role, "nfs");
	assert_int_equal(p->every, 60);
	s = plugin_setting(p, "share");
	assert_string_equal(s->value, "home");
	assert_string_equal(s->question, "Name of the share?");
	s = plugin_setting(p, "options");
	assert_string_equal(s->value, "");
	assert_null(s->question);
	plugin_free(p);
}

static void
what_is_wrong(void **state)
{
	static const struct {
		/* `why`: the end of the error message */
		const char *text, *why;
	} cases[] = {
	    {"descripton = x\n", ":1: 'descripton' is none of description, "
				 "packages, needs, role, every"},
	    {"\nnonsense\n", ":2: neither NAME = VALUE nor [settings]"},
	    {"role = a b\n", ":1: role: 'a b' is not a name"},
	    {"needs = ../x\n", ":1: needs: '../x' is not a name"},
	    {"packages = --force\n", ":1: packages: '--force' is not a name"},
	    {"packages = a;reboot\n", ":1: packages: 'a;reboot' is not a name"},
	    {"every = 0\n",
	     ":1: every: '0' is not a number of seconds from 1 to 86400"},
	    {"every = -1\n",
	     ":1: every: '-1' is not a number of seconds from 1 to 86400"},
	    {"role = a\nrole = b\n", ":2: role is said twice"},
	    {"needs = a\nneeds = b\n", ":2: needs is said twice"},
	    {"[settings]\na = 1\na = 2\n", ":3: a is said twice"},
	    {"[settings]\nA = 1\n",
	     ":2: 'A' is not a setting's name (a-z, 0-9 and '_')"},
	    {"[other]\na = 1\n",
	     ":2: there is no section [other], only [settings]"},
	};
	char why[PLUGIN_WHY];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(parsed(cases[i].text, why));
		assert_true(strncmp(why, "dir/nfs/plugin:", 15) == 0);
		assert_string_equal(why + 14, cases[i].why);
	}
}

static void
names(void **state)
{
	static const char *const wrong[] = {"",
					    ".",
					    "..",
					    "a/b",
					    "A",
					    "1",
					    "a b",
					    "a\n",
					    "-a",
					    "a$(b)",
					    "abcdefghijklmnopqrstuvwxyz012345"};
	char why[PLUGIN_WHY];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_null(plugin_new("dir", wrong[i], why));
	assert_true(plugin_name_ok("nfs-2"));
}

/* Makes a plugin of that name whose line `needs` has the text `needs`. */
static struct plugin *
needing(const char *name, const char *needs)
{
	char why[PLUGIN_WHY], text[128];
	struct plugin *p = plugin_new("dir", name, why);

	snprintf(text, sizeof text, "needs = %s\n", needs);
	assert_int_equal(plugin_parse(p, text, strlen(text), why), 0);
	return p;
}

static void
order(void **state)
{
	static const struct {
		const char *names, *needs[4];
		/* the names in the right order; or the error message */
		const char *result;
	} cases[] = {
	    {"abcd", {"", "", "", ""}, "abcd"},
	    {"abcd", {"d", "", "", "c"}, "bcda"},
	    {"abcd", {"b, c", "d", "d", ""}, "dbca"},
	    {"abcd",
	     {"b", "c", "a", ""},
	     "plugins need each other: b needs c needs a needs b"},
	    {"abcd",
	     {"b", "c", "b", ""},
	     "plugins need each other: c needs b needs c"},
	    {"abcd", {"a", "", "", ""}, "plugins need each other: a needs a"},
	    {"abcd",
	     {"e", "", "", ""},
	     "plugin a needs plugin e, which is not among the host's"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct plugin *p[4];
		char why[PLUGIN_WHY] = "";

		for (size_t j = 0; j < 4; j++) {
			char name[2] = {cases[i].names[j], '\0'};

			p[j] = needing(name, cases[i].needs[j]);
		}
		if (plugin_order(p, 4, why) == 0)
			for (size_t j = 0; j < 4; j++)
				strcat(why, p[j]->name);
		assert_string_equal(why, cases[i].result);
		for (size_t j = 0; j < 4; j++)
			plugin_free(p[j]);
	}
}

static void
values(void **state)
{
	char why[PLUGIN_WHY];
	struct plugin *p[2];
	struct facts f = {.plugins = p, .n = 2};

	p[0] = parsed("[settings]\nshare = home\n", why);
	p[1] = needing("mpi", "");
	assert_int_equal(facts_own(&f, "host.name", "node1"), 0);
	assert_int_equal(facts_own(&f, "host.colour", "red"), -1);
	assert_string_equal(facts_value(&f, p[0], "host.name"), "node1");
	assert_string_equal(facts_value(&f, p[0], "host.domain"), "");
	assert_string_equal(facts_value(&f, p[0], "share"), "home");
	assert_string_equal(facts_value(&f, p[0], "nfs.share"), "home");
	assert_null(facts_value(&f, p[0], "colour"));
	assert_null(facts_value(&f, p[0], "nfs.colour"));
	/* p[1] does not need the plugin nfs */
	assert_null(facts_value(&f, p[1], "nfs.share"));
	plugin_free(p[1]);
	p[1] = needing("mpi", "nfs");
	assert_string_equal(facts_value(&f, p[1], "nfs.share"), "home");
	plugin_free(p[0]);
	plugin_free(p[1]);
}

static void
ids(void **state)
{
	char a[FACTS_ID], b[FACTS_ID];

	facts_id("key", "node1", a);
	assert_int_equal(strspn(a, "0123456789abcdef"), 32);
	facts_id("key", "node1", b);
	assert_string_equal(a, b);
	facts_id("key", "node2", b);
	assert_string_not_equal(a, b);
	facts_id("other", "node1", b);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_file), cmocka_unit_test(what_is_wrong),
	    cmocka_unit_test(names),      cmocka_unit_test(order),
	    cmocka_unit_test(values),     cmocka_unit_test(ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
