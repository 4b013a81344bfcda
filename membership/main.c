/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/address.h"
#include "lib/become.h"
#include "lib/listen_unix.h"
#include "lib/rlimit.h"
#include "lib/run_as.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/options.h"
#include "lib/socket_names.h"
#include "membership/corosync/admit.h"
#include "membership/corosync/corosync.h"
#include "membership/member.h"

#define COROSYNC_CONF "/etc/corosync/corosync.conf"

struct settings {
	const char *run_dir;
	const char *listen;
	const char *corosync;
	/* the trusted public key in hexadecimal digits; NULL: none */
	const char *trust;
	const char *psk_file;
	const char *user; /* UID:GID; NULL: the user who has started it */
	/* number of the group of this node's router; 0: the router is root */
	uint64_t router_group;
	int ready_fd;
	bool verbose;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("run-dir", 0, STRING, run_dir, "DIR", "listen on DIR/" SOCKET_MEMBER),
    OPT("listen", 0, STRING, listen, "ADDR[:PORT]",
	"for other machines' routers, by TCP; \"none\": for none of them"),
    OPT("corosync", 0, STRING, corosync, "auto|yes|no",
	"share what is known with the other core nodes; auto: if " COROSYNC_CONF
	" exists"),
    OPT("trust", 0, STRING, trust, "KEY",
	"take only words that this key has signed"),
    OPT("psk", 0, STRING, psk_file, "FILE",
	"by TCP, take only who has one of these keys, by TLS"),
    OPT("user", 0, STRING, user, "UID:GID",
	"once it listens, run as this user, by number"),
    OPT("router-group", 0, NUMBER, router_group, "GID",
	"the group of this node's router"),
    OPT("ready-fd", 0, FD, ready_fd, "N",
	"write a newline to file descriptor N once it listens"),
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more"),
    {0},
};

static const struct command_spec command = {
    .program = "vfield-member",
    .args = "",
    .summary = "know which nodes live and what they hold",
    .options = options,
};

static bool
wants_corosync(const char *text)
{
	if (strcmp(text, "auto") == 0)
		return access(COROSYNC_CONF, F_OK) == 0;
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		log_fatal("--corosync %s: not auto, yes or no", text);
	return strcmp(text, "yes") == 0;
}

static void
say_ready(int fd)
{
	if (fd == OPTION_NO_FD)
		return;
	if (write(fd, "\n", 1) != 1)
		log_fatal("--ready-fd %d: %s", fd, strerror(errno));
	close(fd);
}

static void
got_signal(void *ctx, int signo)
{
	loop_stop(ctx);
}

static struct loop *
make_loop(void)
{
	struct loop *l = loop_new();
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	if (l == NULL || loop_signals(l, &set, got_signal, l) == -1)
		log_fatal("%s", strerror(errno));
	return l;
}

int
main(int argc, char **argv)
{
	struct settings s = {
	    .run_dir = "/run/vfield",
	    .listen = "0.0.0.0",
	    .corosync = "auto",
	    .ready_fd = OPTION_NO_FD,
	};
	struct member_settings ms = {.tcp = true};
	struct key_public trust;
	char path[4096];
	struct member *m;
	struct loop *l;
	uid_t uid = 0;
	gid_t gid = 0;
	char **rest;
	int nrest;

	options_parse(&command, argc, argv, &s, &rest, &nrest);
	log_init("vfield-member", s.verbose);
	if (nrest > 0)
		log_fatal("%s: there are no operands", rest[0]);
	if (wants_corosync(s.corosync))
		ms.group = &corosync_driver;
	if (s.user != NULL && run_as_parse(s.user, &uid, &gid) == -1)
		log_fatal("--user %s: not UID:GID, two numbers above 0",
			  s.user);
	if (uid != 0 && ms.group != NULL && admit_start(uid) == -1)
		log_fatal("%s", strerror(errno));
	ms.tcp = strcmp(s.listen, "none") != 0;
	if (ms.tcp && address_parse(s.listen, PORT_MEMBER, &ms.listen) == -1)
		log_fatal("--listen %s: not an address", s.listen);
	if (s.trust != NULL && key_parse(s.trust, &trust) == -1)
		log_fatal("--trust %s: not a public key", s.trust);
	ms.psk_file = s.psk_file;
	ms.trust = s.trust != NULL ? &trust : NULL;
	if (mkdir(s.run_dir, 0755) == -1 && errno != EEXIST)
		log_fatal("%s: %s", s.run_dir, strerror(errno));
	snprintf(path, sizeof path, "%s/" SOCKET_MEMBER, s.run_dir);
	ms.socket_path = path;

	rlimit_raise(RLIMIT_NOFILE); /* each guest takes a descriptor */
	l = make_loop();
	m = member_new(l, &ms);
	if (m == NULL)
		return EXIT_FAILURE;
	if (listen_unix_share(path, s.router_group) == -1)
		log_fatal("%s: %s", path, strerror(errno));
	if (uid != 0 && become(uid, gid, 0) == -1)
		log_fatal("--user %s: %s", s.user, strerror(errno));
	say_ready(s.ready_fd);
	if (loop_run(l) == -1)
		log_fatal("%s", strerror(errno));
	member_free(m);
	loop_free(l);
	return EXIT_SUCCESS;
}
