/* SPDX-License-Identifier: MIT */
/*
 * The text that BitBake's services and their clients exchange (BitBake: bb.asyncrpc.connection), without the sockets: hash
 * equivalence, revisions of packages. Everything is a line that ends in \n. A message is JSON in one line or, when it is long, the line
 * {"chunk-stream": null}, then the JSON cut into lines, then an empty line.
 *
 * Nothing that a peer sends is trusted: what is too long or no JSON is -BB_ECORRUPT, and the connection is of no use any more.
 */
#ifndef BB_RPC_WIRE_H
#define BB_RPC_WIRE_H

#include "ext/json.h"

/* The limits of Python's stream reader, which BitBake's peers have. */
#define BB_WIRE_LINE_MAX (64 * 1024)
#define BB_WIRE_CHUNK    (32 * 1024)
/* A message of several lines; the longest are signatures of whole output trees. */
#define BB_WIRE_MESSAGE_MAX (64 * 1024 * 1024)

/* Bytes that have come in and were not taken yet. Zeroed it is empty, but for bb_wire_init. */
struct bb_wire {
    struct bb_buf in, parts;
    size_t at; /* in[at..] is not taken yet */
    bool chunked;
};
void bb_wire_init(struct bb_wire *w);
void bb_wire_release(struct bb_wire *w);
void bb_wire_feed(struct bb_wire *w, const void *p, size_t len);
/*
 * The next whole line, without white space at its end: 1 and the line, valid until more is fed; 0 when more has to come.
 */
int bb_wire_line(struct bb_wire *w, bb_str *ret);
/* The next whole message, of one line or several: 1 and its tree, which the caller frees; 0 when more has to come. */
int bb_wire_message(struct bb_wire *w, struct bb_json **ret);

void bb_wire_put_line(struct bb_buf *out, bb_str line);
/* `json` is text without line breaks, in lines as long as a peer takes. */
void bb_wire_put_message(struct bb_buf *out, bb_str json);

/*
 * A unihash becomes part of paths and of values that are expanded, so only lower-case hexadecimal digests are taken, as
 * long as md5, sha1, sha256 or sha512 make them.
 */
bool bb_wire_is_hash(bb_str s);
/* One word of printable characters, 1 to 1024 bytes: what a method or a task hash has to be in a stream's line. */
bool bb_wire_is_word(bb_str s);

#endif
