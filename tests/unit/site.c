/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of hosts files: the values that each host gets, with the line of each
 * value, and the errors that are reported for wrong files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/site.h"

static bool
has(void *ctx, const char *plugin)
{
	return strstr(" names users ssh nfs mpi distcc ", plugin) != NULL;
}

static bool
has_setting(void *ctx, const char *plugin, const char *key)
{
	return strcmp(plugin, "nfs") == 0 && strcmp(key, "share") == 0;
}

static const struct site_plugins plugins = {has, has_setting, NULL};

static const char example[] =
    "gateway = 10.0.0.1\n"
    "[base]                       ; no hosts: a template\n"
    "plugins = names, users, ssh, nfs\n"
    "nfs.share = home\n"
    "[compute]\n"
    "hosts = node[01-40]\n"
    "use = base\n"
    "plugins += mpi, distcc\n"
    "  disk = compute\n"
    "image = lab-cuda\n"
    "install = init partition mount base packages\n"
    "install += configure\n"
    "[big]\n"
    "hosts = @compute, !node[09-40]\n"
    "use = base\n"
    "nfs.share = big\n"
    "[node07]\n"
    "mac = 52-54-00-12-34-5A\n"
    "address = 10.0.0.47\n"
    "plugins -= distcc\n"
    "roles =\n"
    "[server]\n"
    "use = base\n"
    "address = 10.0.0.2\n"
    "roles = nfs\n"
    "role.nfs.address = 10.0.0.3\n"
    "disk =\n";

static struct site *
read_text(const char *text, struct site_errors *e)
{
	*e = (struct site_errors){0};
	return site_read(text, strlen(text), &plugins, e);
}

/* Returns all values of the host `name` as text, each as "KEY=TEXT:LINE ". */
static const char *
values(struct site *s, const char *name)
{
	static char text[2000];
	const struct site_host *h = site_host(s, name);

	assert_non_null(h);
	text[0] = '\0';
	for (size_t i = 0; i < h->nvalues; i++)
		sprintf(text + strlen(text), "%s=%s:%u ", h->values[i]->key,
			h->values[i]->text, h->values[i]->line);
	return text;
}

static void
resolves(void **state)
{
	struct site_errors e;
	struct site *s = read_text(example, &e);

	assert_non_null(s);
	assert_int_equal(name_set_count(site_names(s)), 41);
	assert_string_equal(site_host_at(s, 40)->name, "server");
	assert_string_equal(
	    values(s, "node40"),
	    "gateway=10.0.0.1:1 plugins=names:3 plugins=users:3 plugins=ssh:3 "
	    "plugins=nfs:3 plugins=mpi:8 plugins=distcc:8 nfs.share=home:4 "
	    "disk=compute:9 image=lab-cuda:10 install=init:11 "
	    "install=partition:11 install=mount:11 install=base:11 "
	    "install=packages:11 install=configure:12 ");
	assert_string_equal(
	    values(s, "node07"),
	    "gateway=10.0.0.1:1 plugins=names:3 plugins=users:3 plugins=ssh:3 "
	    "plugins=nfs:3 plugins=mpi:8 disk=compute:9 image=lab-cuda:10 "
	    "install=init:11 install=partition:11 install=mount:11 "
	    "install=base:11 install=packages:11 install=configure:12 "
	    "nfs.share=big:16 mac=52:54:00:12:34:5a:18 address=10.0.0.47:19 ");
	assert_string_equal(
	    values(s, "server"),
	    "gateway=10.0.0.1:1 plugins=names:3 plugins=users:3 plugins=ssh:3 "
	    "plugins=nfs:3 nfs.share=home:4 address=10.0.0.2:24 roles=nfs:25 "
	    "role.nfs.address=10.0.0.3:26 ");
	site_free(s);
}

static void
answers(void **state)
{
	struct site_errors e;
	struct site *s = read_text(example, &e);
	const struct site_host *h = site_host(s, "node07");
	struct name_set *to = name_set_new();
	char why[RANGES_WHY];
	size_t n;

	assert_string_equal(site_get(h, "mac"), "52:54:00:12:34:5a");
	assert_null(site_get(h, "boot_from"));
	assert_string_equal(site_setting(h, "nfs", "share"), "big");
	assert_null(site_setting(h, "nfs", "other"));
	assert_true(site_has(h, "plugins", "mpi"));
	assert_false(site_has(h, "plugins", "distcc"));
	(void)site_values(h, "plugins", &n);
	assert_int_equal(n, 5);
	assert_null(site_host(s, "node41"));
	assert_int_equal(site_hosts_of(s, "@big!node07", to, why), 0);
	assert_int_equal(name_set_count(to), 7);
	name_set_clear(to);
	assert_int_equal(site_hosts_of(s, "!@compute", to, why), 0);
	assert_int_equal(name_set_find(to, "node07"), -1);
	assert_int_not_equal(name_set_find(to, "server"), -1);
	assert_int_equal(site_hosts_of(s, "node[40-41]", to, why), -1);
	assert_string_equal(why, "node41: the site has no such host (node01?)");
	name_set_clear(to);
	assert_int_equal(site_hosts_of(s, "node7", to, why), -1);
	assert_string_equal(why, "node7: the site has no such host (node07?)");
	name_set_clear(to);
	assert_int_equal(site_hosts_of(s, "printer", to, why), -1);
	assert_string_equal(why, "printer: the site has no such host");
	name_set_clear(to);
	assert_int_equal(site_hosts_of(s, "node07!@compute", to, why), -1);
	assert_string_equal(why, "node07!@compute: no host is meant");
	assert_int_equal(site_hosts_of(s, "@base", to, why), -1);
	assert_string_equal(why, "@base: no such group");
	name_set_free(to);
	site_free(s);
}

