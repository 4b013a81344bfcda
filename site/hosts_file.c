/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/hosts_file.h"

#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "site/keys.h"

/* number of bytes after which inih cuts off a section's name */
#define SECTION_BYTES 49
/* most lines of a section; arbitrary, to bound the work */
#define ENTRIES_MAX 256

static const char between[] = ", \t";

struct kept {
	SLIST_ENTRY(kept) next;
	max_align_t bytes[];
};

/* The state of one call of hosts_file_parse. */
struct reader {
	struct hosts_file *f;
	const struct site_plugins *plugins;
	struct site_errors *errors;
	const char *at, *end; /* the part of the text that was not read yet */
	unsigned line;        /* number of the line that was read last */
	unsigned header;      /* number of the line with the last [NAME] */
	struct section *section;
	bool failed; /* there is no memory, or there is too much of something */
};

void *
hosts_file_alloc(struct hosts_file *f, size_t bytes)
{
	struct kept *k = calloc(1, sizeof *k + bytes);

	if (k == NULL)
		return NULL;
	SLIST_INSERT_HEAD(&f->kept, k, next);
	return k->bytes;
}

static char *
copy(struct reader *r, const char *text, size_t len)
{
	char *to = hosts_file_alloc(r->f, len + 1);

	if (to != NULL)
		memcpy(to, text, len);
	else
		r->failed = true;
	return to;
}

#define wrong_at(r, line, ...)                                                 \
	site_error((r)->errors, SITE_HOSTS, line, __VA_ARGS__)
#define wrong(r, ...) wrong_at(r, (r)->line, __VA_ARGS__)

/* Passes inih the next line, as fgets would, but without the blanks in front of
 * it: inih would take a line with blanks for a part of the line before. */
static char *
read_line(char *to, int size, void *ctx)
{
	struct reader *r = ctx;
	const char *end;
	size_t len;

	if (r->at == r->end || r->failed)
		return NULL;
	end = memchr(r->at, '\n', r->end - r->at);
	if (end == NULL)
		end = r->end;
	while (r->at < end && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
	r->line++;
	len = end - r->at;
	if (len > (size_t)size - 2) { /* inih might read on at size - 1 */
		wrong(r, "%.20s...: a line has %d bytes at most", r->at,
		      size - 2);
		len = 0;
	}
	memcpy(to, r->at, len);
	to[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)to[i] < ' ' && to[i] != '\t' &&
		    to[i] != '\r') {
			wrong(r, "%.20s: a control character", to);
			to[0] = '\0';
			break;
		}
	if (to[0] == '[' && strchr(to, ']') != NULL)
		r->header = r->line;
	r->at = end + (end < r->end);
	return to;
}

struct section *
hosts_file_section(struct hosts_file *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->sections[i].name, name) == 0)
			return &f->sections[i];
	return NULL;
}

/* Makes room for one more section.  Returns 0; -1: there is no memory. */
static int
grow(struct reader *r)
{
	struct hosts_file *f = r->f;
	struct section *more = f->sections;

	if ((f->n & (f->n - 1)) == 0) /* room is a power of two */
		more = realloc(more, (f->n == 0 ? 1 : 2 * f->n) * sizeof *more);
	r->failed = more == NULL;
	if (more != NULL)
		f->sections = more;
	return r->failed ? -1 : 0;
}

/* Begins a section.  If its name is wrong, its lines are checked all the same.
 */
static void
begin_section(struct reader *r, const char *name)
{
	struct section *old = hosts_file_section(r->f, name);

	if (old != NULL)
		wrong_at(r, r->header, "[%s] stands in line %u already", name,
			 old->line);
	if (strlen(name) >= SECTION_BYTES || !ranges_group_ok(name))
		wrong_at(r, r->header,
			 "[%s]: a section's name has letters, digits, '-', '_' "
			 "and '.', at most %d",
			 name, SECTION_BYTES - 1);
	if (r->f->n == SITE_SECTIONS_MAX) {
		wrong_at(r, r->header, "[%s]: more than %d sections", name,
			 SITE_SECTIONS_MAX - 1);
		r->failed = true;
		return;
	}
	if (grow(r) == -1)
		return;
	r->section = &r->f->sections[r->f->n++];
	*r->section = (struct section){.name = copy(r, name, strlen(name)),
				       .line = r->header};
}

static struct entry *
new_entry(struct reader *r)
{
	struct section *s = r->section;
	struct entry *more;

	if (s->n == ENTRIES_MAX) {
		wrong(r, "[%s]: more than %d lines", s->name, ENTRIES_MAX);
		r->failed = true;
		return NULL;
	}
	more = s->entries;
	if ((s->n & (s->n - 1)) == 0) /* room is a power of two */
		more = realloc(more, (s->n == 0 ? 1 : 2 * s->n) * sizeof *more);
	if (more == NULL) {
		r->failed = true;
		return NULL;
	}
	s->entries = more;
	s->entries[s->n] = (struct entry){0};
	return &s->entries[s->n++];
}

/* Checks a value that names a plugin, or a setting of one.  Returns false if
 * there is no such plugin or setting, and adds an error. */
