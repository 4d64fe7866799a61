/* SPDX-License-Identifier: MIT */
#include "hashserv/users.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "ext/digest.h"

#define SALT_BYTES 8

#define X(name, word) word,
static const char *const names[BB_NPERMS] = {BB_PERMS(X)};
#undef X

bool bb_perm_add(bb_str word, unsigned *perms)
{
    for (unsigned i = 0; i < BB_NPERMS; i++)
        if (bb_str_eqz(word, names[i])) {
            *perms |= 1u << i;
            return true;
        }
    return bb_str_eqz(word, "@none");
}

unsigned bb_perm_words(bb_str words)
{
    unsigned perms = 0;
    bb_str word;
    while (bb_str_word(&words, &word))
        bb_perm_add(word, &perms);
    return perms;
}

bb_str bb_perm_name(unsigned bit)
{
    return bb_str_z(names[bit]);
}

void bb_perm_write(unsigned perms, const char *between, struct bb_buf *out)
{
    const char *sep = "";
    for (unsigned i = 0; i < BB_NPERMS; i++)
        if (perms & 1u << i) {
            bb_buf_addf(out, "%s%s", sep, names[i]);
            sep = between;
        }
}

bool bb_perm_has(unsigned have, unsigned want)
{
    return have & BB_PERM_ALL || (have & want) == want;
}

static int random_bytes(void *p, size_t n)
{
    return getrandom(p, n, 0) == (ssize_t)n ? 0 : -EIO;
}

int bb_token_new(char ret[BB_TOKEN_LEN + 1])
{
    /* 64 of them: six bits of each random byte make a character. */
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    unsigned char bytes[BB_TOKEN_LEN];

    int r = random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; r == 0 && i < BB_TOKEN_LEN; i++)
        ret[i] = letters[bytes[i] & 63];
    ret[r == 0 ? BB_TOKEN_LEN : 0] = '\0';
    return r;
}

static int hash(const char *algo, bb_str salt, bb_str token, char ret_hex[BB_DIGEST_HEX])
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_adds(&text, salt);
    bb_buf_adds(&text, token);
    return bb_digest_text(algo, bb_buf_str(&text), ret_hex);
}

int bb_token_store(bb_str token, struct bb_buf *ret_stored)
{
    unsigned char bytes[SALT_BYTES];
    char salt[2 * SALT_BYTES + 1], hex[BB_DIGEST_HEX];

    int r = random_bytes(bytes, sizeof(bytes));
    if (r < 0)
        return r;
    for (size_t i = 0; i < SALT_BYTES; i++)
        snprintf(salt + 2 * i, 3, "%02x", bytes[i]);
    r = hash("sha256", bb_str_z(salt), token, hex);
    if (r == 0)
        bb_buf_addf(ret_stored, "sha256:%s:%s", salt, hex);
    return r;
}

bool bb_token_fits(bb_str token, bb_str stored)
{
    char hex[BB_DIGEST_HEX];
    bb_str rest = stored, algo, salt, expected;

    if (!bb_str_split(&rest, ':', &algo) || !bb_str_split(&rest, ':', &salt) ||
        !bb_str_split(&rest, ':', &expected) || rest.p)
        return false;
    BB_CLEAN_FREE char *name = strndup(algo.p, algo.len);
    return hash(name, salt, token, hex) == 0 && bb_str_eqz(expected, hex);
}
