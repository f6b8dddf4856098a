# waits until all workers of a pool answer, and tells what is not there by its exit code
natsctl serve greeter --workers 2 --wait-server 30s --log off --quiet &
pool=$!
trap 'kill $pool; wait $pool' EXIT
natsctl service wait greeter --instances 2 --for 30s --wait-server 30s
test "$(natsctl service ping greeter --json | wc -l)" -eq 2
natsctl service info greeter --json | grep -q '"subject":"greeter.greet"'

status=0
natsctl service wait greeter --instances 3 --for 500ms 2>error || status=$?
test $status -eq 6
grep -q '2 of 3 instances' error
status=0
natsctl service info nobody 2>error || status=$?
test $status -eq 5
