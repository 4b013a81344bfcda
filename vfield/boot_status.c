/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/boot_status.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"
#include "lib/pread_all.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/run_dir.h"

#define FILE_MAX (8U << 20) /* the most bytes of machines.json */
#define NAME_TEXT 65
#define WHY_TEXT 321

/* Returns true if a boot service runs on this machine, which holds a lock on
 * the file boot/lock for as long as it lives. */
static bool
runs(const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "boot/lock");
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd != -1 && flock(fd, LOCK_SH | LOCK_NB) == -1;
}

struct json_object *
boot_status_read(const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "boot/machines.json");
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE uint8_t *text = NULL;
	struct json_object *o;
	struct stat st;

	if (fd == -1 || !runs(run_dir) || fstat(fd, &st) == -1 ||
	    st.st_size > FILE_MAX)
		return NULL;
	text = malloc(st.st_size + 1);
	if (text == NULL || pread_all(fd, text, st.st_size, 0) == -1)
		return NULL;
	text[st.st_size] = '\0';
	o = json_tokener_parse((char *)text);
	if (o != NULL && json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

static const char *
text_of(struct json_object *o, const char *key, char to[NAME_TEXT])
{
	return human_clean(control_string(o, key), to, NAME_TEXT);
}

static void
show_images(FILE *to, struct json_object *o)
{
	char name[NAME_TEXT], id[NAME_TEXT], why[WHY_TEXT];

	if (control_string(o, "image")[0] != '\0')
		fprintf(to, "boots    %s (%.12s), with %s\n",
			text_of(o, "image_name", name), text_of(o, "image", id),
			control_bool(o, "by_files") ? "the kernel of --files"
						    : "its own kernel");
	if (control_string(o, "wanted")[0] != '\0')
		fprintf(to, "         not yet the default, %s (%.12s): %s\n",
			text_of(o, "wanted_name", name),
			text_of(o, "wanted", id),
			human_clean(control_string(o, "why"), why, sizeof why));
}

/* Prints the images that the site gives to hosts and that are not offered. */
static void
show_own(FILE *to, struct json_object *o)
{
	char name[NAME_TEXT], id[NAME_TEXT], why[WHY_TEXT];
	size_t n;
	struct json_object *all = control_array(o, "own_images", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(all, i);

		if (control_string(one, "why")[0] != '\0')
			fprintf(to,
				"         not %s (%.12s), which the site gives "
				"hosts: %s\n",
				text_of(one, "name", name),
				text_of(one, "id", id),
				human_clean(control_string(one, "why"), why,
					    sizeof why));
	}
}

static void
show_service(FILE *to, struct json_object *o)
{
	char a[NAME_TEXT], b[NAME_TEXT];
	const char *role = control_string(o, "role");

	fprintf(to, "boot     at %s (%s), ", text_of(o, "interface", a),
		text_of(o, "address", b));
	if (strcmp(role, "standby") == 0)
		fprintf(to, "stands by; %s answers DHCP\n",
			text_of(o, "answers", a));
	else if (strcmp(role, "answering") != 0)
		fprintf(to, "%s\n",
			strcmp(role, "checking") == 0
			    ? "looks whether another DHCP server answers"
			    : "waits for this node and its image");
	else if (control_bool(o, "proxy"))
		fprintf(to, "answers beside another DHCP server\n");
	else
		fprintf(to, "answers DHCP with %s-%s\n", text_of(o, "first", a),
			text_of(o, "last", b));
}

void
boot_status_show(FILE *to, struct json_object *o)
{
	if (o == NULL)
		return;
	show_service(to, o);
	show_images(to, o);
	show_own(to, o);
}

/* Prints the row of a machine.  If an installation is running or has failed,
 * that is printed instead of the stage, so that such a machine is never said to
 * be up.  If the machine was sent to its disk, the stage is "disk".  The row
 * names the image that the machine would boot unless its id is `image`. */
static void
show_machine(FILE *to, struct json_object *m, const char *image, time_t now)
{
	char name[NAME_TEXT], at[NAME_TEXT], mac[NAME_TEXT], stage[NAME_TEXT];
	char said[NAME_TEXT], ago[HUMAN_TEXT], what[NAME_TEXT];
	uint64_t since = control_number(m, "since");
	const char *more = "", *next = control_string(m, "next");
	bool own = *next != '\0' && strcmp(next, "disk") != 0 &&
		   strcmp(next, image) != 0;
	bool installs;

	text_of(m, "name", name);
	text_of(m, "stage", stage);
	text_of(m, "install", said);
	installs = *said != '\0' && strncmp(said, "done ", 5) != 0 &&
		   strcmp(stage, "gone") != 0;
	if (installs) {
		snprintf(stage, sizeof stage, "%.*s", (int)strcspn(said, " "),
			 said);
		more = strchr(said, ' ') != NULL ? said : "";
	}
	fprintf(to, "%-16s %-15s %-17s %-10s %s%s%s%s%s%s\n",
		human_fit(name, 16), text_of(m, "address", at),
		text_of(m, "mac", mac), stage,
		human_seconds((uint64_t)now > since ? now - since : 0, ago),
		control_bool(m, "late") ? ", late" : "",
		*more != '\0' ? ", " : "", more, own ? ", boots " : "",
		own ? text_of(m, "next_name", what) : "");
}

/* Prints those addresses of the boot service's range that it gives to no
 * machine, since other hosts already use them. */
static void
show_taken(FILE *to, struct json_object *o)
{
	size_t n;
	struct json_object *all = control_array(o, "taken", &n);
	char at[NAME_TEXT], mac[NAME_TEXT];

	for (size_t i = 0; i < n; i++) {
		struct json_object *t = json_object_array_get_idx(all, i);

		fprintf(to, "%-16s %-15s %-17s %s\n", "(a stranger)",
			text_of(t, "address", at), text_of(t, "mac", mac),
			"taken");
	}
}

void
boot_status_machines(FILE *to, struct json_object *o)
{
	size_t n;
	struct json_object *all = control_array(o, "machines", &n);
	time_t now = time(NULL);

	if (n == 0)
		return;
	fprintf(to, "\n%-16s %-15s %-17s %-10s %s\n", "MACHINE", "ADDRESS",
		"CARD", "STAGE", "FOR");
	for (int late = 1; late >= 0; late--)
		for (size_t i = 0; i < n; i++) {
			struct json_object *m =
			    json_object_array_get_idx(all, i);

			if (control_bool(m, "late") == late)
				show_machine(to, m, control_string(o, "image"),
					     now);
		}
	show_taken(to, o);
}
