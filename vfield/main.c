/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield: the one command that a person types. */
#include <stdio.h>
#include <string.h>

#include "lib/stdout_flush.h"
#include "vfield/cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
    {"image", cmd_image, "make, show, check and add images"},
    {"serve", cmd_serve, "be a node that has an image: a seed"},
    {"join", cmd_join, "be a further node; it learns all from a peer"},
    {"boot", cmd_boot, "boot machines from the network, off this node"},
    {"node", cmd_node, "list the nodes, and what they run and hold"},
    {"status", cmd_status, "what the node on this machine knows and does"},
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

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	if (strcmp(name, "--version") == 0) {
		printf("vfield %s\n", VF_VERSION);
		return to_stdout();
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    strcmp(name, "help") == 0) {
		help(stdout);
		return to_stdout();
	}
	if (*name == '\0')
		help(stderr);
	else
		fprintf(stderr,
			"vfield: there is no command '%s'\n"
			"Try 'vfield --help'.\n",
			name);
	return 2;
}
