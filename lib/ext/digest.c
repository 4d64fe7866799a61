/* SPDX-License-Identifier: MIT */
#include "ext/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"

struct bb_digest {
    EVP_MD_CTX *ctx;
};

/* Fetched once: looking an algorithm up costs OpenSSL 3 more than hashing a short text with it. */
static struct {
    const char *name;
    EVP_MD *md;
} algorithms[] = {{"md5", NULL}, {"sha1", NULL}, {"sha256", NULL}, {"sha384", NULL}, {"sha512", NULL}};

static const EVP_MD *find(const char *algo)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (strcmp(algorithms[i].name, algo) != 0)
            continue;
        if (!algorithms[i].md)
            algorithms[i].md = EVP_MD_fetch(NULL, algo, NULL);
        return algorithms[i].md;
    }
    return NULL;
}

static void to_hex(const unsigned char *bytes, unsigned n, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < n; i++) {
        *hex++ = digits[bytes[i] >> 4];
        *hex++ = digits[bytes[i] & 15];
    }
    *hex = '\0';
}

int bb_digest_text(const char *algo, bb_str text, char ret_hex[BB_DIGEST_HEX])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    const EVP_MD *md = find(algo);

    if (!md)
        return -EINVAL;
    if (!EVP_Digest(text.p, text.len, bytes, &n, md, NULL))
        BB_BUG("libcrypto cannot compute %s", algo);
    to_hex(bytes, n, ret_hex);
    return 0;
}

void bb_sha256(bb_str text, char ret_hex[65])
{
    char hex[BB_DIGEST_HEX];
    if (bb_digest_text("sha256", text, hex) < 0)
        BB_BUG("libcrypto has no sha256");
    memcpy(ret_hex, hex, 65);
}

int bb_digest_new(const char *algo, struct bb_digest **ret)
{
    const EVP_MD *md = find(algo);

    if (!md)
        return -EINVAL;
    struct bb_digest *d = bb_malloc(sizeof(*d));
    d->ctx = EVP_MD_CTX_new();
    if (!d->ctx || !EVP_DigestInit_ex(d->ctx, md, NULL))
        BB_BUG("libcrypto cannot start %s", algo);
    *ret = d;
    return 0;
}

void bb_digest_add(struct bb_digest *d, bb_str text)
{
    if (text.len && !EVP_DigestUpdate(d->ctx, text.p, text.len))
        BB_BUG("libcrypto refuses data");
}

void bb_digest_finish(struct bb_digest *d, char ret_hex[BB_DIGEST_HEX])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (!EVP_DigestFinal_ex(d->ctx, bytes, &n))
        BB_BUG("libcrypto cannot finish a digest");
    to_hex(bytes, n, ret_hex);
}

void bb_digest_free(struct bb_digest *d)
{
    if (!d)
        return;
    EVP_MD_CTX_free(d->ctx);
    free(d);
}

int bb_digest_file(const char *algo, const char *path, char ret_hex[BB_DIGEST_HEX])
{
    BB_CLEAN_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct bb_digest *d;
    char block[65536];
    ssize_t n;

    if (fd < 0)
        return -errno;
    int err = bb_digest_new(algo, &d);
    if (err)
        return err;
    while ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR))
        bb_digest_add(d, bb_str_n(block, n > 0 ? (size_t)n : 0));
    err = n < 0 ? -errno : 0;
    if (!err)
        bb_digest_finish(d, ret_hex);
    bb_digest_free(d);
    return err;
}
