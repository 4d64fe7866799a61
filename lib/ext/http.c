/* SPDX-License-Identifier: MIT */
#include "ext/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "os/fs.h"

#define DEFAULT_TIMEOUT_S 30

/* One transfer. The body goes to a descriptor, or it is only asked for (`probing`). */
struct transfer {
    const struct bb_http_opts *o;
    int fd;
    uint64_t offset; /* bytes that were there before */
    int error;       /* why our own callback stopped it */
    bool probing;    /* the first byte is answer enough */
};

/* Kept for its open connections. A forked child must not touch its parent's, so it makes its own. */
static CURL *get_handle(void)
{
    static CURL *handle;
    static pid_t owner;

    if (!handle || owner != getpid()) {
        if (!handle)
            curl_global_init(CURL_GLOBAL_DEFAULT);
        handle = curl_easy_init();
        owner = getpid();
    } else {
        curl_easy_reset(handle);
    }
    if (!handle)
        BB_BUG("libcurl does not start");
    return handle;
}

static size_t on_data(char *p, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;

    if (t->probing)
        return 0;
    t->error = bb_fs_write_all(t->fd, bb_str_n(p, n));
    return t->error ? 0 : n;
}

static int on_progress(void *arg, curl_off_t total, curl_off_t done, curl_off_t ul_total, curl_off_t ul_done)
{
    struct transfer *t = arg;

    if (t->o->progress(t->o->self, t->offset + (uint64_t)done, total > 0 ? t->offset + (uint64_t)total : 0)) {
        t->error = -BB_ECANCELLED;
        return 1;
    }
    return 0;
}

static void set_options(CURL *c, const char *url, struct transfer *t, char *error)
{
    const struct bb_http_opts *o = t->o;

    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, 20L);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,ftp,ftps");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https,ftp,ftps");
#else
    long protocols = CURLPROTO_HTTP | CURLPROTO_HTTPS | CURLPROTO_FTP | CURLPROTO_FTPS;
    curl_easy_setopt(c, CURLOPT_PROTOCOLS, protocols);
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS, protocols);
#endif
    curl_easy_setopt(c, CURLOPT_FILETIME, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)(o->stall_s ? o->stall_s : DEFAULT_TIMEOUT_S));
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)(o->connect_s ? o->connect_s : DEFAULT_TIMEOUT_S));
    curl_easy_setopt(c, CURLOPT_USERAGENT, o->user_agent ? o->user_agent : "bbc/" BBC_VERSION);
    curl_easy_setopt(c, CURLOPT_NETRC, (long)(o->netrc ? CURL_NETRC_OPTIONAL : CURL_NETRC_IGNORED));
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    if (o->userpwd)
        curl_easy_setopt(c, CURLOPT_USERPWD, o->userpwd);
    if (o->insecure) {
        curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (o->progress) {
        curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
    }
}

/* What came of a transfer, in our codes, with a text. */
static int judge(CURLcode code, const struct transfer *t, const char *url, const char *detail,
                 struct bb_http_result *ret)
{
    if (code == CURLE_OK || (t->probing && code == CURLE_WRITE_ERROR && ret->status < 400))
        return 0;
    if (t->error) {
        snprintf(ret->error, sizeof(ret->error), "%s: %s", url, bb_strerror(t->error));
        return t->error;
    }
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        snprintf(ret->error, sizeof(ret->error), "server answered %ld for %s", ret->status, url);
        if (ret->status == 404 || ret->status == 410)
            return -ENOENT;
        return ret->status == 401 || ret->status == 403 ? -EACCES : -BB_ENETWORK;
    }
    snprintf(ret->error, sizeof(ret->error), "%s: %s", url, *detail ? detail : curl_easy_strerror(code));
    return code == CURLE_REMOTE_FILE_NOT_FOUND ? -ENOENT : -BB_ENETWORK;
}

/* `setup` adds what this kind of request needs; may be NULL. */
static int perform(const char *url, struct transfer *t, void (*setup)(CURL *c, const struct transfer *t),
                   struct bb_http_result *ret, CURLcode *ret_code)
{
    char detail[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    curl_off_t mtime = -1, size = -1;
    CURL *c = get_handle();

    *ret = (struct bb_http_result){.mtime = -1, .size = -1};
    set_options(c, url, t, detail);
    for (const char *const *h = t->o->headers; h && *h; h++)
        headers = curl_slist_append(headers, *h);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    if (setup)
        setup(c, t);
    *ret_code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &ret->status);
    curl_easy_getinfo(c, CURLINFO_FILETIME_T, &mtime);
    curl_easy_getinfo(c, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    ret->mtime = mtime;
    ret->size = size;
    curl_slist_free_all(headers);
    return judge(*ret_code, t, url, detail, ret);
}

static void setup_resume(CURL *c, const struct transfer *t)
{
    curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->offset);
}

