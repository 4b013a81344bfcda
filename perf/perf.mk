# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The simulator: the router's policy, in a cluster that is not there.
$(BUILD)/perf/sim: $(call objs,perf/sim) $(call objs,router/policy) \
		$(BUILD)/obj/lib/bitmap.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

# Hours of arithmetic; the router's modules are as they are in the router.
$(BUILD)/obj/perf/sim/%.o: CFLAGS += -O3

sim: $(BUILD)/perf/sim

# A link with a rate and a delay, for random-link.sh.
$(BUILD)/perf/wire: $(call objs,perf/wire)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^

# What news costs; membership.sh measures it, for few nodes.
$(BUILD)/perf/news: $(call objs,perf/news) $(MEMBER_OBJS) \
		$(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

.PHONY: sim
