/* SPDX-License-Identifier: MIT */
/*
 * For graph_plan.py: reads builds on stdin (recipes in the text of support/recipes.h after a line "recipe",
 * variables after "var NAME VALUE", then "plan TARGETS"), prints each plan with its scene graph, then "end".
 */
#include "graph/setscene.h"
#include "support/recipes.h"
#include <stdio.h>

static int tid_list(struct rc_world *w, const char *key, const struct bb_tids *l)
{
    printf(" %s", key);
    for (size_t i = 0; i < l->n; i++) {
        BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
        bb_plan_tid(&w->plan, l->p[i], &b);
        printf(" %s", b.p);
    }
    return 0;
}

static void show(struct rc_world *w)
{
    struct bb_setscene s;
    if (bb_setscene_init(&s, &w->plan, NULL)) {
        puts("failed");
        bb_setscene_release(&s);
        return;
    }
    for (bb_tid t = 0; t < w->plan.n; t++) {
        BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
        bb_plan_tid(&w->plan, t, &b);
        printf("%s %.17g%s%s", b.p, w->plan.tasks[t].weight, w->plan.tasks[t].target ? " target" : "",
               s.t[t].unskippable ? " unskippable" : "");
        tid_list(w, "deps", &w->plan.tasks[t].deps);
        if (w->plan.tasks[t].setscene) {
            tid_list(w, "above", &s.t[t].owners);
            tid_list(w, "covers", &s.t[t].covers);
            tid_list(w, "hard", &s.t[t].hard);
        }
        putchar('\n');
    }
    bb_setscene_release(&s);
}

static void plan(struct rc_world *w, const char *targets)
{
    if (rc_plan(w, targets))
        puts("failed");
    else
        show(w);
    puts("end");
    fflush(stdout);
}

int main(void)
{
    struct rc_world w;
    char *line = NULL;
    size_t cap = 0;
    BB_CLEAN_BUF struct bb_buf recipe = BB_BUF_INIT;
    rc_init(&w);
    while (getline(&line, &cap, stdin) > 0) {
        bb_str s = bb_str_trim(bb_str_z(line)), word;
        bool recipe_ends = bb_str_eqz(s, "recipe") || bb_str_starts(s, BB_STR("plan "));
        if (recipe_ends && recipe.len) {
            rc_add(&w, recipe.p);
            bb_buf_clear(&recipe);
        }
        if (bb_str_starts(s, BB_STR("var "))) {
            s = bb_str_from(s, 4);
            bb_str_word(&s, &word);
            rc_conf(&w, bb_arena_strz(&w.arena, word), bb_arena_strz(&w.arena, bb_str_trim(s)));
        } else if (bb_str_starts(s, BB_STR("plan "))) {
            plan(&w, bb_arena_strz(&w.arena, bb_str_from(s, 5)));
            rc_release(&w);
            rc_init(&w);
        } else if (!recipe_ends) {
            bb_buf_addz(&recipe, line);
        }
    }
    rc_release(&w);
    free(line);
    return 0;
}
