/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin: reads a plugin, a directory that makes machines of one image
 * different: files for their root, and hooks, which are programs that are run
 * at certain moments.
 *
 *   plugin     INI: description, packages, needs, role, every; [settings]
 *   root/      files for the machine's root (render.h)
 *   build boot change install check repair role      hooks, all optional
 *
 *   description = home directories      ; at most PLUGIN_TEXT_MAX bytes
 *   packages = nfs-common, nfs-kernel-server
 *   needs = names
 *   role = nfs
 *   every = 60                          ; seconds between checks
 *   [settings]
 *   share = home                        ; "Name of the share?"
 *
 * The name of a plugin is that of its directory.  A setting's default stands
 * after its '='.  The question that asks a person for the setting stands in
 * quotation marks in a comment on the same line.
 *
 * Errors   functions that fail write a text for the user to `why`, which begins
 *          with the file and, where there is one, the line.
 * Limits   PLUGIN_FILE_MAX bytes of the file `plugin`, 199 bytes a line. */
#ifndef VF_SITE_PLUGIN_H
#define VF_SITE_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

#define PLUGIN_NAME_MAX 31
#define PLUGIN_FILE_MAX 16384
#define PLUGIN_TEXT_MAX 190
#define PLUGIN_NEEDS_MAX 16
#define PLUGIN_PACKAGES_MAX 64
#define PLUGIN_SETTINGS_MAX 64
/* seconds; arbitrary: at least one check a day */
#define PLUGIN_EVERY_MAX 86400
#define PLUGIN_EVERY_DEFAULT 60 /* seconds; chosen */
/* key of the setting by which a site sets `every` of a plugin that has a hook
 * `check` */
#define PLUGIN_EVERY "every"
#define PLUGIN_WHY 384 /* bytes of an error's text, with the NUL */

enum plugin_hook {
	PLUGIN_BUILD,
	PLUGIN_BOOT,
	PLUGIN_CHANGE,
	PLUGIN_INSTALL,
	PLUGIN_CHECK,
	PLUGIN_REPAIR,
	PLUGIN_ROLE,
	PLUGIN_HOOKS,
};

struct plugin_setting {
	char *key;
	char *value;    /* the default; may be empty */
	char *question; /* NULL: the setting has no question */
};

struct plugin {
	char name[PLUGIN_NAME_MAX + 1];
	char *dir;         /* path of the plugin's directory */
	char *description; /* may be NULL */
	char *packages[PLUGIN_PACKAGES_MAX];
	size_t npackages;
	char *needs[PLUGIN_NEEDS_MAX]; /* names of plugins */
	size_t nneeds;
	char *role;     /* may be NULL */
	unsigned every; /* seconds between checks; 0: the file does not say */
	struct plugin_setting settings[PLUGIN_SETTINGS_MAX];
	size_t nsettings;
	bool hooks[PLUGIN_HOOKS]; /* hooks[h]: the plugin has the hook h */
};

/* Returns the name of a hook, which is also that of its file. */
const char *plugin_hook_name(enum plugin_hook h);
/* Returns the hook of that name; PLUGIN_HOOKS: there is no such hook. */
enum plugin_hook plugin_hook_named(const char *name);

/* Returns whether the text can be the name of a plugin or of a role: a-z, 0-9
 * and '-', beginning with a letter. */
bool plugin_name_ok(const char *name);
/* Returns whether the text can be the key of a setting: a-z, 0-9 and '_',
 * beginning with a letter. */
bool plugin_key_ok(const char *key);
/* Reads a number of seconds from 1 to PLUGIN_EVERY_MAX.  Returns 0, or -1. */
int plugin_every_parse(const char *text, unsigned *seconds);

/* Returns a plugin without settings or hooks, to be filled in by plugin_parse.
 * Returns NULL and writes `why` if no plugin can have that name, or there is no
 * memory. */
struct plugin *plugin_new(const char *dir, const char *name,
			  char why[PLUGIN_WHY]);
/* Parses the text of a file `plugin` into p.  Returns 0, or -1 and writes
 * `why`.  Pure. */
int plugin_parse(struct plugin *p, const char *text, size_t len,
		 char why[PLUGIN_WHY]);
/* Reads the plugin in PARENT/NAME.  Returns NULL and writes `why` if the plugin
 * cannot be read or is wrong; errno is ENOENT if there is no such directory. */
struct plugin *plugin_read(const char *parent, const char *name,
			   char why[PLUGIN_WHY]);
void plugin_free(struct plugin *p);

/* Returns the setting of that key; NULL: the plugin has no such setting. */
const struct plugin_setting *plugin_setting(const struct plugin *p,
					    const char *key);
bool plugin_needs(const struct plugin *p, const char *name);

/* Sorts n plugins so that each stands after those that it needs, and otherwise
 * in the order that they had.  Returns 0; or -1 and writes `why`: a needed
 * plugin is not among them, or plugins need each other in a circle. */
int plugin_order(struct plugin **plugins, size_t n, char why[PLUGIN_WHY]);

#endif
