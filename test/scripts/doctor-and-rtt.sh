# measures the way to the server, finds nothing wrong with it, and ends with 3 where none is
natsctl rtt --json >rtt.json
grep -q 'rtt_ms' rtt.json
natsctl doctor >report.txt
status=0
natsctl doctor -s nats://127.0.0.1:1 >report.txt 2>error.txt || status=$?
test "$status" -eq 3
