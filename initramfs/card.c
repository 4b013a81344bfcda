/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-card: holds the network card over which a machine reads its root, so
 * that the card keeps its address.  initramfs/init chooses the card, and starts
 * one process of this program for it, which runs until the machine's end.
 *
 * That process starts udhcpc, which asks for an address, unless --address
 * gives one.  It restarts udhcpc when udhcpc
 * dies and when the card gets another name, since udhcpc knows the card by name
 * alone.  vfield-card itself sets addresses and routes, by rtnetlink and the
 * card's index.  When another program removes them, or sets the card down,
 * vfield-card puts them back.  An address stays when its lease is over: without
 * it the machine would lose its root.
 *
 * udhcpc runs this program as its script.  A process that has SOCKET_WORD in
 * its environment is such a script: it reads there what the DHCP server gave,
 * and sends it as a struct lease to the process that holds the card. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "initramfs/hold.h"
#include "initramfs/vital.h"
#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/rtnl_socket.h"

#define SOCKET_WORD "VFIELD_CARD_SOCKET"
/* Arguments of udhcpc: it asks for a lease eight times in 16 s, and begins
 * again after 3 s.  Arbitrary: a switch that has just noticed the card may
 * forward nothing for half a minute. */
#define ASK_TIMES "8"
#define ASK_PAUSE_S "2"
#define ASK_AGAIN_S "3"
/* Milliseconds that udhcpc waits for another host to claim the offered address
 * (RFC 2131, 4.4.1).  Arbitrary: hosts of a LAN answer within a few ms, and
 * each boot waits for that time; RFC 5227 asks for 2 to 7 s. */
#define PROBE "-a250"
/* Least and greatest pause, in milliseconds, before the card's addresses and
 * routes are put back, and the quiet time after which the pauses are short
 * again.  Arbitrary: a program that removes the address again and again does
 * not take much of the processor, and the root has its address back within a
 * second. */
#define PUT_LEAST_MS 10
#define PUT_MOST_MS 1000
#define PUT_WELL_MS 10000
/* Milliseconds from SIGTERM to SIGKILL when udhcpc is restarted.  Arbitrary. */
#define RENEW_GRACE_MS 1000

struct card_settings {
	const char *dir;
	const char *address;
	const char *gateway;
	const char *hostname;
};

#define OPT_SETTINGS struct card_settings

static const struct option_spec options[] = {
    OPT("address", 'a', STRING, address, "ADDR/LEN",
	"hold this address, and ask for none"),
    OPT("gateway", 'g', STRING, gateway, "ADDR",
	"the default route, with --address"),
    OPT("hostname", 'n', STRING, hostname, "NAME", "tell the DHCP server"),
    OPT("dir", 'd', STRING, dir, "DIR", "where to say what was given"),
    {0},
};

static const struct command_spec command = {
    .program = "vfield-card",
    .args = "CARD",
    .summary = "Hold the network card that a root file system hangs on.",
    .options = options,
};

struct card {
	struct card_settings set;
	/* name of the card's file in set.dir, which is the card's first name */
	const char *file;
	char program[PATH_MAX];
	struct loop *loop;
	struct hold hold;
	int requests;
	/* the end of the socket pair, beside leases.fd, that udhcpc gets */
	int leases_in;
	struct loop_source news, leases;
	struct child udhcpc;
	struct lease lease;
	struct loop_timer put;
	struct backoff backoff;
	int64_t put_ns; /* when addresses and routes were last put back */
};

/* --- the card's addresses and routes --- */

static int
ask(struct card *c, const struct rtnl_request *r, const char *what)
{
	if (rtnl_socket_request(c->requests, r) == 0 || errno == EEXIST)
		return 0;
	log_debug("%s: %s: %m", c->hold.name, what);
	return -1;
}

