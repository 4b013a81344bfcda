/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/hosts_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/pread_all.h"
#include "lib/write_all.h"

static const char blanks[] = " \t";

/* Returns true if the line is the header "[host]". */
static bool
is_header(const char *line, size_t len, const char *host)
{
	size_t at = strspn(line, blanks), n = strlen(host);

	return at + n + 2 <= len && line[at] == '[' &&
	       strncmp(line + at + 1, host, n) == 0 && line[at + 1 + n] == ']';
}

static bool
begins_section(const char *line)
{
	return line[strspn(line, blanks)] == '[';
}

/* Returns true if the line sets the key `mac`. */
static bool
sets_mac(const char *line)
{
	line += strspn(line, blanks);
	if (strncmp(line, "mac", 3) != 0)
		return false;
	line += 3;
	line += strspn(line, blanks);
	return *line == '=' || *line == ':';
}

/* Prints the line "mac = ..." with the address `mac`, followed by the comment
 * of the line that it replaces. */
static void
print_mac(FILE *to, const char *line, size_t len, const char *mac)
{
	size_t comment = 1;

	while (comment < len && !(line[comment] == ';' &&
				  strchr(blanks, line[comment - 1]) != NULL))
		comment++;
	fprintf(to, "mac = %s", mac);
	if (comment < len)
		fprintf(to, " %.*s", (int)(len - comment), line + comment);
	fputc('\n', to);
}

static void
print_all(FILE *to, const char *text, const struct hosts_edit *e)
{
	bool inside = false, done = false, has = false;
	const char *line, *next;

	/* If the host's section sets `mac`, that line is changed; else a line
	 * is added below the section's header. */
	for (line = text; *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		if (begins_section(line))
			inside = is_header(line, next - line, e->host);
		has |= inside && sets_mac(line);
		next += *next == '\n';
	}
	inside = false;
	for (line = text; *line != '\0'; line = next) {
		size_t len = strcspn(line, "\n");

		next = line + len + (line[len] == '\n');
		if (begins_section(line))
			inside = is_header(line, len, e->host);
		if (inside && !done && has && sets_mac(line)) {
			print_mac(to, line, len, e->mac);
			done = true;
			continue;
		}
		fprintf(to, "%.*s\n", (int)len, line);
		if (inside && !done && !has) {
			print_mac(to, "", 0, e->mac);
			done = true;
		}
	}
	if (!done)
		fprintf(to, "[%s]\nmac = %s\n", e->host, e->mac);
}

char *
hosts_edit_text(const char *text, const struct hosts_edit *e)
{
	char *result = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&result, &len);

	if (to == NULL)
		return NULL;
	print_all(to, text, e);
	if (fclose(to) == 0)
		return result;
	free(result);
	return NULL;
}

static char *
read_text(int fd, struct stat *st)
{
	AUTO_FREE char *text = NULL;

	if (fstat(fd, st) == -1)
		return NULL;
	text = calloc(1, st->st_size + 1);
	if (text == NULL ||
	    pread_all(fd, (uint8_t *)text, st->st_size, 0) == -1)
		return NULL;
	return TAKE_PTR(text);
}

/* Replaces the file at path by one with the text, and the owner and mode in
 * `st`.  Returns 0, or -1 and errno. */
static int
replace(const char *path, const char *text, const struct stat *st)
{
	AUTO_FREE char *fresh = NULL;
	AUTO_CLOSE int fd = -1;

	if (asprintf(&fresh, "%s.new", path) == -1)
		return -1;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	if (write_all(fd, text, strlen(text)) == 0 &&
	    fchown(fd, st->st_uid, st->st_gid) == 0 &&
	    fchmod(fd, st->st_mode & 07777) == 0 && fsync(fd) == 0 &&
	    rename(fresh, path) == 0)
		return 0;
	unlink(fresh);
	return -1;
}

int
hosts_edit_file(const char *path, const struct hosts_edit *e, size_t n)
{
	/* the target of a symbolic link is changed, not the link */
	AUTO_FREE char *real = realpath(path, NULL);
	AUTO_CLOSE int fd =
	    real != NULL ? open(real, O_RDONLY | O_CLOEXEC) : -1;
	AUTO_FREE char *text = NULL;
	struct stat st;

	if (fd == -1)
		return -1;
	text = read_text(fd, &st);
	for (size_t i = 0; text != NULL && i < n; i++) {
		char *changed = hosts_edit_text(text, &e[i]);

		free(text);
		text = changed;
	}
	return text != NULL ? replace(real, text, &st) : -1;
}
