# A unit test is one file in tests/unit; it links everything that is not a
# program's main.
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c))

$(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(LIB_OBJS) $(CLIENT_OBJS) \
		$(MEMBER_OBJS) $(ROUTER_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $(sort $^) $(LIB_LIBS) \
		$(shell pkg-config --libs cmocka libnbd json-c uuid libcpg libcmap libsystemd)

unit-tests: $(UNIT_TESTS)

check: all unit-tests
	@BUILD=$(BUILD) tests/run

.PHONY: check unit-tests
.PRECIOUS: $(BUILD)/obj/%.o
