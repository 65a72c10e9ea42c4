#!/usr/bin/env bash
# After a failure: takes away what the run left, raw data first of all.
set -euo pipefail

arguments=(cleanup --config "$CONFIG")
[[ -z "$STATE_DIR" ]] || arguments+=(--state-dir "$STATE_DIR")

record="$FOLDER/record.json"
if [[ -n "$RUN" ]] && ! { [[ -f "$record" ]] && grep -Eq '^  "state": "(verified|released|rolled_back)"' "$record"; }; then
    # Once a run is verified its raw data is gone, and what it leaves may be the staging from before: that waits for
    # its time, or for a person.
    arguments+=(--run "$RUN")
fi
exec stagemask "${arguments[@]}"
