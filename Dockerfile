FROM node:20-bookworm AS page
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm install --no-save --no-audit --no-fund
COPY web ./
RUN npm run build

FROM rust:1.95-bookworm AS binary
WORKDIR /build
COPY . .
COPY --from=page /build/web/dist web/dist
RUN cargo build --release --locked --bin quorum

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 quorum && install -d -o quorum -g quorum /data
COPY --from=binary /build/target/release/quorum /usr/local/bin/quorum
USER quorum
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD curl -fsS http://127.0.0.1:8000/health/ready || exit 1
CMD ["quorum", "--data-dir", "/data", "--host", "0.0.0.0", "--port", "8000"]
