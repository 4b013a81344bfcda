/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as the administrator's list of machines and as leases,
 * and then as a sequence of calls that give machines
 * addresses and take them away.  At the end no two machines have the same card,
 * address or name, and what is written can be read again. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/machines.h"

/* few cards and addresses, so that calls meet each other's machines */
#define CARDS 7
#define ADDRESSES 5
#define FIRST 0x0a4d0001u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct machines *ms)
{
	size_t n = machines_count(ms);

	assert(n <= MACHINES_MAX);
	for (size_t i = 0; i < n && i < 64; i++) {
		struct machine *m = machines_at(ms, i);

		assert(machines_by_mac(ms, m->mac) == m);
		assert(m->ip == 0 || machines_by_ip(ms, m->ip) == m);
		assert(m->name[0] == '\0' ||
		       machines_by_name(ms, m->name) == m);
		assert(m->name[0] == '\0' || host_name_ok(m->name));
	}
}

/* Each call is three bytes: which call, which card, which address or time. */
static void
play(struct machines *ms, const uint8_t *data, size_t size)
{
	uint8_t mac[MAC_SIZE] = {0x52, 0x54};
	time_t now = 1000;

	for (size_t i = 0; i + 3 <= size; i += 3) {
		uint32_t ip = FIRST + data[i + 2] % ADDRESSES;
		struct machine *m;

		mac[5] = data[i + 1] % CARDS;
		now += data[i + 2];
		m = machines_add(ms, mac, now);
		switch (data[i] % 5) {
		case 0:
			machines_settle(ms, m, ip, "node##", ip - FIRST + 1);
			break;
		case 1:
			machines_reclaim(ms, m, FIRST, FIRST + ADDRESSES - 1,
					 now);
			break;
		case 2:
			machines_stage(m, data[i + 2] % (STAGE_GONE + 1), now);
			break;
		case 3:
			m->leased = true;
			break;
		default:
			machines_sort(ms);
			break;
		}
		check(ms);
	}
}

static void
write_and_read(struct machines *ms)
{
	struct machines *again = machines_new();
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	unsigned line;

	assert(again != NULL && f != NULL);
	assert(machines_write(ms, f) == 0 && fclose(f) == 0);
	f = fmemopen(text, len > 0 ? len : 1, "r");
	assert(f != NULL);
	assert(len == 0 || machines_read(again, f, &line) == 0);
	fclose(f);
	check(again);
	machines_free(again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machines *ms = machines_new();
	const char *why = NULL;
	unsigned line;
	FILE *f;

	assert(ms != NULL);
	for (int list = 0; size > 0 && list < 2; list++) {
		f = fmemopen((void *)(uintptr_t)data, size, "r");
		assert(f != NULL);
		if (list == 0)
			(void)machines_read_list(ms, f, 1, &line, &why);
		else
			(void)machines_read(ms, f, &line);
		fclose(f);
		check(ms);
	}
	play(ms, data, size);
	write_and_read(ms);
	machines_free(ms);
	return 0;
}
