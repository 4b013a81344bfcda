# make bench B='NAME [VARIABLE=VALUE]...': see perf/bench
bench: all
	@BUILD=$(BUILD) perf/bench $(B)

.PHONY: bench
