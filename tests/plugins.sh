#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The shipped plugins make the systems of three hosts: a server, a machine that
# computes, and a seat.  rsyslogd and slurmd accept the configuration that they
# get, services are enabled for systemd and OpenRC on the machines that need
# them, wrong settings are refused, and each plugin has its part of the page.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need rsyslogd slurmd

SHIPPED=$TOP/plugins
mkdir -p "$SITE/secret"
cat >"$SITE/hosts" <<'END_OF_HOSTS'
[all]
hosts = server, node, seat
plugins = names, ssh, time, users, log, nfs, distcc, mpi, slurm, seat
log.server = server
nfs.server = server
slurm.controller = server
mpi.network = 10.77.0.0/24
distcc.jobs = 3
seat.keyboard = de
[server]
address = 10.77.0.1
[node]
address = 10.77.0.2
[seat]
address = 10.77.0.3
plugins -= slurm
END_OF_HOSTS
echo 'a key of thirty-two bytes at least' >"$SITE/secret/munge.key"

# programs HOST NAME...: puts programs into the system that do nothing.
programs() {
	bin=$TMP/$1/bin
	shift
	for name; do
		printf '#!/bin/sh\nexit 0\n' >"$bin/$name"
		chmod 755 "$bin/$name"
	done
}

# furnish HOST: gives the system what the image of a room has: programs, units,
# OpenRC's directories, accounts.
furnish() {
	system "$1"
	programs "$1" rsyslogd mount.nfs4 exportfs distccd mpirun munged slurmd \
		slurmctld Xorg lightdm
	units=$TMP/$1/usr/lib/systemd/system
	mkdir -p "$units" "$TMP/$1/etc/runlevels/default" \
		"$TMP/$1/etc/init.d" "$TMP/$1/etc/systemd/system"
	for name in rsyslog nfs-server munge slurmd slurmctld lightdm; do
		: >"$units/$name.service"
		: >"$TMP/$1/etc/init.d/$name"
	done
	: >"$units/graphical.target"
	: >"$TMP/$1/etc/init.d/nfs"
	mkdir -p "$TMP/$1/sys/bus/pci/devices/0"
	echo 0x020000 >"$TMP/$1/sys/bus/pci/devices/0/class"
	printf '%s:x:%s:%s::/:/bin/sh\n' munge 101 101 slurm 102 102 \
		>>"$TMP/$1/etc/passwd"
	printf '%s:x:%s:\n' munge 101 slurm 102 >>"$TMP/$1/etc/group"
}

# has HOST FILE LINE...: fails unless the file has the lines.
has() {
	host=$1 file=$2
	shift 2
	for line; do
		grep -qxF -e "$line" "$TMP/$host/$file" ||
			fail "$host: $file has no '$line': $(cat "$TMP/$host/$file")"
	done
}

# starts HOST NAME: whether systemd or OpenRC starts the unit or the service.
starts() {
	for link in etc/systemd/system/multi-user.target.wants \
		etc/systemd/system etc/runlevels/default; do
		[ ! -L "$TMP/$1/$link/$2" ] || return 0
	done
	return 1
}

for host in server node seat; do
	furnish "$host"
done
mkdir "$TMP/seat/sys/bus/pci/devices/1"
echo 0x030000 >"$TMP/seat/sys/bus/pci/devices/1/class"
# A system in which an earlier start has left the server's services enabled.
mkdir "$TMP/node/etc/systemd/system/multi-user.target.wants"
for name in nfs-server slurmctld; do
	ln -s "/usr/lib/systemd/system/$name.service" \
		"$TMP/node/etc/systemd/system/multi-user.target.wants/"
