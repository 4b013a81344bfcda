/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libxml2: libnbd parses NBD's URIs with it.  The real library needs ICU, of 40
 * MB.  Router and plugin connect by address or by socket, never by URI.  Any
 * other program is told that its text is no URI. */
#include <stddef.h>

void *xmlParseURI(const char *text);
void xmlFreeURI(void *uri);
unsigned char *xmlSaveUri(void *uri);
char *xmlURIUnescapeString(const char *text, int len, char *target);

void *
xmlParseURI(const char *text)
{
	return NULL;
}

void
xmlFreeURI(void *uri)
{
}

unsigned char *
xmlSaveUri(void *uri)
{
	return NULL;
}

char *
xmlURIUnescapeString(const char *text, int len, char *target)
{
	return NULL;
}
