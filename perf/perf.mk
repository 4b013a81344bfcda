# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# sim: the router's policy in a simulated cluster.
$(BUILD)/perf/sim: $(call objs,perf/sim) $(call objs,router/policy) \
		$(BUILD)/obj/lib/bitmap.o
	$(call link,,-lm)

# The simulator itself is compiled with -O3, since simulations take hours; the
# router's modules are compiled as for the router.
$(BUILD)/obj/perf/sim/%.o: CFLAGS += -O3

# copies: only the rules for copies, in the rounds of their unit test.
$(BUILD)/perf/copies: $(call objs,perf/copies) \
		$(BUILD)/obj/tests/fixture/copies_room.o \
		$(call objs,router/policy) $(BUILD)/obj/lib/bitmap.o
	$(call link,,-lm)

sim: $(BUILD)/perf/sim $(BUILD)/perf/copies

# wire: makes links with a rate and a delay, for random-link.sh and long.sh.
$(BUILD)/perf/wire: $(call objs,perf/wire)
	$(call link)

# news: measures the cost of news with many nodes; membership.sh does with few.
$(BUILD)/perf/news: $(call objs,perf/news) $(MEMBER_OBJS) \
		$(LIB_OBJS)
	$(call link)

.PHONY: sim

# world: the whole node in a simulated world.  Router and membership are as they
# are, except for modules that use sockets, disks, bytes or the time of day.
WORLD_OBJS = $(call objs,perf/world) $(BUILD)/obj/perf/sim/net.o \
	$(filter-out %/hasher.o %/disk.o,\
		$(foreach dir,policy image cluster fetch want,\
			$(call objs,router/$(dir)))) \
	$(addprefix $(BUILD)/obj/router/,router.o peer/peer.o \
		kept.o leave.o status.o status_words.o peer/conn_pool.o peer/small_export.o) \
	$(addprefix $(BUILD)/obj/vfield/,promoter.o promote.o control.o \
		core_pool.o) \
	$(filter-out %/listener.o,$(filter-out $(MEMBER_MAIN),\
		$(call objs,membership))) \
	$(filter-out %/channel.o,$(CLIENT_OBJS)) \
	$(filter-out %/loop.o %/log.o %/store.o %/store_attach.o \
		%/store_create.o %/store_medium.o %/store_left.o %/store_name.o \
		%/store_open.o,$(LIB_OBJS))
WORLD_WRAPS = manifest_chunk_ok aligned_alloc time getrandom fopen rename \
	fsync \
	control_ask_within control_ask_json_within
WORLD_LDFLAGS = $(patsubst %,-Wl$(comma)--wrap=%,$(WORLD_WRAPS))

$(BUILD)/perf/world: $(WORLD_OBJS)
	$(call link,json-c,$(WORLD_LDFLAGS) -lm)

world: $(BUILD)/perf/world
check: world

.PHONY: world

# soak: runs the world with the seeds from FIRST on; each stands for a workload
# and random faults.
FIRST ?= 1
SEEDS ?= 1000
soak: world
	$(BUILD)/perf/world soak $(FIRST) $(SEEDS)
.PHONY: soak
