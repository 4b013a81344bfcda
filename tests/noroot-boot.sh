#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# No process of a node that listens to the network is root: nbdkit, the member,
# the boot service, which hears packets of its card too, and dnsmasq.  What the
# boot service needs of root a process without such a socket does; who took the
# service over reads neither the cluster key nor another's sockets.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
need setpriv

boot_files
vfield key cluster --file "$TMP/key" 2>/dev/null
: >"$TMP/admitted"
chmod 600 "$TMP/admitted"
bed_bridge
boot_node 1
bed_machine 2
boot_serve 1 --range "$BED_NET.100-$BED_NET.130" --cluster-key "$TMP/key" \
	--admitted "$TMP/admitted" --state "$TMP/state"
boot_wait 1
boot_crowd 2 2 # by DHCP, TFTP and HTTP

# prints a line for each process with a socket of the network: its name, user,
# group, effective and ambient capabilities
cat >"$TMP/listeners.py" <<'END'
import os, re
inodes = set()
for table in "tcp tcp6 udp udp6 raw raw6 packet".split():
    with open("/proc/net/" + table) as f:
        head = f.readline().split()
        for line in f:
            words = line.split()
            inodes.add(words[-1] if table == "packet" else words[9])
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        links = [os.readlink("/proc/%s/fd/%s" % (pid, fd))
                 for fd in os.listdir("/proc/%s/fd" % pid)]
        status = open("/proc/%s/status" % pid).read()
    except OSError:
        continue
    if any(link == "socket:[%s]" % i for link in links for i in inodes):
        get = lambda key: re.search("^%s:\t(\S+)" % key, status, re.M)[1]
        print(*map(get, ("Name", "Uid", "Gid", "CapEff", "CapAmb",
                         "NoNewPrivs")))
END
bed_in 1 "$PYTHON" "$TMP/listeners.py" | sort -u | tee "$TMP/listeners"
for name in dnsmasq nbdkit vfield-boot vfield-member; do
	grep -q "^$name " "$TMP/listeners" || fail "$name has no socket"
done
while read -r name uid gid eff amb closed; do
	[ "$uid" != 0 ] && [ "$gid" != 0 ] || fail "$name is root"
	[ "$closed" = 1 ] || fail "$name may gain rights"
	case $name in
	dnsmasq | vfield-boot) caps=0000000000003400 ;; # CAP_NET_*
	nbdkit | vfield-member) caps=0000000000000000 ;;
	*) fail "$name has a socket of the network" ;;
	esac
	[ "$eff $amb" = "$caps $caps" ] || fail "$name has $eff, $amb"
done <"$TMP/listeners"

echo "# what its user can"
user=$(bed_in 1 stat -c '--reuid %u --regid %g' "/proc/$(boot_child 1 vfield-boot)")
run=$(bed_in 1 sh -c 'echo /run/vfield')
cat >"$TMP/hostile.py" <<'END'
import os, socket, sys
run, key, admitted = sys.argv[1:]
for name in "member.sock", "router.ctl":
    try:
        socket.socket(socket.AF_UNIX).connect(run + "/" + name)
        print("connects to", name)
    except OSError:
        pass
for name in key, admitted:
    try:
        open(name)
        print("opens", name)
    except OSError:
        pass
END
chmod 644 "$TMP/hostile.py"
# shellcheck disable=SC2086
said=$(bed_in 1 setpriv $user --clear-groups "$PYTHON" "$TMP/hostile.py" \
	"$run" "$TMP/key" "$TMP/admitted")
[ -z "$said" ] || fail "$said"

echo "# without the process that stays root the service ends"
bed_in 1 pkill -KILL -x vfield-bootroot
! wait "$BOOT_SERVE_1" || fail "it has ended as if it was told to"
grep -q 'its process that stays root has ended' "$TMP/n1/boot.log" ||
	fail "the log: $(cat "$TMP/n1/boot.log")"
