/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* URIs of NBD, which libnbd takes apart with libxml2; that brings ICU along, 40
 * MB.  The router and the plugin connect by address and by socket; who comes by
 * here all the same has a URI, and is told that it is none.
 */
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