static bool
plugin_ok(struct reader *r, const char *key, const char *text)
{
	const struct site_plugins *p = r->plugins;
	char plugin[SITE_KEY_MAX];
	const char *setting;

	if (strcmp(key, "plugins") == 0) {
		if (p->has == NULL || p->has(p->ctx, text))
			return true;
		wrong(r, "%s: no such plugin", text);
		return false;
	}
	setting = site_key(key)->name == NULL
		      ? site_key_setting(key, plugin, sizeof plugin)
		      : NULL;
	if (setting == NULL)
		return true;
	if (p->has != NULL && !p->has(p->ctx, plugin)) {
		wrong(r, "%s: no plugin %s", key, plugin);
		return false;
	}
	if (p->has_setting == NULL || p->has_setting(p->ctx, plugin, setting))
		return true;
	wrong(r, "%s: plugin %s has no setting %s", key, plugin, setting);
	return false;
}

/* Appends a value of len bytes to e; if the value is wrong, adds an error
 * instead. */
static void
add_value(struct reader *r, struct entry *e, const struct site_key *k,
	  const char *at, size_t len)
{
	char *text = copy(r, at, len);

	if (text == NULL)
		return;
	if (!k->ok(text))
		wrong(r, "%s = %s: should be %s", e->key, text, k->wanted);
	else if (plugin_ok(r, e->key, text))
		e->values[e->n++] =
		    (struct site_value){e->key, text, SITE_HOSTS, r->line};
}

static void
split(struct reader *r, struct entry *e, const struct site_key *k,
      const char *at)
{
	/* the text has at least one separator between two elements */
	e->values =
	    hosts_file_alloc(r->f, (strlen(at) / 2 + 1) * sizeof *e->values);
	if (e->values == NULL) {
		r->failed = true;
		return;
	}
	if (!k->list && *at != '\0')
		add_value(r, e, k, at, strlen(at));
	for (at += strspn(at, between); k->list && *at != '\0';
	     at += strspn(at, between)) {
		size_t len = strcspn(at, between);

		add_value(r, e, k, at, len);
		at += len;
	}
}

/* Cuts "+" or "-" off the end of a key, as in "plugins +", and returns the
 * operation that it stands for. */
static enum entry_op
cut_op(char *key)
{
	size_t len = strlen(key);
	enum entry_op op = ENTRY_SET;

	if (len > 0 && (key[len - 1] == '+' || key[len - 1] == '-')) {
		op = key[--len] == '+' ? ENTRY_ADD : ENTRY_REMOVE;
		while (len > 0 && (key[len - 1] == ' ' || key[len - 1] == '\t'))
			len--;
		key[len] = '\0';
	}
	return op;
}

/* Returns true if the key exists and the operation `op` is allowed for it; else
 * adds an error. */
static bool
key_ok(struct reader *r, const struct site_key *k, const char *key,
       enum entry_op op)
{
	bool hosts = strcmp(key, "hosts") == 0;

	if (k == NULL)
		wrong(r, "%s: no such key", key);
	else if (*r->section->name == '\0' &&
		 (hosts || strcmp(key, "use") == 0))
		wrong(r, "%s: wants a section", key);
	else if (op != ENTRY_SET && !k->list && !hosts)
		wrong(r, "%s: is one value, which only = sets", key);
	else if (op == ENTRY_REMOVE && hosts)
		wrong(r, "hosts: !NAME leaves out a host");
	else
		return true;
	return false;
}

/* Takes a line KEY = VALUE, which inih has parsed. */
static int
on_value(void *ctx, const char *section, const char *name, const char *value)
{
	struct reader *r = ctx;
	const struct site_key *k;
	char key[SITE_KEY_MAX];
	enum entry_op op;
	struct entry *e;

	if (r->header != r->section->line)
		begin_section(r, section);
	if (r->failed)
		return 1;
	if (strlen(name) >= sizeof key) {
		wrong(r, "%.20s...: no such key", name);
		return 1;
	}
	strcpy(key, name);
	op = cut_op(key);
	k = site_key(key);
	if (!key_ok(r, k, key, op))
		return 1;
	e = new_entry(r);
	if (e == NULL)
		return 1;
	e->op = op;
	e->list = k->list;
	e->line = r->line;
	e->key = copy(r, key, strlen(key));
	if (!r->failed)
		split(r, e, k, value);
	return 1;
}

struct hosts_file *
hosts_file_parse(const char *text, size_t len,
		 const struct site_plugins *plugins, struct site_errors *errors)
{
	struct hosts_file *f = calloc(1, sizeof *f);
	struct reader r = {.f = f,
			   .plugins = plugins,
			   .errors = errors,
			   .at = text,
			   .end = text + len};
	int line;

	if (f == NULL)
		return NULL;
	if (grow(&r) == -1) {
		hosts_file_free(f);
		return NULL;
	}
	f->sections[0] = (struct section){.name = ""};
	f->n = 1;
	r.section = &f->sections[0];
	line = ini_parse_stream(read_line, &r, on_value, &r);
	if (line > 0)
		site_error(errors, SITE_HOSTS, line, "not KEY = VALUE");
	if (line >= 0 && !r.failed)
		return f;
	hosts_file_free(f);
	return NULL;
}

void
hosts_file_free(struct hosts_file *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++) {
		free(f->sections[i].entries);
		name_set_free(f->sections[i].hosts);
	}
	while (!SLIST_EMPTY(&f->kept)) {
		struct kept *k = SLIST_FIRST(&f->kept);

		SLIST_REMOVE_HEAD(&f->kept, next);
		free(k);
	}
	free(f->sections);
	free(f);
}
