/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* The source of vfield-attach is included here, with a fork() that fails, as on
 * a machine that cannot make another process. */
static pid_t no_fork(void);
int attach_main(int argc, char **argv);

#define fork no_fork
#define main attach_main
#include "initramfs/attach.c" /* NOLINT(bugprone-suspicious-include) */
#undef main
#undef fork

#define ID "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { FAILED = 1, ATTACHED = 2, GIVEN_UP = 4 };
static int device;

static pid_t
no_fork(void)
{
	errno = EAGAIN;
	return -1;
}

int
nbd_hello(const char *path, const char *export, uint64_t *size, uint16_t *flags)
{
	*size = 8192;
	*flags = 0;
	return dup(STDIN_FILENO);
}

int
nbd_netlink_open(struct nbd_netlink *n)
{
	return 0;
}

int
nbd_netlink_connect(struct nbd_netlink *n, const struct nbd_device *d,
		    int socket)
{
	assert_int_equal(d->index, 3);
	device |= ATTACHED;
	return 0;
}

int
nbd_netlink_reconnect(struct nbd_netlink *n, uint32_t index, int socket)
{
	errno = ENODEV;
	return -1;
}

int
nbd_netlink_disconnect(struct nbd_netlink *n, uint32_t index)
{
	if (index == 3)
		device |= GIVEN_UP;
	return 0;
}

int
nbd_netlink_wait_dead(struct nbd_netlink *n, uint32_t index)
{
	return -1;
}

void
become_vital(void)
{
}

static void
say_device(void)
{
	_exit(FAILED | device);
}

/* If the process that watches a device cannot be started, vfield-attach
 * detaches the device. */
static void
test_no_watcher(void **state)
{
	char *argv[] = {"vfield-attach", "sock", ID, "/dev/nbd3", NULL};
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		atexit(say_device); /* say_device runs when log_fatal exits */
		attach_main(4, argv);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FAILED | ATTACHED | GIVEN_UP);
}

/* Only a whole id names an image: a name, "" or part of an id could come to
 * mean another image later. */
static void
test_only_by_id(void **state)
{
	static const char *const names[] = {"", "debian", "debian@00112233",
					    "00112233"};

	device = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *argv[] = {"vfield-attach", "sock", (char *)names[i],
				"/dev/nbd3", NULL};

		assert_int_equal(attach_main(4, argv), 2);
		assert_int_equal(device, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_watcher),
	    cmocka_unit_test(test_only_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
