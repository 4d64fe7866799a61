# SPDX-License-Identifier: MIT
#
# Prepares a shell for building, as oe-init-build-env does, and adds the board layers that are there:
#
#     . ./setup.sh [BUILDDIR]        MACHINE=vm-jetson-agx-orin . ./setup.sh
#
# The layers BOARD_LAYERS names (default: meta-raspberrypi meta-tegra) are looked for in the folder LAYERS_ROOT (default:
# the one this checkout is in, then the checkout itself). Each that is found is added to BUILDDIR/conf/bblayers.conf,
# once, however often this is read. For bash and zsh; MACHINE is remembered.

if [ -n "${BASH_SOURCE:-}" ]; then
    _bbc_setup=$BASH_SOURCE
    [ "$0" != "$_bbc_setup" ] || _bbc_setup=
elif [ -n "${ZSH_VERSION:-}" ]; then
    _bbc_setup=${(%):-%x}
    case $ZSH_EVAL_CONTEXT in toplevel) _bbc_setup= ;; esac
else
    _bbc_setup=$(pwd)/setup.sh
    [ -e "$_bbc_setup" ] || _bbc_setup=
fi

# _bbc_add_layer NAME: the first folder NAME that is a layer, unless a line of bblayers.conf ends with it already.
_bbc_add_layer() {
    _bbc_list=$BUILDDIR/conf/bblayers.conf
    for _bbc_parent in "${LAYERS_ROOT:-$_bbc_checkout/..}" "$_bbc_checkout"; do
        [ -e "$_bbc_parent/$1/conf/layer.conf" ] || continue
        _bbc_layer=$(cd "$_bbc_parent/$1" && pwd -P) || return 1
        # As a word of its own: meta-tegra is not meta-tegra-extra.
        if ! tr '"'"'"' \t\\' '\n\n\n\n\n' < "$_bbc_list" | grep -Fqx "$_bbc_layer"; then
            printf 'BBLAYERS += "%s"\n' "$_bbc_layer" >> "$_bbc_list" || return 1
            echo "Added $_bbc_layer to $_bbc_list"
        fi
        return 0
    done
}

_bbc_setup_all() {
    if [ -z "$_bbc_setup" ]; then
        echo "Error: This script needs to be sourced. Please run as '. ./setup.sh'" >&2
        return 1
    fi
    _bbc_checkout=$(cd "$(dirname "$_bbc_setup")" && pwd -P) || return 1
    . "$_bbc_checkout/oe-init-build-env" "$@" || return 1
    _bbc_names=" ${BOARD_LAYERS:-meta-raspberrypi meta-tegra} "
    while _bbc_names=${_bbc_names# } && [ -n "$_bbc_names" ]; do
        _bbc_add_layer "${_bbc_names%% *}" || return 1
        _bbc_names=${_bbc_names#* }
    done
}

_bbc_setup_all "$@"
_bbc_status=$?
unset -f _bbc_add_layer _bbc_setup_all
unset _bbc_setup _bbc_checkout _bbc_list _bbc_parent _bbc_layer _bbc_names
[ "$_bbc_status" -eq 0 ]
