/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of packets of DHCP, ARP and router advertisement: right packets are
 * decoded, and wrong ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "lib/arp.h"
#include "boot/dhcp_packet.h"
#include "boot/router_adv.h"

#define IP_UDP 28
#define BOOTP 240

static const uint8_t mac[MAC_SIZE] = {0x52, 0x54, 0, 1, 2, 3};

/* Writes a DHCP server's answer with the options `options` to buf.  Returns the
 * answer's length. */
static size_t
reply(uint8_t buf[DHCP_PACKET_MAX], const void *options, size_t len)
{
	size_t total = IP_UDP + BOOTP + len;

	memset(buf, 0, DHCP_PACKET_MAX);
	buf[0] = 0x45;
	buf[2] = total >> 8;
	buf[3] = total & 255;
	buf[9] = 17;
	memcpy(buf + 12, "\x0a\x4d\x00\x01", 4);
	buf[21] = 67;
	buf[23] = 68;
	memcpy(buf + 28, "\2\1\6\0\x12\x34\x56\x78", 8);
	memcpy(buf + 28 + 16, "\x0a\x4d\x00\x64", 4);
	memcpy(buf + 28 + 28, mac, sizeof mac);
	memcpy(buf + 28 + 236, "\x63\x82\x53\x63", 4);
	memcpy(buf + 28 + BOOTP, options, len);
	return total;
}

static void
test_offer(void **state)
{
	static const char options[] = "\x35\1\2\0\x36\4\x0a\x4d\x00\x02"
				      "\x0f\5a\n.b \x3c\0\xff\x35\1\5";
	uint8_t buf[DHCP_PACKET_MAX];
	struct dhcp_packet p;
	size_t n = reply(buf, options, sizeof options - 1);

	assert_int_equal(dhcp_decode(buf, n, &p), 0);
	assert_int_equal(p.type, DHCP_OFFER);
	assert_true(p.reply);
	assert_int_equal(p.xid, 0x12345678);
	assert_int_equal(p.from, 0x0a4d0001);
	assert_int_equal(p.yiaddr, 0x0a4d0064);
	assert_int_equal(p.server, 0x0a4d0002);
	assert_memory_equal(p.mac, mac, sizeof mac);
	assert_string_equal(p.domain, "a?.b?");
	assert_string_equal(p.vendor, "");
	assert_int_equal(p.arch, -1);
	assert_false(dhcp_from_rom(&p));
}

static void
test_arch(void **state)
{
	static const struct {
		const char *options;
		size_t len;
		int arch;
	} cases[] = {
	    {"\x35\1\1\x5d\2\0\x0b\xff", 8, 11},
	    {"\x35\1\1\x5d\4\0\7\0\x09\xff", 10, 7},
	    {"\x35\1\1\x5d\1\7\xff", 7, -1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t buf[DHCP_PACKET_MAX];
		struct dhcp_packet p;
		size_t n = reply(buf, cases[i].options, cases[i].len);

		assert_int_equal(dhcp_decode(buf, n, &p), 0);
		assert_int_equal(p.arch, cases[i].arch);
	}
}

static void
test_arp(void **state)
{
	uint8_t buf[ARP_SIZE + 18] = {0};
	struct arp_packet p;

	arp_encode_probe(buf, mac, 0x0a4d0064);
	assert_memory_equal(buf, "\0\1\x08\0\6\4\0\1", 8);
	assert_memory_equal(buf + 24, "\x0a\x4d\0\x64", 4);
	/* an ARP packet may be padded */
	assert_true(arp_decode(buf, sizeof buf, &p));
	assert_int_equal(p.ip, 0);
	/* an ARP answer that has the sender's address */
	memcpy(buf + 14, "\x0a\x4d\0\x64", 4);
	buf[7] = 2;
	assert_true(arp_decode(buf, ARP_SIZE, &p));
	assert_int_equal(p.ip, 0x0a4d0064);
	assert_memory_equal(p.mac, mac, sizeof mac);
	assert_false(arp_decode(buf, ARP_SIZE - 1, &p));
	buf[7] = 3; /* refused: an operation of RARP */
	assert_false(arp_decode(buf, ARP_SIZE, &p));
	buf[7] = 2;
	buf[1] = 6; /* refused: the type of address is not Ethernet's */
	assert_false(arp_decode(buf, ARP_SIZE, &p));
}

static void
test_rom(void **state)
{
	static const struct {
		const char *options;
		size_t len;
		bool rom;
	} rows[] = {
#define ROW(text, rom) {text, sizeof(text) - 1, rom}
	    ROW("\x35\1\1\x3c\x9PXEClient\xff", true),
	    ROW("\x35\1\1\x3c\x14PXEClient:Arch:00007\xff", true),
	    ROW("\x35\1\1\x3c\xaHTTPClient\xff", true),
	    ROW("\x35\1\1\x4d\4iPXE\xff", true),
	    ROW("\x35\1\1\x4d\5\4iPXE\xff", true),
	    ROW("\x35\1\1\xaf\3\1\1\1\xff", true),
	    ROW("\x35\1\1\x3c\xcudhcp 1.35.0\xff", false),
	    ROW("\x35\1\1\x3c\x8PXEClien\xff", false),
	    ROW("\x35\1\1\xff\x4d\4iPXE", false),
	};
	uint8_t buf[DHCP_PACKET_MAX];
	struct dhcp_packet p;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = reply(buf, rows[i].options, rows[i].len);

		assert_int_equal(dhcp_decode(buf, n, &p), 0);
		assert_int_equal(dhcp_from_rom(&p), rows[i].rom);
	}
}

