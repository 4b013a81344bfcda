/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/progress.h"

#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "boot/addresses.h"
#include "boot/architectures.h"
#include "boot/files.h"
#include "boot/late.h"

/* length of two tables; arbitrary: four times the number of machines in a large
 * room */
#define SLOTS 1024
/* Nanoseconds between two searches for late machines.  Arbitrary. */
#define LOOK_NS (2000 * NS_PER_MS)
#define FRESH_S 5 /* no machine boots twice within so many seconds */

/* Two tables: `told` has, for each stage of a machine, the stage in its lease
 * (BOOT_...); `heard` has the reverse.  A lease never has STAGE_NETWORK, which
 * only this service sees, nor STAGE_GONE, which each service sees by itself. */
static const enum boot_stage told[] = {
    [STAGE_NONE] = BOOT_SEEN,
    [STAGE_ROM] = BOOT_ROM,
    [STAGE_KERNEL] = BOOT_KERNEL,
    [STAGE_INITRD] = BOOT_INITRAMFS,
    [STAGE_NETWORK] = BOOT_INITRAMFS,
    [STAGE_JOINED] = BOOT_JOINED,
    [STAGE_UP] = BOOT_UP,
    [STAGE_GONE] = BOOT_SEEN,
};
static const enum stage heard[] = {
    [BOOT_SEEN] = STAGE_NONE,     [BOOT_ROM] = STAGE_ROM,
    [BOOT_KERNEL] = STAGE_KERNEL, [BOOT_INITRAMFS] = STAGE_INITRD,
    [BOOT_JOINED] = STAGE_JOINED, [BOOT_UP] = STAGE_UP,
};

struct progress {
	/* At index slot_of(mac): the card that was the last of its slot to ask
	 * for an address, and whether its boot ROM asked. */
	struct {
		uint8_t mac[MAC_SIZE];
		bool rom;
	} asked[SLOTS];
	/* At index address modulo SLOTS: a machine that has reported to be up
	 * before this service got the machine's lease from another boot
	 * service. */
	struct {
		uint32_t ip;
		time_t at;
	} early[SLOTS];
	/* a bit for each architecture about which there was a warning already
	 */
	uint64_t told_archs;
	/* a view has come, so that this service knows all nodes */
	bool seen_view;
	struct boot *boot;
	struct loop_timer look; /* time of the next search for late machines */
	struct late late;
};

#define MACHINE_TEXT (HOST_NAME_MAX_TEXT + MAC_TEXT + IP4_TEXT + 8)

/* Writes "node07 (52:54:00:12:34:56, 10.0.0.7)" into `to`, and returns `to`. */
static const char *
describe(const struct machine *m, char to[MACHINE_TEXT])
{
	char mac[MAC_TEXT], ip[IP4_TEXT];

	snprintf(to, MACHINE_TEXT, "%s (%s, %s)",
		 m->name[0] != '\0' ? m->name : "a machine",
		 mac_text(m->mac, mac),
		 m->ip != 0 ? ip4_text(m->ip, ip) : "no address");
	return to;
}

/* If this service answers DHCP, logs the stage that a machine has reached, and
 * how long after the beginning of its boot that was. */
static void
tell(const struct boot *b, const struct machine *m)
{
	char text[MACHINE_TEXT];

	if (b->role != ROLE_ANSWERING || m->stage == STAGE_NONE)
		return;
	if (m->stage == STAGE_ROM || m->stage == STAGE_GONE || m->began == 0)
		log_info("%s: %s", describe(m, text), stage_word(m->stage));
	else
		log_info("%s: %s, %lld s after it began", describe(m, text),
			 stage_word(m->stage),
			 (long long)(m->since - m->began));
}

static void
enter(struct boot *b, struct machine *m, enum stage stage)
{
	time_t now = time(NULL);
	enum stage was = m->stage;

	if (stage == STAGE_ROM && was != STAGE_ROM)
		m->began = now;
	else if (stage > was && m->began != 0 && now >= m->since)
		late_took(&b->progress->late, was, now - m->since);
	machines_stage(m, stage, now);
	if (stage >= STAGE_JOINED)
		m->key_ip = 0;
	if (stage == was)
		return;
	if (stage < STAGE_UP)
		m->said[0] = '\0';
	m->late = false;
	tell(b, m);
	if (stage >= STAGE_UP)
		m->began = 0;
}

