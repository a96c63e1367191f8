#!/usr/bin/env bash
# Has independent clients hold a running service to its word: PyPI's standardwebhooks, cloudevents, schemathesis,
# openapi-spec-validator, prometheus-client and aiosmtpd, promtool, and a browser with axe.
#
#     Tests/Service/run.sh TIDEGATE ORO_SIMULATOR [EXAMPLES]
#
# The programs are those of a build. With PICTURES=FOLDER what the browser has seen is kept there. `config/bootstrap.sh --test` makes the environment that the clients run in.
set -euo pipefail
cd "$(dirname "$0")/../.."
tidegate=$(realpath "$1")
simulator=$(realpath "$2")
examples=${3:-10}
python=$PWD/.build/service-clients/bin/python
folder=$(mktemp -d)
pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap stop EXIT

promtool check rules config/prometheus-rules.yaml
promtool test rules config/prometheus-rules.test.yaml

printf 'client-secret' >"$folder/secret"
printf 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw\n' >"$folder/erp.secret"
chmod 600 "$folder/secret" "$folder/erp.secret"
{
    echo 'sku,location,unit,on_hand'
    for number in $(seq 1 200); do echo "AB-$number,WH-1,EA,$((number % 50))"; done
    # The shop lacks these.
    for number in 1 2 3; do echo "NONE-$number,WH-1,EA,5"; done
} >"$folder/stock.csv"
{
    echo 'sku,unit,precision,quantity'
    for number in $(seq 1 200); do echo "AB-$number,item,0,0"; done
} >"$folder/catalogue.csv"
"$simulator" --port 0 --catalogue "$folder/catalogue.csv" --client-id test --client-secret client-secret \
    >"$folder/shop" 2>"$folder/shop.errors" &
pids+=($!)
for _ in $(seq 1 100); do
    shop=$(grep -oE 'http://[0-9.:]+' "$folder/shop" | head -n 1 || true)
    [ -n "$shop" ] && break
    sleep 0.1
done
cat >"$folder/tidegate.yaml" <<YAML
sources:
  erp:
    kind: file
    path: $folder/stock.csv
    scope: full
    contract: { rows_min: 1 }
    schedule: { every: 1m }
    events: { answers: strict }
  signed:
    kind: upload
    columns: { sku: sku, location: location, unit: unit, on_hand: on_hand }
    events: { answers: strict, signature: standard-webhooks, secrets_file: $folder/erp.secret }
units: [{ erp: EA, per_base: 1, oro: item }]
fences:
  gold: { customer_group: Gold, rank: 1, rules: [{ match: { sku: "AB-1*" }, hold: floor, quantity: 6 }] }
orders: { figure: available }
oro: { url: "$shop", client_id: test, client_secret_file: $folder/secret }
store: { path: $folder/state }
service: { bind: "127.0.0.1:0" }
YAML
"$tidegate" serve --config "$folder/tidegate.yaml" --log-level notice 2>"$folder/log" &
pids+=($!)
for _ in $(seq 1 200); do
    port=$(grep -oE 'port=[0-9]+' "$folder/log" | head -n 1 | cut -d = -f 2 || true)
    [ -n "$port" ] && break
    sleep 0.1
done
url=http://127.0.0.1:$port
for _ in $(seq 1 200); do
    grep -q '"state":"done"' <("$tidegate" runs --json --config "$folder/tidegate.yaml" 2>/dev/null) && break
    sleep 0.1
done

status=0
check() {
    printf -- '-- %s\n' "$*"
    "$@" || status=1
}
check "$python" Tests/Service/senders.py "$url/v1/shops/main/sources/erp/events"
check "$python" Tests/Service/senders.py "$url/v1/shops/main/sources/signed/events" \
    whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw
check "$python" Tests/Service/metrics-check.py "$url/metrics" --promtool
# It keeps what it has found in the folder that it runs in.
check env -C "$folder" "$python" "$PWD/Tests/Service/http_contract.py" "$url" --examples "$examples"
# Half of the stock has gone: a guard holds that, and the pages are to approve it.
awk -F , -v OFS=, 'NR > 1 && NR <= 101 { $4 = 0 } 1' "$folder/stock.csv" >"$folder/stock.new"
mv "$folder/stock.new" "$folder/stock.csv"
"$tidegate" sync --source erp --config "$folder/tidegate.yaml" >/dev/null || true
check "$python" Tests/Service/pages.py "$url" ${PICTURES:+--pictures "$PICTURES"}
check "$python" Tests/Service/nights.py "$tidegate" "$simulator" ${PICTURES:+--pictures "$PICTURES"}
check "$python" Tests/Service/alerts.py "$tidegate"
check "$tidegate" status --config "$folder/tidegate.yaml"
[ "$status" -eq 0 ] || tail -n 20 "$folder/log"
exit "$status"
