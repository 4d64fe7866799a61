/* SPDX-License-Identifier: MIT */
/* How much memory process groups use, as /proc tells. */
#ifndef BB_OS_PROCMEM_H
#define BB_OS_PROCMEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Puts into ret_kib[i] what the processes of the group groups[i] have at most had resident each, added up; 0 for none. */
void bb_procmem_groups(const pid_t *groups, size_t n, uint64_t *ret_kib);
/* What programs could still be given without swapping, in KiB; 0 when /proc does not tell. */
uint64_t bb_procmem_available(void);

#endif
