/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield: the command that a person types.  Runs the subcommand that the first
 * argument names. */
#include <stdio.h>
#include <string.h>

#include "lib/stdout_flush.h"
#include "vfield/cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
    {"setup", cmd_setup, "make this machine the first of a room"},
    {"image", cmd_image, "make, show, check and add images"},
    {"serve", cmd_serve, "be a node that has an image: a seed"},
    {"join", cmd_join, "be a further node; it learns all from a peer"},
    {"boot", cmd_boot, "boot machines from the network, off this node"},
    {"node", cmd_node, "list the nodes, and what they run and hold"},
    {"status", cmd_status, "what the node on this machine knows and does"},
    {"site", cmd_site, "hosts, groups, plugins: check and publish them"},
    {"host", cmd_host, "the hosts of the site, and what is set for each"},
    {"role", cmd_role, "who holds which role; move one"},
    {"key", cmd_key, "keys: who may say what this cluster is"},
    {"copy", cmd_copy, "bring a file to the disks of many machines"},
    {"fetch", cmd_fetch, "fill a file on this machine with an image"},
    {"install", cmd_install, "have machines install themselves on their disks"},
    {"repair", cmd_repair, "have installed machines repair themselves"},
    {"agent", cmd_agent, "have this machine follow the cluster's site"},
    {"plugin", cmd_plugin, "plugins: list, show and run them"},
    {"backup", cmd_backup, "keep settings, keys, site and words in one file"},
    {"restore", cmd_restore, "bring back what backup has kept"},
    {"map", cmd_map, "draw the replicas of all nodes"},
};

#define NCOMMANDS (sizeof commands / sizeof *commands)

static void
help(FILE *to)
{
	fputs("Usage: vfield COMMAND [OPTION]...\n"
	      "Spread one read-only image over the machines that read it.\n\n",
	      to);
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\n'vfield COMMAND --help' tells more.\n", to);
}

static int
to_stdout(void)
{
	return stdout_flush("vfield") == 0 ? 0 : 1;
}

/* Returns the function that runs the command `name`; NULL: there is none. */
static int (*find(const char *name))(int argc, char **argv)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run;
	return NULL;
}

static int
no_command(const char *name)
{
	fprintf(stderr,
		"vfield: there is no command '%s'\n"
		"Try 'vfield --help'.\n",
		name);
	return 2;
}

/* Runs "vfield COMMAND --help" for "vfield help COMMAND", where COMMAND may be
 * two words, such as "image create". */
static int
help_on(int argc, char **argv)
{
	int (*run)(int argc, char **argv) = find(argv[0]);
	char word[] = "--help", *words[4] = {0};
	int n = 0;

	if (run == NULL)
		return no_command(argv[0]);
	while (n < argc && n < 2) {
		words[n] = argv[n];
		n++;
	}
	words[n++] = word;
	return run(n, words);
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	int (*run)(int argc, char **argv) = find(name);

	if (run != NULL)
		return run(argc - 1, argv + 1);
	if (strcmp(name, "--version") == 0) {
		printf("vfield %s\n", VF_VERSION);
		return to_stdout();
	}
	if (strcmp(name, "help") == 0 && argc > 2)
		return help_on(argc - 2, argv + 2);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    strcmp(name, "help") == 0) {
		help(stdout);
		return to_stdout();
	}
	if (*name != '\0')
		return no_command(name);
	help(stderr);
	return 2;
}
