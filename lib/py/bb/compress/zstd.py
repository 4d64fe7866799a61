# SPDX-License-Identifier: MIT
"""zstd files."""

import shutil

from bb.compress._pipecompress import PipeFile, open_wrap


class ZstdFile(PipeFile):
    def __init__(self, *args, num_threads=1, compresslevel=3, **kwargs):
        self.num_threads = num_threads
        self.compresslevel = compresslevel
        super().__init__(*args, **kwargs)

    def _command(self, *options):
        if self.num_threads > 1 and shutil.which("pzstd"):
            return ["pzstd", "-p", str(self.num_threads), "-c", *options]
        return ["zstd", "-c", *options]

    def get_compress(self):
        return self._command("-%d" % self.compresslevel)

    def get_decompress(self):
        return self._command("-d")


def open(*args, **kwargs):
    return open_wrap(ZstdFile, *args, **kwargs)