static void
look_at(struct boot *b, struct machine *m, time_t now)
{
	uint32_t limit = late_limit(&b->progress->late, m->stage);
	char text[MACHINE_TEXT];

	if (m->late || m->began == 0 || limit == LATE_NEVER ||
	    now - m->since <= (time_t)limit)
		return;
	m->late = true;
	log_warn("%s is late: %s for %lld s; half of the others took %u s at "
		 "most",
		 describe(m, text), stage_word(m->stage),
		 (long long)(now - m->since),
		 late_median(&b->progress->late, m->stage));
	files_soon(b);
}

static void
look(void *ctx)
{
	struct progress *p = ctx;
	struct boot *b = p->boot;

	loop_timer_set(b->loop, &p->look, loop_now_ns(b->loop) + LOOK_NS);
	if (b->role != ROLE_ANSWERING)
		return;
	for (size_t i = 0; i < machines_count(b->machines); i++)
		look_at(b, machines_at(b->machines, i), time(NULL));
}

struct progress *
progress_new(struct boot *b)
{
	struct progress *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->boot = b;
	p->look = (struct loop_timer){.fire = look, .ctx = p};
	loop_timer_set(b->loop, &p->look, loop_now_ns(b->loop) + LOOK_NS);
	return p;
}

void
progress_free(struct progress *p)
{
	if (p == NULL)
		return;
	loop_timer_cancel(p->boot->loop, &p->look);
	free(p);
}

/* Sends the lease of a machine, with its stage, to the other boot services, and
 * has the files written. */
static void
publish(struct boot *b, const struct machine *m)
{
	struct proto_lease l = {.left_s = UINT32_MAX, .stage = told[m->stage]};

	memcpy(l.mac, m->mac, sizeof l.mac);
	for (int i = 0; i < 4; i++)
		l.ip[i] = m->ip >> (24 - 8 * i) & 255;
	memcpy(l.name, m->name, strlen(m->name) + 1);
	cluster_lease(b->cluster, &l);
	files_soon(b);
}

static void
set_stage(struct boot *b, struct machine *m, enum stage stage)
{
	bool news = m->stage != stage;

	enter(b, m, stage);
	if (news)
		publish(b, m);
}

/* --- DHCP --- */

static size_t
slot_of(const uint8_t mac[MAC_SIZE])
{
	return (mac[4] << 8 | mac[5]) % SLOTS;
}

bool
progress_from_rom(const struct boot *b, const uint8_t mac[MAC_SIZE])
{
	size_t i = slot_of(mac);

	return memcmp(b->progress->asked[i].mac, mac, MAC_SIZE) == 0 &&
	       b->progress->asked[i].rom;
}

/* Sets the stage of the machine m, which asks for an address.  First a
 * machine's boot ROM asks (`rom`), then its initramfs.  When its system asks
 * later, the stage does not change, nor when the system on the disk of a
 * machine asks that was sent there. */
static void
asks(struct boot *b, struct machine *m, bool rom)
{
	if (rom) {
		m->here = false;
		if (m->stage != STAGE_ROM)
			m->key_refused = false;
		m->key_ip = m->ip;
		set_stage(b, m, STAGE_ROM);
	} else if (m->stage >= STAGE_ROM && m->stage < STAGE_NETWORK &&
		   !machines_from_disk(m)) {
		if (m->key_ip != 0)
			m->key_ip = m->ip;
		set_stage(b, m, STAGE_NETWORK);
	}
}

static uint32_t
wanted_ip(const struct dhcp_packet *p)
{
	return p->requested != 0 ? p->requested : p->ciaddr;
}

/* Warns, once for each architecture (those from 63 on count as one), that
 * firmware of that architecture gets no answer because there is no boot loader
 * for it. */
static void
tell_arch(struct boot *b, const struct dhcp_packet *p)
{
	unsigned arch = p->arch < 0 ? 0 : p->arch;
	uint64_t bit = UINT64_C(1) << (arch < 63 ? arch : 63);
	char mac[MAC_TEXT];

	if (p->ipxe || p->arch < 0 || (b->progress->told_archs & bit) != 0 ||
	    loader_can(b->paths.tftp, p->arch))
		return;
	b->progress->told_archs |= bit;
	log_warn("%s is %s (architecture %d), for which there is no boot "
		 "loader: such machines get no answer; see FIRMWARE in "
		 "vfield-boot(8)",
		 mac_text(p->mac, mac), loader_arch_name(p->arch), p->arch);
}

/* With --proxy, notes the address that a machine requests as that machine's,
 * since the answer of the other DHCP server need not come to this card. */
