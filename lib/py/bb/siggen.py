# SPDX-License-Identifier: MIT
"""
Signature generators. Hashes are computed natively; these classes are what metadata subclasses and asks for names of
stamps, and their bookkeeping (base hashes, task hashes, taints) is filled where a build needs Python to see it.
"""

import hashlib
import importlib
import json
import logging
import os
import re
import types

import _bbc
import bb
import bb.event
import bb.runqueue
import bb.utils

logger = logging.getLogger("BitBake.SigGen")

hashequiv_logger = logging.getLogger("BitBake.SigGen.HashEquiv")

# Variables that a connection to a hash equivalence server may need.
HASHSERV_ENVVARS = ["SSL_CERT_DIR", "SSL_CERT_FILE", "NO_PROXY", "HTTPS_PROXY", "HTTP_PROXY"]

# Metadata replaces these two.
find_siginfo = None
find_siginfo_minversion = 2


class SetEncoder(json.JSONEncoder):
    """Sets as {"_set_object": [sorted members]}."""

    def default(self, obj):
        if isinstance(obj, (set, frozenset)):
            return {"_set_object": sorted(obj)}
        return super().default(obj)


def SetDecoder(dct):
    return frozenset(dct["_set_object"]) if "_set_object" in dct else dct


def check_siggen_version(siggen):
    version = getattr(siggen, "find_siginfo_version", None)
    if version is None:
        bb.fatal("Siggen from metadata (OE-Core?) is too old, please update it (no version found)")
    if version < siggen.find_siginfo_minversion:
        bb.fatal("Siggen from metadata (OE-Core?) is too old, please update it (%s vs %s)" %
                 (version, siggen.find_siginfo_minversion))


def init(d):
    """The generator that BB_SIGNATURE_HANDLER names, from this module or put into it by metadata."""
    wanted = d.getVar("BB_SIGNATURE_HANDLER") or "noop"
    known = [c for c in globals().values() if isinstance(c, type) and issubclass(c, SignatureGenerator)]
    for cls in known:
        if cls.name == wanted:
            return cls(d)
    logger.error("Invalid signature generator '%s', using default 'noop'\nAvailable generators: %s", wanted,
                 ", ".join(cls.name for cls in known))
    return SignatureGenerator(d)


def begin_plan(d, resolved):
    """The generator for a plan whose recipes _bbc.plan_recipe() knows."""
    import bb.datacache
    import bb.parse
    resolved = json.loads(resolved)
    bb.parse.init_parser(d)
    generator = bb.parse.siggen
    generator.setup_datacache({mc: bb.datacache.RecipeTable() for mc in resolved["virtual"]})
    if hasattr(generator, "tasks_resolved"):
        for mc, names in resolved["virtual"].items():
            generator.tasks_resolved({name: fn for name, (fn, _) in names.items()},
                                     {name: pn for name, (_, pn) in names.items()}, generator.datacaches[mc])
    generator.set_setscene_tasks(set(resolved["setscene"]))
    return generator


def task_hash(generator, tid, deps, files, taint):
    """(hash of the task, those of `deps` that are in it); files are (path, md5)."""
    generator.file_checksum_values[tid] = files
    if taint:
        generator.taints[tid] = taint
    caches = generator.datacaches
    if not _bbc.has_rule("ALL_DATACACHES") and not getattr(generator, "supports_multiconfig_datacaches", False):
        # Generators of older layers know one configuration only, and get its recipes alone.
        mc = bb.runqueue.mc_from_tid(tid)
        deps = {dep for dep in deps if bb.runqueue.mc_from_tid(dep) == mc}
        caches = _OneConfiguration(caches[mc])
    generator.prep_taskhash(tid, deps, caches)
    return generator.get_taskhash(tid, deps, caches), {dep for _, dep in generator.runtaskdeps[tid]}


class _OneConfiguration:
    """The recipes of one configuration, also where a dictionary of configurations is looked for."""

    def __init__(self, table):
        self._table = table

    def __getitem__(self, mc):
        return self._table

    def __getattr__(self, name):
        return getattr(self._table, name)


