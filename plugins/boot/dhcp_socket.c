#include "plugins/boot/dhcp_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/cleanup.h"

#define RECEIVE_BYTES (1 << 20) /* hundreds of machines start at once */

/* IPv4, UDP, no later fragment, to port 67 or 68; from the IP header on. */
static int
only_dhcp(int fd)
{
	static struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 9),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 7),
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 5, 0),
	    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 67, 1, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, DHCP_PACKET_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {sizeof code / sizeof *code, code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof program);
}

int
dhcp_socket_open(int ifindex)
{
	/* Protocol 0: nothing comes before the filter is in place. */
	AUTO_CLOSE int fd =
	    socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = ifindex};
	int bytes = RECEIVE_BYTES;

	if (fd == -1 || only_dhcp(fd) == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	if (bind(fd, (struct sockaddr *)&ll, sizeof ll) == -1)
		return -1;
	return TAKE_FD(fd);
}

int
dhcp_socket_send(int fd, int ifindex, const uint8_t *buf, size_t len)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_IP),
				 .sll_ifindex = ifindex,
				 .sll_halen = ETH_ALEN};

	memset(ll.sll_addr, 0xff, ETH_ALEN);
	return sendto(fd, buf, len, 0, (struct sockaddr *)&ll, sizeof ll) == -1
		   ? -1
		   : 0;
}

int
dhcp_socket_receive(int fd, struct dhcp_packet *p, bool *ours)
{
	uint8_t buf[DHCP_PACKET_MAX];
	struct sockaddr_ll from = {0};

	for (;;) {
		socklen_t len = sizeof from;
		ssize_t n = recvfrom(fd, buf, sizeof buf, 0,
				     (struct sockaddr *)&from, &len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		*ours = from.sll_pkttype == PACKET_OUTGOING;
		if (dhcp_decode(buf, n, p) == 0)
			return 0;
	}
}
