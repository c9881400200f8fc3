#!/usr/bin/env bash
# Bring up a whole SLURM on this machine, for tests: munge, two nodes with two fake GPUs
# each, a controller and, unless told otherwise, accounting. Take it down by slurm_down.sh.
#
# Usage: tools/slurm_up.sh FOLDER [--no-accounting]
# Needs root and Debian's packages (tools/install_slurm.sh). All state lies in FOLDER;
# outside of it only links are made: /etc/slurm/{slurm,gres}.conf and /run/munge.
set -euo pipefail

folder=${1:?usage: tools/slurm_up.sh FOLDER [--no-accounting]}
accounting=yes
[ "${2:-}" = --no-accounting ] && accounting=no
export PATH="$PATH:/usr/sbin:/sbin"

refuse() { echo "slurm_up: $*" >&2; exit 3; }
[ "$(id -u)" = 0 ] || refuse "only root can bring up a SLURM"
for program in munged slurmctld slurmd slurmdbd mariadbd mariadb-install-db; do
  command -v "$program" >/dev/null || refuse "$program is missing: run tools/install_slurm.sh"
done
for path in /etc/slurm/slurm.conf /etc/slurm/gres.conf /run/munge; do
  [ ! -e "$path" ] && [ ! -L "$path" ] || refuse "$path exists: this machine has a SLURM already, or tools/slurm_down.sh was not run"
done

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
here=$(hostname -s)
mkdir -p "$folder"/{etc,log,pid,state,gpus} "$folder"/spool/{one,two}
mkdir -m 755 -p "$folder/munge"
touch "$folder"/gpus/{one,two}{0,1}

# Wait for a command to succeed, half a minute at most.
await() {
  local what=$1; shift
  for _ in $(seq 150); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  echo "slurm_up: $what did not start; see $folder/log" >&2
  tail -n 5 "$folder"/log/*.log >&2 || true
  exit 1
}

start_munge() {
  head -c 1024 /dev/urandom > "$folder/etc/munge.key"
  chmod 400 "$folder/etc/munge.key"
  munged --force --num-threads 4 --key-file "$folder/etc/munge.key" \
    --socket "$folder/munge/munge.socket.2" --pid-file "$folder/pid/munged" \
    --log-file "$folder/log/munged.log" --seed-file "$folder/etc/munge.seed"
  ln -s "$folder/munge" /run/munge  # where slurmdbd's clients look, whatever AuthInfo says
  await munge munge -n
}

start_database() {
  local socket="$folder/pid/mariadb.socket"
  mariadb-install-db --no-defaults --user=root --datadir="$folder/database" --auth-root-authentication-method=socket \
    --skip-test-db >"$folder/log/mariadb.log" 2>&1
  mariadbd --no-defaults --user=root --datadir="$folder/database" --socket="$socket" --skip-networking \
    --innodb-buffer-pool-size=64M --innodb-lock-wait-timeout=900 \
    --pid-file="$folder/pid/mariadbd" >>"$folder/log/mariadb.log" 2>&1 &
  await "the database" mariadb-admin --no-defaults --socket="$socket" ping
  mariadb --no-defaults --socket="$socket" -e "create database slurm_acct_db"
  cat > "$folder/etc/slurmdbd.conf" <<CONF
AuthType=auth/munge
DbdHost=$here
DbdAddr=127.0.0.1
DbdPort=16819
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_acct_db
PidFile=$folder/pid/slurmdbd
LogFile=$folder/log/slurmdbd.log
CONF
  chmod 600 "$folder/etc/slurmdbd.conf"
  ln -s "$folder/etc/slurmdbd.conf" /etc/slurm/slurmdbd.conf
  MYSQL_UNIX_PORT="$socket" slurmdbd
  await slurmdbd sacctmgr -n show cluster
  sacctmgr -i add cluster boldwise >/dev/null
  sacctmgr -i add account lab Cluster=boldwise >/dev/null
  sacctmgr -i add user root Account=lab >/dev/null
}

write_config() {
  local storage="AccountingStorageType=accounting_storage/none"
  if [ "$accounting" = yes ]; then
    storage="AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=16819
AccountingStoreFlags=job_comment
AccountingStorageTRES=gres/gpu"
  fi
  cat > "$folder/etc/slurm.conf" <<CONF
ClusterName=boldwise
SlurmctldHost=$here(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/pid/slurmctld
SlurmdPidFile=$folder/pid/slurmd-%n
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
$storage
JobCompType=jobcomp/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmctldParameters=idle_on_node_suspend
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=5,bf_interval=5
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
MinJobAge=300
KillWait=3
OverTimeLimit=0
MaxArraySize=1001
GresTypes=gpu
NodeName=one NodeHostname=$here NodeAddr=127.0.0.1 Port=16821 CPUs=4 RealMemory=12000 Gres=gpu:2 State=UNKNOWN
NodeName=two NodeHostname=$here NodeAddr=127.0.0.1 Port=16822 CPUs=4 RealMemory=12000 Gres=gpu:2 State=UNKNOWN
PartitionName=cpu Nodes=one,two Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=one,two MaxTime=24:00:00 State=UP
CONF
  cat > "$folder/etc/gres.conf" <<CONF
NodeName=one Name=gpu File=$folder/gpus/one[0-1]
NodeName=two Name=gpu File=$folder/gpus/two[0-1]
CONF
  # Jobs lose SLURM_CONF on their way, so the files stand where SLURM looks first.
  ln -s "$folder/etc/slurm.conf" /etc/slurm/slurm.conf
  ln -s "$folder/etc/gres.conf" /etc/slurm/gres.conf
}

trap '[ $? = 0 ] || "$(dirname "${BASH_SOURCE[0]}")/slurm_down.sh" "$folder"' EXIT
start_munge
write_config
[ "$accounting" = yes ] && start_database
slurmctld
await slurmctld scontrol ping
for node in one two; do slurmd -N "$node"; done
idle() { [ "$(sinfo -h -N -p cpu -t idle -o %N | wc -l)" = 2 ]; }
await "a node" idle
echo "SLURM is up: 2 nodes, 4 GPUs, accounting: $accounting; down by tools/slurm_down.sh $folder"
