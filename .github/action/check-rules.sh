#!/usr/bin/env bash
# Checks each rules file that changed, or whose schema did, and writes a table of what they cover.
# Usage: check-rules.sh COVERAGE.md, with BASE, RULES and SCHEMAS in the environment, and a PostgreSQL in PG*.
set -euo pipefail

coverage="$1"
failed=0
count=0

changed() { ! git diff --quiet "$BASE...HEAD" -- "$@"; }

# Names of files end up in a table.
cell() { printf '%s' "$1" | tr -cd '[:alnum:]._/ -'; }

printf '### Masking rules\n\n| rules | tables | masked | kept | |\n|---|---:|---:|---:|---|\n' >"$coverage"
for rules in "$RULES"/*.yaml "$RULES"/*.yml; do
    [[ -f "$rules" ]] || continue
    name="$(basename "${rules%.*}")"
    schema=""
    for candidate in "$SCHEMAS/$name.sql" "$SCHEMAS/$name/schema.sql"; do
        [[ ! -f "$candidate" ]] || schema="$candidate"
    done
    changed "$rules" ${schema:+"$schema"} || continue

    unset STAGEMASK_SOURCE_URL
    database="check_$((++count))"
    if [[ -n "$schema" ]]; then
        createdb --template=template0 --encoding=UTF8 "$database"
        psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname "$database" --file "$schema" >/dev/null
        export STAGEMASK_SOURCE_URL="host=$PGHOST user=$PGUSER dbname=$database sslmode=disable"
    fi
    code=0
    result="$(stagemask check "$rules" --json)" || code=$?
    case "$code" in
    0) verdict="$([[ -n "$schema" ]] && echo "covers its schema" || echo "valid; no schema to compare with")" ;;
    2) verdict="has mistakes" ;;
    4) verdict="**doesn't cover its schema**" ;;
    *) verdict="failed with $code" ;;
    esac
    figures="$(jq -r 'if .plan then "\(.plan.tables) | \(.plan.masked) | \(.plan.kept)" else "\(.tables) | | " end' \
        <<<"${result:-"{}"}" 2>/dev/null)" || figures=" | | "
    [[ "$code" == 0 ]] || { failed=1; figures=" | | "; }
    printf '| %s | %s | %s |\n' "$(cell "$rules")" "$figures" "$verdict" >>"$coverage"
done

[[ -z "${GITHUB_STEP_SUMMARY:-}" ]] || cat "$coverage" >>"$GITHUB_STEP_SUMMARY"
exit "$failed"
