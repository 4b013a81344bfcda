#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The plugin log delivers: what a machine logs while the log server is away is
# in the server's file after it has started, and what it logs then, too.
#
# rsyslogd of both machines runs here, in a network without other programs.
[ -n "${PLUGINS_LOG_ALONE-}" ] ||
	PLUGINS_LOG_ALONE=yes exec unshare -n "$0"
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need rsyslogd logger

ip link set lo up
ip address add 10.77.0.1/24 dev lo

cat >"$SITE/hosts" <<'END_OF_HOSTS'
plugins = log
log.server = server
[server]
address = 10.77.0.1
[node]
address = 10.77.0.2
END_OF_HOSTS
for host in server node; do
	system "$host"
	printf '#!/bin/sh\n' >"$TMP/$host/bin/rsyslogd"
	chmod 755 "$TMP/$host/bin/rsyslogd"
	boots "$host"
	sed "s|/var/log/vfield|$TMP/kept|" \
		"$TMP/$host/etc/rsyslog.d/vfield.conf" >"$TMP/$host.conf"
done
cat >>"$TMP/node.conf" <<END
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$TMP/log")
END

# log_daemon HOST: runs rsyslogd with that host's configuration.
log_daemon() {
	rsyslogd -n -i "$TMP/$1.pid" -f "$TMP/$1.conf" >"$TMP/$1.out" 2>&1 &
	at_exit "kill $! 2>/dev/null; wait $! 2>/dev/null"
}

kept() {
	grep -qs "$1" "$TMP"/kept/*.log
}

log_daemon node
wait_for 20 test -S "$TMP/log"
logger -u "$TMP/log" "said while the server was away"
wait_for 20 grep -q refused "$TMP/node.out"
log_daemon server
wait_for 20 kept 'said while the server was away'
logger -u "$TMP/log" "said to the server"
wait_for 20 kept 'said to the server'
