/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/dnsmasq_conf.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "boot/architectures.h"

/* Number of TFTP clients that dnsmasq serves at once.  Arbitrary: the default,
 * 50, is too small for a room. */
#define TFTP_AT_ONCE 1024

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
	/* a user that exists: without root dnsmasq only looks whether it does,
	 * and fails for its default, nobody, in the initramfs */
	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		if (getpwnam(users[i]) != NULL) {
			fprintf(to, "user=%s\n", users[i]);
			break;
		}
}

static void
write_match(const struct loader_kind *k, const char *how, int arch, FILE *to)
{
	if (arch == -1)
		return;
	fprintf(to,
		"dhcp-match=set:%s%s,option:client-arch,%d\n"
		"dhcp-match=set:can,option:client-arch,%d\n",
		k->tag, how, arch, arch);
}

/* Writes rules by which dnsmasq sets tags for a machine: its kind of firmware;
 * `ipxe` if the machine runs iPXE; `arch` if it names an architecture; `can` if
 * there is a boot file for that architecture. */
static void
write_tags(const struct dnsmasq_paths *f, FILE *to)
{
	fputs("dhcp-match=set:ipxe,175\n"
	      "dhcp-userclass=set:ipxe,iPXE\n"
	      "dhcp-match=set:arch,option:client-arch\n",
	      to);
	for (size_t i = 0; i < ARCH_KINDS; i++) {
		const struct loader_kind *k = loader_kind(i);

		if (!loader_can(f->tftp, k->tftp[0]))
			continue;
		for (size_t j = 0; j < ARCH_TFTP; j++)
			write_match(k, "", k->tftp[j], to);
		write_match(k, "-http", k->http, to);
	}
}

static void
write_url(const struct boot_config *c, FILE *to)
{
	char ip[IP4_TEXT];

	fprintf(to, "http://%s:%u", ip4_text(c->card.address, ip),
		(unsigned)c->set.http_port);
}

/* Writes what each machine loads: iPXE its script, by HTTP; other firmware the
 * loader for its kind of machine.  Firmware for which there is no loader gets
 * no answer, so that another server may serve it. */
static void
write_boot(const struct boot_config *c, const struct dnsmasq_paths *f, FILE *to)
{
	const char *bios = loader_file(f->tftp, loader_kind(0));

	fputs("dhcp-ignore=tag:!ipxe,tag:arch,tag:!can\n"
	      "dhcp-boot=tag:ipxe,",
	      to);
	write_url(c, to);
	fputs("/boot.ipxe\n", to);
	if (bios != NULL)
		fprintf(to, "dhcp-boot=tag:!ipxe,tag:!arch,%s\n", bios);
	for (size_t i = 0; i < ARCH_KINDS; i++) {
		const struct loader_kind *k = loader_kind(i);
		const char *file = loader_file(f->tftp, k);

		if (file == NULL)
			continue;
		fprintf(to, "dhcp-boot=tag:!ipxe,tag:%s,%s\n", k->tag, file);
		if (k->http == -1)
			continue;
		fprintf(to, "dhcp-boot=tag:!ipxe,tag:%s-http,", k->tag);
		write_url(c, to);
		fprintf(to,
			"/%s\n"
			"dhcp-option-force=tag:!ipxe,tag:%s-http,60,"
			"HTTPClient\n",
			file, k->tag);
	}
}

static void
write_service(int arch, const char *file, FILE *to)
{
	if (arch != -1)
		fprintf(to, "pxe-service=tag:!ipxe,%d,\"V-FIELD\",%s\n", arch,
			file);
}

static void
write_proxy(const struct boot_config *c, const struct dnsmasq_paths *f,
	    FILE *to)
{
	const char *bios = loader_kind(0)->names[0];
	char ip[IP4_TEXT];

	ip4_text(c->card.address, ip);
	/* iPXE ignores the file name that a proxy gives without a server's
	 * address */
	fprintf(to, "dhcp-range=%s,proxy\ndhcp-boot=tag:ipxe,", ip);
	write_url(c, to);
	fprintf(to, "/boot.ipxe,,%s\n", ip);
	for (size_t i = 0; i < ARCH_KINDS; i++) {
		const struct loader_kind *k = loader_kind(i);
		const char *file = loader_file(f->tftp, k);

		/* without any pxe-service line dnsmasq does not even answer
		 * iPXE */
		if (file == NULL && i == 0)
			file = bios;
		for (size_t j = 0; file != NULL && j < ARCH_TFTP; j++)
			write_service(k->tftp[j], file, to);
	}
}

static void
write_options(const struct boot_config *c, FILE *to)
{
	char ip[IP4_TEXT];

	/* An empty option names no router or name server; without the option
	 * dnsmasq would name itself. */
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
	/* this option tells iPXE not to wait 3 s for a proxy DHCP server */
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
	write_general(c, f, to);
	write_tags(f, to);
	if (c->set.proxy) {
		write_proxy(c, f, to);
	} else {
		fprintf(to, "dhcp-hostsfile=%s\n", f->hosts);
		write_range(c, to);
		write_options(c, to);
		write_boot(c, f, to);
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