static int
put_address(struct card *c, const struct hold_address *a)
{
	struct rtnl_route network = {.to = lease_network(a->ip, a->prefix),
				     .prefix = a->prefix};
	struct rtnl_request r;
	int result;

	rtnl_add_address(&r, c->hold.index, a->ip, a->prefix);
	result = ask(c, &r, "address");
	rtnl_add_route(&r, c->hold.index, &network, a->ip);
	ask(c, &r, "network");
	return result;
}

/* Sets the card up, and adds its addresses and routes again.  Returns 0; or -1
 * if the card cannot be set up or lacks an address, so that the caller must try
 * again.  A route that the kernel refuses is no reason to try again, since a
 * wrong gateway would be refused each time. */
static int
put_all(struct card *c)
{
	struct hold *h = &c->hold;
	struct rtnl_request r;
	int result = 0;

	if (h->index == 0)
		return 0;
	if (h->lower != 0) {
		rtnl_set_up(&r, h->lower);
		ask(c, &r, "carrier of the VLAN");
	}
	rtnl_set_up(&r, h->index);
	result |= ask(c, &r, "up");
	if (c->lease.mtu != 0) {
		rtnl_set_mtu(&r, h->index, c->lease.mtu);
		ask(c, &r, "MTU");
	}
	for (unsigned i = 0; i < h->naddresses; i++)
		result |= put_address(c, &h->addresses[i]);
	for (unsigned i = 0; i < h->nroutes; i++) {
		rtnl_add_route(&r, h->index, &h->routes[i], 0);
		ask(c, &r, "route");
	}
	return result;
}

static void
put_soon(struct card *c)
{
	static const struct backoff_range pauses_ms = {
	    .least = PUT_LEAST_MS, .most = PUT_MOST_MS, .at_once = true};
	int64_t now_ns = clock_now_ns();

	if (c->put.slot != 0)
		return;
	if (now_ns - c->put_ns > PUT_WELL_MS * NS_PER_MS)
		backoff_reset(&c->backoff);
	loop_timer_set(c->loop, &c->put,
		       now_ns +
			   backoff_next(&c->backoff, &pauses_ms) * NS_PER_MS);
}

static void
put_back(void *ctx)
{
	struct card *c = ctx;
	char ip[INET_ADDRSTRLEN];

	c->put_ns = clock_now_ns();
	if (c->backoff.tries == 1)
		log_warn("%s: something has set the card down, or taken away "
			 "%s or its routes, on which the root hangs: put back",
			 c->hold.name,
			 inet_ntop(AF_INET, &c->hold.addresses[0].ip, ip,
				   sizeof ip));
	if (put_all(c) == -1)
		put_soon(c);
}

/* Deletes from the card those addresses and routes in `before` that are not in
 * c->hold; they are from an earlier lease. */
static void
drop_stale(struct card *c, const struct hold *before)
{
	struct rtnl_request r;

	for (unsigned i = 0; i < before->naddresses; i++) {
		const struct hold_address *a = &before->addresses[i];

		if (hold_has_address(&c->hold, a))
			continue;
		rtnl_delete_address(&r, c->hold.index, a->ip, a->prefix);
		ask(c, &r, "address");
	}
	for (unsigned i = 0; i < before->nroutes; i++) {
		if (hold_has_route(&c->hold, &before->routes[i]))
			continue;
		rtnl_delete_route(&r, c->hold.index, &before->routes[i]);
		ask(c, &r, "route");
	}
}

/* Writes the lease to the file c->file in set.dir, through a temporary file, so
 * that nobody reads half of it. */
static void
tell(const struct card *c)
{
	AUTO_FREE char *path = NULL, *new = NULL;
	FILE *to;

	if (asprintf(&path, "%s/%s", c->set.dir, c->file) == -1 ||
	    asprintf(&new, "%s.new", path) == -1)
		return;
	to = fopen(new, "we");
	if (to != NULL)
		lease_write(&c->lease, c->hold.name, to);
	if (to == NULL || fclose(to) != 0 || rename(new, path) == -1)
		log_error("%s: %m", path);
}

static void
take_lease(struct card *c, const struct lease *l)
{
	struct hold before = c->hold;

	c->lease = *l;
	hold_lease(&c->hold, l);
	if (put_all(c) == -1)
		put_soon(c);
	drop_stale(c, &before);
	tell(c);
}

