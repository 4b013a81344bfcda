# make bench B='NAME [VARIABLE=VALUE]...': see perf/bench
bench: all sim
	@BUILD=$(BUILD) perf/bench $(B)

.PHONY: bench
