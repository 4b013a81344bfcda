/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/options.h"

struct settings {
	bool verbose, print;
	const char *name, *config;
	struct option_list peers;
	uint64_t port, store, room;
	int ready_fd;
};

#define OPT_SETTINGS struct settings

static const struct option_spec specs[] = {
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more"),
    OPT("name", 0, STRING, name, "NAME", "its name"),
    OPT("peer", 'p', LIST, peers, "PEER", "a peer"),
    OPT("port", 0, NUMBER, port, "PORT", "the port"),
    OPT("store", 's', SIZE, store, "SIZE",
	"how much is kept of the image, in memory or where else it may be, "
	"which is a text that takes more than one line"),
    OPT("room", 0, SIZE_OR_ALL, room, "SIZE|all", "how much is used"),
    {0}};
static const struct option_spec shared[] = {
    OPT("config", 0, STRING, config, "FILE", "read this first"),
    OPT("ready-fd", 'f', FD, ready_fd, "FD", "tell it when ready"),
    OPT("print", 'n', FLAG, print, NULL, "print what is in force"),
    {0}};
static const struct command_spec command = {.program = "vfield test",
					    .section = "test",
					    .args = "OPERAND...",
					    .summary = "Test.",
					    .options = specs,
					    .shared = shared};

#define ARGV_MAX 80

/* Parses right arguments in this process.  Returns the number of operands. */
static int
parse(struct settings *set, char ***rest, const char *const *args)
{
	static char *argv[ARGV_MAX];
	int argc = 0, nrest;

	argv[argc++] = (char *)"test";
	while (*args != NULL)
		argv[argc++] = (char *)*args++;
	argv[argc] = NULL;
	options_parse(&command, argc, argv, set, rest, &nrest);
	return nrest;
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Parses arguments in a child process.  Returns the child's exit status, and
 * copies its output to `said`. */
static int
parse_and_exit(const char *const *args, char *said, size_t room)
{
	struct settings set = {.port = 1};
	int fds[2], status;
	ssize_t n;
	pid_t pid;
	char **rest;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		parse(&set, &rest, args);
		_exit(99);
	}
	close(fds[1]);
	n = 0;
	for (ssize_t got = 1; got > 0; n += got)
		got = read(fds[0], said + n, room - 1 - n);
	said[n] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* If an option's values are also operands, the operands are added to the values
 * on the command line, and replace those in the file. */
static void
operands(void **state)
{
	char path[] = "/tmp/options.XXXXXX", config[64];
	char *argv[] = {(char *)"test",     config,      (char *)"a",
			(char *)"--peer=b", (char *)"c", NULL};
	struct command_spec c = command;
	struct settings set = {0};
	int fd = mkstemp(path), nrest;
	char **rest;

	c.operands = "peer";
	snprintf(config, sizeof config, "--config=%s", path);
	assert_int_equal(dprintf(fd, "peer = f\npeer = g\n"), 18);
	options_parse(&c, 2, argv, &set, &rest, &nrest);
	assert_int_equal(set.peers.n, 2);
	set = (struct settings){0};
	options_parse(&c, 5, argv, &set, &rest, &nrest);
	assert_int_equal(nrest, 0);
	assert_int_equal(set.peers.n, 3);
	assert_string_equal(set.peers.v[0], "b");
	assert_string_equal(set.peers.v[1], "a");
	assert_string_equal(set.peers.v[2], "c");
	close(fd);
	unlink(path);
}

static void
sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: the text is refused with EINVAL */
	} table[] = {
	    {"0", 0},
	    {"4096", 4096},
	    {"128K", 128 << 10},
	    {"128k", 128 << 10},
	    {"1.5G", 3LL << 29},
	    {"0.5M", 1 << 19},
	    {"2T", 2LL << 40},
	    {"2GiB", 2LL << 30},
	    {"1.5kiB", 3 << 9},
	    {"9223372036854775807", INT64_MAX},
	    {"", -1},
	    {"K", -1},
	    {"-1", -1},
	    {"1.5", -1},
	    {".5K", -1},
	    {"1.K", -1},
	    {"1KK", -1},
	    {"1KB", -1},
	    {"1Ki", -1},
	    {"1KiBs", -1},
	    {"1iB", -1},
	    {"1 K", -1},
	    {" 1", -1},
	    {"1X", -1},
	    {"0x10", -1},
	    {"99999999999999999999", -1},
	    {"99999999T", -1},
	    {"1.99999999999999999999999K", -1},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		uint64_t v = 0;
		int got = options_parse_size(table[i].text, &v);

		assert_int_equal(got, table[i].bytes < 0 ? -1 : 0);
		if (got == 0)
			assert_int_equal(v, table[i].bytes);
		else
			assert_int_equal(errno, EINVAL);
	}
}

