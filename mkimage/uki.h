/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* uki: packs kernel, initramfs and command line into one signed program for
 * UEFI (a unified kernel image), which firmware with Secure Boot starts only as
 * long as no byte of it has changed.
 *
 * The program is systemd's stub for x86-64 with three sections more, as
 * systemd-stub(7) says. */
#ifndef VF_MKIMAGE_UKI_H
#define VF_MKIMAGE_UKI_H

#include <stdbool.h>

/* Name of the signed program, beside the image and in its boot/vfield. */
#define UKI_NAME "vfield.efi"

struct uki {
	const char *dir;    /* directory that has vmlinuz and initrd */
	const char *work;   /* temporary directory, with `source` in it */
	const char *words;  /* the kernel's command line */
	const char *key;    /* path of the private key, PEM */
	const char *cert;   /* path of the key's certificate, PEM */
	const char *output; /* the file to write */
};

/* Returns whether the options --uki, --sign-key, --sign-cert and --key (NULL:
 * not given) make sense together; logs why not. */
bool uki_options_ok(bool uki, const char *sign_key, const char *sign_cert,
		    const char *key);
/* Returns whether objcopy, sbsign and the stub are installed, and key and cert
 * can be read.  Logs each thing that is missing. */
bool uki_parts_there(const char *key, const char *cert);
/* Checks that UEFI can start the kernel in that file together with the stub.
 * Returns 0, or -1 with the error logged. */
int uki_check_kernel(const char *path);
/* Makes the signed program u->output.  Returns 0, or -1 with the error
 * logged. */
int uki_make(const struct uki *u);
/* Makes dir/UKI_NAME, the program that machines get from the network, of
 * vmlinuz and initrd in dir.  The image's id is not in its command line, since
 * the program itself is in the image: such a machine boots the image that
 * signed words call the default.  Returns as uki_make() does. */
int uki_make_for_all(const char *dir, const char *words, const char *key,
		     const char *cert);

/* Makes the file `img`, a FAT that has the program at `uki` as the one that
 * UEFI starts from a CD or stick.  Returns 0, or -1 with the error logged. */
int uki_fat(const char *uki, const char *img);

#endif
