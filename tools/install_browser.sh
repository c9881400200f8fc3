#!/usr/bin/env bash
# Make sure that headless Chromium is there: the report is tested in a real browser.
set -euo pipefail
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
  echo "the browser suite needs Chromium: apt-get install chromium" >&2
  exit 1
fi