static void
command_line(void **state)
{
	struct settings set = {
	    .port = 10809, .name = "default", .ready_fd = OPTION_NO_FD};
	char **rest;

	assert_int_equal(parse(&set, &rest,
			       ARGS("one", "-v", "--peer=a", "two", "-pb",
				    "--peer", "c", "--store", "1M", "--room",
				    "all", "--port", "7", "-f3", "--", "-x")),
			 3);
	assert_string_equal(rest[0], "one");
	assert_string_equal(rest[1], "two");
	assert_string_equal(rest[2], "-x");
	assert_true(set.verbose);
	assert_int_equal(set.peers.n, 3);
	assert_string_equal(set.peers.v[1], "b");
	assert_int_equal(set.store, 1 << 20);
	assert_true(set.room == OPTION_ALL);
	assert_int_equal(set.port, 7);
	assert_int_equal(set.ready_fd, 3);
	assert_string_equal(set.name, "default");
}

static void
wrong_command_lines(void **state)
{
	static const struct {
		const char *args[4];
		const char *says;
	} table[] = {
	    {{"--bogus"}, "there is no option --bogus"},
	    {{"-x"}, "there is no option -x"},
	    {{"--po=3", "--p"}, "--p may be any of --peer --port --print"},
	    {{"--name"}, "--name needs a value"},
	    {{"-p"}, "-p needs a value"},
	    {{"--verbose=3"}, "--verbose=3 takes no value"},
	    {{"--port", "-3"}, "should be a number"},
	    {{"--port", "3x"}, "should be a number"},
	    {{"--port", ""}, "should be a number"},
	    {{"--port", "2147483648"}, "should be a number of at most"},
	    {{"--store", "lots"}, "should be a size"},
	    {{"--store", "all"}, "should be a size"},
	    {{"--room", "most"}, "should be a size such as 128M, or all"},
	    {{"--ready-fd", "-1"}, "should be a file descriptor"},
	    {{"--ready-fd", "3 "}, "should be a file descriptor"},
	    {{"-f2147483648"}, "should be a file descriptor"},
	    {{"--config", "/nonexistent"}, "/nonexistent: No such file"},
	    {{"--config", "/"}, "/: "},
	};
	const char *many[ARGV_MAX] = {NULL};
	char said[4096];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		assert_int_equal(
		    parse_and_exit(table[i].args, said, sizeof said), 2);
		assert_non_null(strstr(said, "vfield test: "));
		if (strstr(said, table[i].says) == NULL)
			fail_msg("'%s' does not say '%s'", said, table[i].says);
	}
	for (int i = 0; i < OPTION_LIST_MAX + 1; i++)
		many[i] = "-px";
	assert_int_equal(parse_and_exit(many, said, sizeof said), 2);
	assert_non_null(strstr(said, "64 times"));
}

static void
help(void **state)
{
	char said[4096], *line;

	assert_int_equal(parse_and_exit(ARGS("--help"), said, sizeof said), 0);
	assert_non_null(strstr(said, "Usage: vfield test [OPTION]... OPERAND"));
	assert_non_null(strstr(said, "  -s, --store SIZE"));
	assert_non_null(strstr(said, "      --name NAME"));
	for (line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) < 80);
	assert_int_equal(parse_and_exit(ARGS("-h"), said, sizeof said), 0);
	assert_int_equal(parse_and_exit(ARGS("--version"), said, sizeof said),
			 0);
	assert_string_equal(said, "vfield test " VF_VERSION "\n");
}

static char config_path[] = "/tmp/vf-options.XXXXXX";

static void
write_config(const char *text)
{
	FILE *f = fopen(config_path, "w");

	fputs(text, f);
	fclose(f);
}

