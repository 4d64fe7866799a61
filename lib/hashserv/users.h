/* SPDX-License-Identifier: MIT */
/*
 * Who may do what on a hash equivalence server, and the tokens that users log in with (BitBake: hashserv.server). A token is
 * stored salted and hashed, "sha256:SALT:HASH", as BitBake stores it.
 */
#ifndef BB_HASHSERV_USERS_H
#define BB_HASHSERV_USERS_H

#include "base/str.h"

#define BB_PERMS(X)                                                                                          \
    X(ALL, "@all")                                                                                           \
    X(DB_ADMIN, "@db-admin")                                                                                 \
    X(READ, "@read")                                                                                         \
    X(REPORT, "@report")                                                                                     \
    X(USER_ADMIN, "@user-admin")
#define X(name, word) BB_PERM_BIT_##name,
enum { BB_PERMS(X) BB_NPERMS };
#undef X
#define X(name, word) BB_PERM_##name = 1u << BB_PERM_BIT_##name,
enum bb_perm { BB_PERMS(X) };
#undef X
/* The rights of everybody by default; everybody can be given no others. */
#define BB_PERM_ANON (BB_PERM_READ | BB_PERM_REPORT | BB_PERM_DB_ADMIN)

/* Adds the permission that the word names; "@none" is none. False when it names no permission. */
bool bb_perm_add(bb_str word, unsigned *perms);
/* The permissions of a list of words; unknown words are passed over. */
unsigned bb_perm_words(bb_str words);
/* The name of the permission with this bit, in order of the alphabet. */
bb_str bb_perm_name(unsigned bit);
/* Appends the names with `between` between them. */
void bb_perm_write(unsigned perms, const char *between, struct bb_buf *out);
/* Whether `have` is enough for `want`: "@all" is enough for everything. */
bool bb_perm_has(unsigned have, unsigned want);

#define BB_TOKEN_LEN 64
/* A new token for a user: BB_TOKEN_LEN characters and a NUL. -EIO when the kernel has no random bytes. */
int bb_token_new(char ret[BB_TOKEN_LEN + 1]);
/* Appends what is stored for a token, with a salt of its own. */
int bb_token_store(bb_str token, struct bb_buf *ret_stored);
/* Whether the token is the stored one. */
bool bb_token_fits(bb_str token, bb_str stored);

#endif
