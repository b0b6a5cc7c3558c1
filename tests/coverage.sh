#!/usr/bin/env bash
# Prints the line coverage of Rust (cargo-tarpaulin) and of the page (vitest).
set -euo pipefail
# The front-door tests run the binary as a process of its own, which writes its record when it ends.
export QUORUM_TEST_STOP_GENTLY=1
cd "$(dirname "$0")/.."
if ! cargo tarpaulin --version >/dev/null 2>&1; then
  cargo install --locked cargo-tarpaulin
fi
tests/with-postgres.sh cargo tarpaulin --workspace --engine llvm --follow-exec --skip-clean --timeout 300 --out Stdout \
  --exclude-files 'tests/*' 'src/*/tests/*' 'src/rank/examples/*' ||
  tests/with-postgres.sh cargo tarpaulin --workspace --engine ptrace --follow-exec --skip-clean --timeout 300 --out Stdout \
    --exclude-files 'tests/*' 'src/*/tests/*' 'src/rank/examples/*'
(cd web && npm run test:coverage)
