/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rights: does for the boot service what takes the rights of root.
 *
 * The service, which the network reaches, runs as the user vfield-boot, and
 * dnsmasq with it: with CAP_NET_RAW, CAP_NET_ADMIN and CAP_NET_BIND_SERVICE,
 * which DHCP takes.  A process that stays root, and that the network does not
 * reach, is its child, and does for it what is listed here, and nothing else;
 * all paths are those that the administrator has given.  The child ends with
 * the service.
 *
 * Waiting  rights_site and rights_extract wait until the work is done, or has
 *          failed; they are for child processes of the service, and their work
 *          ends if such a child ends.  The others wait for RIGHTS_ANSWER_MS at
 *          most.
 * Errors   -1 and errno, unless said otherwise.
 */
#ifndef VF_BOOT_RIGHTS_H
#define VF_BOOT_RIGHTS_H

#include "boot/config.h"
#include "boot/extract.h"
#include "boot/port.h"
#include "lib/digest.h"

/* Chosen: long for a process that has nothing else to do. */
#define RIGHTS_ANSWER_MS 2000

struct rights;

/* Starts the child.  c must outlive the result.  Must be called before anything
 * is opened that root's process is not to have.  Returns NULL and sets errno on
 * failure. */
struct rights *rights_new(const struct boot_config *c);
/* Makes this process, and what it starts from now on, the user's. */
int rights_give_up(struct rights *r);
void rights_free(struct rights *r);
/* For a child process of the service: closes all descriptors above stderr but
 * fd, and r's.  Above all the one with the service's lock must be closed. */
void rights_keep(const struct rights *r, int fd);
/* Returns a descriptor that can be read once the child has ended. */
int rights_fd(const struct rights *r);
/* Gives dir, a directory of root's for the service's files alone, and all that
 * is in it, to the user.  If `only` is not NULL, the names of all files there
 * must begin with it; else errno is ENOTEMPTY.  Must be called before
 * rights_give_up. */
int rights_own(const struct rights *r, const char *dir, const char *only);

/* Returns a socket that is connected to the node's member. */
int rights_member(const struct rights *r);
/* Return a descriptor to read the file of --machines, or that of --admitted. */
int rights_machines(const struct rights *r);
int rights_admitted(const struct rights *r);
/* Returns the cluster key as the lines of its file, malloc'ed, if --admit is
 * given; NULL: there is none, and the log says why. */
char *rights_key(const struct rights *r);
/* Writes which program has the UDP port, as port_owner does. */
void rights_port_owner(const struct rights *r, uint16_t port,
		       char owner[PORT_OWNER]);
/* Runs `vfield site machines`, which writes to fd.  Returns its status as
 * waitpid gives it. */
int rights_site(const struct rights *r, int fd);
/* Copies the files of an image to `out`, as extract does. */
enum extracted rights_extract(const struct rights *r, const struct digest *id,
			      const struct extract_files *out,
			      char why[EXTRACT_WHY]);

#endif
