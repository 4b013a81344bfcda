/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "authority/cluster_key.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/stdout_flush.h"
#include "boot/rights.h"

#define PROGRAM "vfield boot"
#define RANGE_TEXT (2 * IP4_TEXT)
#define RANGE_DEFAULT_MAX 1024

#define OPT_SETTINGS struct boot_settings

static const struct option_spec options[] = {
    OPT("interface", 'i', STRING, interface, "CARD",
	"the network card behind which machines boot (default: the only one)"),
    OPT("range", 'r', STRING, range, "FIRST-LAST",
	"addresses to give away (default: the upper half of the card's "
	"network)"),
    OPT("proxy", 0, FLAG, proxy, NULL,
	"another DHCP server gives the addresses; only say what to boot"),
    OPT("bootp", 0, FLAG, bootp, NULL,
	"answer old cards, too, that know BOOTP and no DHCP"),
    OPT("gateway", 0, STRING, gateway, "ADDR|none",
	"the machines' default route (default: this machine's)"),
    OPT("dns", 0, LIST, dns, "ADDR|none",
	"a name server of theirs; may be repeated (default: this machine's)"),
    OPT("domain", 0, STRING, domain, "NAME", "the machines' DNS domain"),
    OPT("names", 0, STRING, names, "PATTERN",
	"host names; ## is a number of two digits"),
    OPT("machines", 'm', STRING, machines, "FILE",
	"names and addresses of some machines: lines MAC NAME [ADDRESS]"),
    OPT("files", 'f', STRING, files, "DIR",
	"vmlinuz and initrd for images that have none in them"),
    OPT("append", 'a', STRING, append, "WORDS",
	"further words for the kernel's command line"),
    OPT("admit", 0, STRING, admit, "known|ask",
	"give the cluster key to machines that boot: to those of the list "
	"too, or only to those of vfield node admit"),
    OPT("admitted", 0, STRING, admitted, "FILE",
	"whom vfield node admit has admitted (default: /etc/vfield/admitted)"),
    OPT("cluster-key", 0, STRING, cluster_key, "FILE",
	"the key that --admit gives (default: /etc/vfield/cluster.key)"),
    OPT("http-port", 0, NUMBER, http_port, "PORT",
	"where to serve kernel and initramfs"),
    OPT("state", 0, STRING, state, "DIR",
	"keep who has which address and name there (default: RUNDIR/boot)"),
    OPT("run-dir", 0, STRING, run_dir, "DIR", "of the node on this machine"),
    OPT("config", 0, STRING, config, "FILE", "configuration file"),
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more in the log"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL,
	"print what is in force, as a configuration file, and exit"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "boot",
    .args = "",
    .summary = "Boot machines from the network, with DHCP, TFTP and HTTP.",
    .options = options,
};

static void __attribute__((noreturn, format(printf, 1, 2)))
refuse(const char *fmt, ...)
{
	va_list ap;

	fputs(PROGRAM ": ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nTry '" PROGRAM " --help'.\n", stderr);
	exit(2);
}

static uint32_t
parse_ip(const char *option, const char *text)
{
	uint32_t ip;

	if (ip4_parse(text, &ip) == -1 || ip == 0)
		refuse("--%s %s: not an IPv4 address", option, text);
	return ip;
}

/* Returns true if the name is a domain name.  Any other text could mean
 * something else in dnsmasq's configuration. */
static bool
domain_ok(const char *name)
{
	char label[HOST_NAME_MAX_TEXT];

	do {
		size_t len = strcspn(name, ".");

		if (len == 0 || len >= sizeof label)
			return false;
		memcpy(label, name, len);
		label[len] = '\0';
		if (!host_name_ok(label))
			return false;
		name += len + (name[len] == '.');
	} while (*name != '\0');
	return true;
}

static bool
printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* Exits with an error if a setting is wrong in itself, whatever the network is
 * like. */
