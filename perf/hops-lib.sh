# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh
# hops-lib: the thinnest hops there are between a client and a server in another
# process, to see what of a router's time is the hop and what it does besides.
# Source it after lib.sh.
#
#   hop_nbdkit SOCKET URI [IN...]    nbdkit's nbd plugin, which asks by libnbd
#                       what it is asked: it checks, keeps and chooses nothing
#   hop_socat SOCKET ADDRESS [IN...]    bytes to port 10809 there and back, by
#                       one thread that knows nothing of NBD
#
# IN is a command to run them by, as bed_in N; the socket is there when they
# return.
need nbdkit socat
nbdkit nbd --version >/dev/null 2>&1 || skip "nbdkit's nbd plugin is not installed"

hop_nbdkit() {
	hop_socket=$1 hop_uri=$2
	shift 2
	"$@" nbdkit -r -U "$hop_socket" nbd "$hop_uri"
	wait_for 10 test -S "$hop_socket"
}

hop_socat() {
	hop_socket=$1 hop_address=$2
	shift 2
	# a child of nobody's, whose end no shell reports
	("$@" socat -b 262144 "UNIX-LISTEN:$hop_socket,fork" \
		"TCP:$hop_address:10809,nodelay" &)
	wait_for 10 test -S "$hop_socket"
}
