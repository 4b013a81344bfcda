/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* wire: imitates a link with a rate and a delay, for kernels without netem.
 *
 * 	wire IF1 IF2 MBIT DELAY_US
 *
 * makes two tap devices and carries frames between them.  As on a full-duplex
 * cable, a frame leaves when those before it have left at the rate MBIT, and
 * arrives DELAY_US later.  A frame that would wait longer than SWITCH_NS until
 * it leaves is dropped, as a switch does.  The program ends when its devices
 * do, or by a signal.
 *
 * The program wakes up EARLY_NS before a frame is due and polls until the frame
 * is: on a virtual machine a sleep ends some 20 us late, and one in a hundred
 * 60 us late, while a whole delay may be 50 us.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* the most frames of one direction that wait or are on their way */
#define QUEUE 16384
/* the longest wait of a frame until it leaves, as in the queues of the
 * testbed's links */
#define SWITCH_NS 50000000LL
#define FRAME_MAX 2048
/* bytes that the wire carries with each frame: FCS, preamble, gap */
#define ON_WIRE 24
#define EARLY_NS 60000

struct frame {
	int64_t due_ns;
	uint32_t len;
	char data[FRAME_MAX];
};

/* A direction of the link: frames are read from the tap device `from` and
 * written to `to`. */
struct way {
	int from, to;
	int64_t free_ns; /* when all frames taken so far have left */
	uint32_t head, count;
	struct frame queue[QUEUE];
};

static struct way ways[2];
static double ns_per_byte;
static int64_t delay_ns;

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int
open_tap(const char *name)
{
	struct ifreq r = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return -1;
	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
	if (ioctl(fd, TUNSETIFF, &r) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Takes a frame from the device w->from, and queues or drops it.  Returns false
 * if the device has none. */
static bool
take(struct way *w)
{
	struct frame *f = &w->queue[(w->head + w->count) % QUEUE];
	static char dropped[FRAME_MAX];
	int64_t now = now_ns();
	bool full = w->count == QUEUE || w->free_ns > now + SWITCH_NS;
	ssize_t n = read(w->from, full ? dropped : f->data, FRAME_MAX);

	if (n <= 0)
		return false;
	if (full)
		return true;
	if (w->free_ns < now)
		w->free_ns = now;
	w->free_ns += (int64_t)((double)(n + ON_WIRE) * ns_per_byte);
	f->due_ns = w->free_ns + delay_ns;
	f->len = (uint32_t)n;
	w->count++;
	return true;
}

/* Writes the frames that are due to the device w->to.  Returns when the next
 * frame is due, or INT64_MAX if none waits. */
static int64_t
give(struct way *w)
{
	while (w->count > 0) {
		struct frame *f = &w->queue[w->head];

		if (f->due_ns > now_ns())
			return f->due_ns;
		/* EBADFD: the device was removed, so the program ends.  Any
		 * other error (EIO: the device is down) loses the frame, as a
		 * cable would. */
		if (write(w->to, f->data, f->len) == -1 && errno == EBADFD)
			exit(0);
		w->head = (w->head + 1) % QUEUE;
		w->count--;
	}
	return INT64_MAX;
}

static void
carry(void)
{
	struct pollfd p[2] = {{.fd = ways[0].from, .events = POLLIN},
			      {.fd = ways[1].from, .events = POLLIN}};

	for (;;) {
		int64_t due = give(&ways[0]), other = give(&ways[1]), left;
		struct timespec t;

		if (other < due)
			due = other;
		left =
		    due == INT64_MAX ? 1000000000 : due - now_ns() - EARLY_NS;
		if (left < 0)
			left = 0;
		t.tv_sec = left / 1000000000;
		t.tv_nsec = left % 1000000000;
		if (ppoll(p, 2, &t, NULL) <= 0)
			continue;
		for (int i = 0; i < 2; i++)
			if (p[i].revents & POLLERR)
				exit(0);
			else if (p[i].revents & POLLIN)
				take(&ways[i]);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 5 || atof(argv[3]) <= 0) {
		fprintf(stderr, "usage: wire IF1 IF2 MBIT DELAY_US\n");
		return 2;
	}
	ns_per_byte = 8000 / atof(argv[3]);
	delay_ns = (int64_t)(atof(argv[4]) * 1000);
	for (int i = 0; i < 2; i++) {
		ways[i].from = open_tap(argv[1 + i]);
		if (ways[i].from == -1) {
			fprintf(stderr, "wire: %s: %s\n", argv[1 + i],
				strerror(errno));
			return 1;
		}
		ways[!i].to = ways[i].from;
	}
	prctl(PR_SET_TIMERSLACK, 1);
	carry();
}
