/* SPDX-License-Identifier: MIT */
#include "build/cause.h"
#include "support/unit.h"

/* Two records of a: do_x <- do_y <- do_z, made by hand. */
struct side {
    uint32_t deps[2];
    struct bb_buildrecord_sum file;
    struct bb_buildrecord_task tasks[3];
    struct bb_buildrecord_recipe recipe;
    struct bb_buildrecord record;
};

static char *dir;
static struct bb_arena a;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_arena_init(&a);
}

static void teardown(void)
{
    bb_arena_release(&a);
    unit_rmdir(dir);
}

static void fill(struct side *s, const char *suffix)
{
    static const char *const names[] = {"do_x", "do_y", "do_z"};
    *s = (struct side){.deps = {0, 1}, .file = {BB_STR("/f"), BB_STR("1")}};
    for (uint32_t i = 0; i < 3; i++) {
        bb_str hash = bb_arena_fmt(&a, "%s%s", names[i], suffix);
        s->tasks[i] = (struct bb_buildrecord_task){.name = bb_str_z(names[i]),
                                                   .basehash = bb_str_z(names[i]),
                                                   .hash = hash,
                                                   .unihash = hash,
                                                   .taint = BB_STR(""),
                                                   .outcome = BB_STR("ran"),
                                                   .ran = true,
                                                   .deps = i ? &s->deps[i - 1] : NULL,
                                                   .ndeps = i > 0};
    }
    s->tasks[0].files = &s->file;
    s->tasks[0].nfiles = 1;
    s->recipe = (struct bb_buildrecord_recipe){BB_STR("/a.bb"), BB_STR("a"), 0};
    s->record = (struct bb_buildrecord){.name = BB_STR("n"),
                                        .targets = BB_STR("a"),
                                        .stores = BB_STR(""),
                                        .recipes = &s->recipe,
                                        .tasks = s->tasks,
                                        .nrecipes = 1,
                                        .ntasks = 3};
}

/* The base hash and one variable of do_x. */
static void set_variable(struct side *s, const char *value)
{
    uint32_t number = 0;
    struct bb_recipekey key = {BB_STR("V"), bb_str_z(value), BB_STR("/a.bb:1")};
    s->tasks[0].basehash = bb_str_z(value);
    struct bb_recipekeys_task task = {BB_STR("do_x"), bb_str_z(value), &number, 1};
    struct bb_recipekeys k = {&key, &task, 1, 1};
    ck_assert_int_eq(bb_recipekeys_write(bb_str_z(dir), &k, &s->recipe.keys), 0);
}

/* "variable V 1>2 3" for each cause, of all tasks. */
static const char *causes(const struct side *from, const struct side *to)
{
    static const uint32_t all[] = {0, 1, 2};
    struct bb_strvec paths = {0};
    struct bb_causes c;
    struct bb_buf out = BB_BUF_INIT;
    ck_assert_int_eq(bb_buildrecord_write(bb_str_z(dir), &from->record, 9), 0);
    ck_assert_int_eq(bb_buildrecord_write(bb_str_z(dir), &to->record, 9), 0);
    bb_buildrecord_list(&a, bb_str_z(dir), &paths);
    ck_assert(bb_causes_open(&c, paths.p[paths.n - 2].p, paths.p[paths.n - 1].p));
    bb_causes_find(&c, all, 3);
    bb_vec_each(&c.found, f)
        bb_buf_addf(&out, "%s%s %.*s %.*s>%.*s %zu", out.len ? "; " : "", bb_cause_word(f->kind),
                    BB_STRF(f->name), BB_STRF(f->from), BB_STRF(f->to), f->dragged);
    bb_causes_release(&c);
    bb_vec_release(&paths);
    bb_str text = bb_arena_str(&a, bb_buf_str(&out));
    bb_buf_release(&out);
    return text.p;
}

START_TEST(each_kind)
{
    struct side from, to;
    fill(&from, "1");
    fill(&to, "1");
    ck_assert_str_eq(causes(&from, &to), "");
    fill(&to, "2");
    set_variable(&from, "1");
    set_variable(&to, "2");
    ck_assert_str_eq(causes(&from, &to), "variable V 1>2 3");
    fill(&from, "1");
    fill(&to, "2");
    to.file.md5 = BB_STR("2");
    ck_assert_str_eq(causes(&from, &to), "file /f 1>2 3");
    fill(&to, "2");
    to.tasks[1].taint = BB_STR("t");
    to.tasks[0].hash = to.tasks[0].unihash = from.tasks[0].hash;
    ck_assert_str_eq(causes(&from, &to), "forced a:do_y > 2");
    fill(&to, "2");
    to.tasks[2].ndeps = 0;
    to.tasks[0] = from.tasks[0];
    to.tasks[1] = from.tasks[1];
    to.tasks[1].deps = &to.deps[0];
    ck_assert_str_eq(causes(&from, &to), "dependency a:do_y do_y1> 1");
    fill(&to, "2");
    to.tasks[0].basehash = BB_STR("other");
    ck_assert_str_eq(causes(&from, &to), "unknown  do_x>other 3");
}
END_TEST

START_TEST(what_has_none_of_its_own)
{
    struct side from, to;
    fill(&from, "1");
    fill(&to, "2");
    to.tasks[0].nostamp = true;
    to.tasks[2].name = BB_STR("do_new");
    ck_assert_str_eq(causes(&from, &to), "nostamp a:do_x > 3; new a:do_new > 1");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {each_kind, what_has_none_of_its_own};
    return unit_run("cause", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
