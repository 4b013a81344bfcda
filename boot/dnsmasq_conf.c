/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/dnsmasq_conf.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define TFTP_AT_ONCE 1024 /* dnsmasq's own limit of 50 is less than a room */

static bool
path_ok(const char *path)
{
	for (; *path != '\0'; path++)
		if (*path <= ' ' || *path > '~' || strchr("\"'#\\,", *path))
			return false;
	return true;
}

int
dnsmasq_paths_set(struct dnsmasq_paths *f, const char *dir)
{
	*f = (struct dnsmasq_paths){0};
	if (!path_ok(dir)) {
		errno = EINVAL;
		return -1;
	}
	if (asprintf(&f->conf, "%s/dnsmasq.conf", dir) == -1 ||
	    asprintf(&f->hosts, "%s/hosts", dir) == -1 ||
	    asprintf(&f->leases, "%s/dnsmasq.leases", dir) == -1 ||
	    asprintf(&f->tftp, "%s/tftp", dir) == -1) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

void
dnsmasq_paths_free(struct dnsmasq_paths *f)
{
	free(f->conf);
	free(f->hosts);
	free(f->leases);
	free(f->tftp);
}

static bool
has(const struct dnsmasq_paths *f, const char *name)
{
	AUTO_FREE char *path = NULL;

	return asprintf(&path, "%s/%s", f->tftp, name) != -1 &&
	       access(path, R_OK) == 0;
}

/* The first of them that is there; NULL: none. */
static const char *
first_of(const struct dnsmasq_paths *f, const char *const *names)
{
	for (; *names != NULL; names++)
		if (has(f, *names))
			return *names;
	return NULL;
}

static void
write_general(const struct boot_config *c, const struct dnsmasq_paths *f,
	      FILE *to)
{
	static const char *const users[] = {"dnsmasq", "nobody", "root"};

	fprintf(to,
		"port=0\n"
		"interface=%s\n"
		"bind-interfaces\n"
		"no-hosts\n"
		"no-resolv\n"
		"pid-file=\n"
		"log-facility=-\n"
		"log-async=100\n"
		"dhcp-leasefile=%s\n"
		"enable-tftp\n"
		"tftp-root=%s\n"
		"tftp-no-fail\n"
		"tftp-max=%d\n",
		c->card.name, f->leases, f->tftp, TFTP_AT_ONCE);
	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		if (getpwnam(users[i]) != NULL) {
			fprintf(to, "user=%s\n", users[i]);
			break;
		}
}

/* Lines that tag a machine by its firmware. */
static void
write_tags(FILE *to)
{
	fputs("dhcp-match=set:ipxe,175\n"
	      "dhcp-userclass=set:ipxe,iPXE\n"
	      "dhcp-match=set:efi,option:client-arch,7\n"
	      "dhcp-match=set:efi,option:client-arch,9\n"
	      "dhcp-match=set:http,option:client-arch,16\n",
	      to);
}

struct loaders {
	/* names of loaders for TFTP; NULL: none is there */
	const char *bios, *efi;
	char url[64]; /* the address of the script on this machine */
};

static void
find_loaders(const struct boot_config *c, const struct dnsmasq_paths *f,
	     struct loaders *l)
{
	static const char *const bios[] = {"undionly.kpxe", "lpxelinux.0",
					   "pxelinux.0", NULL};
	static const char *const efi[] = {"snponly.efi", "ipxe.efi", NULL};
	char ip[IP4_TEXT];

	l->bios = first_of(f, bios);
	l->efi = first_of(f, efi);
	snprintf(l->url, sizeof l->url, "http://%s:%u",
		 ip4_text(c->card.address, ip), (unsigned)c->set.http_port);
}

/* iPXE goes on by HTTP; other firmware gets iPXE. */
static void
write_boot(const struct loaders *l, FILE *to)
{
	fprintf(to, "dhcp-boot=tag:ipxe,%s/boot.ipxe\n", l->url);
	if (l->bios != NULL)
		fprintf(to, "dhcp-boot=tag:!ipxe,tag:!efi,tag:!http,%s\n",
			l->bios);
	if (l->efi == NULL)
		return;
	fprintf(to,
		"dhcp-boot=tag:!ipxe,tag:efi,%s\n"
		"dhcp-boot=tag:!ipxe,tag:http,%s/%s\n"
		"dhcp-option-force=tag:!ipxe,tag:http,60,HTTPClient\n",
		l->efi, l->url, l->efi);
}

static void
write_proxy(const struct boot_config *c, const struct loaders *l, FILE *to)
{
	char ip[IP4_TEXT];

	ip4_text(c->card.address, ip);
	fprintf(to, "dhcp-range=%s,proxy\n", ip);
	/* iPXE takes no file's name from a proxy that names no server */
	fprintf(to, "dhcp-boot=tag:ipxe,%s/boot.ipxe,,%s\n", l->url, ip);
	/* a service makes dnsmasq answer at all, iPXE's requests too */
	fprintf(to, "pxe-service=tag:!ipxe,X86PC,\"V-FIELD\",%s\n",
		l->bios != NULL ? l->bios : "undionly.kpxe");
	if (l->efi != NULL)
		fprintf(to,
			"pxe-service=tag:!ipxe,X86-64_EFI,\"V-FIELD\",%s\n"
			"pxe-service=tag:!ipxe,BC_EFI,\"V-FIELD\",%s\n",
			l->efi, l->efi);
}

static void
write_options(const struct boot_config *c, FILE *to)
{
	char ip[IP4_TEXT];

	/* an option without a value: none, or dnsmasq would name itself
	 */
	fputs("dhcp-option=option:router", to);
	if (c->gateway != 0)
		fprintf(to, ",%s", ip4_text(c->gateway, ip));
	fputs("\ndhcp-option=option:dns-server", to);
	for (size_t i = 0; i < c->ndns; i++)
		fprintf(to, ",%s", ip4_text(c->dns[i], ip));
	fputc('\n', to);
	if (c->set.domain != NULL)
		fprintf(to, "dhcp-option=option:domain-name,%s\n",
			c->set.domain);
	/* iPXE need not wait for a proxy: 3 s */
	fputs("dhcp-option=encap:175,176,1b\n", to);
}

static void
write_range(const struct boot_config *c, FILE *to)
{
	char ip[IP4_TEXT], mask[IP4_TEXT];

	fprintf(to,
		"dhcp-authoritative\n"
		"no-ping\n"
		"dhcp-ignore=tag:!known\n"
		"dhcp-lease-max=%d\n"
		"dhcp-range=%s,static,%s,%d\n",
		2 * MACHINES_MAX, ip4_text(c->card.address & c->card.mask, ip),
		ip4_text(c->card.mask, mask), MACHINE_LEASE_S);
}

int
dnsmasq_conf_write(const struct boot_config *c, const struct dnsmasq_paths *f,
		   FILE *to)
{
	struct loaders l;

	find_loaders(c, f, &l);
	write_general(c, f, to);
	write_tags(to);
	if (c->set.proxy) {
		write_proxy(c, &l, to);
	} else {
		fprintf(to, "dhcp-hostsfile=%s\n", f->hosts);
		write_range(c, to);
		write_options(c, to);
		write_boot(&l, to);
	}
	return ferror(to) ? -1 : 0;
}

int
dnsmasq_hosts_write(struct machines *ms, FILE *to)
{
	char mac[MAC_TEXT], ip[IP4_TEXT];

	for (size_t i = 0; i < machines_count(ms); i++) {
		const struct machine *m = machines_at(ms, i);

		if (m->ip == 0 || m->name[0] == '\0')
			continue;
		fprintf(to, "%s,%s,%s\n", mac_text(m->mac, mac),
			ip4_text(m->ip, ip), m->name);
	}
	return ferror(to) ? -1 : 0;
}
