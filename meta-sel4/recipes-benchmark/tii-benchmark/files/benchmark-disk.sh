#!/bin/sh
# SPDX-License-Identifier: MIT
# benchmark-disk.sh [ROUNDS]: the disk measurements of tii-benchmark, several times.
rounds=${1:-3}
while [ "$rounds" -gt 0 ]; do
	tii-benchmark disk
	rounds=$((rounds - 1))
done
