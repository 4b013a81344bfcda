/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/agent_roles.h"

#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/hex.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "site/plugin.h"
#include "site/site.h"
#include "vfield/agent_role.h"
#include "vfield/control.h"
#include "vfield/role_word.h"

#define LOOK_MS 500
/* Milliseconds in which the node must answer.  Arbitrary: the node answers at
 * once, and the agent does nothing else while it waits. */
#define ASK_MS 500
/* Seconds for which a move that the administrator asked for counts.  Arbitrary:
 * a move takes three, and a machine that can take the role only much later
 * shall not get it by surprise. */
#define MOVE_S 30
#define CLAIMS_MAX 4096

struct agent_roles {
	struct loop *loop;
	const struct agent_site *of;
	struct loop_timer look;
	struct site *site; /* NULL: no site was read */
	char host[PROTO_ROLE_HOST];
	struct agent_role v[PROTO_ROLES_MAX];
	size_t n;
	/* the node has said at least once which words are in force */
	bool heard_words;
	uint64_t move; /* version of the last word on a move */
	struct digest move_id;
	int64_t move_until_ns;
	struct role_claim *claims; /* room for CLAIMS_MAX */
};

/* --- what the site says --- */

static struct agent_role *
find(struct agent_roles *rs, const char *name)
{
	for (size_t i = 0; i < rs->n; i++)
		if (strcmp(rs->v[i].name, name) == 0)
			return &rs->v[i];
	return NULL;
}

/* Adds a role, or finds it.  Returns NULL after the log has said that there are
 * too many. */
static struct agent_role *
add(struct agent_roles *rs, const char *name, uint32_t address)
{
	struct agent_role *r = find(rs, name);

	if (r != NULL)
		return r;
	if (rs->n == PROTO_ROLES_MAX) {
		log_warn("role %s: a host has at most %d", name,
			 PROTO_ROLES_MAX);
		return NULL;
	}
	r = &rs->v[rs->n++];
	*r = (struct agent_role){.loop = rs->loop,
				 .site = rs->of,
				 .host = rs->host,
				 .address = address};
	snprintf(r->name, sizeof r->name, "%s", name);
	agent_role_init(r);
	return r;
}

/* Adds the role to those that the site gives this machine's host, with that
 * address. */
static void
want(struct agent_roles *rs, const char *name, uint32_t address)
{
	struct agent_role *r = add(rs, name, address);

	if (r == NULL)
		return;
	r->wanted = true;
	if (r->address == address)
		return;
	agent_role_release(r, 0);
	r->address = address;
}

static uint32_t
address_of(const struct site_host *h, const char *role)
{
	char key[SITE_KEY_MAX];
	const char *text;
	uint32_t ip = 0;

	snprintf(key, sizeof key, "role.%s.address", role);
	text = site_get(h, key);
	return text != NULL && ip4_parse(text, &ip) == 0 ? ip : 0;
}

/* Sets rs->host to the name of this machine's host, which vfield-plugin has
 * noted. */
static void
find_host(struct agent_roles *rs)
{
	AUTO_FREE char *path = path_in(rs->of->root, AGENT_NOTES);
	struct json_object *o = json_object_from_file(path);

	snprintf(rs->host, sizeof rs->host, "%s", control_string(o, "host"));
	json_object_put(o);
}

/* Reads the site in a directory of the system; NULL: the log says that it
 * cannot be read. */
static struct site *
read_site(const struct agent_roles *rs, const char *where)
{
	AUTO_FREE char *dir = path_in(rs->of->root, where);
	struct site_plugins any = {0};
	struct site_errors errors = {0};
	struct site *s = site_load(dir, &any, &errors);

	if (s == NULL)
		log_error("%s cannot be read: roles stay as they are", dir);
	return s;
}

void
agent_roles_site(struct agent_roles *rs)
{
	const struct site_value *const *roles = NULL;
	const struct site_host *h;
	struct site *s = read_site(rs, AGENT_SITE);
	size_t n = 0;

	find_host(rs);
	if (s != NULL) {
		site_free(rs->site);
		rs->site = s;
	}
	h = rs->site != NULL ? site_host(rs->site, rs->host) : NULL;
	if (h != NULL)
		roles = site_values(h, "roles", &n);
	for (size_t i = 0; i < rs->n; i++)
		rs->v[i].wanted = false;
	for (size_t i = 0; i < n; i++)
		want(rs, roles[i]->text, address_of(h, roles[i]->text));
	for (size_t i = 0; i < rs->n; i++)
		if (!rs->v[i].wanted)
			agent_role_release(&rs->v[i], 0);
	if (rs->n > 0)
		loop_timer_set(rs->loop, &rs->look, loop_now_ns(rs->loop));
}

