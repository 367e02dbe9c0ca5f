#!/bin/sh
# What compound submit prints, held against the programs that it is for: kubernetes-validate reads the manifest, and GNU
# parallel runs the line, with a stand-in for the search that fails at first in one task. Needs python3 and parallel.
#   docs/cluster/check.sh COMPOUND FOLDER
set -eu
COMPOUND=$(realpath "$1")
mkdir -p "$2"
FOLDER=$(realpath "$2")
VALIDATE=${VALIDATE:-kubernetes-validate==1.37.0}
SPACE=$(realpath "$(dirname "$0")/../../search-spaces/efficientnet-b0.yaml")

echo "==> Installing $VALIDATE into $FOLDER/venv"
python3 -m venv "$FOLDER/venv"
"$FOLDER/venv/bin/pip" install -q "$VALIDATE"

# Names that a careless quoting breaks.
WORK="$FOLDER/it's a \"test\""
rm -rf "$WORK" && mkdir -p "$WORK" && cd "$WORK"
cp "$SPACE" "my space.yaml"

echo "==> The manifest"
"$COMPOUND" submit "my space.yaml" --join "study: no" --kubernetes --tasks 8 --at-most 4 --time 2:00:00 \
    --image registry.example/compound:0.8.0 --volume shared=/work -- --strategy random --trials 50 >manifest.yaml
for VERSION in 1.29 1.33 1.37; do
    "$FOLDER/venv/bin/kubernetes-validate" --strict -k "$VERSION" manifest.yaml
done

echo "==> The line"
mkdir study
cat >stand-in <<'END'
#!/bin/sh
# Writes down its words and the worker's name, and fails where it is told to.
TASK=${COMPOUND_WORKER%%@*}
printf '%s\n' "$@" "$COMPOUND_WORKER" >"words $TASK"
[ "$TASK" != 2 ] || [ -e forgiven ]
END
chmod +x stand-in
"$COMPOUND" submit "my space.yaml" --join study --parallel --tasks 4 --at-most 2 --program "$WORK/stand-in" \
    -- --strategy random --trials 50 >line
sh line && { echo "a task that fails must fail the line"; exit 1; }
[ "$(ls | grep -c '^words ')" = 4 ] || { echo "one failed task ended others"; exit 1; }
printf '%s\n' search "my space.yaml" --strategy random --trials 50 --join study "3@$(hostname)" | cmp - "words 3"
rm words*
touch forgiven
sh line
[ "$(ls | grep '^words ')" = "words 2" ] || { echo "the same line must begin the failed task alone"; exit 1; }
echo "==> The manifest is valid for Kubernetes 1.29, 1.33 and 1.37; the line ran, and again what had failed"
