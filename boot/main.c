/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/service.h"

int
main(int argc, char **argv)
{
	static struct boot_config config;

	boot_config_parse(argc, argv, &config);
	return service_run(&config);
}
