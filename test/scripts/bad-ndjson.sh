# ends with 2 at a bad line, names it, and has published what stands before it
natsctl sub a.b --count 3 --raw --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
status=0
printf '%s\n' '{"subject":"a.b","data":"1"}' 'not json' '{"subject":"a.b","data":"never"}' |
  natsctl pub --ndjson 2>error.txt || status=$?
test "$status" -eq 2
grep -q 'line 2' error.txt
printf '%s\n' '{"subject":"a.b","data":"2"}' 'not json' '{"subject":"a.b","data":"3"}' |
  natsctl pub --ndjson --skip-bad --quiet
wait $listener
printf '1\n2\n3\n' | cmp - received.txt
