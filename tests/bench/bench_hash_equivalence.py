#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Hash equivalence: how many requests a server answers, and a storm of equivalences in a build; figures only, nothing is asserted.

    bench_hash_equivalence.py BBC [--reference BIN] [--pairs 1000] [--requests 4000] [--clients 1 8 64]

Each server is asked by bbc-hashclient, on a socket of its own and with an empty database; the requests are divided among the
clients. The storm: a class changes, so that one recipe of each pair runs again with a result as before; the other of each pair
has then its old hash and does not run. BIN is the bin folder of a BitBake, which does the same in a copy; it does not run as root.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLASS = '''
BB_SIGNATURE_HANDLER = "TestEquivHash"
BB_HASHSERVE = "auto"
BB_BASEHASH_IGNORE_VARS += "BB_HASHSERVE SSTATE_HASHEQUIV_OWNER"
def sstate_output_hash(path, sigfile, task, d):
    import hashlib, os
    texts = [name + open(os.path.join(path, name)).read() for name in sorted(os.listdir(path))]
    return hashlib.sha256("".join(texts).encode()).hexdigest()
python tell_equiv() {
    bb.parse.siggen.report_unihash(d.getVar("OUT"), "make", d)
}
do_make[postfuncs] =+ "tell_equiv"
do_make[vardepsexclude] += "tell_equiv"
'''
MAKE = 'do_make() {\n    echo ${PN} > ${OUT}/made\n}\n'


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f:
        f.write(text)


def timed(command, cwd, env):
    """(wall, user and system time, output); what a command has to say of a failure is shown."""
    before = os.times()
    start = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    wall = time.monotonic() - start
    after = os.times()
    if done.returncode:
        sys.exit('%s ended with %d:\n%s' % (' '.join(command), done.returncode, done.stdout[-3000:]))
    return wall, after.children_user - before.children_user + after.children_system - before.children_system, done.stdout


def serve(name, server, client, options):
    for n in options.clients:
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen([server, '-b', 'unix://./sock', '-d', 'hashes.db'], cwd=folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                while not os.path.exists(folder + '/sock') and process.poll() is None:
                    time.sleep(0.05)
                out = subprocess.run([client, '--address', 'unix://./sock', 'stress', '--clients', str(n), '--requests',
                                      str(max(1, options.requests // n))], cwd=folder, stdout=subprocess.PIPE, text=True).stdout
                rate = re.search(r'^Request rate: *(\S+)', out, re.M)
                print('%-8s %3d clients  %8s requests/s' % (name, n, rate.group(1) if rate else 'no'))
            finally:
                process.terminate()
                process.wait()


def make_layers(folder, pairs):
    for name in ('mini', 'scene'):
        shutil.copytree(os.path.join(TESTS, 'fixtures', name), os.path.join(folder, name))
    write(folder + '/scene/classes/equiv.bbclass', CLASS)
    write(folder + '/scene/classes/word.bbclass', 'WORD = "one"\ndo_make[vardeps] += "WORD"\n')
    for i in range(pairs):
        write('%s/scene/recipes/a%d_1.bb' % (folder, i), 'inherit word\n' + MAKE)
        write('%s/scene/recipes/b%d_1.bb' % (folder, i), 'DEPENDS = "a%d"\ndo_make[deptask] = "do_make"\n' % i + MAKE)
    write(folder + '/build/conf/equiv.conf', 'INHERIT += "equiv"\n')
    write(folder + '/build/conf/bblayers.conf',
          'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "%s/mini %s/scene"\n' % (folder, folder))


def storm(name, command, pairs, env):
    with tempfile.TemporaryDirectory() as folder:
        make_layers(folder, pairs)
        build = folder + '/build'
        command = [command, '-R', 'conf/equiv.conf', 'world']
        timed(command, build, env)
        hour_ago = time.time() - 3600
        for root, _, files in os.walk(build + '/tmp/stamps'):
            for f in files:
                os.utime(os.path.join(root, f), (hour_ago, hour_ago))
        write(folder + '/scene/classes/word.bbclass', 'WORD = "two"\ndo_make[vardeps] += "WORD"\n')
        wall, cpu, out = timed(command, build, env)
        ran = len(re.findall(r'^NOTE: Running task .*/([ab])\d+_1\.bb:do_make\)', out, re.M))
        upper = len(re.findall(r'^NOTE: Running (?:setscene )?task .*/b\d+_1\.bb:do_make', out, re.M))
        print('%-8s %d pairs: %.1f s wall, %.1f s CPU; %d do_make ran, %d of them above an equal result'
              % (name, pairs, wall, cpu, ran, upper))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('bbc')
    parser.add_argument('--reference')
    parser.add_argument('--pairs', type=int, default=1000)
    parser.add_argument('--requests', type=int, default=4000)
    parser.add_argument('--clients', type=int, nargs='+', default=[1, 8, 64])
    options = parser.parse_args()
    ours = os.path.dirname(os.path.abspath(options.bbc))
    env = {k: v for k, v in os.environ.items() if not k.startswith(('BB', 'BITBAKE'))}
    print('hash equivalence server, %d requests' % options.requests)
    serve('bbc', ours + '/bbc-hashserv', ours + '/bbc-hashclient', options)
    if options.reference:
        serve('BitBake', options.reference + '/bitbake-hashserv', ours + '/bbc-hashclient', options)
    print('a class changes, results stay')
    storm('bbc', os.path.abspath(options.bbc), options.pairs, env)
    if options.reference:
        storm('BitBake', options.reference + '/bitbake', options.pairs, env)


if __name__ == '__main__':
    main()
