/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ring: adds up the ranks of MPI's processes, which form a ring.  Rank 0 sends
 * 0 to rank 1; each other rank adds its number to what it gets, and sends the
 * sum on.  Rank 0 prints the sum that comes back to it as "SUM N of PROCESSES".
 * Each process prints the host that it runs on. */
#include <mpi.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	int rank, size, length, sum = 0;
	char host[MPI_MAX_PROCESSOR_NAME];

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	MPI_Get_processor_name(host, &length);
	printf("RANK %d on %s\n", rank, host);
	if (rank > 0)
		MPI_Recv(&sum, 1, MPI_INT, rank - 1, 0, MPI_COMM_WORLD,
			 MPI_STATUS_IGNORE);
	sum += rank;
	MPI_Send(&sum, 1, MPI_INT, (rank + 1) % size, 0, MPI_COMM_WORLD);
	if (rank == 0) {
		MPI_Recv(&sum, 1, MPI_INT, size - 1, 0, MPI_COMM_WORLD,
			 MPI_STATUS_IGNORE);
		printf("SUM %d of %d\n", sum, size);
	}
	MPI_Finalize();
	return 0;
}
