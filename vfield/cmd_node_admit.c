/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield node admit: has the boot service give the cluster key to a machine. */
#include "vfield/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/path_in.h"
#include "vfield/boot_machines.h"
#include "vfield/control.h"
#include "vfield/node_config.h"

#define PROGRAM "vfield node admit"
#define LINE_BYTES 256

struct settings {
	const char *config;
	const char *run_dir;
	const char *admitted;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("admitted", 0, STRING, admitted, "FILE",
	"the list to add to (default: /etc/vfield/admitted)"),
    NODE_OPTIONS("has a boot service"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .args = "MAC|NAME",
    .summary = "Admit a machine: vfield boot --admit gives it the cluster key.",
    .options = options,
};

/* Writes the address of a network card to `mac` in lower case with colons, as
 * in the list of admitted machines.  Returns false if `text` is no such
 * address. */
static bool
read_mac(const char *text, char mac[BOOT_MAC_TEXT])
{
	unsigned b[6];
	char c;

	if (strlen(text) != BOOT_MAC_TEXT - 1 ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2],
		   &b[3], &b[4], &b[5], &c) != 6)
		return false;
	snprintf(mac, BOOT_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x",
		 b[0] & 255, b[1] & 255, b[2] & 255, b[3] & 255, b[4] & 255,
		 b[5] & 255);
	return true;
}

/* Writes to `mac` the card's address of the machine `name`, if the boot service
 * of this machine has seen that machine; else returns false. */
static bool
find_mac(const char *run_dir, const char *name, char mac[BOOT_MAC_TEXT])
{
	AUTO_FREE char *dir = path_in(run_dir, "boot");
	AUTO_FREE char *path = path_in(dir, "machines.json");
	struct json_object *all = json_object_from_file(path);
	size_t n;
	struct json_object *list = control_array(all, "machines", &n);
	bool found = false;

	for (size_t i = 0; i < n && !found; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		found = strcmp(control_string(o, "name"), name) == 0 &&
			read_mac(control_string(o, "mac"), mac);
	}
	json_object_put(all);
	return found;
}

static bool
has_line(const char *path, const char *mac)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[LINE_BYTES];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncasecmp(line, mac, strlen(mac)) == 0)
			return true;
	return false;
}

static int
add_line(const char *path, const char *mac, const char *name)
{
	FILE *f;

	if (has_line(path, mac))
		return 0;
	f = fopen(path, "ae");
	if (f != NULL) {
		fprintf(f, "%s%s%s\n", mac, *name != '\0' ? " " : "", name);
		if (fclose(f) == 0)
			return 0;
	}
	log_error("%s: %m", path);
	return -1;
}

int
node_admit(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .admitted = "/etc/vfield/admitted"};
	char mac[BOOT_MAC_TEXT];
	const char *name = "";
	char **rest;
	int nrest;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest != 1) {
		fprintf(stderr,
			PROGRAM ": one MAC or NAME is wanted\nTry '" PROGRAM
				" --help'.\n");
		return 2;
	}
	if (!read_mac(rest[0], mac)) {
		name = rest[0];
		if (!find_mac(set.run_dir, name, mac)) {
			log_error("%s: neither a card's address nor a machine "
				  "that the boot service of this machine has "
				  "seen",
				  name);
			return EXIT_FAILURE;
		}
	}
	return add_line(set.admitted, mac, name) == 0 ? EXIT_SUCCESS
						      : EXIT_FAILURE;
}
