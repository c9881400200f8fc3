#!/usr/bin/env bash
# State of one job of PBS Pro or Grid Engine, in one word: running, success or failed.
#
# Usage: status.sh JOB
# A job that neither command knows has only just been sent, or its record is late: running.
set -uo pipefail

job=${1:?usage: status.sh JOB}
value() { sed -nE "s/^ *$1 *(=|  ) *([^ ]+).*/\2/p" <<<"$report" | head -n 1; }

if report=$(qstat -x -f "$job" 2>/dev/null) && [ -n "$(value job_state)" ]; then  # PBS Pro
  if [ "$(value job_state)" != F ]; then echo running
  elif [ "$(value Exit_status)" = 0 ]; then echo success
  else echo failed; fi
elif qstat -j "$job" >/dev/null 2>&1; then echo running  # Grid Engine, queued or running
elif report=$(qacct -j "$job" 2>/dev/null); then  # Grid Engine, ended
  if [ "$(value exit_status)" = 0 ] && [ "$(value failed)" = 0 ]; then echo success; else echo failed; fi
else echo running; fi
