/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/qcow2.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "mkimage/run_tool.h"

/* Offsets in the header: QEMU's docs/interop/qcow2.txt, "Header". */
#define AT_VERSION 4
#define AT_BACKING 8
#define AT_CRYPT 32
#define AT_INCOMPATIBLE 72
#define INCOMPATIBLE_DATA_FILE 0x04

static uint64_t
be(const unsigned char *p, unsigned bytes)
{
	uint64_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *p++;
	return n;
}

bool
qcow2_is(const unsigned char *head, size_t len)
{
	return len >= QCOW2_HEADER && memcmp(head, "QFI\xfb", 4) == 0;
}

const char *
qcow2_is_not_whole(const unsigned char head[QCOW2_HEADER])
{
	if (be(head + AT_BACKING, 8) != 0)
		return "it has a backing file";
	if (be(head + AT_CRYPT, 4) != 0)
		return "it is encrypted";
	if (be(head + AT_VERSION, 4) > 2 &&
	    (be(head + AT_INCOMPATIBLE, 8) & INCOMPATIBLE_DATA_FILE) != 0)
		return "its data is in another file";
	return NULL;
}

int
qcow2_unpack(const char *file, const char *raw)
{
	struct command c = {0};

	command_add(&c, "qemu-img");
	command_add(&c, "convert");
	if (isatty(STDERR_FILENO))
		command_add(&c, "-p");
	command_add(&c, "-f");
	command_add(&c, "qcow2");
	command_add(&c, "-O");
	command_add(&c, "raw");
	command_add(&c, "%s", file);
	command_add(&c, "%s", raw);
	return command_run(&c);
}
