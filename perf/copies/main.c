/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: measures the rules by which stores share the copies of an image, with
 * more nodes than one machine can run: in the model of
 * tests/fixture/copies_room.h, which goes in rounds. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "router/policy/random.h"
#include "tests/fixture/copies_room.h"

#define CHUNKS 800
#define NODES_MAX 1000
#define ROUNDS 4000
/* In a run `1by1` of up to so many nodes, each starts when those before it are
 * at rest. */
#define PATIENT_NODES 100
/* In a run `1by1` of more than PATIENT_NODES nodes: rounds from the start of a
 * node to the start of the next. */
#define HURRY 4

struct run {
	const char *name;
	struct room *room;
	/* nodes in the run; the room has one store more, for the event `join`
	 */
	uint32_t n;
	/* chunks that the room had copied before the present event */
	uint64_t was;
	/* chunks that fit into the stores that the present event switches on or
	 * off */
	uint64_t needed;
	unsigned rounds;
};

static void
usage(void)
{
	fputs("usage: copies NODES PERCENT[-PERCENT] together|1by1 [SEED]\n",
	      stderr);
	exit(2);
}

static void
row(const struct run *c, const char *event)
{
	struct room_state s = room_look(c->room);
	double moved = c->room->moved - c->was;

	printf("%s %s %.2f %u %.3f %u %.3f %.2f %u\n", c->name, event, s.level,
	       s.least, s.mean, s.most, s.sd,
	       c->needed > 0 ? moved / c->needed : moved, c->rounds);
	fflush(stdout);
}

static uint64_t
rooms(const struct run *c, uint32_t first, uint32_t n)
{
	uint64_t chunks = 0;

	for (uint32_t i = first; i < first + n; i++)
		chunks += c->room->stores[i].room;
	return chunks;
}

/* Switches n stores, of which `first` is the first, on or off, runs rounds
 * until all stores are at rest, and prints the event's row. */
static void
event(struct run *c, const char *name, uint32_t first, uint32_t n, bool on)
{
	c->was = c->room->moved;
	c->needed = rooms(c, first, n);
	room_switch(c->room, first, n, on);
	c->rounds = room_settle(c->room, ROUNDS);
	row(c, name);
}

static void
one_by_one(struct run *c)
{
	c->was = 0;
	c->needed = rooms(c, 0, c->n);
	for (uint32_t i = 0; i < c->n; i++) {
		room_switch(c->room, i, 1, true);
		if (c->n > PATIENT_NODES)
			room_rounds(c->room, HURRY);
		else
			room_settle(c->room, ROUNDS);
	}
	c->rounds = room_settle(c->room, ROUNDS);
	row(c, "begun");
}

static void
all_events(struct run *c, bool together)
{
	uint32_t dead;
	double level;

	if (together)
		event(c, "begun", 0, c->n, true);
	else
		one_by_one(c);
	event(c, "join", c->n, 1, true);
	event(c, "death", 0, 1, false);
	event(c, "return", 0, 1, true);
	level = room_look(c->room).level;
	dead = level * 0.95 > 1 ? (uint32_t)(level * 0.95) - 1 : 0;
	if (dead == 0)
		return;
	c->room->seed = false;
	event(c, "deaths+seed", c->n - dead, dead, false);
	event(c, "returns", c->n - dead, dead, true);
}

int
main(int argc, char **argv)
{
	unsigned percent[NODES_MAX + 1], least, most;
	uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1, lot;
	struct run c = {0};
	char name[64], *end;

	if (argc < 4)
		usage();
	c.n = strtoul(argv[1], NULL, 10);
	least = most = strtoul(argv[2], &end, 10);
	if (*end == '-')
		most = strtoul(end + 1, NULL, 10);
	if (c.n < 1 || c.n > NODES_MAX || least < 1 || most < least ||
	    most > 100)
		usage();
	lot = seed;
	for (uint32_t i = 0; i < c.n; i++)
		percent[i] = least + random_below(&lot, most - least + 1);
	percent[c.n] = (least + most) / 2;
	snprintf(name, sizeof name, "%sx%s %s", argv[2], argv[1], argv[3]);
	c.name = name;
	c.room =
	    room_new(CHUNKS, c.n + 1, percent, seed * 0x9e3779b97f4a7c15ULL);
	all_events(&c, strcmp(argv[3], "1by1") != 0);
	room_free(c.room);
	return 0;
}
