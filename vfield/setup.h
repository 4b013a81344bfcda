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
#include <stdio.h>

#include "authority/key.h"
#include "lib/options.h"
#include "vfield/site_dir.h"

#define SETUP_PROGRAM "vfield setup"
#define SETUP_ADDRESS 16 /* bytes of an IPv4 address as text, with the NUL */

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
	bool proxy;
	bool no_start;
	bool dry_run;
	/* source of the image that vfield-mkimage makes, followed by further
	 * arguments for vfield-mkimage */
	char **source;
	int nsource;

	/* results of the steps */
	char *bin;               /* directory that has vfield */
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
/* Finds the image, or has vfield-mkimage make it. */
int setup_image(struct setup *s);
/* Writes the configuration file. */
int setup_config(struct setup *s);
/* Starts the services, or prints the commands that start them. */
int setup_services(struct setup *s);
/* Signs the default image and publishes the site, unless that is already done.
 * Does nothing if no node runs on this machine. */
int setup_words(struct setup *s);

/* Print the text of the site's file hosts, and of the configuration file; ctx
 * is the struct setup. */
void setup_print_hosts(FILE *to, const void *ctx);
void setup_print_config(FILE *to, const void *ctx);

#endif