def build_pnid(mc, pn, taskname):
    return "%s%s:%s" % ("mc:%s:" % mc if mc else "", pn, taskname)


def clean_checksum_file_path(file_checksum_tuple):
    """The part of a file's path that counts: what follows "/./"."""
    path = file_checksum_tuple[0]
    return "./" + path.split("/./")[1] if "/./" in path else path


def _plain(taskname):
    return taskname[:-len("_setscene")] if taskname.endswith("_setscene") else taskname


class SignatureGenerator:
    """No signatures: a task has run when its stamp exists."""

    name = "noop"
    _tables = ("runtaskdeps", "taskhash", "unihash", "file_checksum_values", "taints", "basehash", "unitaskhashes",
               "tidtopn")

    def __init__(self, data):
        for table in self._tables:
            setattr(self, table, {})
        self.setscenetasks = set()
        self.datacaches = {}

    # --- what a configuration or a task gives it to work on ---

    def setup_datacache(self, datacaches):
        self.datacaches = datacaches

    def setup_datacache_from_datastore(self, mcfn, d):
        extra = {t: d.getVarFlag(t, "stamp-extra-info") for t in d.getVar("__BBTASKS", False) or []}
        self.datacaches = {d.getVar("__BBMULTICONFIG", False) or "": types.SimpleNamespace(
            stamp={mcfn: d.getVar("STAMP")},
            stamp_extrainfo={mcfn: {t: v for t, v in extra.items() if v}})}

    def finalise(self, fn, d, varient):
        """Base hashes are computed natively when a recipe has been read."""

    def postparsing_clean_cache(self):
        """Called when all recipes have been read."""

    def reset(self, data):
        self.__init__(data)

    def exit(self):
        """Called when the generator is no longer needed."""

    # --- hashes ---

    def get_cached_unihash(self, tid):
        return None

    def get_unihash(self, tid):
        return self.get_cached_unihash(tid) or self.taskhash[tid]

    def get_unihashes(self, tids):
        return {tid: self.get_unihash(tid) for tid in tids}

    def prep_taskhash(self, tid, deps, dataCaches):
        """Collects what get_taskhash will need."""

    def get_taskhash(self, tid, deps, dataCaches):
        self.taskhash[tid] = hashlib.sha256(tid.encode("utf-8")).hexdigest()
        return self.taskhash[tid]

    def get_taskhashes(self):
        return self.taskhash, self.unihash, self.unitaskhashes, self.tidtopn

    def set_taskhashes(self, hashes):
        self.taskhash, self.unihash, self.unitaskhashes, self.tidtopn = hashes

    def get_taskdata(self):
        return tuple(getattr(self, table) for table in self._tables) + (self.setscenetasks,)

    def set_taskdata(self, data):
        *tables, self.setscenetasks = data
        for table, value in zip(self._tables, tables):
            setattr(self, table, value)

    def set_setscene_tasks(self, setscene_tasks):
        """Names the tasks that have a setscene variant."""

    def writeout_file_checksum_cache(self):
        """The native side keeps checksums of files."""

    def save_unitaskhashes(self):
        """The native side keeps unihashes."""

    def copy_unitaskhashes(self, targetdir):
        """The native side keeps unihashes."""

    def dump_sigs(self, dataCache, options):
        """Writes signature data of all tasks."""

    def dump_sigtask(self, mcfn, task, stampbase, runtime):
        """Writes signature data of one task."""

    # --- stamps ---

    def _stamp(self, mcfn):
        return self.datacaches[bb.runqueue.mc_from_tid(mcfn)].stamp[mcfn]

    def _extra(self, taskname, mcfn):
        extra = self.datacaches[bb.runqueue.mc_from_tid(mcfn)].stamp_extrainfo[mcfn]
        return extra.get(_plain(taskname)) or ""

    def stampfile_base(self, mcfn):
        return self._stamp(mcfn)

    def stampfile_mcfn(self, taskname, mcfn, extrainfo=True):
        stamp = self._stamp(mcfn)
        if not stamp:
            return None
        return self.stampfile(stamp, mcfn, taskname, self._extra(taskname, mcfn) if extrainfo else "")

    def stampcleanmask_mcfn(self, taskname, mcfn):
        stamp = self._stamp(mcfn)
        return self.stampcleanmask(stamp, mcfn, taskname, self._extra(taskname, mcfn)) if stamp else []

    def stampfile(self, stampbase, file_name, taskname, extrainfo):
        return _bbc.stamp_name(stampbase, taskname, "", extrainfo)

    def stampcleanmask(self, stampbase, file_name, taskname, extrainfo):
        return self.stampfile(stampbase, file_name, taskname, extrainfo)

    def invalidate_task(self, task, mcfn):
        bb.utils.remove(self._stamp(mcfn))


