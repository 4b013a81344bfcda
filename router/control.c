/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/listen_unix.h"
#include "lib/path_in.h"
#include "lib/socket_names.h"
#include "membership/wire/proto_host.h"
#include "membership/wire/proto_roles.h"
#include "router/cluster/announce.h"
#include "router/cluster/authority.h"
#include "router/cluster/cluster.h"
#include "router/cluster/image_choice.h"
#include "router/image/image.h"
#include "router/router.h"
#include "router/status.h"

#define CLIENTS_MAX 16
#define LINE_MAX_BYTES 8192
#define DEADLINE_NS 10000000000LL
#define PAUSE_NS 100000000LL

struct session {
	LIST_ENTRY(session) entry;
	struct control *control;
	struct loop_source source;
	struct loop_timer deadline;
	char line[LINE_MAX_BYTES];
	size_t have;
	json_object *reply;
	const char *text; /* the part of the reply that is still to be sent */
	size_t left;
};

struct control {
	struct router *r;
	enum control_for whom;
	struct loop_source source;
	struct loop_timer resume;
	LIST_HEAD(, session) sessions;
	unsigned n;
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
};

static void
session_close(struct session *s)
{
	LIST_REMOVE(s, entry);
	s->control->n--;
	loop_remove(s->control->r->loop, &s->source);
	loop_timer_cancel(s->control->r->loop, &s->deadline);
	close(s->source.fd);
	json_object_put(s->reply);
	free(s);
}

static json_object *
error_json(const char *text)
{
	json_object *o = json_object_new_object();

	json_object_object_add(o, "error", json_object_new_string(text));
	return o;
}

static json_object *
add_image(struct router *r, char *file)
{
	char *tab = strchr(file, '\t'), *made = NULL, hex[DIGEST_HEX];
	const char *why = NULL;
	struct image *im;
	json_object *o;

	if (tab != NULL)
		*tab++ = '\0';
	else if (asprintf(&made, "%s.vfm", file) == -1)
		return error_json("out of memory");
	im = router_add_file(r, file, tab != NULL ? tab : made, &why);
	free(made);
	if (im == NULL)
		return error_json(why);
	choice_restore(r->choice, &im->m->id);
	o = json_object_new_object();
	json_object_object_add(o, "ok", json_object_new_boolean(true));
	json_object_object_add(
	    o, "id", json_object_new_string(digest_hex(&im->m->id, hex)));
	json_object_object_add(o, "name", json_object_new_string(im->m->name));
	return o;
}

static json_object *
ok_json(void)
{
	json_object *o = json_object_new_object();

	json_object_object_add(o, "ok", json_object_new_boolean(true));
	return o;
}

/* Carries out "core PORT": announces that this node now runs a member, which
 * listens at that port.  Returns the reply.
 */
static json_object *
become_core(struct router *r, const char *port)
{
	AUTO_FREE char *path = NULL;
	char *end;
	unsigned long n = strtoul(port, &end, 10);

	if (end == port || *end != '\0' || n == 0 || n > UINT16_MAX)
		return error_json("core PORT: not a port");
	path = path_in(r->cfg.run_dir, SOCKET_MEMBER);
	if (member_client_own(r->member, path) == -1)
		return error_json("out of memory");
	cluster_self_core(r->cluster, n);
	return ok_json();
}

/* Carries out "member ADDR:PORT,...": makes the member client try these
 * addresses, at which members of core nodes may listen.  Returns the reply. */
static json_object *
learn_members(struct router *r, char *list)
{
	struct address a;

	for (char *one; (one = strsep(&list, ",")) != NULL;) {
		if (address_parse(one, PORT_MEMBER, &a) == -1)
			return error_json("member ADDR:PORT,...: no address");
		member_client_add_core(r->member, &a, true);
	}
	return ok_json();
}

/* Carries out "host REPORT": announces the report of this machine on its site.
 * Returns the reply. */
static json_object *
report_host(struct router *r, const char *report)
{
	struct proto_host h;

	if (proto_host_parse(report, &h) == -1)
		return error_json("host SITE PLUGINS FAILED NEXT_BOOT [TEXT]");
	announce_host(r->announce, &h);
	return ok_json();
}

