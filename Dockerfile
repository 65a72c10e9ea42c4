# stagemask as a static binary, beside PostgreSQL's client tools. Nothing secret is in any layer: key and passwords come
# from the environment or from Secrets Manager when it runs.
#
#   docker build --tag stagemask .
#   docker run --rm --read-only --tmpfs /tmp --volume "$PWD:/etc/stagemask:ro" --volume work:/work stagemask \
#       refresh --config /etc/stagemask/refresh.yaml --state-dir /work

FROM rust:1.95-alpine AS build
# ring has a little C in it; Alpine's own target is musl, so that the binary is static.
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY src src
COPY benches benches
COPY masking-rules masking-rules
COPY examples/drop examples/drop
RUN cargo build --release --locked --bin stagemask \
    && install -m 0755 target/release/stagemask /stagemask

FROM debian:trixie-slim
# Client tools of 18 dump servers of every older version that is supported, too.
ARG POSTGRES=18
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends "postgresql-client-${POSTGRES}" \
    && apt-get purge --yes --auto-remove postgresql-common \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /stagemask /usr/local/bin/stagemask
ENV STAGEMASK_PG_BIN=/usr/lib/postgresql/${POSTGRES}/bin
# Nobody in particular, so that no account of the host has the same number.
RUN install --directory --owner=65532 --group=65532 --mode=0700 /work
USER 65532:65532
WORKDIR /work
VOLUME /work
STOPSIGNAL SIGTERM
HEALTHCHECK NONE
ENTRYPOINT ["/usr/local/bin/stagemask"]