static void
check_words(const struct boot_settings *s)
{
	if (s->http_port == 0 || s->http_port > UINT16_MAX)
		refuse("--http-port: not a port number");
	if (s->admit != NULL && strcmp(s->admit, "known") != 0 &&
	    strcmp(s->admit, "ask") != 0)
		refuse("--admit %s: known or ask", s->admit);
	if (!pattern_ok(s->names))
		refuse("--names %s: letters, digits, '-' and, in one place, "
		       "'#' for each digit of the number",
		       s->names);
	if (s->domain != NULL && !domain_ok(s->domain))
		refuse("--domain %s: not a domain name", s->domain);
	if (s->append != NULL &&
	    (!printable(s->append) || strpbrk(s->append, "$`|&\\") != NULL))
		refuse("--append: iPXE would take a character in it for its "
		       "own");
	if (s->proxy && s->range != NULL)
		refuse("--proxy and --range: with --proxy the other server "
		       "gives the addresses");
	if (s->proxy && s->bootp)
		refuse("--proxy and --bootp: BOOTP has one server, which gives "
		       "address and file");
	if (s->proxy &&
	    (s->gateway != NULL || s->dns.n > 0 || s->domain != NULL))
		refuse("--gateway, --dns and --domain are the other server's "
		       "to say with --proxy");
}

static bool
behind_card(const struct boot_config *c, uint32_t ip)
{
	return ip >= card_first(&c->card) && ip <= card_last(&c->card);
}

static void
parse_range(struct boot_config *c)
{
	char text[RANGE_TEXT], *dash, a[IP4_TEXT], b[IP4_TEXT];

	snprintf(text, sizeof text, "%s", c->set.range);
	dash = strchr(text, '-');
	if (dash == NULL || strlen(c->set.range) >= sizeof text)
		refuse("--range %s: not FIRST-LAST", c->set.range);
	*dash = '\0';
	c->first = parse_ip("range", text);
	c->last = parse_ip("range", dash + 1);
	if (c->last < c->first)
		refuse("--range %s: it ends before it begins", c->set.range);
	if (c->last - c->first >= CONFIG_RANGE_MAX)
		refuse("--range %s: more than %d addresses", c->set.range,
		       CONFIG_RANGE_MAX);
	if (!behind_card(c, c->first) || !behind_card(c, c->last))
		refuse("--range %s: %s has the network %s-%s", c->set.range,
		       c->card.name, ip4_text(card_first(&c->card), a),
		       ip4_text(card_last(&c->card), b));
}

static void
default_range(struct boot_config *c)
{
	uint32_t first = card_first(&c->card), last = card_last(&c->card);

	if (last <= first) {
		log_error("%s is in a network without room for others; see "
			  "--range",
			  c->card.name);
		exit(EXIT_FAILURE);
	}
	c->last = last;
	c->first = first + (last - first) / 2 + 1;
	if (c->last - c->first >= RANGE_DEFAULT_MAX)
		c->last = c->first + RANGE_DEFAULT_MAX - 1;
}

static void
find_gateway(struct boot_config *c)
{
	const char *text = c->set.gateway;

	if (text == NULL)
		c->gateway = card_gateway(&c->card);
	else if (strcmp(text, "none") != 0)
		c->gateway = parse_ip("gateway", text);
	if (text != NULL && c->gateway != 0 && !behind_card(c, c->gateway))
		refuse("--gateway %s: not in the network of %s", text,
		       c->card.name);
}

static void
find_dns(struct boot_config *c)
{
	const struct option_list *dns = &c->set.dns;

	if (dns->n == 0)
		c->ndns = card_dns(c->dns);
	if (dns->n > CARD_DNS_MAX)
		refuse("--dns: %d at most", CARD_DNS_MAX);
	for (size_t i = 0; i < dns->n; i++)
		if (strcmp(dns->v[i], "none") != 0)
			c->dns[c->ndns++] = parse_ip("dns", dns->v[i]);
}

static bool
has_file(const char *dir, const char *name)
{
	AUTO_FREE char *path = NULL;

	return asprintf(&path, "%s/%s", dir, name) != -1 &&
	       access(path, R_OK) == 0;
}

static void
check_files(const char *dir)
{
	static const char *const names[] = {"vmlinuz", "initrd"};

	for (int i = 0; dir != NULL && i < 2; i++) {
		if (has_file(dir, names[i]))
			continue;
		log_error("%s/%s: %m; --files is a directory that "
			  "vfield-mkimage has made",
			  dir, names[i]);
		exit(EXIT_FAILURE);
	}
}

