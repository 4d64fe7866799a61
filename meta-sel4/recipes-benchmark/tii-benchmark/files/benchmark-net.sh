#!/bin/sh
# SPDX-License-Identifier: MIT
# benchmark-net.sh serve: takes what comes in on port 5201.
# benchmark-net.sh HOST [MIB]: sends that much there and prints how fast it went.
case $1 in
serve)
	while nc -l -p 5201 > /dev/null; do :; done
	;;
'')
	echo "usage: benchmark-net.sh serve | HOST [MIB]" >&2
	exit 1
	;;
*)
	size=${2:-64}
	start=$(cut -d' ' -f1 /proc/uptime | tr -d .)
	dd if=/dev/zero bs=1M count="$size" 2>/dev/null | nc "$1" 5201
	end=$(cut -d' ' -f1 /proc/uptime | tr -d .)
	[ "$end" -gt "$start" ] || end=$((start + 1))
	echo "net-send $((size * 100 / (end - start))) MiB/s"
	;;
esac
