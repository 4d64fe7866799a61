/* SPDX-License-Identifier: MIT */
/*
 * What clients of a hash equivalence server may send, as a whole conversation with a database in memory, and the same bytes as
 * what a server may answer. Whoever manages users is given what the first byte asks for.
 */
#include <stdlib.h>

#include "hashserv/netrc.h"
#include "hashserv/session.h"
#include "hashserv/users.h"

static void converse(const uint8_t *data, size_t size)
{
    struct bb_hashcore core = {.anon = BB_PERM_ANON, .read_only = data[0] & 1};
    struct bb_hashsession s = {0};
    struct bb_rpc_session *rpc = &s.rpc;

    if (bb_hashdb_open(":memory:", &core.db, NULL) < 0)
        abort();
    struct bb_rpc_service service = bb_hashsession_service(&core);
    bb_rpc_session_init(rpc, &service);
    if (data[0] & 2) {
        s.user = strdup("root");
        s.perms = BB_PERM_ALL;
    }
    /* in two pieces: no line may depend on how it arrives */
    size_t half = 1 + (size - 1) / 2;
    bb_wire_feed(&rpc->in, data + 1, half - 1);
    int r = bb_rpc_session_turn(rpc);
    bb_wire_feed(&rpc->in, data + half, size - half);
    for (int i = 0; r == 0 && i < 1000; i++) {
        size_t before = rpc->in.at;
        rpc->held_until_ms = rpc->held_until_ms ? 1 : 0; /* nobody waits here */
        bb_buf_clear(&rpc->out);
        r = bb_rpc_session_turn(rpc);
        if (rpc->in.at == before)
            break;
    }
    bb_rpc_session_release(rpc);
    bb_hashcore_release(&core);
}

static void read_answers(const uint8_t *data, size_t size)
{
    struct bb_wire w;
    struct bb_json *j;
    bb_str line;

    bb_wire_init(&w);
    bb_wire_feed(&w, data, size);
    while (bb_wire_message(&w, &j) == 1)
        bb_json_free(j);
    while (bb_wire_line(&w, &line) == 1)
        bb_wire_is_hash(line);
    bb_wire_release(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bb_netrc n = {0};

    if (!size)
        return 0;
    converse(data, size);
    read_answers(data, size);
    bb_netrc_find(bb_str_n((const char *)data, size), BB_STR("a"), &n);
    bb_netrc_release(&n);
    return 0;
}