/* --- news and leases --- */

static void
heard(void *ctx, const struct rtnl_news *n)
{
	struct card *c = ctx;
	unsigned what = hold_heard(&c->hold, n);

	if (what & HOLD_LOST)
		log_warn("%s: the card is gone; it is waited for",
			 c->hold.name);
	if (what & HOLD_RENAMED) {
		log_info("the card of the root is %s now", c->hold.name);
		child_renew(&c->udhcpc, RENEW_GRACE_MS);
	}
	if (what & HOLD_PUT_BACK)
		put_soon(c);
}

/* Asks the kernel for the state of the card or, if the card is gone, for the
 * states of all cards. */
static void
look(struct card *c)
{
	struct rtnl_request r;

	rtnl_ask_link(&r, c->hold.index);
	if (rtnl_socket_send(c->news.fd, &r) == -1)
		log_warn("%s: rtnetlink: %m", c->hold.name);
}

static void
on_news(void *ctx, uint32_t events)
{
	struct card *c = ctx;

	if (rtnl_socket_read(c->news.fd, heard, c) == 0 || errno != ENOBUFS)
		return;
	/* The lost news may have been about any address or route. */
	look(c);
	if (c->hold.naddresses > 0)
		put_soon(c);
}

static void
on_lease(void *ctx, uint32_t events)
{
	struct card *c = ctx;
	struct lease l;

	if (recv(c->leases.fd, &l, sizeof l, 0) != sizeof l)
		return;
	child_ready(&c->udhcpc);
	take_lease(c, &l);
}

/* --- udhcpc --- */

static void __attribute__((noreturn)) run_udhcpc(const struct card *c)
{
	char held[INET_ADDRSTRLEN], fd[12], *name = NULL;
	/* Since its name begins with '@', systemd's shutdown spares udhcpc,
	 * which the root needs. */
	const char *argv[] = {
	    "@/bin/udhcpc", "-f",        "-i",           c->hold.name,
	    "-t",           ASK_TIMES,   "-T",           ASK_PAUSE_S,
	    "-A",           ASK_AGAIN_S, PROBE,          "-O",
	    "mtu",          "-O",        "staticroutes", "-s",
	    c->program,     NULL,        NULL,           NULL,
	    NULL,           NULL};
	int n = 17;
	sigset_t none;

	if (c->set.hostname != NULL &&
	    asprintf(&name, "hostname:%s", c->set.hostname) != -1) {
		argv[n++] = "-x";
		argv[n++] = name;
	}
	if (c->hold.naddresses > 0) {
		argv[n++] = "-r";
		argv[n++] = inet_ntop(AF_INET, &c->hold.addresses[0].ip, held,
				      sizeof held);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(fd, sizeof fd, "%d", c->leases_in);
	/* stderr is the kernel's log, into which udhcpc would write a line at
	 * each renewal */
	dup2(STDOUT_FILENO, STDERR_FILENO);
	if (fcntl(c->leases_in, F_SETFD, 0) == -1 ||
	    setenv(SOCKET_WORD, fd, 1) == -1)
		_exit(EXIT_FAILURE);
	execvp("busybox", (char **)argv);
	_exit(127);
}

static pid_t
spawn_udhcpc(void *ctx)
{
	struct card *c = ctx;
	pid_t pid = fork();

	if (pid == -1)
		log_warn("udhcpc: %m");
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run_udhcpc(c);
}

static bool
udhcpc_died(void *ctx, pid_t pid, const char *how)
{
	return true;
}

/* --- start and end --- */

static void
got_signal(void *ctx, int signo)
{
	struct card *c = ctx;
	int status;
	pid_t pid;

	if (signo != SIGCHLD) {
		loop_stop(c->loop);
		return;
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_reaped(&c->udhcpc, pid, status);
}

static int
watch(struct card *c)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGCHLD};
	sigset_t set;
	int ends[2];

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(&set, signals[i]);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		       ends) == -1)
		return -1;
	c->leases_in = ends[1];
	c->leases = (struct loop_source){
	    .fd = ends[0], .events = EPOLLIN, .ready = on_lease, .ctx = c};
	c->news = (struct loop_source){.fd = rtnl_socket_listen(),
				       .events = EPOLLIN,
				       .ready = on_news,
				       .ctx = c};
	c->requests = rtnl_socket_open();
	if (c->news.fd == -1 || c->requests == -1 ||
	    loop_signals(c->loop, &set, got_signal, c) == -1)
		return -1;
	return loop_add(c->loop, &c->leases) == -1 ||
		       loop_add(c->loop, &c->news) == -1
		   ? -1
		   : 0;
}

