/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The service is ready when there is an image to offer (offer.h) and, unless
 * the addresses are another server's to give, nobody outside of the cluster
 * answers DHCP.
 * Then it takes its place in the queue (membership/client/turn_queue.h), and
 * runs dnsmasq while it is the first there.  HTTP is served all the time: the
 * one that answers DHCP sends machines to all that are ready.
 */
#include "boot/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/rlimit.h"
#include "lib/log.h"
#include "lib/port_wait.h"
#include "boot/boot.h"
#include "boot/dhcp_socket.h"
#include "boot/files.h"
#include "boot/machine_script.h"
#include "boot/progress.h"
#include "boot/router_adv_socket.h"

/* A server may look for three seconds whether the address that it is about to
 * offer is free (RFC 2131, 2.2, asks for a probe, not for how long). */
#define CHECK_QUESTIONS 3
#define CHECK_PAUSE_MS 1500
#define CHECK_LATER_MS 30000 /* chosen: other servers may come later */
#define PATIENCE_MS 5000     /* chosen: a missing node is logged then */
#define WARN_AGAIN_NS INT64_C(60000000000)
#define PORT_DHCP 67

struct service {
	struct boot boot;
	bool failed;
	bool told_ready;     /* systemd and stdout know that it is ready */
	uint32_t told_first; /* the address that the log named as answering */
	struct loop_source packets, solicitations;
	/* The look for other DHCP servers (ROLE_CHECKING, and later). */
	struct loop_timer check;
	unsigned checks; /* questions asked */
	uint32_t check_xid;
	struct dhcp_packet other; /* the answer of one */
	int64_t warned_ns;
};

static struct service *
own(struct boot *b)
{
	return (struct service *)b; /* which begins with it */
}

static void
give_up(struct boot *b)
{
	own(b)->failed = true;
	loop_stop(b->loop);
}

static void
tell_ready(struct boot *b)
{
	const struct boot_config *c = &b->config;
	char ip[IP4_TEXT], first[IP4_TEXT], last[IP4_TEXT];

	if (own(b)->told_ready)
		return;
	own(b)->told_ready = true;
	ip4_text(c->card.address, ip);
	ip4_text(c->first, first);
	ip4_text(c->last, last);
	printf("vfield boot: ready: %s at %s, %s%s%s%s, kernel of %s\n",
	       c->card.name, ip,
	       b->role == ROLE_STANDBY ? "standing by"
	       : c->set.proxy          ? "beside another DHCP server"
				       : "addresses ",
	       b->role == ROLE_STANDBY || c->set.proxy ? "" : first,
	       b->role == ROLE_STANDBY || c->set.proxy ? "" : "-",
	       b->role == ROLE_STANDBY || c->set.proxy ? "" : last,
	       offer_by_files(b->offer) ? c->set.files
					: offer_image(b->offer)->name);
	fflush(stdout);
	sd_notify(0, "READY=1");
}

static void
set_role(struct boot *b, enum boot_role role)
{
	if (b->role == role)
		return;
	b->role = role;
	files_soon(b);
}

static void
answer(struct boot *b)
{
	if (b->role == ROLE_ANSWERING)
		return;
	set_role(b, ROLE_ANSWERING);
	own(b)->told_first = 0;
	log_info("answers DHCP at %s", b->config.card.name);
	sd_notify(0, "STATUS=Answers DHCP");
	dnsmasq_start(b->dnsmasq);
}

static void
stand_by(struct boot *b)
{
	const struct boot_node *first = cluster_first(b->cluster);
	char ip[IP4_TEXT];

	set_role(b, ROLE_STANDBY);
	dnsmasq_stop(b->dnsmasq);
	if (first == NULL || first->ip == own(b)->told_first)
		return;
	own(b)->told_first = first->ip;
	files_soon(b);
	log_info("stands by: %s answers DHCP", ip4_text(first->ip, ip));
	sd_notifyf(0, "STATUS=Stands by; %s answers DHCP", ip);
	tell_ready(b);
}

static void
decide(struct boot *b)
{
	if (b->role == ROLE_STARTING || b->role == ROLE_CHECKING)
		return;
	switch (cluster_turn(b->cluster)) {
	case TURN_OURS:
		answer(b);
		break;
	case TURN_OTHERS:
		stand_by(b);
		break;
	case TURN_UNKNOWN:
		break; /* the role stays as it is */
	}
}

