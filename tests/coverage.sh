#!/usr/bin/env bash
# Prints the line coverage of Rust (cargo-tarpaulin) and of the page (vitest).
set -euo pipefail
cd "$(dirname "$0")/.."
if ! cargo tarpaulin --version >/dev/null 2>&1; then
  cargo install --locked cargo-tarpaulin
fi
tests/with-postgres.sh cargo tarpaulin --workspace --engine llvm --skip-clean --timeout 300 --out Stdout \
  --exclude-files 'tests/*' 'src/*/tests/*' ||
  tests/with-postgres.sh cargo tarpaulin --workspace --engine ptrace --skip-clean --timeout 300 --out Stdout \
    --exclude-files 'tests/*' 'src/*/tests/*'
(cd web && npm run test:coverage)
