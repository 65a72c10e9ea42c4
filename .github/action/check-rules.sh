#!/usr/bin/env bash
# Checks each rules file that changed, or whose schema did, and writes a table of what they cover.
# In the environment: BASE, RULES, SCHEMAS, COVERAGE (the file to write), and a PostgreSQL in PGHOST and PGUSER.
set -euo pipefail
: "${BASE:?}" "${RULES:?}" "${SCHEMAS:?}" "${COVERAGE:?}" "${PGHOST:?}" "${PGUSER:?}"

failed=0
count=0

figures_of='
import json, sys
said = json.load(sys.stdin) or {}
plan = said.get("plan") or {"tables": said.get("tables", "")}
print(" | ".join(str(plan.get(key, "")) for key in ("tables", "masked", "kept")))'

changed() { ! git diff --quiet "$BASE...HEAD" -- "$@"; }

# Names of files end up in a table.
cell() { printf '%s' "$1" | tr -cd '[:alnum:]._/ -'; }

printf '### Masking rules\n\n| rules | tables | masked | kept | |\n|---|---:|---:|---:|---|\n' >"$COVERAGE"
for file in "$RULES"/*.yaml "$RULES"/*.yml; do
    [[ -f "$file" ]] || continue
    name="$(basename "${file%.*}")"
    schema=""
    for candidate in "$SCHEMAS/$name.sql" "$SCHEMAS/$name/schema.sql"; do
        [[ ! -f "$candidate" ]] || schema="$candidate"
    done
    changed "$file" ${schema:+"$schema"} || continue

    unset STAGEMASK_SOURCE_URL
    database="check_$((++count))"
    if [[ -n "$schema" ]]; then
        createdb --template=template0 --encoding=UTF8 "$database"
        psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname "$database" --file "$schema" >/dev/null
        export STAGEMASK_SOURCE_URL="host=$PGHOST user=$PGUSER dbname=$database sslmode=disable"
    fi
    code=0
    result="$(stagemask check "$file" --json)" || code=$?
    case "$code" in
    0) verdict="$([[ -n "$schema" ]] && echo "covers its schema" || echo "valid; no schema to compare with")" ;;
    2) verdict="has mistakes" ;;
    4) verdict="**doesn't cover its schema**" ;;
    *) verdict="failed with $code" ;;
    esac
    figures="$(python3 -c "$figures_of" <<<"${result:-null}")"
    [[ "$code" == 0 ]] || failed=1
    printf '| %s | %s | %s |\n' "$(cell "$file")" "$figures" "$verdict" >>"$COVERAGE"
done

[[ -z "${GITHUB_STEP_SUMMARY:-}" ]] || cat "$COVERAGE" >>"$GITHUB_STEP_SUMMARY"
exit "$failed"
