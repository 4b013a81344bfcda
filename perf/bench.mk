# make bench B='NAME [VARIABLE=VALUE]...': see perf/bench
bench: all sim $(BUILD)/perf/wire
	@BUILD=$(BUILD) exec perf/bench $(B)

.PHONY: bench