done
for host in server node seat; do
	boots "$host"
	report "$host" '[.plugins[] | select(.failed > 0 or
		(.boot // "ok") != "ok")] == []'
done
has server run/vfield/hosts \
	"seat 10.77.0.3 - names,ssh,time,users,log,nfs,distcc,mpi,seat"

# --- log ---
for host in server node; do
	rsyslogd -N1 -f "$TMP/$host/etc/rsyslog.d/vfield.conf" \
		>"$TMP/out" 2>&1 || fail "$host: $(cat "$TMP/out")"
	starts $host rsyslog.service && starts $host rsyslog ||
		fail "$host: rsyslog does not start"
done
grep -q 'target="10.77.0.1" port="514"' "$TMP/node/etc/rsyslog.d/vfield.conf" ||
	fail "the node does not send what it logs"
grep -q 'type="imtcp" port="514"' "$TMP/server/etc/rsyslog.d/vfield.conf" ||
	fail "the server takes no logs"

# --- nfs ---
has node etc/systemd/system/home.mount 'What=10.77.0.1:/home' 'Where=/home' \
	'Options=hard,retry=10000,nosuid,nodev'
has server etc/systemd/system/home.mount 'What=/srv/share/home' 'Options=bind,_netdev'
options=rw,sync,fsid=0,crossmnt,no_subtree_check,mountpoint,root_squash
has server etc/exports.d/vfield.exports \
	"/srv/share 10.0.0.0/8($options) 172.16.0.0/12($options) 192.168.0.0/16($options)"
for name in nfs-server.service vfield-share.service nfs vfield-share; do
	starts server "$name" || fail "the server does not start $name"
	! starts node "$name" || fail "the node starts $name"
done
for name in home.automount vfield-home; do
	starts server "$name" && starts node "$name" || fail "no $name"
done
sh -n "$TMP/node/etc/init.d/vfield-home"
sh -n "$TMP/node/etc/init.d/vfield-share"
sh -n "$TMP/node/usr/lib/vfield/share"
[ -x "$TMP/node/usr/lib/vfield/share" ] || fail "share is not executable"

# --- distcc, mpi ---
is node etc/distcc/hosts '--randomize
localhost/3
10.77.0.1/3,lzo
10.77.0.3/3,lzo'
grep -q -e '--jobs 3 .* --allow 192.168.0.0/16$' \
	"$TMP/node/etc/systemd/system/distcc.service" || fail "distccd's options"
starts node distcc.service || fail "distccd does not start"
is seat etc/openmpi/openmpi-default-hostfile '10.77.0.1 slots=1
10.77.0.2 slots=1
10.77.0.3 slots=1'
has seat etc/openmpi/openmpi-mca-params.conf \
	'btl_tcp_if_include = 10.77.0.0/24' 'oob_tcp_if_include = 10.77.0.0/24'

# --- slurm ---
has server etc/slurm/slurm.conf 'SlurmctldHost=server(10.77.0.1)' \
	'SlurmctldParameters=enable_configless' 'JobRequeue=1' \
	'NodeName=server NodeAddr=10.77.0.1 CPUs=1 RealMemory=200' \
	'NodeName=node NodeAddr=10.77.0.2 CPUs=1 RealMemory=200'
! grep -q NodeName=seat "$TMP/server/etc/slurm/slurm.conf" || fail "a seat"
slurmd -G -N node -f "$TMP/server/etc/slurm/slurm.conf" >"$TMP/out" 2>&1 ||
	fail "slurm.conf: $(cat "$TMP/out")"
[ ! -e "$TMP/node/etc/slurm/slurm.conf" ] || fail "the node has a slurm.conf"
has node etc/default/slurmd "SLURMD_OPTIONS='--conf-server 10.77.0.1:6817'"
starts server slurmctld.service || fail "no controller starts"
! starts node slurmctld.service || fail "a second controller starts"
starts node slurmd.service && starts node munge.service || fail "no slurmd"
[ "$(stat -c '%a %u' "$TMP/node/etc/munge/munge.key")" = '400 101' ] ||
	fail "munge's key: $(stat -c '%a %u' "$TMP/node/etc/munge/munge.key")"

# --- seat ---
starts seat display-manager.service && starts seat default.target &&
	starts seat lightdm || fail "the seat has no greeter"
! starts node display-manager.service && ! starts node lightdm ||
	fail "a machine without a screen has a greeter"
has seat etc/default/keyboard 'XKBLAYOUT="de"'
has seat etc/default/locale 'LANG=C.UTF-8'

# A second start with the same site changes nothing.
state() {
	(cd "$TMP/$1" && find etc usr/lib -type f -exec sha256sum {} + &&
		find etc -type l -printf '%p -> %l\n') | sort
}
state server >"$TMP/before"
boots server
state server | diff "$TMP/before" - || fail "the second start changed files"

# --- what is wrong ---
# wrong SETTING TEXT: fails unless a host with that setting is told the text.
wrong() {
	sed "s|^seat.keyboard = .*|$1|" "$TMP/hosts" >"$SITE/hosts"
	status 1 --host server --root "$TMP/server"
	said "$2"
}
cp "$SITE/hosts" "$TMP/hosts"
wrong 'nfs.share = ../etc' 'nfs.share = ../etc is not the name of a directory'
wrong 'nfs.root = maybe' 'neither squash nor trust'
wrong 'log.port = http' 'log.port and log.queue are numbers'
wrong 'log.server =' 'log.server =  is not the name of a machine'
wrong 'mpi.network = 10.0.0.1' 'is not ADDRESS/BITS'
wrong 'distcc.jobs = all' 'distcc.jobs = all is not a number'
wrong 'slurm.cpus = many' 'slurm.cpus and slurm.memory are numbers'
wrong 'seat.screen = perhaps' 'neither auto, on nor off'
cp "$TMP/hosts" "$SITE/hosts"
mv "$SITE/secret/munge.key" "$TMP/key"
status 1 --host node --root "$TMP/node"
said 'the site has no secret/munge.key'
mv "$TMP/key" "$SITE/secret/munge.key"
rm "$TMP/node/bin/rsyslogd"
status 1 --host node --root "$TMP/node"
said 'rsyslogd is missing: the image wants rsyslog'
plugin mine 'description = sets what nfs sets'
mkdir -p "$SITE/plugins/mine/root/etc/exports.d"
echo '/srv *(ro)' >"$SITE/plugins/mine/root/etc/exports.d/vfield.exports"
sed -i 's/^plugins = names,/& mine,/' "$SITE/hosts"
status 1 --host server --root "$TMP/server"
said 'both set /etc/exports.d/vfield.exports'

# --- each plugin ---
for dir in "$SHIPPED"/*/; do
	name=$(basename "$dir")
	grep -qx "\.SS $name" "$TOP/site/run/vfield-plugin.7" ||
		fail "vfield-plugin.7 has nothing on $name"
	sed -n '/^\[settings\]/,$s/^\([a-z_]*\) *=.*/\1/p' "$dir/plugin" |
		while read -r key; do
			sed -n "/^\.SS $name\$/,/^\.S[SH]/p" \
				"$TOP/site/run/vfield-plugin.7" |
				grep -q "^\.B[R]* \"\?$key\b" ||
				fail "vfield-plugin.7 has no setting $key of $name"
		done || exit 1
	for hook in build boot install check repair role; do
		[ ! -e "$dir/$hook" ] || [ -x "$dir/$hook" ] ||
			fail "$name/$hook is not executable"
	done
done
