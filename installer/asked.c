/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/asked.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "installer/kernel_word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"

#define CARDS "/sys/class/net"
#define MAC_BYTES 18 /* bytes of a card's address as text, with the NUL */

static int
from_kernel(const struct settings *s, struct jobs_line *l)
{
	bool repair;

	*l = (struct jobs_line){0};
	if (kernel_word(s->kernel_line, &repair, &l->number) == -1)
		return 0;
	l->verb = repair ? JOBS_REPAIR : JOBS_INSTALL;
	return 1;
}

/* Adds the addresses of all this machine's cards to `names`.  Returns 0, or -1
 * after an error. */
static int
add_cards(struct name_set *names)
{
	DIR *dir = opendir(CARDS);
	struct dirent *d;
	int result = 0;

	while (dir != NULL && result == 0 && (d = readdir(dir)) != NULL) {
		AUTO_FREE char *card = path_in(CARDS, d->d_name);
		AUTO_FREE char *path = path_in(card, "address");
		AUTO_FCLOSE FILE *f =
		    *d->d_name != '.' ? fopen(path, "re") : NULL;
		char mac[MAC_BYTES];

		if (f != NULL && fgets(mac, sizeof mac, f) != NULL &&
		    strlen(mac) == MAC_BYTES - 1)
			result = name_set_add(names, mac, MAC_BYTES - 1);
	}
	if (dir != NULL)
		closedir(dir);
	return result;
}

/* Adds the jobs of the list DIR/NAME to j.  Returns 0, also if there is no such
 * list; or -1 with the error logged. */
static int
read_list(struct jobs *j, const char *dir, const char *name, bool repairs)
{
	AUTO_FREE char *path = path_in(dir, name);

	if (jobs_load(j, path, repairs) == 0 || errno == ENOENT)
		return 0;
	log_error("%s: %m", path);
	return -1;
}

/* Adds this machine's name to `cards`, the set of its cards' addresses, by
 * which jobs are found.  The name may be forged, by whoever answers DHCP; so if
 * the site gives the host a card, the name is added only if the machine has
 * that card. */
static int
add_host(struct settings *s, struct name_set *cards)
{
	const char *mac;

	if (settings_card(s, &mac) == 0 &&
	    (mac == NULL || name_set_find(cards, mac) != -1))
		return name_set_add(cards, s->host, strlen(s->host));
	log_warn("%s: jobs for a host of this name are not done: the site does "
		 "not say that this machine is it",
		 s->host);
	return 0;
}

static int
from_lists(struct settings *s, struct jobs_line due[JOBS_DUE_MAX])
{
	struct name_set *names = name_set_new();
	struct jobs j = {0};
	int n = -1;

	if (names == NULL || add_cards(names) == -1 || add_host(s, names) == -1)
		log_error("%m");
	else if (read_list(&j, s->run_dir, ASKED_JOBS, false) == 0 &&
		 read_list(&j, s->run_dir, ASKED_REPAIR, true) == 0)
		n = (int)jobs_due(&j, names, time(NULL), due);
	jobs_free(&j);
	name_set_free(names);
	return n;
}

int
asked_find(struct settings *s, struct jobs_line due[JOBS_DUE_MAX])
{
	char key[KERNEL_VALUE_MAX];

	if (kernel_value(s->kernel_line, "vfield.trust", key, sizeof key) == -1)
		return from_kernel(s, due);
	if (from_kernel(s, due) == 1)
		log_warn("vfield.install= is not obeyed: a key is trusted, so "
			 "only a signed job counts");
	return from_lists(s, due);
}
