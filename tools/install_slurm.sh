#!/usr/bin/env bash
# Make sure that Debian's SLURM is there: the suite `slurm` brings it up and takes it down.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

if command -v slurmctld >/dev/null && command -v slurmdbd >/dev/null && command -v mariadbd >/dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The SLURM suite is skipped: it needs root, and Debian's packages slurm-wlm, slurmdbd, munge and mariadb-server" >&2
  exit 0
fi
echo "Installing SLURM (Debian's packages)"
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends \
  slurm-wlm slurm-wlm-basic-plugins slurm-client slurmdbd munge mariadb-server >/dev/null; } ||
  echo "The SLURM suite is skipped: its packages cannot be installed" >&2
