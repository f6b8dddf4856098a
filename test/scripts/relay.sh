# relays messages, headers and binary included, from one subject to another
natsctl sub copy --count 2 --json --for 30s --ready-file ready2 --quiet >received.json &
copy=$!
natsctl sub original --count 2 --json --for 30s --ready-file ready1 --quiet | natsctl pub copy --ndjson --no-reply --quiet &
relay=$!
until [ -s ready1 ] && [ -s ready2 ]; do kill -0 $relay; sleep 0.05; done
natsctl pub original first -H 'X-Id:1' --quiet
printf '\377\000\n' | natsctl pub original --quiet
wait $relay
wait $copy
grep -q '"X-Id":\["1"\]' received.json
grep -q '"data_base64":"/wAK"' received.json
