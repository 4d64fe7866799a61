/* SPDX-License-Identifier: MIT */
/*
 * The inside of a configuration's signature rules and of a walk over one recipe, shared by deps.c, keyvalue.c and
 * basehash.c.
 */
#ifndef BB_SIG_DEPS_PRIV_H
#define BB_SIG_DEPS_PRIV_H

#include "base/map.h"
#include "sig/deps.h"

struct bb_sigconf {
    struct bb_ctx *ctx;
    const struct bb_pyhook *hook;
    enum bb_sig_exclrule rule;
    struct bb_arena arena;
    struct bb_shdeps *shdeps;
    bb_sym *ignored; /* sorted */
    size_t nignored;
    bool *is_ignored; /* by symbol id */
    size_t nis_ignored;
    bb_str ignore_tasks;
    struct bb_pmap modfuncs; /* bb_sym -> struct bb_sig_modfunc */
    /* Per-symbol scratch of walks, kept because clearing it for each recipe would cost more than its use. */
    struct bb_sigslot *slots;
    size_t nslots;
    uint32_t generation; /* of the running walk; slots of older ones count as empty */
    bool walking;
};

/* The two parts of a name "VAR[flag]"; flag NULL: it is no such name. */
struct bb_sig_flagname {
    bb_sym var, flag;
};
/* The names "VAR[flag]" of one VAR. */
struct bb_sig_flagkeys {
    struct {
        bb_sym flag, key;
    } * p;
    size_t n, cap;
};

/* What a walk knows of one symbol. What follows from the name alone outlives the walk. */
struct bb_sigslot {
    const struct bb_sig_flagname *flagname; /* NULL: not known */
    struct bb_sig_flagkeys *flagkeys;       /* NULL: none yet */
    uint32_t generation;
    uint32_t taken; /* number of the last set (see struct bb_sigset) it was put in */
    uint32_t index; /* of the key in `keys`, plus one */
    bool asked;     /* `is_key` is known */
    bool is_key;    /* is a variable of the recipe, not one of BitBake's own, or a module function */
};

struct bb_sigwalk {
    struct bb_sigconf *conf;
    struct bb_store *d;
    struct bb_store *scan; /* copy of d with the values of BB_HASH_CODEPARSER_VALS */
    struct bb_arena arena;
    bb_sym *shelldeps; /* exported variables */
    size_t nshelldeps;
    bb_str exclude_flags; /* BB_SIGNATURE_EXCLUDE_FLAGS */
    uint32_t nsets;       /* sets made so far */
    struct {
        struct bb_sig_key **p;
        size_t n, cap;
    } keys;
};

void bb_deps_grow_slots(struct bb_sigconf *conf);
/* The slot of a symbol in the running walk. Valid until the next call. */
static inline struct bb_sigslot *bb_deps_slot(struct bb_sigwalk *w, bb_sym s)
{
    struct bb_sigconf *conf = w->conf;
    if (s->id >= conf->nslots)
        bb_deps_grow_slots(conf);
    struct bb_sigslot *slot = &conf->slots[s->id];
    if (slot->generation != conf->generation)
        *slot = (struct bb_sigslot){
            .flagname = slot->flagname, .flagkeys = slot->flagkeys, .generation = conf->generation};
    return slot;
}
/* The parts of a name that ends in ']'; the name made of two parts. */
const struct bb_sig_flagname *bb_deps_flagname(struct bb_sigconf *conf, bb_sym name);
bb_sym bb_deps_flagkey(struct bb_sigconf *conf, bb_sym var, bb_sym flag);
static inline bool bb_deps_is_ignored(const struct bb_sigconf *conf, bb_sym s)
{
    return s->id < conf->nis_ignored && conf->is_ignored[s->id];
}

bool bb_deps_is_key(struct bb_sigwalk *w, bb_sym s);

/* A set of names being collected; what is ignored or excluded does not get in. */
struct bb_sigset {
    struct bb_sigwalk *w;
    uint32_t number;
    bb_sym *p;
    size_t n, cap;
};
void bb_deps_set_init(struct bb_sigset *s, struct bb_sigwalk *w);
/* Names added later stay out. */
void bb_deps_set_exclude(struct bb_sigset *s, bb_str words);
void bb_deps_set_add(struct bb_sigset *s, bb_sym name);
void bb_deps_set_words(struct bb_sigset *s, bb_str words);
/* References, and those of the called functions that are keys. */
void bb_deps_set_code(struct bb_sigset *s, const struct bb_codedeps *deps);

/* keyvalue.c: fills value and deps of key->name. */
int bb_keyvalue_fill(struct bb_sigwalk *w, struct bb_sig_key *key);

#endif
