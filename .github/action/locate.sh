#!/usr/bin/env bash
# Finds the run that the command was about: the one that was named, or else the newest. It runs after a failure too.
set -euo pipefail

state_dir="${STATE_DIR:-.stagemask}"
run="$RUN"
if [[ -z "$run" && "$COMMAND" =~ ^(refresh|mask|drill)$ && -d "$state_dir/runs" && -e "$STARTED" ]]; then
    # An id begins with its time, and is checked since it ends up in other steps.
    run="$(find "$state_dir/runs" -mindepth 1 -maxdepth 1 -type d -name '2*T*-*' -newer "$STARTED" -printf '%f\n' |
        sort | tail -n 1)"
fi
[[ "$run" =~ ^[0-9]{8}T[0-9]{6}-[0-9A-Za-z]{6}$ ]] || exit 0
printf 'run-id=%s\n' "$run" >>"$GITHUB_OUTPUT"
[[ ! -d "$state_dir/runs/$run" ]] || printf 'folder=%s\n' "$state_dir/runs/$run" >>"$GITHUB_OUTPUT"
