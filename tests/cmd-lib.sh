# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh
# cmd: vfield with processes that only play a node's, to be read after lib.sh.
# Each appends its name to $FAKE/started, writes its arguments to
# $FAKE/NAME.args, and does what is in $FAKE/NAME.do:
#   (nothing)  becomes ready, and ends when it is told to
#   die        ends at once
#   stubborn   becomes ready, and does not end
#   never      does not become ready
# A child that ends in order says so in $FAKE/ended.
need python3

FAKE=$TMP/fake
mkdir -p "$FAKE/bin" "$FAKE/lib" "$FAKE/path"
cp "$BUILD/bin/vfield" "$FAKE/bin/vfield"
: >"$FAKE/lib/nbdkit-vfield-plugin.so"
cat >"$FAKE/play" <<'END'
#!/usr/bin/python3
import os, signal, socket, sys, time

fake = os.environ["FAKE"]
name = os.path.basename(sys.argv[0])
args = sys.argv[1:]

def say(file, text, how="a"):
    with open(fake + "/" + file, how) as f:
        f.write(text + "\n")

def ended(*_):
    say("ended", name)
    sys.exit(0)

try:
    do = open(fake + "/" + name + ".do").read().strip()
except FileNotFoundError:
    do = ""
signal.signal(signal.SIGTERM, signal.SIG_IGN if do == "stubborn" else ended)
say(name + ".args", "\n".join(args), "w")
say("started", name)
if do == "die":
    sys.exit(3)
if do != "never":
    def after(option):
        return args[args.index(option) + 1]
    if name == "vfield-member":
        s = socket.socket(socket.AF_UNIX)
        s.bind(after("--run-dir") + "/member.sock")
        s.listen(8)
    elif name == "nbdkit":
        open(after("-P"), "w").write("%d\n" % os.getpid())
    else:
        os.write(int(after("--ready-fd")), b"\n")
while True:
    time.sleep(60)
END
chmod +x "$FAKE/play"
ln -s "$FAKE/play" "$FAKE/bin/vfield-member"
ln -s "$FAKE/play" "$FAKE/bin/vfield-router"
ln -s "$FAKE/play" "$FAKE/path/nbdkit"
PATH=$FAKE/bin:$FAKE/path:$PATH
export FAKE PATH

# fake_do NAME WHAT
fake_do() {
	echo "$2" >"$FAKE/$1.do"
}

# the arguments of NAME when it was last started, on one line
fake_args() {
	tr '\n' ' ' <"$FAKE/$1.args"
}

# fake_started NAME TIMES: so often at least
fake_started() {
	[ "$(grep -c "^$1$" "$FAKE/started")" -ge "$2" ]
}

# refused STATUS PATTERN COMMAND...: it fails so, and says so
refused() {
	wanted=$1 pattern=$2
	shift 2
	rc=0
	timeout 30 "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || rc=$?
	cat "$TMP/err"
	[ $rc -eq "$wanted" ] || fail "$*: status $rc, not $wanted"
	grep -q -e "$pattern" "$TMP/err" || fail "$*: does not say $pattern"
}
