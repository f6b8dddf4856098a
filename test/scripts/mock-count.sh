# stands in for a service, and proves that it was called as often as it should be
natsctl reply pay.charge '{"ok":true}' --count 2 --ready-file ready --verbose 2>calls.txt &
mock=$!
until [ -s ready ]; do kill -0 $mock; sleep 0.05; done
natsctl request pay.charge 10 --expect-json ok=true >/dev/null
natsctl request pay.charge 20 --expect-json ok=true >/dev/null
wait $mock
test "$(grep -c 'Received request' calls.txt)" -eq 2
