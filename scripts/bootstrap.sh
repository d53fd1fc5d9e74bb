#!/bin/sh
# Finds a Python 3.10 and hands over to scripts/environment.py, which makes .venv.
#
#   scripts/bootstrap.sh runtime    what `tthc serve` needs
#   scripts/bootstrap.sh dev        that, and the tools of the tests
#
# Looks at $PYTHON, then PATH, then pyenv's versions, then uv's. Uses shell built-ins only, so that
# it can still say what is missing on a machine that has next to nothing.
set -eu

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
root=$(cd "$here/.." && pwd -P)

# A usable interpreter is 3.10, has the parts that some builds leave out, and is not a virtual
# environment itself (its base could be our own .venv, which is about to be replaced). Shims that
# pyenv leaves on PATH for inactive versions fail here too.
usable() {
    "$1" -c 'import ensurepip, sqlite3, ssl, sys, venv
sys.exit(sys.version_info[:2] != (3, 10) or sys.prefix != sys.base_prefix)' >/dev/null 2>&1
}

use() {
    exec "$1" "$root/scripts/environment.py" "$kind"
}

kind=${1:-runtime}
case $kind in
runtime | dev) ;;
*)
    echo "usage: scripts/bootstrap.sh [runtime|dev]" >&2
    exit 2
    ;;
esac

if [ -n "${PYTHON:-}" ]; then
    usable "$PYTHON" && use "$PYTHON"
    echo "PYTHON=$PYTHON is not a complete Python 3.10: it must be version 3.10 with venv, ensurepip, ssl and sqlite3." >&2
    exit 1
fi

for name in python3.10 python3 python; do
    command -v "$name" >/dev/null 2>&1 && usable "$name" && use "$name"
done

for candidate in "${PYENV_ROOT:-${HOME:-/}/.pyenv}"/versions/3.10*/bin/python3.10; do
    [ -x "$candidate" ] && usable "$candidate" && use "$candidate"
done

if uv --version >/dev/null 2>&1; then
    candidate=$(uv python find --system --no-project --no-python-downloads 3.10 2>/dev/null) || candidate=
    if [ -z "$candidate" ] || ! usable "$candidate"; then
        echo "Installing Python 3.10 with uv" >&2
        uv python install 3.10 >&2 || true
        candidate=$(uv python find --managed-python --no-project --no-python-downloads 3.10 2>/dev/null) || candidate=
    fi
    [ -n "$candidate" ] && usable "$candidate" && use "$candidate"
fi

echo "No complete Python 3.10 found: install one with 'pyenv install 3.10' or 'uv python install 3.10'" \
    "(on Debian and Ubuntu its venv package too), or name it as PYTHON=/path/to/python3.10 make run." >&2
exit 1
