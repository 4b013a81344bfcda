/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The service is ready when there is an image to offer (offer.h), when it has
 * asked which hosts the site in force has (site_list.h), and, unless --proxy is
 * given, when no server outside of the cluster answers DHCP.  A service that is
 * ready takes a place in the queue of boot services
 * (membership/client/turn_queue.h), and runs dnsmasq while it is the first in
 * the queue.  HTTP is served all the time: the service that answers DHCP sends
 * machines to all services that are ready. */
#include "boot/service.h"
#include "boot/site_list.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/rlimit.h"
#include "boot/addresses.h"
#include "boot/key_admit.h"
#include "boot/boot.h"
#include "boot/dhcp_check.h"
#include "boot/dhcp_socket.h"
#include "boot/files.h"
#include "boot/loaders.h"
#include "boot/machine_script.h"
#include "boot/own_images.h"
#include "boot/ports.h"
#include "boot/progress.h"
#include "boot/rights.h"
#include "boot/router_adv_socket.h"

/* milliseconds after which the log says what is missing; arbitrary */
#define PATIENCE_MS 5000

struct service {
	struct boot boot;
	bool failed;
	/* readiness was reported to systemd and on stdout */
	bool told_ready;
	/* address of the node that was last logged as answering DHCP; 0:
	 * none */
	uint32_t told_first;
	/* root: readable once the process that stays root has ended */
	struct loop_source packets, solicitations, root;
	/* fires once, to log what is missing for readiness */
	struct loop_timer patience;
	struct dhcp_check check;
};

static void
give_up(struct service *s)
{
	s->failed = true;
	loop_stop(s->boot.loop);
}

