/* SPDX-License-Identifier: MIT */
/* The command line of bbc-layers: subcommands and their options, read into one struct. */
#ifndef BBC_LAYERSOPTS_H
#define BBC_LAYERSOPTS_H

#include "opts.h"

enum bbc_layers_command {
    BBC_SHOW_LAYERS,
    BBC_SHOW_OVERLAYED,
    BBC_SHOW_RECIPES,
    BBC_SHOW_APPENDS,
    BBC_SHOW_CROSS_DEPENDS,
    BBC_ADD_LAYER,
    BBC_REMOVE_LAYER,
    BBC_FLATTEN,
    BBC_LAYERS_PLUGIN, /* none of ours: of a layer, or none at all */
};

struct bbc_layers_opts {
    enum bbc_layers_command command;
    struct bb_strvec args; /* what follows the subcommand, without options */
    struct bb_strvec all;  /* argv for a subcommand of a layer: global options taken out */
    bool debug, quiet, force, json;
    bool filenames, same_version, recipes_only, multiple, bare;
    bb_str color, mc, inherits, ignore, layer, diagnostics; /* empty when not given */
};

extern const struct bbc_cmdline bbc_layers_cmdline;

/* Fills *ret (views into argv). 0 to go on, 1 when help was shown, -1 for a bad command line (said on stderr). */
int bbc_layersopts_parse(int argc, char **argv, struct bbc_layers_opts *ret);
void bbc_layersopts_release(struct bbc_layers_opts *o);

#endif
