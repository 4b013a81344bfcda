# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Unit tests are one file each, in tests/unit, linked with everything that is
# not a program's main, and what they use of tests/fixture.  Fuzzers, in
# tests/fuzz, are linked alike.  Scripts need no mention here: tests/run finds
# them.

TEST_OBJS = $(LIB_OBJS) $(SITE_OBJS) $(CLIENT_OBJS) $(MEMBER_OBJS) $(ROUTER_OBJS)
TEST_LIBS := libnbd json-c uuid libsystemd
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,\
	$(wildcard tests/unit/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,\
	$(wildcard tests/fuzz/*.c))

FIXTURES := $(BUILD)/tests/fixture.a

$(FIXTURES): $(call objs,tests/fixture)
	@mkdir -p $(@D)
	@rm -f $@
	$(call quiet,AR)$(AR) rcs $@ $^

# (mkimage/mkimage.mk links tests of mkimage/, which no other folder knows)
$(filter-out $(BUILD)/tests/mkimage_%,$(UNIT_TESTS)): $(BUILD)/tests/%: \
		$(BUILD)/obj/tests/unit/%.o $(TEST_OBJS) $(FIXTURES)
	$(call link,$(TEST_LIBS) cmocka,-lm)

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(TEST_OBJS)
	$(call link,$(TEST_LIBS),-fsanitize=fuzzer -lm)

unit-tests: $(UNIT_TESTS)
fuzzers: $(FUZZERS)

# TESTS="PATTERN..." chooses: make check TESTS='unit/* cluster-basic'
RUN_TESTS = BUILD=$(BUILD) SAN=$(SAN) tests/run

# Nodes of an earlier version, for tests of two versions in one cluster.
PREVIOUS := $(BUILD)/tests/previous/commit

$(PREVIOUS): tests/previous
	$(call quiet,OLD)tests/previous $(@D)

check: all unit-tests $(if $(SAN),,$(PREVIOUS))
	@$(RUN_TESTS)

# Sanitized builds have a build directory each.  TESTS chooses here too; the
# defaults leave out what a sanitizer only makes slow, and for threads what has
# none: only the plugin, the clients of a store and the hasher do.
ASAN_TESTS ?= unit/* plugin-* nbd-* cluster-basic client-odd client-reset \
	fail-kill fail-lying fail-full fail-medium two-images
TSAN_TESTS ?= unit/loop unit/store* unit/hasher plugin-* cluster-basic \
	client-crowd fail-lying

check-asan:
	@$(MAKE) --no-print-directory check BUILD=$(BUILD)-asan \
		SAN=address,undefined TESTS='$(or $(TESTS),$(ASAN_TESTS))'
check-tsan:
	@$(MAKE) --no-print-directory check BUILD=$(BUILD)-tsan \
		SAN=thread TESTS='$(or $(TESTS),$(TSAN_TESTS))'
# Valgrind makes the longest of them forty times as long.
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

# Flags for clang-tidy: tests/lint asks for them.
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

# Compilers and libraries of the Debian that comes next.
check-trixie:
	@tests/other-debian trixie $(TESTS)
.PHONY: check-trixie