static void
client_of_other(struct boot *b, const struct dhcp_packet *p, bool rom)
{
	uint32_t ip = wanted_ip(p);
	struct machine *m = rom ? machines_add(b->machines, p->mac, time(NULL))
				: machines_by_mac(b->machines, p->mac);

	if (m == NULL || p->type != DHCP_REQUEST)
		return;
	addresses_settle(b, m, ip != 0 ? ip : m->ip);
	asks(b, m, rom);
}

static bool
by_bootp(const struct boot *b, const struct dhcp_packet *p)
{
	return b->config.set.bootp && p->type == DHCP_BOOTP;
}

static void
client_packet(struct boot *b, const struct dhcp_packet *p)
{
	bool rom = dhcp_from_rom(p);
	size_t i = slot_of(p->mac);
	time_t now = time(NULL);
	struct machine *m;

	if (p->type == DHCP_DECLINE && b->role == ROLE_ANSWERING &&
	    !b->config.set.proxy)
		addresses_declined(b, p->mac, p->requested);
	if (p->type != DHCP_DISCOVER && p->type != DHCP_REQUEST &&
	    !by_bootp(b, p))
		return;
	memcpy(b->progress->asked[i].mac, p->mac, MAC_SIZE);
	b->progress->asked[i].rom = rom;
	if (b->role != ROLE_ANSWERING)
		return;
	if (rom)
		tell_arch(b, p);
	if (b->config.set.proxy) {
		client_of_other(b, p, rom);
		return;
	}
	m = machines_by_mac(b->machines, p->mac);
	if (m != NULL && m->ip != 0 && m->name[0] != '\0')
		return;
	m = machines_add(b->machines, p->mac, now);
	/* m has an address already, but its name has gone to another machine */
	if (m->ip != 0) {
		addresses_settle(b, m, m->ip);
		return;
	}
	addresses_find(b, m->mac, wanted_ip(p));
}

void
progress_packet(struct boot *b, const struct dhcp_packet *p)
{
	struct machine *m;

	if (!p->reply) {
		client_packet(b, p);
		return;
	}
	if ((p->type != DHCP_ACK && !by_bootp(b, p)) ||
	    p->from != b->config.card.address || p->yiaddr == 0 ||
	    b->config.set.proxy)
		return;
	m = machines_add(b->machines, p->mac, time(NULL));
	addresses_settle(b, m, p->yiaddr);
	if (!m->leased)
		publish(b, m);
	m->leased = true;
	asks(b, m, progress_from_rom(b, p->mac));
}

/* --- HTTP --- */

struct machine *
progress_machine(struct boot *b, const struct http_client *who)
{
	struct machine *m = machines_by_ip(b->machines, who->ip);

	if (m != NULL || !who->has_mac)
		return m;
	/* If no machine has the client's address, the machine is found by the
	 * MAC in the request. */
	m = machines_by_mac(b->machines, who->mac);
	if (m != NULL && m->ip != 0 && !b->config.set.proxy)
		return NULL;
	if (m == NULL && !b->config.set.proxy)
		return NULL;
	if (m == NULL)
		m = machines_add(b->machines, who->mac, time(NULL));
	addresses_settle(b, m, who->ip);
	return m;
}

/* Remembers that the machine at the address ip is up.  The machine reports that
 * only once; if another service has given the address, this service gets the
 * machine's lease only a moment later. */
static void
note_early(struct boot *b, uint32_t ip)
{
	b->progress->early[ip % SLOTS].ip = ip;
	b->progress->early[ip % SLOTS].at = time(NULL);
}

static bool
was_early(struct boot *b, uint32_t ip, time_t now)
{
	bool was = ip != 0 && b->progress->early[ip % SLOTS].ip == ip &&
		   now - b->progress->early[ip % SLOTS].at < FRESH_S;

	if (was)
		b->progress->early[ip % SLOTS].ip = 0;
	return was;
}

void
progress_http(struct boot *b, const struct http_client *who,
	      enum http_event event)
{
	static const enum stage stages[] = {
	    [HTTP_KERNEL_BEGUN] = STAGE_KERNEL,
	    [HTTP_INITRD_DONE] = STAGE_INITRD,
	    [HTTP_UP] = STAGE_UP,
	};
	struct machine *m = progress_machine(b, who);

	if (m == NULL) {
		if (event == HTTP_UP)
			note_early(b, who->ip);
		return;
	}
	/* the end of the initramfs's transfer may be noticed after a later
	 * stage */
	if (event == HTTP_INITRD_DONE && m->stage > STAGE_INITRD &&
	    m->stage <= STAGE_UP)
		return;
	set_stage(b, m, stages[event]);
}

