/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/at_boot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "installer/asked.h"
#include "installer/job.h"
#include "installer/kernel_word.h"
#include "lib/log.h"

/* How often the boot service is told that a job is done, until it answers, and
 * how many seconds are between.  Arbitrary: another service takes over in that
 * time. */
#define TELL_TRIES 5
#define TELL_PAUSE_S 3

/* Does the job l, and sets *from_disk to whether the site has this host boot
 * from its disk. */
static enum job_end
do_one(const struct settings *set, const struct jobs_line *l,
       struct boot_service *service, bool *from_disk)
{
	struct settings one = *set;
	enum job_end end = JOB_FAILED;

	one.job = l->number;
	one.repair = l->verb == JOBS_REPAIR;
	one.wipe |= l->wipe;
	if (settings_complete(&one) == 0)
		end = job_run(&one, service);
	else
		boot_service_tell(service, "failed: see the log of the unit "
					   "vfield-install");
	*from_disk = one.from_disk;
	return end;
}

static bool
tell_done(struct boot_service *service, uint64_t job)
{
	for (int i = 0; i < TELL_TRIES; i++) {
		if (i > 0)
			sleep(TELL_PAUSE_S);
		if (boot_service_done(service, job))
			return true;
	}
	return false;
}

static void
restart(void)
{
	puts("this machine starts from its disk now");
	fflush(stdout);
	execlp("reboot", "reboot", (char *)NULL);
	log_error("reboot: %m");
}

int
at_boot(const struct settings *set, struct boot_service *service)
{
	struct settings mine = *set;
	struct jobs_line due[JOBS_DUE_MAX];
	bool from_disk = false, done_now = false, answered;
	char word[KERNEL_VALUE_MAX];
	int n;

	if (kernel_value(set->kernel_line, "vfield.jobs", word, sizeof word) ==
		0 &&
	    strcmp(word, "no") == 0) {
		puts("this machine has started from its disk: no job is done");
		return 0;
	}
	if (settings_host(&mine) == -1)
		return -1;
	n = asked_find(&mine, due);
	for (int i = 0; i < n; i++) {
		enum job_end end = do_one(&mine, &due[i], service, &from_disk);

		if (end == JOB_FAILED)
			return -1;
		done_now |= end == JOB_DONE;
	}
	if (n <= 0) {
		puts("no job for this machine");
		return n;
	}
	if (mine.dry_run || !from_disk || !boot_service_there(service))
		return 0;
	answered = tell_done(service, due[n - 1].number);
	if (done_now || answered)
		restart();
	else
		puts("the boot service does not say that this machine starts "
		     "from its disk: it stays up");
	return 0;
}
