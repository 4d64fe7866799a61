# SPDX-License-Identifier: MIT
"""
Which commit and which branch a work tree is on, without a process. Every start asks for both, for METADATA_REVISION and
METADATA_BRANCH, and starting git twice takes longer than all else. Only plain repositories are answered for: whatever
git would decide by its environment, its configuration, owners or file system borders is left to git (None).
"""

import os

_QUESTIONS = {"git rev-parse HEAD": "revision", "git rev-parse --abbrev-ref HEAD": "branch"}
_HEX = frozenset("0123456789abcdef")


def answer(cmd, options):
    """What the command would print, or None."""
    question = _QUESTIONS.get(cmd) if isinstance(cmd, str) else None
    if not question or set(options) - {"cwd"} or any(name.startswith("GIT_") for name in os.environ):
        return None
    try:
        gitdir = _find(os.path.realpath(options.get("cwd") or os.getcwd()))
        return gitdir and _answer(gitdir, question)
    except (OSError, UnicodeDecodeError):
        return None


def _find(folder):
    device = os.stat(folder).st_dev
    while True:
        st = os.stat(folder)
        gitdir = os.path.join(folder, ".git")
        if st.st_dev != device or os.path.exists(os.path.join(folder, "HEAD")):
            return None
        if os.path.lexists(gitdir):
            return gitdir if _is_plain(gitdir, st) else None
        if folder == "/":
            return None
        folder = os.path.dirname(folder)


def _is_plain(gitdir, worktree):
    st = os.lstat(gitdir)
    if not os.path.isdir(gitdir) or os.path.islink(gitdir) or {st.st_uid, worktree.st_uid} != {os.geteuid()}:
        return False
    config = _read(gitdir, "config").lower()
    return not os.path.exists(os.path.join(gitdir, "commondir")) and \
        not any(word in config for word in ("extensions", "worktree", "include", "bare = true"))


def _read(gitdir, name):
    with open(os.path.join(gitdir, name), encoding="utf-8") as f:
        return f.read()


def _packed(gitdir):
    """{ref: commit} of packed-refs."""
    try:
        lines = _read(gitdir, "packed-refs").splitlines()
    except FileNotFoundError:
        return {}
    return {line[41:]: line[:40] for line in lines if line[40:41] == " "}


def _commit(text):
    text = text.rstrip("\n")
    return text if len(text) == 40 and not set(text) - _HEX else None


def _answer(gitdir, question):
    if os.path.islink(os.path.join(gitdir, "HEAD")):
        return None
    head = _read(gitdir, "HEAD")
    if not head.startswith("ref: refs/heads/"):
        commit = _commit(head)
        return commit and ("HEAD" if question == "branch" else commit) + "\n"
    ref = head[5:].rstrip("\n")
    packed = _packed(gitdir)
    try:
        commit = _commit(_read(gitdir, ref))
    except FileNotFoundError:
        commit = packed.get(ref)
    if not commit:
        return None
    if question == "revision":
        return commit + "\n"
    branch = ref[len("refs/heads/"):]
    others = [branch, "refs/" + branch, "refs/tags/" + branch, "refs/remotes/" + branch,
              "refs/remotes/" + branch + "/HEAD"]
    if any(o in packed or os.path.exists(os.path.join(gitdir, o)) for o in others):
        return None  # git tells the branch from these
    return branch + "\n"
