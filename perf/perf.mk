# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The simulator is the router's policy in a cluster that is not there.
$(BUILD)/perf/sim: $(call objs,perf/sim) $(call objs,router/policy) \
		$(BUILD)/obj/lib/bitmap.o
	$(call link,,-lm)

# Simulations are hours of arithmetic; the router's modules are compiled as
# they are for the router.
$(BUILD)/obj/perf/sim/%.o: CFLAGS += -O3

sim: $(BUILD)/perf/sim

# Links with a rate and a delay, for random-link.sh, are made by wire.
$(BUILD)/perf/wire: $(call objs,perf/wire)
	$(call link)

# The cost of news is measured by news, and for few nodes by membership.sh.
$(BUILD)/perf/news: $(call objs,perf/news) $(MEMBER_OBJS) \
		$(LIB_OBJS)
	$(call link)

.PHONY: sim