/* Sets c->program to the path of this program's file, which udhcpc runs as its
 * script.  Returns 0, or -1 and sets errno. */
static int
find_self(struct card *c)
{
	ssize_t n =
	    readlink("/proc/self/exe", c->program, sizeof c->program - 1);

	if (n == -1)
		return -1;
	c->program[n] = '\0';
	return 0;
}

static void
start(struct card *c)
{
	static const struct child_ops ops = {.spawn = spawn_udhcpc,
					     .died = udhcpc_died};

	c->loop = loop_new();
	if (c->loop == NULL || find_self(c) == -1 || watch(c) == -1)
		log_fatal("cannot start: %m");
	c->put.fire = put_back;
	c->put.ctx = c;
	child_init(&c->udhcpc, c->loop, "udhcpc", &ops, c);
	become_vital();
	look(c);
	if (c->set.address != NULL)
		take_lease(c, &c->lease);
	else
		child_start(&c->udhcpc);
}

static void __attribute__((noreturn)) misused(const char *why)
{
	fprintf(stderr, "vfield-card: %s\nTry 'vfield-card --help'.\n", why);
	exit(2);
}

static void
read_arguments(struct card *c, int argc, char **argv)
{
	in_addr_t gateway;
	char **rest;
	int nrest;

	c->set.dir = "/run/vfield/net";
	options_parse(&command, argc, argv, &c->set, &rest, &nrest);
	if (nrest != 1 || strlen(rest[0]) >= IF_NAMESIZE)
		misused("one CARD is wanted");
	if (c->set.address != NULL &&
	    lease_parse_address(c->set.address, &c->lease) == -1)
		misused("--address: not ADDR/LEN");
	if (c->set.gateway != NULL &&
	    (c->set.address == NULL ||
	     inet_pton(AF_INET, c->set.gateway, &gateway) != 1 ||
	     !lease_add_gateway(&c->lease, gateway)))
		misused("--gateway: an address, beside --address");
	c->file = rest[0];
	strcpy(c->hold.name, rest[0]);
	c->hold.index = if_nametoindex(rest[0]);
	if (c->hold.index == 0)
		log_fatal("%s: %m", rest[0]);
}

/* Does the work of udhcpc's script: sends the lease through the socket fd if
 * `word`, udhcpc's argument, says that a lease was given ("bound", "renew").
 * Ignores any other argument, which is about a lease that is over.  Returns the
 * exit status. */
static int
pass_on(const char *word, int fd)
{
	struct lease l;

	if (word == NULL ||
	    (strcmp(word, "bound") != 0 && strcmp(word, "renew") != 0))
		return 0;
	if (lease_read(environ, &l) == -1 ||
	    send(fd, &l, sizeof l, MSG_NOSIGNAL) == -1)
		return 1;
	return 0;
}

int
main(int argc, char **argv)
{
	static struct card c;
	const char *socket = getenv(SOCKET_WORD);

	log_init("vfield-card", false);
	if (socket != NULL)
		return pass_on(argv[1], atoi(socket));
	read_arguments(&c, argc, argv);
	start(&c);
	if (loop_run(c.loop) == -1)
		log_fatal("the event loop failed: %m");
	child_finish(&c.udhcpc);
	return EXIT_SUCCESS;
}