/* Carries out "roles HOST MAC [ROLE]...": announces the roles of this machine.
 * Returns those of all nodes. */
static json_object *
say_roles(struct router *r, const char *roles)
{
	struct proto_roles said;

	if (proto_roles_parse(roles, &said) == -1)
		return error_json("roles HOST MAC [NAME:STATE:PLACE:ADDRESS]");
	announce_roles(r->announce, &said);
	return status_roles_json(r);
}

static json_object *
get_reads(struct router *r, const char *name)
{
	struct image *im = choice_find(r->choice, name, strlen(name));

	return im != NULL ? status_reads_json(im)
			  : error_json("this node does not have that image");
}

static json_object *
get_default(struct router *r)
{
	json_object *o = status_default_json(r);

	return o != NULL ? o : error_json("no image is known yet");
}

static json_object *
set_default(struct router *r, const char *name)
{
	const char *why = NULL;
	char hex[DIGEST_HEX];
	json_object *o;

	if (choice_set(r->choice, name, &why) == -1)
		return error_json(why);
	o = json_object_new_object();
	json_object_object_add(o, "ok", json_object_new_boolean(true));
	json_object_object_add(o, "id",
			       json_object_new_string(digest_hex(
				   &choice_word(r->choice)->image, hex)));
	return o;
}

/* Carries out "resolve NAME|ID".  Returns what is needed to sign a word that
 * makes the image the default: the image's id, the word's version, and the
 * trusted key, if there is one. */
static json_object *
resolve(struct router *r, const char *name)
{
	const struct key_public *trust =
	    words_trust(authority_words(r->authority));
	char hex[DIGEST_HEX], text[KEY_TEXT];
	const char *why = NULL;
	struct digest id;
	json_object *o;

	if (choice_resolve(r->choice, name, &id, &why) == -1)
		return error_json(why);
	o = ok_json();
	json_object_object_add(o, "id",
			       json_object_new_string(digest_hex(&id, hex)));
	json_object_object_add(o, "version",
			       json_object_new_uint64(choice_next(r->choice)));
	if (trust != NULL)
		json_object_object_add(
		    o, "trust", json_object_new_string(key_text(trust, text)));
	return o;
}

static json_object *
hear_word(struct router *r, const char *digits)
{
	const char *why =
	    authority_hear_text(r->authority, digits, "router.ctl");

	if (why != NULL)
		return error_json(why);
	router_words(r);
	return ok_json();
}

/* Carries out "remove", which removes an image from all nodes; name is NAME|ID,
 * or "force NAME|ID".  Returns the reply. */
static json_object *
remove_image(struct router *r, const char *name)
{
	static const char force[] = "force ";
	bool forced = strncmp(name, force, sizeof force - 1) == 0;
	const char *why = NULL;
	char hex[DIGEST_HEX];
	struct digest id;
	json_object *o;

	if (forced)
		name += sizeof force - 1;
	if (choice_remove(r->choice, name, forced, &id, &why) == -1)
		return error_json(why);
	leave_removed(&r->leave);
	o = ok_json();
	json_object_object_add(o, "id",
			       json_object_new_string(digest_hex(&id, hex)));
	return o;
}

static json_object *
obey(const struct control *c, char *line)
{
	struct router *r = c->r;

	if (strcmp(line, "status") == 0)
		return status_json(r);
	if (c->whom != CONTROL_FOR_ROOT)
		return error_json("this socket answers \"status\" alone");
	if (strcmp(line, "map") == 0)
		return status_map_json(r);
	if (strcmp(line, "nodes") == 0)
		return status_nodes_json(r);
	if (strncmp(line, "reads ", 6) == 0)
		return get_reads(r, line + 6);
	if (strcmp(line, "default") == 0)
		return get_default(r);
	if (strncmp(line, "default ", 8) == 0)
		return set_default(r, line + 8);
	if (strncmp(line, "resolve ", 8) == 0)
		return resolve(r, line + 8);
	if (strcmp(line, "words") == 0)
		return status_authority_json(r);
	if (strncmp(line, "word ", 5) == 0)
		return hear_word(r, line + 5);
	if (strncmp(line, "remove ", 7) == 0)
		return remove_image(r, line + 7);
	if (strncmp(line, "add ", 4) == 0)
		return add_image(r, line + 4);
	if (strcmp(line, "group") == 0)
		return status_group_json(r);
	if (strncmp(line, "core ", 5) == 0)
		return become_core(r, line + 5);
	if (strncmp(line, "host ", 5) == 0)
		return report_host(r, line + 5);
	if (strcmp(line, "roles") == 0)
		return status_roles_json(r);
	if (strncmp(line, "roles ", 6) == 0)
		return say_roles(r, line + 6);
	if (strncmp(line, "member ", 7) == 0)
		return learn_members(r, line + 7);
	return error_json("unknown command");
}

