# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
ROUTER_MAIN := $(BUILD)/obj/router/main.o
ROUTER_DIRS := router $(addprefix router/,policy image peer cluster fetch \
	want nbd)
ROUTER_OBJS := $(filter-out $(ROUTER_MAIN),\
	$(foreach dir,$(ROUTER_DIRS),$(call objs,$(dir))))
PROGRAMS += $(BUILD)/bin/vfield-router

$(BUILD)/bin/vfield-router: $(ROUTER_MAIN) $(ROUTER_OBJS) $(CLIENT_OBJS) $(LIB_OBJS)
	$(call link,libnbd json-c uuid,-lm)

# Files are served through nbd_server.c alone by nbd_toy, for
# tests/nbd-server-*.sh.
$(BUILD)/tests/nbd_toy: $(BUILD)/obj/tests/nbd_toy.o $(LIB_OBJS) \
		$(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard router/nbd/nbd_*.c))
	$(call link)

check: $(BUILD)/tests/nbd_toy