static void
refuses(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *error;
	} table[] = {
	    {"[a]\nmac = 52:54:00:12:34:56\ncolour = red\n", 3,
	     "colour: no such key"},
	    {"[a]\nhosts = b\nplugins = xfs\n", 3, "xfs: no such plugin"},
	    {"[a]\nhosts = b\nxfs.share = x\n", 3, "no plugin xfs"},
	    {"[a]\nhosts = b\nnfs.shore = x\n", 3,
	     "plugin nfs has no setting shore"},
	    {"[a]\nmac = 52:54:00:12:34:56\n[b]\nmac = 52-54-00-12-34-56\n", 4,
	     "a and b have the same"},
	    {"[a]\naddress = 10.0.0.1\n[b]\naddress = 10.0.0.1\n", 4,
	     "address = 10.0.0.1: a and b have the same"},
	    {"[g]\nhosts = a\nrole.log.address = 10.0.0.1\n[b]\n"
	     "address = 10.0.0.1\n",
	     3, "role.log.address = 10.0.0.1: a host has that address"},
	    {"[g]\nhosts = a\nrole.log.address = 10.0.0.1\n"
	     "role.web.address = 10.0.0.1\n",
	     4, "another role has that address"},
	    {"[g]\nhosts = a,b\nrole.log.address = 10.0.0.1\n[b]\n"
	     "role.log.address = 10.0.0.2\n",
	     5, "another host has 10.0.0.1"},
	    {"[g]\nhosts = a,b\naddress = 10.0.0.1\n", 3,
	     "a and b have the same"},
	    {"[a]\nuse = b\n[b]\nuse = a\n", 1, "[a] uses itself"},
	    {"[a]\nhosts = @b\n[b]\nhosts = @a\n", 4, "its own member"},
	    {"[a]\nhosts = @a\n", 2, "its own member"},
	    {"[a]\nhosts = x\nuse = b\n", 3, "use = b: no such section"},
	    {"[a]\nhosts = x\n[x]\nmac = 2:3\n", 4,
	     "mac = 2:3: should be a card's address"},
	    {"[a]\nhosts = x\n[x]\nmac = 53:54:00:12:34:56\n", 4,
	     "should be a card's address"},
	    {"[a]\naddress = 10.0.0.300\n", 2, "should be an IPv4 address"},
	    {"[a]\naddress = 127.0.0.1\n", 2, "should be an IPv4 address"},
	    {"[a]\naddress = fe80::1\n", 2, "should be an IPv4 address"},
	    {"[a]\nhosts = x\nname_servers = 10.0.0.1, dns\n", 3,
	     "name_servers = dns: should be"},
	    {"[a]\nhosts = x\nimage = ../passwd\n", 3,
	     "image = ../passwd: should be"},
	    {"[a]\nhosts = x\ndisk = ../../etc\n", 3, "should be a name"},
	    {"[a]\nhosts = x\ninstall = init `reboot`\n", 3,
	     "install = `reboot`: should be a name"},
	    {"[a]\nhosts = x\nboot_from = cd\n", 3, "disk or network"},
	    {"[a]\nhosts = x\nbase = disk\n", 3, "files or image"},
	    {"[a]\nhosts = x\nboot_from = disk\n"
	     "[b]\nhosts = y\nbase = image\n",
	     6, "base = image: y needs boot_from = disk"},
	    {"[a]\nhosts = x\ncopy_to = /a, /b/../c\n", 3, "a directory"},
	    {"[a]\nhosts = x\nmac += 52:54:00:12:34:56\n", 3, "only = sets"},
	    {"[a]\nhosts = x\nhosts -= x\n", 3, "!NAME leaves out"},
	    {"[a]\nhosts = ../x\n", 2, "../x: no name"},
	    {"[a]\nhosts = n[1-9000]\n", 2, "more than 8192 names"},
	    {"[a]\nhosts = x\n[y]\nplugins = mpi\n", 3,
	     "[y]: no group has this host"},
	    {"[a]\nhosts = a\n", 1, "is a group, and a host of one"},
	    {"[a]\nhosts = x\n[b]\nhosts = y\nuse = x\n[x]\nplugins = mpi\n", 5,
	     "use = x: this is a host"},
	    {"[a]\nhosts = x\n[b]\nhosts = y\n[a]\nhosts = z\n", 5,
	     "[a] stands in line 1 already"},
	    {"[a.b]\nmac = 52:54:00:12:34:56\n", 1, "a host's name"},
	    {"[a/b]\nhosts = x\n", 1, "a section's name"},
	    {"[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n"
	     "hosts = x\n",
	     1, "a section's name"},
	    {"hosts = x\n", 1, "wants a section"},
	    {"[a]\nhosts = x\nplugins\n", 3, "not KEY = VALUE"},
	    {"[a\nhosts = x\n", 1, "not KEY = VALUE"},
	    {"[a]\nhosts = x\nnfs.share = a\1b\n", 3, "control character"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct site_errors e;

		assert_null(read_text(table[i].text, &e));
		assert_true(e.n >= 1);
		if (e.v[0].line != table[i].line ||
		    strstr(e.v[0].text, table[i].error) == NULL)
			fail_msg("%s: %s:%u: %s", table[i].text, e.v[0].file,
				 e.v[0].line, e.v[0].text);
	}
}

