/* SPDX-License-Identifier: MIT */
#include "fetch/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"

static int feed(int fd, struct bb_digest **digests, size_t n)
{
    enum { CHUNK = 256 * 1024 };
    char *chunk = bb_malloc(CHUNK);
    ssize_t got;

    while ((got = read(fd, chunk, CHUNK)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        for (size_t i = 0; i < n; i++)
            bb_digest_add(digests[i], bb_str_n(chunk, (size_t)got));
    }
    int r = got < 0 ? -errno : 0;
    free(chunk);
    return r;
}

int bb_checksum_file(const char *path, const char *const *kinds, size_t nkinds,
                     char (*ret_hex)[BB_DIGEST_HEX])
{
    struct bb_digest *digests[BB_CHECKSUM_MAX] = {0};
    size_t n = 0;
    int r = nkinds > BB_CHECKSUM_MAX ? -EINVAL : 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    for (; r == 0 && n < nkinds; n++)
        if ((r = bb_digest_new(kinds[n], &digests[n])) < 0)
            break;
    if (r == 0)
        r = feed(fd, digests, n);
    for (size_t i = 0; i < n; i++) {
        if (r == 0)
            bb_digest_finish(digests[i], ret_hex[i]);
        bb_digest_free(digests[i]);
    }
    close(fd);
    return r;
}

void bb_checksum_text(bb_str text, char ret_hex[65])
{
    bb_sha256(text, ret_hex);
}

int bb_checksum_verify(const char *path, bb_str sha256, struct bb_buf *err)
{
    static const char *const kind[] = {"sha256"};
    char hex[1][BB_DIGEST_HEX];
    int r = bb_checksum_file(path, kind, 1, hex);

    if (r < 0) {
        bb_buf_addf(err, "cannot read '%s': %s", path, bb_strerror(r));
        return r;
    }
    if (bb_str_eqz(sha256, hex[0]))
        return 0;
    bb_buf_addf(err, "Checksum mismatch!\nFile: '%s' has sha256 checksum '%s' when '%.*s' was expected", path,
                hex[0], BB_STRF(sha256));
    return -BB_ECHECKSUM;
}
