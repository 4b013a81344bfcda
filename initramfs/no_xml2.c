/* no_xml2: stands in the initramfs for libxml2.
 *
 * libnbd takes NBD URIs apart with libxml2, which brings ICU along: 40 MB
 * that would stay in the memory of every machine.  The router and the plugin
 * connect by address and by socket; who comes by here all the same has a URI,
 * and is told that it is none.
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