static void
find_state(struct boot_config *c)
{
	char *path;

	c->state = c->set.state;
	if (c->state != NULL)
		return;
	if (asprintf(&path, "%s/boot", c->set.run_dir) == -1)
		log_fatal("%m");
	c->state = path; /* not freed: needed until the process exits */
}

/* Prints the settings in force, including those that follow from the network,
 * and exits. */
static void
print(struct boot_config *c)
{
	struct boot_settings *s = &c->set;
	static char range[RANGE_TEXT], gateway[IP4_TEXT];
	static char dns[CARD_DNS_MAX][IP4_TEXT];
	char last[IP4_TEXT];

	s->interface = c->card.name;
	s->state = c->state;
	if (!s->proxy) {
		ip4_text(c->first, range);
		snprintf(range + strlen(range), sizeof range - strlen(range),
			 "-%s", ip4_text(c->last, last));
		s->range = range;
		s->gateway =
		    c->gateway != 0 ? ip4_text(c->gateway, gateway) : "none";
		s->dns = (struct option_list){.n = 1, .v = {"none"}};
		for (size_t i = 0; i < c->ndns; i++)
			s->dns.v[i] = ip4_text(c->dns[i], dns[i]);
		if (c->ndns > 0)
			s->dns.n = c->ndns;
	}
	options_print(&command, s, stdout);
	exit(stdout_flush(command.program) == 0 ? 0 : 1);
}

void
boot_config_parse(int argc, char **argv, struct boot_config *c)
{
	char **rest, why[CARD_WHY];
	int nrest;

	*c = (struct boot_config){.set = {.config = "/etc/vfield/vfield.conf",
					  .run_dir = "/run/vfield",
					  .names = "node##",
					  .admitted = ADMIT_FILE,
					  .cluster_key = CLUSTER_KEY_FILE,
					  .http_port = PORT_BOOT}};
	options_parse(&command, argc, argv, &c->set, &rest, &nrest);
	if (nrest > 0)
		refuse("%s: what is this?", rest[0]);
	log_init(PROGRAM, c->set.verbose);
	check_words(&c->set);
	if (card_find(c->set.interface, &c->card, why) == -1) {
		log_error("%s", why);
		exit(EXIT_FAILURE);
	}
	if (!c->set.proxy) {
		if (c->set.range != NULL)
			parse_range(c);
		else
			default_range(c);
		find_gateway(c);
		find_dns(c);
	}
	check_files(c->set.files);
	find_state(c);
	if (c->set.dry_run)
		print(c);
}

static bool
addresses_fit(const struct boot_config *c, const char *path,
	      struct machines *ms)
{
	for (size_t i = 0; i < machines_count(ms); i++) {
		const struct machine *m = machines_at(ms, i);
		char ip[IP4_TEXT];

		if (!m->fixed || m->ip == 0 || c->set.proxy ||
		    memcmp(m->mac, c->card.mac, MAC_SIZE) == 0)
			continue;
		ip4_text(m->ip, ip);
		if (!behind_card(c, m->ip)) {
			log_error("%s: %s is not in the network of %s", path,
				  ip, c->card.name);
			return false;
		}
		if (m->ip == c->card.address || m->ip == c->gateway) {
			log_error("%s: %s is this machine's or the gateway's",
				  path, ip);
			return false;
		}
	}
	return true;
}

int
boot_config_machines(const struct boot_config *c, const struct rights *r,
		     struct machines *ms)
{
	const char *path = c->set.machines, *why;
	bool site = path == NULL;
	AUTO_FCLOSE FILE *f = NULL;
	unsigned line;
	int fd;

	if (site)
		path = c->site_machines;
	if (path == NULL)
		return 0;
	fd = site ? open(path, O_RDONLY | O_CLOEXEC) : rights_machines(r);
	f = fd == -1 ? NULL : fdopen(fd, "r");
	if (f == NULL && site && errno == ENOENT)
		return 0;
	if (f == NULL) {
		log_error("%s: %m", path);
		return -1;
	}
	if (machines_read_list(ms, f, time(NULL), &line, &why) == -1) {
		log_error("%s:%u: %s", path, line, why);
		return -1;
	}
	return addresses_fit(c, path, ms) ? 0 : -1;
}

bool
boot_config_in_range(const struct boot_config *c, uint32_t ip)
{
	return ip != 0 && ip >= c->first && ip <= c->last;
}
