# The program alone: static, no shell, not root. The file system may be read-only; reports go to /reports.
#   docker build -t proviso .
#   docker run --rm --read-only -v "$PWD/suites:/work/suites:ro" -v "$PWD/reports:/reports" proviso run --reports /reports
FROM rust:1-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /source
COPY . .
RUN cargo build --release --locked --bin proviso && strip target/release/proviso && mkdir -p /empty/reports /empty/work

FROM scratch
COPY --from=build /source/target/release/proviso /proviso
COPY --from=build --chown=65532:65532 /empty/reports /reports
COPY --from=build --chown=65532:65532 /empty/work /work
# https needs authorities: mount a bundle and name it, `--ca /ca.pem`. http needs nothing.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/proviso"]
CMD ["--help"]
