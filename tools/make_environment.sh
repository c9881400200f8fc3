#!/usr/bin/env bash
# Make .venv: a thin environment of this checkout over a cached one that holds the pins.
#
# The cache is keyed by the hash of the pins and the Python version, so that a second
# clone starts at once. The thin layer adds this checkout's src/, so that clones never
# run each other's code.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

command -v "$python" >/dev/null || { echo "boldwise needs Python 3.11 or newer: apt-get install python3 python3-venv" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "boldwise needs Python 3.11 or newer, $python is $("$python" -V | cut -d' ' -f2): install python3.11 and run PYTHON=python3.11 make …" >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; }

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
key=$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open("envs/constraints.txt","rb").read() + sys.version.encode()).hexdigest()[:16])')
cache="${BOLDWISE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/boldwise}/env-$key"
mkdir -p "$(dirname "$cache")"

exec 9>"$cache.lock"
flock 9
if [ ! -f "$cache/complete" ]; then
  echo "Installing the environment (about 6 GB, once) into $cache"
  rm -rf "$cache"
  "$python" -m venv "$cache"
  "$cache/bin/python" -m pip install --quiet --disable-pip-version-check -r envs/constraints.txt
  touch "$cache/complete"
fi

state="$key $PWD"
if [ "$(cat .venv/boldwise-layer 2>/dev/null)" != "$state" ]; then
  rm -rf .venv
  "$python" -m venv --without-pip .venv
  packages=".venv/lib/python$version/site-packages"
  printf 'import site; site.addsitedir("%s")\n%s\n' "$cache/lib/python$version/site-packages" "$PWD/src" > "$packages/boldwise.pth"
  for script in "$cache"/bin/*; do
    name=$(basename "$script")
    if [ ! -e ".venv/bin/$name" ] && head -c 2 "$script" | grep -q '#!' && head -n 1 "$script" | grep -q python; then
      { printf '#!%s/.venv/bin/python\n' "$PWD"; tail -n +2 "$script"; } > ".venv/bin/$name"
      chmod +x ".venv/bin/$name"
    elif [ ! -e ".venv/bin/$name" ] && file=$(readlink -f "$script") && [ -x "$file" ]; then
      case "$name" in python*|pip*|[Aa]ctivate*) ;; *) ln -s "$file" ".venv/bin/$name" ;; esac
    fi
  done
  printf '#!%s/.venv/bin/python\nfrom boldwise.cli import main\n\nmain()\n' "$PWD" > .venv/bin/boldwise
  chmod +x .venv/bin/boldwise
  printf '%s' "$state" > .venv/boldwise-layer
fi