/* --- another site is coming --- */

/* Returns true if the role loses a plugin by the coming site: one that has a
 * hook for the role, that the present site gives this machine's host, and that
 * the coming site, whose host is `then`, does not. */
static bool
loses_plugin(const struct agent_roles *rs, const struct site_host *then,
	     const char *role)
{
	AUTO_FREE char *dir = path_in(rs->of->root, AGENT_SITE "/plugins");
	const struct site_host *h =
	    rs->site != NULL ? site_host(rs->site, rs->host) : NULL;
	size_t n = 0;
	const struct site_value *const *plugins =
	    h != NULL ? site_values(h, "plugins", &n) : NULL;
	bool loses = false;

	for (size_t i = 0; i < n && !loses; i++) {
		char why[PLUGIN_WHY];
		struct plugin *p;

		if (site_has(then, "plugins", plugins[i]->text))
			continue;
		p = plugin_read(dir, plugins[i]->text, why);
		loses = p != NULL && p->role != NULL &&
			strcmp(p->role, role) == 0 && p->hooks[PLUGIN_ROLE];
		plugin_free(p);
	}
	return loses;
}

/* Adds the roles that an earlier agent has started and not stopped; nothing
 * wants them. */
static void
add_marked(struct agent_roles *rs)
{
	AUTO_FREE char *dir = path_in(rs->of->root, AGENT_ROLE_DIR);
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		const char *name = e->d_name + sizeof AGENT_ROLE_FILE - 1;

		if (strncmp(e->d_name, AGENT_ROLE_FILE, name - e->d_name) ==
			0 &&
		    plugin_name_ok(name) && strlen(name) < PROTO_ROLE_NAME)
			add(rs, name, 0);
	}
	if (d != NULL)
		closedir(d);
}

void
agent_roles_leave(struct agent_roles *rs)
{
	struct site *next = read_site(rs, AGENT_SITE_FRESH);
	const struct site_host *h;

	find_host(rs);
	h = next != NULL ? site_host(next, rs->host) : NULL;
	for (size_t i = 0; next != NULL && i < rs->n; i++) {
		struct agent_role *r = &rs->v[i];

		if (!r->wanted || (h != NULL && site_has(h, "roles", r->name) &&
				   !loses_plugin(rs, h, r->name)))
			continue;
		r->wanted = false;
		agent_role_release(r, 0);
	}
	site_free(next);
	add_marked(rs);
	if (rs->n > 0)
		loop_timer_set(rs->loop, &rs->look, loop_now_ns(rs->loop));
}

bool
agent_roles_left(const struct agent_roles *rs)
{
	for (size_t i = 0; i < rs->n; i++)
		if (!rs->v[i].wanted && !agent_role_idle(&rs->v[i]))
			return false;
	return true;
}

/* --- what the others say --- */

/* Returns true if the administrator has asked within the last MOVE_S seconds
 * that the role be moved to that host. */
static bool
is_asked(const struct agent_roles *rs, const char *role, const char *host)
{
	struct digest id;

	if (loop_now_ns(rs->loop) > rs->move_until_ns)
		return false;
	id = role_word_id(role, host);
	return digest_equal(&id, &rs->move_id);
}

/* Reads n bytes from their hexadecimal digits.  Returns false if the text is
 * not exactly these. */
static bool
read_bytes(const char *digits, uint8_t *to, size_t n)
{
	return strlen(digits) == 2 * n && hex_read(digits, to, n);
}

/* Reads the claim of a node to a role.  Returns false if the node makes none,
 * or one that must be ignored. */
static bool
read_claim(const struct agent_roles *rs, const char *role,
	   struct json_object *node, struct role_claim *c)
{
	const char *host = control_string(node, "host");
	const struct site_host *h = site_host(rs->site, host);
	struct json_object *mine = NULL;
	size_t n;
	struct json_object *all = control_array(node, "roles", &n);

	for (size_t i = 0; i < n && mine == NULL; i++) {
		mine = json_object_array_get_idx(all, i);
		if (strcmp(control_string(mine, "name"), role) != 0)
			mine = NULL;
	}
	if (mine == NULL || h == NULL || !site_has(h, "roles", role))
		return false;
	*c = (struct role_claim){
	    .state = proto_role_of_word(control_string(mine, "state")),
	    .place = control_number(mine, "place"),
	    .asked = is_asked(rs, role, host)};
	return c->state < PROTO_ROLE_STATES &&
	       read_bytes(control_string(node, "id"), c->node.b,
			  sizeof c->node.b) &&
	       read_bytes(control_string(node, "mac"), c->mac, sizeof c->mac);
}

