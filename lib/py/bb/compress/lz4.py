# SPDX-License-Identifier: MIT
"""lz4 files."""

from bb.compress._pipecompress import PipeFile, open_wrap


class LZ4File(PipeFile):
    def get_compress(self):
        return ["lz4", "-z", "-c"]

    def get_decompress(self):
        return ["lz4", "-d", "-c"]


def open(*args, **kwargs):
    return open_wrap(LZ4File, *args, **kwargs)