static void
line_beats_section_beats_file_beats_default(void **state)
{
	struct settings set = {.port = 1, .store = 1, .name = "default"};
	char **rest;

	write_config("# comment\n"
		     "port = 2\nstore = 2K\npeer = all-1\npeer = all-2\n"
		     "range = known to another command\nverbose = yes\n"
		     "[join]\nlisten = 99\n"
		     "[test]\nport = 3\npeer = one ; comment\npeer = two\n");
	set.config = config_path;
	assert_int_equal(parse(&set, &rest, ARGS("--store", "4K")), 0);
	assert_int_equal(set.port, 3);
	assert_int_equal(set.store, 4096);
	assert_true(set.verbose);
	assert_string_equal(set.name, "default");
	assert_int_equal(set.peers.n, 2);
	assert_string_equal(set.peers.v[0], "one");
	assert_string_equal(set.peers.v[1], "two");

	assert_int_equal(parse(&set, &rest, ARGS("-p", "line", "--room=4K")),
			 0);
	assert_int_equal(set.room, 4096);
	assert_int_equal(set.peers.n, 1);
	assert_string_equal(set.peers.v[0], "line");
}

static void
no_file_is_no_error_unless_named(void **state)
{
	struct settings set = {.config = "/nonexistent"};
	char **rest;

	assert_int_equal(parse(&set, &rest, ARGS("x")), 1);
}

static void
wrong_files(void **state)
{
	static const struct {
		const char *text, *says;
	} table[] = {
	    {"[test]\nprot = 1\n", ":2: [test] has no setting prot"},
	    {"port = a\n", ":1: port = a: should be a number"},
	    {"\nverbose = maybe\n", ":2: verbose = maybe: should be yes or no"},
	    {"prot = 1\n", ":1: no command has a setting prot; vfield test "
			   "has verbose name "},
	    {"[tset]\nport = 1\n", ":2: no command has a section [tset]; "
				   "there are [serve] [join] "},
	    {"[status]\njason = yes\n", ":2: [status] has no setting jason; "
					"it has run-dir json watch "},
	    {"[status]\njson watch = yes\n", ":2: [status] has no setting"},
	    {"rubbish\n", ":1: "},
	    {"[test\n", ":1: "},
	};
	char said[4096], longest[2000] = "\nname = ";
	const char *const *args = ARGS("--config", config_path);

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		write_config(table[i].text);
		assert_int_equal(parse_and_exit(args, said, sizeof said), 2);
		assert_non_null(strstr(said, config_path));
		if (strstr(said, table[i].says) == NULL)
			fail_msg("'%s' does not say '%s'", said, table[i].says);
	}
	memset(longest + 8, 'x', sizeof longest - 9);
	write_config(longest);
	assert_int_equal(parse_and_exit(args, said, sizeof said), 2);
	assert_non_null(strstr(said, ":2: a line has 198 bytes at most"));
}

static void
what_is_printed_can_be_read(void **state)
{
	struct settings set = {.port = 8,
			       .store = 3 << 20,
			       .name = "node",
			       .config = "/nonexistent",
			       .print = true,
			       .room = OPTION_ALL,
			       .ready_fd = 0,
			       .peers = {.n = 2, .v = {"a", "b"}}};
	struct settings got = {.port = 1};
	char said[1024], again[1024];
	char **rest;
	FILE *f = fopen(config_path, "w+");

	options_print(&command, &set, f);
	rewind(f);
	said[fread(said, 1, sizeof said - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(said, "[test]\nverbose = no\nname = node\n"
				  "peer = a\npeer = b\nport = 8\n"
				  "store = 3M\nroom = all\nready-fd = 0\n");
	parse(&got, &rest, ARGS("--config", config_path));
	f = fmemopen(again, sizeof again, "w");
	options_print(&command, &got, f);
	fclose(f);
	assert_string_equal(again, said);
}

static int
make_config(void **state)
{
	int fd = mkstemp(config_path);

	close(fd);
	return fd == -1;
}

static int
remove_config(void **state)
{
	return unlink(config_path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(command_line),
	    cmocka_unit_test(operands),
	    cmocka_unit_test(wrong_command_lines),
	    cmocka_unit_test(help),
	    cmocka_unit_test(line_beats_section_beats_file_beats_default),
	    cmocka_unit_test(no_file_is_no_error_unless_named),
	    cmocka_unit_test(wrong_files),
	    cmocka_unit_test(what_is_printed_can_be_read),
	};

	return cmocka_run_group_tests(tests, make_config, remove_config);
}
