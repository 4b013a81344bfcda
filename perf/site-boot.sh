#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures what a site costs a machine's boot: the seconds of CPU of
# `vfield-plugin boot' with all that it runs, on this machine's processor, for a
# root that is the image $BOOT/room (make check-breadth makes it) below an
# overlay.  Each round has a new root, and a host with PLUGINS.  Attaching and
# mounting the site's image is not in it.
#
#   ROUNDS=5 PLUGINS='names, ssh, users, time, log, nfs, distcc, mpi, slurm, seat'
. "$(dirname "$0")/../tests/lib.sh"

BOOT=${VF_BOOT:-$BUILD/boot} ROUNDS=${ROUNDS:-5}
all='names, ssh, users, time, log, nfs, distcc, mpi, slurm, seat'
[ -e "$BOOT/room.done" ] || skip "no room: make check-breadth makes it"
site=$TMP/site
mkdir -p "$site/secret" "$TMP/image" "$TMP/over"
head -c 64 /dev/urandom >"$site/secret/munge.key"
ssh-keygen -q -t ed25519 -N '' -f "$site/secret/ssh_ca"
printf 'root:*\nann:*:2000:2000:Ann:/home/ann:/bin/sh\n' >"$site/secret/users"
mount -t squashfs -o loop,ro "$BOOT/room/room.squashfs" "$TMP/image"
mount -t tmpfs tmpfs "$TMP/over"
at_exit 'umount -l "$TMP/over" "$TMP/image"'

# cost PLUGINS: prints the seconds of CPU that one host takes.
cost() {
	cat >"$site/hosts" <<-END
		[room]
		hosts = alpha, beta
		plugins = $1
		log.server = beta
		nfs.server = beta
		slurm.controller = beta
		[alpha]
		address = 10.77.0.1
		[beta]
		address = 10.77.0.2
	END
	rm -rf "$TMP/over/up" "$TMP/over/work"
	mkdir -p "$TMP/over/up" "$TMP/over/work" "$TMP/over/root"
	mount -t overlay -o "lowerdir=$TMP/image,upperdir=$TMP/over/up,workdir=$TMP/over/work" \
		overlay "$TMP/over/root"
	python3 - vfield-plugin boot --site "$site" --seed key --host alpha \
		--root "$TMP/over/root" <<-'END'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		print("%.3f" % (used.ru_utime + used.ru_stime))
	END
	umount "$TMP/over/root"
}

cost "$all" >/dev/null # the programs come into memory
for round in $(seq "$ROUNDS"); do
	echo "site-boot: round $round: $(cost "${PLUGINS:-$all}") s of CPU;" \
		"names alone $(cost names) s"
done
