/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/ipxe_script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/ip4.h"

#define URL_BYTES 128
/* bytes of a MAC, which iPXE puts in the place of ${netX/mac:hexhyp} */
#define MAC_HEX_BYTES 17

/* Returns those words of the kernel's command line that are the same for all
 * boot loaders, malloc'ed.  Returns NULL with errno ENOMEM, or E2BIG if the
 * command line is too long. */
static char *
words(const struct script *s)
{
	char *text = NULL, ip[IP4_TEXT];
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (to == NULL)
		return NULL;
	fprintf(to, "vfield.image=%s", s->image);
	for (size_t i = 0; i < s->npeers; i++)
		fprintf(to, "%s%s", i == 0 ? " vfield.peer=" : ",",
			ip4_text(s->peers[i], ip));
	if (s->nservers > 0)
		fprintf(to, " vfield.boot=%s:%u", ip4_text(s->servers[0], ip),
			s->port);
	if (s->name != NULL)
		fprintf(to, " vfield.name=%s", s->name);
	if (s->gives_key)
		fputs(" vfield.key=boot", to);
	if (s->writes_disk)
		fputs(" vfield.disks=key", to);
	if (s->append != NULL)
		fprintf(to, " %s", s->append);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	if (len + MAC_HEX_BYTES > SCRIPT_LINE_MAX) {
		free(text);
		errno = E2BIG;
		return NULL;
	}
	return text;
}

static void
write_server(const struct script *s, const char *line, size_t i, FILE *to)
{
	char url[URL_BYTES], ip[IP4_TEXT];

	snprintf(url, sizeof url, "http://%s:%u/%s",
		 ip4_text(s->servers[i], ip), s->port, s->image);
	fprintf(to,
		":server%zu\n"
		"imgfree\n"
		"kernel --name vmlinuz %s/vmlinuz?mac=${netX/mac:hexhyp} "
		"initrd=initrd BOOTIF=01-${netX/mac:hexhyp} %s || goto "
		"server%zu\n"
		"initrd --name initrd %s/initrd?mac=${netX/mac:hexhyp} || goto "
		"server%zu\n"
		"boot || goto server%zu\n",
		i, url, line, i + 1, url, i + 1, i + 1);
}

char *
script_text(const struct script *s)
{
	AUTO_FREE char *line = words(s);
	char *text = NULL, ip[IP4_TEXT];
	size_t len;
	FILE *to;

	if (line == NULL)
		return NULL;
	to = open_memstream(&text, &len);
	if (to == NULL)
		return NULL;
	fprintf(to, "#!ipxe\necho V-FIELD boots %s\n",
		s->name != NULL ? s->name : "${netX/mac}");
	for (size_t i = 0; i < s->nservers; i++)
		write_server(s, line, i, to);
	fprintf(to,
		":server%zu\n"
		"echo Kernel or initramfs did not come; once more in 3 s\n"
		"imgfree\n"
		"sleep 3\n",
		s->nservers);
	for (size_t i = 0; i < s->nservers; i++)
		fprintf(to,
			"chain --replace --autofree http://%s:%u/boot.ipxe"
			"?mac=${netX/mac:hexhyp} ||\n",
			ip4_text(s->servers[i], ip), s->port);
	fprintf(to, "dhcp && chain --replace --autofree ${filename} ||\n"
		    "goto server0\n");
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

char *
script_who(uint32_t server, unsigned port)
{
	char *text, ip[IP4_TEXT];

	if (asprintf(&text,
		     "#!ipxe\n"
		     "chain --autofree http://%s:%u/boot.ipxe"
		     "?mac=${netX/mac:hexhyp}\n",
		     ip4_text(server, ip), port) == -1)
		return NULL;
	return text;
}

char *
script_wait(const char *name, uint32_t server, unsigned port)
{
	char *text, ip[IP4_TEXT];

	ip4_text(server, ip);
	if (asprintf(&text,
		     "#!ipxe\n"
		     "echo V-FIELD: the image of %s is on its way\n"
		     "sleep 3\n"
		     "chain --replace --autofree http://%s:%u/boot.ipxe"
		     "?mac=${netX/mac:hexhyp} ||\n"
		     "dhcp && chain --replace --autofree ${filename}\n",
		     name, ip, port) == -1)
		return NULL;
	return text;
}

char *
script_disk(const char *name)
{
	char *text;

	if (asprintf(&text,
		     "#!ipxe\n"
		     "echo V-FIELD: %s starts from its disk\n"
		     "exit 1\n",
		     name) == -1)
		return NULL;
	return text;
}

char *
script_pxelinux(const struct script *s)
{
	AUTO_FREE char *line = words(s);
	char *text;

	if (line == NULL || asprintf(&text,
				     "DEFAULT vfield\n"
				     "PROMPT 0\n"
				     "LABEL vfield\n"
				     "  KERNEL %s/vmlinuz\n"
				     "  INITRD %s/initrd\n"
				     "  APPEND %s\n"
				     "  IPAPPEND 2\n",
				     s->image, s->image, line) == -1)
		return NULL;
	return text;
}