static void
says_all_errors(void **state)
{
	struct site_errors e;

	assert_null(read_text("[a]\nhosts = x\nred = 1\nblue = 2\n", &e));
	assert_int_equal(e.n, 2);
	assert_int_equal(e.v[1].line, 4);
}

/* Reads the hosts file that `print` writes, which exceeds a limit, and asserts
 * that it is refused with the message `error`. */
static void
too_much(void (*print)(FILE *to), const char *error)
{
	struct site_errors e;
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	print(to);
	fclose(to);
	e = (struct site_errors){0};
	assert_null(site_read(text, len, &plugins, &e));
	assert_true(e.n >= 1);
	if (strstr(e.v[0].text, error) == NULL)
		fail_msg("%s: %s", error, e.v[0].text);
	free(text);
}

static void
many_bytes(FILE *to)
{
	for (int i = 0; i <= SITE_FILE_MAX; i++)
		fputc('\n', to);
}

static void
many_sections(FILE *to)
{
	for (int i = 0; i < SITE_SECTIONS_MAX; i++)
		fprintf(to, "[s%d]\nhosts = h%d\n", i, i);
}

static void
many_hosts(FILE *to)
{
	fputs("[a]\nhosts = a[1-8000]\n[b]\nhosts = b[1-8000]\n", to);
}

static void
many_members(FILE *to)
{
	fputs("[a]\nhosts = a[1-8000]\n", to);
	for (int i = 0; i < 40; i++)
		fprintf(to, "[b%d]\nhosts = @a\n", i);
}

static void
many_lines(FILE *to)
{
	fputs("[a]\nhosts = x\n", to);
	for (int i = 0; i < 300; i++)
		fputs("plugins += mpi\n", to);
}

static void
many_values(FILE *to)
{
	for (int i = 0; i < 3; i++) {
		fprintf(to, "[g%d]\nhosts = x\n", i);
		for (int j = 0; j < 250; j++)
			fprintf(to, "roles += r%d\n", 1000 * i + j);
	}
}

static void
many_all_together(FILE *to)
{
	fputs("[a]\nhosts = a[1-8000]\n", to);
	for (int i = 0; i < 200; i++)
		fputs("plugins += mpi\n", to);
}

static void
deep_groups(FILE *to)
{
	for (int i = 0; i < 8000; i++)
		fprintf(to, "[g%d]\nhosts = @g%d\n", i, i + 1);
}

static void
deep_uses(FILE *to)
{
	for (int i = 0; i < 8000; i++)
		fprintf(to, "[g%d]\nuse = g%d\n", i, i + 1);
	fputs("[g8000]\nhosts = a\n", to);
}

static void
long_line(FILE *to)
{
	fputs("[a]\nhosts = ", to);
	for (int i = 0; i < 100000; i++)
		fputs("a,", to);
}

static void
bounds(void **state)
{
	too_much(many_bytes, "more than 1048576 bytes");
	too_much(many_sections, "more than 8191 sections");
	too_much(many_hosts, "more than 8192 hosts");
	too_much(many_members, "too many hosts in all groups together");
	too_much(many_lines, "more than 256 lines");
	too_much(many_values, "more than 512 values for the host x");
	too_much(many_all_together, "too many lines for all hosts together");
	too_much(deep_groups, "groups in each other");
	too_much(deep_uses, "used through too many");
	too_much(long_line, "a line has");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(resolves), cmocka_unit_test(answers),
	    cmocka_unit_test(refuses),  cmocka_unit_test(says_all_errors),
	    cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
