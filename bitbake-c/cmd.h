/* SPDX-License-Identifier: MIT */
/*
 * The commands. Each takes its own argv and returns an exit status: 0, 1 when something went wrong (said on stderr),
 * 2 for a bad command line, 130 after Ctrl-C.
 */
#ifndef BBC_CMD_H
#define BBC_CMD_H

int bbc_build_main(int argc, char **argv);
int bbc_getvar_main(int argc, char **argv);
int bbc_layers_main(int argc, char **argv);
int bbc_dump_main(int argc, char **argv);
int bbc_dumpsig_main(int argc, char **argv);
int bbc_diffsigs_main(int argc, char **argv);

#endif