const char *
progress_job(struct boot *b, const struct http_client *who, const char *said,
	     uint64_t done)
{
	const struct http_client by_ip = {.ip = who->ip};
	struct machine *m = progress_machine(b, &by_ip);
	char text[MACHINE_TEXT];

	if (m == NULL)
		return "unknown\n";
	if (said != NULL && strncmp(said, m->said, MACHINE_SAID - 1) != 0 &&
	    machines_say(m, said, time(NULL)))
		log_info("%s: %s", describe(m, text), m->said);
	/* a client may report anything, but not a job that it was not given yet
	 */
	if (done > m->done && done <= m->job) {
		m->done = done;
		log_info("%s: has done its job", describe(m, text));
	}
	files_soon(b);
	return machines_from_disk(m) ? "disk\n" : "network\n";
}

void
progress_disk(struct boot *b, struct machine *m)
{
	m->began = 0;
	m->late = false;
	machines_say(m, "disk", time(NULL));
	files_soon(b);
}

/* --- the nodes --- */

void
progress_node(struct boot *b, const struct boot_node *n)
{
	struct machine *m = machines_by_ip(b->machines, n->ip);

	if (m == NULL)
		return;
	if (m->has_node && node_id_equal(&m->node, &n->id)) {
		if (m->here && m->stage == STAGE_GONE)
			enter(b, m, STAGE_JOINED);
		return;
	}
	m->has_node = m->here = true;
	m->node = n->id;
	if (m->stage != STAGE_UP)
		enter(b, m, STAGE_JOINED);
	files_soon(b);
}

static void
lost(struct boot *b, struct machine *m)
{
	m->here = false;
	enter(b, m, STAGE_GONE);
	files_soon(b);
}

void
progress_gone(struct boot *b, const struct boot_node *n)
{
	struct machine *m = machines_by_ip(b->machines, n->ip);

	/* if a machine boots again, its old node is gone, but not the machine
	 */
	if (m != NULL && m->here && node_id_equal(&m->node, &n->id))
		lost(b, m);
}

void
progress_view(struct boot *b)
{
	if (b->progress->seen_view)
		return;
	b->progress->seen_view = true;
	/* marks as gone the machines of an earlier run whose nodes are gone */
	for (size_t i = 0; i < machines_count(b->machines); i++) {
		struct machine *m = machines_at(b->machines, i);

		if (!m->here &&
		    (m->stage == STAGE_JOINED || m->stage == STAGE_UP))
			lost(b, m);
	}
}

/* Returns true if a lease from another service is older than what this service
 * has seen of the machine, which may fetch its files from several services.  A
 * lease with an earlier stage than the present one is older, unless the machine
 * is booting again. */
static bool
is_older(const struct machine *m, enum boot_stage stage, time_t now)
{
	if (m->stage < STAGE_KERNEL || m->stage > STAGE_UP)
		return false;
	if (stage <= BOOT_ROM)
		return now - m->since < FRESH_S;
	return stage < told[m->stage];
}

static void
take_lease(struct boot *b, struct machine *m, uint32_t ip, const char *name)
{
	struct machine *other = machines_by_ip(b->machines, ip);

	m->leased = true;
	if (other != NULL && other != m)
		other->ip = 0;
	m->ip = ip;
	other = machines_by_name(b->machines, name);
	if (m->fixed || !host_name_ok(name) || (other != NULL && other->fixed))
		return;
	if (other != NULL && other != m)
		other->name[0] = '\0';
	memcpy(m->name, name, strlen(name) + 1);
}

void
progress_lease(struct boot *b, const struct proto_lease *l)
{
	uint32_t ip = (uint32_t)l->ip[0] << 24 | l->ip[1] << 16 |
		      l->ip[2] << 8 | l->ip[3];
	time_t now = time(NULL);
	struct machine *m = machines_add(b->machines, l->mac, now);

	take_lease(b, m, ip, l->name);
	files_hosts(b);
	if (is_older(m, l->stage, now)) {
		publish(b, m);
		return;
	}
	if (l->stage == BOOT_ROM) {
		m->here = false;
		m->key_ip = m->ip;
	}
	/* A stage in a lease stands for several of our stages.  If the present
	 * stage is one of them, the lease says nothing new. */
	if (told[m->stage] != l->stage)
		enter(b, m, heard[l->stage]);
	if (was_early(b, m->ip, now))
		set_stage(b, m, STAGE_UP);
}
