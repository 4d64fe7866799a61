# SPDX-License-Identifier: MIT
# Two words for newcomers, `make image` and `make check`; everything here only calls something else.
JOBS ?= $(shell nproc)
IMAGE ?= vm-image-driver
CMAKE_BUILD = cmake --build build/$(1) -j $(JOBS)

.PHONY: help deps all release deb dev asan clang fuzz image check check-debian13 boot-test bench format clean

help:
	@echo "make image      build bbc and then $(IMAGE) (IMAGE=... for another), from an empty Debian 12 or 13"
	@echo "make check      build bbc and run the whole test suite"
	@echo "make check-debian13  both in a fresh Debian 13 (a chroot: needs root and debootstrap)"
	@echo "make boot-test  build the VM and Xen images and start them in QEMU"
	@echo "make all        only build bbc (build/release/bin/bbc)"
	@echo "make deb        build bbc and a Debian package of it (cmake --install build/release installs without one)"
	@echo "make asan       the test suite under AddressSanitizer and UBSan"
	@echo "make clang      the test suite built with clang"
	@echo "make fuzz       every fuzz target for FUZZ_SECONDS=60 seconds"
	@echo "make bench      print the figures of tests/bench"
	@echo "make format     clang-format all C files"
	@echo "make clean      remove build/release, build/dev, build/asan, build/clang and build/fuzz"
	@echo "make deps       only install the Debian packages that the above need"

deps:
	@tools/deps.sh

all: release

release dev:
	@tools/deps.sh build
	@cmake --preset $@ >/dev/null
	@$(call CMAKE_BUILD,$@)

deb: release
	@cd build/release && cpack

image: release
	@tools/deps.sh run
	@tools/image.sh $(IMAGE)

check:
	@tools/deps.sh
	@tools/check.sh dev

asan clang:
	@tools/deps.sh
	@tools/check.sh $@

check-debian13:
	@tools/check-debian13.sh

boot-test: release
	@tools/deps.sh run test
	@tools/image.sh vm-image-driver vm-image-user vm-image-boot
	@BBC_DEPLOY=build/image/tmp/deploy/images/vm-raspberrypi4-64 python3 tests/e2e/boot_test.py
	@tools/boot-guests.sh
	@MACHINE=qemuarm64 BBC_FLAGS="-R $(CURDIR)/tests/e2e/xen-guests.conf" tools/image.sh xen-image-minimal xen-boot-script
	@BBC_XEN_DEPLOY=build/image/tmp/deploy/images/qemuarm64 python3 tests/e2e/xen_boot_test.py

fuzz:
	@tools/deps.sh build test
	@cmake --preset fuzz >/dev/null
	@$(call CMAKE_BUILD,fuzz) --target fuzzers
	@tools/fuzz.sh build/fuzz/tests/fuzz

bench: release
	@cmake --build build/release --target bench

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf build/release build/dev build/asan build/clang build/fuzz
