# SPDX-License-Identifier: MIT
"""
What signature generators and scripts of the metadata see of recipes without reading them again: dataCaches[mc].FIELD[mcfn].
The native side has the summaries; a recipe's are brought over when something first asks for it.
"""

import json

import _bbc


FIELDS = frozenset("""
    pkg_fn pkg_pepvpr stamp stampclean stamp_extrainfo hashfn inherits deps fn_provides rundeps runrecs file_checksums
    task_deps fakerootenv fakerootdirs fakerootlogs fakerootnoenv extradepsfunc""".split())


class _Field(dict):
    """One field of all recipes, filled as it is asked for."""

    def __init__(self, table, name):
        super().__init__()
        self._table, self._name = table, name

    def __missing__(self, mcfn):
        self._table.load(mcfn)
        return self[mcfn]


class _BaseHashes(dict):
    """Base hashes by tid."""

    def __init__(self, table):
        super().__init__()
        self._table = table

    def __missing__(self, tid):
        self._table.load(tid.rpartition(":")[0])
        if tid in self:
            return self[tid]
        raise KeyError(tid)


class RecipeTable:
    """The recipes of one configuration."""

    def __init__(self):
        self.basetaskhash = _BaseHashes(self)

    def __getattr__(self, name):
        if name not in FIELDS:
            raise AttributeError("recipes have no field '%s' here" % name)
        field = self.__dict__[name] = _Field(self, name)
        return field

    def load(self, mcfn):
        recipe = json.loads(_bbc.plan_recipe(mcfn))
        for task, digest in recipe.pop("basetaskhash").items():
            self.basetaskhash["%s:%s" % (mcfn, task)] = digest
        for name, value in recipe.items():
            getattr(self, name)[mcfn] = value
