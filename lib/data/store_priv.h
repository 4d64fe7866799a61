/* SPDX-License-Identifier: MIT */
/*
 * The inside of the store, shared by the files of lib/data and by nobody else.
 *
 *   symx    what follows from a name alone (its override keys, the parts of an override): once per process
 *   node    what one store knows of one name: its record, override keys, cached expansions, who has read it
 *   rec     a variable as BitBake's dict holds it: slots (flags, "_content", ":append" ...) in order of setting
 *   parse   a cached expansion; an edge leads from a node to each parse that has read it
 *
 * BitBake empties its expansion cache on every write. Here a write (bb_cache_touch) drops only the parses
 * that have read the name, directly or through others, and those that ran Python, which may have read
 * anything. Under ancestors that can still be written it drops them all, because a write to the copy is the
 * moment at which BitBake's copy begins to see what its ancestors have become.
 *
 * Values and texts live in the store's arena and are never moved or freed before the store is.
 */
#ifndef BB_DATA_STORE_PRIV_H
#define BB_DATA_STORE_PRIV_H

#include "base/map.h"
#include "data/store.h"

/* --- symx.c: facts of names, sets of names --- */

/* An override key as BitBake files it: the variable whose name is `base`, the separator and `override`. */
struct cookie {
    bb_sym base, override;
};
enum symx_flags {
    SYMX_VAR = 1 << 0,      /* the facts of a variable's name are known */
    SYMX_OVR = 1 << 1,      /* the facts of an override are known */
    SYMX_OLDSTYLE = 1 << 2, /* holds "_append", "_prepend" or "_remove" */
    SYMX_DOLLAR = 1 << 3,   /* holds "${" */
    SYMX_PARTS = 1 << 4,    /* holds the separator */
    SYMX_CALL = 1 << 5,     /* the next is known */
    SYMX_PURE = 1 << 6,     /* a function of Python that depends on the variables it reads alone */
};
struct symx {
    uint8_t flags;
    uint8_t ncookies;
    uint16_t nparts;
    bb_sym shortvar;        /* up to the first separator */
    struct cookie *cookies; /* BitBake: _setvar_update_overrides */
    bb_sym *parts;          /* an override split at the separator */
    bb_sym last, strip;     /* its last part and what is left without it; NULL when it has one part */
    uint64_t mark;          /* for sets of names, see bb_symx_mark */
};
struct symx *bb_symx_get(bb_sym s);
struct symx *bb_symx_var(bb_sym s);
struct symx *bb_symx_override(bb_sym s);
/* Whether the override `key` ends in the separator and `part`; what is left without that. */
bool bb_symx_cut(bb_sym key, bb_sym part, bb_sym *ret);
/* A number no name is marked with: give it to the names of a set as they come. */
uint64_t bb_symx_mark(void);

/* A set of names with a number each. A copy of the struct shares the table, which then must not be added to. */
struct symmap {
    struct symmap_slot {
        bb_sym sym;
        uint32_t num;
    } * tab;
    uint32_t n, mask;
};
/* False when the name was there already. */
bool bb_symx_map_add(struct bb_arena *a, struct symmap *m, bb_sym s, uint32_t num);
void bb_symx_map_unshare(struct bb_arena *a, struct symmap *m);
static inline const struct symmap_slot *bb_symx_map_find(const struct symmap *m, bb_sym s)
{
    if (!m->tab)
        return NULL;
    for (uint32_t i = (uint32_t)s->hash;; i++) {
        const struct symmap_slot *e = &m->tab[i & m->mask];
        if (e->sym == s)
            return e;
        if (!e->sym)
            return NULL;
    }
}

