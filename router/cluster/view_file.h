/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view_file: writes the file `view` in the store directory, from which nbdkit
 * serves /view.
 *
 * If the directory lies on a disk, which may hang, a thread writes the file, so
 * that the router's loop does not wait for the disk.  Only one version of the
 * file is written at a time.
 */
#ifndef VF_ROUTER_CLUSTER_VIEW_FILE_H
#define VF_ROUTER_CLUSTER_VIEW_FILE_H

#include <stddef.h>

/* VIEW_FILE_IDLE: nothing is to be done.  VIEW_FILE_BUSY: the thread writes.
 * VIEW_FILE_FAILED: the last version could not be written. */
enum view_file_state { VIEW_FILE_IDLE, VIEW_FILE_BUSY, VIEW_FILE_FAILED };

struct view_file;

/* Returns NULL and sets errno on failure.  dir must stay valid until
 * view_file_free. */
struct view_file *view_file_new(const char *dir);
/* Waits for the thread, but not for long: one that hangs is left behind. */
void view_file_free(struct view_file *v);

/* Has the file hold len bytes at `bytes`, which are malloc'ed, and freed by
 * this function or later.  Must not be called while the state is
 * VIEW_FILE_BUSY. */
void view_file_write(struct view_file *v, char *bytes, size_t len);
/* Returns the state; sets errno to why, if that is VIEW_FILE_FAILED. */
enum view_file_state view_file_state(struct view_file *v);

#endif
