/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/cleanup.h"
#include "os/jobserver.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

START_TEST(counts_jobs)
{
    char *dir = unit_tmpdir();
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    struct bb_jobserver *j;
    bb_buf_addf(&path, "%s/jobs", dir);
    ck_assert_int_eq(bb_jobserver_new(path.p, 2, &j), 0);
    ck_assert(bb_jobserver_take(j));
    ck_assert(bb_jobserver_take(j));
    ck_assert(!bb_jobserver_take(j));
    bb_jobserver_give(j);
    /* Another program finds it by its name. */
    char c;
    int fd = open(path.p, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    ck_assert_int_eq(read(fd, &c, 1), 1);
    ck_assert(!bb_jobserver_take(j));
    close(fd); /* killed: it gives nothing back */
    bb_jobserver_refill(j);
    ck_assert(bb_jobserver_take(j));
    ck_assert(bb_jobserver_take(j));
    ck_assert(!bb_jobserver_take(j));
    bb_jobserver_free(j);
    ck_assert_int_ne(access(path.p, F_OK), 0);
    unit_rmdir(dir);
}
END_TEST

START_TEST(needs_a_folder)
{
    struct bb_jobserver *j = NULL;
    ck_assert_int_eq(bb_jobserver_new("/nonexistent/jobs", 2, &j), -ENOENT);
    ck_assert_ptr_null(j);
    bb_jobserver_free(j);
}
END_TEST

UNIT_MAIN("jobserver", counts_jobs, needs_a_folder)
