# ends with 7 where the service answers with an error
natsctl reply stock.take --error '409:out of stock' --quiet &
service=$!
trap 'kill $service; wait $service' EXIT
status=0
natsctl request stock.take x --wait 30s >/dev/null 2>error.txt || status=$?
test "$status" -eq 7
grep -q 'out of stock' error.txt
