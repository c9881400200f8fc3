#!/usr/bin/env bash
# Make sure that a headless Chromium is there: the report is opened in it.
set -euo pipefail

if command -v chromium >/dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The browser suite needs Chromium: sudo apt-get install chromium" >&2
  exit 1
fi
echo "Installing Chromium (Debian's package)"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
