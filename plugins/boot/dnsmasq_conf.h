/* dnsmasq_conf: what dnsmasq is told: its configuration, once a start, and the
 * list of hosts, which it reads again on SIGHUP.
 *
 * Every free address of the range is a range of its own, with a host name of
 * its own, so that a machine that was never seen before has the same name from
 * its first request on.  Who has an address is in the list of hosts, and keeps
 * it.  What is not dnsmasq's to give away, such as the addresses of nodes that
 * were set up by hand, is in that list under cards that do not exist.
 */
#ifndef VF_PLUGINS_BOOT_DNSMASQ_CONF_H
#define VF_PLUGINS_BOOT_DNSMASQ_CONF_H

#include "plugins/boot/config.h"

struct dnsmasq_files {
	char *conf, *hosts, *leases, *tftp; /* paths */
};

/* The paths, for a directory of ours.  -1: ENOMEM; EINVAL: dnsmasq could not
 * read such a path. */
int dnsmasq_files_set(struct dnsmasq_files *f, const char *dir);
void dnsmasq_files_free(struct dnsmasq_files *f);

/* The configuration's text, for what there is in the TFTP directory. */
int dnsmasq_conf_write(const struct boot_config *c, struct machines *ms,
		       const struct dnsmasq_files *f, FILE *to);
/* The hosts; `taken` are addresses that nobody may be given. */
int dnsmasq_hosts_write(const struct boot_config *c, struct machines *ms,
			const uint32_t *taken, size_t ntaken, FILE *to);

#endif
