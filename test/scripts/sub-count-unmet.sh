# ends with 6 where fewer messages come than were asked for, and prints those that came
natsctl sub few --count 2 --for 4s --raw --ready-file ready --quiet >out.txt 2>error.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub few one --quiet
status=0
wait $listener || status=$?
test "$status" -eq 6
test "$(cat out.txt)" = one