/* One attempt at a file. What is there is kept when the server can go on after it, else fetched anew. */
static int get_once(const char *url, struct transfer *t, struct bb_http_result *ret)
{
    CURLcode code;
    off_t have = t->o->resume ? lseek(t->fd, 0, SEEK_END) : 0;

    if (have > 0) {
        t->offset = (uint64_t)have;
        int err = perform(url, t, setup_resume, ret, &code);
        bool refused = code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME || ret->status == 416;
        if (!refused)
            return err;
    }
    t->offset = 0;
    if (ftruncate(t->fd, 0) < 0 || lseek(t->fd, 0, SEEK_SET) < 0)
        return -errno;
    return perform(url, t, NULL, ret, &code);
}

/* Failures that another attempt may not meet. */
static bool may_pass(int err, const struct bb_http_result *r)
{
    return err == -BB_ENETWORK &&
           (r->status < 400 || r->status >= 500 || r->status == 408 || r->status == 429);
}

static void back_off(int attempt)
{
    struct timespec t = {.tv_sec = 1L << (attempt < 5 ? attempt : 5)};
    nanosleep(&t, NULL);
}

static const struct bb_http_opts no_opts;

int bb_http_get(const char *url, const char *path, const struct bb_http_opts *o, struct bb_http_result *ret)
{
    BB_CLEAN_FD int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    struct transfer t = {.o = o ? o : &no_opts, .fd = fd};
    int err;

    if (fd < 0) {
        err = -errno;
        *ret = (struct bb_http_result){.mtime = -1, .size = -1};
        snprintf(ret->error, sizeof(ret->error), "%s: %s", path, bb_strerror(err));
        return err;
    }
    for (int attempt = 0;; attempt++) {
        err = get_once(url, &t, ret);
        if (!may_pass(err, ret) || attempt >= t.o->retries)
            break;
        back_off(attempt);
    }
    if (close(bb_take_fd(&fd)) < 0 && !err)
        err = -errno;
    return err;
}

static void setup_head(CURL *c, const struct transfer *t)
{
    curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
}

static void setup_probe(CURL *c, const struct transfer *t)
{
    curl_easy_setopt(c, CURLOPT_RANGE, "0-0");
}

int bb_http_check(const char *url, const struct bb_http_opts *o, struct bb_http_result *ret)
{
    struct transfer t = {.o = o ? o : &no_opts, .fd = -1};
    CURLcode code;
    int err = perform(url, &t, setup_head, ret, &code);

    /* Some servers and signed addresses know only GET. */
    if (ret->status != 403 && ret->status != 405 && ret->status != 501)
        return err;
    t.probing = true;
    return perform(url, &t, setup_probe, ret, &code);
}

struct bb_tunnel {
    CURL *curl;
    int fd;
    pid_t owner;
};

int bb_tunnel_open(const char *where, int timeout_ms, struct bb_tunnel **ret, int *ret_fd, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf url = BB_BUF_INIT;
    char error[CURL_ERROR_SIZE] = "";
    const char *file = getenv("SSL_CERT_FILE"), *folder = getenv("SSL_CERT_DIR");
    curl_socket_t fd = CURL_SOCKET_BAD;

    get_handle(); /* libcurl is started */
    CURL *c = curl_easy_init();
    bb_buf_addf(&url, "https://%s/", where);
    curl_easy_setopt(c, CURLOPT_URL, url.p);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(timeout_ms > 0 ? timeout_ms : 1));
    if (file)
        curl_easy_setopt(c, CURLOPT_CAINFO, file);
    if (folder)
        curl_easy_setopt(c, CURLOPT_CAPATH, folder);
    CURLcode r = curl_easy_perform(c);
    if (r == CURLE_OK)
        r = curl_easy_getinfo(c, CURLINFO_ACTIVESOCKET, &fd);
    if (r != CURLE_OK || fd == CURL_SOCKET_BAD) {
        bb_buf_addz(err, *error ? error : curl_easy_strerror(r));
        curl_easy_cleanup(c);
        return -BB_ENETWORK;
    }
    struct bb_tunnel *t = bb_calloc(1, sizeof(*t));
    *t = (struct bb_tunnel){c, (int)fd, getpid()};
    *ret = t;
    *ret_fd = (int)fd;
    return 0;
}

static int moved(CURLcode r, size_t n)
{
    return r == CURLE_AGAIN ? -EAGAIN : r == CURLE_OK ? (int)n : -ECONNRESET;
}

int bb_tunnel_send(struct bb_tunnel *t, const void *p, size_t len)
{
    size_t n = 0;
    CURLcode r = curl_easy_send(t->curl, p, len < INT_MAX ? len : INT_MAX, &n);
    return moved(r, n);
}

int bb_tunnel_receive(struct bb_tunnel *t, void *p, size_t len)
{
    size_t n = 0;
    CURLcode r = curl_easy_recv(t->curl, p, len < INT_MAX ? len : INT_MAX, &n);
    return moved(r, n);
}

void bb_tunnel_close(struct bb_tunnel *t)
{
    if (!t)
        return;
    /* An orderly end would end it for the process that it belongs to. */
    if (t->owner == getpid())
        curl_easy_cleanup(t->curl);
    else
        close(t->fd);
    free(t);
}
