/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_machines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/stdout_flush.h"
#include "site/keys.h"
#include "vfield/jobs_said.h"
#include "vfield/site_images.h"

/* Adds the jobs of the list that the signed word on `subject` names to `all`.
 * Returns 0; -1: the log says why. */
static int
add_list(const struct site_fetch *f, const char *subject, struct jobs *all)
{
	struct jobs_said said = {.program = f->program,
				 .state = f->state,
				 .run_dir = f->run_dir,
				 .subject = subject};
	int result = jobs_said_read(&said);

	for (size_t i = 0; i < said.jobs.n && result == 0; i++)
		result = jobs_add(all, &said.jobs.v[i]);
	jobs_free(&said.jobs);
	return result;
}

/* Returns the number of the newest job in `all` for the host with that name or
 * card that has not expired, whether it is done or not; 0: there is none. */
static uint64_t
last_job(const struct jobs *all, const char *name, const char *mac)
{
	struct jobs_line due[JOBS_DUE_MAX];
	struct name_set *names = name_set_new();
	size_t n = 0;

	if (names == NULL || name_set_add(names, name, strlen(name)) == -1 ||
	    name_set_add(names, mac, strlen(mac)) == -1)
		log_fatal("%m");
	n = jobs_due(all, names, time(NULL), due);
	name_set_free(names);
	return n > 0 ? due[n - 1].number : 0;
}

static void
print_host(const struct site_host *h, const struct jobs *all,
	   const char *images)
{
	const char *mac = site_get(h, "mac");
	const char *address = site_get(h, "address");
	const char *from = site_get(h, "boot_from");
	const char *image = site_get(h, "image");
	char text[IMAGE_NAME_TEXT];
	uint64_t job;

	if (mac == NULL)
		return;
	job = last_job(all, h->name, mac);
	printf("%s %s", mac, h->name);
	if (address != NULL)
		printf(" %s", address);
	if (from != NULL && strcmp(from, "disk") == 0)
		printf(" disk");
	if (job != 0)
		printf(" job=%" PRIu64, job);
	if (image != NULL && site_images_text(images, image, text) == 0)
		printf(" image=%s", text);
	else if (image != NULL)
		log_warn("%s: the site does not say which image is %s: "
			 "publish it again",
			 h->name, image);
	putchar('\n');
}

/* Prints the addresses of roles that a host may have, each once. */
static void
print_roles(const struct site_host *h, struct name_set *printed)
{
	for (size_t i = 0; i < h->nvalues; i++) {
		const struct site_value *v = h->values[i];
		size_t before = name_set_count(printed);

		if (!site_key_is_role_address(v->key))
			continue;
		if (name_set_add(printed, v->text, strlen(v->text)) == -1)
			log_fatal("%m");
		if (name_set_count(printed) > before)
			printf("role %s\n", v->text);
	}
}

int
site_machines_print(const struct site_fetch *f)
{
	AUTO_FREE char *images = NULL;
	struct name_set *printed;
	struct jobs all = {0};
	struct site *s;
	int result = site_fetch_hosts(f, &s, &images);

	if (result == -1)
		return -1;
	printed = name_set_new();
	if (printed == NULL)
		log_fatal("%m");
	if (s != NULL && (add_list(f, WORD_JOBS, &all) == -1 ||
			  add_list(f, WORD_REPAIR, &all) == -1))
		result = -1;
	for (size_t i = 0;
	     s != NULL && result == 0 && i < name_set_count(site_names(s)); i++)
		print_host(site_host_at(s, i), &all, images);
	for (size_t i = 0;
	     s != NULL && result == 0 && i < name_set_count(site_names(s)); i++)
		print_roles(site_host_at(s, i), printed);
	name_set_free(printed);
	jobs_free(&all);
	site_free(s);
	return result == 0 ? stdout_flush(f->program) : -1;
}