class SignatureGeneratorBasic(SignatureGenerator):
    """Signatures are known and written, but stamps do not depend on them."""

    name = "basic"

    def __init__(self, data):
        super().__init__(data)
        self.basehash_ignore_vars = set((data.getVar(_bbc.variable("BB_BASEHASH_IGNORE_VARS")) or "").split())
        self.localdirsexclude = (data.getVar("BB_SIGNATURE_LOCAL_DIRS_EXCLUDE") or
                                 "CVS .bzr .git .hg .osc .p4 .repo .svn").split()
        self.checksum_cache = None
        self.taskhash_ignore_tasks = None
        self.init_rundepcheck(data)

    def init_rundepcheck(self, data):
        self.taskhash_ignore_tasks = data.getVar(_bbc.variable("BB_TASKHASH_IGNORE_TASKS")) or None
        self.twl = re.compile(self.taskhash_ignore_tasks) if self.taskhash_ignore_tasks else None

    def rundep_check(self, fn, recipename, task, dep, depname, dataCaches):
        """Whether a dependency on another recipe's task counts."""
        return not (self.twl and not self.twl.search(recipename) and self.twl.search(depname))

    def set_setscene_tasks(self, setscene_tasks):
        self.setscenetasks = set(setscene_tasks)

    def finalise(self, fn, d, variant):
        """({task: all names it depends on}, {name: dependencies}, {name: value}) are kept in the store."""
        mcfn = ":".join(filter(None, ["virtual:" + variant if variant else "", fn]))
        mc = d.getVar("__BBMULTICONFIG", False)
        if mc:
            mcfn = "mc:%s:%s" % (mc, mcfn)
        _, gendeps, values, taskdeps, basehash = _bbc.base_hashes(d, " ".join(self.basehash_ignore_vars))
        self.basehash.update({"%s:%s" % (mcfn, task): value for task, value in basehash.items()})
        d.setVar("__siggen_basehashes", basehash)
        d.setVar("__siggen_gendeps", gendeps)
        d.setVar("__siggen_varvals", values)
        d.setVar("__siggen_taskdeps", taskdeps)

    def read_taint(self, fn, task, stampbase):
        return _bbc.read_taint(stampbase, task)

    def prep_taskhash(self, tid, deps, dataCaches):
        mc, _, task, mcfn = bb.runqueue.split_tid_mcfn(tid)
        cache = dataCaches[mc]
        pn = self.tidtopn[tid] = cache.pkg_fn[mcfn]
        self.basehash[tid] = cache.basetaskhash[tid]
        used = []
        for dep in deps:
            depmc, _, deptask, depmcfn = bb.runqueue.split_tid_mcfn(dep)
            deppn = dataCaches[depmc].pkg_fn[depmcfn]
            if self.rundep_check(mcfn, pn, task, dep, deppn, dataCaches):
                used.append((build_pnid(depmc, deppn, deptask), dep))
        self.runtaskdeps[tid] = used
        return {dep for _, dep in used}

    def get_taskhash(self, tid, deps, dataCaches):
        known = [(pnid, dep, self.get_unihash(dep)) for pnid, dep in self.runtaskdeps[tid]]
        self.taskhash[tid] = _bbc.task_hash(self.basehash[tid], known, self.file_checksum_values[tid],
                                            self.taints.get(tid, ""))
        return self.taskhash[tid]

    def dump_sigtask(self, mcfn, task, stampbase, runtime):
        """With runtime "customfile:STAMP", `stampbase` is the file itself."""
        custom = isinstance(runtime, str) and runtime.startswith("customfile")
        _bbc.dump_signature(mcfn, task, stampbase, custom, bool(runtime))


