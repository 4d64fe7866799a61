/* SPDX-License-Identifier: MIT */
#include "query/layerplugins.h"

#include "base/jsonw.h"
#include "py/py.h"

#include <stdio.h>

static void put_list(struct bb_jsonw *w, const char *key, const struct bb_strvec *list)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_array(w);
    bb_vec_each(list, s)
        bb_jsonw_str(w, *s);
    bb_jsonw_end(w);
}

int bb_layerplugins_run(struct bb_cooker *c, const struct bb_strvec *own, const struct bb_strvec *args,
                        int *ret_status)
{
    BB_CLEAN_BUF struct bb_buf locals = BB_BUF_INIT, json = BB_BUF_INIT;
    struct bb_jsonw w;
    int64_t status;
    bb_jsonw_init(&w, &locals, 0);
    bb_jsonw_object(&w);
    put_list(&w, "own", own);
    put_list(&w, "args", args);
    bb_jsonw_key(&w, BB_STR("verbosity"));
    bb_jsonw_int(&w, c->ctx->verbosity);
    bb_jsonw_end(&w);
    fflush(NULL); /* Python's output comes after ours */
    int r = bb_py_eval_json(bb_cooker_data(c),
                            BB_STR("__import__('bblayers.host').host.run(args, d, verbosity, own)"),
                            bb_buf_str(&locals), &json);
    if (r == -BB_EPYTHON)
        r = c->hook->error_report(c->hook->self, (struct bb_loc){0}, "running a subcommand of a layer");
    if (r == 0 && bb_str_to_int(bb_str_trim(bb_buf_str(&json)), &status))
        *ret_status = (int)status;
    return r;
}
