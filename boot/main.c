#include "boot/service.h"

int
main(int argc, char **argv)
{
	static struct boot_config config;

	boot_config_parse(argc, argv, &config);
	return service_run(&config);
}
