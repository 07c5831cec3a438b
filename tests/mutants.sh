#!/usr/bin/env bash
# How well do the tests hold the save and the pure core? Changes the code in one place after the other, and runs the
# transitions, laws, walks and world against each. A mutant that lives is a line that no test holds: mutants.out/missed.txt.
#
#   tests/mutants.sh                          all of it: some 680 mutants, 20 to 30 s each
#   tests/mutants.sh --shard 0/10             a tenth of them
#   tests/mutants.sh --re 'remove'            those with this in their names
#
# Needs cargo-mutants. Not part of what has to be green before anything lands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
save=(cancel kept load looks remove save send settle told)
files=(src/model/merge.rs src/model/record.rs src/model/draft.rs 'src/model/draft/*.rs' src/app/update/{disk,report}.rs)
files+=("${save[@]/%/.rs}")
arguments=()
for file in "${files[@]}"; do
  case "$file" in */*) arguments+=(--file "$file") ;; *) arguments+=(--file "src/sync/$file") ;; esac
done
export PROPTEST_CASES="${PROPTEST_CASES:-128}"
exec cargo mutants "${arguments[@]}" --output target --baseline skip --timeout 180 "$@" -- \
  --locked --test it -- transitions:: laws:: walks:: world::