/* Names that mean something to the store, looked up once. */
struct known_syms {
    bb_sym content, defaultval, append, prepend, remove;
    bb_sym overrides, file, exportlist, export_flag, unexport_flag, renamed, failparsing;
    bb_sym func, python, vardeps, lineno, filename, inherit_cache;
    char separator; /* bb_sym_separator() */
};
extern struct known_syms bb_known;
void bb_symx_init(void);
bb_sym bb_symx_underscored(bb_sym s);
/* The flag that keeps the weak default of a flag, and the other way round; NULL when it is none. */
#define SYMX_WEAK_FLAG "_defaultval_flag_"
bb_sym bb_symx_weak(bb_sym flag);
bb_sym bb_symx_strong(bb_sym weak);
/* The name a variable is kept by. BitBake 1.46 takes ':' for '_' in the names that it is asked for. */
static inline bb_sym bb_symx_kept(bb_sym s)
{
    return bb_known.separator == ':' ? s : bb_symx_underscored(s);
}

/* --- record.c --- */

/* The kind of a slot that holds operations; `s` is then the array of struct bb_varop and its length. */
#define V_OPS ((enum bb_vkind)(BB_V_OBJ + 1))

struct slot {
    bb_sym name;
    struct bb_val val;
};
enum special { AT_CONTENT, AT_WEAK, AT_APPEND, AT_PREPEND, AT_REMOVE, AT_COUNT };
struct rec {
    struct slot *slots;
    uint16_t n, cap;
    uint16_t at[AT_COUNT]; /* positions of the special slots plus one, 0 for none */
    bool own[AT_COUNT];    /* the array of operations is this record's own, so it may grow in place */
    bool plain;            /* the content is text without "${" and there are no operations */
    struct bb_loc loc;     /* of the last assignment */
};
enum node_flags {
    NODE_INHERITED = 1 << 0, /* `inherited` is known */
    NODE_KEYS = 1 << 1,      /* `keys` is known */
    NODE_LISTED = 1 << 2,    /* stands in the table's list of written names */
};
struct node {
    bb_sym sym;
    struct rec *rec;       /* written in this store */
    struct rec *inherited; /* what frozen ancestors have */
    struct ovlist *keys;   /* override keys */
    struct parse *parses;  /* cached expansions; that of the content, when there is one, comes first */
    struct edge *readers;
    uint8_t flags;
};
struct nodes {
    struct node_slot {
        bb_sym sym;
        struct node *node;
    } * tab;
    uint32_t n, mask;
    BB_VEC(struct node *) written; /* in order of first write */
    BB_VEC(bb_sym) dollar;         /* of them, names that hold "${" */
};

static inline struct node *bb_record_peek(const struct nodes *t, bb_sym s)
{
    if (!t->tab)
        return NULL;
    for (uint32_t i = (uint32_t)s->hash;; i++) {
        const struct node_slot *e = &t->tab[i & t->mask];
        if (e->sym == s || !e->sym)
            return e->node;
    }
}
/* The node of a name, made when there is none. */
struct node *bb_record_node(struct bb_store *d, bb_sym s);
/* BitBake: _findVar. The nearest record, NULL when no store of the chain has one. An empty one means deleted. */
struct rec *bb_record_find(struct bb_store *d, struct node *n);
/* The same for a name that may have no node, without making one. */
struct rec *bb_record_look(struct bb_store *d, bb_sym s);
/* BitBake: _makeShadowCopy. The store's own record, at first a copy of the nearest ancestor's. */
struct rec *bb_record_own(struct bb_store *d, struct node *n);
/* BitBake: dict[var] = {}. */
void bb_record_empty(struct bb_store *d, struct node *n);
void bb_record_release(struct nodes *t);
const struct bb_val *bb_record_get(const struct rec *r, bb_sym name);
void bb_record_put(struct bb_store *d, struct rec *r, bb_sym name, struct bb_val v);
void bb_record_del(struct rec *r, bb_sym name);
static inline const struct bb_val *bb_record_at(const struct rec *r, enum special k)
{
    return r && r->at[k] ? &r->slots[r->at[k] - 1].val : NULL;
}

/* --- op.c --- */

