# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# layers: checks which folder includes which.  Its input is the lines
# "FILE:#include ..." of all sources.  It prints each include of a file in a
# folder that is not below, and each circle of files that crosses a folder or
# has more than three files.  NAME.c and NAME.h count as one file.

function may(folder, below) {
	known[folder] = 1
	allowed[folder] = " " folder " " below " "
}

BEGIN {
	FS = ":#include "
	may("lib", "")
	may("authority", "lib")
	may("membership/wire", "lib authority")
	may("membership/client", "lib authority membership/wire")
	may("membership",
	    "lib authority membership/wire membership/client")
	may("membership/corosync", "lib membership/wire membership")
	may("router/policy", "lib")
	may("router/image", "lib router/policy")
	may("router/nbd", "lib")
	may("router/peer", "lib authority router/policy router/image")
	cluster = "lib authority membership/wire membership/client router/policy" \
		  " router/image router/peer"
	may("router/cluster", cluster)
	fetch = cluster " router/cluster"
	may("router/fetch", fetch)
	want = fetch " router/fetch"
	may("router/want", want)
	may("router", want " router/want router/nbd")
	may("nbdkit-plugin", "lib")
	may("site", "lib authority")
	may("site/run", "lib site")
	may("vfield", "lib authority membership/wire membership/client site")
	may("boot", "lib authority membership/wire membership/client site")
	may("mkimage", "lib authority site")
	may("installer", "lib authority site")
	may("initramfs", "lib")
	may("initramfs/absent", "")
	# exceptions: a header from a folder beside, and one that a main() wires
	# in
	header["router/want", "router/nbd/nbd_server.h"] = 1
	wires["membership/main.c", "membership/corosync/corosync.h"] = 1
	wires["membership/main.c", "membership/corosync/admit.h"] = 1
}

function folder_of(path) {
	sub("/[^/]*$", "", path)
	return path
}

function module_of(path) {
	sub("[.][ch]$", "", path)
	return path
}

{
	file = $1
	what = $2
	folder = folder_of(file)
	if (what ~ /^<libnbd.h>/ && folder ~ /^router/ &&
	    folder != "router/peer")
		print file " -> libnbd.h: which router/peer alone includes"
	if (what !~ /^"/ || file ~ /^(tests|perf)\//)
		next
	gsub("\"", "", what)
	sub(" .*", "", what)
	if (!(folder in known))
		unplaced[folder] = 1
	else if (!index(allowed[folder], " " folder_of(what) " ") &&
		 !((folder, what) in header) && !((file, what) in wires))
		print file " -> " what ": that is not below " folder
	from = module_of(file)
	to = module_of(what)
	if (from == to)
		next
	modules[from] = modules[to] = 1
	if (!((from, to) in arrow)) {
		arrow[from, to] = 1
		out[from] = out[from] " " to
	}
}

# Marks all modules that the module FROM includes, directly or not.
function walk(from, at,    i, n, next_ones) {
	n = split(out[at], next_ones, " ")
	for (i = 1; i <= n; i++)
		if (!((from, next_ones[i]) in reach)) {
			reach[from, next_ones[i]] = 1
			walk(from, next_ones[i])
		}
}

END {
	for (folder in unplaced)
		print folder ": has no place in tests/layers.awk"
	for (m in modules)
		walk(m, m)
	for (m in modules) {
		if (m in told || !((m, m) in reach))
			continue
		circle = ""
		size = 0
		crosses = 0
		for (o in modules)
			if ((m, o) in reach && (o, m) in reach) {
				circle = circle " " o
				size++
				told[o] = 1
				crosses += folder_of(o) != folder_of(m)
			}
		if (size > 3 || crosses > 0)
			print "a circle of " size " files:" circle
	}
}
