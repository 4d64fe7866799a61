/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/log.h"

/* The state is learnt once in a process, so there is one test for what the environment says. */
START_TEST(areas_into_a_file)
{
    char *dir = unit_tmpdir(), line[256] = "";
    setenv("BBC_LOG", "run,fetch", 1);
    setenv("BBC_LOG_FILE", "log", 1);
    ck_assert(bb_log_on("run") && bb_log_on("fetch") && !bb_log_on("fet") && !bb_log_on("sig"));
    int evaluated = 0;
    BB_LOG("sig", "not %d", ++evaluated);
    ck_assert_int_eq(evaluated, 0);
    BB_LOG("run", "value %d", ++evaluated);
    FILE *f = fopen("log", "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), f));
    ck_assert_ptr_nonnull(strstr(line, " run: value 1\n"));
    ck_assert_ptr_null(fgets(line, sizeof(line), f));
    fclose(f);
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("log", areas_into_a_file)