static void
tell_ready(struct service *s)
{
	const struct boot *b = &s->boot;
	const struct boot_config *c = &b->config;
	char ip[IP4_TEXT], first[IP4_TEXT], last[IP4_TEXT];

	if (s->told_ready)
		return;
	s->told_ready = true;
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
answer(struct service *s)
{
	struct boot *b = &s->boot;

	if (b->role == ROLE_ANSWERING)
		return;
	set_role(b, ROLE_ANSWERING);
	s->told_first = 0;
	log_info("answers DHCP at %s", b->config.card.name);
	sd_notify(0, "STATUS=Answers DHCP");
	dnsmasq_start(b->dnsmasq);
}

static void
stand_by(struct service *s)
{
	struct boot *b = &s->boot;
	const struct boot_node *first = cluster_first(b->cluster);
	char ip[IP4_TEXT];

	set_role(b, ROLE_STANDBY);
	dnsmasq_stop(b->dnsmasq);
	if (first == NULL || first->ip == s->told_first)
		return;
	s->told_first = first->ip;
	files_soon(b);
	log_info("stands by: %s answers DHCP", ip4_text(first->ip, ip));
	sd_notifyf(0, "STATUS=Stands by; %s answers DHCP", ip);
	tell_ready(s);
}

static void
decide(struct service *s)
{
	if (s->boot.role == ROLE_STARTING || s->boot.role == ROLE_CHECKING)
		return;
	switch (cluster_turn(s->boot.cluster)) {
	case TURN_OURS:
		answer(s);
		break;
	case TURN_OTHERS:
		stand_by(s);
		break;
	case TURN_UNKNOWN:
		break; /* the role does not change */
	}
}

/* --- from STARTING to STANDBY --- */

/* Tells the group that this service is ready, and makes its role STANDBY until
 * its turn comes. */
static void
ready(void *ctx)
{
	struct service *s = ctx;

	set_role(&s->boot, ROLE_STANDBY);
	cluster_ready(s->boot.cluster, true);
	decide(s);
}

/* Goes on from STARTING, unless that is done, if there is all that the service
 * needs to be ready. */
static void
begin(struct service *s)
{
	struct boot *b = &s->boot;

	if (b->role != ROLE_STARTING || offer_image(b->offer) == NULL ||
	    !site_list_tried(b->site))
		return;
	if (!ports_free(b)) {
		give_up(s);
		return;
	}
	if (b->config.set.proxy) {
		ready(s);
		return;
	}
	set_role(b, ROLE_CHECKING);
	dhcp_check_begin(&s->check, s->packets.fd);
}

/* Called when another image is offered, or there is a new reason why the
 * default image is not. */
static void
on_offer(void *ctx)
{
	struct service *s = ctx;
	struct boot *b = &s->boot;

	files_soon(b);
	if (offer_image(b->offer) == NULL)
		return;
	if (loaders_take(b))
		dnsmasq_renew(b->dnsmasq);
	machine_script_pxelinux(b);
	begin(s);
}

static void
say_what_is_missing(void *ctx)
{
	const struct boot *b = &((struct service *)ctx)->boot;

	if (b->role != ROLE_STARTING)
		return;
	if (cluster_image(b->cluster) == NULL)
		log_info("waits for the node of %s, a core node with an image "
			 "(vfield serve)",
			 b->config.set.run_dir);
	else
		log_info("waits for a kernel: %s", offer_why(b->offer));
}

/* --- packets and events --- */

static bool
is_ours(const struct boot *b, uint32_t server)
{
	return server == b->config.card.address ||
	       cluster_by_ip(b->cluster, server) != NULL;
}

static void
on_packets(void *ctx, uint32_t events)
{
	struct service *s = ctx;
	struct boot *b = &s->boot;
	struct dhcp_packet p;
	bool sent_here;

	while (dhcp_socket_receive(s->packets.fd, &p, &sent_here) == 0) {
		if (p.reply && p.server == 0)
			p.server = p.from;
		if (p.reply && p.type == DHCP_OFFER && !sent_here &&
		    !is_ours(b, p.server) &&
		    dhcp_check_heard(&s->check, &p,
				     b->role == ROLE_ANSWERING) == -1) {
			give_up(s);
			return;
		}
		progress_packet(b, &p);
	}
}

/* Answers boot ROMs that look for an IPv6 router, so that they do not wait. */
static void
on_solicitations(void *ctx, uint32_t events)
{
	struct service *s = ctx;
	const struct card *card = &s->boot.config.card;
	uint8_t from[IP6_SIZE], mac[MAC_SIZE];
	int fd = s->solicitations.fd;

	while (router_adv_receive(fd, from, mac) == 0)
		if (s->boot.role == ROLE_ANSWERING &&
		    progress_from_rom(&s->boot, mac) &&
		    router_adv_send(fd, card->index, card->mac, from, mac) ==
			-1)
			log_debug("%s: IPv6: %m", card->name);
}

static void
on_node(void *ctx, const struct boot_node *n)
{
	struct service *s = ctx;

	progress_node(&s->boot, n);
}

static void
on_gone(void *ctx, const struct boot_node *n)
{
	struct service *s = ctx;

	progress_gone(&s->boot, n);
}

static void
on_view(void *ctx)
{
	struct service *s = ctx;
	struct boot *b = &s->boot;

	progress_view(b);
	if (cluster_image(b->cluster) != NULL)
		offer_want(b->offer, cluster_image(b->cluster));
	own_images_view(b);
	machine_script_pxelinux(b); /* since nodes have come or gone */
	files_hosts(b);
	decide(s);
}

static void
on_lease(void *ctx, const struct proto_lease *l)
{
	struct service *s = ctx;

	progress_lease(&s->boot, l);
}

static void
on_word(void *ctx)
{
	site_list_look(((struct service *)ctx)->boot.site);
}

static void
on_root_gone(void *ctx, uint32_t events)
{
	log_error("its process that stays root has ended");
	give_up(ctx);
}

static int
before_dnsmasq(void *ctx)
{
	struct service *s = ctx;

	return files_dnsmasq(&s->boot);
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

static char *
on_script(void *ctx, const struct http_client *who)
{
	struct service *s = ctx;

	return machine_script(&s->boot, who);
}

static char *
on_key(void *ctx, const struct http_client *who)
{
	return admit_key(&((struct service *)ctx)->boot, who);
}

static const char *
on_job(void *ctx, const struct http_client *who, const char *said,
       uint64_t done)
{
	return progress_job(&((struct service *)ctx)->boot, who, said, done);
}

static void
on_http(void *ctx, const struct http_client *who, enum http_event event)
{
	struct service *s = ctx;

	progress_http(&s->boot, who, event);
}

static void
got_signal(void *ctx, int signo)
{
	struct service *s = ctx;
	struct boot *b = &s->boot;
	int status;
	pid_t pid;

	switch (signo) {
	case SIGCHLD:
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			dnsmasq_reaped(b->dnsmasq, pid, status);
			offer_reaped(b->offer, pid, status);
			own_images_reaped(b->own, pid, status);
			site_list_reaped(b->site, pid, status);
		}
		begin(s);
		break;
	case SIGHUP:
		boot_config_machines(&b->config, b->rights, b->machines);
		own_images_look(b);
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
watch_signals(struct service *s)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(&set, signals[i]);
	signal(SIGPIPE, SIG_IGN);
	return loop_signals(s->boot.loop, &set, got_signal, s);
}

static int
watch(struct service *s, struct loop_source *source, int fd,
      void (*readable)(void *ctx, uint32_t events))
{
	*source = (struct loop_source){
	    .fd = fd, .events = EPOLLIN, .ready = readable, .ctx = s};
	return fd == -1 ? -1 : loop_add(s->boot.loop, source);
}

static int
watch_packets(struct service *s)
{
	const struct card *card = &s->boot.config.card;

	if (watch(s, &s->packets, dhcp_socket_open(card->index), on_packets) ==
	    0)
		return 0;
	log_error("%s: cannot listen to DHCP: %m", card->name);
	return -1;
}

/* Opens the socket for router solicitations.  A failure is only logged: iPXE
 * then waits some seconds for an IPv6 router, and boots nevertheless. */
static void
watch_solicitations(struct service *s)
{
	const struct card *card = &s->boot.config.card;

	if (watch(s, &s->solicitations, router_adv_open(card->index),
		  on_solicitations) == -1)
		log_debug("%s: cannot listen to IPv6: %m", card->name);
}

static int
start_http(struct service *s)
{
	struct boot *b = &s->boot;
	static const struct http_ops ops = {.script = on_script,
					    .job = on_job,
					    .key = on_key,
					    .event = on_http};
	const struct boot_config *c = &b->config;
	char ip[IP4_TEXT];

	b->http = http_new(b->loop, c->card.address, c->set.http_port,
			   b->paths.tftp, &ops, s);
	if (b->http != NULL)
		return 0;
	log_error("HTTP at %s:%u: %m; see --http-port",
		  ip4_text(c->card.address, ip), (unsigned)c->set.http_port);
	return -1;
}

static int
start_cluster(struct service *s)
{
	struct boot *b = &s->boot;
	static const struct cluster_ops ops = {.node = on_node,
					       .gone = on_gone,
					       .view = on_view,
					       .lease = on_lease,
					       .word = on_word};

	b->cluster = cluster_new(b->loop, b->config.set.run_dir, b->rights,
				 b->config.card.address, &ops, s);
	if (b->cluster == NULL)
		log_error("%m");
	return b->cluster != NULL ? 0 : -1;
}

static int
start_offer(struct service *s)
{
	struct boot *b = &s->boot;
	struct offer_settings of = {.rights = b->rights,
				    .dir = b->paths.tftp,
				    .files = b->config.set.files,
				    .keeps = own_images_keeps};

	if (own_images_open(b) == -1)
		return -1;
	of.ctx = b->own;
	b->offer = offer_new(b->loop, &of, on_offer, s);
	if (b->offer == NULL) {
		log_error("%m");
		return -1;
	}
	own_images_look(b);
	return 0;
}

static int
find_dnsmasq(struct service *s)
{
	struct boot *b = &s->boot;
	static const struct dnsmasq_ops ops = {.prepare = before_dnsmasq,
					       .ready = dnsmasq_is_ready,
					       .failed = dnsmasq_has_failed};

	b->dnsmasq = dnsmasq_new(b->loop, b->paths.conf, &ops, s);
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
start(struct service *s)
{
	struct boot *b = &s->boot;

	b->rights = rights_new(&b->config);
	b->machines = machines_new();
	b->loop = loop_new();
	if (b->loop != NULL)
		b->progress = progress_new(b);
	if (b->rights == NULL || b->machines == NULL || b->progress == NULL ||
	    watch_signals(s) == -1 ||
	    watch(s, &s->root, rights_fd(b->rights), on_root_gone) == -1) {
		log_error("cannot start: %m");
		return -1;
	}
	rlimit_raise(RLIMIT_NOFILE); /* each connection takes a descriptor */
	s->patience.fire = say_what_is_missing;
	s->patience.ctx = s;
	dhcp_check_init(&s->check, b->loop, &b->config.card, ready, s);
	if (files_open(b) == -1 || find_dnsmasq(s) == -1 ||
	    watch_packets(s) == -1 || addresses_open(b) == -1 ||
	    start_offer(s) == -1 || start_http(s) == -1 ||
	    site_list_open(b) == -1 || start_cluster(s) == -1)
		return -1;
	watch_solicitations(s);
	loop_timer_set(b->loop, &s->patience,
		       clock_now_ns() + PATIENCE_MS * NS_PER_MS);
	return 0;
}

static void
close_source(struct loop *l, struct loop_source *s)
{
	if (s->added)
		loop_remove(l, s);
	if (s->fd > 0)
		close(s->fd);
}

static void
stop(struct service *s)
{
	struct boot *b = &s->boot;
	dnsmasq_free(b->dnsmasq);
	files_close(b);
	http_free(b->http);
	cluster_free(b->cluster);
	offer_free(b->offer);
	own_images_close(b);
	site_list_close(b);
	close_source(b->loop, &s->packets);
	close_source(b->loop, &s->solicitations);
	addresses_close(b);
	dnsmasq_paths_free(&b->paths);
	progress_free(b->progress);
	machines_free(b->machines);
	if (s->root.added)
		loop_remove(b->loop, &s->root);
	rights_free(b->rights);
	loop_free(b->loop);
}

int
service_run(const struct boot_config *config)
{
	static struct service s;

	s.boot.config = *config;
	s.failed = start(&s) == -1;
	if (!s.failed && loop_run(s.boot.loop) == -1) {
		log_error("the event loop failed: %m");
		s.failed = true;
	}
	stop(&s);
	return s.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
