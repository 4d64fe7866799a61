/* SPDX-License-Identifier: MIT */
/* What clients of a service of package revisions may send, with a database in memory of the form that the first byte asks for. */
#include <stdlib.h>

#include "prserv/core.h"
#include "prserv/revision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bb_prcore core = {0};
    struct bb_rpc_session s = {0};
    BB_CLEAN_BUF struct bb_buf next = BB_BUF_INIT;

    if (size == 0)
        return 0;
    core.read_only = data[0] & 2;
    if (bb_prdb_open(":memory:", data[0] & 1 ? BB_PRDB_NUMBERS : BB_PRDB_TEXTS, &core.db, NULL) < 0)
        abort();
    struct bb_rpc_service service = bb_prcore_service(&core);
    bb_rpc_session_init(&s, &service);
    bb_wire_feed(&s.in, "PRSERVICE 1.0\n\n", 15);
    bb_wire_feed(&s.in, data + 1, size - 1);
    while (bb_rpc_session_turn(&s) == 0 && s.out.len >= BB_RPC_OUT)
        bb_buf_clear(&s.out);
    bb_rpc_session_release(&s);
    bb_prcore_release(&core);
    /* What is greater than something is a revision. */
    if (bb_pr_increase(bb_str_n((const char *)data, size), &next) &&
        bb_pr_cmp(bb_buf_str(&next), bb_str_n((const char *)data, size)) <= 0)
        abort();
    return 0;
}