/* The operations of a record; none gives NULL and 0. */
static inline const struct bb_varop *bb_op_list(const struct rec *r, enum special k, size_t *ret_n)
{
    const struct bb_val *v = bb_record_at(r, k);
    *ret_n = v ? v->s.len : 0;
    return v ? (const struct bb_varop *)(const void *)v->s.p : NULL;
}
enum special bb_op_special(enum bb_symop op);
void bb_op_add(struct bb_store *d, struct rec *r, enum special k, const struct bb_varop *ops, size_t n);
bool bb_op_has(const struct rec *r);
/* Whether the condition of an operation holds. */
bool bb_op_applies(const struct bb_store *d, const struct bb_varop *op);
/* Puts what applies of :append and :prepend around *value. */
int bb_op_combine(struct bb_store *d, const struct rec *r, const struct bb_val *old, struct bb_val *value);
/* Takes the words that the `removes` expand to out of vp->value, and says in vp which of them had an effect. */
int bb_op_remove(struct bb_store *d, const bb_str *removes, size_t n, struct bb_varparse *vp);

/* --- override.c --- */

struct ovpair {
    bb_sym var, override; /* BitBake's [r, o] */
};
struct ovlist {
    struct ovpair *p;
    uint32_t n, cap;
    uint32_t epoch; /* of the store when the list was made; an older one is shared with a copy */
    const struct bb_store *owner;
};
/* A layer of BitBake's overridedata: what a store has changed since it was last copied. */
struct ovlayer {
    struct ovlayer *base;
    struct bb_pmap map; /* bb_sym -> struct ovlist *, NULL when deleted */
    unsigned refs, depth;
    bool deletes; /* holds a NULL */
};
struct overrides {
    struct ovlayer *data;
    uint32_t epoch;   /* counts the copies made of this store */
    bool known, busy; /* BitBake: overrides is not None; inoverride */
    bb_sym *list;
    size_t n;
    struct symmap set;  /* of list; num is the index of the first occurrence */
    struct symmap vars; /* overridevars */
    uint32_t vars_epoch;
};
void bb_override_init(struct bb_store *d);
void bb_override_copy(struct bb_store *d, struct bb_store *parent);
void bb_override_release(struct bb_store *d);
/* BitBake: need_overrides(). */
int bb_override_need(struct bb_store *d);
/* The override keys of a name. NULL when it has none; an empty list still counts for hasOverrides(). */
struct ovlist *bb_override_keys(struct bb_store *d, struct node *n);
/* BitBake: _setvar_update_overrides, and its reverse in delVar. */
void bb_override_file(struct bb_store *d, bb_sym var);
void bb_override_unfile(struct bb_store *d, bb_sym var);
/* del overridedata[var]; overridedata[var] = [], and its append. */
void bb_override_drop(struct bb_store *d, struct node *n);
void bb_override_reset(struct bb_store *d, struct node *n);
void bb_override_append(struct bb_store *d, struct node *n, struct ovpair pair);
static inline bool bb_override_has(const struct overrides *o, bb_sym name)
{
    return bb_symx_map_find(&o->set, name) != NULL;
}
/* Whether every part of an override is in OVERRIDES. */
bool bb_override_active(const struct bb_store *d, bb_sym override);
/* The variable whose content takes the place of that of the keys' owner, NULL for none. */
bb_sym bb_override_match(const struct bb_store *d, const struct ovlist *keys);
static inline bool bb_override_is_var(const struct overrides *o, bb_sym var)
{
    return bb_symx_map_find(&o->vars, var) != NULL;
}
/* BitBake: _setvar_update_overridevars. `var`, on which OVERRIDES depends, was set to `value`. */
int bb_override_refresh(struct bb_store *d, bb_sym var, struct bb_val value);
/* All names with override keys: bb_sym -> struct ovlist *. */
void bb_override_all(const struct bb_store *d, struct bb_pmap *ret);

/* --- cache.c --- */