/* --- the check --- */

/* 0: something behind that card can listen to DHCP; else errno. */
static int
try_port(const void *card_name)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons(PORT_DHCP)};
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, card_name,
		       strlen(card_name)) == -1 ||
	    bind(fd, (struct sockaddr *)&in, sizeof in) == -1)
		return errno;
	return 0;
}

/* Another program of this machine that answers DHCP does not hear what this
 * machine asks; but it has the port.  Of other errors dnsmasq tells better. */
static bool
port_free(const struct boot *b)
{
	return port_wait(try_port, b->config.card.name) != EADDRINUSE;
}

static void
ready(struct boot *b)
{
	/* until the queue says that it is first */
	set_role(b, ROLE_STANDBY);
	cluster_ready(b->cluster, true);
	decide(b);
}

static bool
ours(const struct boot *b, uint32_t server)
{
	return server == b->config.card.address ||
	       cluster_by_ip(b->cluster, server) != NULL;
}

static void
refuse(struct boot *b)
{
	char server[IP4_TEXT], offer[IP4_TEXT];

	log_error("another DHCP server answers behind %s: %s%s%s%s, which "
		  "offers %s; two would fight.  Stop that one, or leave the "
		  "addresses to it with --proxy",
		  b->config.card.name, ip4_text(own(b)->other.server, server),
		  own(b)->other.domain[0] != '\0' ? " (" : "",
		  own(b)->other.domain,
		  own(b)->other.domain[0] != '\0' ? ")" : "",
		  ip4_text(own(b)->other.yiaddr, offer));
	give_up(b);
}

static void
say_what_is_missing(const struct boot *b)
{
	if (cluster_image(b->cluster) == NULL)
		log_info("waits for the node of %s, a core node with an image "
			 "(vfield serve)",
			 b->config.set.run_dir);
	else
		log_info("waits for a kernel: %s", offer_why(b->offer));
}

static void
check_again(void *ctx)
{
	struct boot *b = ctx;
	int64_t pause_ms =
	    b->role == ROLE_CHECKING ? CHECK_PAUSE_MS : CHECK_LATER_MS;
	uint8_t packet[DHCP_DISCOVER_SIZE];

	if (b->role == ROLE_STARTING) {
		say_what_is_missing(b);
		return;
	}
	if (b->role == ROLE_CHECKING && own(b)->checks++ == CHECK_QUESTIONS) {
		ready(b);
		pause_ms = CHECK_LATER_MS;
	}
	dhcp_encode_discover(packet, own(b)->check_xid, b->config.card.mac);
	if (dhcp_socket_send(own(b)->packets.fd, b->config.card.index, packet,
			     sizeof packet) == -1)
		log_warn("%s: cannot ask for DHCP servers: %m",
			 b->config.card.name);
	loop_timer_set(b->loop, &own(b)->check,
		       clock_now_ns() + pause_ms * NS_PER_MS);
}

static void
begin_check(struct boot *b)
{
	loop_timer_cancel(b->loop, &own(b)->check);
	if (b->config.set.proxy) {
		ready(b);
		return;
	}
	if (!port_free(b)) {
		log_error("another DHCP server runs on this machine "
			  "(ss -lunp 'sport = :67' tells which); stop it, or "
			  "leave the addresses to it with --proxy");
		give_up(b);
		return;
	}
	set_role(b, ROLE_CHECKING);
	check_again(b);
}

/* The offer has changed, or the reason why there is none. */
static void
on_offer(void *ctx)
{
	struct boot *b = ctx;

	files_soon(b);
	if (offer_image(b->offer) == NULL)
		return;
	if (files_loaders(b))
		dnsmasq_renew(b->dnsmasq);
	machine_script_pxelinux(b);
	if (b->role == ROLE_STARTING)
		begin_check(b);
}

/* --- what is heard --- */

/* A server that came later, or was cut off before. */
static void
warn_of_other(struct boot *b, const struct dhcp_packet *p)
{
	char ip[IP4_TEXT];

	if (b->role != ROLE_ANSWERING || b->config.set.proxy ||
	    clock_now_ns() - own(b)->warned_ns < WARN_AGAIN_NS)
		return;
	own(b)->warned_ns = clock_now_ns();
	log_warn("another DHCP server answers behind %s: %s; machines get "
		 "their address from whoever is faster",
		 b->config.card.name, ip4_text(p->server, ip));
}

