# measures the way to the server, and finds nothing wrong with it
natsctl rtt --json | grep -q 'rtt_ms'
natsctl doctor >report.txt
status=0
natsctl doctor -s nats://127.0.0.1:1 >report.txt || status=$?
test "$status" -eq 3
