# fish completion for vfield(1)
#
# Commands and options are taken from --help, so that they cannot differ from
# it.

# Prints the command that is typed, and the command below it ("image create"),
# one word a line.
function __vfield_typed
	set -l typed
	for word in (commandline -opc)[2..-1]
		string match -q -- '-*' $word; and break
		set -a typed $word
		contains -- $typed[1] image node key plugin role site host; or break
		test (count $typed) -eq 2; and break
	end
	string join \n -- $typed
end

# __vfield_at N [COMMAND...]: returns 0 if N words are typed, the first of which
# is one of the COMMANDs.
function __vfield_at
	set -l typed (__vfield_typed)
	test (count $typed) -eq $argv[1]; or return 1
	test (count $argv) -eq 1; or contains -- $typed[1] $argv[2..-1]
end

function __vfield_ready
	__vfield_at 2; and return
	__vfield_at 1; and not __vfield_at 1 image node key plugin role site host
end

function __vfield_commands
	if test (count $argv) -eq 0
		vfield --help 2>/dev/null |
			sed -n 's/^  \([a-z][a-z-]*\)  *\(.*\)/\1\t\2/p'
	else
		vfield $argv --help 2>/dev/null |
			sed -n -e "s/^.*vfield $argv \([a-z][a-z-]*\).*/\1/p" \
				-e 's/^  \([a-z][a-z-]*\)  .*/\1/p' | sort -u
	end
end

# Prints the options of the command, each with its description.
function __vfield_options
	set -l typed (__vfield_typed)
	vfield $typed --help 2>/dev/null | awk '
	function say() {
		if (name != "")
			print name "\t" text
		name = ""
	}
	{ match($0, /^ */); indent = RLENGTH }
	indent > 0 && indent < 8 && /^ +(-[A-Za-z], )?--[a-z]/ {
		say()
		sub(/^ +(-[A-Za-z], )?/, "")
		name = $1
		sub(/^--[a-z-]+/, "")
		if ($0 ~ /^ [A-Za-z]/) {
			name = name "="
			sub(/^ [^ ]+/, "")
		}
		sub(/^ +/, "")
		text = $0
		next
	}
	indent >= 20 { sub(/^ +/, ""); text = text (text == "" ? "" : " ") $0; next }
	{ say() }
	END { say() }'
end

# Prints the names of the images that the node on this machine has.
function __vfield_images
	vfield map --ascii 2>/dev/null | sed -n 's/^\([^ ,]*\), id .*/\1/p'
end

# Prints the names of the hosts of a site.
function __vfield_hosts
	vfield host list 2>/dev/null | sed -n '2,$s/ .*//p'
end

complete -c vfield -f -n '__vfield_at 0' -a '(__vfield_commands)'
for command in image node key plugin role site host
	complete -c vfield -f -n "__vfield_at 1 $command" \
		-a "(__vfield_commands $command)"
end
complete -c vfield -n __vfield_ready -a '(__vfield_options)'
complete -c vfield -f -n '__vfield_at 2 host role' -a '(__vfield_hosts)'
for command in install repair
	complete -c vfield -f -n "__vfield_at 1 $command" -a '(__vfield_hosts)'
end
complete -c vfield -n '__vfield_at 1 join' -a '(__fish_print_hostnames)'
complete -c vfield -n '__vfield_at 1 status; or __vfield_at 2 image' \
	-a '(__vfield_images)'