static void
test_long_text_is_cut(void **state)
{
	uint8_t options[260] = {53, 1, 1, 60, 255};
	uint8_t buf[DHCP_PACKET_MAX];
	struct dhcp_packet p;

	memset(options + 5, 'x', 255);
	assert_int_equal(
	    dhcp_decode(buf, reply(buf, options, sizeof options), &p), 0);
	assert_int_equal(strlen(p.vendor), DHCP_TEXT - 1);
}

/* Packets that differ from a right one in one byte are refused. */
static void
test_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {
	    {0, 0x65}, {0, 0x44}, {3, 20}, {6, 0x20}, {7, 1},   {9, 6},
	    {21, 53},  {23, 53},  {28, 3}, {29, 6},   {30, 16}, {28 + 236, 0},
	};
	uint8_t buf[DHCP_PACKET_MAX];
	struct dhcp_packet p;
	size_t n;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		n = reply(buf, "\x35\1\2\xff", 4);
		assert_int_equal(dhcp_decode(buf, n, &p), 0);
		buf[rows[i].at] = rows[i].value;
		errno = 0;
		assert_int_equal(dhcp_decode(buf, n, &p), -1);
		assert_int_equal(errno, EPROTO);
	}
	n = reply(buf, "\x35\1\2\xff", 4);
	for (size_t len = 0; len < n; len++)
		assert_int_equal(dhcp_decode(buf, len, &p), -1);
	/* a packet without DHCP's type is one of BOOTP, from a ROM */
	buf[28 + BOOTP] = 54;
	assert_int_equal(dhcp_decode(buf, n, &p), 0);
	assert_int_equal(p.type, DHCP_BOOTP);
	assert_true(dhcp_from_rom(&p));
}

static void
test_own_question(void **state)
{
	uint8_t buf[DHCP_DISCOVER_SIZE];
	struct dhcp_packet p;
	uint32_t sum = 0;

	dhcp_encode_discover(buf, 7, mac);
	assert_int_equal(dhcp_decode(buf, sizeof buf, &p), 0);
	assert_int_equal(p.type, DHCP_DISCOVER);
	assert_false(p.reply);
	assert_int_equal(p.xid, 7);
	assert_memory_equal(p.mac, mac, sizeof mac);
	assert_false(dhcp_from_rom(&p));
	for (int i = 0; i < 20; i += 2)
		sum += buf[i] << 8 | buf[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
}

/* A router solicitation as iPXE sends it, with its link-local address, hop
 * limit 255 and the card's address as an option. */
static const uint8_t solicitation[] = {
    0x60, 0, 0,    0,    0, 16,   58,   255, 0xfe, 0x80, 0,    0, 0,   0,
    0,    0, 0x50, 0x54, 0, 0xff, 0xfe, 1,   2,    3,    0xff, 2, 0,   0,
    0,    0, 0,    0,    0, 0,    0,    0,   0,    0,    0,    2, 133, 0,
    0,    0, 0,    0,    0, 0,    1,    1,   0x52, 0x54, 0,    1, 2,   3};

static void
test_router_adv(void **state)
{
	uint8_t buf[sizeof solicitation], from[IP6_SIZE];
	uint8_t answer[ROUTER_ADV_SIZE];
	uint32_t sum = ROUTER_ADV_SIZE - 40 + 58;

	for (size_t n = 0; n <= sizeof buf; n++)
		assert_int_equal(router_adv_asked(solicitation, n, from),
				 n >= 48);
	assert_memory_equal(from, solicitation + 8, IP6_SIZE);
	/* a solicitation is refused if its version, ICMPv6, hop limit,
	 * link-local source, type or code is wrong */
	for (size_t i = 0; i < 42; i++) {
		memcpy(buf, solicitation, sizeof buf);
		buf[i] ^= 0x80;
		assert_int_equal(router_adv_asked(buf, sizeof buf, from),
				 i != 0 && i != 6 && i != 7 && i != 8 &&
				     i != 9 && i < 40);
	}
	memcpy(from, solicitation + 8, IP6_SIZE);
	router_adv_encode(answer, mac, from);
	/* the answer is a link-local advertisement without lifetime or
	 * options */
	assert_memory_equal(answer + 8, from, IP6_SIZE);
	assert_memory_equal(answer + 24, from, IP6_SIZE);
	assert_int_equal(answer[7], 255);
	assert_int_equal(answer[40], 134);
	for (size_t i = 44; i < sizeof answer; i++)
		assert_int_equal(answer[i], 0);
	for (size_t i = 8; i < sizeof answer; i += 2)
		sum += answer[i] << 8 | answer[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	assert_int_equal(sum, 0xffff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_router_adv),
	    cmocka_unit_test(test_offer),
	    cmocka_unit_test(test_arch),
	    cmocka_unit_test(test_arp),
	    cmocka_unit_test(test_rom),
	    cmocka_unit_test(test_long_text_is_cut),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_own_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
