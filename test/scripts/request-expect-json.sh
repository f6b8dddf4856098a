# checks a field of a JSON reply
natsctl reply order.get '{"id":7,"state":{"name":"paid"}}' --quiet &
service=$!
trap 'kill $service; wait $service' EXIT
natsctl request order.get '' --wait 30s --expect-json 'state.name="paid"' >/dev/null
status=0
natsctl request order.get '' --expect-json id=8 >/dev/null 2>&1 || status=$?
test "$status" -eq 8