/* A cached expansion. Its memory is used again when it is computed again. */
struct parse {
    struct bb_varparse vp;
    struct node *node;
    bb_sym flag; /* NULL: content */
    struct parse *next;
    struct edge *reads;
    uint64_t epoch;
    uint64_t writes; /* of the store when this was last asked for: BitBake's cache has it if there was none
                        since */
    bool valid;
    bool loose;       /* may have read anything */
    bool has_removes; /* BitBake: hasattr(parser, "removes") */
};
struct edge {
    struct parse *reader;
    struct node *node;
    struct edge *next_reader, *next_read;
};
/* A computation under way; reads are noted in the innermost. */
struct frame {
    struct frame *up;
    struct parse *parse; /* NULL: nobody remembers the result */
    struct edge *expect; /* the next edge if it reads what it read the last time */
    bb_sym var;
    uint64_t writes;
    unsigned depth, nreads;
};
struct cache {
    uint64_t epoch;  /* parses of older epochs are gone */
    uint64_t writes; /* this store's writes */
    uint64_t made;   /* parses completed */
    struct frame *top;
    BB_VEC(struct parse *) loose; /* those that may have read anything */
    BB_VEC(struct node *) work;   /* nodes whose readers are still to be dropped */
    BB_VEC(struct bb_buf *) bufs; /* work space of expansions, used as a stack */
    size_t nbufs;
    BB_VEC(bb_sym) syms; /* references found by expansions under way, a stack too */
};
/* A write to `n` begins: what depends on it goes. */
void bb_cache_touch(struct bb_store *d, struct node *n);
/* Something about `n` has changed in the course of a write. */
void bb_cache_drop(struct bb_store *d, struct node *n);
void bb_cache_clear(struct bb_store *d);
/* True when no ancestor can change under this store. */
bool bb_cache_solid(const struct bb_store *d);
static inline bool bb_cache_valid(const struct cache *c, const struct parse *p)
{
    return p && p->valid && p->epoch == c->epoch;
}
/* The parse of a node's content (flag NULL) or flag, valid or not; NULL when there was none. */
static inline struct parse *bb_cache_content(const struct node *n)
{
    return n->parses && !n->parses->flag ? n->parses : NULL;
}
struct parse *bb_cache_flag(const struct node *n, bb_sym flag);
struct parse *bb_cache_make(struct bb_store *d, struct node *n, bb_sym flag);
void bb_cache_begin(struct bb_store *d, struct frame *f, struct parse *p, bb_sym var);
/* Ends the frame; its parse becomes valid when `ok`. */
void bb_cache_end(struct bb_store *d, struct frame *f, bool ok);
void bb_cache_note(struct bb_store *d, struct node *n);
/* The computation under way, if any, reads `n`; or it may read anything. */
static inline void bb_cache_read(struct bb_store *d, struct cache *c, struct node *n)
{
    if (c->top && c->top->parse)
        bb_cache_note(d, n);
}
void bb_cache_read_anything(struct cache *c);
struct bb_buf *bb_cache_buf(struct cache *c);
static inline void bb_cache_unbuf(struct cache *c, size_t to)
{
    c->nbufs = to;
}
void bb_cache_release(struct cache *c);

/* --- get.c --- */

/* The content or weak default as it stands in the record, nothing applied; NULL when there is neither. */
const struct bb_val *bb_get_stored(const struct rec *r, bool weak);
/* BitBake: copy.copy(value), which matters for objects only. */
struct bb_val bb_get_copied(struct bb_store *d, struct bb_val v);

/* --- expand.c, inline.c --- */

/* Where a text comes from: a variable or one of its flags, or (var NULL) nowhere. */
struct origin {
    bb_sym var, flag;
};
/* BitBake: expandWithRefs. Fills vp (value, unexpanded, deps); `old` is an earlier result whose text may be reused. */
int bb_expand_value(struct bb_store *d, struct bb_val v, struct origin from, const struct bb_val *old,
                    struct bb_varparse *vp);
/* First "${" at or after `from`, BB_NPOS when there is none. */
size_t bb_expand_dollar(bb_str s, size_t from);
/* Length in bytes of the white space character (Python's str.isspace) at the start of s, 0 when it is another. */
size_t bb_expand_space(bb_str s);
/* Takes the next word off *rest as str.split() does. */
bool bb_expand_word(bb_str *rest, bb_str *ret_word);
/* word in list.split() */
bool bb_expand_has_word(bb_str list, bb_str word);

/* --- pure.c --- */

/* Whether code with these dependencies gives another value only when a variable it reads changes. */
bool bb_pure_code(const struct bb_codedeps *deps);

