LIB_OBJS := $(call objs,lib)
LIB_LIBS := $(shell pkg-config --libs nettle inih)
