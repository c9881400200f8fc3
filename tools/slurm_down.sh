#!/usr/bin/env bash
# Take down what slurm_up.sh brought up in FOLDER: jobs, daemons, links.
#
# Usage: tools/slurm_down.sh FOLDER
set -euo pipefail

folder=$(cd "${1:?usage: tools/slurm_down.sh FOLDER}" && pwd)
export PATH="$PATH:/usr/sbin:/sbin"

# End one daemon by the id in its file; by force when it does not listen.
stop() {
  local file="$folder/pid/$1" id
  [ -s "$file" ] || return 0
  id=$(cat "$file")
  kill "$id" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 "$id" 2>/dev/null || return 0; sleep 0.1; done
  kill -9 "$id" 2>/dev/null || true
}

if [ -s "$folder/pid/slurmctld" ] && timeout 10 scontrol ping >/dev/null 2>&1; then
  timeout 20 scancel --user root || true
  for _ in $(seq 50); do [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break; sleep 0.2; done
fi
for daemon in slurmd-one slurmd-two slurmctld slurmdbd mariadbd munged; do stop "$daemon"; done
for link in /etc/slurm/slurm.conf /etc/slurm/gres.conf /etc/slurm/slurmdbd.conf /run/munge; do
  case "$(readlink "$link" || true)" in "$folder"/*) rm "$link" ;; esac
done
echo "SLURM is down"
