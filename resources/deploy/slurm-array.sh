#!/bin/bash
# Render servers as a Slurm job array: each task dials in to the artist's computer.
#
#   brigade render room.glb -o room.exr --no-local --accept --key-file ~/farm.key    # the artist
#   BRIGADE_CLIENT=artist-1 sbatch --array=0-31 slurm-array.sh                       # the cluster
#
# Tasks may start before or after the client, and at different times; each helps from then on.
# scancel, preemption and the end of the time limit send SIGTERM: the buckets in hand are
# finished, the others go back to the client, within 10 s.
#SBATCH --job-name=brigade
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@30
#SBATCH --requeue
set -eu

: "${BRIGADE_CLIENT:?name the computer of the client: BRIGADE_CLIENT=HOST[:PORT]}"
key_file=${BRIGADE_KEY_FILE:-$HOME/farm.key}
brigade=${BRIGADE:-brigade}

# A cache and logs of this task; compiled kernels are shared by tasks of the same kind of node.
export BRIGADE_HOME=${BRIGADE_SCRATCH:-${SLURM_TMPDIR:-/tmp}}/brigade-$USER-$SLURM_JOB_ID
trap 'rm -rf -- "$BRIGADE_HOME"' EXIT

# srun hands Slurm's signals on to the server itself.
srun --ntasks=1 "$brigade" server \
    --connect "$BRIGADE_CLIENT" --key-file "$key_file" \
    --name "$(hostname -s)-${SLURM_ARRAY_TASK_ID:-0}" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" \
    --exit-when-idle "${BRIGADE_IDLE_S:-600}"
