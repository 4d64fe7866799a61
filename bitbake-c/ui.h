/* SPDX-License-Identifier: MIT */
/*
 * A build on the screen. On a terminal a few lines at the bottom show what runs and for how long; elsewhere every
 * event is one plain line in BitBake's words, so that CI logs and the scripts that read them stay the same.
 */
#ifndef BBC_UI_H
#define BBC_UI_H

#include "console.h"
#include "build/build.h"

enum { BBC_UI_MAX_RUNNING = 256 };

struct bbc_ui {
    struct bbc_console *console;
    struct bb_cooker_ui parse; /* for bb_cooker_open */
    struct bb_build_ui build;  /* for bb_build_run */
    bool live;                 /* draws on a terminal */
    int quiet;
    bool parsing;     /* the parse line is on the screen */
    int64_t shown_ns; /* when something was drawn last */
    size_t drawn;     /* lines of the display now on the screen */
    struct bbc_ui_task {
        char *name;
        int64_t start_ns;
        uint32_t id;
    } running[BBC_UI_MAX_RUNNING];
    size_t nrunning;
    size_t done, total;
};

void bbc_ui_init(struct bbc_ui *ui, struct bbc_console *console, int quiet);
/* Clears what is drawn. */
void bbc_ui_release(struct bbc_ui *ui);

#endif