static void
on_packets(void *ctx, uint32_t events)
{
	struct boot *b = ctx;
	struct dhcp_packet p;
	bool sent_here;

	while (dhcp_socket_receive(own(b)->packets.fd, &p, &sent_here) == 0) {
		if (p.reply && p.server == 0)
			p.server = p.from;
		if (p.reply && p.type == DHCP_OFFER && !sent_here &&
		    !ours(b, p.server)) {
			if (b->role == ROLE_CHECKING &&
			    p.xid == own(b)->check_xid) {
				own(b)->other = p;
				refuse(b);
				return;
			}
			warn_of_other(b, &p);
		}
		progress_packet(b, &p);
	}
}

/* A boot ROM that looks for an IPv6 router need not wait for one. */
static void
on_solicitations(void *ctx, uint32_t events)
{
	struct boot *b = ctx;
	const struct card *card = &b->config.card;
	uint8_t from[IP6_SIZE], mac[MAC_SIZE];

	while (router_adv_receive(own(b)->solicitations.fd, from, mac) == 0)
		if (b->role == ROLE_ANSWERING && progress_from_rom(b, mac) &&
		    router_adv_send(own(b)->solicitations.fd, card->index,
				    card->mac, from, mac) == -1)
			log_debug("%s: IPv6: %m", card->name);
}

static void
on_node(void *ctx, const struct boot_node *n)
{
	progress_node(ctx, n);
}

static void
on_gone(void *ctx, const struct boot_node *n)
{
	progress_gone(ctx, n);
}

static void
on_view(void *ctx)
{
	struct boot *b = ctx;

	progress_view(b);
	if (cluster_image(b->cluster) != NULL)
		offer_want(b->offer, cluster_image(b->cluster));
	machine_script_pxelinux(b); /* others are there, or gone */
	files_hosts(b);
	decide(b);
}

static void
on_lease(void *ctx, const struct proto_lease *l)
{
	progress_lease(ctx, l);
}

static int
before_dnsmasq(void *ctx)
{
	return files_dnsmasq(ctx);
}

static void
dnsmasq_is_ready(void *ctx)
{
	tell_ready(ctx);
}

static void
dnsmasq_has_failed(void *ctx)
{
	log_error("dnsmasq cannot run");
	give_up(ctx);
}

static void
got_signal(void *ctx, int signo)
{
	struct boot *b = ctx;
	int status;
	pid_t pid;

	switch (signo) {
	case SIGCHLD:
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			dnsmasq_reaped(b->dnsmasq, pid, status);
			offer_reaped(b->offer, pid, status);
		}
		break;
	case SIGHUP:
		boot_config_machines(&b->config, b->machines);
		files_hosts(b);
		break;
	default:
		sd_notify(0, "STOPPING=1");
		loop_stop(b->loop);
		break;
	}
}

/* --- start and end --- */

static int
watch_signals(struct boot *b)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(&set, signals[i]);
	signal(SIGPIPE, SIG_IGN);
	return loop_signals(b->loop, &set, got_signal, b);
}

static int
watch_packets(struct boot *b)
{
	own(b)->packets =
	    (struct loop_source){.fd = dhcp_socket_open(b->config.card.index),
				 .events = EPOLLIN,
				 .ready = on_packets,
				 .ctx = b};
	if (own(b)->packets.fd == -1 ||
	    loop_add(b->loop, &own(b)->packets) == -1) {
		log_error("%s: cannot listen to DHCP: %m", b->config.card.name);
		return -1;
	}
	return 0;
}

static char *
on_script(void *ctx, const struct http_client *who)
{
	return machine_script(ctx, who);
}

static void
on_http(void *ctx, const struct http_client *who, enum http_event event)
{
	progress_http(ctx, who, event);
}

