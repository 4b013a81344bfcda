/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* reader: a simulated program that reads an image through the router of its
 * machine. */
#ifndef VF_PERF_WORLD_READER_H
#define VF_PERF_WORLD_READER_H

#include "perf/world/machine.h"

enum reader_order { READ_ALL, READ_ANYHOW };

struct reader;

/* Makes a reader that, from the time at_ns on, reads `bytes` bytes of the image
 * in the given order, with `depth` reads open at a time. */
struct reader *reader_new(struct machine *m, const struct manifest *image,
			  enum reader_order order, uint64_t bytes,
			  unsigned depth, int64_t at_ns);
struct machine *reader_machine(const struct reader *r);
bool reader_has_ended(const struct reader *r);
/* Returns how long the reader took, from the time at which it was to begin
 * until it had read all; INT64_MAX: it has not read all yet. */
int64_t reader_took_ns(const struct reader *r);
/* Returns how long the longest read of r took; a read that is still open counts
 * with its time until now. */
int64_t reader_longest_ns(const struct reader *r);
/* Returns how long the oldest open read of r has waited; 0 if no read is open.
 */
int64_t reader_waits_ns(const struct reader *r);
/* If a read of r has waited for bound_ns although some machine has offered each
 * of its chunks all that time, reports that as a broken invariant, once for
 * each reader: the routers ought to have got the chunks. */
void reader_watch(struct reader *r, int64_t bound_ns);
/* Returns true if the reader's machine is on and well, and each chunk that the
 * reader waits for is offered by some machine. */
bool reader_can_go_on(const struct reader *r);
/* Returns how many bytes the reader has read. */
uint64_t reader_bytes(const struct reader *r);

#endif
