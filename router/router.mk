ROUTER_MAIN := $(BUILD)/obj/router/main.o
ROUTER_OBJS := $(filter-out $(ROUTER_MAIN),$(call objs,router))
PROGRAMS += $(BUILD)/bin/vfield-router $(BUILD)/bin/vfield

$(BUILD)/bin/vfield-router: $(ROUTER_MAIN) $(ROUTER_OBJS) $(CLIENT_OBJS) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) \
		$(shell pkg-config --libs libnbd json-c uuid)

# the one command that a person types
$(BUILD)/bin/vfield: $(call objs,router/cmd) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) \
		$(shell pkg-config --libs json-c uuid libsystemd)

# a file through nbd_server.c alone, for tests/nbd-server-*.sh
$(BUILD)/tests/nbd_toy: $(BUILD)/obj/tests/nbd_toy.o $(LIB_OBJS) \
		$(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard router/nbd_*.c))
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

check: $(BUILD)/tests/nbd_toy

# unit tests of what only vfield has
CMD_OBJS := $(filter-out %/main.o,$(call objs,router/cmd))
$(BUILD)/tests/human $(BUILD)/tests/node_files $(BUILD)/tests/replica_row \
$(BUILD)/tests/promote: \
	$(CMD_OBJS)
