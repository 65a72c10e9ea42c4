#!/usr/bin/env bash
# Runs one command of stagemask. Everything comes through the environment, so that no input is ever part of a script.
set -euo pipefail

arguments=("$COMMAND")
add() { [[ -z "$2" ]] || arguments+=("$1" "$2"); }

case "$COMMAND" in
check)
    # Not behind a flag, so it must not look like one.
    [[ -n "$RULES" && "$RULES" != -* ]] || { echo "::error::check needs rules" >&2; exit 2; }
    arguments+=("$RULES")
    ;;
refresh | mask | drill | verify | release | rollback | status | cleanup)
    add --config "$CONFIG"
    add --run "$RUN"
    add --snapshot "$SNAPSHOT"
    add --at "$AT"
    add --keep "$KEEP"
    add --state-dir "$STATE_DIR"
    ;;
*)
    echo "::error::stagemask has no command like this for workflows" >&2
    exit 2
    ;;
esac
[[ "$DRY_RUN" != true ]] || arguments+=(--dry-run)

# A cancelled job interrupts this shell alone. Passed on, also if it comes before there is anybody to pass it on to, it lets
# stagemask clean up.
child=""
cancelled=false
cancel() {
    cancelled=true
    [[ -z "$child" ]] || kill -TERM "$child" 2>/dev/null || true
}
trap cancel INT TERM

touch "$STARTED"
stagemask "${arguments[@]}" &
child=$!
[[ "$cancelled" == false ]] || cancel
# A signal ends a `wait` early; the last one gives the exit code of what has ended by then.
while kill -0 "$child" 2>/dev/null; do
    wait "$child" || true
done
code=0
wait "$child" || code=$?

case "$code" in
0) outcome="done" ;;
2) outcome=usage ;;
3) outcome=findings ;;
4) outcome=coverage ;;
5) outcome=integrity ;;
6) outcome=restore ;;
130) outcome=interrupted ;;
*) outcome=failed ;;
esac
printf 'exit-code=%s\noutcome=%s\n' "$code" "$outcome" >>"$GITHUB_OUTPUT"
exit "$code"