/* Without this socket iPXE waits for an IPv6 router, and boots. */
static void
watch_solicitations(struct boot *b)
{
	own(b)->solicitations =
	    (struct loop_source){.fd = router_adv_open(b->config.card.index),
				 .events = EPOLLIN,
				 .ready = on_solicitations,
				 .ctx = b};
	if (own(b)->solicitations.fd == -1 ||
	    loop_add(b->loop, &own(b)->solicitations) == -1)
		log_debug("%s: cannot listen to IPv6: %m", b->config.card.name);
}

static int
start_http(struct boot *b)
{
	static const struct http_ops ops = {.script = on_script,
					    .event = on_http};
	const struct boot_config *c = &b->config;
	char ip[IP4_TEXT];

	b->http = http_new(b->loop, c->card.address, c->set.http_port,
			   b->paths.tftp, &ops, b);
	if (b->http != NULL)
		return 0;
	log_error("HTTP at %s:%u: %m; see --http-port",
		  ip4_text(c->card.address, ip), (unsigned)c->set.http_port);
	return -1;
}

static int
start_nodes(struct boot *b)
{
	static const struct cluster_ops ops = {.node = on_node,
					       .gone = on_gone,
					       .view = on_view,
					       .lease = on_lease};

	b->cluster = cluster_new(b->loop, b->config.set.run_dir,
				 b->config.card.address, &ops, b);
	if (b->cluster == NULL)
		log_error("%m");
	return b->cluster != NULL ? 0 : -1;
}

static int
start_offer(struct boot *b)
{
	struct offer_settings s = {.run_dir = b->config.set.run_dir,
				   .dir = b->paths.tftp,
				   .files = b->config.set.files};

	b->offer = offer_new(b->loop, &s, on_offer, b);
	if (b->offer == NULL)
		log_error("%m");
	return b->offer != NULL ? 0 : -1;
}

static int
find_dnsmasq(struct boot *b)
{
	static const struct dnsmasq_ops ops = {.prepare = before_dnsmasq,
					       .ready = dnsmasq_is_ready,
					       .failed = dnsmasq_has_failed};

	b->dnsmasq = dnsmasq_new(b->loop, b->paths.conf, &ops, b);
	if (b->dnsmasq != NULL)
		return 0;
	if (errno == ENOENT)
		log_error("dnsmasq is not installed (on Debian: apt install "
			  "dnsmasq-base)");
	else
		log_error("%m");
	return -1;
}

static int
start(struct boot *b)
{
	b->machines = machines_new();
	b->progress = progress_new();
	b->loop = loop_new();
	if (b->machines == NULL || b->progress == NULL || b->loop == NULL ||
	    watch_signals(b) == -1) {
		log_error("cannot start: %m");
		return -1;
	}
	rlimit_raise(RLIMIT_NOFILE); /* a descriptor a connection */
	if (getrandom(&own(b)->check_xid, sizeof own(b)->check_xid, 0) == -1)
		own(b)->check_xid = getpid();
	own(b)->check.fire = check_again;
	own(b)->check.ctx = b;
	own(b)->warned_ns = -WARN_AGAIN_NS;
	if (files_open(b) == -1 || find_dnsmasq(b) == -1 ||
	    watch_packets(b) == -1 || start_offer(b) == -1 ||
	    start_http(b) == -1 || start_nodes(b) == -1)
		return -1;
	watch_solicitations(b);
	loop_timer_set(b->loop, &own(b)->check,
		       clock_now_ns() + PATIENCE_MS * NS_PER_MS);
	return 0;
}

static void
close_source(struct boot *b, struct loop_source *s)
{
	if (s->added)
		loop_remove(b->loop, s);
	if (s->fd > 0)
		close(s->fd);
}

static void
stop(struct boot *b)
{
	dnsmasq_free(b->dnsmasq);
	files_close(b);
	http_free(b->http);
	cluster_free(b->cluster);
	offer_free(b->offer);
	close_source(b, &own(b)->packets);
	close_source(b, &own(b)->solicitations);
	dnsmasq_files_free(&b->paths);
	progress_free(b->progress);
	machines_free(b->machines);
	loop_free(b->loop);
}

int
service_run(const struct boot_config *config)
{
	static struct service s;

	s.boot.config = *config;
	s.failed = start(&s.boot) == -1;
	if (!s.failed && loop_run(s.boot.loop) == -1) {
		log_error("the event loop failed: %m");
		s.failed = true;
	}
	stop(&s.boot);
	return s.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