class SignatureGeneratorBasicHash(SignatureGeneratorBasic):
    """Stamps carry the hash, so a task runs when anything it depends on has changed."""

    name = "basichash"

    def get_stampfile_hash(self, tid):
        return self.taskhash.get(tid) or self.basehash[tid]

    def stampfile(self, stampbase, mcfn, taskname, extrainfo, clean=False):
        digest = "*" if clean else self.get_stampfile_hash("%s:%s" % (mcfn, _plain(taskname)))
        return _bbc.stamp_name(stampbase, taskname, digest, extrainfo)

    def stampcleanmask(self, stampbase, mcfn, taskname, extrainfo):
        return self.stampfile(stampbase, mcfn, taskname, extrainfo, clean=True)

    def invalidate_task(self, task, mcfn):
        bb.note("Tainting hash to force rebuild of task %s, %s" % (mcfn, task))
        with bb.utils.umask(0o002):
            _bbc.write_taint(self._stamp(mcfn), task)


class SignatureGeneratorUniHashMixIn:
    """
    Unihashes: a task whose result is equal to another's takes over its hash, as a hash equivalence server knows. The subclass
    says which server (`server`, perhaps `username` and `password`) and how results are compared (`method`). Where the
    server knows nothing, or there is none that answers, a task's unihash is its hash.
    """

    def __init__(self, data):
        self.extramethod = {}
        self.server = self.method = self.username = self.password = None
        self.max_parallel = int(data.getVar("BB_HASHSERVE_MAX_PARALLEL") or 1)
        origenv = data.getVar("BB_ORIGENV")
        known = {name: data.getVar(name) or (origenv and origenv.getVar(name)) for name in HASHSERV_ENVVARS}
        self.env = {name: value for name, value in known.items() if value}
        super().__init__(data)

    def get_stampfile_hash(self, tid):
        return self._get_unihash(tid) or super().get_stampfile_hash(tid)

    def get_taskdata(self):
        return (self.server, self.method, self.extramethod, self.max_parallel, self.username, self.password, self.env,
                *super().get_taskdata())

    def set_taskdata(self, data):
        self.server, self.method, self.extramethod, self.max_parallel, self.username, self.password, self.env = data[:7]
        super().set_taskdata(data[7:])

    def get_hashserv_creds(self):
        known = self.username and self.password
        return {"username": self.username, "password": self.password} if known else {}

    # unitaskhashes: tid -> (hash, unihash), as this run has found out

    def _get_unihash(self, tid, checkkey=None):
        taskhash, unihash = self.unitaskhashes.get(tid, (None, None))
        return unihash if taskhash and taskhash == (checkkey or self.taskhash[tid]) else None

    def _remember(self, tid, unihash):
        self.unitaskhashes[tid] = (self.taskhash[tid], unihash)
        self.unihash[tid] = unihash

    def _key(self, tid):
        """What the native side keeps unihashes by from run to run."""
        mc, _, task, _ = bb.runqueue.split_tid_mcfn(tid)
        return "%s:%s:%s" % (mc, self.tidtopn[tid], task)

    def set_unihash(self, tid, unihash):
        """From the server, and therefore kept for later runs, too."""
        self._remember(tid, unihash)
        _bbc.unihash_known(self._key(tid), self.taskhash[tid], unihash)

    def get_cached_unihash(self, tid):
        if self.setscenetasks and tid not in self.setscenetasks:
            self.unihash[tid] = None
            return self.taskhash[tid]
        known = self._get_unihash(tid)
        if known:
            self.unihash[tid] = known
        else:
            self.unihash.pop(tid, None)
        return known

    def _get_method(self, tid):
        return self.method + self.extramethod.get(tid, "")

    def _login(self):
        known = self.username and self.password
        return (self.server or "", self.username if known else "", self.password if known else "")

    def _ask(self, tids):
        if hasattr(self, "client"):
            answers = self._ask_client(tids)
        else:
            answers = _bbc.unihashes(self._login(),
                                     [(self._key(tid), self._get_method(tid), self.taskhash[tid]) for tid in tids])
        for tid, answer in zip(tids, answers):
            self._remember(tid, answer or self.taskhash[tid])

    def _ask_client(self, tids):
        """A subclass may bring a client of its own; what that says is taken for a hash only when it is one."""
        with self.client() as client:
            answers = client.get_unihash_batch((self._get_method(tid), self.taskhash[tid]) for tid in tids)
        for answer in answers:
            if answer and (len(answer) not in (32, 40, 64, 128) or answer.strip("0123456789abcdef")):
                bb.fatal("Hash Equivalence Server returned invalid unihash")
        return answers

    def get_unihash(self, tid):
        known = self.get_cached_unihash(tid)
        if not known:
            self._ask([tid])
            known = self.unihash[tid]
        return known

    def get_unihashes(self, tids):
        unknown = [tid for tid in tids if not self.get_cached_unihash(tid)]
        if unknown:
            self._ask(unknown)
        return {tid: self.get_unihash(tid) for tid in tids}

    def unihashes_exist(self, query):
        """Which of {key: unihash} the server knows: {key: bool}."""
        names = list(query)
        return dict(zip(names, _bbc.unihashes_exist(self._login(), [query[name] for name in names])))

    def report_unihash(self, path, task, d):
        """Tells the server what the running task has made below `path`; the task has the unihash from then on that it answers."""
        taskhash = d.getVar("BB_TASKHASH")
        unihash = d.getVar("BB_UNIHASH", False)
        tid = "%s:do_%s" % (d.getVar("BB_FILENAME"), task)
        locked = self.taskhash.get(tid, taskhash) != taskhash
        if locked or (self.setscenetasks and tid not in self.setscenetasks):
            return
        fields = {name: d.getVar(var) for name, var in (("owner", "SSTATE_HASHEQUIV_OWNER"),) if d.getVar(var)}
        outhash, siginfo = self._outhash(path, task, d)
        if d.getVar("SSTATE_HASHEQUIV_REPORT_TASKDATA") == "1":
            fields.update({name: d.getVar(name) or "" for name in ("PN", "PV", "PR")}, task=task,
                          outhash_siginfo=siginfo.decode("utf-8"))
        answer = _bbc.report_unihash(self._login(), False, (self._get_method(tid), taskhash, unihash, outhash),
                                     list(fields.items()))
        if answer and answer != unihash:
            bb.event.fire(bb.runqueue.taskUniHashUpdate(tid, answer), d)
            self.unitaskhashes[tid] = (taskhash, answer)
            self.unihash[tid] = answer
            _bbc.unihash_changed(tid, answer)
            d.setVar("BB_UNIHASH", answer)

    def _outhash(self, path, task, d):
        """(outhash, text that it was made of): by the method of the metadata, which writes that text to a file beside the log."""
        folder = d.getVar("T")
        name = "depsig.do_%s.%d" % (task, os.getpid())
        link = os.path.join(folder, "depsig.do_%s" % task)
        try:
            with open(os.path.join(folder, name), "w+b") as sigfile:
                names = {"path": path, "sigfile": sigfile, "task": task, "d": d}
                module, dot, function = self.method.rpartition(".")
                if dot:
                    names["method"] = getattr(importlib.import_module(module), function)
                outhash = bb.utils.better_eval("%s(path, sigfile, task, d)" % ("method" if dot else self.method), names)
                sigfile.flush()
                sigfile.seek(0)
                return outhash, sigfile.read()
        finally:
            bb.utils.remove(link)
            try:
                os.symlink(name, link)
            except OSError:
                pass

    def report_unihash_equiv(self, tid, taskhash, wanted_unihash, current_unihash, datacaches):
        """
        Tells the server that a task of this hash, too, has the unihash of what was restored for it. True when the
        server agrees.
        """
        answer = _bbc.report_unihash(self._login(), True, (self._get_method(tid), taskhash, wanted_unihash, ""), [])
        agreed = answer == wanted_unihash and answer != current_unihash
        if agreed:
            self.set_unihash(tid, answer)
        return agreed


