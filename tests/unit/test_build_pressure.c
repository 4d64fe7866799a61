/* SPDX-License-Identifier: MIT */
#include "build/pressure.h"

#include <errno.h>

#include "build_support.h"
#include "support/fault_os.h"

static struct build_world b;
static struct fault_os fault;
static struct bb_diag_collect said;

static void put(const char *name, const char *total)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_buf_addf(&path, "pressure/%s", name);
    bb_buf_addf(
        &text,
        "some avg10=0.00 avg60=1.50 avg300=0.10 total=%s\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
        total);
    cook_write(path.p, text.p);
}

static int start(struct bb_pressure *p, const char *conf)
{
    build_init(&b, conf);
    cook_write("tiny/recipes/a_1.bb", "do_x() {\n    :\n}\naddtask x before do_build\n");
    build_hash(&b, "a");
    fault_os_init(&fault, 1000, -EIO);
    b.w.ctx.os = &fault.os;
    bb_diag_collect_init(&said);
    b.w.ctx.diag = &said.sink;
    put("cpu", "1000");
    put("io", "1000");
    put("memory", "1000");
    return bb_pressure_init(p, &b.w.ctx, bb_cooker_data(&b.w.cooker), "../pressure", 4);
}

static void stop(void)
{
    bb_diag_collect_release(&said);
    build_release(&b);
}

START_TEST(holds_tasks_back_while_pressure_is_high)
{
    struct bb_pressure p;
    ck_assert_int_eq(start(&p, "BB_PRESSURE_MAX_CPU = \"500\"\n"), 0);
    fault.time_ns += 2000000000;
    put("cpu", "1900");
    put("io", "900000");
    ck_assert(!bb_pressure_exceeded(&p, 2)); /* 450 a second; of io nothing is asked */
    fault.time_ns += 2000000000;
    put("cpu", "3100");
    ck_assert(bb_pressure_exceeded(&p, 2));
    ck_assert(
        bb_str_has(bb_buf_str(&said.text),
                   BB_STR("Pressure status changed to CPU: True, IO: None, Mem: None (CPU: 600.0/500.0, "
                          "IO: 0.0/None, Mem: 0.0/None) - using 2/4 bitbake threads")));
    /* Within the second the totals of its beginning count. */
    fault.time_ns += 500000000;
    ck_assert(!bb_pressure_exceeded(&p, 1));
    put("cpu", "3400");
    ck_assert(bb_pressure_exceeded(&p, 1));
    stop();
}
END_TEST

START_TEST(goes_on_without_files)
{
    struct bb_pressure p;
    ck_assert_int_eq(start(&p, "BB_PRESSURE_MAX_IO = \"10\"\n"), 0);
    ck_assert_int_eq(bb_pressure_init(&p, &b.w.ctx, bb_cooker_data(&b.w.cooker), "nowhere", 4), 0);
    ck_assert(bb_str_has(bb_buf_str(&said.text), BB_STR("can't be read")));
    ck_assert(!bb_pressure_exceeded(&p, 1));
    stop();
}
END_TEST

START_TEST(the_load_counts_where_pressure_does_not)
{
    struct bb_pressure p;
    ck_assert_int_eq(start(&p, "BB_LOADFACTOR_MAX = \"100000\"\n"), 0);
    ck_assert(!bb_pressure_exceeded(&p, 1));
    p.max_load = 1e-9;
    p.told = true;
    bool over = bb_pressure_exceeded(&p, 1);
    ck_assert(over == bb_str_has(bb_buf_str(&said.text), BB_STR("Load average limiting set to True")));
    stop();
}
END_TEST

START_TEST(refuses_bounds_that_are_none)
{
    static const char *const bad[][2] = {
        {"BB_PRESSURE_MAX_CPU = \"0.5\"\n", "Invalid BB_PRESSURE_MAX_CPU 0.5, minimum value is 1.0."},
        {"BB_PRESSURE_MAX_MEMORY = \"much\"\n", "BB_PRESSURE_MAX_MEMORY is no number: \"much\""},
        {"BB_LOADFACTOR_MAX = \"-1\"\n", "Invalid BB_LOADFACTOR_MAX -1, needs to be greater than zero."}};
    struct bb_pressure p;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(start(&p, bad[i][0]), -BB_EREPORTED);
        ck_assert(bb_str_has(bb_buf_str(&said.text), bb_str_z(bad[i][1])));
        stop();
    }
    ck_assert_int_eq(start(&p, "BB_PRESSURE_MAX_CPU = \"2000000\"\n"), 0);
    ck_assert(bb_str_has(bb_buf_str(&said.text), BB_STR("largely unregulated since BB_PRESSURE_MAX_CPU")));
    stop();
}
END_TEST

UNIT_MAIN("pressure", holds_tasks_back_while_pressure_is_high, goes_on_without_files,
          the_load_counts_where_pressure_does_not, refuses_bounds_that_are_none)
