# ends with 2 at a bad line, names it, and counts what was published before it
status=0
printf '%s\n' '{"subject":"a.b","data":"1"}' 'not json' | natsctl pub --ndjson 2>error.txt || status=$?
test "$status" -eq 2
grep -q 'line 2' error.txt
printf '%s\n' '{"subject":"a.b","data":"1"}' 'not json' | natsctl pub --ndjson --skip-bad --quiet