class SignatureGeneratorTestEquivHash(SignatureGeneratorUniHashMixIn, SignatureGeneratorBasicHash):
    """For tests: hash equivalence without a layer's own generator."""

    name = "TestEquivHash"

    def init_rundepcheck(self, data):
        super().init_rundepcheck(data)
        self.server = data.getVar("BB_HASHSERVE")
        self.method = "sstate_output_hash"


def dump_this_task(outfile, d):
    """Writes the signature data of the task that is running to `outfile`."""
    mcfn = d.getVar("BB_FILENAME")
    task = "do_" + d.getVar("BB_CURRENTTASK")
    _bbc.dump_signature(mcfn, task, outfile, True, True)


def compare_sigfiles(a, b, recursecb=None, color=False, collapsed=False):
    """Why two files of signature data differ: a list of texts, empty when they say the same."""
    return _bbc.compare_signatures(a, b, bool(color), bool(collapsed), recursecb)


def dump_sigfile(a):
    """What a file of signature data holds: a list of texts."""
    return _bbc.print_signature(a)


# --- parts of comparing, which layers call by themselves ---

def init_colors(enable_color):
    """What marks titles, added and removed texts on a terminal; empty texts without colours."""
    codes = {"color_title": "1", "color_default": "0", "color_add": "0;32", "color_remove": "0;31"}
    return {name: "\033[%sm" % code if enable_color else "" for name, code in codes.items()}


