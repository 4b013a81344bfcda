#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Three machines of one image and one site do jobs for each other.  Each has a
# name, machine-id and host key of its own, and ssh between them asks nothing.
# What each logs is at the log server.  At least a third of a build's files are
# compiled on other machines.  Processes of MPI on all three add up their ranks.
# Slurm's nodes have their configuration from the controller and run a command
# on all three; the job of a machine whose power is cut runs again on another.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/breadth/breadth.subr"
. "$TOP/tests/breadth/box.subr"
box_need

FILES=24 # of the build
box_keys
cat >"$SITE/hosts" <<'END'
[room]
hosts = alpha, beta, gamma
plugins = names, ssh, users, log, distcc, mpi, slurm
names.domain = lab.example
log.server = alpha
slurm.controller = alpha
mpi.network = 10.77.0.0/24
distcc.jobs = 2
[alpha]
address = 10.77.0.1
[beta]
address = 10.77.0.2
[gamma]
address = 10.77.0.3
END
box_start alpha beta gamma

echo "# three machines"
for i in 1 2 3; do
	on $i 'hostname -f; cat /etc/machine-id
		cut -d " " -f 2 /etc/ssh/ssh_host_ed25519_key.pub' | paste -sd ' '
done >"$TMP/identities"
[ "$(cut -d ' ' -f 1 "$TMP/identities" | paste -sd ' ')" = \
	'alpha.lab.example beta.lab.example gamma.lab.example' ] ||
	fail "names: $(cat "$TMP/identities")"
for field in 2 3; do
	[ "$(cut -d ' ' -f $field "$TMP/identities" | sort -u | wc -l)" -eq 3 ] ||
		fail "two have one machine-id or host key"
done
[ "$(as_ann 2 ssh -o BatchMode=yes gamma hostname)" = gamma ] ||
	fail "ann does not get from beta to gamma"

echo "# log"
for i in 1 2 3; do
	on $i logger -t room "a word of machine $i"
done
i=0
for host in alpha beta gamma; do
	i=$((i + 1))
	box_until 1 grep -q "'a word of machine $i'" "/var/log/vfield/$host.log"
done

echo "# distcc"
on 2 "mkdir /tmp/build && cd /tmp/build && for i in \$(seq $FILES); do
		printf '#include <stdio.h>\nint f%d(void) { return puts(\"\"); }\n' \
			\$i >f\$i.c
		printf 'all: f%d.o\nf%d.o:\n\tdistcc gcc -O2 -c f%d.c\n' \
			\$i \$i \$i >>Makefile
	done"
for i in 1 3; do
	box_until $i pidof distccd
done
on 2 make -s -C /tmp/build -j6 all || fail "the build failed"
[ "$(on 2 'ls /tmp/build/*.o' | wc -l)" -eq $FILES ] || fail "files are missing"
others=0
for i in 1 3; do
	count=$(on $i 'journalctl -q -u distcc | grep -c COMPILE_OK' || :)
	echo "machine $i has compiled $count of $FILES files"
	others=$((others + count))
done
[ $((others * 3)) -ge $FILES ] || fail "others have compiled $others"

echo "# mpi"
as_ann 2 mpirun -n 3 ring >"$TMP/ring" 2>"$TMP/said" || fail "$(cat "$TMP/said")"
grep -qx 'SUM 3 of 3' "$TMP/ring" || fail "$(cat "$TMP/ring")"
[ "$(sed -n 's/^RANK . on //p' "$TMP/ring" | sort | paste -sd ' ')" = \
	'alpha beta gamma' ] || fail "$(cat "$TMP/ring")"

echo "# slurm"
box_until 1 '[ "$(sinfo -h -o %D -t idle)" = 3 ]'
on 2 '[ ! -e /etc/slurm/slurm.conf ]' || fail "beta has a slurm.conf"
on 2 srun -N3 hostname | sort | paste -sd ' ' >"$TMP/out"
[ "$(cat "$TMP/out")" = 'alpha beta gamma' ] || fail "srun: $(cat "$TMP/out")"
job=$(on 1 "cd /tmp && sbatch --parsable -x alpha --wrap 'sleep 100000'")
box_until 1 "[ \"\$(squeue -h -j $job -o %T)\" = RUNNING ]"
first=$(on 1 "squeue -h -j $job -o %N")
case $first in
beta) dead=2 second=gamma ;;
gamma) dead=3 second=beta ;;
*) fail "the job runs on '$first'" ;;
esac
bed_power_cut $dead
box_until 1 "[ \"\$(squeue -h -j $job -o %T:%N)\" = RUNNING:$second ]"
echo "job $job was on $first, and runs on $second"
on 1 "scontrol show job $job" | grep -q 'Restarts=1' ||
	fail "$(on 1 "scontrol show job $job")"
cell 'Debian 12' 'namespaces' "this machine's" '3 machines' \
	"plugins names, ssh, users, log, mpi, slurm, distcc"
