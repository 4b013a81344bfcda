/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hosts_edit: changes which network card a host of a site has: the line `mac`
 * of its section in the site's file `hosts`.  Comments, blanks and the order of
 * lines stay.
 */
#ifndef VF_VFIELD_HOSTS_EDIT_H
#define VF_VFIELD_HOSTS_EDIT_H

#include <stddef.h>

struct hosts_edit {
	const char *host;
	/* address of the network card that the host is to have */
	const char *mac;
};

/* Returns the text of a hosts file with the line `mac` of the host's own
 * section changed, or added to it; a section that is missing is added at the
 * end.  The result is for free(); NULL: there is no memory. */
char *hosts_edit_text(const char *text, const struct hosts_edit *e);
/* Makes n changes in the file, all or none.  Returns 0, or -1 and errno. */
int hosts_edit_file(const char *path, const struct hosts_edit *e, size_t n);

#endif
