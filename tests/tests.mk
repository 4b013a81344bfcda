# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Each file in tests/unit is a unit test.  It is linked with all objects that
# TEST_OBJS names, none of which has a main(), and with the parts of
# tests/fixture that it uses.  Fuzzers, in tests/fuzz, are linked with
# TEST_OBJS, too.  Scripts need no mention here: tests/run finds them.

TEST_OBJS = $(LIB_OBJS) $(SITE_OBJS) $(CLIENT_OBJS) $(MEMBER_OBJS) $(ROUTER_OBJS)
TEST_LIBS := gnutls libnbd json-c uuid libsystemd
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,\
	$(wildcard tests/unit/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,\
	$(wildcard tests/fuzz/*.c))

FIXTURES := $(BUILD)/tests/fixture.a

$(FIXTURES): $(call objs,tests/fixture)
	@mkdir -p $(@D)
	@rm -f $@
	$(call quiet,AR)$(AR) rcs $@ $^

# mkimage/mkimage.mk and installer/installer.mk link the unit tests of their
# folders, whose objects are not in TEST_OBJS.
$(filter-out $(BUILD)/tests/mkimage_% $(BUILD)/tests/installer_%,$(UNIT_TESTS)): \
		$(BUILD)/tests/%: \
		$(BUILD)/obj/tests/unit/%.o $(TEST_OBJS) $(FIXTURES)
	$(call link,$(TEST_LIBS) cmocka,-lm)

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(TEST_OBJS)
	$(call link,$(TEST_LIBS),-fsanitize=fuzzer -lm)

unit-tests: $(UNIT_TESTS)
fuzzers: $(FUZZERS)

# TESTS="PATTERN..." chooses: make check TESTS='unit/* cluster-basic'
RUN_TESTS = BUILD=$(BUILD) SAN=$(SAN) tests/run

# Programs of an earlier version, for tests with two versions in one cluster.
PREVIOUS := $(BUILD)/tests/previous/commit

$(PREVIOUS): tests/previous
	$(call quiet,OLD)tests/previous $(@D)

check: all unit-tests $(if $(SAN),,$(PREVIOUS))
	@$(RUN_TESTS)

# Each sanitizer's build has a build directory of its own.  TESTS chooses tests
# here, too.  The defaults leave out tests that a sanitizer only makes slow,
# and, for the thread sanitizer, tests of programs without threads: only the
# plugin, the clients of a store, the hasher and disks have threads.
ASAN_TESTS ?= unit/* plugin-* nbd-* cluster-basic client-odd client-reset \
	fail-kill fail-lying fail-full fail-medium two-images world-traces
TSAN_TESTS ?= unit/loop unit/store* unit/hasher unit/engine_disk plugin-* \
	cluster-basic client-crowd fail-lying

check-asan:
	@$(MAKE) --no-print-directory check BUILD=$(BUILD)-asan \
		SAN=address,undefined TESTS='$(or $(TESTS),$(ASAN_TESTS))'
check-tsan:
	@$(MAKE) --no-print-directory check BUILD=$(BUILD)-tsan \
		SAN=thread TESTS='$(or $(TESTS),$(TSAN_TESTS))'
# Under valgrind the longest test takes forty times as long.
check-valgrind: unit-tests
	@VALGRIND=1 TEST_TIMEOUT=$(or $(TEST_TIMEOUT),900) \
		TESTS='$(or $(TESTS),unit/*)' $(RUN_TESTS)

# Fuzzers are built with clang, and run for FUZZ_SECONDS each.
FUZZ_SECONDS ?= 20
fuzz:
	@$(MAKE) --no-print-directory fuzzers BUILD=$(BUILD)-fuzz CC=clang \
		SAN=fuzzer-no-link,address,undefined
	@BUILD=$(BUILD)-fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) \
		TEST_TIMEOUT=$$(($(FUZZ_SECONDS) + 120)) tests/run 'fuzz/*'

# print-flags: prints the flags that tests/lint gives clang-tidy.
print-flags:
	@echo $(ALL_CFLAGS)
lint:
	@tests/lint

.PHONY: check check-asan check-tsan check-valgrind fuzz fuzzers lint \
	print-flags unit-tests
.PRECIOUS: $(BUILD)/obj/%.o

# Tests that are too long for CI; their last result is kept in perf/results.
check-full:
	@mkdir -p $(BUILD)/tests
	@bash -o pipefail -c 'BUILD=$(BUILD) tests/full 2>&1 | \
		tee $(BUILD)/tests/check-full.log'
.PHONY: check-full

# check-trixie: tests with compilers and libraries of the next Debian.
check-trixie:
	@tests/other-debian trixie $(TESTS)
.PHONY: check-trixie