def _changes(old, new):
    """[(sign, members)] that make `new` of `old`: "=", "-" and "+"."""
    import difflib
    found = []
    for op, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(("=", old[i:j]))
            continue
        found += [("-", old[i:j])] if j > i else []
        found += [("+", new[k:m])] if m > k else []
    return found


def worddiff_str(oldstr, newstr, colors=None):
    """Two texts in one: words that went in [-...-], words that came in {+...+}."""
    colors = colors or init_colors(False)
    forms = {"=": "%s", "+": colors["color_add"] + "{+%s+}" + colors["color_default"],
             "-": colors["color_remove"] + "[-%s-]" + colors["color_default"]}
    parts = [forms[sign] % " ".join(words) for sign, words in _changes(oldstr.split(" "), newstr.split(" "))]
    blanks = oldstr != newstr and oldstr.split() == newstr.split()
    return '"%s"%s' % (" ".join(parts), " (whitespace changed)" if blanks else "")


def list_inline_diff(oldlist, newlist, colors=None):
    """The same for two lists."""
    colors = colors or init_colors(False)
    forms = {"=": "'%s'", "+": colors["color_add"] + "+%s" + colors["color_default"],
             "-": colors["color_remove"] + "-%s" + colors["color_default"]}
    return "[%s]" % ", ".join(forms[sign] % " ".join(items) for sign, items in _changes(oldlist, newlist))


def handle_renames(data):
    """Gives members of old signature data their present names."""
    for old, new in (("basewhitelist", "basehash_ignore_vars"), ("taskwhitelist", "taskhash_ignore_tasks")):
        if old in data:
            data[new] = data.pop(old)


def calc_basehash(sigdata):
    """The base hash of a task, from its signature data."""
    values = sigdata["varvals"]
    parts = [values[sigdata["task"]]]
    for dep in sorted(sigdata["taskdeps"]):
        parts += [dep, values[dep]]
    return hashlib.sha256("".join(str(part) for part in parts if part is not None).encode("utf-8")).hexdigest()


def calc_taskhash(sigdata):
    """The hash of a task, from its signature data."""
    parts = [sigdata["basehash"], *(sigdata["runtaskhashes"][dep] for dep in sigdata["runtaskdeps"])]
    for path, digest in (entry[:2] for entry in sigdata["file_checksum_values"]):
        if digest:
            parts += [path, digest] if "./" in path else [digest]
    taint = sigdata.get("taint", "")
    parts.append(taint[len("nostamp:"):] if "nostamp:" in taint else taint)
    return hashlib.sha256("".join(parts).encode("utf-8")).hexdigest()
