#!/usr/bin/env bash
# Puts stagemask on the PATH of the steps that follow: a released binary whose checksum is known, or built from here.
set -euo pipefail

destination="${RUNNER_TEMP}/stagemask-bin"
mkdir -p "$destination"

if [[ -n "$VERSION" ]]; then
    [[ "$VERSION" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "::error::version has to be like 1.2.3" >&2; exit 2; }
    # Without a checksum, whoever can replace a release's file reads production.
    [[ "$SHA256" =~ ^[0-9a-f]{64}$ ]] || { echo "::error::sha256 has to be the checksum of the archive" >&2; exit 2; }
    archive="stagemask-${VERSION}-$(uname -m)-linux.tar.gz"
    url="${GITHUB_SERVER_URL}/${REPOSITORY}/releases/download/v${VERSION}/${archive}"
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$destination/$archive" "$url"
    echo "${SHA256}  $destination/$archive" | sha256sum --check --quiet
    tar --extract --gzip --file "$destination/$archive" --directory "$destination" stagemask
    rm "$destination/$archive"
else
    cargo build --release --locked --manifest-path "$ACTION_PATH/Cargo.toml" --target-dir "$RUNNER_TEMP/stagemask-target"
    install -m 0755 "$RUNNER_TEMP/stagemask-target/release/stagemask" "$destination/stagemask"
fi

"$destination/stagemask" --version
echo "$destination" >>"$GITHUB_PATH"
