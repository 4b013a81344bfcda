/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* setup: declares the steps of `vfield setup`, which turns an installed machine
 * into the first one of a room.
 *
 * Each step first looks whether its work is done already, and then says so; no
 * step overwrites a file.  So all steps may be repeated, also after an error.
 * With --dry-run a step prints what it would do, and does nothing.  All
 * functions that return an int return 0, or -1 with the error logged. */
#ifndef VF_VFIELD_SETUP_H
#define VF_VFIELD_SETUP_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "authority/key.h"
#include "lib/options.h"
#include "vfield/site_dir.h"

#define SETUP_PROGRAM "vfield setup"
#define SETUP_ADDRESS 16 /* bytes of an IPv4 address as text, with the NUL */

/* most partitions of a source; vfield-install takes as many */
#define SETUP_PARTS_MAX 31
#define SETUP_PART_NAME 25 /* bytes of a partition's name, with the NUL */

/* A partition of the source, as a line of its fstab names it. */
struct setup_part {
	char name[SETUP_PART_NAME];
	char fs[8];
	char mountpoint[128]; /* "": swap */
	uint64_t bytes;       /* 0: unknown */
	dev_t device;         /* 0: unknown */
	bool rest;            /* the partition gets what is left of a disk */
};

struct setup {
	/* settings, as the options give them */
	struct site_where where;
	const char *config;
	const char *run_dir;
	const char *keys;
	const char *state;  /* directory in which published sites are kept */
	const char *images; /* directory of images */
	const char *image;  /* path of the image; NULL: the one in `images` */
	const char *interface;
	const char *hosts;
	/* root directory of the system whose partitions and packages are
	 * listed; NULL: none */
	const char *from;
	bool proxy;
	bool no_start;
	bool dry_run;
	/* source of the image that vfield-mkimage makes, followed by further
	 * arguments for vfield-mkimage */
	char **source;
	int nsource;

	/* results of the steps */
	struct setup_part parts[SETUP_PARTS_MAX]; /* partitions of s->from */
	size_t nparts;
	const char
	    *packages; /* names of those of `from`, each with a newline */
	char *bin;     /* directory that has vfield */
	char card[IF_NAMESIZE];  /* the card behind which machines boot */
	char own[SETUP_ADDRESS]; /* the address of `card` */
	/* the range of addresses for machines; "" with --proxy */
	char first[SETUP_ADDRESS], last[SETUP_ADDRESS];
	char trust[KEY_TEXT]; /* "": the key is not made yet */
	char *file;           /* path of the image; NULL: not made yet */
	char *site_file;      /* path of the site's image; NULL: not made yet */
	/* path of the signed words beside the image; NULL: not made yet */
	char *words;
};

/* Prints one line about a step: the name of the thing that the step is about,
 * and a text. */
void setup_say(const char *object, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Finds the network card behind which machines boot, and the range of addresses
 * for the boot service. */
int setup_card(struct setup *s);
/* Makes the administrator's key, which machines are to trust. */
int setup_key(struct setup *s);
/* Writes the site's file hosts, checks the site, and makes its image, which the
 * node then serves from its start on. */
int setup_site(struct setup *s);
/* Lists the partitions and packages of s->from: in the site's disks/default, as
 * vfield-install reads it, and in the file packages beside the images.  Does
 * nothing if s->from is NULL. */
int setup_from(struct setup *s);
/* Finds the image, or has vfield-mkimage make it. */
int setup_image(struct setup *s);
/* Writes the configuration file. */
int setup_config(struct setup *s);
/* Starts the services, or prints the commands that start them. */
int setup_services(struct setup *s);
/* Signs the default image and publishes the site, unless that is already done.
 * Does nothing if no node runs on this machine. */
int setup_words(struct setup *s);

/* Writes the new file at path by `print`, and makes its directory; prints a
 * line about `object`.  With --dry-run prints what would be written instead. */
int setup_write(const struct setup *s, const char *object, const char *path,
		void (*print)(FILE *to, const void *ctx));
/* Print the text of the site's file hosts, of the configuration file, of
 * disks/default and of the list of packages; ctx is the struct setup. */
void setup_print_hosts(FILE *to, const void *ctx);
void setup_print_config(FILE *to, const void *ctx);
void setup_print_disks(FILE *to, const void *ctx);
void setup_print_packages(FILE *to, const void *ctx);

#endif