static void
send_some(struct session *s)
{
	ssize_t n = send(s->source.fd, s->text, s->left, MSG_NOSIGNAL);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		s->text += n;
		s->left -= n;
	}
	if (n <= 0 || s->left == 0)
		session_close(s);
}

static void
receive_some(struct session *s)
{
	ssize_t n =
	    recv(s->source.fd, s->line + s->have, sizeof s->line - s->have, 0);
	char *end;

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		session_close(s);
		return;
	}
	s->have += n;
	end = memchr(s->line, '\n', s->have);
	if (end == NULL) {
		if (s->have == sizeof s->line)
			session_close(s);
		return;
	}
	*end = '\0';
	s->reply = obey(s->control, s->line);
	s->text = json_object_to_json_string_length(
	    s->reply, JSON_C_TO_STRING_PLAIN, &s->left);
	loop_set_events(s->control->r->loop, &s->source, EPOLLOUT);
}

static void
on_session(void *ctx, uint32_t events)
{
	struct session *s = ctx;

	if (s->reply != NULL)
		send_some(s);
	else
		receive_some(s);
}

static void
on_deadline(void *ctx)
{
	session_close(ctx);
}

static void
resume(void *ctx)
{
	struct control *c = ctx;

	loop_set_events(c->r->loop, &c->source, EPOLLIN);
}

static void
on_connect(void *ctx, uint32_t events)
{
	struct control *c = ctx;
	AUTO_CLOSE int fd =
	    accept4(c->source.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct session *s;

	/* as long as no descriptor is free epoll would report the socket at
	 * once, again and again */
	if (fd == -1 && loop_set_events(c->r->loop, &c->source, 0) == 0)
		loop_timer_set(c->r->loop, &c->resume,
			       loop_now_ns(c->r->loop) + PAUSE_NS);
	if (fd == -1 || c->n == CLIENTS_MAX)
		return;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return;
	s->control = c;
	s->source = (struct loop_source){
	    .fd = fd, .events = EPOLLIN, .ready = on_session, .ctx = s};
	s->deadline.fire = on_deadline;
	s->deadline.ctx = s;
	if (loop_add(c->r->loop, &s->source) == -1) {
		free(s);
		return;
	}
	TAKE_FD(fd);
	loop_timer_set(c->r->loop, &s->deadline,
		       loop_now_ns(c->r->loop) + DEADLINE_NS);
	LIST_INSERT_HEAD(&c->sessions, s, entry);
	c->n++;
}

struct control *
control_new(struct router *r, const char *path, enum control_for whom)
{
	AUTO_FREE struct control *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->r = r;
	c->whom = whom;
	c->source.fd = listen_unix(path, 0600, CLIENTS_MAX);
	if (c->source.fd == -1)
		return NULL;
	/* path fits in sun_path: listen_unix has checked it */
	memcpy(c->path, path, strlen(path) + 1);
	c->source.events = EPOLLIN;
	c->source.ready = on_connect;
	c->resume.fire = resume;
	c->source.ctx = c->resume.ctx = c;
	if (loop_add(r->loop, &c->source) == -1) {
		close(c->source.fd);
		return NULL;
	}
	return TAKE_PTR(c);
}

void
control_free(struct control *c)
{
	if (c == NULL)
		return;
	while (!LIST_EMPTY(&c->sessions))
		session_close(LIST_FIRST(&c->sessions));
	loop_remove(c->r->loop, &c->source);
	loop_timer_cancel(c->r->loop, &c->resume);
	close(c->source.fd);
	unlink(c->path);
	free(c);
}
