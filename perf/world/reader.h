/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* reader: a program of a machine that reads the image through its router. */
#ifndef VF_PERF_WORLD_READER_H
#define VF_PERF_WORLD_READER_H

#include "perf/world/machine.h"

enum reader_order { READ_ALL, READ_ANYHOW };

struct reader;

/* Reads `bytes` of the image from at_ns on, with `depth` reads open, in order
 * or anywhere. */
struct reader *reader_new(struct machine *m, const struct manifest *image,
			  enum reader_order order, uint64_t bytes,
			  unsigned depth, int64_t at_ns);
struct machine *reader_machine(const struct reader *r);
bool reader_has_ended(const struct reader *r);
/* From when it was to begin to the end; INT64_MAX: it has not ended. */
int64_t reader_took_ns(const struct reader *r);
/* The longest that one read has taken, also of those that are open. */
int64_t reader_longest_ns(const struct reader *r);
/* How long the oldest read that is open has waited; 0: none is. */
int64_t reader_waits_ns(const struct reader *r);
/* Looks whether a read has waited longer than bound_ns for a chunk that some
 * machine offers all that time: that must not be. */
void reader_watch(struct reader *r, int64_t bound_ns);
/* The reader's machine is sound, and the image that it waits for is offered. */
bool reader_can_go_on(const struct reader *r);
uint64_t reader_bytes(const struct reader *r);

#endif