static void
look_at(struct agent_roles *rs, struct agent_role *r, struct json_object *said)
{
	struct role_view v = {.others = rs->claims,
			      .alone = control_bool(said, "alone"),
			      .asked_since = rs->move > r->took};
	size_t n;
	struct json_object *nodes = control_array(said, "nodes", &n);
	bool heard_self = false;

	for (size_t i = 0; i < n && v.n < CLAIMS_MAX; i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);
		struct role_claim c;

		if (!read_claim(rs, r->name, node, &c))
			continue;
		if (control_bool(node, "self")) {
			v.self = c;
			heard_self = true;
		} else {
			rs->claims[v.n++] = c;
		}
	}
	if (r->place == 0 && r->state != AGENT_ROLE_OUT)
		r->place = role_rule_last(&v);
	else if (heard_self)
		agent_role_step(r, role_rule(&v), rs->move);
}

/* Writes the line that tells the node about this machine's roles, and asks for
 * the roles of all machines. */
static void
say(const struct agent_roles *rs, char *line, size_t size)
{
	struct proto_roles said = {0};
	char text[PROTO_ROLES_TEXT];
	struct keeper_card card;

	strcpy(said.host, rs->host);
	for (size_t i = 0; i < rs->n; i++) {
		if (rs->v[i].place == 0 ||
		    !agent_role_says(&rs->v[i], &said.v[said.n]))
			continue;
		said.n++;
		if (rs->v[i].address != 0 &&
		    keeper_card_find(rs->v[i].address, &card) == 0)
			memcpy(said.mac, card.mac, sizeof said.mac);
	}
	proto_roles_text(&said, text);
	snprintf(line, size, "roles %s", text);
}

/* Drops roles that the site no longer gives the host, as long as the last one
 * in rs->v is such a role and idle. */
static void
sweep(struct agent_roles *rs)
{
	for (size_t i = rs->n; i-- > 0;)
		if (!rs->v[i].wanted && agent_role_idle(&rs->v[i]) &&
		    i == rs->n - 1)
			rs->n--;
}

static void
look(void *ctx)
{
	struct agent_roles *rs = ctx;
	char line[PROTO_ROLES_TEXT + 8];
	struct json_object *said;

	say(rs, line, sizeof line);
	said = control_ask_json_within(rs->of->run_dir, line, ASK_MS);
	for (size_t i = 0; i < rs->n; i++) {
		if (said != NULL && rs->v[i].wanted)
			look_at(rs, &rs->v[i], said);
		agent_role_tick(&rs->v[i]);
	}
	json_object_put(said);
	sweep(rs);
	if (rs->n > 0)
		loop_timer_set(rs->loop, &rs->look,
			       loop_now_ns(rs->loop) + LOOK_MS * NS_PER_MS);
}

/* --- functions for the agent --- */

struct agent_roles *
agent_roles_new(struct loop *l, const struct agent_site *a)
{
	struct agent_roles *rs = calloc(1, sizeof *rs);

	if (rs == NULL)
		return NULL;
	rs->claims = calloc(CLAIMS_MAX, sizeof *rs->claims);
	if (rs->claims == NULL) {
		free(rs);
		return NULL;
	}
	rs->loop = l;
	rs->of = a;
	rs->look.fire = look;
	rs->look.ctx = rs;
	return rs;
}

void
agent_roles_free(struct agent_roles *rs)
{
	if (rs == NULL)
		return;
	for (size_t i = 0; i < rs->n; i++)
		agent_role_release(&rs->v[i], 0);
	loop_timer_cancel(rs->loop, &rs->look);
	site_free(rs->site);
	free(rs->claims);
	free(rs);
}

void
agent_roles_move(struct agent_roles *rs, uint64_t version,
		 const struct digest *id)
{
	bool old = !rs->heard_words;

	rs->heard_words = true;
	if (version <= rs->move)
		return;
	rs->move = version;
	rs->move_id = *id;
	if (old)
		return; /* the word may be older than this agent */
	rs->move_until_ns = loop_now_ns(rs->loop) + MOVE_S * 1000 * NS_PER_MS;
}

unsigned
agent_roles_bad(const struct agent_roles *rs, char *why, size_t size)
{
	char text[128];
	unsigned bad = 0;

	for (size_t i = 0; i < rs->n; i++)
		if (agent_role_bad(&rs->v[i], text, sizeof text) && bad++ == 0)
			snprintf(why, size, "%s", text);
	return bad;
}

void
agent_roles_reaped(struct agent_roles *rs, pid_t pid, int status)
{
	for (size_t i = 0; i < rs->n; i++)
		if (agent_role_reaped(&rs->v[i], pid, status))
			return;
}
