/* SPDX-License-Identifier: MIT */
#include "run/script.h"

/*
 * /bin/sh only knows that something failed. bash knows where: the DEBUG trap notes the line before each
 * command, since in an EXIT trap LINENO is that of the trap (the lowest frame's line 1 is the trap itself and
 * is not noted).
 */
static const char head[] =
    "#!/bin/sh\n"
    "\n"
    "# Says what failed, when something did.\n"
    "bb_line=0\n"
    "bb_sh_failed() {\n"
    "    bb_status=$?\n"
    "    [ \"$bb_status\" = 0 ] || echo \"WARNING: exit code $bb_status from a shell command.\"\n"
    "    exit $bb_status\n"
    "}\n"
    "bb_bash_failed() {\n"
    "    bb_status=$?\n"
    "    { set +x; } 2>/dev/null\n"
    "    trap '' DEBUG\n"
    "    if [ \"$bb_status\" != 0 ]; then\n"
    "        echo \"WARNING: ${BASH_SOURCE[0]}:$bb_line exit $bb_status from '$1'\"\n"
    "        echo \"WARNING: Backtrace (BB generated script): \"\n"
    "        bb_at=$bb_line\n"
    "        bb_i=1\n"
    "        while [ $bb_i -lt ${#FUNCNAME[@]} ]; do\n"
    "            printf '\\t#%d: %s, %s, line %s\\n' $bb_i \"${FUNCNAME[$bb_i]}\" \"${BASH_SOURCE[$bb_i]}\" "
    "$bb_at\n"
    "            bb_at=${BASH_LINENO[$bb_i]}\n"
    "            bb_i=$((bb_i + 1))\n"
    "        done\n"
    "    fi\n"
    "    exit $bb_status\n"
    "}\n"
    "bb_bash_step() {\n"
    "    [ \"${BASH_LINENO[0]}\" = 1 ] || [ \"${FUNCNAME[1]}\" = bb_bash_failed ] || "
    "bb_line=${BASH_LINENO[0]}\n"
    "}\n"
    "if [ -z \"$BASH_VERSION\" ]; then\n"
    "    trap bb_sh_failed 0\n"
    "else\n"
    "    shopt -s extdebug\n"
    "    trap 'bb_bash_failed \"$BASH_COMMAND\"' 0\n"
    "    trap '{ bb_bash_step; } 2>/dev/null' DEBUG\n"
    "fi\n"
    "set -e\n";

static const char tail[] = "\n"
                           "# the trap is for failures only\n"
                           "ret=$?\n"
                           "trap '' 0\n"
                           "exit $ret\n";

int bb_script_shell(struct bb_buf *out, struct bb_store *d, bb_sym func, bb_str cwd, bool trace,
                    const struct bb_emit_func_opts *emit)
{
    /* The script has its own working folder. */
    int err = bb_store_del_flag(d, BB_SYM("PWD"), BB_SYM("export"), NULL);
    bb_buf_addz(out, head);
    if (!err)
        err = bb_emit_func(out, d, func, emit);
    if (err)
        return err == -BB_EREPORTED ? err : bb_store_report(d, err, (struct bb_loc){0});
    if (trace)
        bb_buf_addz(out, "set -x\n");
    if (cwd.len)
        bb_buf_addf(out, "cd '%.*s'\n", BB_STRF(cwd));
    bb_buf_addf(out, "%.*s\n", BB_STRF(func->name));
    bb_buf_addz(out, tail);
    return 0;
}