struct inline_code;
/* The native form of the code of a ${@...}, NULL when it has none. Kept for the life of the family. */
const struct inline_code *bb_inline_compile(struct bb_store *d, bb_str code);
const struct bb_codedeps *bb_inline_deps(const struct inline_code *c);
/* 1 when *ret holds str() of the value, 0 when Python has to do it, or the code of a failed expansion. */
int bb_inline_eval(struct bb_store *d, const struct inline_code *c, struct bb_buf *ret);

/* --- error.c --- */

/* A new failure: what Python would call the exception, "TypeError: ...". Returns `code`. */
int bb_fault_set(struct bb_store *d, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* It leaves the expansion of `from`, whose text was then `expression`: becomes an ExpansionError, or grows
 * its chain. */
void bb_fault_pass(struct bb_store *d, struct origin from, bb_str expression);
/* Endless recursion: names the circle. */
int bb_fault_circle(struct bb_store *d, bb_sym var);

/* --- history.c --- */

struct history {
    bool tracking;
    struct bb_pmap vars; /* bb_sym -> struct hist_list * */
    struct include *top, *current;
};
void bb_history_init(struct bb_store *d);
void bb_history_copy(struct bb_store *d, const struct bb_store *parent);
/* One event, when tracking is on and `how` does not say otherwise. `detail` is used when how has none. */
void bb_history_record(struct bb_store *d, bb_sym var, bb_sym flag, const char *op, struct bb_val detail,
                       const struct bb_how *how);
/* The copy of events that renameVar makes. */
void bb_history_rename(struct bb_store *d, bb_sym var, bb_sym to);
/* BitBake: VariableHistory.emit, comments over a variable. */
void bb_history_emit(struct bb_store *d, struct bb_buf *out, bb_sym var, struct bb_val oval);
/* Where BitBake's own code says that it wrote: function, file and line. */
enum internal_writer { WRITER_SET_DELETES, WRITER_RENAMES, WRITER_EXPANDS_KEYS, WRITER_EXPANDS_REFS };
struct bb_how bb_history_internal(const struct bb_store *d, enum internal_writer w);

/* --- the store --- */

/* The last failure. */
struct fault {
    struct bb_expand_error e;
    struct bb_arena arena; /* holds its texts */
    BB_VEC(bb_str) chain;
    uint64_t serial; /* grows with each failure, so that a new one is known */
    bool bare;       /* has not left an expansion yet */
    bool closed;     /* the chain is a whole circle and grows no more */
};
/* What a store and all copies of it share. */
struct family {
    unsigned refs;
    struct bb_arena arena;
    struct bb_pmap renames; /* bb_sym -> bb_str *: bitbake_renamed_vars and BB_RENAMED_VARIABLES */
    bool refuses_renamed;   /* whether there are any at this level */
    struct bb_map said;     /* errors that are reported once */
    struct bb_map codes;    /* text -> struct inline_code *, NULL when it has no native form */
    struct fault fault;
};
/* filter.c */
struct filter {
    bb_sym var;
    bb_str text;
};
struct filters {
    const struct filter *p;
    size_t n;
};
/* The filter of a variable or of what it overrides; NULL when it has none. */
const bb_str *bb_filter_of(const struct bb_store *d, bb_sym var);
int bb_filter_apply(struct bb_store *d, bb_sym var, struct bb_val *inout);

struct bb_store {
    struct bb_ctx *ctx;
    struct bb_store *parent;
    const struct bb_pyhook *hook;
    struct family *family;
    struct bb_arena arena;
    struct nodes nodes;
    struct overrides ov;
    struct filters filters;
    struct cache cache;
    struct history hist;
    BB_VEC(void *) objs; /* references held until the store goes */
    void *user;
    unsigned refs;
    bool frozen;
};
/* The value as the store keeps it: text copied unless `borrowed`, a reference to an object taken. */
struct bb_val bb_store_keep(struct bb_store *d, struct bb_val v, bool borrowed);
/* Aborts on a write to a frozen store. */
void bb_store_writable(const struct bb_store *d);

#endif
