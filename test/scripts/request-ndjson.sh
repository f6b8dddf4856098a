# asks what each line of JSON says, and gives an object for each: its reply, or what went wrong
natsctl reply stock.get '{"left":3}' --ready-file ready --quiet &
service=$!
trap 'kill $service; wait $service' EXIT
until [ -s ready ]; do kill -0 $service; sleep 0.05; done
status=0
printf '%s\n' '{"subject":"stock.get","data":"7"}' '{"subject":"nobody.home"}' |
  natsctl request --ndjson --json >results.json 2>told.json || status=$?
test "$status" -eq 5
test "$(wc -l <results.json)" -eq 2
head -n 1 results.json | grep '^{"n":1,.*"data":"{\\"left\\":3}"' >/dev/null
tail -n 1 results.json | grep '^{"n":2,.*"error":{"kind":"no_responders"' >/dev/null
grep -q '"summary":{"requests":2,"replies":1,"no_responders":1' told.json
