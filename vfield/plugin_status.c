/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/plugin_status.h"

#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define NOTES_MAX (1 << 20) /* most bytes of vfield-plugin's notes */
#define TEXT_MAX 200        /* most bytes of a text that is shown */
#define ID_DIGITS 12

/* Adds to the notes what is wrong by the checks of vfield agent. */
static void
add_checks(struct json_object *notes, const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "checks");
	struct json_object *o = json_object_from_file(path);
	struct json_object *a;

	if (json_object_object_get_ex(o, "checks", &a))
		json_object_object_add(notes, "checks", json_object_get(a));
	json_object_put(o);
}

/* Prints what is wrong by the checks. */
static void
show_checks(FILE *to, struct json_object *notes)
{
	char name[TEXT_MAX], state[TEXT_MAX], said[TEXT_MAX];
	size_t n;
	struct json_object *a = control_array(notes, "checks", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(a, i);

		fprintf(
		    to, "         %s: its check is %s: %s\n",
		    human_clean(control_string(o, "name"), name, sizeof name),
		    human_clean(control_string(o, "state"), state,
				sizeof state),
		    human_clean(control_string(o, "said"), said, sizeof said));
	}
}

void
plugin_status_add(struct json_object *o, const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "plugins");
	struct json_object *notes;
	struct stat st;

	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size > NOTES_MAX)
		return;
	notes = json_object_from_file(path);
	if (json_object_is_type(notes, json_type_object))
		json_object_object_add(o, "host", notes);
	else
		json_object_put(notes);
	if (control_object(o, "host") != NULL)
		add_checks(notes, run_dir);
}

/* Returns the word in vfield-plugin's notes that says how the plugin's last
 * hook has ended; "": no hook was run. */
static const char *
hook_word(struct json_object *plugin)
{
	const char *word = control_string(plugin, "change");

	return word[0] != '\0' ? word : control_string(plugin, "boot");
}

static void
show_plugin(FILE *to, struct json_object *p)
{
	char name[TEXT_MAX], text[TEXT_MAX];
	const char *word = hook_word(p);

	human_clean(control_string(p, "name"), name, sizeof name);
	if (control_number(p, "failed") > 0)
		fprintf(
		    to, "         %s: %s\n", name,
		    human_clean(control_string(p, "why"), text, sizeof text));
	if (word[0] != '\0' && strcmp(word, "ok") != 0)
		fprintf(
		    to, "         %s: its hook %s: %s\n", name, word,
		    human_clean(control_string(p, "said"), text, sizeof text));
	if (control_bool(p, "next_boot"))
		fprintf(to, "         %s: changes more at the next boot\n",
			name);
}

void
plugin_status_show(FILE *to, struct json_object *o)
{
	struct json_object *notes = control_object(o, "host");
	char host[TEXT_MAX], site[TEXT_MAX], why[TEXT_MAX];
	size_t n;
	struct json_object *a = control_array(notes, "plugins", &n);

	if (notes == NULL)
		return;
	human_clean(control_string(notes, "host"), host, sizeof host);
	human_clean(control_string(notes, "site"), site, sizeof site);
	human_clean(control_string(notes, "why"), why, sizeof why);
	fprintf(to, "host     %s of the site %.*s, %zu plugin%s%s%s\n", host,
		ID_DIGITS, site, n, n == 1 ? "" : "s",
		why[0] != '\0' ? ": " : "", why);
	for (size_t i = 0; i < n; i++)
		show_plugin(to, json_object_array_get_idx(a, i));
	show_checks(to, notes);
}
