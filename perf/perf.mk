# The simulator: the router's policy, in a cluster that is not there.
$(BUILD)/perf/sim: $(call objs,perf/sim) $(BUILD)/obj/router/route.o \
		$(BUILD)/obj/router/readahead.o $(BUILD)/obj/lib/bitmap.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

sim: $(BUILD)/perf/sim

.PHONY: sim
